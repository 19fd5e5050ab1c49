"""Measure how right recall is and print the report, or write it into docs/BENCHMARKS.md.

    python benchmarks/recall/run.py --eval FOLDER --out FOLDER --write docs/BENCHMARKS.md

Results are kept in the folder of --out, outside the repository; a run that was stopped is taken up where it was, and
what the sources of recall gave before they changed is measured anew. README.md beside this file tells the rest.
"""

import argparse
import os
import shlex
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PARTS = ("quality", "abstention", "staleness", "report")
MOST_PROCESSES = 2
STALE_SYSTEMS = GATE_SYSTEMS = ("fts5", "system1", "system2")  # of which staleness and abstention are told


def main(words: list[str]) -> int:
    """Measure what was asked for, then tell it. A missed target is a figure, not a failure."""
    options = _options(words)
    if str(REPOSITORY) not in sys.path:
        sys.path[0] = str(REPOSITORY)  # so that it also runs as a file
    from benchmarks.recall import harness, quality, report, systems

    harness.use(options.eval)
    folder = Path(options.out).expanduser().absolute()
    if folder.is_relative_to(REPOSITORY):
        raise SystemExit(f"{folder} is inside the repository; keep results elsewhere.")
    os.environ.setdefault("OLDHAND_BENCH_HOME", str(folder / "home"))
    known = harness.module("datasets").SETS
    sets = tuple(name for name in _named(options.sets, quality.SETS, known) if name in known)
    wanted = _able(_named(options.systems, tuple(systems.SYSTEMS), systems.SYSTEMS))
    measured = [part for part in PARTS if part in options.only.split(",")] if options.only else list(PARTS)
    jobs = [(part, *job) for part in measured if part != "report" for job in _jobs(part, sets, wanted, options)]
    _work(jobs, folder, options.processes)
    found = quality.found(sets, tuple(systems.SYSTEMS), options.corpora, folder)
    _tell(report.written(report.sections(found, folder), _command(words)), options.write)
    return 0


def _jobs(part: str, sets: tuple[str, ...], wanted: list[str], options: Any) -> list[tuple[str, str, Any]]:
    """(system, set, how much of it) of a part."""
    if part == "quality":
        return [(system, one, options.corpora) for one in sets for system in wanted]
    if part == "abstention":
        families = options.families.split(",") if options.families else []
        return [(system, options.field, families) for system in wanted if system in GATE_SYSTEMS]
    return [(system, "", 0) for system in wanted if system in STALE_SYSTEMS]


def _work(jobs: list[tuple[str, str, str, Any]], folder: Path, processes: int) -> None:
    """Do every job, at most MOST_PROCESSES at once; the first failure ends the run with its message."""
    if processes == 1:
        for job in jobs:
            work(job, folder)
        return
    with ProcessPoolExecutor(processes) as pool:
        for done in [pool.submit(work, job, folder) for job in jobs]:
            done.result()


def work(job: tuple[str, str, str, Any], folder: Path) -> None:
    """One job, in this process."""
    from benchmarks.recall import abstention, cases, quality, staleness

    part, system, name, most = job
    if part == "quality":
        quality.measure(quality.Job(name, system, most, folder))
    elif part == "abstention":
        abstention.measure(system, folder, most or cases.FAMILIES, name)
    else:
        staleness.measure(system, folder)
    sys.stderr.write(f"measured: {part} {system} {name}".rstrip() + "\n")


def _named(said: str, usual: tuple[str, ...], known: Any) -> tuple[str, ...]:
    """The names given with commas, or the usual ones. Raises SystemExit for one that is not there."""
    names = tuple(said.split(",")) if said else usual
    if said and (unknown := [name for name in names if name not in known]):
        raise SystemExit(f"There is no '{unknown[0]}': there are {', '.join(known)}.")
    return names


def _able(names: tuple[str, ...]) -> list[str]:
    """Those that can be measured here; of the others it is said why they are left out."""
    from benchmarks.recall.systems import SYSTEMS

    able = []
    for name in names:
        if why := SYSTEMS[name].missing():
            sys.stderr.write(f"left out: {name} ({why})\n")
        else:
            able.append(name)
    return able


def _tell(part: str, file: str) -> None:
    """Print the part, or put it into a document in the place of the one before."""
    from benchmarks import document

    if not file:
        sys.stdout.write(part + "\n")
        return
    path = Path(file)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(document.with_part(before, "recall", part), encoding="utf-8")


def _command(words: list[str]) -> str:
    """The command to take the figures again, without the places of this machine."""
    said = [Path(word).name if Path(word).is_absolute() else word for word in words]
    return shlex.join(["python", "benchmarks/recall/run.py", *said])


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/recall/run.py", description="Measure how right recall is.")
    parser.add_argument("--eval", default="", metavar="FOLDER", help="the evaluation harness (default: OLDHAND_EVAL)")
    parser.add_argument("--out", required=True, metavar="FOLDER", help="keep results there, outside the repository")
    parser.add_argument("--only", default="", metavar="PARTS", help=f"with commas: {', '.join(PARTS)}")
    parser.add_argument("--sets", default="", help="sets of the harness, with commas")
    parser.add_argument("--systems", default="", help="systems, with commas")
    parser.add_argument("--corpora", type=int, default=0, help="a sample of so many corpora of each set (0: all)")
    parser.add_argument("--families", default="", help="stores to ask unanswerable cues of, with commas")
    parser.add_argument("--field", default="", help="the answer's number: reply.NAME or first.NAME")
    parser.add_argument("--processes", type=int, default=1, choices=range(1, MOST_PROCESSES + 1))
    parser.add_argument("--write", default="", metavar="FILE", help="put the report into this document")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
