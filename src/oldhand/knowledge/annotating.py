"""What memory says about the lines of a file, placed where those lines are now."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Checker
from oldhand.errors import BadAnchor
from oldhand.knowledge.places import Place, noted_anchors, overlaps, parsed_symbols, symbol_called, tied_to
from oldhand.knowledge.telling import AnchorState, Told, told
from oldhand.model.anchor import Anchor, parse
from oldhand.model.observed import observed
from oldhand.recall.render import clipped, headline
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from pathlib import Path

    from oldhand.memory import Memory
    from oldhand.model.symbol import Symbol

CHECK_SECONDS = 0.3  # to look for anchors that are not at their place: a person reading a file does not feel it
EDIT_DOMAIN = "history"  # the room of the claims that note edits
EDIT_KEY = "edit/"  # begins the key of the claim that notes an edit of a file
EDIT_TRUST = "tool"  # of that claim: nobody said it, a program saw it
MOST_NOTES = 60  # of one file; `look` tells the rest
LONGEST_NOTE = 240  # characters of a memory's text in a note; `show` tells all of it
LONGEST_DETAIL = 100  # characters of what differs
_SAID = {"changed": "changed since", "moved": "moved", "gone": "is gone", "cannot tell": "not checked"}


class Note(NamedTuple):
    """A memory beside the lines it speaks of.

    first, last: the lines it is tied to now (0: the whole file, or nobody knows where); id: the memory's; state:
    whether the anchor still says so (holds, moved, changed, gone, cannot tell); detail: what differs, in one line;
    standing: the memory's, active or contested.
    """

    first: int
    last: int
    id: str
    kind: str
    text: str
    anchor: str
    state: str
    detail: str
    trust: str
    since: str
    standing: str

    @property
    def words(self) -> str:
        """The note in one line, without the memory's id and kind."""
        differs = f": {clipped(self.detail, LONGEST_DETAIL)}" if self.detail else ""
        state = f"{self.anchor} {_SAID[self.state]}{differs}; " if self.state in _SAID else ""
        standing = f"{self.standing}, " * (self.standing != "active")
        return f"{self.text} ({standing}{state}{self.trust}, since {self.since[:10]})"


def checker_for(memory: "Memory") -> Checker:
    """What checks the anchors of one answer, in bounded time."""
    return Checker(memory.project.tree, memory.environment, seconds=CHECK_SECONDS)


def notes_on(memory: "Memory", reader: Reader, path: str, checker: Checker | None = None) -> list[Note]:
    """What current memories say about a file, in the order of its lines, the whole file first."""
    tree, now_ms = memory.project.tree, memory.now()
    checker = checker or checker_for(memory)
    held = [one for one in tied_to(reader, Place(Anchor(path), 0, 0)) if not notes_an_edit(one)][:MOST_NOTES]
    symbols = _Symbols(tree, path)
    found = [note for one in held for note in _notes(told(reader, one, checker, now_ms), one, path, symbols)]
    return sorted(found, key=lambda note: (note.first, note.last))


def notes_an_edit(held: Held) -> bool:
    """Whether a memory only notes that a file was edited, which says nothing about what stands in it."""
    return held.key.startswith(EDIT_KEY) and held.trust == EDIT_TRUST


def touching(notes: Sequence[Note], first: int, last: int) -> list[Note]:
    """The notes that speak of any of the lines `first` to `last`, or of the whole file."""
    return [note for note in notes if overlaps(note.first, note.last, first, last)]


class _Symbols:
    """The symbols of a file, read when they are first asked for."""

    def __init__(self, tree: "Path", path: str) -> None:
        self._tree, self._path = tree, path
        self._found: Sequence[Symbol] | None = None

    def lines(self, name: str) -> tuple[int, int]:
        """The lines of a symbol, (0, 0) when it is not there or nobody can tell."""
        if self._found is None:
            self._found = parsed_symbols(self._tree, self._path)[0]
        found = symbol_called(self._found, name)
        return (found.first, found.last) if found else (0, 0)


def _notes(memory: Told, held: Held, path: str, symbols: _Symbols) -> list[Note]:
    """One note for each anchor that a memory has in the file."""
    seen = {str(anchor): value for anchor, value in noted_anchors(held)}
    text = clipped(headline(memory.title, memory.text), LONGEST_NOTE)
    notes = []
    for place in memory.anchors:
        lines = _lines(place, seen, path, symbols.lines)
        if lines is not None:
            state = (place.anchor, place.state, place.detail)
            notes.append(
                Note(*lines, memory.id, memory.kind, text, *state, memory.trust, memory.since, memory.standing)
            )
    return notes


def _lines(
    state: AnchorState, seen: dict[str, str], path: str, lines_of: Callable[[str], tuple[int, int]]
) -> tuple[int, int] | None:
    """The lines of an anchor as they are now; None when it lies in another file."""
    try:
        anchor = parse(state.now or state.anchor)
    except BadAnchor:
        return None  # of a later version; `verify` names it
    if anchor.path != path:
        return None
    if anchor.symbol:
        return lines_of(anchor.symbol)
    if anchor.first or anchor.kind == "file":
        return anchor.first, anchor.last
    try:
        noted = observed(seen.get(state.anchor, ""))
    except ValueError:
        return 0, 0
    return noted.first, noted.last
