"""The operation `causal rituals`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import iso, parse
from oldhand.operation import READ, operation
from oldhand.reasoning.causal_exact import ALPHA, DIFFERENCE
from oldhand.reasoning.causal_rituals import Ritual, Verdict, read_tries
from oldhand.reasoning.causal_rituals import rituals as found_in


class Seen(NamedTuple):
    """A try of a command that had failed. session: whose, as `oldhand session show` takes it; also: what else was done
    before it; changed: whether anything else was changed."""

    at: str
    session: str
    command: str
    passed: bool
    also: list[str]
    changed: bool


class RitualTold(NamedTuple):
    """An action after a failure and the next try of what had failed. verdict: helps, hinders, no difference (it is a
    ritual) or cannot tell. done, done_passed: tries after it; left, left_passed: comparable tries where nothing was
    done; difference: of the shares, within the same command and with or without other changes, null where nothing is
    comparable; crude: without regard to these; chance: how likely so unequal a division is where the action does
    nothing; power: how likely a difference of 30 points would have been told; mixed: tries that had other actions
    before them too; strata: groups with both; seen: the latest tries."""

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
    strata: int
    commands: list[str]
    seen: list[Seen]


class Rituals(NamedTuple):
    """What is done after failures. plain, plain_passed: tries again with nothing done and nothing changed; tries: of
    commands that had failed; tested: how many actions could be compared, which share the error of `alpha`; difference:
    that power is told for; left_out: actions beyond the limit."""

    rituals: list[RitualTold]
    left_out: int
    sessions: int
    tries: int
    plain: int
    plain_passed: int
    tested: int
    alpha: float
    difference: float


@operation(READ)
def rituals(memory: Memory, *, since: str = "", limit: int = 20) -> Rituals:
    """Compare what is done after a failure (clearing, restarting, installing, waiting) with doing nothing

    Reads the commands of the sessions in the local log. "No difference" is said only where a difference
    of 30 points would most likely have been seen; else nothing can be told.

    Parameters
    since: only sessions since this date or time
    limit: at most so many actions
    """
    start = parse(since, memory.now()) if since else 0
    tries, sessions = read_tries(memory.session_log(), start, memory.progress)
    found = found_in(tries, sessions)
    told = [_told(one, limit) for one in found.rituals[:limit]]
    return Rituals(
        told, max(len(found.rituals) - limit, 0), found.sessions, found.tries, found.plain, found.plain_passed,
        found.tested, ALPHA, DIFFERENCE,
    )  # fmt: skip


def _told(one: Ritual, limit: int) -> RitualTold:
    latest = sorted(one.seen, key=lambda each: (-each.at, each.session))[:limit]
    seen = [
        Seen(iso(each.at), each.session, each.command, each.passed, sorted(each.actions - {one.action}), each.changed)
        for each in latest
    ]  # fmt: skip
    return RitualTold(
        one.action, one.verdict, one.done, one.done_passed, one.left, one.left_passed, one.difference, one.crude,
        one.chance, one.power, one.mixed, one.strata, one.commands, seen,
    )  # fmt: skip
