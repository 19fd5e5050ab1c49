"""What came of each answer of recall, as the local log of operations tells it: used, searched again, or nothing.

Used is what `knowledge.utility` calls really used: somebody turned to a memory that the answer showed, over the same
surface and within half an hour. Searched again: another question came soon, and nothing had been used by then.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadAnchor
from oldhand.knowledge.utility import DIRECT, INPUTS, MOST_FILES, MOST_TIED, NAMED, PLACE, SHOWN, SOON_MS, TOUCHED
from oldhand.model.anchor import parse
from oldhand.model.identity import short

if TYPE_CHECKING:
    from oldhand.store.reader import Reader
    from oldhand.store.traces import Trace

AGAIN_MS = 300_000  # five minutes: a question that comes later is taken for a new matter
QUESTIONS = frozenset({"recall", "search"})


class Answer(NamedTuple):
    """An answer of recall. shown: memories by 12 digits; used: those of them that were used; again: another question
    came within AGAIN_MS before anything of it was used."""

    at: int
    shown: tuple[str, ...]
    used: frozenset[str]
    again: bool


class _Open:
    """An answer of which more may come."""

    def __init__(self, trace: "Trace") -> None:
        self.at, self.surface = trace.at, trace.surface
        self.asked = trace.detail.get("asked")
        self.shown = tuple(dict.fromkeys(_texts(trace.detail.get(SHOWN))))
        self.used: set[str] = set()
        self.again = False


def answers(logged: Iterable["Trace"], tied: Mapping[str, frozenset[str]]) -> list[Answer]:
    """The answers in a log, oldest first. tied: the memories (12 digits) that are tied to each file."""
    found: list[_Open] = []
    latest: dict[str, _Open] = {}  # surface -> its last answer
    waiting: dict[tuple[str, str], _Open] = {}  # (surface, memory) -> the last answer that showed it, not yet used
    for trace in logged:
        if trace.operation in QUESTIONS:
            before = latest.get(trace.surface)
            if before and not before.used and trace.at - before.at <= AGAIN_MS:
                before.again = before.again or trace.detail.get("asked") != before.asked
        if trace.operation == "recall":
            one = latest[trace.surface] = _Open(trace)
            found.append(one)
            waiting |= {(trace.surface, name): one for name in one.shown}
        for name in _turned_to(trace, tied):
            showed = waiting.get((trace.surface, name))
            if showed and 0 <= trace.at - showed.at <= SOON_MS:
                showed.used.add(name)
                del waiting[trace.surface, name]
    return [Answer(one.at, one.shown, frozenset(one.used), one.again) for one in found]


def tied_to_files(logged: Iterable["Trace"], reader: "Reader") -> dict[str, frozenset[str]]:
    """The memories tied to each file that a log says was turned to, the latest files only."""
    from oldhand.store.anchored import tied

    paths = dict.fromkeys(_path(trace.detail.get(PLACE)) for trace in logged if trace.operation in TOUCHED)
    paths.pop("", None)
    return {path: frozenset(map(short, tied(reader, path, MOST_TIED))) for path in list(paths)[-MOST_FILES:]}


def _turned_to(trace: "Trace", tied: Mapping[str, frozenset[str]]) -> Iterable[str]:
    if trace.operation in DIRECT:
        return {short(name) for name in (*_texts(trace.detail.get(NAMED)), *_texts(trace.detail.get(INPUTS)))}
    return tied.get(_path(trace.detail.get(PLACE)), frozenset()) if trace.operation in TOUCHED else ()


def _texts(value: object) -> list[str]:
    """The texts in a value of a log, which another version may have written."""
    said = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [one for one in said if isinstance(one, str) and one]


def _path(place: object) -> str:
    try:
        return parse(place).path if isinstance(place, str) and place else ""
    except BadAnchor:
        return ""
