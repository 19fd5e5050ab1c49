"""How fast secrets are found, and how often something else is taken for one, on repositories that are named.

`python benchmarks/secrets/run.py REPOSITORY …` reads every file of each repository's latest commit (bare clones do).
What is flagged is listed with `--list`, to be judged by eye; `verdicts.json` keeps each judgement under a hash of its
place, and holds no text of any repository. What nobody judged counts as false. `--write docs/BENCHMARKS.md` puts the
figures there.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
VERDICTS = Path(__file__).with_name("verdicts.json")
PART = "secrets"  # of the document
SEED = 7
DRAWN = 5000  # lines of code: what the promise is about
LARGEST = 3_000_000  # bytes of a file; larger ones are data
SENTENCE = (
    "Payments are never retried automatically; the gateway is not idempotent. The token of a session is kept in Redis "
    "for two days, see src/pay/client.py::charge and the ticket PAY-1234. Ask Ann."
)
# Lines on which it is hard: a word that tells, or a long run with digits (hashes, ids, encoded data).
HARD = re.compile(r"passw|pwd|secret|token|key|auth|credential|://|[A-Za-z0-9+/_-]{20}", re.IGNORECASE)


class Flagged(NamedTuple):
    """A finding in a repository. name: a hash of its place; line: its number; hard: whether the line is hard."""

    name: str
    file: str
    line: int
    kind: str
    text: str


class Seen(NamedTuple):
    """What was read. lines: (lines, those not blank, hard ones); drawn, drawn_hard: findings on the lines drawn."""

    files: int
    size: int
    seconds: float
    lines: int
    hard: int
    flagged: list[Flagged]
    drawn: list[Flagged]
    drawn_hard: list[Flagged]


def texts(repository: Path) -> Iterator[tuple[str, str]]:
    """(path, text) of every text file of the latest commit, in git's order."""
    git = ["git", "-C", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True).stdout
    for entry in listed.split(b"\0"):
        about, _, path = entry.partition(b"\t")
        if about.split()[1:2] != [b"blob"]:
            continue
        raw = subprocess.run([*git, "cat-file", "blob", about.split()[2]], capture_output=True, check=False).stdout
        if b"\0" not in raw[:8000] and len(raw) <= LARGEST:
            yield path.decode("utf-8", "replace"), raw.decode("utf-8", "replace")


def seen(repositories: list[Path]) -> Seen:
    """Read all repositories and find what is taken for a secret."""
    from oldhand.model.secrets import find

    files = size = total = 0
    seconds = 0.0
    flagged: list[Flagged] = []
    lines: list[tuple[str, int]] = []
    hard: list[tuple[str, int]] = []
    for repository in repositories:
        for path, text in texts(repository):
            started = time.process_time()
            found = find(text)
            seconds += time.process_time() - started
            files, size = files + 1, size + len(text.encode("utf-8", "replace"))
            place = f"{repository}/{path}"
            for number, line in enumerate(text.split("\n"), 1):
                if line.strip():
                    total += 1
                    lines.append((place, number))
                    if HARD.search(line):
                        hard.append((place, number))
            for one in found:
                number = text.count("\n", 0, one.start) + 1
                start, end = text.rfind("\n", 0, one.start) + 1, one.end
                name = sha256(f"{path}:{number}:{one.kind}:{text[one.start : one.end]}".encode()).hexdigest()[:16]
                flagged.append(Flagged(name, place, number, one.kind, text[max(start, one.start - 80) : end][:200]))
    rng = random.Random(SEED)
    chosen, chosen_hard = (set(rng.sample(some, min(DRAWN, len(some)))) for some in (lines, hard))
    return Seen(
        files, size, seconds, total, len(hard), flagged,
        [one for one in flagged if (one.file, one.line) in chosen],
        [one for one in flagged if (one.file, one.line) in chosen_hard],
    )  # fmt: skip


def cost_of_a_sentence() -> float:
    """Seconds for one sentence of 200 characters with a word that tells: the best of many."""
    from oldhand.model.secrets import find

    best = 1.0
    for _ in range(20):
        started = time.process_time()
        for _ in range(500):
            find(SENTENCE)
        best = min(best, (time.process_time() - started) / 500)
    return best


def told(found: Seen, verdicts: dict[str, str], repositories: list[Path]) -> str:
    """The part of the document."""
    judged = Counter(verdicts.get(one.name, "false") for one in found.flagged)
    drawn = sum(verdicts.get(one.name, "false") == "false" for one in found.drawn)
    drawn_hard = sum(verdicts.get(one.name, "false") == "false" for one in found.drawn_hard)
    names = ", ".join(sorted(path.parent.name.replace("+", "/") for path in repositories))
    rows = [
        ("a sentence of 200 characters", f"{cost_of_a_sentence() * 1e6:.0f} µs", "100 µs"),
        ("source files", f"{found.size / found.seconds / 1e6:.1f} MB/s", "20 MB/s, wished for"),
        (f"{DRAWN:,} lines drawn from all", f"{drawn} false ({drawn / DRAWN:.2%})", "1 %"),
        (f"{DRAWN:,} lines drawn from the hard ones", f"{drawn_hard} false ({drawn_hard / DRAWN:.2%})", "1 %"),
        (f"all {found.lines:,} lines", f"{judged['false']} false ({judged['false'] / found.lines:.4%})", ""),
    ]
    table = "\n".join(f"| {what} | {figure} | {budget} |" for what, figure, budget in rows)
    paragraphs = (
        "## Secrets",
        (
            "What finding secrets costs, and how often something else is taken for one: "
            f"`python benchmarks/secrets/run.py REPOSITORY …`. Read were all {found.files:,} text files "
            f"({found.size / 1e6:.0f} MB) of the latest commits of {names}: code, tests, documents, lock files."
        ),
        f"| what | measured | budget |\n|---|---|---|\n{table}",
        (
            f"Hard lines ({found.hard:,}) have a word that tells (password, token, key …), an address, or 20 "
            f"characters in a row. Of {len(found.flagged)} findings, each judged by eye, {judged['secret']} are "
            f"secrets by their form and place: keys and passwords of tests, keys of public search services. "
            f"{judged['example']} are made-up values in addresses and documents. {judged['false']} are neither, "
            "and count as false."
        ),
    )
    return "\n\n".join(paragraphs) + "\n"


def main(words: list[str]) -> int:
    """Run, and print or write the part of the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true", help="list what is flagged, with its verdict")
    parser.add_argument("--write", default="", help="the document whose part is replaced")
    options = parser.parse_args(words)
    sys.path[0] = str(REPOSITORY)
    from benchmarks import document

    found = seen(options.repositories)
    verdicts = json.loads(VERDICTS.read_text("utf-8")) if VERDICTS.exists() else {}
    if options.list:
        for one in found.flagged:
            said = verdicts.get(one.name, "?")
            sys.stdout.write(f"{one.name} {said:8} {one.file}:{one.line} {one.kind} | {one.text!r}\n")
        return 0
    part = told(found, verdicts, options.repositories)
    if options.write:
        path = Path(options.write)
        path.write_text(document.with_part(path.read_text("utf-8"), PART, part), "utf-8")
    else:
        sys.stdout.write(part)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
