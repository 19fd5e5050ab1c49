"""What is told of a decision before or when it is recorded, and what becomes of it by the person's policy."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadArgument, NeedsConsent, SafetyRefused
from oldhand.model.safety_policy import ADVISE, ASK, BLOCK, CHECKS, OFF, Policy, policies
from oldhand.reasoning import safety_scoring as scoring
from oldhand.reasoning.calibration_hint import Hint
from oldhand.reasoning.decisions import Decision, find
from oldhand.reasoning.safety import signs
from oldhand.reasoning.safety_looking import around
from oldhand.reasoning.safety_scoring import HEEDED, LOOKED, TAG, TOLD
from oldhand.reasoning.safety_sign import Sign as Sign
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory

PERSON = "user"  # the trust of a person
HOUR_MS = 3_600_000
OPERATIONS = ("decide", "decision_record")  # in whose traces it is noted what was told
MOST_TRACES = 500  # latest of them that are looked at for the cooldown
LEAST_REASON = 8  # characters of a reason: "because" is none
MOST_KEPT = 6  # of the signs that fired, the strongest; a memory is given at most 32 tags at once
MOST_OVERRIDES = len(CHECKS)


class Advice(NamedTuple):
    """told: the signs to be told; fired: all there are, the strongest first; quiet: those that are not told because
    they proved wrong here; tags: what the decision is given to remember them by; overrides: `CHECK REASON` of those
    that were passed by with a reason; detail: for the local log, empty when nothing is told."""

    told: tuple[Sign, ...]
    fired: tuple[Sign, ...]
    quiet: tuple[Sign, ...]
    tags: tuple[str, ...]
    overrides: tuple[str, ...]
    detail: dict[str, Any]


def advise(
    memory: "Memory", reader: Reader, decision: Decision, *,
    like: Sequence[tuple[Decision, float]] | None = None, hint: Hint | bool | None = True,
    supersedes: Sequence[str] = (), overrides: Sequence[str] = (), yes: bool = False, recording: bool = True,
) -> Advice:  # fmt: skip
    """Check a decision that is about to be made (recording), or only thought about; nothing is written.

    like, hint: what is known already (`safety_looking.around`); supersedes: ids that it replaces; overrides: reasons
    for which checks are passed by, `CHECK=REASON`; yes: somebody was asked, and agrees.
    Raises BadArgument for an override that is none; when recording also SafetyRefused where the policy blocks and
    NeedsConsent where it asks. Policy outranks what a check has proved to be worth, the cooldown and the number told.
    """
    passed = _passed(overrides)
    fired = signs(decision, around(reader, decision, memory=memory, like=like, supersedes=supersedes, hint=hint))
    if recording:
        _held_up(memory, fired, passed, yes)
    told, quiet, lately = _chosen(memory, reader, decision, fired) if fired else ([], [], set())
    kept_of = fired[:MOST_KEPT]
    tags = [LOOKED, *(TAG + one.check for one in kept_of)]
    tags += [TAG + one.check + TOLD for one in kept_of if one in told or one.check in lately]
    tags += _heeded(reader, decision, {one.check for one in fired})
    kept = tuple(f"{one.check} {passed[one.check]}" for one in fired if one.check in passed)
    detail = {"told": [one.check for one in told], "by": memory.actor, "part": _part(decision)} if told else {}
    return Advice(tuple(told), tuple(fired), tuple(quiet), tuple(tags), kept, detail)


def _held_up(memory: "Memory", fired: Sequence[Sign], passed: dict[str, str], yes: bool) -> None:
    """Refuse or ask, by the person's policy, before anything is written."""
    policy = policies(memory.setting("safety.policy"))
    blocking = [one for one in fired if _does(policy, one.check, memory) == BLOCK and one.check not in passed]
    if blocking:
        how = " ".join(f'--override "{one.check}=REASON"' for one in blocking)
        raise SafetyRefused(_said(blocking), f"Change the decision, or add {how}; the reason is kept with it.")
    asking = [one for one in fired if _does(policy, one.check, memory) == ASK and one.check not in passed]
    if asking and not yes:
        raise NeedsConsent(f"Not recorded yet: {_said(asking)}")


def _said(several: Sequence[Sign]) -> str:
    return " ".join(f"{one.bias}: {one.evidence}. {one.question}" for one in several)


def _does(policy: dict[str, Policy], check: str, memory: "Memory") -> str:
    one = policy.get(check, policy[""])
    return ADVISE if one.agents and memory.trust == PERSON else one.does


def _chosen(
    memory: "Memory", reader: Reader, decision: Decision, fired: Sequence[Sign]
) -> tuple[list[Sign], list[Sign], set[str]]:
    """(told, quieted, told lately) of the signs that fired: the most precise first, then the strongest.

    What a policy asks for by name is told whatever it has proved to be worth, unless it was told lately.
    """
    policy = policies(memory.setting("safety.policy"))
    enough = scoring.enough(reader, [one.check for one in fired])
    seen = scoring.scores(scoring.looked(reader)) if enough else {}
    lately = _lately(memory, decision)
    quiet = [
        one for one in fired if one.check in seen and seen[one.check].state == scoring.QUIET and one.check not in policy
    ]
    fit = [
        one for one in fired if one not in quiet and one.check not in lately and _does(policy, one.check, memory) != OFF
    ]
    if seen:
        fit.sort(key=lambda one: (-scoring.order(seen[one.check]), -one.strength, one.check))
    return fit[: memory.setting("safety.most")], quiet, lately


def _lately(memory: "Memory", decision: Decision) -> set[str]:
    """The checks that this speaker was told about the same part within the cooldown, from the local log."""
    hours = memory.setting("safety.cooldown_hours")
    if not hours:
        return set()
    marks = ",".join("?" * len(OPERATIONS))
    rows = memory.traces().read(
        f"operation IN ({marks}) AND outcome='ok' AND at>=?", (*OPERATIONS, memory.now() - hours * HOUR_MS),
        newest=MOST_TRACES,
    )  # fmt: skip
    found: set[str] = set()
    for _, trace in rows:
        said = trace.detail.get("safety")
        if isinstance(said, dict) and said.get("by") == memory.actor and said.get("part") == _part(decision):
            found.update(one for one in said.get("told", ()) if isinstance(one, str))
    return found


def _part(decision: Decision) -> str:
    return decision.module or decision.domain


def _heeded(reader: Reader, decision: Decision, fired: set[str]) -> list[str]:
    """The tags of checks that were told of an earlier wording of the same decision and speak no more."""
    before = find(reader, decision.id) if decision.id else None
    if before is None:
        return []
    ours = [tag[len(TAG) :] for tag in before.tags if tag.startswith(TAG) and tag.endswith((TOLD, HEEDED))]
    told = {said.rpartition(":")[0] for said in ours}
    return [TAG + check + HEEDED for check in sorted(told) if check not in fired]


def _passed(overrides: Sequence[str]) -> dict[str, str]:
    """The reasons for which checks are passed by. Raises BadArgument."""
    found: dict[str, str] = {}
    for said in overrides[: MOST_OVERRIDES + 1]:
        check, _, reason = said.partition("=")
        check, reason = check.strip().lower(), " ".join(reason.split())
        if check not in CHECKS:
            raise BadArgument("override", said[:80], f"write CHECK=REASON; the checks are {', '.join(CHECKS)}")
        if len(reason) < LEAST_REASON or not any(map(str.isalpha, reason)):
            raise BadArgument("override", said[:80], f"write {check}=REASON: why the decision is right all the same")
        found[check] = reason
    return found
