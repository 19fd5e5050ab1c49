"""Places: what a person or an agent points at in the project, and the memories that are tied to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadAnchor, OldhandError, TooShortId, UnknownId
from oldhand.model.anchor import Anchor, as_noted, parse
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.model.lazy_pattern import LazyPattern
from oldhand.store.anchored import tied
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    from oldhand.code.project import Project
    from oldhand.memory import Memory
    from oldhand.model.symbol import Symbol

CURRENT = Shelf(("active", "contested"))
MOST_TIED = 500  # memories of one place that are looked at, the most important: more than anybody reads
SCANNED = "scan"  # the actor of descriptions (knowledge.scanning, which nobody who only looks has to import)
EXACT, OVERLAPPING, WHOLE_FILE, ELSEWHERE = 0, 1, 2, 9  # how near an anchor is to a place, nearest first
_COLUMN = LazyPattern(r"(?s)(.+:\d{1,7}):\d{1,5}:?\Z")  # FILE:LINE:COLUMN, as compilers write it
_ON_THE_WEB = LazyPattern(r"(?s)([^#]+)#L(\d{1,7})(?:-L?(\d{1,7}))?\Z")  # FILE#L10-L20, as hosts of git link


class Place(NamedTuple):
    """A place asked about: an anchor, and the lines its symbol has now (0: the whole file, or not known)."""

    anchor: Anchor
    first: int
    last: int

    def __str__(self) -> str:
        return str(self.anchor)

    @property
    def path(self) -> str:
        """The path of the file or folder, relative to the project."""
        return self.anchor.path

    @property
    def narrow(self) -> bool:
        """Whether a part of the file is meant."""
        return bool(self.anchor.first or self.anchor.symbol or self.anchor.pattern)

    def within(self, symbols: "Sequence[Symbol]") -> "Place":
        """The place with the lines that its symbol has among the symbols of its file."""
        found = symbol_called(symbols, self.anchor.symbol) if self.anchor.symbol else None
        return self._replace(first=found.first, last=found.last) if found else self


def place_of(project: "Project", text: str) -> Place:
    """The place that `text` means: whatever is an anchor.

    Also understood: absolute paths inside the project, FILE:LINE:COLUMN and FILE#L10-L20. Raises BadAnchor.
    """
    said = text.strip()
    for root in (project.tree, project.root):
        said = said.removeprefix(f"{root}/")
    if match := _COLUMN.match(said):
        said = match[1]
    elif match := _ON_THE_WEB.match(said):
        said = f"{match[1]}:{match[2]}" + (f"-{match[3]}" if match[3] else "")
    if said in (".", "./"):
        raise BadAnchor(text, "that is the whole project, of which `oldhand brief` tells")
    anchor = parse(said)
    return Place(anchor, anchor.first, anchor.last)


def means_memory(memory: "Memory", target: str) -> bool:
    """Whether `target` names a memory and no file: hexadecimal digits, and no such file is there."""
    from oldhand.code.paths import exists

    said = target.strip()
    if not said or said.strip("0123456789abcdefABCDEF") or exists(memory.project.tree, said):
        return False
    with memory.reading() as reader:
        try:
            reader.resolve(said)
        except TooShortId:
            return True  # the error that follows says what is missing
        except UnknownId:
            return len(said) >= SHORTEST_PREFIX
        return True


def symbol_called(symbols: "Sequence[Symbol]", name: str) -> "Symbol | None":
    """The symbol with this qualified name; else the only one whose name ends so."""
    for symbol in symbols:
        if symbol.name == name:
            return symbol
    ending = [symbol for symbol in symbols if symbol.name.endswith(f".{name}")]
    return ending[0] if len(ending) == 1 else None


def parsed_symbols(tree: "Path", path: str) -> "tuple[Sequence[Symbol], str]":
    """The symbols of a file as it is now, read by its grammar; and why there are none, where there are none."""
    from oldhand.code.languages import language_of
    from oldhand.code.paths import read_bytes

    try:
        source = read_bytes(tree, path)
        language = language_of(path, source[:256])
        if not language:
            return (), "its language is not known"
        from oldhand.code.syntax import parse as parse_source

        parsed = parse_source(language, source)
    except OldhandError as error:
        return (), str(error)
    return (parsed.symbols, "") if parsed else ((), f"there is no grammar for {language}")


def overlaps(first: int, last: int, other_first: int, other_last: int) -> bool:
    """Whether two ranges of lines share any; 0, 0 is the whole file."""
    return not (first and other_first) or (first <= other_last and other_first <= last)


def tied_to(reader: Reader, place: Place, symbols: "Sequence[Symbol]" = ()) -> list[Held]:
    """The current memories tied to a place as they were noted, the nearest and then the most important first."""
    held = reader.several(tied(reader, place.path, MOST_TIED), CURRENT)
    near = [(distance(place, noted_anchors(one), symbols), at, one) for at, one in enumerate(held)]
    return [one for far, _, one in sorted(near, key=lambda entry: entry[:2]) if far < ELSEWHERE]


def description(held: Held) -> bool:
    """Whether a memory only describes a symbol, as `scan` makes them: it speaks of that symbol and is made anew."""
    return bool(held.wordings) and held.wordings[-1].actor == SCANNED


def noted_anchors(held: Held) -> list[tuple[Anchor, str]]:
    """The anchors of a memory, each with what was observed there; those that nobody can read are left out."""
    values = registers(held.record)
    found = []
    for text in held.anchors:
        value = values.get(f"anchor/{text}", "")
        try:
            found.append((as_noted(text, value), str(value)))
        except BadAnchor:
            continue  # written by a later version; `verify` names it
    return found


def distance(place: Place, anchors: "Sequence[tuple[Anchor, str]]", symbols: "Sequence[Symbol]" = ()) -> int:
    """How near the nearest of a memory's anchors is to a place: EXACT, OVERLAPPING, WHOLE_FILE or ELSEWHERE."""
    return min((_distance(place, anchor, value, symbols) for anchor, value in anchors), default=ELSEWHERE)


def _distance(place: Place, anchor: Anchor, value: str, symbols: "Sequence[Symbol]") -> int:
    if anchor.path != place.path:
        return ELSEWHERE
    if not place.narrow or anchor == place.anchor:
        return EXACT
    if anchor.kind == "file":
        return WHOLE_FILE
    if anchor.symbol and place.anchor.symbol and _within(anchor.symbol, place.anchor.symbol):
        return OVERLAPPING
    first, last = lines_of_anchor(anchor, value, symbols)
    if not (first and place.first):  # nobody knows where it is: nearer than nothing, farther than what is known
        return WHOLE_FILE if not anchor.symbol or not place.anchor.symbol else ELSEWHERE
    return OVERLAPPING if overlaps(place.first, place.last, first, last) else ELSEWHERE


def _within(one: str, other: str) -> bool:
    """Whether one of two qualified names encloses the other."""
    return one.startswith(f"{other}.") or other.startswith(f"{one}.")


def lines_of_anchor(anchor: Anchor, value: str, symbols: "Sequence[Symbol]" = ()) -> tuple[int, int]:
    """The lines of an anchor: those it names, those its symbol has now, else those it had when it was noted."""
    if anchor.first:
        return anchor.first, anchor.last
    if anchor.symbol and (found := symbol_called(symbols, anchor.symbol)):
        return found.first, found.last
    from oldhand.model.observed import observed

    try:
        seen = observed(value)
    except ValueError:
        return 0, 0
    return seen.first, seen.last
