"""Starting: whole processes, from the shell's point of view, beside a bare interpreter."""

import shutil
import tempfile
from pathlib import Path

import apsw

import oldhand
from benchmarks import cues, stores
from benchmarks.clients import McpClient
from benchmarks.machine import interpreter
from benchmarks.measuring import Command, Series, Taken, alternating, series, timed
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings

BARE = "`python -c pass`"
PROSE = f"""\
Whole processes from spawn to end, in turn with the bare interpreters so that all meet the same load; files are in the \
page cache, .pyc files are there. Ratios are of medians, to {BARE}. `recall` takes turns with 10 different cues. Hooks \
are measured by themselves (`hooks`).\
"""
RUNS = 25  # of each process
SERVER_RUNS = 8  # of a server's start
FIRST_RUNS = 3  # of a very first start, which compiles everything
RECALL_BUDGET = 6.0  # times a bare interpreter
SERVER_SECONDS = 1.0


def oldhand_command() -> tuple[str, ...]:
    """The command `oldhand` of this environment, or the module where it is not installed as a command."""
    script = Path(interpreter()).with_name("oldhand")
    return (str(script),) if script.exists() else (interpreter(), "-m", "oldhand")


def run(settings: Settings) -> Section:
    """Measure every start."""
    runs = 3 if settings.quick else RUNS
    commands: dict[str, Command] = {
        BARE: Command(((interpreter(), "-c", "pass"),), Path.cwd(), {}),
        "`oldhand --version`": Command(((*oldhand_command(), "--version"),), Path.cwd(), {}),
    }
    copies = []
    for size in settings.sizes:
        commands |= _reads(stores.kept(size))
        copies.append(stores.scratch(size))
        place = copies[-1].__enter__()
        said = tuple((*oldhand_command(), "remember", f"Cold write {turn} of a benchmark.") for turn in range(runs + 2))
        commands[f"`oldhand remember`, {size:,}"] = Command(said, place.root, {"OLDHAND_HOME": str(place.home)})
    try:
        found = alternating(commands, runs)
    finally:
        for copy in copies:
            copy.__exit__(None, None, None)
    servers = _servers(settings)
    return _section(settings, found, servers)


def _reads(place: stores.Place) -> dict[str, Command]:
    """The processes that only read a store."""
    asked = tuple((*oldhand_command(), "recall", cue) for _, cue in cues.cues(place.size, 30)[::3])
    return {f"`oldhand recall`, {place.size:,}": Command(asked, place.root, {"OLDHAND_HOME": str(place.home)})}


def _servers(settings: Settings) -> dict[str, Series]:
    """From the start of `oldhand mcp` to its first answer."""
    place = stores.kept(settings.sizes[-1])
    variables = {"OLDHAND_HOME": str(place.home)}

    def initialized(more: dict[str, str]) -> Taken:
        return timed(lambda: _answered(place, variables | more, modern=False))

    runs = 2 if settings.quick else SERVER_RUNS
    initialized({})
    found = {
        "to the answer to `initialize`": series(initialized({}) for _ in range(runs)),
        "to the answer to `server/discover`": series(
            timed(lambda: _answered(place, variables, modern=True)) for _ in range(runs)
        ),
    }
    with tempfile.TemporaryDirectory(dir=stores.folder()) as compiled:
        initialized({"PYTHONPYCACHEPREFIX": compiled})
        firsts = []
        for _ in range(1 if settings.quick else FIRST_RUNS):
            _forget_packages(Path(compiled))
            firsts.append(initialized({"PYTHONPYCACHEPREFIX": compiled}))
        found["the very first start (no package has .pyc files yet)"] = series(firsts)
    return found


def _answered(place: stores.Place, variables: dict[str, str], *, modern: bool) -> None:
    with McpClient((*oldhand_command(), "mcp"), place.root, variables) as client:
        client.discover() if modern else client.greet()
        client.process.kill()  # the time of ending is no part of being ready


def _forget_packages(compiled: Path) -> None:
    """Remove the compiled files of Oldhand and of every installed package; the standard library keeps its own."""
    for module in (oldhand, apsw):
        place = Path(str(module.__file__)).parents[1]
        shutil.rmtree(compiled / str(place).lstrip("/"), ignore_errors=True)


def _section(settings: Settings, found: dict[str, Series], servers: dict[str, Series]) -> Section:
    rows = [(name, *times(taken), *ratios(name, found)) for name, taken in found.items()]
    processes = table(("process", *TIMES_HEAD, "ratio", "of processor times"), rows)
    ready = table(
        ("`oldhand mcp`", "median ms", "p95 ms", "best ms", "runs"),
        [(name, one.median, one.p95, one.best, one.runs) for name, one in servers.items()],
    )
    return Section(
        "Starting",
        PROSE,
        (processes, ready),
        tuple(_verdicts(settings, found, servers)),
    )


def ratios(name: str, found: dict[str, Series]) -> tuple[str, str]:
    """How often the bare interpreter's median fits in a process's, by the clock and by the processor's time."""
    one, bare = found[name], found[BARE]
    return f"{one.median / bare.median:.1f} x", f"{one.processor_median / bare.processor_median:.1f} x"


def _verdicts(settings: Settings, found: dict[str, Series], servers: dict[str, Series]) -> list[Verdict]:
    judged = []
    size = 100_000 if 100_000 in settings.sizes else settings.sizes[-1]
    name = f"`oldhand recall`, {size:,}"
    clock, processor = ratios(name, found)
    met = found[name].median <= RECALL_BUDGET * found[BARE].median
    judged.append(Verdict(f"{name}, cold", f"<= {RECALL_BUDGET:.0f} x bare", f"{clock}; processor {processor}", met))
    for name, wall in servers.items():
        seconds = wall.median / 1000
        judged.append(
            Verdict(f"MCP server, {name}", f"<= {SERVER_SECONDS:.0f} s", f"{seconds:.2f} s", seconds <= SERVER_SECONDS)
        )
    return judged
