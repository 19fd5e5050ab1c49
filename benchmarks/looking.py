"""Looking at places: what `look` takes in a project whose code is indexed, for files, lines, symbols and folders."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from benchmarks import corpus, stores
from benchmarks.measuring import Series, each
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.code.indexing import indexed
from oldhand.memory import Memory
from oldhand.operation import call

SIZE = 100_000  # memories in the budget
FILES = 5_000  # in the working tree, as in the budget
BUDGET_MS = 20.0  # p95
PLACES = 300  # of each sort, all different
COMMITS = 40  # in the history, each of which changes CHANGED files
CHANGED = 25
FUNCTIONS = 12  # in each file of code
FUNCTION = "def work_{0}(value):\n    # step {0}\n    return value + {0}\n\n\n"
EDITED = 60  # files of code that change after memories were tied to them
TIES = 10  # memories tied to each of these


def run(settings: Settings) -> Section:
    """Measure `look` at the size of its budget, or at the smallest one in a quick run."""
    size = min(settings.sizes) if settings.quick or SIZE not in settings.sizes else SIZE
    files = 2 * stores.EXISTING_FILES if size < SIZE else FILES
    count = 5 if settings.quick else PLACES
    rows = []
    found: list[Series] = []
    with stores.scratch(size) as place:
        _write_code(place.root, files)
        with place.opened() as memory:
            memory.environment = _environment(place.home)
            edited = _edited(memory, files)
            with indexed(memory):
                pass
            for sort, places in {**_places(files, count), "files changed since they were spoken of": edited}.items():
                call(memory, "look", {"place": places[0]})
                measured = each(lambda at, places=places: call(memory, "look", {"place": places[at]}), len(places))  # type: ignore[misc]
                rows.append((f"{size:,}", sort, *times(measured)))
                found.append(measured)
    every = Series(
        tuple(value for one in found for value in one.values), tuple(value for one in found for value in one.processor)
    )
    rows.append((f"{size:,}", "all of them", *times(every)))
    return Section(
        "Looking at places",
        f"`look` in a git repository of {files:,} files with {COMMITS} commits whose code is indexed: {count} "
        "different places of each sort, warm, the whole operation from arguments to the reply record, anchors checked.",
        (table(("memories", "places", *TIMES_HEAD), rows),),
        _verdict(size, every),
    )


def _verdict(size: int, found: Series) -> tuple[Verdict, ...]:
    if size != SIZE:
        return ()
    said = f"{found.p95:.1f} ms; processor {found.processor_p95:.1f} ms"
    return (Verdict(f"look, p95, {SIZE:,}", f"<= {BUDGET_MS:.0f} ms", said, found.p95 <= BUDGET_MS),)


def _places(files: int, count: int) -> dict[str, list[str]]:
    """Places of every sort; the first files are those that most memories speak of."""
    step = max(files // count, 1)
    names = [corpus.path(number * step % files) for number in range(count)]
    lines = [f"{name}:{10 + at % 30}-{20 + at % 30}" for at, name in enumerate(names)]
    code = [corpus.path(number) for number in range(stores.EXISTING_FILES, files) if _is_python(number)]
    symbols = [f"{code[at % len(code)]}::work_{at % FUNCTIONS}" for at in range(count)] if code else names
    folders = [name.rpartition("/")[0] for name in names]
    return {
        "files that memories speak of most": [corpus.path(number % files) for number in range(min(count, 60))],
        "files": names, "lines": lines, "symbols": symbols, "folders": folders,
        "files that nobody spoke of": [f"{folder}/nobody_{at}.py" for at, folder in enumerate(folders)],
    }  # fmt: skip


def _edited(memory: Memory, files: int) -> list[str]:
    """Files of code that were changed after memories were tied to them: half of what was said no longer holds."""
    names = [corpus.path(at) for at in range(stores.EXISTING_FILES, files) if _is_python(at)][:EDITED]
    for at, name in enumerate(names):
        places = [f"{name}::work_{tie}" if tie % 2 else f"{name}:{5 * tie + 1}" for tie in range(TIES)]
        said = [{"text": f"Step {tie} of file {at}.", "anchors": [where]} for tie, where in enumerate(places)]
        call(memory, "remember", {"jsonl": "\n".join(map(json.dumps, said))})
        file = memory.project.tree / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        changed = [line.replace("value +", "2 *") if number % 2 else line for number, line in enumerate(lines)]
        file.write_text("import math\n\n" + "".join(changed), encoding="utf-8")
    return names


def _is_python(number: int) -> bool:
    return corpus.path(number).endswith(".py")


def _write_code(root: Path, files: int) -> None:
    """The files of the corpus as code, in a repository with a short history."""
    environment = _environment(root)

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(root), *words], env=environment, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", encoding="utf-8")
    for number in range(stores.EXISTING_FILES, files):
        file = root / corpus.path(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        body = "".join(
            f"def work_{at}(value):\n    # step {at}\n    return value + {at}\n\n\n" for at in range(FUNCTIONS)
        )
        file.write_text(body, encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "Start")
    for commit in range(COMMITS):
        for at in range(CHANGED):
            number = stores.EXISTING_FILES + (commit * CHANGED + at) % max(files - stores.EXISTING_FILES, 1)
            if number >= files:
                continue
            with (root / corpus.path(number)).open("a", encoding="utf-8") as changed:
                changed.write(f"# {commit}\n")
        git("commit", "-q", "--allow-empty", "-a", "-m", f"Change {commit}")


def _environment(home: Path) -> Mapping[str, str]:
    """Variables for git that leave the machine's own settings out."""
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
    return {
        "PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    } | dict.fromkeys(names, "bench@example.com")  # fmt: skip
