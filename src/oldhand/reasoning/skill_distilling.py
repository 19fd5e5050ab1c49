"""Distilling skills: what the decisions about a subject, and how they ended, say together.

Distilled again, a skill changes only when what it rests on changed: nothing in it depends on the clock, and no event is
written for the same evidence. Its trust is the least of its decisions and their outcomes.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import OldhandError
from oldhand.knowledge.assertion import statement
from oldhand.knowledge.deriving import DERIVED, GIVES, WAITED, derive
from oldhand.knowledge.trusting import put_away_by, require_back
from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.model.trust import Voice, least
from oldhand.reasoning.decisions import EVER, every
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcomes import KIND as OUTCOME
from oldhand.reasoning.outcomes import all_ended, evidence_id, word_id
from oldhand.reasoning.skill_procedure import references
from oldhand.reasoning.skill_subjects import Case, Subject, about, case_of, subjects
from oldhand.reasoning.skill_zones import (
    FALSE_ZONES,
    GREEN,
    RED,
    UNCLEAR,
    YELLOW,
    Share,
    Zoned,
    enough,
    share_of,
    zoned,
)
from oldhand.reasoning.skills import (
    DOMAIN,
    KIND,
    Pattern,
    counted,
    id_of,
    key_of,
    reference,
    skill_of,
    tag_of,
    whole,
    written,
)
from oldhand.reasoning.skills import every as skills
from oldhand.reasoning.weighing_outcomes import OPEN
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.memory import Memory

PRIORITY = -100  # the least: whatever lists memories lists skills last
ACTOR, ORIGIN = "skills", "decisions"  # who makes what is derived here (surfaces.environment.RESERVED)
MOST_PATTERNS = 12  # compared in one skill, the most frequent: each more widens every interval a little
MOST_TOLD = 3  # ways to write one pattern that are told: words that always come together are one
MOST_IDS = 50  # decisions kept with a pattern, the first by id: whoever stands for one of them stands for the pattern
REVIEW_DAYS = 180  # after the latest evidence: half a year, in which code that is worked on shows whether it stays
FEWEST_NEW = 3  # outcomes since it was distilled from which on it is to be looked at again, or half as many as it has
LONGEST_SLUG = 40  # characters of a skill's own name; with what is put before it, it fits the 64 that hosts allow
DAY_MS = 86_400_000
_LATIN = dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziiklmnoprstufhye", strict=True)) | {
    "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": "",
}  # fmt: skip


class Draft(NamedTuple):
    """A skill as it would be kept. content: the fields of the memory without its name, which it keeps for good."""

    subject: Subject
    content: dict[str, Any]

    @property
    def id(self) -> str:
        """The memory of this subject's skill."""
        return id_of(self.subject.identity)


class Kept(NamedTuple):
    """What keeping one skill did. outcome: remembered, changed, restored, unchanged, quarantined (it waits in review),
    or put away: somebody retired, rejected or erased it; why: where it was not taken in."""

    id: str
    outcome: str
    why: str = ""


class Evidence(NamedTuple):
    """What there is to distil from. cases: decisions whose outcome is known; open: what the others are about."""

    cases: list[Case]
    open: list[frozenset[str]]


def evidence(reader: Reader) -> Evidence:
    """The decisions of the project, those whose outcome is known with it. 0.4 ms for each of those, 0.2 for others."""
    ended = all_ended(reader)
    cases: list[Case] = []
    open_: list[frozenset[str]] = []
    for one in every(reader, [one for one in EVER if one in GIVES]):
        end = ended.get(one.id)
        if end is not None and end.state != OPEN and end.weight > 0:
            cases.append(case_of(one, end))
        else:
            open_.append(about(one))
    return Evidence(sorted(cases, key=lambda case: case.decision.id), open_)


def drafts(reader: Reader, seen: Evidence | None = None) -> list[Draft]:
    """The skills that could be kept now, in order of their subjects; nothing is written."""
    seen = seen or evidence(reader)
    return [_draft(reader, subject, seen) for subject in subjects(seen.cases, seen.open)]


# -- what a skill says ------------------------------------------------------------------------------------


def _draft(reader: Reader, subject: Subject, seen: Evidence) -> Draft:
    mine = {case.decision.id for case in subject.cases}
    share = share_of([case.outcome for case in subject.cases])
    others = share_of([case.outcome for case in seen.cases if case.decision.id not in mine])
    found = _patterns(subject)
    looked_at = len(found) + 1  # the subject itself is held against all others too
    against = zoned(share, others, looked_at)
    zones: dict[str, list[Pattern]] = {GREEN: [], YELLOW: [], RED: [], UNCLEAR: []}
    for pattern in found:
        told = zoned(pattern.share, pattern.rest, looked_at)
        zones[told.zone].append(_measured(pattern, looked_at))
    interval = share.interval()
    of = len(subject.cases) + sum(subject.identity in names for names in seen.open)
    agreement = agreed(case.outcome for case in subject.cases)
    fields: dict[str, Any] = {
        "text": _said(subject, share, others, against, zones), "title": subject.shown, "subject": subject.identity,
        "rule": subject.rule, "seen": _numbers(share.went, share.trials, interval.low, interval.high),
        "elsewhere": f"{_numbers(others.went, others.trials)} {against.zone}",
        **{zone: [written(one) for one in zones[zone]] for zone in (GREEN, YELLOW, RED)},
        "unclear": str(len(zones[UNCLEAR])), "procedure": [reference(one) for one in references(reader, subject)],
        "made_from": sorted(mine), "of": str(of), "agreement": whole(agreement),
        "quality": whole(quality(share, len(mine), of, agreement)),
        "review": day(max(case.ended.at for case in subject.cases) + REVIEW_DAYS * DAY_MS),
    }  # fmt: skip
    return Draft(subject, fields)


def quality(share: Share, resolved: int, of: int, agreement: float) -> float:
    """How far a skill can be relied on, from 0 to 1: how exactly its share is known (1 less the width of its 95 %
    interval), times how many of its decisions are resolved, times how clearly their outcomes speak.

    A product, so that what is missing in one is not made up for by the others.
    """
    interval = share.interval()
    exact = 1.0 - (interval.high - interval.low)
    return exact * (resolved / of if of else 0.0) * agreement


def agreed(outcomes: Iterable[tuple[int, int]]) -> float:
    """How clearly outcomes speak, from 0 to 1: the mean of |2v - 1| by weight. Half good and half bad says nothing."""
    pairs = list(outcomes)
    weight = sum(weighs for _, weighs in pairs)
    return sum(abs(2 * value - WHOLE) * weighs for value, weighs in pairs) / WHOLE / weight if weight else 0.0


def _patterns(subject: Subject) -> list[Pattern]:
    """What some of the subject's decisions have and others have not, the most frequent first, whatever came of it.

    They are chosen by how often they come and not by how they went, else chance would be chosen too. Those that always
    come together are one.
    """
    having: dict[tuple[str, str], dict[str, str]] = {}
    for case in subject.cases:
        for sort, term, said in _traits(case, subject):
            having.setdefault((sort, term), {})[case.decision.id] = said
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for (sort, term), said_by in sorted(having.items()):
        alike.setdefault(tuple(sorted(said_by)), []).append((sort, term))
    found = []
    for ids, names in alike.items():
        share = share_of([case.outcome for case in subject.cases if case.decision.id in ids])
        rest = share_of([case.outcome for case in subject.cases if case.decision.id not in ids])
        texts = dict.fromkeys(_mostly(having[name].values()) for name in sorted(names, key=_by_sort))
        sort = min(names, key=_by_sort)[0]
        text = ", ".join(list(texts)[:MOST_TOLD])
        found.append(Pattern(sort, text, share, 0.0, 1.0, rest, tuple(map(short, ids[:MOST_IDS]))))
    possible = [one for one in found if enough(one.share, one.rest)]
    possible.sort(key=lambda one: (-one.share.trials, _SORTS.index(one.sort), one.text))
    return possible[:MOST_PATTERNS]


_SORTS = ("choice", "dependency", "module", "tag", "reason")


def _by_sort(name: tuple[str, str]) -> tuple[int, str]:
    return _SORTS.index(name[0]), name[1]


def _traits(case: Case, subject: Subject) -> Iterable[tuple[str, str, str]]:
    """(sort, term, as it is said) of what may make a difference among the decisions of a subject."""
    own = {subject.identity, *(term for term in case.words if term in subject.identity.split())}
    for term, said in case.words.items():
        if term not in own:
            yield "choice", term, said
    for name, (rule, said) in case.names.items():
        if name not in own and name not in case.words:
            yield rule, name, said
    for term, said in case.reasons.items():
        if term not in own and term not in case.words and term not in case.names:
            yield "reason", term, said


def _mostly(said: Iterable[str]) -> str:
    ways = list(said)
    return min(set(ways), key=lambda one: (-ways.count(one), one))


def _measured(one: Pattern, looked_at: int) -> Pattern:
    interval = one.share.interval(1.0 - FALSE_ZONES / looked_at)
    return one._replace(low=interval.low, high=interval.high)


def _said(
    subject: Subject, share: Share, others: Share, against: Zoned, zones: dict[str, list[Pattern]]
) -> str:  # fmt: skip
    """The sentence that a skill is told by, of its own words and the words that name things."""
    parts = [f"Decisions about {subject.shown}: {counted(share)} went well"]
    if against.zone in (GREEN, RED):
        parts.append(f"{'better' if against.zone == GREEN else 'worse'} than others ({counted(others)})")
    for zone, word in ((GREEN, "better"), (RED, "worse")):
        parts += [f"{word} with {one.text} ({counted(one.share)})" for one in zones[zone]]
    return "; ".join(parts) + "."


def _numbers(*values: float) -> str:
    return " ".join(map(whole, values))


# -- keeping them -----------------------------------------------------------------------------------------


def keep(memory: "Memory", transaction: Transaction, draft: Draft, *, asked: bool = False) -> Kept:
    """Keep a skill: a new one, another wording of the one that is there, or nothing where it says the same.

    asked: somebody names it, so that one that was put away comes back. Raises PutAway when one who is trusted more put
    it away, and what `admission` raises.
    """
    reader = Reader(transaction.connection)
    stands = standing(transaction.record(draft.id))
    if stands in ("rejected", "erased") or (stands == "retired" and not asked and put_away_by(transaction, draft.id)):
        return Kept(draft.id, "put away", f"it was {stands}")
    if stands == "retired" and asked:
        require_back(transaction, draft.id, memory.voice)
        seen = dict(transaction.record(draft.id)["vector"])
        transaction.emit("restore", draft.id, memory.actor, memory.origin, {"seen": seen})
    voice = _voice(reader, draft)
    try:
        said = statement(
            memory.project.tree, KIND, {**draft.content, "name": _name(reader, draft)}, screening=memory.screening(),
            domain=DOMAIN, key=key_of(draft.subject.identity), priority=PRIORITY, tags=[tag_of(draft.subject.identity)],
        )  # fmt: skip
        done = derive(transaction, said, draft.content["made_from"], voice)
    except OldhandError as error:
        if asked:
            raise
        return Kept(draft.id, "put away", str(error))  # told in the reply: the other skills are kept all the same
    _let_go(transaction, draft, voice)
    if done.outcome == "quarantined" and done.reason == WAITED:
        return Kept(done.memory, _healed(transaction, draft.id, voice))
    return Kept(done.memory, done.outcome, done.reason)


def foreseen(reader: Reader, draft: Draft) -> str:
    """What keeping a skill would do: remembered, changed or unchanged."""
    held = reader.find(draft.id)
    if held is None or not held.wordings:
        return "remembered"
    before = {name: value for name, value in held.wordings[-1].content.items() if name != "name"}
    return "unchanged" if before == {name: value for name, value in draft.content.items() if value} else "changed"


def put_by(transaction: Transaction, drafted: Iterable[str]) -> list[str]:
    """Put away the skills that the rules make no more, because too little is known of their subjects now or others hold
    the same decisions. They come back by themselves when that changes. drafted: the ids of those that they make."""
    reader, stays = Reader(transaction.connection), set(drafted)
    gone = [one.id for one in skills(reader) if one.id not in stays]
    for name in gone:
        fields = {"by": ACTOR, "reason": "its decisions make no skill any more"}
        transaction.emit("retire", name, ACTOR, ORIGIN, fields)
    return gone


def _voice(reader: Reader, draft: Draft) -> Voice:
    """The voice of the rules, believed as far as the least trusted outcome; `derive` lowers it to the decisions'."""
    names = [find(one) for one in draft.content["made_from"] for find in (evidence_id, word_id)]
    held = reader.several(names, Shelf(("active", "contested"), kind=OUTCOME))
    return Voice(ACTOR, ORIGIN, least(*(one.trust for one in held)))


def _let_go(transaction: Transaction, draft: Draft, voice: Voice) -> None:
    """Take away the ties to decisions that a skill rests on no more."""
    rests = set(draft.content["made_from"])
    for name, stands in sorted(registers(transaction.record(draft.id)).items()):
        target = name[len(DERIVED) :]
        if stands and name.startswith(DERIVED) and target not in rests:
            transaction.emit(
                "unlink", draft.id, voice.actor, voice.origin, {"rel": "derived_from", "target": target}
            )  # fmt: skip


def _healed(transaction: Transaction, memory: str, voice: Voice) -> str:
    """A skill that waited in review because something it rested on went stands again once it is made without that."""
    fields = {"quarantined": False, "trust": voice.trust, "reason": "it was distilled anew"}
    transaction.emit("set", memory, voice.actor, voice.origin, fields)
    return "restored"


def _name(reader: Reader, draft: Draft) -> str:
    """What a skill is called: the name that it has, else one that no other skill has."""
    held = reader.find(draft.id)
    if held is not None and held.wordings and (name := skill_of(held).name):
        return name
    taken = {one.name for one in skills(reader, ("active", "contested", "retired", "quarantined"))}
    plain = slug(draft.subject.shown)
    return plain if plain and plain not in taken else f"{plain or 'subject'}-{draft.id[:6]}"


def slug(text: str) -> str:
    """A text as a name of small Latin letters, digits and single dashes, as hosts ask of skills; it may be empty."""
    latin = "".join(_LATIN.get(character, character) for character in text.casefold())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")
