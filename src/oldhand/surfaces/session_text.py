"""Replies about the local log of sessions as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = (
    "session_list", "session_show", "session_tokens", "session_candidates", "session_drain", "session_remove",
)  # fmt: skip
NAME_SHOWN = 13  # characters of a session's name: enough to tell apart those of one machine
TITLE_SHOWN = 60
TEXT_SHOWN = 160  # characters of an event's text in a list; --json and --full give more
TIME = slice(11, 19)  # of a moment in ISO form
NEAR, OVER = "near", "over"
_SAID = {"prompt": "asked", "reply": "said", "thought": "thought", "note": "note", "compacted": "compacted"}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    told = {
        "session_list": _listed, "session_show": _shown, "session_tokens": _tokens,
        "session_candidates": _candidates, "session_drain": _drained, "session_remove": _removed,
    }  # fmt: skip
    return told[operation](reply)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _moment(said: str) -> str:
    """A moment as people read it: 2026-11-20 09:30."""
    return said[:16].replace("T", " ") if said else "at no known time"


def _listed(reply: Any) -> Iterator[Line]:
    if not reply.sessions:
        yield Line(HEAD, "No session is kept here" + (" that fits." if reply.total else "."))
        if not reply.total:
            yield Line(
                TAIL, "Hooks bring them (`oldhand install`), and `oldhand session import` takes in what is on the disk."
            )
    else:
        yield Line(HEAD, f"{_counted(reply.total, 'session')}, {_counted(reply.events, 'event')}; the latest first.")
    for one in reply.sessions:
        yield Line(
            CODE, f"  {_name(one.id)}  {_moment(one.last)}  {line(one.host) or '?'}  {_title(one.title)}".rstrip()
        )
        yield Line(TAIL, f"      {', '.join(_facts(one))}")
    if reply.candidates:
        waits = _counted(reply.candidates, "decision candidate")
        yield Line(TAIL, f"{waits} {'waits' if reply.candidates == 1 else 'wait'}: `oldhand session candidates`.")
    yield from _trouble(reply.trouble)


def _name(name: str) -> str:
    return line(name)[:NAME_SHOWN]


def _title(said: str) -> str:
    return clipped(line(said), TITLE_SHOWN)


def _facts(one: Any) -> list[str]:
    """What happened in a session, in a few words."""
    facts = [_counted(one.prompts, "prompt"), _counted(one.calls, "call")]
    facts += [f"{one.failures:,} failed"] if one.failures else []
    facts += [f"told {_counted(one.told, 'time')} (~{one.told_tokens:,} tokens)"] if one.told else []
    facts += [f"on {line(one.branch)}"] if one.branch else []
    facts += [line(one.model)] if one.model else []
    facts += [f"part of {_name(one.parent)}"] if one.parent else []
    return [*facts, "ended" if one.ended else "no end told"]


def _shown(reply: Any) -> Iterator[Line]:
    one = reply.session
    yield Line(HEAD, f"{line(one.id)}  {line(one.host)}  {_title(one.title)}".rstrip())
    yield Line(TAIL, f"  {_moment(one.started)} to {_moment(one.last)}; {', '.join(_facts(one))}")
    if one.folder:
        yield Line(TAIL, f"  in {line(one.folder)}")
    for event in reply.events:
        yield from _event(event, one.folder)
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--offset, --limit).")


def _event(event: Any, folder: str) -> Iterator[Line]:
    at = event.at[TIME] or "--:--:--"
    who = f"[{line(event.agent)[:NAME_SHOWN]}] " if event.agent else ""
    if event.kind == "call":
        what = event.tool if event.tool and event.tool != "other" else line(event.name) or "call"
        about = line(event.target.removeprefix(f"{folder}/")) or clipped(line(event.text), TEXT_SHOWN)
        yield Line(CODE, f"  {at} {who}{what}: {about}")
    elif event.kind == "result":
        code = f" (exit {event.exit})" if event.exit > 0 else ""
        said = clipped(line(event.text), TEXT_SHOWN)
        if event.outcome == "failed":
            yield Line(WARNING, f"           failed{code}: {said}".rstrip(": "))
        elif event.outcome != "ok" or said:
            yield Line(TAIL, f"           {event.outcome or 'result'}{code}: {said}".rstrip(": "))
    elif event.kind == "injected":
        ids = ", ".join(name[:12] for name in event.memories)
        said = clipped(line(event.text), TEXT_SHOWN) or line(event.target)
        yield Line(NOTE, f"  {at} {who}told by memory: {ids}" if ids else f"  {at} {who}given: {said}")
    else:
        kind = HEAD if event.kind == "prompt" else CODE
        yield Line(
            kind, f"  {at} {who}{_SAID.get(event.kind, line(event.kind))}: {clipped(line(event.text), TEXT_SHOWN)}"
        )


def _tokens(reply: Any) -> Iterator[Line]:
    of = f" of {_name(reply.session)}" if reply.session else ""
    yield Line(HEAD, f"Tokens by {reply.by}{of}: about {reply.total:,} in the texts.")
    for one in reply.lines:
        parts = [f"~{one.estimated:,} in texts ({one.share} %)"] if one.estimated else []
        if one.input or one.output or one.cache_read or one.cache_written:
            cache = f", cache {one.cache_read:,} read and {one.cache_written:,} written"
            parts.append(f"recorded: {one.input:,} in, {one.output:,} out{cache}")
        name = _name(one.name) if reply.by == "session" else line(one.name)
        yield Line(CODE, f"  {name}: {'; '.join(parts) or 'nothing'}")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    cost = reply.overhead
    own = f"~{cost.injected:,} told by hooks ({_counted(cost.told, 'time')}), ~{cost.replies:,} in replies"
    yield Line(TAIL, f"Memory itself: {own}; {cost.share} % of the texts, these included.")
    yield from _today(reply.today)


def _today(today: Any) -> Iterator[Line]:
    used = f"Today ({today.day}, UTC): {today.used:,} tokens"
    how = f" ({today.estimated:,} of them estimated)" if today.estimated else ""
    if not today.cap:
        yield Line(TAIL, f"{used}{how}; no cap (setting tokens.daily_cap).")
        return
    said = f"{used}{how} of {today.cap:,}, {round(100 * today.used / today.cap)} %."
    if today.level == OVER:
        yield Line(WARNING, f"{said} Beyond the cap hooks tell only what is most important.")
    elif today.level == NEAR:
        yield Line(WARNING, f"{said} Near the cap: beyond it hooks tell only what is most important.")
    else:
        yield Line(TAIL, said)


def _candidates(reply: Any) -> Iterator[Line]:
    if reply.outcome == "skipped":
        yield Line(HEAD, f"Skipped {reply.items[0].number}: it is not asked again.")
        return
    if reply.outcome == "confirmed":
        from oldhand.surfaces.remembered_text import sentences

        for one in reply.memories:
            yield Line(HEAD, f"{one.outcome} {one.id[:12]} {line(one.kind)}: {line(one.text)}")
            for said in sentences(one):
                yield Line(CODE, f"  {line(said)}")
        return
    if not reply.items:
        yield Line(HEAD, "No decision candidates wait.")
        return
    yield Line(
        HEAD, f"{_counted(len(reply.items) + reply.left_out, 'decision candidate')} from sessions, the latest first."
    )
    for one in reply.items:
        yield Line(HEAD, f"{one.number}. {line(one.text)}")
        where = f"   {'you' if one.who == 'person' else 'the agent'}, {_moment(one.at)}, session {_name(one.session)}"
        yield Line(TAIL, where)
        if one.before:
            yield Line(CODE, f"   before: {_end(line(one.before))}")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    yield Line(TAIL, 'Settle: oldhand session candidates --confirm N | "OWN WORDS" --edit N | --skip N')


def _end(said: str) -> str:
    """The last words of a text."""
    return said if len(said) <= TEXT_SHOWN else f"… {said[-TEXT_SHOWN:].partition(' ')[2]}"


def _drained(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"Read {_counted(reply.lines, 'line')} of the spool, {_counted(reply.events, 'new event')}.")
    learned = reply.captured + reply.confirmed + reply.candidates
    if learned:
        yield Line(
            CODE, f"  {reply.captured:,} captured, {reply.confirmed:,} confirmed, "
            f"{_counted(reply.candidates, 'decision candidate')}.",
        )  # fmt: skip
    if reply.broken:
        yield Line(WARNING, f"{_counted(reply.broken, 'line')} could not be used; they are in spool/broken.jsonl.")
    if reply.left and not reply.trouble:
        yield Line(NOTE, "Another process reads it too; some may wait still.")
    yield from _trouble(reply.trouble)


def _removed(reply: Any) -> Iterator[Line]:
    one = reply.session
    said = "Removed" if reply.removed else "Would remove"
    yield Line(HEAD, f"{said} {line(one.id)} with its {_counted(one.events, 'event')}. What was learned from it stays.")


def _trouble(said: str) -> Iterator[Line]:
    if said:
        yield Line(WARNING, line(said))
