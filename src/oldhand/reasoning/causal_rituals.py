"""Rituals: what is done again and again after a failure, and whether the next try passes more often for it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from oldhand.model.session import CALL, RESULT
from oldhand.reasoning.causal_actions import Try, tries
from oldhand.reasoning.causal_exact import ALPHA, Stratum, exact_test, held, power
from oldhand.sessions.commands import runs

if TYPE_CHECKING:
    from oldhand.store.session_log import SessionLog

REPEATED = 3  # times that something has to be done before it is looked at: twice is no habit
ENOUGH = 0.8  # power from which on "no difference" is told: the usual bound, one chance in five of missing it
MOST_SESSIONS = 2_000  # the latest sessions that are read: a year of a busy project
MOST_SEEN = 20  # tries that are named with an action; --json gives all of them
HELPS: Final = "helps"
HINDERS: Final = "hinders"
NONE: Final = "no difference"
UNKNOWN: Final = "cannot tell"
Verdict = Literal["helps", "hinders", "no difference", "cannot tell"]


class Ritual(NamedTuple):
    """An action and what came of the next try of the command that had failed.

    done, done_passed: tries after it, and how many of them passed; left, left_passed: those of the same commands, with
    and without other changes alike, where nothing was done; difference: of the shares over all strata, None where none
    has both; crude: the same without strata; chance: how likely so unequal a division is where it does nothing; power:
    how likely a difference of 30 points would have been told; mixed: tries that had other actions before them, too;
    commands: what was tried; strata: in how many both were seen; seen: the tries.
    """

    action: str
    verdict: Verdict
    done: int
    done_passed: int
    left: int
    left_passed: int
    difference: float | None
    crude: float | None
    chance: float
    power: float
    mixed: int
    commands: list[str]
    strata: int
    seen: list[Try]


class Found(NamedTuple):
    """What sessions show. rituals: the actions, most often done first; plain, plain_passed: tries before which nothing
    was done and nothing changed; sessions: that were read; tries: of commands that had failed; tested: how many actions
    could be tested, which all are held to ALPHA together."""

    rituals: list[Ritual]
    plain: int
    plain_passed: int
    sessions: int
    tries: int
    tested: int


def read_tries(
    log: "SessionLog", since: int = 0, progress: Callable[[int, int, str], None] | None = None
) -> tuple[list[Try], int]:  # fmt: skip
    """The tries in the sessions since a moment (ms), and how many sessions were read, the MOST_SESSIONS latest."""
    rows = log.sessions(MOST_SESSIONS, since=since)
    found: list[Try] = []
    for number, row in enumerate(rows):
        if progress is not None:
            progress(number, len(rows), "sessions")
        events = log.events(row.session.id, (CALL, RESULT))
        found += tries(runs(events, row.session.folder), row.session.id)
    return found, len(rows)


def rituals(every: Sequence[Try], sessions: int = 0) -> Found:
    """Each action that was done REPEATED times or more, compared with doing nothing.

    Tries are compared within strata: the same command (program and first word), and with or without another change
    since the failure, for those are what would confound most. Over all actions together a difference is told falsely at
    most with ALPHA (Holm). "No difference" needs more than no finding: that a difference of 30 points would have been
    told with a power of 0.8. All else is "cannot tell".
    """
    names = sorted({action for one in every for action in one.actions})
    members = {name: [one for one in every if name in one.actions] for name in names}
    kept = [name for name in names if len(members[name]) >= REPEATED]
    strata = {name: _strata(name, every) for name in kept}
    looked = [name for name in kept if any(one.telling for one in strata[name])]
    results = {name: exact_test(strata[name]) for name in kept}
    firm = dict(zip(looked, held([results[name].chance for name in looked]), strict=True))
    found = []
    for name in kept:
        able = power(strata[name], ALPHA / max(len(looked), 1))
        found.append(_ritual(name, members[name], every, strata[name], firm.get(name, False), able))
    plain = [one for one in every if not one.actions and not one.changed]
    ordered = sorted(found, key=lambda one: (-one.done, one.action))
    return Found(ordered, len(plain), sum(one.passed for one in plain), sessions, len(every), len(looked))


def _strata(action: str, every: Iterable[Try]) -> list[Stratum]:
    cells: dict[tuple[str, bool], list[int]] = {}
    for one in every:
        if action in one.actions:
            at = 0
        elif not one.actions:
            at = 2
        else:
            continue  # something else was done: neither the action nor nothing
        cell = cells.setdefault((one.command, one.changed), [0, 0, 0, 0])
        cell[at] += 1
        cell[at + 1] += one.passed
    return [Stratum(*cells[key]) for key in sorted(cells) if cells[key][0]]


def _ritual(
    name: str, done: Sequence[Try], every: Sequence[Try], strata: Sequence[Stratum], firm: bool, able: float
) -> Ritual:  # fmt: skip
    result = exact_test(strata)
    both = [one for one in strata if one.done and one.left]
    verdict: Verdict = UNKNOWN
    if firm and result.difference is not None:
        verdict = HELPS if result.difference > 0 else HINDERS
    elif both and able >= ENOUGH:
        verdict = NONE
    left, left_passed = sum(one.left for one in both), sum(one.left_passed for one in both)
    nothing = [one for one in every if not one.actions]
    crude = None
    if nothing:
        crude = sum(one.passed for one in done) / len(done) - sum(one.passed for one in nothing) / len(nothing)
    return Ritual(
        name, verdict, len(done), sum(one.passed for one in done), left, left_passed, result.difference, crude,
        result.chance, able, sum(len(one.actions) > 1 for one in done),
        list(dict.fromkeys(one.command for one in done)), len(both), list(done),
    )  # fmt: skip
