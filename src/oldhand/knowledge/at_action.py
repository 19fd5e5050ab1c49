"""At the point of action: what memory concerns this read, edit, command or prompt. Mostly nothing, and then nothing.

Told are reminders and gotchas whose occasion this is, and before a file is touched what was decided, agreed or tried
about that very place. Nothing is told because it sounds alike. Only what may open a session is told; and of gotchas
that contradict each other one, for they warn of the same. The cost is bounded: the store is asked by exact path and by
the words of triggers, whatever it holds.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.errors import OldhandError
from oldhand.knowledge.beforehand import ASKED_FOR, UNSURE, Seen, naming_query, quoted
from oldhand.knowledge.occasions import BROAD, MARK, MOST_PROMPT, OF_FILES, Action, Trigger, matching, stored
from oldhand.knowledge.places import ELSEWHERE, EXACT, Place, description, distance, noted_anchors
from oldhand.knowledge.severity import SEVERITIES, in_force, severity_of
from oldhand.knowledge.shell_words import programs
from oldhand.knowledge.trusting import opens, orders_unvouched, strongest, untrusted
from oldhand.model.anchor import parse
from oldhand.model.first_term import first_term
from oldhand.model.moment import day
from oldhand.model.tokens import estimate
from oldhand.model.trust import RANK
from oldhand.model.visible import fenced
from oldhand.recall.contested import contradicting
from oldhand.recall.render import SHOWN_ID, clipped, tried
from oldhand.store.anchored import tied
from oldhand.store.by_kind import matching as matching_query
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf

BUDGET = 120  # tokens of all that is told at an action, its fence included (HOUSE.md, section 8)
FENCE_TOKENS = 30  # what the two lines around it cost
LONGEST_LINE = 200  # characters of one memory told at an action
SHORTEST_LINE = 40  # characters: the id, what it is and some words of it; less says nothing
LONGEST_FIX = 90  # characters of what helps
ENDS = (".", "!", "?", "…", ":", ";", "")  # what a sentence ends with, so that another may follow
MOST_TIED = 40  # memories tied to one place that are looked at, the most important
MOST_AROUND = 10  # memories tied to a folder around it that are looked at, for each folder
MOST_TRIGGERED = 40  # memories with a trigger that are looked at, the most important first: 30 microseconds each
MOST_TERMS = 400  # words of a prompt that are asked for: some pages; 2 microseconds each
MOST_NAMING = 40  # gotchas that name a command; a command that more of them name tells little
REVERTED = "history/revert/"  # keys of what was tried and taken back
REOPENED = {"reopened", "changed-since"}  # tags of what may be worth another try (reasoning.reopening)
REMINDER, GOTCHA, NEGATIVE = "reminder", "gotcha", "negative"
TOLD = (REMINDER, GOTCHA, NEGATIVE, "decision", "convention", "claim")
TRIGGERED = (REMINDER, GOTCHA, NEGATIVE)  # kinds that have occasions
BY_FILE = 2  # words that a command has at least, so that a gotcha that names it without a trigger is told
_DENIALS = "not no never none nor cannot without only except не нет ни нельзя никогда без только кроме"
DENIALS = frozenset(_DENIALS.split())
FEWEST_ALIKE = 4  # words that two gotchas share at least to say the same
CURRENT = ("active", "contested")
STANDING = Shelf(CURRENT)


class Concern(NamedTuple):
    """A memory that concerns an action.

    label: what it is, in capitals; why: what brought it; line: as it is told to an agent; held: all of it.
    """

    id: str
    label: str
    text: str
    why: str
    line: str
    held: Held


def concerning(
    reader: Reader, action: Action, now_ms: int, limit: int = 3, seen: Seen | None = None
) -> list[Concern]:  # fmt: skip
    """The memories that concern an action, the most pressing first, at most `limit`; usually none.

    action.path: relative to the project; now_ms: the moment, for what has a time; seen: what a quick look at the file
    has found in the same view of the store, so that no others are read.
    """
    place = _place(action)
    if place is None or place.narrow or place.path != action.path or (seen and UNSURE in seen.triggered):
        seen = None  # it looked at another place, or could not tell
    found: dict[str, _Candidate] = {}
    near = _tied(reader, place, seen) if place else []
    for held, far in near:
        _judge(found, held, action, far)
    known = {held.id for held, _ in near}
    for held in _triggered(reader, action, seen):
        if held.id not in known:
            _judge(found, held, action, ELSEWHERE)
    if action.kind == "command":
        for held, named in _naming(reader, action.command):
            if held.id not in found and held.priority > ASKED_FOR:
                found[held.id] = _Candidate(_rank(held, 0), held, f"names {named}")
    ordered = sorted(found.values(), key=lambda one: (one.rank, one.held.id))
    return tellable(reader, ((one.held, one.why) for one in ordered), now_ms, limit)


def tellable(reader: Reader, ordered: Iterable[tuple[Held, str]], now_ms: int, limit: int) -> list[Concern]:
    """Those of some memories, in their order, that may be told unasked, at most `limit`; each with what brought it."""
    told: list[Concern] = []
    for held, why in ordered:
        if len(told) >= limit:
            break
        if not in_force(held, now_ms) or any(_says_the_same(held, other.held) for other in told):
            continue
        if _may_be_told(reader, held):  # asked last: it costs more than all before
            told.append(_concern(held, why))
    return told


def _may_be_told(reader: Reader, held: Held) -> bool:
    """Whether a memory may be told at an action: it may open a session, contested or not, or is a gotcha that only
    others contradict in a value.

    Two gotchas that differ in a value both warn; both silent, nobody would be warned. The one that is trusted less
    stays silent, and so does one that somebody disputed, or that says what another denies.
    """
    if opens(reader, held):
        return True
    disputed = any(mark["op"] == "dispute" for mark in held.record.get("marks", ()))
    if held.kind != GOTCHA or held.standing != "contested" or disputed or len(held.wordings) != 1:
        return False
    if untrusted(held.trust) or orders_unvouched(held):
        return False
    mine = RANK.get(strongest(held.record), -1)
    others = [other for name in contradicting(held.record) if (other := reader.find(name)) is not None]
    standing = [other for other in others if other.standing in CURRENT]
    return all(
        other.kind == GOTCHA and RANK.get(strongest(other.record), -1) <= mine
        and _denials(other.text) == _denials(held.text) for other in standing
    )  # fmt: skip


def _says_the_same(held: Held, told: Held) -> bool:
    """Whether a gotcha says what another says that is told: they contradict each other in a value, or have the same
    words but one that is no number. What is trusted more is never left out for what is trusted less."""
    if held.kind != GOTCHA or told.kind != GOTCHA or _denials(held.text) != _denials(told.text):
        return False
    if RANK.get(strongest(told.record), -1) < RANK.get(strongest(held.record), -1):
        return False
    if told.id in contradicting(held.record):
        return True
    one, other = _words(held.text), _words(told.text)
    differ = one ^ other
    same = len(one & other) >= FEWEST_ALIKE and (one <= other or other <= one) and len(differ) <= 1
    return same and all(word.isalpha() for word in differ)


def _denials(text: str) -> frozenset[str]:
    """The words of a text that deny something."""
    said = "".join(character if character.isalpha() else " " for character in text.casefold().replace("n't", " not"))
    return frozenset(said.split()) & DENIALS


def _words(text: str) -> frozenset[str]:
    """The terms of a text without those that every text has."""
    from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms

    return frozenset(index_terms(text)) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS


class _Candidate(NamedTuple):
    """A memory that concerns an action, if it may be told: its place in the order, and what brought it."""

    rank: tuple[int, ...]
    held: Held
    why: str


def patterned(reader: Reader, path: str) -> list[str]:
    """The ids of the reminders and gotchas whose occasion names a file by a pattern that it fits, whatever is done."""
    found = {
        held.id: None for kind in ("edit", "read") for held in _triggered(reader, Action(kind, path=path))
        for trigger in _triggers(held) if trigger.broad and matching([trigger], Action(kind, path=path), False)
    }  # fmt: skip
    return list(found)


def fitting(concerns: Sequence[Concern], budget: int = BUDGET) -> list[Concern]:
    """What concerns an action, as far as it fits a budget of tokens, its fence included.

    The first one is shortened rather than left out; of the others, those that fit.
    """
    shown: list[Concern] = []
    left = budget - FENCE_TOKENS
    for one in concerns:
        cost = estimate(one.line + "\n")
        if cost > left and not shown:
            one = one._replace(line=_shortened(one.line, left))
            cost = estimate(one.line + "\n")
        if one.line and cost <= left:
            shown.append(one)
            left -= cost
    return shown


def _shortened(line: str, tokens: int) -> str:
    """A line cut at a word until it costs at most so many tokens; empty when too little of it would be left."""
    most = len(line)
    while most >= SHORTEST_LINE and estimate(clipped(line, most) + "\n") > tokens:
        most -= max(most // 8, 1)
    return clipped(line, most) if most >= SHORTEST_LINE else ""


def _place(action: Action) -> Place | None:
    """The place of a read or edit; None for other actions and for what no anchor can name."""
    if action.kind not in ("read", "edit"):
        return None
    try:
        anchor = parse(action.path)
    except OldhandError:
        return None
    return Place(anchor, anchor.first, anchor.last)


def _tied(reader: Reader, place: Place, seen: Seen | None = None) -> list[tuple[Held, int]]:
    """The memories tied to a place or to a folder around it, with how near they are."""
    names, around = (seen.direct, seen.around) if seen else _ties(reader, place)
    held = reader.several(list(dict.fromkeys([*names, *around])), STANDING) if names or around else []
    direct = set(names)
    told = [(one, distance(place, noted_anchors(one)) if one.id in direct else ELSEWHERE - 1) for one in held]
    return [(one, far) for one, far in told if far < ELSEWHERE]


def _ties(reader: Reader, place: Place) -> tuple[list[str], list[str]]:
    """The ids of the memories tied to a place's file, and of those tied to a folder around it."""
    parts = place.path.split("/")
    around = [
        name for length in range(len(parts) - 1, 0, -1) for name in tied(reader, "/".join(parts[:length]), MOST_AROUND)
    ]
    return tied(reader, place.path, MOST_TIED), around


def _triggered(reader: Reader, action: Action, seen: Seen | None = None) -> list[Held]:
    """The memories with a trigger that the action may set off; whether it does is judged of each.

    Asked for are the words that only stored triggers have, with those of the action; nothing is ranked, so that words
    which very many memories have cost nothing.
    """
    if seen:
        return reader.several(seen.triggered, STANDING) if seen.triggered else []
    try:
        names = matching_query(reader, _query(action), TRIGGERED, MOST_TRIGGERED, CURRENT)
    except IndexDamaged:
        return []  # `health` and every recall say so; what is tied to the place is still told
    return reader.several(names, STANDING) if names else []


def _query(action: Action) -> str:
    """The FTS5 query for the triggers that an action may set off."""
    if action.kind in ("read", "edit"):
        whole = _first(action.path)
        ways = (action.kind, "file")
        return " OR ".join(
            [*(quoted(f"{MARK}{way}{BROAD}") for way in ways), *(quoted(f"{way} {whole}") for way in ways if whole)]
        )
    if action.kind == "command":
        first = [_first(words[0]) for words in programs(action.command)]
        return " OR ".join(dict.fromkeys(quoted(f"command {term}") for term in first if term))
    from oldhand.model.terms import index_terms

    always = " OR ".join(quoted(MARK + way) for way in ("date", "any", "branch"))
    terms = [quoted(term) for term in dict.fromkeys(index_terms(action.text[:MOST_PROMPT]))][:MOST_TERMS]
    return f"{always} OR ({quoted(MARK + 'prompt')} AND ({' OR '.join(terms)}))" if terms else always


def _first(text: str) -> str:
    """The first of a text's terms, empty when it has none."""
    if (term := first_term(text)) is not None:
        return term
    from oldhand.model.terms import index_terms  # which takes longer to import than most words need

    return next(iter(index_terms(text)), "")


def _naming(reader: Reader, command: str) -> list[tuple[Held, str]]:
    """The gotchas without a trigger for commands whose text or trigger names a command, its first word and the next."""
    found = []
    for words in programs(command):
        plain = [word for word in words if not word.startswith("-")][:BY_FILE]
        terms = list(map(_first, plain))
        if len(plain) < BY_FILE or not all(terms):
            continue
        query = naming_query(plain[0], *terms)
        try:
            if reader.document_count(query, MOST_NAMING + 1) > MOST_NAMING:
                continue
            said = reader.matches(query, CURRENT, (1.0, 1.0), MOST_NAMING, Shelf(kind=GOTCHA))
        except IndexDamaged:
            return []
        named = " ".join(plain)
        found += [(held, named) for held, _ in said if _names(held, named) and not _triggers(held)]
    return found


def _names(held: Held, command: str) -> bool:
    """Whether a gotcha's text or trigger says a command just so."""
    content = held.wordings[-1].content
    wanted = command.casefold()
    return any(wanted in str(content.get(name, "")).casefold() for name in ("text", "trigger"))


def _triggers(held: Held) -> list[Trigger]:
    return stored(held.wordings[-1].content) if held.wordings else []


def _judge(found: dict[str, _Candidate], held: Held, action: Action, far: int) -> None:
    """Take a memory in when it concerns the action. far: how near its anchors are to the place of the action."""
    if held.kind not in TOLD or held.id in found or held.priority <= ASKED_FOR or description(held):
        return
    triggers = _triggers(held) if held.kind in TRIGGERED else []
    fired = matching(triggers, action, far < ELSEWHERE - 1) if triggers else None
    if fired is None and (held.kind == REMINDER or far >= ELSEWHERE or _only_otherwise(triggers)):
        return
    if fired is None and not _speaks_of(held, action, far):
        return
    why = str(fired) if fired else "tied to it" if far < ELSEWHERE - 1 else "tied to its folder"
    found[held.id] = _Candidate(_rank(held, far), held, why)


def _only_otherwise(triggers: Sequence[Trigger]) -> bool:
    """Whether triggers name files, so that a tie to the place says no more than they do."""
    return any(trigger.way in OF_FILES for trigger in triggers)


def _speaks_of(held: Held, action: Action, far: int) -> bool:
    """Whether a memory tied to a place is worth telling there.

    What was read from that very file stands in it; a plain claim is told before an edit of just what it speaks of.
    """
    origin = held.wordings[-1].origin if held.wordings else ""
    if origin.removeprefix("repo:").partition(":")[0] == action.path.partition(":")[0]:
        return False
    return held.kind != "claim" or (action.kind == "edit" and far == EXACT and held.priority >= 0)


def _rank(held: Held, far: int) -> tuple[int, ...]:
    """What sorts the most pressing first: what it is, how near, its priority, trust and confirmations, the latest."""
    return (
        _pressing(held), far, -held.priority, -RANK.get(held.trust, 0), -min(held.confirmations, 5), -held.updated,
    )  # fmt: skip


def _pressing(held: Held) -> int:
    if held.kind == REMINDER:
        return 0
    if held.kind in (GOTCHA, NEGATIVE):
        grave = SEVERITIES.index(severity_of(held.wordings[-1].content))
        return (1, 2, 5)[grave]
    return {"decision": 3, "convention": 4}.get(held.kind, 6)


def _concern(held: Held, why: str) -> Concern:
    """A memory as it is told at an action."""
    label, said = held.kind.upper(), " ".join(held.text.split())
    if held.kind == NEGATIVE or held.key.startswith(REVERTED):
        label, said = tried(said)
    content, said = held.wordings[-1].content, clipped(said, LONGEST_LINE)
    for name, head in (("resolution", "Helps"), ("advice", "Instead")):
        if fix := content.get(name, ""):
            said += f"{'' if said[-1:] in ENDS else '.'} {head}: {clipped(' '.join(str(fix).split()), LONGEST_FIX)}"
    if held.kind == NEGATIVE and REOPENED & set(held.tags):
        said += f"{'' if said[-1:] in ENDS else '.'} What it rested on changed since: it may be worth another try."
    if severity := content.get("severity", ""):
        label += " CRITICAL" if severity == SEVERITIES[0] else ""
    since = day(held.valid_from if held.valid_from is not None and held.kind != REMINDER else held.updated)
    contested = ", contested" * (held.standing == "contested")
    told = f"{held.id[:SHOWN_ID]} {label} {said} ({since}, {held.trust}{contested})"
    return Concern(held.id, label, held.text, why, fenced(told), held)
