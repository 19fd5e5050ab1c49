"""The replies of `audit` and `import` as lines: what there is, what is wrong with it, and what came of it."""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

EXAMPLES = 4  # of each concern; --json gives more
GRAVE = ("secret", "order", "contradiction")  # concerns that are dangerous as they stand
RANGES = 6  # ranges of lines that were taken


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `audit` or `import` as lines."""
    yield from _audited(reply) if operation == "audit" else _imported(reply)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _audited(reply: Any) -> Iterator[Line]:
    if reply.markdown:
        yield from (Line(CODE, text) for text in reply.markdown.rstrip("\n").split("\n"))
        return
    if not reply.found:
        yield Line(HEAD, "No memory of another program was found.")
        yield from (Line(CODE, f"  nothing at {line(one)}") for one in reply.looked)
        yield Line(TAIL, "Give its file or folder: oldhand audit FILE")
        return
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in reply.kinds.items())
    places = f" in {_counted(len(reply.found), 'place')}"
    yield Line(HEAD, f"{_counted(reply.statements, 'statement')}{places}{f': {kinds}' if kinds else ''}.")
    wide = max(len(one.format) for one in reply.found)
    for one in reply.found:
        span = f", {one.oldest} to {one.newest}" if one.oldest else ""
        more = f", {_counted(one.ties, 'tie')}" if one.ties else ""
        more += f", {one.left_out:,} not for us" if one.left_out else ""
        yield Line(CODE, f"  {one.format:<{wide}}  {one.statements:>6,}  {line(one.path)}{span}{more}")
    if reply.loaded:
        yield Line(HEAD, f"Loaded into every session: about {reply.tokens:,} tokens.")
        yield from (Line(CODE, f"  {one.tokens:>6,}  {line(one.file)}") for one in reply.loaded)
    if not reply.concerns:
        yield Line(HEAD, "Nothing is wrong with them that an audit can see.")
    for concern in reply.concerns:
        yield Line(WARNING if concern.concern in GRAVE else NOTE, f"{concern.number:,} {concern.why}:")
        for one in concern.examples[:EXAMPLES]:
            yield Line(CODE, f"  {line(one.place)}: {line(one.what)}")
        if concern.number > EXAMPLES:
            yield Line(CODE, f"  … and {concern.number - min(EXAMPLES, len(concern.examples)):,} more")
    yield from (Line(NOTE, line(note)) for note in reply.notes)
    yield from (Line(CODE, f"Nothing at {line(one)}") for one in reply.looked)
    if reply.next_step:
        yield Line(TAIL, f"Nothing was changed. Next: {line(reply.next_step)}")


def _imported(reply: Any) -> Iterator[Line]:
    did = "Would bring in" if reply.dry_run else "Brought in"
    counts = (
        (reply.new, "new"), (reply.changed, "changed"), (reply.same, "known already"),
        (reply.contested, "contested"), (reply.refused, "refused: rejected or erased here"),
        (reply.skipped, "left as they are"),
    )  # fmt: skip
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing"
    yield Line(HEAD, f"{did} {line(reply.file)} ({reply.format}): {told}.")
    if reply.restored:
        yield Line(CODE, "  The memory was empty and is now the same as the exported one.")
    more = (
        (reply.quarantined, "wait in review: oldhand review"),
        (reply.superseded, "superseded by what replaced them there"),
        (reply.retired, "put away, as they were there"), (reply.ties, "tied together"),
        (reply.secrets, f"secret{'s' * (reply.secrets != 1)} replaced by marks"),
        (reply.left_out, f"part{'s' * (reply.left_out != 1)} not for us"),
    )  # fmt: skip
    yield from (Line(CODE, f"  {count:,} {what}") for count, what in more if count)
    if reply.unreadable:
        yield Line(WARNING, f"{_counted(reply.unreadable, 'part')} could not be read; the rest was taken whole:")
        taken = "; ".join(map(line, reply.taken[:RANGES]))
        yield Line(CODE, f"  taken: {taken}{' …' if len(reply.taken) > RANGES else ''}")
    yield from (Line(CODE, f"  {line(note)}") for note in reply.notes)
    if reply.dry_run:
        yield Line(TAIL, "Nothing was changed.")
    elif reply.events:
        yield Line(TAIL, f"{_counted(reply.events, 'event')} written, root {reply.root[:8]}.")
    else:
        yield Line(TAIL, "Nothing was new: the memory is as it was.")
