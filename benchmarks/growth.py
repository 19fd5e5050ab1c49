"""Growth: bytes on the disk, memory in use, and what stays behind when nothing is asked (nothing)."""

import os
from pathlib import Path

from benchmarks import cues, stores
from benchmarks.clients import McpClient
from benchmarks.measuring import bytes_of, peak_mib, resident_mib
from benchmarks.report import Section, Verdict, table
from benchmarks.settings import Settings
from benchmarks.start import oldhand_command
from oldhand.store import connection as recipe

HEAD = (
    "memories", "bytes", "bytes a memory", "recall, peak MiB", "MCP idle MiB", "after 20 recalls MiB", "sockets",
    "left behind",
)  # fmt: skip
BYTES_BUDGET = 1_536  # 1.5 KiB a memory, every file of the store included
MARK = "OLDHAND_BENCHMARK_MARK"  # a variable by which processes of ours are found again


def run(settings: Settings) -> Section:
    """Measure what stores and processes take."""
    sizes, tables = [], []
    verdicts = []
    for size in settings.sizes:
        place = stores.kept(size)
        total = bytes_of(place.store)
        variables = {"OLDHAND_HOME": str(place.home)}
        recall = peak_mib((*oldhand_command(), "recall", cues.cues(size, 12)[-1][1]), place.root, variables)
        idle, answered, sockets = _server(place, variables)
        sizes.append(
            (f"{size:,}", total, round(total / size), recall, idle, answered, sockets, _left(place, variables))
        )
        tables = _tables(place)
        verdicts.append(_verdict(size, total / size))
    left = max(int(str(row[-1])) for row in sizes)
    return Section(
        "Growth and weight",
        "Bytes of every file of the store, and the memory of processes: the peak of a cold `oldhand recall`, and of "
        "`oldhand mcp` resident after its first answer (idle) and after 20 recalls. Sockets are those to a network. "
        "Left behind: "
        "processes of ours that still run after a recall, a write and a server that was closed.",
        (
            table(
                HEAD,
                sizes,
            ),
            f"Tables and indexes at {settings.sizes[-1]:,} memories:\n\n"
            + table(("part", "bytes a memory", "share"), tables),
        ),
        (*verdicts, Verdict("resident processes and sockets when idle", "0", str(left), left == 0)),
    )  # fmt: skip


def _verdict(size: int, each: float) -> Verdict:
    if size < 100_000:  # below, the empty pages of each table still show
        return Verdict(f"bytes a memory, {size:,}", "no budget at this size", f"{each:,.0f}", None)
    return Verdict(f"bytes a memory, {size:,}", f"<= {BYTES_BUDGET:,}", f"{each:,.0f}", each <= BYTES_BUDGET)


def _tables(place: stores.Place) -> list[tuple[object, ...]]:
    """Bytes a memory of each table and index of the database, the largest first."""
    connection = recipe.connect(recipe.database_path(place.store), writable=False)
    query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
    rows = [(str(name), int(str(size))) for name, size in connection.execute(query)]
    connection.close()
    total = sum(size for _, size in rows)
    return [(f"`{name}`", size / place.size, f"{size / total:.0%}") for name, size in rows if size * 200 > total]


def _server(place: stores.Place, variables: dict[str, str]) -> tuple[float, float, int]:
    """(MiB idle, MiB after recalls, network sockets) of the MCP server."""
    with McpClient((*oldhand_command(), "mcp"), place.root, variables) as client:
        client.greet()
        idle = resident_mib(client.process.pid)
        for _, cue in cues.cues(place.size, 20):
            client.tool("recall", cue=cue)
        return idle, resident_mib(client.process.pid), _network_sockets(client.process.pid)


def _network_sockets(number: int) -> int:
    """How many TCP and UDP sockets a process has open."""
    ours = {
        link[8:-1]
        for entry in os.scandir(f"/proc/{number}/fd")
        if (link := os.readlink(entry.path)).startswith("socket:[")
    }
    known: set[str] = set()
    for table_name in ("tcp", "tcp6", "udp", "udp6"):
        listed = Path(f"/proc/{number}/net/{table_name}")
        if listed.exists():
            known |= {line.split()[9] for line in listed.read_text(encoding="utf-8").splitlines()[1:]}
    return len(ours & known)


def _left(place: stores.Place, variables: dict[str, str]) -> int:
    """How many processes are left after a recall and a server: none may be."""
    marked = variables | {MARK: str(os.getpid())}
    peak_mib((*oldhand_command(), "recall", "anything"), place.root, marked)
    with McpClient((*oldhand_command(), "mcp"), place.root, marked) as client:
        client.greet()
    wanted = f"{MARK}={os.getpid()}".encode()
    found = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found += wanted in (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                pass  # it has ended, or is not ours
    return found
