"""Impact: what may go stale when a memory, a file or a symbol changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.languages import role_of
from oldhand.code.paths import exists, is_folder
from oldhand.knowledge.places import (
    CURRENT,
    WHOLE_FILE,
    Place,
    description,
    distance,
    lines_of_anchor,
    noted_anchors,
    place_of,
    tied_to,
)
from oldhand.knowledge.telling import Told, told
from oldhand.model.terms import index_terms
from oldhand.recall.render import agent_line
from oldhand.store.anchored import tied, tied_below
from oldhand.store.reader import Edge, Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.code_index import CodeIndex

DEEPEST = 3  # steps along derived_from, depends_on and their kin: what is further away hardly depends on it
MOST_FOLLOWED = 200  # memories looked at, however many are tied: more than anybody reads
RARE_TAG = 50  # memories: a tag that more of them have says little about any two
MOST_ANCHORS = 32  # places of one memory that are looked at
MOST_TOLD = 1_000  # affected memories that are counted
MOST_IMPORTERS = 100  # files whose memories are looked at, the most affected
MEMORIES_OF_A_FILE = 10  # of each of them
MOST_TOGETHER = 20  # files that usually change with a file
LEAST_TOGETHER = 2.0  # weight of changes together: two commits of two files each, or more of larger ones
IDENTIFIERS = 2  # the field of the index that counts identifiers in code (store.code_records.FILE_FIELDS)


class Affected(NamedTuple):
    """A memory that may go stale, and why, the gravest reason first."""

    memory: Told
    why: list[str]


class AffectedFile(NamedTuple):
    """A file that may be affected, and why."""

    path: str
    why: str


class Cause(NamedTuple):
    """A commit that changed something a memory speaks of: its id, when, by whom, its subject."""

    commit: str
    at: str
    author: str
    subject: str


class Impact(NamedTuple):
    """What may go stale, the gravest first.

    target: the memory or place that was asked about, else empty; since, until: the commits compared, where
    revisions were; holding: memories whose places those commits touched and that still say so;
    commits: those that did it; lines: all of it ready for an agent; notes: what could not be told, and why.
    """

    target: str
    since: str
    until: str
    memories: list[Affected]
    files: list[AffectedFile]
    holding: int
    commits: list[Cause]
    lines: list[str]
    left_out: int
    notes: list[str]
    root: str


# (relation, whether the affected memory is its source): (how grave, what is said of it)
_RELATIONS: dict[tuple[str, bool], tuple[int, str]] = {
    ("derived_from", True): (0, "derived from {0}"),
    ("depends_on", True): (1, "depends on {0}"),
    ("part_of", True): (2, "part of {0}"),
    ("caused_by", True): (2, "caused by {0}"),
    ("enables", False): (2, "enabled by {0}"),
    ("blocks", False): (2, "blocked by {0}"),
    ("answers", True): (3, "answers {0}"),
    ("contradicts", True): (3, "contradicts {0}"),
    ("contradicts", False): (3, "is contradicted by {0}"),
    ("answers", False): (3, "is answered by {0}"),
    ("part_of", False): (3, "{0} is part of it"),
    ("relates_to", True): (6, "related to {0}"),
    ("relates_to", False): (6, "related to {0}"),
}
_FOLLOWED = frozenset({("derived_from", True), ("depends_on", True), ("part_of", True), ("enables", False)})
_SAME_LINES, _SAME_FILE, _SAME_TAG = 4, 7, 8  # how grave these are beside the relations
_BY_FILE = 40  # behind all that is tied to the place or follows from that


class Reasons:
    """Why memories are affected: reasons by memory, each with how grave it is (less is graver)."""

    def __init__(self, *but: str) -> None:
        self._but = frozenset(but)
        self.found: dict[str, list[tuple[int, str]]] = {}

    def add(self, memory: str, grave: int, why: str) -> None:
        """Note a reason, once."""
        if memory not in self._but and (grave, why) not in self.found.setdefault(memory, []):
            self.found[memory].append((grave, why))

    def in_order(self) -> list[str]:
        """The memories, the most gravely affected first; of equals the one with more reasons."""
        return sorted(self.found, key=lambda name: (min(self.found[name])[0], -len(self.found[name]), name))

    def of(self, memory: str) -> list[str]:
        """Why a memory is affected, the gravest reason first."""
        return [why for _, why in sorted(self.found[memory])]


def impact_of_memory(memory: "Memory", target: str, limit: int) -> Impact:
    """What may go stale when a memory changes."""
    with memory.reading() as reader:
        held = reader.get(reader.resolve(target.strip()))
        reasons = Reasons(held.id)
        _follow(reader, held.id, reasons)
        files: dict[str, str] = {}
        for anchor, value in noted_anchors(held)[:MOST_ANCHORS]:
            if not anchor.dependency:
                files.setdefault(anchor.path, f"it speaks of {anchor}")
            place = Place(anchor, *lines_of_anchor(anchor, value))
            for other in tied_to(reader, place):
                far = distance(place, noted_anchors(other))
                reasons.add(other.id, _SAME_LINES if far < WHOLE_FILE else _SAME_FILE, f"speaks of {anchor} too")
        for tag in held.tags:
            shelf = CURRENT._replace(tag=tag)
            if reader.count(shelf) <= RARE_TAG:
                for other in reader.memories(shelf, limit=RARE_TAG):
                    reasons.add(other.id, _SAME_TAG, f"has the tag {tag} too")
        return _told(memory, reader, held.id, reasons, files, limit)


def impact_of_place(memory: "Memory", target: str, limit: int) -> Impact:
    """What may go stale when a file, a folder, lines or a symbol change."""
    from oldhand.code.indexing import indexed

    tree = memory.project.tree
    place = place_of(memory.project, target)
    folder = not place.narrow and is_folder(tree, place.path)
    notes = [] if exists(tree, place.path) or place.anchor.dependency else [f"there is no file {place.path} now"]
    with memory.reading() as reader, indexed(memory) as index:
        symbols = index.symbols(place.path) if place.anchor.symbol else []
        place = place.within(symbols)
        if place.anchor.symbol and not place.first:
            notes.append(f"{place.path} has no symbol {place.anchor.symbol}")
        reasons = Reasons()
        direct = reader.several(tied_below(reader, place.path, MOST_FOLLOWED)[0], CURRENT) if folder else []
        for held in (tied_to(reader, place, symbols) + direct)[:MOST_FOLLOWED]:
            reasons.add(held.id, 0, f"tied to {_nearest_anchor(held, place)}")
        for name in list(reasons.found):
            _follow(reader, name, reasons, through=True)
        files = folder_impact(index, place.path) if folder else file_impact(index, place.path, place.anchor.symbol)
        for path, (grave, why) in list(files.items())[:MOST_IMPORTERS]:
            for other in reader.several(tied(reader, path, MEMORIES_OF_A_FILE), CURRENT):
                if not description(other):
                    reasons.add(other.id, _BY_FILE + grave, f"tied to {path}, which {why}")
        return _told(memory, reader, str(place), reasons, {path: why for path, (_, why) in files.items()}, limit,
                     notes + index.notes)  # fmt: skip


def _nearest_anchor(held: Held, place: Place) -> str:
    """The anchor of a memory that is nearest to a place, as text; of a folder, one in it."""
    noted = noted_anchors(held)
    inside = [pair for pair in noted if pair[0].path == place.path or pair[0].path.startswith(f"{place.path}/")]
    return str(min(inside, key=lambda pair: distance(place, [pair]))[0]) if inside else str(place)


def _follow(reader: Reader, start: str, reasons: Reasons, *, through: bool = False) -> None:
    """Note the memories that follow from one, and what follows from those."""
    waiting, seen = [(start, 0)], {start}
    while waiting and len(seen) < MOST_FOLLOWED:
        name, depth = waiting.pop(0)
        for edge in reader.edges(name):
            other, key = _other(edge, name)
            if key not in _RELATIONS or (depth and key not in _FOLLOWED):
                continue
            grave, said = _RELATIONS[key]
            subject = "it" if name == start and not through else name[:12]
            reasons.add(other, grave + 10 * depth + 10 * through, said.format(subject))
            if other not in seen and key in _FOLLOWED and depth + 1 < DEEPEST:
                seen.add(other)
                waiting.append((other, depth + 1))


def _other(edge: Edge, name: str) -> tuple[str, tuple[str, bool]]:
    """The other end of a link, and which link it is seen from there."""
    return (edge.source, (edge.rel, True)) if edge.target == name else (edge.target, (edge.rel, False))


def _told(
    memory: "Memory", reader: Reader, target: str, reasons: Reasons, files: dict[str, str], limit: int,
    notes: Sequence[str] = (),
) -> Impact:  # fmt: skip
    """The affected memories that are current and the files, within the limit."""
    current = reader.several(reasons.in_order()[:MOST_TOLD], CURRENT)
    tree, now = memory.project.tree, memory.now()
    memories = [Affected(told(reader, held, tree, now), reasons.of(held.id)) for held in current[:limit]]
    listed = [AffectedFile(path, why) for path, why in files.items()]
    left_out = max(len(current) - limit, 0) + max(len(listed) - limit, 0)
    return Impact(
        target, "", "", memories, listed[:limit], 0, [], lines_of(memories, listed[:limit], notes), left_out,
        list(notes), reader.root().root.hex(),
    )  # fmt: skip


def file_impact(index: "CodeIndex", path: str, symbol: str) -> dict[str, tuple[int, str]]:
    """The files that may be affected by a change of a file or a symbol: path -> (how grave, why), the gravest first."""
    name = symbol.rpartition(".")[2].partition("#")[0]
    using = _using(index, name) if name else set()
    found: dict[str, tuple[int, str]] = {}
    for importer in index.importers_of(path):
        found[importer] = (0, f"imports it and uses {name}") if importer in using else (1, "imports it")
    for other, weight in index.changed_together(path, MOST_TOGETHER):
        if weight >= LEAST_TOGETHER and other not in found:
            found[other] = (2, "usually changes with it")
    return dict(sorted(found.items(), key=lambda pair: (pair[1][0], role_of(pair[0]) != "code", pair[0])))


def folder_impact(index: "CodeIndex", folder: str) -> dict[str, tuple[int, str]]:
    """The files outside a folder that import something in it."""
    found: dict[str, tuple[int, str]] = {}
    for importer, imported in sorted(index.imports()):
        if imported.startswith(f"{folder}/") and not importer.startswith(f"{folder}/"):
            found.setdefault(importer, (1, f"imports {imported}"))
    return found


def _using(index: "CodeIndex", name: str) -> set[str]:
    """The files whose code has an identifier."""
    terms = index_terms(name)[:1]
    postings = index.matching(terms).get(terms[0]) if terms else None
    if postings is None:
        return set()
    names, counts = index.documents().names, postings.counts[IDENTIFIERS]
    return {
        names[number] for number, count in zip(postings.documents, counts, strict=True) if count and number in names
    }


def lines_of(memories: Sequence[Affected], files: Sequence[AffectedFile], more: Sequence[str]) -> list[str]:
    """What is affected as lines ready for an agent."""
    lines = [f"{agent_line(one.memory)}\n       WHY {'; '.join(one.why)}" for one in memories]
    lines += [f"FILE {one.path} ({one.why})" for one in files]
    return [*lines, *more]
