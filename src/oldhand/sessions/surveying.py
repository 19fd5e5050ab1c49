"""The survey: what somebody says of what memory told a session, and what that changes. All of it is local.

An answer names memories that the session was told, so it credits nothing else. From the answers two things are worked
out, by plain counting: a small part of a memory's score in recall, and which memories hooks no longer tell unasked.
A person's answers are counted by session, agents' by day and host: sessions cost an agent nothing. A person's count
twice as much, and where a person has said anything of a memory, agents' answers of it count for nothing. What agents'
answers never move, `survey_file.agents_may` and `knowledge.silencing` say, of the memory as it is when it is asked for.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadArgument, OldhandError, Refused
from oldhand.model.identity import short
from oldhand.sessions.whose import VARIABLES, named_by_host
from oldhand.store import survey_file
from oldhand.store.fold import counted
from oldhand.store.session_survey import Answered, answers
from oldhand.store.survey_file import AGENT, PERSON, UNIT, Tuning
from oldhand.store.trace_log import Wanted, entries

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader
    from oldhand.store.session_rows import Row

WEIGHT = {PERSON: 2, AGENT: 1}  # of an answer, in halves of a session: agents say "helpful" easily
QUIET = 4  # so much noise, in the same halves, silences: two sessions of a person, or four days of agents
DAY_MS = 86_400_000  # of one such day, in UTC, agents of one host count once a memory
HOSTS = frozenset(VARIABLES.values())  # all others count as one host: nobody makes up more of them
PRIOR = 8  # so much of nothing said each memory starts with: four sessions; so one answer alone moves little
MOST_INJECTIONS = 500  # of one session that are looked at
MOST_ANSWERS = 500  # answers of recall in a session's time that are looked at
AFTER_MS = 1_800_000  # half an hour after its last event an answer of recall may still be of the session
SHORTEST_ID = 6
NOISE, USEFUL, WRONG = "noise", "useful", "wrong"
HOOK, ANSWER = "hooks", "an answer"


class Told(NamedTuple):
    """A memory that a session was told. by: hooks, an answer (of recall, while the session ran), or both."""

    id: str
    kind: str
    text: str
    by: str


class Marks(NamedTuple):
    """What was said of a memory: in how many sessions of people, or on how many days of agents (of each host). people:
    whether only people's answers are counted, as there are some; noise_at: when it was last called noise, ms."""

    useful: int = 0
    noise: int = 0
    wrong: int = 0
    people: bool = False
    noise_at: int = 0

    @property
    def said(self) -> int:
        """In how many sessions, or on how many days, it was called useful or noise."""
        return self.useful + self.noise

    @property
    def value(self) -> int:
        """What ranking adds for it, from -UNIT to UNIT: (useful - noise) / (useful + noise + PRIOR), in halves."""
        weight = WEIGHT[PERSON if self.people else AGENT]
        return round(UNIT * weight * (self.useful - self.noise) / (weight * self.said + PRIOR))

    @property
    def quiet(self) -> bool:
        """Whether it was called noise often enough for hooks to tell it no longer, and useful never."""
        return not self.useful and self.noise * WEIGHT[PERSON if self.people else AGENT] >= QUIET


def answering(memory: "Memory", name: str = "") -> "Row":
    """The session that is answered for: for an agent the one that speaks, for a person the one named or the latest.

    Which session speaks, only the host says, in the environment: what is merely at work here may be another's. Raises
    UnknownSession and its kin, and Refused.
    """
    log = memory.session_log()
    if memory.trust == PERSON:
        return log.session(name)
    own = named_by_host(memory)
    if not own.id:
        raise Refused("An agent answers for the session that speaks, and its host does not say which. A person may.")
    row = log.session(name or own.id)
    if row.session.id != own.id:
        raise Refused(f"An agent answers for its own session, and {row.session.id} is another. A person may.")
    return row


def told(memory: "Memory", reader: "Reader", row: "Row") -> list[Told]:
    """What a session was told: by hooks, and by answers of recall in its time. The latest first, erased ones left out.

    The log of operations knows no sessions: of two that ran at once each has the answers of both.
    """
    from oldhand.sessions.inferring import text_of

    by: dict[str, str] = {}
    for one in reversed(memory.session_log().injections(row.session.id, limit=MOST_INJECTIONS)):
        if not one.withheld:
            by.update(dict.fromkeys(one.memories, HOOK))
    found: dict[str, Told] = {}
    for name, way in [*by.items(), *dict.fromkeys(_answered(memory, row), ANSWER).items()]:
        if (whole := _whole(reader, name)) is None:
            continue
        if whole in found:
            if found[whole].by != way:
                found[whole] = found[whole]._replace(by=f"{HOOK} and {ANSWER}")
            continue
        held = reader.find(whole)
        if held is not None and held.standing != "erased":
            found[whole] = Told(whole, held.kind, text_of(reader, whole), way)
    return list(found.values())


def _answered(memory: "Memory", row: "Row") -> list[str]:
    """The memories (12 digits) that answers of recall showed while a session ran, the latest first."""
    wanted = Wanted("recall", "ok", since=row.session.started or row.last, until=row.last + AFTER_MS)
    try:
        logged = entries(memory.traces(), wanted, MOST_ANSWERS)
    except OldhandError:
        return []  # `health` and `logs` tell of a damaged log
    shown = [name for _, trace in reversed(logged) for name in trace.detail.get("shown", ())]
    return [name for name in dict.fromkeys(shown) if isinstance(name, str)]


def _whole(reader: "Reader", name: str) -> str | None:
    try:
        return reader.resolve(name)
    except OldhandError:
        return None  # it is of another scope, was erased, or is not known here any more


def meant(what: str, names: Iterable[str], known: Iterable[Told]) -> tuple[str, ...]:
    """The whole ids of the memories meant by some beginnings of ids. Raises BadArgument for what was not told."""
    ids = [one.id for one in known]
    found: dict[str, None] = {}
    for name in names:
        said = name.strip().lower()
        fitting = [one for one in ids if one.startswith(said)] if len(said) >= SHORTEST_ID else []
        if len(fitting) != 1:
            why = "is too short" if len(said) < SHORTEST_ID else "means several" if fitting else "was not told in it"
            told_of = ", ".join(map(short, ids[:8])) + (" …" if ids[8:] else "") or "nothing"
            raise BadArgument(what, name, f"it {why}; the session was told {told_of}")
        found[fitting[0]] = None
    return tuple(found)


def marks(said: Iterable[Answered]) -> dict[str, Marks]:
    """What all answers together say of each memory, in any order.

    Of one that a person spoke of, agents' answers do not count. Of the answers of one day and host, the latest that
    speaks of a memory counts for it.
    """
    by_voice: dict[str, dict[str, Marks]] = {PERSON: {}, AGENT: {}}
    spoken: set[tuple[int, str, str, bool]] = set()
    for one in sorted(said, key=lambda one: (one.at, one.session), reverse=True):
        people = one.voice == PERSON
        found = by_voice[PERSON if people else AGENT]
        for what in (USEFUL, NOISE, WRONG):
            for name in getattr(one, what):
                key = (one.at // DAY_MS, one.host if one.host in HOSTS else "", name, what == WRONG)
                if not people and key in spoken:
                    continue
                spoken |= set() if people else {key}
                before = found.get(name, Marks(people=people))
                at = max(before.noise_at, one.at) if what == NOISE else before.noise_at
                found[name] = before._replace(**{what: getattr(before, what) + 1}, noise_at=at)
    return {**by_voice[AGENT], **by_voice[PERSON]}


def tuning(said: Mapping[str, Marks], confirmed: Mapping[str, int]) -> Tuning:
    """What the answers change. confirmed: how often people had said or confirmed each memory by now."""
    quiet = {
        name: (PERSON if one.people else AGENT, confirmed.get(name, 0), one.noise_at)
        for name, one in said.items() if one.quiet
    }  # fmt: skip
    # People's first, so that no answers of agents push them out.
    most_noise = sorted(quiet, key=lambda name: (not said[name].people, -said[name].noise, name))[: survey_file.MOST]
    return Tuning(
        _strongest({name: one.value for name, one in said.items() if one.people}),
        {name: quiet[name] for name in sorted(most_noise)},
        _strongest({name: one.value for name, one in said.items() if not one.people}),
    )


def _strongest(values: Mapping[str, int]) -> dict[str, int]:
    """The values that say something, the strongest if there are too many, by id."""
    strongest = sorted(values, key=lambda name: (-abs(values[name]), name))[: survey_file.MOST]
    return {name: values[name] for name in sorted(strongest) if values[name]}


class Published(NamedTuple):
    """What all answers say of each memory, what they change, and why that could not be kept (empty where it was)."""

    said: dict[str, Marks]
    changed: Tuning
    trouble: str


def publish(memory: "Memory", reader: "Reader", fresh: Iterable[str] = ()) -> Published:
    """Work out what the answers change and put it where recall and hooks read it.

    fresh: the memories that were called noise just now: a person who confirms one later lets hooks tell it again.
    """
    said, again = marks(answers(memory.session_log())), set(fresh)
    before = survey_file.read(memory.project.store).quiet
    confirmed = {
        name: before[name][1] if name in before and name not in again else by_people(reader, name)
        for name, one in said.items() if one.quiet
    }  # fmt: skip
    changed = tuning(said, confirmed)
    kept = survey_file.write(memory.project.store, changed)
    where = f"{survey_file.FOLDER}/{survey_file.NAME}"
    return Published(said, changed, "" if kept else f"{where} cannot be written, so the answers change nothing yet")


def by_people(reader: "Reader", name: str) -> int:
    """How often people said or confirmed a memory; 0 for one that is not in this store."""
    try:
        held = reader.find(name)
    except OldhandError:
        return 0  # damaged: `verify` names it
    return counted(held.record).get(PERSON, 0) if held else 0
