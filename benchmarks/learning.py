"""The whole loop on a real repository: its decision records are decided again, one after the other, and then judged.

    python -m benchmarks.learning REPOSITORY --records docs/adr [doc/adr ...] [--sure 0.9] [--ask "..."] [--keep FOLDER]

REPOSITORY is a git repository with its whole history; it is cloned, and nothing is written into it. The folders are all
those in which its records ever lay. For each commit that adds a decision record, or gives one its decision, the clone
is put back to that commit, and its record is imported with the clock at that moment, so that nothing of what came after
is known. A forecaster then states the confidence of `--sure` for each: it is
no one's judgement, but a constant against which the calibration can be read. At the end the clone stands at its latest
commit, outcomes and negative knowledge are derived, and the next decision is asked about. Every commit that a number
rests on is looked up in the repository.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from oldhand.code.history import commits
from oldhand.errors import BadExport
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.store import Store

MOST = 200  # negative memories that are told
FORECASTER = "constant"  # the agent by whose name the confidence is stated
ENDINGS = (".md", ".markdown", ".adoc")  # of the names of records
AFTER_MS = 60_000  # the clock stands a minute after the commit that adds a record


class Then(Memory):
    """A memory whose clock stands where the replay is."""

    at = 0

    def now(self) -> int:  # type: ignore[override]
        """The moment of the replay, in milliseconds since 1970."""
        return self.at


class Adding(NamedTuple):
    """A commit that adds or changes records: its id, its time (ms), the paths of those it adds and of those it
    changes."""

    sha: str
    time: int
    added: tuple[str, ...]
    changed: tuple[str, ...]


class Loop(NamedTuple):
    """What the loop gave. decided: ids in the order they were decided; outcomes, calibration, negative, mined, next:
    replies of the operations; missing: references of evidence that are no commits of the repository; seconds: of
    `outcomes update`, and of its second run."""

    decided: list[str]
    outcomes: list[Any]
    calibration: Any
    negative: list[Any]
    next: Any
    updated: Any
    again: Any
    missing: list[str]
    seconds: tuple[float, float]


def git(root: Path, *words: str) -> str:
    """What a git command prints."""
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout.strip()


def run(clone: Path, home: Path, records: Sequence[str], sure: float, ask: str) -> Loop:
    """Decide again what the records under some folders decided, then learn from it. The clone's work tree is moved."""
    environment = dict(os.environ)
    latest = git(clone, "rev-parse", "HEAD")
    adding = _adding(clone, records, environment)
    if not adding:
        raise SystemExit(f"no commit adds a file under {', '.join(records)}")
    Store.create(clone / ".oldhand", adding[0].time, home).close()
    # The confidence counts as if the record had stated it, so that what the record says later can replace it.
    memory = Then(clone, home, actor="replay", trust="repo", origin="cli", environment=environment)
    with memory:
        decided = _decided(memory, clone, adding, sure)
        git(clone, "checkout", "-q", "--force", latest)
        memory.at = int(git(clone, "log", "-1", "--format=%ct")) * 1_000 + AFTER_MS
        for folder in records:  # what the records say by now of each other: which one replaced which
            with suppress(BadExport):
                call(memory, "decision_import", {"file": folder})
        call(memory, "init", {})  # the project's own history: what was taken back, beside what decisions say
        began = perf_counter()
        updated = call(memory, "outcomes_update", {})
        first = perf_counter() - began
        began = perf_counter()
        again = call(memory, "outcomes_update", {})
        seconds = (first, perf_counter() - began)
        call(memory, "negative_update", {})
        outcomes = [call(memory, "outcomes_show", {"name": one}).ended for one in decided]
        calibration = call(memory, "calibration_show", {"cases": True, "limit": len(decided)})
        negative = call(memory, "negative_list", {"limit": MOST}).items
        following = call(memory, "decide", {"text": ask or _worst(outcomes), "confidence": str(sure)})
    missing = [
        one.ref for end in outcomes for one in end.evidence
        if _is_commit(one.ref) and not _there(clone, one.ref)
    ]  # fmt: skip
    return Loop(decided, outcomes, calibration, negative, following, updated, again, missing, seconds)


def _adding(clone: Path, records: Sequence[str], environment: dict[str, str]) -> list[Adding]:
    """The commits that add or change records, the earliest first. A record that was only moved is no new one."""
    folders = tuple(f"{folder.rstrip('/')}/" for folder in records)
    found = []
    for one in commits(clone, environment, lines=False):
        paths: dict[str, list[str]] = {"A": [], "M": []}
        for change in one.changes:
            if change.status in paths and change.path.startswith(folders) and change.path.endswith(ENDINGS):
                paths[change.status].append(change.path)
        if paths["A"] or paths["M"]:
            found.append(Adding(one.sha, one.time, tuple(paths["A"]), tuple(paths["M"])))
    return found[::-1]


def _decided(memory: Then, clone: Path, adding: Sequence[Adding], sure: float) -> list[str]:
    """The ids of the decisions, in the order in which their records had one."""
    known: dict[str, None] = {}
    waiting: set[str] = set()  # pages beside the records, and records without a decision as yet
    for one in adding:
        paths = [*one.added, *(path for path in one.changed if path in waiting)]
        if not paths:
            continue
        git(clone, "checkout", "-q", "--force", one.sha)
        memory.at = max(one.time + AFTER_MS, memory.at + 1)
        for path in paths:
            try:
                brought = call(memory, "decision_import", {"file": path}).records
            except BadExport:
                waiting.add(path)
                continue
            waiting.discard(path)
            for record in brought:
                if record.outcome == "new" and record.id not in known:
                    known[record.id] = None
                    call(memory, "decision_record", {"of": record.id, "confidence": str(sure), "agent": FORECASTER})
    return list(known)


def _worst(outcomes: Sequence[Any]) -> str:
    """The title of the decision that ended worst: the next one like it is asked about."""
    return str(min(outcomes, key=lambda one: (one.value, -one.weight)).title)


def _is_commit(ref: str) -> bool:
    return len(ref) >= 7 and all(digit in "0123456789abcdef" for digit in ref)


def _there(clone: Path, ref: str) -> bool:
    done = subprocess.run(
        ["git", "-C", str(clone), "cat-file", "-e", f"{ref}^{{commit}}"], capture_output=True, check=False
    )
    return done.returncode == 0


def told(loop: Loop) -> list[str]:
    """The loop in lines that a person reads."""
    first, again = loop.seconds
    ended = Counter(one.state for one in loop.outcomes).most_common()
    lines = [
        f"{len(loop.decided)} decisions; outcomes derived in {first:.1f} s, again in {again:.2f} s",
        "ended: " + ", ".join(f"{count} {state}" for state, count in ended),
    ]
    for one in loop.outcomes:
        lines.append(f"  {one.id[:12]} {one.state:<9} {_share(one.value)} by {_share(one.weight)}  {one.title}")
        lines += [
            f"      {piece.at[:10]} {piece.source:<9} {_share(piece.value)} by {_share(piece.weight)}"
            f"  {piece.ref[:12]:<12}  {piece.said[:100]}"
            for piece in one.evidence
        ]  # fmt: skip
    lines += [_calibrated(part) for part in loop.calibration.parts]
    lines += [f"negative: {one.id[:12]} {one.text[:150]} [{', '.join(one.evidence)[:80]}]" for one in loop.negative]
    lines += ["the next decision is told:", *(f"  {line}" for line in loop.next.lines)]
    lines.append(f"references that are no commits here: {len(loop.missing)}")
    return lines


def _calibrated(part: Any) -> str:
    said = f"calibration: {part.number} forecasts, {part.trials:.2f} trials"
    if part.posterior is None:
        return f"{said}: too few to tell anything"
    low, high = part.posterior.interval
    return (
        f"{said}, stated {part.stated:.4f}, went {part.went:.4f}, Brier {part.brier:.4f}, log {part.log_score:.4f},"
        f" posterior {part.posterior.mean:.4f} ({low:.4f} to {high:.4f})"
    )


def _share(value: int) -> str:
    return f"{value / 100:5.1f} %"


def main(words: Sequence[str]) -> int:
    """Replay one repository and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("repository", type=Path)
    parser.add_argument("--records", nargs="+", default=["docs/adr"], help="folders of decision records")
    parser.add_argument("--sure", type=float, default=0.9)
    parser.add_argument("--ask", default="")
    parser.add_argument("--keep", type=Path, help="an empty folder for the clone and its memory, to ask more of it")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.keep or Path(scratch)).resolve()
        clone, home = folder / "clone", folder / "home"
        home.mkdir(parents=True)
        subprocess.run(["git", "clone", "-q", "-n", "--shared", str(options.repository), str(clone)], check=True)
        git(clone, "sparse-checkout", "set", *options.records)  # the history is read from git: no other file is needed
        (clone / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
        sys.stdout.write("\n".join(told(run(clone, home, options.records, options.sure, options.ask))) + "\n")
    if options.keep:
        sys.stdout.write(f"kept: cd {clone} && OLDHAND_HOME={home} oldhand calibration show --cases\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
