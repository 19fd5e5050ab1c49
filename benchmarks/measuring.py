"""Taking figures: times of calls and of whole processes, and what a series of them comes to."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

UNSET = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONPATH",
    "OLDHAND_STORE",
    "OLDHAND_HOME",
    "PYTHONUNBUFFERED",
)
"""Left out of the environment of measured processes. Without .pyc files every import compiles its source, which no
installed program does after its first start: that case is measured by itself."""


class Series(NamedTuple):
    """Times of one thing measured many times, in milliseconds, in the order they were taken.

    processor: the processor's time alone (user and system), which hardly depends on what else the machine does.
    """

    values: tuple[float, ...]
    processor: tuple[float, ...] = ()

    @property
    def runs(self) -> int:
        """How many times it was measured."""
        return len(self.values)

    @property
    def best(self) -> float:
        """The least: what it costs when nothing else runs."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The middle value."""
        return self.at(0.50)

    @property
    def p95(self) -> float:
        """The value that one in twenty exceeds."""
        return self.at(0.95)

    @property
    def spread(self) -> float:
        """The distance between the quartiles, as a share of the median: above 0.3, read the figures to one digit."""
        return (self.at(0.75) - self.at(0.25)) / self.median if self.median else 0.0

    def at(self, share: float) -> float:
        """The value below which this share of the values lies."""
        return ranked(self.values, share)

    @property
    def processor_median(self) -> float:
        """The middle of the processor's times."""
        return ranked(self.processor, 0.50)

    @property
    def processor_p95(self) -> float:
        """The processor's time that one in twenty exceeds."""
        return ranked(self.processor, 0.95)


def ranked(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank); 0 without values."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Taken(NamedTuple):
    """What one thing took, in seconds: by the clock on the wall, and of the processor."""

    wall: float
    processor: float


def series(found: Iterable[Taken]) -> Series:
    """A series in milliseconds."""
    kept = list(found)
    return Series(tuple(one.wall * 1000 for one in kept), tuple(one.processor * 1000 for one in kept))


def timed(work: Callable[[], object]) -> Taken:
    """What `work` takes, done in this process."""
    processor, started = time.process_time(), time.perf_counter()
    work()
    return Taken(time.perf_counter() - started, time.process_time() - processor)


def each(work: Callable[[int], object], runs: int) -> Series:
    """`work` measured by itself for each of 0, 1, 2 … `runs` - 1."""
    return series([timed(lambda number=number: work(number)) for number in range(runs)])  # type: ignore[misc]


class Ended(NamedTuple):
    """A process that has ended: what it took and its exit code."""

    taken: Taken
    code: int


def environment(**more: str) -> dict[str, str]:
    """The environment of measured processes."""
    return {name: value for name, value in os.environ.items() if name not in UNSET} | more


def process(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Ended:
    """Run one process to its end, its output thrown away."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, stream) for stream in (0, 1, 2)]
    before = os.getcwd()
    os.chdir(folder)  # the child begins where we are
    try:
        started = time.perf_counter()
        number = os.posix_spawn(command[0], list(command), dict(variables), file_actions=actions)
        _, status, used = os.wait4(number, 0)
        wall = time.perf_counter() - started
    finally:
        os.chdir(before)
        os.close(nowhere)
    return Ended(Taken(wall, used.ru_utime + used.ru_stime), os.waitstatus_to_exitcode(status))


class Command(NamedTuple):
    """A process to be measured: its words (several take turns), where it runs, and its own variables."""

    turns: tuple[tuple[str, ...], ...]
    folder: Path
    variables: dict[str, str]


def alternating(commands: Mapping[str, Command], runs: int) -> dict[str, Series]:
    """Several processes measured in turn, so that each meets the same load.

    Each command runs once unmeasured (so that .pyc files and the page cache are there), then `runs` times.
    """
    ended: dict[str, list[Taken]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            words = command.turns[turn % len(command.turns)]
            variables = environment(**command.variables)
            done = process(words, command.folder, variables)
            if done.code:
                raise RuntimeError(f"{name} ended with code {done.code}: {said_by(words, command.folder, variables)}")
            if turn:
                ended[name].append(done.taken)
    return {name: series(found) for name, found in ended.items()}


def said_by(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> str:
    """The last words of a command on standard error, for the message of a failure."""
    found = subprocess.run(command, cwd=folder, env=dict(variables), capture_output=True, check=False)
    return found.stderr.decode("utf-8", "replace")[-400:]


def bytes_of(folder: Path) -> int:
    """The bytes of every file below a folder."""
    return sum(entry.stat().st_size for entry in folder.rglob("*") if entry.is_file())


_PEAK = (
    "import os, resource, sys\n"
    "nowhere = os.open(os.devnull, os.O_RDWR)\n"
    "number = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])\n"
    "os.waitpid(number, 0)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
)


def peak_mib(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> float:
    """The most memory a process takes. A small process starts it: Linux hands the starter's peak on to the child."""
    command = [sys.executable, "-I", "-S", "-c", _PEAK, *words]
    found = subprocess.run(command, cwd=folder, env=environment(**variables), capture_output=True, check=True)
    return float(found.stdout)


def resident_mib(number: int) -> float:
    """The resident memory of a process now, from /proc; 0 where the system does not tell."""
    try:
        for line in Path(f"/proc/{number}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass  # no /proc here, or the process has ended
    return 0.0
