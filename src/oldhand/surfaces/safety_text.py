"""Signs of bias and what the checks have shown of themselves, as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import agreeing, many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, Line

SHOWN_DIGITS = 12
LONGEST = 120  # characters of a decision's words; --json gives all of them
LONGEST_FACT = 400  # characters of a fact or a question


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the groups `safety` and `router` as lines."""
    told = {"safety_checks": _checks, "safety_log": _log, "router_test": _routed}
    yield from told.get(operation, _checked)(reply)


def signs(told: Iterable[Any]) -> Iterator[Line]:
    """Signs as lines: the bias with the fact, then the question."""
    for one in told:
        yield Line(NOTE, f"? {one.bias}: {line(clipped(one.evidence, LONGEST_FACT))} ({one.check})")
        yield Line(CODE, f"  {line(clipped(one.question, LONGEST_FACT))}")


def _checked(reply: Any) -> Iterator[Line]:
    name = f"{reply.decision[:SHOWN_DIGITS]}  " if reply.decision else ""
    yield Line(HEAD, f"{name}{line(clipped(reply.text, LONGEST))}")
    yield from signs(reply.signs)
    if not reply.signs:
        yield Line(TAIL, "No sign of bias is seen. That is no proof that there is none.")
    if reply.quieted:
        yield Line(TAIL, f"Not told elsewhere, because they proved wrong here: {', '.join(reply.quieted)}.")


def _checks(reply: Any) -> Iterator[Line]:
    were = agreeing(reply.decisions, "of the latest decisions was", "of the latest decisions were")
    yield Line(HEAD, f"{were} checked; the end of {reply.ended:,} is known.")
    for one in sorted(reply.checks, key=lambda one: -one.fired):
        policy = "" if one.policy == "advise" else f"  policy {one.policy}"
        yield Line(CODE, f"{one.id}  {one.bias}: {one.looks}{policy}")
        if not one.fired:
            continue
        facts = [f"spoke on {many(one.fired, 'decision')}, was told {one.told}x, {one.heeded} changed for it"]
        if one.badly >= 0:
            facts.append(
                f"went badly: {_percent(one.badly)} of the {one.ended} it spoke on that ended"
                f" ({_percent(one.badly_low)} to {_percent(one.badly_high)})"
            )
        if one.otherwise >= 0:
            other = f"{_percent(one.otherwise)} of those it did not speak on"
            facts.append(other if one.badly >= 0 else f"went badly: {other}")
        yield Line(TAIL, f"  {'; '.join(facts)}. So far: {one.state}")
    never = sum(not one.fired for one in reply.checks)
    if never == len(reply.checks):
        yield Line(TAIL, "None has spoken yet: `oldhand decision record` checks each decision that is recorded.")


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def _log(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        end = one.state if one.went < 0 else f"{one.state} ({one.went:.2f})"
        facts = ["told" if one.told else "not told", *(["heeded"] if one.heeded else []), end]
        yield Line(CODE, f"{one.on}  {one.check}  {one.decision[:SHOWN_DIGITS]}  {line(clipped(one.text, LONGEST))}")
        why = f"; passed by: {line(clipped(one.override, LONGEST_FACT))}" if one.override else ""
        yield Line(TAIL, f"  {', '.join(facts)}{why}")
    if not reply.items and not reply.left_out:
        yield Line(HEAD, "No check has spoken on a recorded decision.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")


def _routed(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"{reply.kind}  {reply.score / 10_000:.2f}")
    for one in reply.signs:
        yield Line(CODE, f'  {one.kind} {one.weight / 10_000:.2f}  {one.name}: "{line(one.said)}"')
    if not reply.signs:
        yield Line(TAIL, "  No sign of a decision or of a lesson.")
    if reply.next:
        yield Line(TAIL, f"{reply.next}.")
