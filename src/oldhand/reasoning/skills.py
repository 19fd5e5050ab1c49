"""Skills as other parts read them: how decisions about a subject went here, with what went better and what worse.

A skill is a memory of the kind `skill` with one slot for each subject. It is distilled anew from decisions and their
outcomes (`skill_distilling`); what it says of how to go about it are references, told as those memories are now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oldhand.errors import AmbiguousId, UnknownSkill
from oldhand.model.identity import MEMORY_DIGITS, SHORTEST_PREFIX, memory_of_slot, short
from oldhand.model.terms import index_terms
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.skill_subjects import DOING, identity
from oldhand.reasoning.skill_zones import GREEN, RED, YELLOW, Share
from oldhand.recall.cue import bounded
from oldhand.store.by_kind import ALL, how_many, of_kind
from oldhand.store.by_tag import with_tag
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

KIND, DOMAIN = "skill", "decisions"
CURRENT = ("active", "contested")
AT_ONCE = 400  # memories read together
NOW = ("active",)
ABOUT = "about:"  # begins the tag by which a skill is found by a word
TAG_TERM = 50  # characters of that word: a tag has 64 at most
MOST_TERMS, MOST_PLACES = 64, 20  # words and places of one question for which a skill is looked for
MOST_FITTING = 5  # skills of one word that are looked at
DEEPEST = 32  # folders around one place
LONGEST_PLACE = 4_096  # characters; no system has longer paths
LONGEST_TOLD = 60  # characters of a subject or a pattern in a line for agents


class Pattern(NamedTuple):
    """A choice, dependency, reason or tag that some of the subject's decisions have, and how those went.

    sort: choice, dependency, reason, tag or module; text: as it is mostly written, several that always come together
    joined by ", "; share: of those that have it, low, high: its interval; rest: of the subject's others; ids: the first
    digits of the decisions.
    """

    sort: str
    text: str
    share: Share
    low: float
    high: float
    rest: Share
    ids: tuple[str, ...]


class Reference(NamedTuple):
    """Something told of how to go about it. sort: criterion, avoid, convention or gotcha; id: first digits of the
    memory that says it; number: which of its texts."""

    sort: str
    id: str
    number: int


class Skill(NamedTuple):
    """A skill as it stands.

    seen, elsewhere: how much went well of the subject's decisions and of all others; low, high: the interval of the
    first; against: the zone of the subject beside the others; of: decisions about it, open ones included; agreement,
    quality: from 0 to 1; review: the day from which it is to be looked at again. The other fields are as
    `model/kinds/skill.py` has them.
    """

    id: str
    revision: str
    text: str
    title: str
    name: str
    subject: str
    rule: str
    seen: Share
    low: float
    high: float
    elsewhere: Share
    against: str
    zones: dict[str, tuple[Pattern, ...]]
    unclear: int
    procedure: tuple[Reference, ...]
    made_from: tuple[str, ...]
    of: int
    agreement: float
    quality: float
    review: str
    standing: str
    trust: str
    at: int


class SkillLine(NamedTuple):
    """A skill in one line, for who is about to decide. name: what `oldhand skill show` takes."""

    id: str
    name: str
    text: str


def key_of(subject: str) -> str:
    """The key of the slot of a subject's skill."""
    return f"skill/{subject}"


def id_of(subject: str) -> str:
    """The id of the memory of a subject's skill."""
    return memory_of_slot(DOMAIN, key_of(subject))


def every(reader: Reader, standings: Sequence[str] = CURRENT) -> Iterator[Skill]:
    """The skills that stand so, in order of their names. 0.1 ms each."""
    names = of_kind(reader, KIND, ALL, standings=standings)
    found: list[Skill] = []
    for start in range(0, len(names), AT_ONCE):
        shelf = Shelf(tuple(standings), kind=KIND)
        found += [skill_of(held) for held in reader.several(names[start : start + AT_ONCE], shelf) if held.wordings]
    yield from sorted(found, key=lambda one: (one.name, one.id))


def named(reader: Reader, name: str, standings: Sequence[str] = CURRENT) -> Skill:
    """The skill that a name means: its own, its subject however written, or at least 6 digits of its id.

    Raises UnknownSkill and AmbiguousId.
    """
    wanted = " ".join(name.casefold().split())
    if not wanted:
        raise UnknownSkill(name)
    skills = list(every(reader, standings))
    terms = index_terms(wanted)
    ways = (
        lambda one: wanted in (one.name, one.subject, one.title.casefold()),
        lambda one: len(terms) == 1 and one.subject == terms[0],
        lambda one: len(wanted) >= SHORTEST_PREFIX and one.id.startswith(wanted[:MEMORY_DIGITS]),
        lambda one: wanted in one.name or wanted in one.title.casefold(),
    )
    for way in ways:
        meant = [one for one in skills if way(one)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise AmbiguousId(name, ", ".join(f"{short(one.id)} ({one.name})" for one in meant[:8]))
    raise UnknownSkill(name)


def fitting(reader: Reader, text: str, places: Iterable[str] = ()) -> SkillLine | None:
    """The skill that fits a text or files, where it has something sure to tell; None nearly always.

    It fits when the text says its subject, or a place lies in its module; of several, the one whose quality is
    highest. Only a zone that is green or red, or a subject that goes better or worse than others, is told. Without any
    skill one look at the tallies is all it costs.
    """
    if not how_many(reader, (KIND,), ("active",)):
        return None
    text = bounded(text)
    said, where = list(dict.fromkeys(index_terms(text)))[:MOST_TERMS], list(places)[:MOST_PLACES]
    names = [name for term in said for name in with_tag(reader, KIND, f"{ABOUT}{term[:TAG_TERM]}", MOST_FITTING, NOW)]
    names += [id_of(identity(folder)) for place in where for folder in _folders(place)]
    shelf = Shelf(NOW, kind=KIND)
    found = [skill_of(held) for held in reader.several(list(dict.fromkeys(names))[:AT_ONCE], shelf) if held.wordings]
    terms, folded = frozenset(said), " ".join(text.casefold().split())
    fits = [one for one in found if telling(one) and _meant(one, terms, folded, where)]
    best = min(fits, key=lambda one: (-one.quality, one.id), default=None)
    return SkillLine(best.id, best.name, in_a_line(best)) if best else None


def tag_of(subject: str) -> str:
    """The tag by which a skill is found by a word of a text: the last word of its subject."""
    own = index_terms(subject.rpartition("/")[2])
    return f"{ABOUT}{own[-1][:TAG_TERM]}" if own else ABOUT.rstrip(":")


def _folders(place: str) -> list[str]:
    """A place and the folders around it."""
    folder = place.partition("::")[0]
    found: list[str] = []
    while folder and len(folder) <= LONGEST_PLACE and len(found) < DEEPEST:
        found.append(folder)
        folder = folder.rpartition("/")[0]
    return found


def telling(one: Skill) -> bool:
    """Whether a skill has anything sure to say."""
    return bool(one.zones[GREEN] or one.zones[RED] or one.against in (GREEN, RED))


def _meant(one: Skill, terms: frozenset[str], folded: str, places: Sequence[str]) -> bool:
    if one.rule == "module" and any(place == one.title or place.startswith(f"{one.title}/") for place in places):
        return True
    if " " in one.subject:
        return one.subject in folded
    own = index_terms(one.subject.rpartition("/")[2])  # who speaks of `src/sessions` says "sessions"
    return bool(own) and own[-1] in terms and own[-1] not in DOING


def in_a_line(one: Skill) -> str:
    """What a skill says, in one line: the counts, then what is surely better and worse."""
    waiting = one.of - len(one.made_from)
    unresolved = f" ({waiting} more {'is' if waiting == 1 else 'are'} open)" if waiting > 0 else ""
    parts = [f"{one.title[:LONGEST_TOLD]}: {counted(one.seen)} went well{unresolved}"]
    if one.against in (GREEN, RED):
        parts.append(f"{'better' if one.against == GREEN else 'worse'} than elsewhere ({counted(one.elsewhere)})")
    for zone, word in ((GREEN, "better with"), (RED, "worse with")):
        told = [f"{each.text[:LONGEST_TOLD]} ({counted(each.share)})" for each in one.zones[zone][:2]]
        parts += [f"{word} {' and '.join(told)}"] if told else []
    return "; ".join(parts)


def counted(share: Share) -> str:
    """A share as people read it: `8.5 of 10`, in decisions by the weight of their outcomes."""
    return f"{round(share.went, 1):g} of {round(share.trials, 1):g}"


# -- the written form of fields ---------------------------------------------------------------------------


def skill_of(held: Held) -> Skill:
    """A memory of the kind, which has a wording, as a skill."""
    wording = held.wordings[-1]
    return read(wording.content, Memory(held.id, wording.revision, held.standing, held.trust, wording.at))


class Memory(NamedTuple):
    """What a skill has from the memory that keeps it."""

    id: str
    revision: str = ""
    standing: str = ""
    trust: str = ""
    at: int = 0


def read(said: Mapping[str, Any], held: Memory) -> Skill:
    """A skill out of the fields of its memory. What cannot be read counts as nothing."""
    seen = _numbers(str(said.get("seen", "")), 4)
    elsewhere, _, against = str(said.get("elsewhere", "")).rpartition(" ")
    others = _numbers(elsewhere, 2)

    def many(name: str) -> list[str]:
        value = said.get(name, ())
        return [str(item) for item in value] if isinstance(value, (list, tuple)) else []

    def one(name: str) -> str:
        return str(said.get(name, ""))

    zones = {zone: tuple(filter(None, map(read_pattern, many(zone)))) for zone in (GREEN, YELLOW, RED)}
    return Skill(
        held.id, held.revision, one("text"), one("title"), one("name"), one("subject"), one("rule"),
        Share(seen[0], seen[1]), seen[2], seen[3], Share(others[0], others[1]), against, zones, _count(one("unclear")),
        tuple(filter(None, map(_read_reference, many("procedure")))), tuple(many("made_from")), _count(one("of")),
        _numbers(one("agreement"), 1)[0], _numbers(one("quality"), 1)[0], one("review"), held.standing, held.trust,
        held.at,
    )  # fmt: skip


def whole(value: float) -> str:
    """A number in ten-thousandths, as a memory keeps it."""
    return str(round(value * WHOLE))


def written(one: Pattern) -> str:
    """A pattern in the form that a memory keeps."""
    numbers = (one.share.went, one.share.trials, one.low, one.high, one.rest.went, one.rest.trials)
    return " ".join([one.sort, *map(whole, numbers), ",".join(one.ids), one.text])


def read_pattern(said: str) -> Pattern | None:
    """A pattern out of its written form; None for what has another form."""
    parts = said.split(" ", 8)
    if len(parts) < 9 or not all(_is_count(part) for part in parts[1:7]):
        return None
    went, trials, low, high, rest, rest_trials = (int(part) / WHOLE for part in parts[1:7])
    ids = tuple(filter(None, parts[7].split(",")))
    return Pattern(parts[0], parts[8], Share(went, trials), low, high, Share(rest, rest_trials), ids)


def reference(one: Reference) -> str:
    """A reference in the form that a memory keeps."""
    return f"{one.sort} {one.id} {one.number}"


def _read_reference(said: str) -> Reference | None:
    parts = said.split(" ")
    return Reference(parts[0], parts[1], int(parts[2])) if len(parts) == 3 and _is_count(parts[2]) else None


def _numbers(said: str, many: int) -> list[float]:
    """Numbers kept in ten-thousandths; zeros where they cannot be read."""
    parts = said.split(" ")
    return [int(part) / WHOLE for part in parts] if len(parts) == many and all(map(_is_count, parts)) else [0.0] * many


def _count(said: str) -> int:
    return int(said) if _is_count(said) else 0


def _is_count(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) <= 12
