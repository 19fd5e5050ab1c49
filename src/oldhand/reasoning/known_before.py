"""What is known before deciding: decisions like it and how they ended, what was tried, what is contested, and signs.

Everything is told with its id, so that it can be opened; nothing is written. Each sort has at most MOST_OF_A_SORT
entries; `decision_context` puts them in order and within a budget of tokens.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadInput
from oldhand.knowledge.anchoring import checker
from oldhand.model.anchor import parse
from oldhand.model.moment import day
from oldhand.reasoning.calibrating import hint_for, hint_line
from oldhand.reasoning.causal_assumptions import FALSIFIED, Assumption, under
from oldhand.reasoning.choice_named import by_option
from oldhand.reasoning.decision_telling import DecisionLine, Neighbour, ending, line_of, succession
from oldhand.reasoning.decisions import Decision, decision_of, several
from oldhand.reasoning.negative import about
from oldhand.reasoning.negative_telling import NegativeTold
from oldhand.reasoning.negative_telling import told as negative_told
from oldhand.reasoning.outcomes import Ended, ended, several_ended
from oldhand.reasoning.safety_advice import Advice, advise
from oldhand.reasoning.safety_sign import Sign
from oldhand.reasoning.similar import READ_CLOSELY, Similar, alike, matching
from oldhand.reasoning.skills import SkillLine, fitting
from oldhand.store.anchored import tied
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_OF_A_SORT = 5  # decisions, things tried, and contested facts that are told each: a screen, not a report
MOST_CONTESTED = 3
KEPT_OF_EITHER = 2  # decisions that went well, and that went badly, for which there is room among the likest
BADLY, WELL = ("reverted", "failed", "reworked"), ("confirmed", "survived")
MOST_NAMED = 2  # decisions told for one word of the question alone, the name of an option
MOST_TIED = 40  # memories tied to one file among which its decisions are looked for, the most important
MOST_PLACES = 20  # files of one question that are looked at


class SimilarTold(NamedTuple):
    """A decision like the one in question.

    decision: it; ending: how it ended, in words, with the commit or the reason; score: how alike it is, 0 to 1; shared:
    the words that both have; alternatives: what else was considered then; falsified: assumptions of it that were found
    not to hold; superseded_by: the decisions that took its place, none while it holds.
    """

    decision: DecisionLine
    ending: str
    score: float
    shared: list[str]
    alternatives: list[str]
    falsified: list[str]
    superseded_by: list[Neighbour]


class ContestedTold(NamedTuple):
    """A fact of the matter that is contested: its wordings, or it and what contradicts it."""

    id: str
    kind: str
    wordings: list[str]
    at: str


class Known(NamedTuple):
    """What is known before deciding. hint: of calibration, in a sentence, empty when there is none to tell; skill: the
    one that fits, None nearly always."""

    similar: list[SimilarTold]
    negative: list[NegativeTold]
    contested: list[ContestedTold]
    skill: SkillLine | None
    hint: str
    signs: list[Sign]
    advice: Advice


def known(memory: "Memory", reader: Reader, draft: Decision, places: Sequence[str], most: int) -> Known:
    """What is known about a decision that is about to be made. draft: it, as far as it is said."""
    most = min(most, MOST_OF_A_SORT)
    found = alike(reader, _cue(draft), READ_CLOSELY, but=draft.id)
    hint = hint_for(reader, agent=draft.agent, model=draft.model, domain=draft.domain, stated_by=draft.stated_by)
    # The checks count over all that is like it; what is told is picked from both ends on purpose.
    advice = advise(
        memory, reader, draft, like=[(one.decision, one.score) for one in found], hint=hint, recording=False
    )  # fmt: skip
    like = _chosen(reader, found, most)
    tried = about(
        reader, _cue(draft), places, now_ms=memory.now(), checker=checker(memory, ""), most=most
    )  # fmt: skip
    told = [draft.id, *(one.decision.id for one in like)]
    named = [
        Similar(decision_of(one.held), 0.0, (one.option,)) for one in by_option(reader, draft.text, told)[:MOST_NAMED]
    ]
    there = _at_places(reader, places, {*told, *(one.decision.id for one in named)})
    return Known(
        [_similar(reader, one) for one in [*like, *named, *there][:most]], [negative_told(one) for one in tried],
        _contested(reader, draft, MOST_CONTESTED), fitting(reader, _cue(draft), places),
        hint_line(hint) if hint else "", list(advice.told), advice,
    )  # fmt: skip


def _chosen(reader: Reader, like: Sequence[Similar], most: int) -> list[Similar]:
    """The likest decisions, in their order, with up to KEPT_OF_EITHER that went well and that went badly among them
    wherever there are some: many of one end must not crowd out the other."""
    ends = several_ended(reader, [one.decision.id for one in like])
    states = {name: end.state for name, end in ends.items()}
    sides = [[one for one in like if states.get(one.decision.id) in side][:KEPT_OF_EITHER] for side in (BADLY, WELL)]
    kept = [one.decision.id for side in sides for one in side][:most]
    kept += [one.decision.id for one in like if one.decision.id not in kept][: most - len(kept)]
    return [one for one in like if one.decision.id in kept]


def _at_places(reader: Reader, places: Sequence[str], but: set[str]) -> list[Similar]:
    """The decisions that are tied to files, whatever their words, in order of importance."""
    found: dict[str, Similar] = {}
    for text in list(dict.fromkeys(places))[:MOST_PLACES]:
        try:
            path = parse(text).path
        except BadInput:
            continue  # no anchor can name it, so nothing can be tied to it
        for one in several(reader, tied(reader, path, MOST_TIED)):
            if one.id not in but:
                found.setdefault(one.id, Similar(one, 0.0, ()))
    return list(found.values())


def _cue(draft: Decision) -> str:
    """What is looked for: what is to be decided and what else is considered."""
    return "\n".join((draft.text, draft.title, *draft.alternatives)).strip()


def _similar(reader: Reader, one: Similar) -> SimilarTold:
    end: Ended = ended(reader, one.decision.id)
    false = [_false(each) for each in under(reader, one.decision) if FALSIFIED in (each.state, *each.states)]
    return SimilarTold(
        line_of(one.decision, end), ending(one.decision, end), one.score, list(one.shared),
        list(one.decision.alternatives), false,
        succession(reader, one.decision)[1] if one.decision.standing == "superseded" else [],
    )  # fmt: skip


def _false(one: Assumption) -> str:
    """An assumption that is said not to hold, with whose word that is where it is no more than that."""
    if one.standing == "contested":
        return f"{one.text} (contested: not everybody says so)"
    return f"{one.text} (an agent says so)" if one.trust == "agent" else one.text


def _contested(reader: Reader, draft: Decision, most: int) -> list[ContestedTold]:
    """The contested memories that speak of the matter, each pair once."""
    found: list[ContestedTold] = []
    told: set[str] = {draft.id}
    for one in matching(reader, _cue(draft), Shelf(("contested",)), most * 2):
        if one.held.id in told or len(found) >= most:
            continue
        others = _against(reader, one.held)
        told |= {one.held.id, *(other.id for other in others)}
        wordings = [wording.content["text"] for wording in one.held.wordings]
        texts = list(dict.fromkeys([*wordings, *(other.text for other in others)]))
        if len(texts) > 1 or one.held.disputes:
            found.append(ContestedTold(one.held.id, one.held.kind, texts, day(one.held.updated)))
    return found


def _against(reader: Reader, held: Held) -> list[Held]:
    """The memories that contradict one, and still stand."""
    ties = [edge for edge in reader.edges(held.id) if edge.rel == "contradicts"]
    names = [edge.target if edge.source == held.id else edge.source for edge in ties]
    return [other for other in reader.several(names, Shelf(("contested", "active"))) if other.wordings] if names else []
