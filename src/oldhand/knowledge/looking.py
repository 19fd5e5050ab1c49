"""Looking: everything known about one place, the nearest first.

First what is tied to it, then what is tied to names the file had before and to the folders around it, then what
speaks of it by name, then what is tied to its neighbours, then the file's own facts as the code index has them.
Nothing is indexed here, and git is asked only where something left its place, within LOOK_SECONDS.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Checker
from oldhand.code.paths import is_folder, read_bytes
from oldhand.code.sources import blob_of
from oldhand.errors import OldhandError, UnusableIndex
from oldhand.knowledge.anchor_memory import RACY, AnchorMemory
from oldhand.knowledge.at_action import patterned
from oldhand.knowledge.code_at_hand import Facts, at_hand, facts_of, former_names, not_at_hand, symbols_at
from oldhand.knowledge.mentioning import mentioning
from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.neighbouring import neighbouring
from oldhand.knowledge.places import (
    CURRENT,
    ELSEWHERE,
    MOST_TIED,
    Place,
    distance,
    noted_anchors,
    overlaps,
    parsed_symbols,
    place_of,
)
from oldhand.knowledge.telling import Told, told
from oldhand.model.anchor import parse
from oldhand.model.observed import DIGITS
from oldhand.model.tokens import estimate
from oldhand.recall.render import FENCE_TOKENS, LEAST_BUDGET, SHOWN_ID, TAIL_TOKENS, agent_line, clipped, cost, within
from oldhand.store.anchored import count_below, tied, tied_below
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.symbol import Symbol
    from oldhand.store.code_index import CodeIndex

LOOK_SECONDS = 0.01  # for looking for what left its place: `look` answers in 20 ms; `anchors verify` takes its time
MOST_CHECKED = 24  # memories of a file whose places are looked up as they are now, for the lines asked for
MOST_MENTIONING = 5  # memories told that only speak of the place
MOST_NEARBY = 3  # memories told that are tied to a neighbour of the file
COUNTED = 200  # memories counted in the nearest folder; of more it is said that there are more
NAMES_SHOWN = 6  # symbols or files in one line of an agent's text; the record has all of them
LONGEST_LINE = 300  # characters of one line of facts in an agent's text
SHOWN_COMMIT = 9  # digits of a commit, as git shows them in a large repository
DOUBTFUL = ("changed", "gone")  # states of an anchor after which a memory should be looked at


class Nearby(NamedTuple):
    """A memory tied to a file that this one imports, is imported by or changes with, and which of these."""

    memory: Told
    why: str


class Looked(NamedTuple):
    """What is known about a place.

    items: the memories tied to it, the nearest and then the most important first; mentioned: those that only speak
    of it; nearby: those tied to its neighbours; lines: all that is known, ready for an agent; about: the file's own
    facts, None for folders and in the past; nearest: where something is known, when nothing is here; next: what may
    be done next, empty when nothing suggests itself; notes: what could not be found of the place, and why.
    """

    place: str
    items: list[Told]
    lines: list[str]
    left_out: int
    root: str
    mentioned: list[Told]
    nearby: list[Nearby]
    about: Facts | None
    nearest: str
    next: str
    notes: list[str]


class _Outcomes(AnchorMemory):
    """What is kept of earlier checks, without what only `git status` could confirm: it may take a second."""

    def _touched(self) -> str:
        return RACY


class _View(NamedTuple):
    """What one look looks with."""

    reader: Reader
    place: Place
    symbols: "Sequence[Symbol]"
    checker: Checker | None
    moment: int

    def tell(self, held: Held) -> Told:
        """A memory with its anchors checked."""
        return told(self.reader, held, self.checker, self.moment)


def looked(memory: "Memory", text: str, limit: int, budget: int, as_of: str) -> Looked:
    """What is known about a place, within a limit and a budget of tokens."""
    try:
        return _looked(memory, text, limit, budget, as_of, at_hand)
    except UnusableIndex:  # damaged where it was not seen at once; `oldhand scan` makes it again
        return _looked(memory, text, limit, budget, as_of, not_at_hand)


def _looked(
    memory: "Memory", text: str, limit: int, budget: int, as_of: str,
    opened: "Callable[[Memory], AbstractContextManager[CodeIndex | None]]",
) -> Looked:  # fmt: skip
    """What is known about a place. opened: gives the code index, if it can be used."""
    tree = memory.project.tree
    place = place_of(memory.project, text)
    folder = not place.narrow and is_folder(tree, place.path)
    with memory.reading(as_of) as reader, opened(memory) as index, closing(_Outcomes(memory)) as kept:
        bare = folder or as_of or place.anchor.dependency
        facts, symbols = facts_of(memory, index, place.path) if not bare else (None, [])
        place, notes = _located(tree, place, symbols, as_of)
        facts = facts._replace(symbols=symbols_at(facts.symbols, place.first, place.last)) if facts else None
        if facts and 0 < facts.lines < place.first:
            notes.append(f"{place.path} has {facts.lines} lines")
        moment = moment_asked(reader, as_of, memory.now())
        checker = Checker(
            tree, memory.environment, seconds=LOOK_SECONDS, index=lambda: index, known=kept.known
        )  # fmt: skip
        view = _View(reader, place, symbols, checker if not as_of else None, moment)
        if folder:
            names, count = tied_below(reader, place.path, max(limit, 1))
        else:
            former = former_names(memory, index, place.path) if index is not None and not as_of else []
            names = _concerned(view, former)
            count = len(names)
        items = within([view.tell(held) for held in reader.several(names[:limit], CURRENT)], budget)
        spoken = [] if folder else mentioning(reader, place, set(names), MOST_MENTIONING)
        left = max(budget, LEAST_BUDGET) - FENCE_TOKENS - TAIL_TOKENS - sum(map(cost, items))
        mentioned = _fitting([view.tell(held) for held in spoken[: max(limit - len(items), 0)]], left)
        following = _next(items, count - len(items))
        left -= sum(map(cost, mentioned))
        lines = [agent_line(item) for item in (*items, *mentioned)]
        nearby: list[Nearby] = []
        if facts is not None:
            room = min(MOST_NEARBY, limit - len(items) - len(mentioned)) if not place.narrow else 0
            nearby = _nearby(view, facts, {*names, *(held.id for held in spoken)}, room, left)
            near = [f"NEAR {one.why}: {agent_line(one.memory)}" for one in nearby]
            left -= sum(estimate(line) for line in near)
            lines += near + _cut_to(_fact_lines(facts, following), left)
        return Looked(
            str(place), items, lines, count - len(items) + len(spoken) - len(mentioned), reader.root().root.hex(),
            mentioned, nearby, facts, "" if items or mentioned else _nearest(reader, place), following, notes,
        )  # fmt: skip


def _nearby(view: _View, facts: Facts, but: Container[str], room: int, left: int) -> list[Nearby]:
    """The memories of the file's neighbours that fit."""
    found: list[Nearby] = []
    for held, why in neighbouring(view.reader, facts, but, max(room, 0)):
        memory = view.tell(held)
        left -= cost(memory) + estimate(why)
        if left < 0:
            break
        found.append(Nearby(memory, why))
    return found


def _located(tree: Path, place: Place, symbols: "Sequence[Symbol]", as_of: str) -> tuple[Place, list[str]]:
    """The place with the lines of its symbol, from the index, else by reading the file; and what stands in the way."""
    if not place.anchor.symbol or as_of:
        return place, []
    why = ""
    if not symbols:
        symbols, why = parsed_symbols(tree, place.path)
    found = place.within(symbols)
    if found.first or not (symbols or why):
        return found, []
    return found, [why or f"{place.path} has no symbol {place.anchor.symbol}"]


def _concerned(view: _View, former: Sequence[str]) -> list[str]:
    """The memories tied to a file or a part of it, then to its former names, then to the folders around it."""
    reader, place = view.reader, view.place
    found = _tied_to_part(view) if place.first else tied(reader, place.path, MOST_TIED)
    found += patterned(reader, place.path)
    for name in former:
        before = tied(reader, name, MOST_TIED)
        if place.narrow:
            there = place._replace(anchor=place.anchor._replace(path=name))
            held = reader.several(before[:MOST_CHECKED], CURRENT)
            before = [one.id for one in held if distance(there, noted_anchors(one)) < ELSEWHERE]
        found += before
    parts = place.path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        found += tied(reader, "/".join(parts[:length]), MOST_TIED)
    return list(dict.fromkeys(found))


def _tied_to_part(view: _View) -> list[str]:
    """The memories tied to lines of a file, by where their places are now, then those tied to all of it."""
    reader, place = view.reader, view.place
    rows = reader.anchored(place.path)
    ranges = {memory for first, _, memory in rows if first}
    near = {memory for first, last, memory in rows if first and overlaps(place.first, place.last, first, last)}
    names = tied(reader, place.path, MOST_TIED)
    checked = [name for name in names if name in near][:MOST_CHECKED]
    checked += [name for name in names if name in ranges - near][: MOST_CHECKED - len(checked)]
    held = reader.several(checked, CURRENT)
    symbols = view.symbols or _moved_symbols(view, held)
    where = [(_distance_now(place, one, view.tell(one), symbols), at, one.id) for at, one in enumerate(held)]
    found = [name for far, _, name in sorted(where) if far < ELSEWHERE]
    return found + [name for name in names if name not in ranges or (name in near and name not in checked)]


def _moved_symbols(view: _View, held: Sequence[Held]) -> "Sequence[Symbol]":
    """The symbols of the file, read by its grammar, if memories are tied to symbols that may have moved since."""
    path = view.place.path
    values = [value for one in held for anchor, value in noted_anchors(one) if anchor.symbol and anchor.path == path]
    if not values or view.checker is None:
        return ()
    try:
        blob = blob_of(read_bytes(view.checker.root, path))
    except OldhandError:
        return ()  # it is gone: where it is told, its anchors say so
    if all(f" b={blob[:DIGITS]}" in value for value in values):
        return ()  # nothing can have moved
    return parsed_symbols(view.checker.root, path)[0]


def _distance_now(place: Place, held: Held, about: Told, symbols: "Sequence[Symbol]") -> int:
    """How near a memory is to a place by where its anchors are now."""
    now = {state.anchor: state.now for state in about.anchors if state.state == "moved" and state.now}
    anchors = [
        (parse(now[str(anchor)]) if str(anchor) in now else anchor, value) for anchor, value in noted_anchors(held)
    ]
    return distance(place, anchors, symbols)


def _fitting(items: list[Told], left: int) -> list[Told]:
    """The first items whose lines fit what is left of the budget."""
    shown: list[Told] = []
    for item in items:
        left -= cost(item)
        if left < 0:
            break
        shown.append(item)
    return shown


def _nearest(reader: Reader, place: Place) -> str:
    """The file, else the innermost folder around it, about which something is known, in words; empty for none."""
    parts = place.path.split("/")
    for length in range(len(parts) if place.narrow else len(parts) - 1, 0, -1):
        path = "/".join(parts[:length])
        if count := count_below(reader, path, COUNTED + 1):
            many = f"more than {COUNTED}" if count > COUNTED else str(count)
            return f"{path}{'/' if length < len(parts) else ''} ({many} {'memory' if count == 1 else 'memories'})"
    return ""


def _next(items: Sequence[Told], left_out: int) -> str:
    """What may be done next, in one line; empty when nothing suggests itself."""
    doubtful = [item for item in items if any(state.state in DOUBTFUL for state in item.anchors)]
    if doubtful:
        name = doubtful[0].id[:SHOWN_ID]
        return f"the code behind {name} changed since it was said: `oldhand confirm {name}` or `oldhand revise {name}`"
    if contested := next((item for item in items if item.standing == "contested"), None):
        return f"{contested.id[:SHOWN_ID]} is contested: `oldhand blame {contested.id[:SHOWN_ID]}` tells who says what"
    if asked := next((item for item in items if item.kind in ("question", "gap")), None):
        return f"{asked.id[:SHOWN_ID]} is still open: `oldhand revise` or a link `answers` settles it"
    return "`--limit` and `--budget-tokens` show the rest" if left_out else ""


def _fact_lines(facts: Facts, following: str) -> Iterator[str]:
    """A file's facts as lines for an agent, the most useful first."""
    if facts.changes:
        last = facts.commits[0]
        head = (
            f"changed {facts.changes}x, last {last.at[:10]} {last.commit[:SHOWN_COMMIT]} {last.author}: {last.subject}"
        )
        yield f"HISTORY {head}" + (f" | by {', '.join(facts.owners)}" if facts.owners else "")
    if facts.symbols:
        yield f"SYMBOLS {_some([f'{one.name} {one.first}-{one.last}' for one in facts.symbols])}"
    for title, paths in (
        ("IMPORTED BY", facts.imported_by), ("IMPORTS", facts.imports), ("CHANGES WITH", facts.together),
    ):  # fmt: skip
        if paths:
            yield f"{title} {_some(paths)}"
    if following:
        yield f"NEXT {following}"
    if facts.symbols or facts.changes:
        yield from (f"NOTE {note}" for note in facts.notes)


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _cut_to(lines: Iterator[str], left: int) -> list[str]:
    """The lines that fit what is left of the budget."""
    shown = []
    for line in lines:
        said = clipped(line, LONGEST_LINE)
        left -= estimate(said + "\n")
        if left < 0:
            break
        shown.append(said)
    return shown
