"""The operation `session holdout`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.model.moment import iso
from oldhand.operation import WRITE, operation
from oldhand.operations.config.set_ import set_
from oldhand.sessions.arms import (
    MOST_INJECTIONS,
    SAME,
    SETTING,
    Compared,
    Effect,
    arms,
    compare,
    effects,
    note_change,
    period,
)
from oldhand.sessions.draining import drain
from oldhand.sessions.inferring import text_of

KEEP = -1
MOST_UNCLEAR = 5  # memories told of which nothing is clear, those that seem to do most


class HoldoutTold(NamedTuple):
    """The holdout and what it tells. percent: in so many of a hundred sessions hooks keep silent; before: what it was
    when this changed it, else the same; since, until: of which sessions the comparison is (until: empty while it goes
    on); told, withheld: how many of each arm; mixed: sessions left out because they are in both; outcomes: compared;
    memories: what single ones do to the share of sessions with a correction or work taken back after them; trouble:
    what was in the way of reading what hooks left, empty for nothing."""

    percent: int
    before: int
    since: str
    until: str
    told: int
    withheld: int
    mixed: int
    outcomes: list[Compared]
    memories: list[Effect]
    trouble: str


@operation(WRITE)
def holdout(memory: Memory, *, percent: int = KEEP) -> HoldoutTold:
    """Measure whether memory helps: keep it silent in some sessions, and compare them with the others

    Each session's name draws whether memory keeps silent in it. Only sessions in which memory had something to say
    are compared: corrections, failures, work taken back, tokens, with intervals. Below 20 sessions in each arm, or
    where even a complete effect would mostly be missed, it says so. Only a person sets the percentage; it holds
    for all of their projects.

    Parameters
    percent: keep silent in so many of a hundred sessions from now on, 0: in none; -1 leaves it as it is
    """
    drained = drain(memory)
    log = memory.session_log()
    before = int(memory.setting(SETTING))
    if percent != KEEP:
        set_(memory, SETTING, str(percent), scope="person")
        note_change(log, memory.now(), percent)
    now = int(memory.setting(SETTING))
    injections = log.injections(limit=MOST_INJECTIONS)
    since, until = period(log, now, injections)
    lived, mixed = arms(memory, injections, since, until) if since else ([], 0)
    kept_back = sum(one.withheld for one in lived)
    with memory.reading() as reader:
        single = [
            one._replace(id=one.id[:SHOWN_DIGITS], text=text_of(reader, one.id))
            for one in _worth_telling(effects(lived))
        ]
    return HoldoutTold(
        now, before, iso(since) if since else "", iso(until) if until else "", len(lived) - kept_back, kept_back, mixed,
        compare(lived) if lived else [], single, drained.trouble,
    )  # fmt: skip


def _worth_telling(found: list[Effect]) -> list[Effect]:
    """What is clear, and of the rest what seems to do most; the clearest benefit first, harm last."""
    unclear = sorted((one for one in found if one.verdict == SAME), key=lambda one: -abs(one.shrunk))[:MOST_UNCLEAR]
    return [one for one in found if one.verdict != SAME or one in unclear]
