"""Replies about files as lines of text, for people and agents alike: what each line is, and what it says.

Nothing is made safe here: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from oldhand.model.visible import line
from oldhand.recall.render import SHOWN_ID

HEAD, CODE, NOTE, ADDED, REMOVED, TAIL, WARNING = "head", "code", "note", "added", "removed", "tail", "warning"
OPERATIONS = ("read", "grep", "glob", "write", "edit")


class Line(NamedTuple):
    """A line and what it is: HEAD, CODE (exact text of a file), NOTE (memory), ADDED, REMOVED, TAIL or WARNING."""

    kind: str
    text: str


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    told = {"read": _read, "grep": _grepped, "glob": _globbed, "write": _written, "edit": _written}
    return told[operation](reply)


def _plural(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}{'es' * noun.endswith('ch') or 's'}"


def _note(note: Any, place: str = "") -> Line:
    """A memory beside the lines it speaks of."""
    return Line(NOTE, f"| {note.kind.upper()} {note.id[:SHOWN_ID]} {place}{line(note.words)}")


def _read(reply: Any) -> Iterator[Line]:
    facts = [f"lines {reply.first}-{reply.last} of {reply.total}" if reply.content else _plural(reply.total, "line")]
    facts += [fact for fact in (reply.language, f"{reply.encoding} {reply.line_ends}") if fact]
    yield Line(HEAD, f"{line(reply.file)}: {', '.join(facts)}, digest {reply.digest}")
    waiting = list(reply.notes)
    for number, text in reply.content:
        while waiting and waiting[0].first <= number:
            note = waiting.pop(0)
            span = f"[{note.first}-{note.last}] " if note.last > note.first else ""
            yield _note(note, span)
        yield Line(CODE, f"{number}\t{text}")
    yield from map(_note, waiting)
    yield from (Line(WARNING, problem) for problem in reply.problems)
    if reply.more:
        yield Line(TAIL, f"More: oldhand read {line(reply.more)}" + (f" --mode {reply.mode}" * (reply.mode != "full")))


def _grepped(reply: Any) -> Iterator[Line]:
    told: set[str] = set()
    by_id = {note.id: note for note in reply.notes}
    for match in reply.matches:
        first = match.line - len(match.before)
        yield from (Line(CODE, f"{line(match.file)}-{first + at}- {text}") for at, text in enumerate(match.before))
        yield Line(CODE, f"{line(match.file)}:{match.line}: {match.text}  [{match.intent}]")
        yield from (Line(CODE, f"{line(match.file)}-{match.line + at}- {t}") for at, t in enumerate(match.after, 1))
        for name in match.notes:
            if name not in told:
                told.add(name)
                yield _note(by_id[name], f"[{by_id[name].anchor}] ")
        if match.before or match.after:
            yield Line(CODE, "--")
    if not reply.matches:
        yield from (Line(CODE, line(file)) for file in reply.files)
    yield Line(TAIL, _grep_tail(reply))
    if reply.stopped:
        yield Line(WARNING, f"The search ended {reply.stopped}. Narrow it with --glob.")


def _grep_tail(reply: Any) -> str:
    said = f"{_plural(reply.total, 'line')} found, {_plural(reply.searched, 'file')} searched."
    if not reply.total:
        said = f"Nothing found in {_plural(reply.searched, 'file')}."
    if reply.left_out:
        said += f" {reply.left_out:,} more (--limit, --budget-tokens, --glob, --intent)."
    if len(reply.intents) > 1:
        said += " By intent: " + ", ".join(f"{count} {intent}" for intent, count in reply.intents.items()) + "."
    if reply.skipped:
        left = ", ".join(f"{one.files} {one.reason} (such as {line(one.example)})" for one in reply.skipped)
        said += f" Not searched: {left}."
    return said


def _globbed(reply: Any) -> Iterator[Line]:
    for file in reply.files:
        facts = [file.language or file.role]
        if file.role not in ("code", file.language):
            facts.append(file.role)
        facts.append(_plural(file.lines, "line") if file.lines >= 0 else f"{file.bytes:,} bytes" * (file.bytes >= 0))
        if file.memories:
            facts.append(_plural(file.memories, "memory"))
        yield Line(CODE, f"{line(file.file)}  {', '.join(dict.fromkeys(fact for fact in facts if fact))}")
    if not reply.total:
        yield Line(TAIL, "No file fits. `*` stands within a name, `**/` for any folders; ignored files are left out.")
        return
    more = f" {reply.left_out:,} more (--limit)." if reply.left_out else ""
    yield Line(TAIL, f"{_plural(reply.total, 'file')}; of those shown memory speaks of {reply.known}.{more}")


def _written(reply: Any) -> Iterator[Line]:
    would = "would be " if reply.dry_run else ""
    times = f" ({reply.times} times)" if reply.times > 1 else ""
    count = f"+{reply.added} -{reply.removed} lines"
    yield Line(HEAD, f"{line(reply.file)} {would}{reply.action}{times}: {count}, digest {reply.digest}")
    for text in reply.diff:
        yield Line({"+": ADDED, "-": REMOVED}.get(text[:1], CODE), text)
    if reply.stale:
        yield Line(WARNING, "These memories speak of what changes; confirm, revise or retire what no longer holds:")
    for one in reply.stale:
        states = one.before if one.before == one.after else f"{one.before}, now {one.after}"
        words = f"{line(one.text)} [{line(one.anchor)} {states} | {one.trust}]"
        yield Line(NOTE, f"| {one.kind.upper()} {one.id[:SHOWN_ID]} {words}")
    yield from (Line(WARNING, problem) for problem in reply.problems)
    if reply.claim:
        yield Line(TAIL, f"Noted as {reply.claim[:SHOWN_ID]}.")
