"""Coverage: how much of the code memory speaks of, and what is important and has no memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from oldhand.errors import BadAnchor
from oldhand.knowledge.scanning import ACTOR
from oldhand.model.anchor import Anchor, parse
from oldhand.model.symbol import Symbol
from oldhand.store.anchor_texts import Tie
from oldhand.store.code_records import Activity, IndexedFile

COVERED_ROLES = ("code",)  # whose files and symbols are counted: tests and data describe themselves
CHANGE_SHARE = 0.5  # of a file's importance that comes from how often it changes; the rest from what imports it
UNCOUNTED = frozenset({"constant", "variable", "module"})  # kinds of symbols that need no words of their own
NAMED = 3  # symbols without a memory that are named of one file


class Share(NamedTuple):
    """How many of all have a memory. said: how many of those have one from a person or an agent, not from a scan."""

    described: int
    said: int
    total: int


class Undescribed(NamedTuple):
    """A file that nobody has said anything about. importance: 0 to 100; importers: files that import it; changes:
    commits; scanned: memories that a scan took from it; symbols: its largest ones without a memory."""

    file: str
    importance: int
    importers: int
    changes: int
    lines: int
    scanned: int
    symbols: list[str]


class Covered(NamedTuple):
    """Shares of files and of symbols, of each folder's files, and the undescribed files, most important first."""

    files: Share
    symbols: Share
    folders: dict[str, Share]
    undescribed: list[Undescribed]


class _Known(NamedTuple):
    """The anchors in one file: of what people and agents said, and of scans."""

    said: list[Anchor]
    scanned: list[Anchor]


def covered(
    files: Iterable[IndexedFile], symbols: Callable[[str], list[Symbol]], tied: Iterable[Tie],
    importance: Mapping[str, float], importers: Mapping[str, int], activity: Mapping[str, Activity],
) -> Covered:  # fmt: skip
    """What memory speaks of. importance: of imports, by path; importers: how many files import each."""
    known = _anchors(tied)
    whole, pieces = [0, 0, 0], [0, 0, 0]
    folders: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    missing: list[Undescribed] = []
    counted = [file for file in files if file.role in COVERED_ROLES and file.language]
    most_central = max((importance.get(file.path, 0.0) for file in counted), default=0.0) or 1.0
    most_changed = max((one.weight for one in activity.values()), default=0.0) or 1.0
    for file in counted:
        here = known.get(file.path, _Known([], []))
        folder = file.path.partition("/")[0] + "/" if "/" in file.path else "./"
        for sums in (whole, folders[folder]):
            _count(sums, bool(here.said), bool(here.scanned))
        open_ones = []
        for one in symbols(file.path):
            if one.kind in UNCOUNTED or "#" in one.name:
                continue
            said = any(_speaks_of(anchor, one) for anchor in here.said)
            scanned = any(_speaks_of(anchor, one) for anchor in here.scanned)
            _count(pieces, said, scanned)
            if not (said or scanned) and not one.parent:
                open_ones.append(one)
        if not here.said:
            changes = activity.get(file.path)
            worth = (1 - CHANGE_SHARE) * importance.get(file.path, 0.0) / most_central
            worth += CHANGE_SHARE * (changes.weight / most_changed if changes else 0.0)
            largest = sorted(open_ones, key=lambda one: one.first - one.last)[:NAMED]
            missing.append(
                Undescribed(
                    file.path, round(100 * worth), importers.get(file.path, 0), changes.changes if changes else 0,
                    file.lines, len(here.scanned), [one.name for one in largest],
                )
            )  # fmt: skip
    missing.sort(key=lambda one: (-one.importance, -one.importers, -one.changes, -one.lines, one.file))
    shares = {name: Share(*sums) for name, sums in sorted(folders.items())}
    return Covered(Share(*whole), Share(*pieces), shares, missing)


def _anchors(tied: Iterable[Tie]) -> dict[str, _Known]:
    found: dict[str, _Known] = defaultdict(lambda: _Known([], []))
    for tie in tied:
        for text in tie.anchors:
            try:
                anchor = parse(text)
            except BadAnchor:
                continue  # of a later version
            found[anchor.path][tie.brought_by == ACTOR].append(anchor)
    return found


def _count(sums: list[int], said: bool, scanned: bool) -> None:
    sums[0] += said or scanned
    sums[1] += said
    sums[2] += 1


def _speaks_of(anchor: Anchor, symbol: Symbol) -> bool:
    """Whether an anchor names the symbol, something in it, or lines of it. A whole file is too wide to count."""
    if anchor.symbol:
        return anchor.symbol == symbol.name or anchor.symbol.startswith(f"{symbol.name}.")
    return bool(anchor.first) and anchor.first <= symbol.last and symbol.first <= anchor.last
