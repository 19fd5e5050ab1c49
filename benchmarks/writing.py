"""Writes: one acknowledged call, many processes at once, bulks; and the work of keeping a store whole."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks import corpus, stores
from benchmarks.controls import Fts5
from benchmarks.machine import interpreter
from benchmarks.measuring import Series, each, environment, timed
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.operation import call

PROSE = """\
One acknowledged call inside a process: checked, hashed, journaled, indexed, in the root, and synced to the disk when \
it returns. The yardsticks are one synced append of a page to a file, and one insert into a bare FTS5 table with the \
same durability, on the same disk.\
"""
RUNS = 300  # of each single write
WRITERS = (4, 16)  # processes at once
WRITERS_SECONDS = 4.0  # how long they write
BULK = 20_000  # memories in one bulk
BULKS = 3
WRITE_MS, WRITERS_A_SECOND, BULK_A_SECOND = 2.0, 1_500.0, 20_000.0
FLAT = 1.5  # times the figure at the smallest size: what still counts as flat
SYNCED_BYTES = 4_096  # one page, the least a durable write can cost


def run(settings: Settings) -> Section:
    """Measure every write at every size."""
    rows: list[tuple[object, ...]] = []
    bulks: list[tuple[object, ...]] = []
    medians: dict[str, list[float]] = {"remember": [], "root": []}
    fastest = 0.0
    for size in settings.sizes:
        with stores.scratch(size) as place:
            for name, found in _single(place, settings).items():
                rows.append((f"{size:,}", name, *times(found)))
                medians.setdefault(name, []).append(found.median)
            rates = _bulk(place, settings)
            fastest = max(fastest, *rates)
            bulks.append((f"{size:,}", *(round(rate) for rate in rates)))
    with stores.scratch(0, blank=True) as place:
        rows += [("–", name, *times(found)) for name, found in _yardsticks(place.root, settings).items()]
    crowds = {count: _crowd(count, settings) for count in WRITERS}
    return Section(
        "Writes",
        PROSE,
        (
            table(("memories before", "call", *TIMES_HEAD), rows),
            f"Bulks of {BULK if not settings.quick else 500:,} JSON lines, memories a second, one after the other:\n\n"
            + table(("memories before", *(f"bulk {at + 1}" for at in range(len(bulks[0]) - 1))), bulks),
            f"Many processes, each writing one memory after another for {WRITERS_SECONDS:.0f} seconds into one "
            "store:\n\n"
            + table(
                ("processes", "acknowledged a second", "slowest write ms"), [(n, *crowd) for n, crowd in crowds.items()]
            ),
        ),
        tuple(_verdicts(medians, crowds, fastest)),
    )


def _single(place: stores.Place, settings: Settings) -> dict[str, Series]:
    runs = 10 if settings.quick else RUNS
    fresh = [dict(corpus.memory(place.size + number, place.size + runs)) for number in range(runs)]
    with place.opened() as memory:
        names = [item.id for item in call(memory, "active", {"limit": runs}).items]
        call(memory, "remember", {"text": "A first write, which makes the copy a replica of its own."})
        kept = {name: value for name, value in fresh[0].items() if name in ("kind", "domain")}
        return {
            "remember": each(lambda at: call(memory, "remember", fresh[at]), runs),
            "revise": each(
                lambda at: call(memory, "revise", {"name": names[at], "text": f"{kept['kind']} revised, number {at}."}),
                len(names),
            ),
            "confirm": each(lambda at: call(memory, "confirm", {"name": names[at]}), len(names)),
            "root": each(lambda at: call(memory, "root", {}), runs),
        }


def _bulk(place: stores.Place, settings: Settings) -> list[float]:
    """Memories a second of bulk after bulk."""
    lines = 500 if settings.quick else BULK
    begin = place.size + RUNS
    rates = []
    with place.opened() as memory:
        for at in range(1 if settings.quick else BULKS):
            said = stores.lines(begin + at * lines, begin + (at + 1) * lines, begin)
            rates.append(lines / timed(partial(call, memory, "remember", {"jsonl": said})).wall)
    return rates


def _yardsticks(folder: Path, settings: Settings) -> dict[str, Series]:
    runs = 10 if settings.quick else RUNS
    file = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    page = bytes(SYNCED_BYTES)
    synced = each(lambda _: _append(file, page), runs)
    os.close(file)
    control = Fts5(str(folder / "control.db"))
    inserted = each(lambda at: control.add(str(corpus.memory(at, runs)["text"])), runs)
    control.close()
    return {"yardstick: one synced page": synced, "yardstick: bare FTS5 insert": inserted}


def _append(file: int, page: bytes) -> None:
    """One synced append."""
    os.write(file, page)
    os.fdatasync(file)


class Crowd(NamedTuple):
    """What many writers came to: acknowledged writes a second, and the slowest of them in ms."""

    rate: int
    slowest: float


def _crowd(count: int, settings: Settings) -> Crowd:
    """(acknowledged writes a second, the slowest write in ms) of so many processes at once."""
    seconds = 0.5 if settings.quick else WRITERS_SECONDS
    with stores.scratch(0, blank=True) as place:
        command = [interpreter(), "-m", "benchmarks.writing", str(place.root), str(place.home), str(seconds)]
        writers = [
            subprocess.Popen([*command, str(n)], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for n in range(count)
        ]
        for writer in writers:
            _pipe(writer.stdout).readline()  # it is ready
        for writer in writers:
            _pipe(writer.stdin).write(b"go\n")
            _pipe(writer.stdin).flush()
        said = [json.loads(writer.communicate()[0]) for writer in writers]
        kept = _count(place)
    acknowledged = sum(one["count"] for one in said)
    if kept != acknowledged:
        raise RuntimeError(f"{acknowledged} writes were acknowledged and {kept} are there")
    began, ended = min(one["began"] for one in said), max(one["ended"] for one in said)
    return Crowd(round(acknowledged / (ended - began)), max(one["slowest"] for one in said) * 1000)


def _count(place: stores.Place) -> int:
    with place.opened() as memory:
        return int(call(memory, "status", {}).memories)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream
    return stream


def _verdicts(medians: dict[str, list[float]], crowds: dict[int, Crowd], fastest: float) -> list[Verdict]:
    remember = medians["remember"][-1]
    judged = [
        Verdict(
            "one acknowledged `remember`, p50 at the largest size", f"<= {WRITE_MS:.0f} ms", f"{remember:.2f} ms",
            remember <= WRITE_MS,
        )
    ]  # fmt: skip
    for name in ("remember", "root"):
        growth = medians[name][-1] / medians[name][0]
        what = f"`{name}`, largest size to smallest"
        judged.append(Verdict(what, f"flat (<= {FLAT} x)", f"{growth:.2f} x", growth <= FLAT))
    for what, budget, rate in (
        ("writes from 16 processes", WRITERS_A_SECOND, crowds[16].rate), ("bulk, best of all", BULK_A_SECOND, fastest),
    ):  # fmt: skip
        judged.append(Verdict(what, f">= {budget:,.0f} a second", f"{rate:,.0f} a second", rate >= budget))
    return judged


def main(root: str, home: str, seconds: str, number: str) -> None:
    """One of many writers: says that it is ready, waits for a line, writes until its time is over, says how it went."""
    place = stores.Place(Path(root), Path(home), 0)
    count, slowest = 0, 0.0
    with place.opened() as memory:
        memory.store()
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.time()
        while time.time() - began < float(seconds):
            said = f"Writer {number} noted fact {count} about `writer_{number}_{count}`."
            slowest = max(slowest, timed(partial(call, memory, "remember", {"text": said})).wall)
            count += 1
        ended = time.time()
    print(json.dumps({"count": count, "slowest": slowest, "began": began, "ended": ended}))


if __name__ == "__main__":
    main(*sys.argv[1:])
