"""Places of the project for people: what is known there (`look`), who wrote and said it (`blame`), what goes stale."""

from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import headline
from oldhand.surfaces.cli.render import SHOWN_DIGITS, item, place_state
from oldhand.surfaces.cli.screen import Screen

SHOWN_COMMIT = 9  # digits of a commit, as git shows them in a large repository
SHOWN_NAMES = 8  # symbols or files on one line; --json gives all of them
SHOWN_AUTHOR = 22  # characters of an author's name in a column
MOST_COMMITS = 3  # of a file that `look` shows
MOST_ENCLOSING = 2  # of the symbols around some lines, the innermost, that `look` shows whole
MOST_SAYERS = 3  # who confirmed or disputed a memory, the latest
AGO = 14  # columns before the names in a timeline: the date and what stands between


def looked(screen: Screen, reply: Any) -> str:
    """What is known about a place: memories, then the file's own facts, then what to do next."""
    lines = [item(screen, told) for told in reply.items]
    if not reply.items:
        near = f"  (nearest: {line(reply.nearest)})" if reply.nearest else ""
        lines.append(f"Nothing is tied to {line(reply.place)}.{near}")
    if reply.mentioned:
        lines.append(screen.style("Speaks of it:", "bold"))
        lines.extend(item(screen, told, strong=False) for told in reply.mentioned)
    if reply.nearby:
        lines.append(screen.style("Nearby:", "bold"))
    for one in reply.nearby:
        lines.append(item(screen, one.memory, strong=False))
        lines.append(screen.style(screen.wrapped(line(one.why), "    "), "yellow"))
    if reply.left_out:
        lines.append(screen.style(f"{reply.left_out} more (--limit, --budget-tokens).", "dim"))
    if reply.about is not None:
        lines.extend(_facts(screen, reply.about, narrow=":" in reply.place))
    if reply.next:
        lines.append(screen.wrapped(f"Next: {reply.next}."))
    notes = [*reply.notes, *(reply.about.notes if reply.about else [])]
    lines.extend(screen.style(screen.wrapped(f"({note})"), "dim") for note in notes)
    return "\n".join(lines) + "\n"


def _facts(screen: Screen, facts: Any, *, narrow: bool) -> list[str]:
    """What is known of a file by itself; narrow: of a part of it, whose innermost symbols are told whole."""
    told = []
    if facts.lines:
        told.append(("file", f"{facts.language or 'text'}, {facts.role}, {facts.lines} lines"))
    if narrow:
        around = facts.symbols[-MOST_ENCLOSING:]
        told.extend((one.kind, f"{line(one.signature)}  {_span(one.first, one.last)}") for one in around)
    elif facts.symbols:
        told.append(("symbols", _some([f"{line(one.name)} {_span(one.first, one.last)}" for one in facts.symbols])))
    told.extend(
        (title, _some([line(path) for path in paths]))
        for title, paths in (
            ("imports", facts.imports), ("imported by", facts.imported_by), ("changes with", facts.together),
        )
        if paths
    )  # fmt: skip
    if facts.changes:
        who = f", by {', '.join(map(line, facts.owners))}" if facts.owners else ""
        told.append(("history", f"{facts.changes} commit{'s' * (facts.changes != 1)}{who}"))
    lines = [screen.style(f"{title:<14}", "bold") + said for title, said in told]
    return lines + [_commit(screen, one) for one in facts.commits[:MOST_COMMITS]]


def _commit(screen: Screen, one: Any) -> str:
    name = screen.style(one.commit[:SHOWN_COMMIT], "yellow")
    return f"  {name}  {one.at[:10]}  {line(one.author)[:SHOWN_AUTHOR]}  {line(one.subject)}"


def blamed(screen: Screen, reply: Any) -> str:
    """Who wrote a place's lines and who said what about it, newest first; of each memory who stands for it, once."""
    lines = []
    waiting = {one.id: one for one in reply.memories}
    if reply.id:
        lines.append(_said(screen, waiting.pop(reply.id)))
        lines.extend(f"  {place_state(screen, state)}" for state in reply.places)
    wide = max((len(step.what) for step in reply.timeline), default=0)
    for step in reply.timeline:
        name = f"{step.name[: SHOWN_COMMIT if step.what == 'commit' else SHOWN_DIGITS]:<{SHOWN_DIGITS}}"
        colour = "yellow" if step.what in ("commit", "uncommitted") else "cyan"
        numbers = f"line{'s' * (not step.lines.isdigit())} {step.lines}" if step.lines else ""
        lines.append(
            f"{step.at[:10] or 'now':<10}  {screen.style(f'{step.what:<{wide}}', 'bold')}  {screen.style(name, colour)}"
            f"  {line(step.who) + '  ' if step.who else ''}{line(step.text)}"
            + (f"  {screen.style(numbers, 'dim')}" if numbers else "")
        )
        if step.what in ("said", "revised") and step.name in waiting:
            lines.extend(_stands_for(screen, waiting.pop(step.name), " " * (AGO + wide)))
    if not reply.timeline:
        lines.append(f"Nothing is known of {line(reply.place)}.")
    lines.extend(_said(screen, one) for one in waiting.values())
    if reply.left_out:
        lines.append(screen.style(f"{reply.left_out} more (--limit).", "dim"))
    lines.extend(screen.style(screen.wrapped(f"({note})"), "dim") for note in reply.notes)
    return "\n".join(lines) + "\n"


def _said(screen: Screen, one: Any) -> str:
    """A memory and who stands for it."""
    head = screen.wrapped(headline(one.title, one.text), "  ").lstrip()
    label = screen.style(f"[{one.kind} {one.id[:SHOWN_DIGITS]}]", "cyan")
    said = f"said by {line(one.actor)} ({line(one.origin)}, {one.trust}) on {one.at[:10]}"
    return "\n".join([f"{screen.symbol('●', '*')} {head}  {label}", *_stands_for(screen, one, "  ", said)])


def _stands_for(screen: Screen, one: Any, indent: str, *first: str) -> list[str]:
    """What supports a memory and what stands against it; nothing when there is neither."""
    facts = [] if one.standing == "active" else [screen.style(one.standing, "yellow")]
    facts.extend(first)
    if one.session:
        facts.append(f"session {line(one.session)}")
    if one.evidence:
        facts.append(f"from {', '.join(map(line, one.evidence))}")
    facts.extend(f"confirmed by {_sayer(who)}" for who in one.confirmed[:MOST_SAYERS])
    for who in one.disputed[:MOST_SAYERS]:
        why = f": {line(who.reason)}" if who.reason else ""
        facts.append(screen.style(f"disputed by {_sayer(who)}{why}", "yellow"))
    return [screen.joined(facts, indent)] if facts else []


def _sayer(who: Any) -> str:
    return f"{line(who.actor)} ({line(who.origin)}) on {who.at[:10]}"


def impacted(screen: Screen, reply: Any) -> str:
    """What may go stale, the gravest first."""
    lines = []
    for one in reply.memories:
        lines.append(item(screen, one.memory) if reply.target else _headed(screen, one.memory))
        because = "because " if reply.target else ""
        lines.extend(screen.style(screen.wrapped(f"{because}{why}", "    "), "yellow") for why in one.why)
    if reply.files:
        lines.append(screen.style("Files:", "bold"))
        lines.extend(f"  {line(one.path)}  {screen.style(line(one.why), 'dim')}" for one in reply.files)
    if reply.commits:
        lines.append(screen.style("Commits that did it:", "bold"))
        lines.extend(_commit(screen, one) for one in reply.commits)
    if not (reply.memories or reply.files):
        nothing = f"Nothing of it went stale, {reply.holding} checked." if reply.holding else "Nothing went stale."
        lines.append("Nothing that is remembered goes stale by it." if reply.target else nothing)
    if reply.left_out:
        lines.append(screen.style(f"{reply.left_out} more (--limit).", "dim"))
    lines.extend(screen.style(screen.wrapped(f"({note})"), "dim") for note in reply.notes)
    return "\n".join(lines) + "\n"


def _headed(screen: Screen, told: Any) -> str:
    """A memory in one line: what became of its places follows."""
    label = screen.style(f"[{told.kind} {told.id[:SHOWN_DIGITS]}]", "cyan")
    return f"{screen.symbol('●', '*')} {screen.wrapped(headline(told.title, told.text), '  ').lstrip()}  {label}"


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN_NAMES
    return ", ".join(names[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
