"""The operation `scan`."""

from collections import Counter
from collections.abc import Container, Iterator
from itertools import islice
from typing import NamedTuple

from oldhand.code.anchors import Observer
from oldhand.code.file_reading import grammars_here
from oldhand.code.indexing import indexed
from oldhand.code.indexing_scope import below
from oldhand.errors import MissingExtra
from oldhand.knowledge.scanning import Found, chosen, described, retire_vanished, take
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.code_index import CodeIndex

AT_ONCE = 500  # symbols in one transaction: half a second of work, all that an interruption loses
WHAT = "Describing symbols"
SHOWN = 10  # symbols named by a dry run


class Scanned(NamedTuple):
    """What scanning did to memory. symbols: how many are described now; files: in how many files.

    examples: with a dry run, some of the symbols that would be described; left_out: what no memory could hold.
    """

    symbols: int
    files: int
    added: int
    changed: int
    retired: int
    unchanged: int
    dry_run: bool
    examples: list[str]
    left_out: list[str]
    notes: list[str]
    root: str


@operation(WRITE)
def scan(memory: Memory, *, path: str = "", every: bool = False, dry_run: bool = False) -> Scanned:
    """Take what the symbols of the code say of themselves into memory

    Each documented public symbol becomes one memory: its signature and the first sentences of its doc
    comment, tied to the symbol. Scanning again changes only what changed: a symbol that is gone has its memory
    retired. An interrupted scan goes on where it stopped.

    Parameters
    path: only this file or what is below this folder
    every: also symbols without a doc comment and private ones
    dry_run: only say what would be described
    """
    if not grammars_here():
        raise MissingExtra("Reading the symbols of the code", "oldhand[code]")
    with indexed(memory) as index:
        within = below(memory, index, path)
        known = _known(memory, within)
        wanted = list(_wanted(index, within, known, every=every))
        here = {f"{found.path}::{found.symbol.name}" for found in wanted}
        gone = [(known[place], place) for place in known if place not in here]
        notes = list(index.notes)
    files = len({found.path for found in wanted})
    if dry_run:
        new = here - known.keys()
        done = Counter(added=len(new), retired=len(gone), unchanged=len(here) - len(new))
        return _told(memory, len(wanted), files, done, sorted(new)[:SHOWN], [], notes, dry_run=True)
    done, left_out = _write(memory, wanted, gone)
    return _told(memory, len(wanted), files, done, [], left_out, notes, dry_run=False)


def _known(memory: Memory, within: set[str] | None) -> dict[str, str]:
    """The memories that scans brought and that still stand, by place, of the files that are scanned."""
    with memory.reading() as reader:
        found = described(reader)
    return {place: name for place, name in found.items() if within is None or place.partition("::")[0] in within}


def _wanted(index: CodeIndex, within: set[str] | None, known: Container[str], *, every: bool) -> Iterator[Found]:
    """The symbols to be described: those that are worth it, and those that once were and are still there."""
    for file in index.files():
        if file.role != "code" or not file.language or (within is not None and file.path not in within):
            continue
        symbols = index.symbols(file.path)
        fresh = {found.symbol.name: found for found in chosen(symbols, file.path, file.language, every=every)}
        for symbol in symbols:
            if symbol.name in fresh or f"{file.path}::{symbol.name}" in known:
                yield fresh.get(symbol.name) or Found(file.path, file.language, symbol)


def _write(memory: Memory, wanted: list[Found], gone: list[tuple[str, str]]) -> tuple[Counter[str], list[str]]:
    done: Counter[str] = Counter()
    left_out: list[str] = []
    rest = iter(wanted)
    while group := list(islice(rest, AT_ONCE)):
        with memory.writing() as transaction:
            counts, refused = take(transaction, Observer(memory.project.tree), group, memory.screening())
        done += counts
        left_out += refused
        memory.progress(done.total(), len(wanted), WHAT)
    for start in range(0, len(gone), AT_ONCE):
        with memory.writing() as transaction:
            done["retired"] += retire_vanished(transaction, gone[start : start + AT_ONCE])
    return done, left_out


def _told(
    memory: Memory, symbols: int, files: int, done: Counter[str], examples: list[str], left_out: list[str],
    notes: list[str], *, dry_run: bool,
) -> Scanned:  # fmt: skip
    with memory.reading() as reader:
        root = reader.root().root.hex()
    return Scanned(
        symbols, files, done["added"], done["changed"], done["retired"], done["unchanged"], dry_run, examples,
        left_out, notes, root,
    )  # fmt: skip
