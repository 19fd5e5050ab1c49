"""The operation `session survey`."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, OldhandError
from oldhand.knowledge.silencing import all_silenced
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.moment import iso
from oldhand.operation import WRITE, operation
from oldhand.recall.rank import Surveyed
from oldhand.sessions.draining import Drained, drain
from oldhand.sessions.inferring import Share, share, text_of
from oldhand.sessions.surveying import (
    NOISE,
    USEFUL,
    WRONG,
    Marks,
    Told,
    answering,
    meant,
    publish,
    told,
)
from oldhand.store.reader import Reader
from oldhand.store.session_survey import Answered, answers, put, take_back
from oldhand.store.survey_file import AGENT, PERSON, UNIT, Tuning

UNSAID = "unsaid"
PEOPLE, AGENTS = "people", "agents"
VOICES = ((PERSON, PEOPLE), (AGENT, AGENTS))
SHOWN_SESSION = 13  # characters of a session's name in the reason of a dispute, as lists show it


class SurveyedMemory(NamedTuple):
    """A memory that answers speak of. useful, noise, wrong: in how many sessions people called it so, or on how many
    days agents of each host; people: whether these are people's answers (agents' do not count where there are any);
    low, high: of the share of useful among useful and noise, in thousandths (Wilson); ranking: what it really adds to
    the memory's score in recall, in ten-thousandths of the most that answers may add; quiet: hooks really no longer
    tell it unasked."""

    id: str
    text: str
    useful: int
    noise: int
    wrong: int
    people: bool
    low: int
    high: int
    ranking: int
    quiet: bool


class Missing(NamedTuple):
    """What somebody missed. by: people or agents; text: in their words."""

    session: str
    at: str
    by: str
    text: str


class Survey(NamedTuple):
    """A survey of a session, or with `results` what all of them say.

    outcome: asked (nothing was answered), answered, taken back or results; session: answered for; told: what it was
    told, which can be named in an answer; helped, useful, noise, wrong, missing: the answer that stands now, memories
    by their ids; disputed: memories that this answer disputed, so that they wait in `review`; answered: how many
    answers there are, by people and by agents; shares: of all answers; memories: what they say of each, the clearest
    first; missed: what was missing, the latest first; left_out: memories and texts beyond the limit; tuning: whether
    answers change ranking and hooks (the setting survey.tuning); trouble: what was in the way, empty for nothing.
    """

    outcome: str
    session: str
    told: list[Told]
    helped: str
    useful: list[str]
    noise: list[str]
    wrong: list[str]
    missing: str
    disputed: list[str]
    answered: dict[str, int]
    shares: list[Share]
    memories: list[SurveyedMemory]
    missed: list[Missing]
    left_out: int
    tuning: bool
    trouble: str


@operation(WRITE)
def survey(
    memory: Memory, name: str = "", *, helped: Literal["unsaid", "yes", "no", "mixed"] = "unsaid",
    useful: list[str] = [], noise: list[str] = [], wrong: list[str] = [], missing: str = "", clear: bool = False,
    results: bool = False, limit: int = 20,
) -> Survey:  # fmt: skip
    """Answer a few questions about a session: did memory help, what was useful, noise, wrong or missing

    On a terminal it asks one thing after another. Without an answer it tells what the session was told. Only that can
    be named. Useful and noise move a memory a little in recall, among answers that match alike; called noise in two
    sessions by people (on four days by agents) and never useful, hooks no longer tell it unasked. Wrong disputes it,
    so that it waits in `review`. A person's answers count twice as much as an agent's, and instead of them. An agent
    answers for the session that speaks; it lowers nothing that a person stands for, and raises nothing of agents.
    Nothing leaves this machine.

    Parameters
    name: the session, by the beginning of its id; without it for an agent the one that speaks, else the latest
    helped: whether memory helped
    useful: memories that were of use, at least 6 characters of each id
    noise: memories that had nothing to do with the work
    wrong: memories that are not true, or no longer
    missing: what memory should have said, in a sentence or two
    clear: take your answer of this session back
    results: tell what all answers say
    limit: tell at most so many memories and texts
    """
    drained = drain(memory)
    log = memory.session_log()
    if results:
        return _results(memory, limit, drained.trouble)
    row, voice = answering(memory, name), PERSON if memory.trust == PERSON else AGENT
    session = row.session.id
    with memory.reading() as reader:
        known = told(memory, reader, row)
    if clear:
        taken = take_back(log, session, voice)
        return _reply(memory, "taken back" if taken else "asked", session, known, None, [], _published(memory, drained))
    before = next((one for one in answers(log, session) if one.voice == voice), None)
    verdict = "" if helped == UNSAID else helped
    if not (verdict or useful or noise or wrong or missing.strip()):
        return _reply(memory, "asked", session, known, before, [], drained.trouble)
    named = {what: meant(what, said, known) for what, said in ((USEFUL, useful), (NOISE, noise), (WRONG, wrong))}
    if both := set(named[USEFUL]) & set(named[NOISE]):
        raise BadArgument(NOISE, short(min(both)), "it cannot be useful and noise in one session")
    new = [one for one in named[WRONG] if before is None or one not in before.wrong]
    disputed = _dispute(memory, new, session)
    said = Answered(
        session, voice, memory.now(), memory.actor, verdict, named[USEFUL], named[NOISE], named[WRONG],
        " ".join(missing.split()), "" if voice == PERSON else row.session.host,
    )  # fmt: skip
    put(log, said)
    trouble = _published(memory, drained, named[NOISE])
    memory.trace_detail = {"memory": [short(one) for one in disputed]} if disputed else {}
    return _reply(memory, "answered", session, known, answers_of(memory, session, voice), disputed, trouble)


def _published(memory: Memory, drained: Drained, fresh: Sequence[str] = ()) -> str:
    """Put what the answers change where it is read; what was in the way of that, or of draining."""
    with memory.reading() as reader:
        trouble = publish(memory, reader, fresh).trouble
    return "; ".join(filter(None, (drained.trouble, trouble)))


def answers_of(memory: Memory, session: str, voice: str) -> Answered | None:
    """The answer of a session as it is kept."""
    return next((one for one in answers(memory.session_log(), session) if one.voice == voice), None)


def _dispute(memory: Memory, names: Sequence[str], session: str) -> list[str]:
    """Dispute what was called wrong, as `dispute` does; which ones."""
    if not names:
        return []
    from oldhand.knowledge.standing import disputed

    reason = f"called wrong in the survey of session {session[:SHOWN_SESSION]}"
    with memory.writing("project", make=False) as transaction:
        return [disputed(transaction, name, memory.voice, reason).id for name in names]


def _reply(
    memory: Memory, outcome: str, session: str, known: list[Told], said: Answered | None, disputed: list[str],
    trouble: str,
) -> Survey:  # fmt: skip
    """What was asked or answered of one session."""
    said = said or Answered(session, "", 0, "", "", (), (), (), "")
    return Survey(
        outcome, session, known, said.helped, list(said.useful), list(said.noise), list(said.wrong), said.missing,
        disputed, _counted(answers(memory.session_log())), [], [], [], 0, memory.setting("survey.tuning") == "yes",
        trouble,
    )  # fmt: skip


def _counted(said: Sequence[Answered]) -> dict[str, int]:
    return {word: sum(one.voice == voice for one in said) for voice, word in VOICES}


def _results(memory: Memory, limit: int, trouble: str) -> Survey:
    """What all answers say: shares with intervals, memories, and what was missing."""
    said, tuned = answers(memory.session_log()), memory.setting("survey.tuning") == "yes"
    shares = []
    for voice, word in VOICES:
        asked = [one.helped for one in said if one.voice == voice and one.helped]
        shares += [share(f"{word}: {what}", asked.count(what), len(asked)) for what in ("yes", "mixed", "no") if asked]
    with memory.reading() as reader:
        told_all = publish(memory, reader)  # made anew: two who answered at once may have left the former one there
    ordered = sorted(told_all.said.items(), key=lambda one: (-abs(one[1].value), -one[1].wrong, one[0]))
    missed = [one for one in reversed(said) if one.missing]
    with memory.reading() as reader:
        silent = all_silenced(reader, told_all.changed.quiet) if tuned else frozenset()
        memories = [_surveyed(reader, name, one, told_all.changed, name in silent) for name, one in ordered[:limit]]
    texts = [Missing(one.session, iso(one.at), dict(VOICES)[one.voice], one.missing) for one in missed[:limit]]
    left = max(len(ordered) - limit, 0) + max(len(missed) - limit, 0)
    return Survey(
        "results", "", [], "", [], [], [], "", [], _counted(said), shares, memories, texts, left,
        tuned, "; ".join(filter(None, (trouble, told_all.trouble))),
    )  # fmt: skip


def _surveyed(reader: Reader, name: str, one: Marks, changed: Tuning, quiet: bool) -> SurveyedMemory:
    useful = share("", one.useful, one.said)
    return SurveyedMemory(
        name, text_of(reader, name), one.useful, one.noise, one.wrong, one.people, useful.low, useful.high,
        _ranking(reader, name, changed) * 10_000 // UNIT, quiet,
    )  # fmt: skip


def _ranking(reader: Reader, name: str, changed: Tuning) -> int:
    """What answers really add in recall, by the rule that recall goes by."""
    try:
        held = reader.find(name)
    except OldhandError:
        return 0  # damaged: `verify` names it
    return Surveyed(changed.values, changed.agents).of(held) if held else 0
