"""How decisions ended: what evidence says and what somebody says, kept apart, and which of them counts.

Each decision has at most two memories of the kind `outcome`: one of what evidence says, derived again and again
(`outcome_keeping`), and one of somebody's word. A person's word decides. An agent's word is one more piece of evidence.
Each has its own slot, and evidence counts only as it was derived or as a person left it: nobody makes a word of their
own believed as evidence by keeping it in the form of evidence.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from oldhand.errors import BadDate
from oldhand.model.identity import memory_of_slot
from oldhand.model.moment import day, parse
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.tied_by import as_believed
from oldhand.reasoning.weighing_outcomes import (
    ABANDONED,
    AGENT,
    AGENT_WEIGHT,
    OPEN,
    STATES,
    SURVIVED,
    WENT,
    weighed,
)
from oldhand.reasoning.weighing_outcomes import Evidence as Evidence
from oldhand.store.by_kind import ALL, of_kind
from oldhand.store.reader import Held, Reader, Wording
from oldhand.store.shelf import Shelf

KIND, DOMAIN = "outcome", "decisions"
EVIDENCE, WORD = "evidence", "word"  # what an outcome was said by
PERSON = "user"  # the trust of a person
ORIGIN = "git"  # the way in of what is derived from history
MORE_THAN_AGENTS = ("repo", "user")  # trust that no agent can give: evidence of git alone, and what a person left
COUNTED = ("active", "contested")
SURVIVED_WEIGHT = 5_000  # of a person's word that it survived: nothing proved it, so it is half a trial
AT_ONCE = 400  # memories read together


class Word(NamedTuple):
    """What somebody said of how a decision ended.

    by: the actor; trust: user for a person, else agent; at: when they said it (ms); went: how well, ten-thousandths.
    """

    by: str
    trust: str
    state: str
    went: int
    reason: str
    at: int


class Ended(NamedTuple):
    """How a decision ended. state, value, weight: what counts, a person's word before evidence.

    evidence: every piece, the earliest first; word: the word of whoever is trusted most, None where nobody said
    anything; at: when what counts was seen or said (ms), 0 while it is open; derived: what evidence says alone.
    """

    decision: str
    state: str
    value: int
    weight: int
    evidence: tuple[Evidence, ...]
    word: Word | None
    at: int
    derived: str = OPEN


def evidence_id(decision: str) -> str:
    """The id of the memory that tells what evidence says of a decision (its whole id)."""
    return memory_of_slot(DOMAIN, evidence_key(decision))


def word_id(decision: str) -> str:
    """The id of the memory that tells what somebody says of a decision (its whole id)."""
    return memory_of_slot(DOMAIN, word_key(decision))


def evidence_key(decision: str) -> str:
    """The key of its slot."""
    return f"outcome/{decision}"


def word_key(decision: str) -> str:
    """The key of its slot."""
    return f"word/{decision}"


def ended(reader: Reader, decision: str) -> Ended:
    """How a decision or plan, by its whole id, ended; the state is `open` when nothing is known. 0.2 ms."""
    names = [evidence_id(decision), word_id(decision)]
    return _together(decision, reader.several(names, Shelf(COUNTED, kind=KIND)))


def several_ended(reader: Reader, decisions: Iterable[str]) -> dict[str, Ended]:
    """How each of some decisions, by their whole ids, ended, in their order."""
    asked = list(dict.fromkeys(decisions))
    names = [name for one in asked for name in (evidence_id(one), word_id(one))]
    found: dict[str, list[Held]] = {}
    for start in range(0, len(names), AT_ONCE):
        for held in reader.several(names[start : start + AT_ONCE], Shelf(COUNTED, kind=KIND)):
            if of := outcome_of(held):
                found.setdefault(of, []).append(held)
    return {one: _together(one, found.get(one, ())) for one in asked}


def all_ended(reader: Reader) -> dict[str, Ended]:
    """How each decision ended of which anything is known, by its id, in their order; 0.2 ms for each of them."""
    return {of: _together(of, held) for of, held in sorted(_every(reader).items())}


class Known(NamedTuple):
    """How decisions ended, as an update needs it. ended: as `all_ended` tells it; trusts: decision -> the trust of the
    wording that its evidence was read from; unsettled: decisions whose evidence stands in several wordings, as two
    replicas leave it that both derived it, or in one that was not derived."""

    ended: dict[str, Ended]
    trusts: dict[str, str]
    unsettled: frozenset[str]


def all_known(reader: Reader) -> Known:
    """How each decision ended, with what the next update has to settle."""
    every = sorted(_every(reader).items())
    evidence = {of: one for of, held in every for one in held if one.id == evidence_id(of)}
    trusts = {of: said.trust for of, one in evidence.items() if (said := derived(one)) is not None}
    several = {of for of, one in evidence.items() if len({said.revision for said in one.wordings}) > 1}
    foreign = evidence.keys() - trusts.keys()
    return Known({of: _together(of, held) for of, held in every}, trusts, frozenset(several | foreign))


def _every(reader: Reader) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    names = of_kind(reader, KIND, ALL, standings=COUNTED)
    for start in range(0, len(names), AT_ONCE):
        for held in reader.several(names[start : start + AT_ONCE], Shelf(COUNTED, kind=KIND)):
            if of := outcome_of(held):
                found.setdefault(of, []).append(held)
    return found


def outcome_of(held: Held) -> str:
    """The id of the decision that an outcome is of; empty when it stands in none of the two slots of that decision."""
    of = str(held.wordings[-1].content.get("of", "")) if held.wordings else ""
    return of if of and held.id in (evidence_id(of), word_id(of)) else ""


def derived(held: Held) -> Wording | None:
    """The leading wording of an outcome that was derived, or that a person left; None where there is none."""
    fit = (one for one in reversed(held.wordings) if one.content.get("said") == EVIDENCE)
    # Less is believed of what tools print, and of what an agent tied; from no other way in is it evidence at all.
    return next((one for one in fit if one.trust in MORE_THAN_AGENTS or one.origin == ORIGIN), None)


def pieces_of(held: Held) -> tuple[Evidence, ...]:
    """The evidence that an outcome holds, as far as it was derived; see `derived`."""
    said = derived(held)
    return as_believed(tuple(read_evidence(said.content.get("evidence", ()))), said.trust) if said is not None else ()


def _together(decision: str, held: Iterable[Held]) -> Ended:
    pieces: tuple[Evidence, ...] = ()
    word: Word | None = None
    for one in held:
        if one.id == evidence_id(decision):
            pieces = pieces_of(one)
        elif one.id == word_id(decision) and one.wordings and one.wordings[-1].content.get("said") == WORD:
            word = _word(one)
    return put_together(decision, pieces, word)


def put_together(decision: str, pieces: tuple[Evidence, ...], word: Word | None) -> Ended:
    """What evidence and somebody's word say together."""
    derived = weighed(pieces)
    latest = max((one.at for one in pieces), default=0)
    if word is None:
        return Ended(decision, *derived, pieces, None, latest, derived.state)
    if word.trust == PERSON:
        weight = 0 if word.state in (OPEN, ABANDONED) else SURVIVED_WEIGHT if word.state == SURVIVED else WHOLE
        return Ended(decision, word.state, word.went, weight, pieces, word, word.at, derived.state)
    whole = weighed((*pieces, as_evidence(word)))
    if word.state == ABANDONED and derived.state == OPEN:
        whole = whole._replace(state=ABANDONED)
    return Ended(decision, *whole, pieces, word, max(latest, word.at), derived.state)


def as_evidence(word: Word) -> Evidence:
    """An agent's word as one piece of evidence. What was abandoned was never tried, so that says nothing of it."""
    weight = 0 if word.state in (OPEN, ABANDONED) else AGENT_WEIGHT
    return Evidence(word.at, AGENT, word.went, weight, "", f"{word.state}: {word.reason}")


def _word(held: Held) -> Word:
    wording = held.wordings[-1]
    said: dict[str, Any] = wording.content
    state = str(said.get("state", ""))
    state = state if state in STATES else OPEN
    went = number(str(said.get("value", "")), WENT[state])
    text = str(said.get("text", ""))
    return Word(wording.actor, wording.trust, state, went, "" if text == state else text, wording.at)


# -- the written form of evidence -------------------------------------------------------------------------


def written(one: Evidence) -> str:
    """A piece of evidence as a memory keeps it: `DAY SOURCE VALUE WEIGHT REFERENCE TEXT`, `-` for no reference."""
    return f"{day(one.at)} {one.source} {one.value} {one.weight} {one.ref or '-'} {one.said}"


def read_evidence(lines: Iterable[object]) -> Iterator[Evidence]:
    """Pieces of evidence out of their written form; what has another form is no evidence."""
    for line in lines:
        parts = str(line).split(" ", 5)
        if len(parts) < 5:
            continue
        value, weight = number(parts[2], -1), number(parts[3], -1)
        try:
            at = parse(parts[0], 0) if parts[0][:1].isdecimal() else -1
        except BadDate:
            continue
        if at >= 0 and value >= 0 and weight >= 0:
            said = parts[5] if len(parts) > 5 else ""
            yield Evidence(at, parts[1], value, weight, "" if parts[4] == "-" else parts[4], said)


def number(said: str, otherwise: int) -> int:
    """A share in ten-thousandths as it is kept; `otherwise` for anything else."""
    fits = said.isascii() and said.isdecimal() and len(said) <= len(str(WHOLE)) and int(said) <= WHOLE
    return int(said) if fits else otherwise
