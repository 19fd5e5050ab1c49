"""Attention: how often files were looked at and recalled, as the local traces tell it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from oldhand.errors import BadAnchor, UnusableStore
from oldhand.model.anchor import parse
from oldhand.store.trace_log import Wanted, entries
from oldhand.store.traces import Traces

NEWEST = 20_000  # traces that are read: some weeks of work
PLACE = "place"  # what operations on files note in their traces: a path, or an anchor in it


def attention(traces: Traces, files_of: Mapping[str, Iterable[str]]) -> tuple[Counter[str], list[str]]:
    """How often each file was looked at, or a memory tied to it was recalled; and what could not be read.

    files_of: the files that each memory is tied to, by the first 12 digits of its id.
    """
    found: Counter[str] = Counter()
    try:
        logged = entries(traces, Wanted(outcome="ok"), NEWEST)
    except UnusableStore as error:
        return found, [str(error)]
    for _, trace in logged:
        if trace.operation == "recall":
            shown = trace.detail.get("shown")
            for name in shown if isinstance(shown, list) else ():
                found.update(files_of.get(str(name), ()))
        elif isinstance(place := trace.detail.get(PLACE), str) and place:
            found[_path(place)] += 1
    return found, []


def _path(place: str) -> str:
    try:
        return parse(place).path
    except BadAnchor:
        return place
