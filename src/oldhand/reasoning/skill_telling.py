"""Skills as replies tell them: in a listing, and whole with the decisions they rest on and what is otherwise by now."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadDate
from oldhand.knowledge.decay import HALF_LIVES
from oldhand.model.identity import short
from oldhand.model.moment import iso, parse
from oldhand.reasoning.decision_telling import ending
from oldhand.reasoning.decisions import Decision, several
from oldhand.reasoning.outcomes import Ended, ended
from oldhand.reasoning.skill_distilling import DAY_MS, FEWEST_NEW, REVIEW_DAYS, Draft, drafts
from oldhand.reasoning.skill_procedure import Advice, advice
from oldhand.reasoning.skill_zones import GREEN, RED, UNCLEAR, YELLOW, Share
from oldhand.reasoning.skills import Pattern, Skill, every
from oldhand.reasoning.weighing_outcomes import FAILED, OPEN, REVERTED
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory


class PatternTold(NamedTuple):
    """What some of the decisions have. zone: green, yellow or red; sort: choice, dependency, module, tag or reason;
    went of trials went well, low to high: the interval of that share; rest_went of rest_trials of the subject's
    others; ids: the first of the decisions."""

    zone: str
    sort: str
    text: str
    went: float
    trials: float
    low: float
    high: float
    rest_went: float
    rest_trials: float
    ids: list[str]


class SkillTold(NamedTuple):
    """A skill.

    name: what commands call it; rule: how its decisions name the subject; went of trials went well, low to high: the
    95 % interval of that share; against: green, yellow, red or unclear beside all other decisions, of which
    elsewhere_went of elsewhere_trials went well; unclear: patterns that were seen too seldom to tell; resolved of `of`
    decisions have a known outcome; agreement: how clearly those speak; quality: when it was distilled, now: with what
    its age leaves of it; review: the day from which it is to be looked at again; due: why it is to be distilled again.
    """

    id: str
    name: str
    title: str
    rule: str
    text: str
    went: float
    trials: float
    low: float
    high: float
    elsewhere_went: float
    elsewhere_trials: float
    against: str
    patterns: list[PatternTold]
    unclear: int
    resolved: int
    of: int
    agreement: float
    quality: float
    now: float
    review: str
    due: list[str]
    standing: str
    trust: str
    since: str


class RestsOn(NamedTuple):
    """A decision that a skill rests on. ending: how it ended, in words, with the commit or the reason; bad: whether it
    was reverted or failed."""

    id: str
    at: int
    name: str
    ending: str
    bad: bool
    trust: str


def told(one: Skill, now_ms: int, due: Sequence[str] = ()) -> SkillTold:
    """A skill as a reply tells it."""
    patterns = [_pattern(zone, each) for zone in (GREEN, YELLOW, RED) for each in one.zones[zone]]
    return SkillTold(
        one.id, one.name, one.title, one.rule, one.text, one.seen.went, one.seen.trials, one.low, one.high,
        one.elsewhere.went, one.elsewhere.trials, one.against or UNCLEAR, patterns, one.unclear, len(one.made_from),
        one.of, one.agreement, one.quality, round(one.quality * recency(one, now_ms), 4), one.review, list(due),
        one.standing, one.trust, iso(one.at),
    )  # fmt: skip


def _pattern(zone: str, one: Pattern) -> PatternTold:
    rest: Share = one.rest
    return PatternTold(
        zone, one.sort, one.text, one.share.went, one.share.trials, one.low, one.high, rest.went, rest.trials,
        list(one.ids),
    )  # fmt: skip


def recency(one: Skill, now_ms: int) -> float:
    """What the age of its latest evidence leaves of a skill, from 0 to 1: half after the half-life of decisions.

    It is worked out when it is read, as all fading is, so that time alone writes nothing.
    """
    latest = _review(one) - REVIEW_DAYS * DAY_MS
    return float(0.5 ** (max(now_ms - latest, 0) / DAY_MS / HALF_LIVES["decision"]))


def _review(one: Skill) -> int:
    try:
        return parse(one.review, 0)
    except BadDate:  # written by hand: it is looked at again at once
        return 0


def fresh(reader: Reader) -> dict[str, Draft]:
    """What the rules make now, by the id of the skill's memory."""
    return {one.id: one for one in drafts(reader)}


def due(one: Skill, now: Draft | None, now_ms: int) -> list[str]:
    """Why a skill is to be looked at or distilled again; nothing when it is as it would be now.

    now: what the rules make of its subject by now, None when they make none.
    """
    if now is None:
        return ["its decisions make no skill any more"]
    found: list[str] = []
    rests, stood = set(now.content["made_from"]), set(one.made_from)
    if added := len(rests - stood):
        enough = added >= max(FEWEST_NEW, len(stood) // 2)
        more = f"{added} more decision{'s' * (added != 1)} ended since it was distilled"
        found.append(f"{more}{': look at it again' if enough else ''}")
    if gone := len(stood - rests):
        found.append(f"{gone} of its decisions count{'s' * (gone == 1)} no more")
    counts = (round(one.seen.went, 3), round(one.seen.trials, 3))
    share = [float(part) / 10_000 for part in str(now.content["seen"]).split(" ")[:2]]
    if not found and counts != (round(share[0], 3), round(share[1], 3)):
        found.append("outcomes of its decisions changed since it was distilled")
    if now_ms >= _review(one):
        found.append(f"nothing new was seen of it for half a year before {one.review}")
    return found


def rests_on(reader: Reader, one: Skill) -> list[RestsOn]:
    """The decisions of a skill, those that went badly first, then the latest."""
    found: list[tuple[Decision, Ended]] = [
        (each, ended(reader, each.id)) for each in several(reader, list(one.made_from))
    ]  # fmt: skip
    found.sort(key=lambda pair: (not _bad(pair[1]), -pair[0].at, pair[0].id))
    return [RestsOn(each.id, each.at, each.name, ending(each, end), _bad(end), each.trust) for each, end in found]


def _bad(end: Ended) -> bool:
    return end.state in (REVERTED, FAILED) and end.state != OPEN


def advised(memory: "Memory", reader: Reader, one: Skill) -> tuple[list[Advice], int]:
    """How to go about it, as those memories say now, and how many of them no longer hold."""
    return advice(reader, one.procedure, memory.now())


def conflicts(reader: Reader, one: Skill) -> list[str]:
    """What goes better by one skill and worse by another, one a line."""
    return list(_conflicts(one, [other for other in every(reader) if other.id != one.id]))


def _conflicts(one: Skill, others: Sequence[Skill]) -> Iterator[str]:
    for zone, opposite in ((GREEN, RED), (RED, GREEN)):
        mine = {each.text.casefold(): each for each in one.zones[zone]}
        for other in others:
            for each in other.zones[opposite]:
                if each.text.casefold() in mine:
                    word = "better" if opposite == GREEN else "worse"
                    yield f"{each.text} went {word} in {other.name} ({short(other.id)})"
