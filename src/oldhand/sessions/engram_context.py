"""What memory told in a session, and whether it shows in what came after.

Of each memory that was put before the agent we look, in the events after it, whether a file that it is tied to was
touched, whether its rare words came up in what the agent said or wrote, or whether the command that it warns of was not
run again. That is all that can be seen: it shows use, and does not prove a cause. The holdout (`oldhand session
holdout`) measures whether memory helps; `oldhand injections` lists what was told.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from oldhand.knowledge.occasions import stored
from oldhand.model.session import CALL, COMMAND, EDIT, MCP, READ, REPLY, SEARCH, THOUGHT, WRITE, Event
from oldhand.model.terms import index_terms
from oldhand.sessions.engram_calls import within
from oldhand.sessions.transcripts.neutral import own_tool
from oldhand.store.reader import Held, Reader
from oldhand.store.session_rows import Injection

MOST_SHOWN = 60  # memories told in one engram
WORDS_SHARE = 0.5  # of a memory's terms that are not in what came before it, from which on its words count as taken up
FEWEST_WORDS = 3  # terms that a memory has beyond those that the session used anyway
SHORTEST_TERM = 4  # characters: shorter ones are mostly articles and prepositions, which every text has
LONGEST_READ = 4_000  # characters of one event that are compared
FILE, WORDS, AVOIDED = "file touched", "words taken up", "command avoided"
GOTCHA = "gotcha"


class Told(NamedTuple):
    """A memory that was put before the agent. event: at what event of the host; how: what of it shows afterwards, as
    FILE, WORDS and AVOIDED name it; empty when nothing does; withheld: whether the holdout kept it back."""

    memory: str
    kind: str
    text: str
    at: int
    event: str
    action: str
    how: tuple[str, ...]
    withheld: bool


class Context(NamedTuple):
    """What was told in a session. tokens: of all injections, estimated; shown: how many memories, used: of how many
    something shows afterwards."""

    told: tuple[Told, ...]
    tokens: int
    shown: int
    used: int


def context(reader: Reader, injections: Sequence[Injection], events: Sequence[Event], folder: str) -> Context:
    """What was told in a session, and what of it shows in the events that came after each telling."""
    found: dict[str, Told] = {}
    seen = (
        [Seen(event, frozenset(_terms(event)), within(event.target, folder)) for event in events] if injections else []
    )
    tokens = sum(one.tokens for one in injections if not one.withheld)
    for one in injections:
        for memory in one.memories:
            if memory in found or len(found) >= MOST_SHOWN:
                continue
            held = reader.find(memory) if len(memory) == 32 else None
            if held is None or not held.wordings:
                found[memory] = Told(memory, "", "", one.at, one.event, one.action, (), one.withheld)
                continue
            how = () if one.withheld else influence(held, one, seen)
            found[memory] = Told(memory, held.kind, held.text, one.at, one.event, one.action, how, one.withheld)
    told = tuple(found.values())
    shown = [one for one in told if not one.withheld]
    return Context(told, tokens, len(shown), sum(bool(one.how) for one in shown))


class Seen(NamedTuple):
    """An event with its terms and the path that it concerns, as the project has it."""

    event: Event
    terms: frozenset[str]
    path: str


def influence(held: Held, injection: Injection, events: Sequence[Seen]) -> tuple[str, ...]:
    """What of a memory shows in the events after it was told. The action that it was told at is none of them: it was
    decided on before."""
    occasion = occasion_of(injection, [one.event for one in events])
    after = [one for one in events if one.event.at >= injection.at and not _ours(one.event) and not occasion(one.event)]
    before = [one for one in events if one.event.at < injection.at]
    found = []
    paths = {place.partition("::")[0].partition(":")[0] for place in held.anchors}
    at_hand = {one.path for one in before if _touches(one.event)} | {injection.action}
    if (paths - at_hand) & {one.path for one in after if _touches(one.event)}:
        found.append(FILE)
    telling = {term for term in index_terms(held.text) if len(term) >= SHORTEST_TERM}
    rare = telling.difference(*(one.terms for one in before))
    if len(rare) >= FEWEST_WORDS:
        taken = rare.intersection(term for one in after for term in one.terms)
        if len(taken) >= WORDS_SHARE * len(rare):
            found.append(WORDS)
    if _avoided(held, injection, [one.event for one in after]):
        found.append(AVOIDED)
    return tuple(found)


def occasion_of(injection: Injection, events: Sequence[Event]) -> Callable[[Event], bool]:
    """What tells whether an event belongs to the very call that a memory was told at.

    A hook's injection bears the host's name of that call in its key (`before:NAME:...`, surfaces/hooks/telling.py).
    Where the host gives calls no names, it is the first call from then on that has the same words or the same file.
    """
    named = injection.key.split(":")[1] if injection.key.count(":") >= 2 else ""
    if named and any(event.call == named for event in events):
        return lambda event: event.call == named
    action = injection.action.strip()
    first = next(
        (event for event in events if event.kind == CALL and event.at >= injection.at and _is(event, action)), None
    )
    if not action or first is None:
        return lambda event: False
    return lambda event: event is first or (bool(first.call) and event.call == first.call)


def _is(call: Event, action: str) -> bool:
    """Whether a call is an action as hooks name it: the words of its command, or the end of its path."""
    if call.tool == COMMAND:
        return call.text.strip()[: len(action)] == action
    return call.target == action or call.target.endswith("/" + action)


def _touches(event: Event) -> bool:
    return event.kind == CALL and event.tool in (READ, EDIT, WRITE)


def _avoided(held: Held, injection: Injection, after: Sequence[Event]) -> bool:
    """Whether the command that a gotcha warns of, and that was just about to run, was not run again."""
    if held.kind != GOTCHA or not injection.action.strip():
        return False
    triggers = [one.about for one in stored(held.wordings[-1].content) if one.way == "command"]
    if not any(said and said in injection.action for said in triggers):
        return False
    commands = [one.text for one in after if one.kind == CALL and one.tool == COMMAND]
    return bool(commands) and not any(said in text for said in triggers if said for text in commands)


def _terms(event: Event) -> list[str]:
    if event.kind in (REPLY, THOUGHT) or (event.kind == CALL and event.tool in (EDIT, WRITE, COMMAND, SEARCH)):
        return index_terms(event.text[:LONGEST_READ])
    return []


def _ours(event: Event) -> bool:
    """Whether an event is a call of memory's own tools."""
    return event.tool == MCP and own_tool(event.name)
