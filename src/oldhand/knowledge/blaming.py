"""Blame: git's word on who wrote lines, joined with the journal's word on who said what about them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.blame import Span, blame, touched
from oldhand.code.history import cut_off
from oldhand.code.paths import read_bytes
from oldhand.errors import BadAnchor, CannotBlame, OldhandError
from oldhand.knowledge.attribution import Attributed, attributed, latest_events
from oldhand.knowledge.places import parsed_symbols, place_of, tied_to
from oldhand.knowledge.telling import AnchorState, told
from oldhand.model.moment import iso
from oldhand.recall.render import SHOWN_ID, clipped, headline
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.symbol import Symbol

COMMITS_OF_AN_ANCHOR = 20  # commits told for one place of a memory, the latest: `git log` tells all
ANCHORS_FOLLOWED = 8  # places of one memory whose commits are asked for: each starts git
SAYERS_SHOWN = 3  # who confirmed or disputed a memory, the latest, in an agent's line
SHOWN_COMMIT = 9  # digits of a commit, as git shows them in a large repository
LONGEST_TEXT = 120  # characters of a memory's text beside something that happened to it
LONGEST_NUMBERS = 60  # characters of the line numbers beside a commit; `written` has all of them
NOW = "9999"  # sorts after every date


class Lines(NamedTuple):
    """Neighbouring lines and the commit that wrote them last; without commit they are not committed yet.

    path: the file's name in that commit, where it was another one.
    """

    first: int
    last: int
    commit: str
    at: str
    author: str
    subject: str
    path: str


class Step(NamedTuple):
    """One entry of the timeline: a commit, or something that happened to a memory.

    what: commit, uncommitted, said, revised, confirmed, disputed, rejected, retired, restored, erased, linked,
    unlinked or set; who: an author, or an actor with the way in and trust; name: the commit or the memory;
    lines: of a commit, those it wrote last, as far as they were asked for.
    """

    at: str
    what: str
    who: str
    name: str
    text: str
    lines: str


class Blamed(NamedTuple):
    """Who wrote a place's lines and who said what about it, newest first.

    place: what was asked about, in full; id: the memory that was asked about, else empty; written: the lines from the
    top down; memories: those that speak of the place, the nearest first; places: of a memory, where it is tied;
    lines: all of it, ready for an agent; notes: what could not be told, and why.
    """

    place: str
    id: str
    timeline: list[Step]
    written: list[Lines]
    memories: list[Attributed]
    places: list[AnchorState]
    lines: list[str]
    left_out: int
    notes: list[str]
    root: str


_WHAT = {
    "assert": "said", "revise": "revised", "confirm": "confirmed", "dispute": "disputed", "reject": "rejected",
    "retire": "retired", "restore": "restored", "erase": "erased", "link": "linked", "unlink": "unlinked",
}  # fmt: skip


def blamed_place(memory: "Memory", target: str, limit: int) -> Blamed:
    """Who wrote a file, lines or a symbol, and who said what about them."""
    tree = memory.project.tree
    place = place_of(memory.project, target)
    if place.anchor.dependency:
        raise BadAnchor(target, "a dependency has no lines; `oldhand look` tells what is known of it")
    content = read_bytes(tree, place.path)
    symbols: Sequence[Symbol] = ()
    if place.anchor.symbol:
        symbols, why = parsed_symbols(tree, place.path)
        place = place.within(symbols)
        if not place.first:
            raise BadAnchor(target, why or f"{place.path} has no symbol of that name")
    with memory.reading() as reader:
        near = tied_to(reader, place, symbols)
        notes: list[str] = []
        spans: list[Span] = []
        try:
            spans = blame(tree, memory.environment, place.path, content, place.first, place.last)
        except CannotBlame as error:
            if not near:
                raise
            notes.append(str(error))  # what was said of the place is told all the same
        if any(span.boundary for span in spans) and cut_off(tree, memory.environment):
            notes.append("history is cut off here (a shallow clone): what is older counts for the oldest commit")
        steps = [step for held in near[:limit] for step in _steps(reader, held)] + _commits(spans)
        shown = _newest(steps)[:limit]
        memories = [attributed(reader, held) for held in near[:limit]]
        return Blamed(
            str(place), "", shown, [_lines(span, place.path) for span in spans], memories, [],
            [*_agent_lines(shown, memories), *notes], len(steps) - len(shown) + len(near) - len(memories), notes,
            reader.root().root.hex(),
        )  # fmt: skip


def blamed_memory(memory: "Memory", target: str, limit: int) -> Blamed:
    """What happened to a memory, who did it, and the commits that changed its places since it was said."""
    with memory.reading() as reader:
        held = reader.get(reader.resolve(target.strip()))
        about = told(reader, held, memory.project.tree, memory.now())
        touches, notes = _touches(memory, about.anchors, held.updated)
        steps = _steps(reader, held) + touches
        shown = _newest(steps)[:limit]
        memories = [attributed(reader, held)]
        return Blamed(
            held.id, held.id, shown, [], memories, about.anchors,
            [*_agent_lines(shown, memories), *notes], len(steps) - len(shown), notes,
            reader.root().root.hex(),
        )  # fmt: skip


def _touches(memory: "Memory", places: Sequence[AnchorState], since_ms: int) -> tuple[list[Step], list[str]]:
    """The commits that changed a memory's places since a moment, each once, and which places could not be followed."""
    steps: dict[str, Step] = {}
    notes = []
    for state in places[:ANCHORS_FOLLOWED]:
        try:
            place = place_of(memory.project, state.now or state.anchor)
            if place.anchor.dependency:
                continue  # what manifests declare: `anchors verify` tells of them
            if place.anchor.symbol:
                place = place.within(parsed_symbols(memory.project.tree, place.path)[0])
            found = touched(
                memory.project.tree, memory.environment, place.path, place.first, place.last, since_ms,
                COMMITS_OF_AN_ANCHOR,
            )  # fmt: skip
        except OldhandError as error:
            notes.append(f"{state.anchor}: {error}")
            continue
        for commit in found:
            step = Step(iso(commit.time), "commit", commit.author, commit.commit, commit.subject, str(place.path))
            steps.setdefault(commit.commit, step._replace(lines=""))
    return list(steps.values()), notes


def _newest(steps: list[Step]) -> list[Step]:
    """Entries of a timeline, the newest first; what is not committed yet is newest of all."""
    return sorted(steps, key=lambda step: step.at or NOW, reverse=True)


def _steps(reader: Reader, held: Held) -> list[Step]:
    """What happened to a memory, as entries of the timeline."""
    return [
        Step(
            event.at, _WHAT.get(event.op, event.op),
            f"{event.actor} ({event.origin}{', ' + event.trust if event.trust else ''})", held.id,
            event.text or event.reason or clipped(held.title or held.text, LONGEST_TEXT), "",
        )
        for event in latest_events(reader, held.id)
    ]  # fmt: skip


def _commits(spans: list[Span]) -> list[Step]:
    """The commits that wrote the lines, each once with all its lines, as entries of the timeline."""
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(span.commit, []).append(span)
    steps = []
    for commit, group in groups.items():
        first = group[0]
        numbers = ", ".join(f"{one.first}-{one.last}" if one.last > one.first else str(one.first) for one in group)
        lines = clipped(numbers, LONGEST_NUMBERS)
        if commit:
            steps.append(Step(iso(first.time), "commit", first.author, commit, first.subject, lines))
        else:
            steps.append(Step("", "uncommitted", "", "", "not committed yet", lines))
    return steps


def _lines(span: Span, path: str) -> Lines:
    return Lines(
        span.first, span.last, span.commit, iso(span.time) if span.commit else "", span.author, span.subject,
        span.path if span.commit and span.path != path else "",
    )  # fmt: skip


def _agent_lines(steps: Sequence[Step], memories: Sequence[Attributed]) -> list[str]:
    """The timeline for an agent; a memory is told whole, once, where it was last said."""
    waiting = {one.id: one for one in memories}
    lines = []
    for step in steps:
        known = waiting.pop(step.name, None) if step.what in ("said", "revised") else None
        if known:
            lines.append(f"{step.at[:10]} {step.what} {_memory_line(known)}")
        else:
            told = any(step.name == one.id and one.text.startswith(step.text.rstrip("…")) for one in memories)
            lines.append(_step_line(step._replace(text="") if told else step))
    return lines + [f"also: {_memory_line(one)}" for one in waiting.values()]


def _step_line(step: Step) -> str:
    """An entry of the timeline in one line for an agent."""
    name = step.name[: SHOWN_COMMIT if step.what == "commit" else SHOWN_ID]
    at = f" [line{'s' * (not step.lines.isdigit())} {step.lines}]" if step.lines else ""
    return " ".join(part for part in (step.at[:10] or "now", step.what, name, f"{step.who}:", step.text) if part) + at


def _memory_line(one: Attributed) -> str:
    """A memory and who stands for it in one line for an agent."""
    facts = [f"{one.standing}, said {one.at[:10]} by {one.actor} ({one.origin}, {one.trust})"]
    if one.session:
        facts.append(f"session {one.session}")
    if one.evidence:
        facts.append(f"from {', '.join(one.evidence)}")
    facts += [f"confirmed {who.at[:10]} by {who.actor} ({who.origin})" for who in one.confirmed[:SAYERS_SHOWN]]
    facts += [f"disputed {who.at[:10]} by {who.actor}: {who.reason}" for who in one.disputed[:SAYERS_SHOWN]]
    return f"{one.id[:SHOWN_ID]} {one.kind.upper()} {headline(one.title, one.text)} [{' | '.join(facts)}]"
