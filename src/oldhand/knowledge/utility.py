"""Utility: which memories were recalled and then really used, as the local log tells it.

A recall shows memories; that alone says nothing of their worth. One counts as *really used* when, over the
same surface and within SOON_MS of being shown, somebody turned to it: showed it whole, confirmed, revised
or linked it, made a summary of it, or looked at, wrote or edited a file it is tied to. The log is local, is
trimmed (the setting traces.keep) and may be switched off: utility then says nothing, and never says that
something is useless.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadAnchor, UnusableStore
from oldhand.model.anchor import parse
from oldhand.model.identity import short

if TYPE_CHECKING:
    from oldhand.store.reader import Reader
    from oldhand.store.traces import Trace, Traces

NEWEST = 5_000  # entries of the log that are read, some weeks of work; they are read in about 60 ms
SOON_MS = 1_800_000  # half an hour after it was shown, turning to a memory is taken for using it
MOST_TIED = 20  # memories tied to one file that its change counts for: a file with more says little of each
MOST_FILES = 400  # files looked up: of the latest work
PLACE, NAMED, SHOWN, INPUTS = "place", "memory", "shown", "inputs"  # what operations note in their traces
# What turning to a memory by its name is: each says that the memory was wanted, not only seen.
DIRECT = frozenset({"show", "confirm", "revise", "link", "provenance", "timeline", "compress", "review_accept"})
TOUCHED = frozenset({"look", "write", "edit", "blame"})  # of a file that a shown memory is tied to
IGNORED_OFTEN = 3  # times shown from which on never being used says something: mnemo's threshold for noise


class Use(NamedTuple):
    """How a memory was used. recalled: answers that showed it; briefed: briefings that named it; used: those of
    both after which it was really used; last_used_ms: when that was the last time, in milliseconds since 1970,
    0 for never; last_shown_ms: when an answer last showed it."""

    recalled: int = 0
    briefed: int = 0
    used: int = 0
    last_used_ms: int = 0
    last_shown_ms: int = 0

    @property
    def ignored(self) -> bool:
        """Whether it was recalled often and never used."""
        return self.recalled >= IGNORED_OFTEN and not self.used


NEVER = Use()


def usefulness(use: Use) -> float:
    """The share of the answers showing a memory after which it was used, 0 to 1, drawn to one half where few did.

    Laplace's rule of succession, (used + 1) / (recalled + 2): a memory that was never shown has 0.5, so that
    what is new is neither pushed down nor up.
    """
    return (min(use.used, use.recalled) + 1) / (use.recalled + 2) if use.recalled else 0.5 + 0.25 * bool(use.used)


def use_of(uses: Mapping[str, Use], memory: str) -> Use:
    """How one memory was used, by its id."""
    return uses.get(short(memory), NEVER)


def uses(traces: "Traces", reader: "Reader | None" = None) -> Mapping[str, Use]:
    """How each memory that the log names was used, by the first 12 digits of its id. Empty without a log.

    reader: tells which memories are tied to a file; without one, only turning to a memory by its name counts.
    """
    from oldhand.store.trace_log import Wanted, entries

    try:
        logged = [trace for _, trace in entries(traces, Wanted(outcome="ok"), NEWEST)]
    except UnusableStore:
        return {}  # `health` and `logs` tell of a damaged log
    return _counted(logged, tied_to_files(logged, reader) if reader else {})


def _counted(logged: "Iterable[Trace]", tied: Mapping[str, frozenset[str]]) -> dict[str, Use]:
    """The uses in a log, oldest entry first. Each showing counts as used once at most."""
    found: dict[str, Use] = {}
    open_: dict[tuple[str, str], int] = {}  # (surface, memory) -> when it was last shown there and not yet used
    for trace in logged:
        for name in _texts(trace.detail.get(SHOWN)) if trace.operation in ("recall", "brief") else ():
            use = found.get(name, NEVER)
            if trace.operation == "recall":
                use = use._replace(recalled=use.recalled + 1, last_shown_ms=max(use.last_shown_ms, trace.at))
            else:
                use = use._replace(briefed=use.briefed + 1)
            found[name] = use
            open_[trace.surface, name] = trace.at
        for name in turned_to(trace, tied):
            shown = open_.get((trace.surface, name))
            if shown is not None and 0 <= trace.at - shown <= SOON_MS:
                use = found[name]
                found[name] = use._replace(used=use.used + 1, last_used_ms=max(use.last_used_ms, trace.at))
                del open_[trace.surface, name]
    return found


def turned_to(trace: "Trace", tied: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """The memories, by 12 digits, that an operation turned to."""
    if trace.operation in DIRECT:
        return {short(name) for name in (*_texts(trace.detail.get(NAMED)), *_texts(trace.detail.get(INPUTS)))}
    if trace.operation in TOUCHED:
        return tied.get(_path(trace.detail.get(PLACE)), frozenset())
    return ()


def tied_to_files(
    logged: "Iterable[Trace]", reader: "Reader", most: int = MOST_FILES
) -> dict[str, frozenset[str]]:  # fmt: skip
    """The memories tied to each file that the log says was turned to, at most so many files, the latest."""
    from oldhand.store.anchored import tied

    paths = dict.fromkeys(_path(trace.detail.get(PLACE)) for trace in logged if trace.operation in TOUCHED)
    paths.pop("", None)
    latest = list(paths)[-most:]
    return {path: frozenset(map(short, tied(reader, path, MOST_TIED))) for path in latest}


def _texts(value: object) -> list[str]:
    """The texts in a value of a trace, which another version may have written."""
    if isinstance(value, str):
        return [value] if value else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _path(place: object) -> str:
    try:
        return parse(place).path if isinstance(place, str) and place else ""
    except BadAnchor:
        return ""


def recalled(traces: "Traces") -> tuple[int, set[str]]:
    """Since when the log tells of every recall, and the memories (12 digits) that were recalled since.

    The moment is in milliseconds since 1970; 0 without a log. Reads the whole log: for maintenance alone.
    """
    from oldhand.store.trace_log import Wanted, earliest, entries

    try:
        since = earliest(traces)
        logged = entries(traces, Wanted(operation="recall")) if since else []
    except UnusableStore:
        return 0, set()  # as above
    return since, {name for _, trace in logged for name in _texts(trace.detail.get(SHOWN))}
