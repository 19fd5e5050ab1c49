"""The peer: the official `@modelcontextprotocol/server-memory`, the same facts and questions in the same run."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol

from benchmarks import corpus, stores
from benchmarks.clients import McpClient
from benchmarks.controls import Fts5, Markdown
from benchmarks.measuring import Series, Taken, bytes_of, resident_mib, series, timed
from benchmarks.report import Section, Verdict, table
from benchmarks.settings import Settings
from benchmarks.start import oldhand_command

PROSE = """\
`@modelcontextprotocol/server-memory` (npm, the version pinned in tests/conformance/package.json) and `oldhand mcp`, \
each over MCP on standard input and output through the same client: one fact a call, then the same questions. Writes \
are the latest before a size. A question is a whole sentence, a word the one name that only this fact holds; found: \
the fact is in the answer (ours is asked for at most 10 memories, the peer returns all it finds). Controls run inside \
the measuring process, without a protocol; grep is given the cue as it is.\
"""
HEAD = (
    "side", "facts", "write median ms", "p95 ms", "question median ms", "p95 ms", "found", "word median ms", "p95 ms",
    "found", "bytes a fact", "MiB resident",
)  # fmt: skip
SIZES = (200, 2_000, 8_000)  # facts
QUICK_SIZES = (20,)
GROWTH_SECONDS = 75.0  # a side that takes longer to reach a size is cut there
ASKED = 40  # facts asked for, spread over the store
LATEST = 150  # writes before a size whose times are told
LIMIT = 10  # memories in an answer: what a reader would look through
CROWDS = (2, 4)  # servers on one store at once
CROWD_WRITES = 100  # of each


class Side(Protocol):
    """One memory under test."""

    def add(self, number: int) -> object:
        """Keep fact `number`."""

    def ask(self, cue: str) -> str:
        """The answer to a cue, as text."""

    def resident(self) -> float:
        """MiB of its process; 0 when it has none of its own."""

    def count(self) -> int:
        """How many facts it holds, by its own means."""


class Fact(NamedTuple):
    """A fact, the one word of it that no other has, a question for it, and a mark no cue holds, by which it is told."""

    text: str
    word: str
    question: str
    mark: str


def fact(number: int) -> Fact:
    """Fact `number`."""
    said = str(corpus.memory(number, SIZES[-1])["text"]).rstrip(".?")
    word, mark = f"{corpus.english().words[130 + number % 200]}_window_{number}", f"zq{number}mark"
    return Fact(f"{said}; the setting {word} decides, see {mark}.", word, f"What does the setting {word} decide?", mark)


class Ours:
    """`oldhand mcp`."""

    def __init__(self, folder: Path) -> None:
        self._place = stores.Place(folder / "project", folder / "home", 0)
        if not self._place.root.exists():
            stores.empty(folder, 0)
        self.client = McpClient((*oldhand_command(), "mcp"), self._place.root, {"OLDHAND_HOME": str(self._place.home)})
        self.client.greet()

    def add(self, number: int) -> object:
        """One fact a call."""
        return self.client.tool("remember", text=fact(number).text)

    def ask(self, cue: str) -> str:
        """The answer of `recall`."""
        return self.client.tool("recall", cue=cue, limit=LIMIT)

    def resident(self) -> float:
        """MiB of the server."""
        return resident_mib(self.client.process.pid)

    def count(self) -> int:
        """Memories, as `status` says."""
        return int(json.loads(self.client.tool("operate", name="status", json=True))["memories"])


class Theirs:
    """`@modelcontextprotocol/server-memory`: one entity a fact, with one observation."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        variables = {"MEMORY_FILE_PATH": str(folder / "memory.jsonl")}
        self.client = McpClient((settings.node, settings.peer), folder, variables)
        self.client.greet()

    def add(self, number: int) -> object:
        """One fact a call."""
        entity = {"name": f"fact {number}", "entityType": "fact", "observations": [fact(number).text]}
        return self.client.tool("create_entities", entities=[entity])

    def ask(self, cue: str) -> str:
        """The answer of `search_nodes`, which looks for the query as a piece of text."""
        return self.client.tool("search_nodes", query=cue)

    def resident(self) -> float:
        """MiB of the server."""
        return resident_mib(self.client.process.pid)

    def count(self) -> int:
        """Entities in the whole graph."""
        return len(json.loads(self.client.tool("read_graph"))["entities"])


class Control:
    """A control, in the measuring process itself: no protocol between."""

    def __init__(self, held: Fts5 | Markdown) -> None:
        self._held = held
        self._facts = 0

    def add(self, number: int) -> object:
        """One durable insert or line."""
        self._facts += 1
        return self._held.add(fact(number).text)

    def ask(self, cue: str) -> str:
        """What is found."""
        return "\n".join(self._held.search(cue))

    def resident(self) -> float:
        """None of its own."""
        return 0.0

    def count(self) -> int:
        """What was added."""
        return self._facts


def run(settings: Settings) -> Section:
    """Measure the peer, ourselves and the controls."""
    base = stores.folder() / f"peer-{os.getpid()}"
    rows: list[tuple[object, ...]] = []
    cut: list[str] = []
    losses: list[Crowd] = []
    try:
        for name, opened in _sides(base, settings).items():
            with opened as side:
                found, note = _grown(name, side, base / name, settings)
            rows += found
            cut += note
        for count in CROWDS:
            losses += [_crowd(name, count, base, settings) for name in _served(settings)]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    lost = sum(one.lost for one in losses if one.side == "oldhand mcp")
    notes = "\n".join(f"- {line}" for line in cut)
    return Section(
        "The peer",
        PROSE
        + ("" if settings.peer else " **The peer was not installed in this run.**"),
        (
            table(
                HEAD,
                rows,
            ),
            *([notes] if notes else []),
            f"Several servers on one store, each writing {CROWD_WRITES if not settings.quick else 10} facts at once; a "
            "fresh server counts afterwards:\n\n"
            + table(("side", "servers", "acknowledged", "of these lost", "failed calls"), losses),
        ),
        (Verdict("acknowledged writes lost with 2 and 4 servers", "0", f"{lost:,}", lost == 0),),
    )  # fmt: skip


def _served(settings: Settings) -> dict[str, Callable[[Path], Ours | Theirs]]:
    served: dict[str, Callable[[Path], Ours | Theirs]] = {"oldhand mcp": Ours}
    if settings.peer:
        served["server-memory"] = lambda folder: Theirs(folder, settings)
    return served


@contextmanager
def _server_block(make: Callable[[Path], Ours | Theirs], folder: Path) -> Iterator[Side]:
    side = make(folder)
    with side.client:
        yield side


@contextmanager
def _control_block(held: Fts5 | Markdown) -> Iterator[Side]:
    yield Control(held)
    held.close()


def _sides(base: Path, settings: Settings) -> Mapping[str, AbstractContextManager[Side]]:
    """Every side, to be opened one after the other, each with a folder of its own below `base`."""
    sides = {name: _server_block(make, base / name) for name, make in _served(settings).items()}
    plain, file = "control: bare FTS5", "control: Markdown and grep"
    for name in (plain, file):
        (base / name).mkdir(parents=True)
    sides[plain] = _control_block(Fts5(str(base / plain / "facts.db")))
    sides[file] = _control_block(Markdown(base / file / "MEMORY.md"))
    return sides


def _grown(name: str, side: Side, folder: Path, settings: Settings) -> tuple[list[tuple[object, ...]], list[str]]:
    """The rows of one side as it grows from size to size, and where it was cut for time."""
    empty = bytes_of(folder)
    rows: list[tuple[object, ...]] = []
    held = 0
    for size in QUICK_SIZES if settings.quick else SIZES:
        started = monotonic()
        writes = []
        while held < size and monotonic() - started < GROWTH_SECONDS:
            writes.append(timed(lambda held=held: side.add(held)))  # type: ignore[misc]
            held += 1
        rows.append(_measured(name, side, held, series(writes[-LATEST:]), (bytes_of(folder) - empty) / held))
        if held < size:
            return rows, [f"{name}: cut at {held:,} facts; {GROWTH_SECONDS:.0f} seconds were over before {size:,}."]
    return rows, []


def _measured(name: str, side: Side, held: int, writes: Series, each: float) -> tuple[object, ...]:
    questions: list[Taken] = []
    words: list[Taken] = []
    found = [0, 0]
    for number in range(0, held, max(held // ASKED, 1)):
        wanted = fact(number)
        for at, (cue, taken) in enumerate(((wanted.question, questions), (wanted.word, words))):
            answer: list[str] = []
            taken.append(timed(lambda cue=cue, answer=answer: answer.append(side.ask(cue))))  # type: ignore[misc]
            found[at] += wanted.mark in answer[0]
    asked, named = series(questions), series(words)
    return (
        name, held, writes.median, writes.p95, asked.median, asked.p95, f"{found[0]}/{asked.runs}", named.median,
        named.p95, f"{found[1]}/{named.runs}", round(each), side.resident() or "–",
    )  # fmt: skip


class Crowd(NamedTuple):
    """What several servers on one store came to."""

    side: str
    servers: int
    acknowledged: int
    lost: int
    failed: int


def _crowd(name: str, count: int, base: Path, settings: Settings) -> Crowd:
    """So many servers on one store, all writing at once: what was acknowledged, and what of it is there afterwards."""
    folder = base / f"{name}-{count}"
    make = _served(settings)[name]
    with ExitStack() as stack:
        sides = [make(folder) for _ in range(count)]
        for side in sides:
            stack.enter_context(side.client)
        writes = 10 if settings.quick else CROWD_WRITES
        outcomes: list[bool] = []
        gate = threading.Barrier(count)

        def write(at: int) -> None:
            gate.wait()
            for number in range(writes):
                try:
                    sides[at].add(at * writes + number)
                    outcomes.append(True)
                except RuntimeError:
                    outcomes.append(False)

        threads = [threading.Thread(target=write, args=(at,)) for at in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    fresh = make(folder)
    with fresh.client:
        kept = fresh.count()
    acknowledged = sum(outcomes)
    return Crowd(name, count, acknowledged, acknowledged - kept, len(outcomes) - acknowledged)
