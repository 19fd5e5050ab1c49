"""What the code index costs: `python benchmarks/code_index.py --source FOLDER --files 5000,50000`.

The code is a public repository's own: its history, and copies of its files with other names in them until
there are enough. Everything is measured in processes of its own; memory is that of all of them together.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE_SECONDS = 0.02  # between two looks at the memory in use
ROUNDS = 15  # of what is short
CHANGED = 10  # files of the commit that is made: more than nine of ten commits have
QUERY = (
    "fix the parser error when a nested expression has a default argument and the cache returns stale results for"
    " printing numeric values in the command line settings loader with unicode path names"
)
COLUMNS = (
    "files", "MB of text", "cold, s", "processor, s", "peak, MB", "index, MB", "nothing changed, ms (p50, p95)",
    "one commit, s", "words of a task, ms", "history, ms", "imports, ms",
)  # fmt: skip
_IDENTIFIER = re.compile(rb"\b[A-Za-z_][A-Za-z0-9_]{7,}\b")
_HIDDEN = re.compile(r"/\.(git|oldhand)/")

# Run in a process of its own: what one round costs, as JSON on its last line.
_PROGRAM = """
import json, os, sys, time
from pathlib import Path
from oldhand.memory import Memory
memory = Memory(Path(sys.argv[1]), Path(sys.argv[2]), environment=dict(os.environ))
if not memory.project.remembered:
    memory.make_store()
from oldhand.code.indexing import indexed
from oldhand.model.terms import index_terms
terms = index_terms(sys.argv[4])
rounds = []
for _ in range(int(sys.argv[3])):
    times = [time.perf_counter()]
    with indexed(memory) as index:
        times.append(time.perf_counter())
        documents = index.documents()
        found = index.matching(terms)
        times.append(time.perf_counter())
        index.history(2000)
        times.append(time.perf_counter())
        index.imports()
        times.append(time.perf_counter())
    rounds.append([round(1000 * (b - a), 2) for a, b in zip(times, times[1:])])
print(json.dumps({"files": len(documents.names), "terms": len(found), "rounds": rounds, "notes": index.notes}))
"""


def main(words: list[str]) -> int:
    """Measure and print a section for docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(prog="benchmarks/code_index.py", description="Measure what the code index costs.")
    parser.add_argument("--source", required=True, metavar="FOLDER", help="a clone of a public repository")
    parser.add_argument("--files", default="5000,50000", help="how many files, with commas")
    options = parser.parse_args(words)
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    for count in map(int, options.files.split(",")):
        with tempfile.TemporaryDirectory(prefix="oldhand-bench-") as folder:
            print(measured(Path(options.source), Path(folder), count), flush=True)
    return 0


def measured(source: Path, folder: Path, count: int) -> str:
    """One row: the costs with so many files."""
    tree, home = folder / "tree", folder / "home"
    subprocess.run(["git", "clone", "-q", "--shared", str(source), str(tree)], check=True)
    size = grown(tree, count)
    commit(tree, "Copies")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cold, peak = run(tree, home, 1)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    warm, _ = run(tree, home, ROUNDS)
    changed = []
    for number in range(3):
        files = sorted(path for path in tree.rglob("*.*") if path.is_file() and not _HIDDEN.search(f"{path}/"))
        for path in files[number :: max(1, len(files) // CHANGED)][:CHANGED]:
            path.write_bytes(path.read_bytes() + b"\n# changed\n")
        commit(tree, f"Change {number}")
        again, _ = run(tree, home, 1)
        changed.append(again["rounds"][0][0] / 1000)
    quiet = [one[0] for one in warm["rounds"][1:]]
    rest = [statistics.median(one[at] for one in warm["rounds"][1:]) for at in (1, 2, 3)]
    index = sum(file.stat().st_size for file in (tree / ".oldhand").glob("code.db*")) / 1e6
    p95 = sorted(quiet)[int(0.95 * (len(quiet) - 1) + 0.5)]
    unchanged = f"{statistics.median(quiet):.0f}, {p95:.0f}"
    return (
        f"| {cold['files']:,} | {size / 1e6:.0f} | {cold['rounds'][0][0] / 1000:.1f} | {spent:.0f}"
        f" | {peak / 1024:.0f} | {index:.0f} | {unchanged} | {statistics.median(changed):.2f}"
        f" | {rest[0]:.0f} | {rest[1]:.0f} | {rest[2]:.0f} |"
    )


def grown(tree: Path, count: int) -> int:
    """Copies of the tree's text files, every long name in them changed, until there are `count` files; bytes of all."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=tree, capture_output=True, check=True).stdout
    files = [tree / name for name in listed.decode().split("\0") if name and (tree / name).is_file()]
    texts = [(file.relative_to(tree), file.read_bytes()) for file in files if file.stat().st_size < 1 << 20]
    texts = [(path, raw) for path, raw in texts if b"\0" not in raw]
    total, made = sum(file.stat().st_size for file in files), len(files)
    copy = 0
    while made < count:
        copy += 1
        mark = f"_{copy}".encode()
        for path, raw in texts[: count - made]:
            place = tree / "copies" / f"copy{copy}" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            # A third of the long names differ from copy to copy, as they do between parts of one large project.
            changed = _IDENTIFIER.sub(partial(_renamed, mark=mark), raw)
            place.write_bytes(changed)
            total += len(changed)
        made += len(texts[: count - made])
    return total


def _renamed(name: re.Match[bytes], mark: bytes) -> bytes:
    """A third of the names with the copy's mark."""
    return name[0] + mark if sum(name[0]) % 3 == 0 else name[0]


def commit(tree: Path, subject: str) -> None:
    """Commit everything."""
    person = {
        f"GIT_{role}_{what}": f"ann@{what}".lower() for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **person, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "add", "-A", "-f", "--", ".", ":!.oldhand"], cwd=tree, env=environment, check=True)
    subprocess.run(["git", "commit", "-q", "-m", subject], cwd=tree, env=environment, check=True)


def run(tree: Path, home: Path, rounds: int) -> tuple[dict[str, Any], int]:
    """What the program says, and the most memory it and its children had together, in KB."""
    words = [sys.executable, "-c", _PROGRAM, str(tree), str(home), str(rounds), QUERY]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "GIT_CONFIG_GLOBAL": os.devnull}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)
    peak = 0
    while True:
        try:
            process.wait(SAMPLE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            peak = max(peak, sum(map(resident, family(process.pid))))
    assert process.stdout is not None
    said = process.stdout.read()
    if process.returncode:
        raise SystemExit(process.returncode)
    return json.loads(said.splitlines()[-1]), peak


def family(process: int) -> list[int]:
    """A process and those that its threads have started."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        started = [int(one) for task in tasks for one in (task / "children").read_text(encoding="utf-8").split()]
    except OSError:
        return []
    return [process, *(one for child in started for one in family(child))]


def resident(process: int) -> int:
    """The memory of a process in KB; what several share is counted once among them."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
