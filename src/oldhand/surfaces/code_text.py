"""Replies about the code as a whole (`map`, `scan`, `coverage`, `heatmap`) as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("map", "scan", "coverage", "heatmap")
BAR = 20  # characters of the longest bar
REFUSED_SHOWN = 3  # symbols named of those that no memory could hold


def lines(operation: str, reply: Any, *, block: str = "#") -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines. block: the character that bars are made of."""
    if operation == "map":
        yield from _map(reply)
    elif operation == "scan":
        yield from _scan(reply)
    elif operation == "coverage":
        yield from _coverage(reply, block)
    else:
        yield from _heatmap(reply, block)
    yield from (Line(WARNING, f"Note: {line(note)}") for note in reply.notes)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _map(reply: Any) -> Iterator[Line]:
    yield from (Line(HEAD if text.endswith("/") else CODE, text) for text in reply.lines)
    if reply.shown < reply.files:
        more = "oldhand map FOLDER shows a part, --budget-tokens more of it"
        yield Line(TAIL, f"{reply.shown:,} of {_counted(reply.files, 'file')}, about {reply.tokens:,} tokens. {more}.")
    elif not reply.files:
        yield Line(TAIL, "There are no files here.")


def _scan(reply: Any) -> Iterator[Line]:
    found = f"{_counted(reply.symbols, 'symbol')} in {_counted(reply.files, 'file')}"
    if reply.dry_run:
        gone = f" and retire {reply.retired:,} whose symbols are gone" if reply.retired else ""
        yield Line(
            HEAD, f"Would describe {found}, {reply.added:,} of them for the first time{gone}. Nothing was written."
        )
        yield from (Line(CODE, f"  {line(name)}") for name in reply.examples)
        return
    if not reply.symbols and not reply.retired:
        yield Line(HEAD, "No documented public symbols were found. --every takes in the others too.")
        return
    yield Line(
        HEAD, f"Described {found}: {reply.added:,} new, {reply.changed:,} changed, {reply.unchanged:,} as before."
    )
    if reply.retired:
        yield Line(
            NOTE, f"Retired {_counted(reply.retired, 'memory').replace('memorys', 'memories')}: symbols that are gone."
        )
    if reply.left_out:
        named = "; ".join(line(one) for one in reply.left_out[:REFUSED_SHOWN])
        yield Line(WARNING, f"{_counted(len(reply.left_out), 'symbol')} could not be kept: {named}")
    if reply.added:
        yield Line(TAIL, "Next: oldhand coverage   (which important files nobody has said anything about)")


def _share(name: str, share: Any, block: str) -> Line:
    part = share.described / share.total if share.total else 0.0
    bar = (block * round(BAR * part)).ljust(BAR, ".")
    said = f", {share.said:,} not by a scan alone" if share.described else ""
    return Line(CODE, f"{name:<24} {bar} {part:>4.0%}  {share.described:,} of {share.total:,}{said}")


def _coverage(reply: Any, block: str) -> Iterator[Line]:
    if not reply.files.total:
        yield Line(HEAD, f"There is no source code{f' below {line(reply.path)}' if reply.path else ''}.")
        return
    yield Line(HEAD, f"What memory speaks of{f' below {line(reply.path)}' if reply.path else ''}:")
    yield _share("source files", reply.files, block)
    if reply.symbols.total:
        yield _share("functions and types", reply.symbols, block)
    if len(reply.folders) > 1:
        yield from (_share(f"  {line(one.folder)}", one, block) for one in reply.folders)
    if not reply.undescribed:
        yield Line(TAIL, "People or agents have said something about every file.")
        return
    yield Line(HEAD, "Important, and nobody has said anything about it:")
    for one in reply.undescribed:
        facts = [_counted(one.importers, "importer"), _counted(one.changes, "commit"), _counted(one.lines, "line")]
        scanned = f"; scanned: {_counted(one.scanned, 'symbol')}" if one.scanned else ""
        names = f": {', '.join(map(line, one.symbols))}" if one.symbols else ""
        yield Line(CODE, f"{one.importance:>3}  {line(one.file)}  ({', '.join(facts)}{scanned}){names}")
    more = f"{reply.left_out:,} more files (--limit). " if reply.left_out else ""
    yield Line(TAIL, f'{more}Say what is known: oldhand remember "…" --anchor {line(reply.undescribed[0].file)}')


def _heatmap(reply: Any, block: str) -> Iterator[Line]:
    if not reply.files:
        empty = {
            "changes": "No commits have changed any file here.",
            "memories": "No memory is tied to any file here: oldhand remember TEXT --anchor FILE",
            "attention": "No file here has been looked at or recalled yet.",
        }
        yield Line(HEAD, empty[reply.by])
        return
    wide = min(max(len(one.file) for one in reply.files), 60)
    yield Line(HEAD, f"{'heat':<{BAR}}  {'file':<{wide}}  commits  last        authors  memories  looks")
    for one in reply.files:
        bar = (block * max(1, round(BAR * one.heat / 100))).ljust(BAR)
        name = line(one.file)
        shown = name if len(name) <= wide else f"…{name[1 - wide :]}"
        yield Line(
            CODE,
            f"{bar}  {shown:<{wide}}  {one.changes:>7,}  {one.last or '-':<10}  {one.authors:>7}  {one.memories:>8}"
            f"  {one.attention:>5}",
        )
    what = {
        "changes": "commits, the latest count most",
        "memories": "memories tied to the file",
        "attention": "looks and recalls",
    }
    more = f" {reply.left_out:,} more (--limit)." if reply.left_out else ""
    yield Line(TAIL, f"Hot by {what[reply.by]}.{more}")
