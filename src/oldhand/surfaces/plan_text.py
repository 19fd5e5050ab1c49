"""Replies about plans as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from oldhand.model.visible import line
from oldhand.reasoning.deciding import effort
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_COMMIT = 9
MOST_COMMITS = 5  # of a plan that are named
MOST_ADDED = 8  # files beside the steps that are named
LONGEST = 300  # characters of one text; --json gives all of it
_MARKS = {"kept": "[x]", "reworked": "[~]", "dropped": "[-]", "unclear": "[ ]", "": "   "}
_OUTCOMES = {
    "remembered": "Recorded", "confirmed": "It was recorded before", "restored": "Recorded again",
    "quarantined": "It waits in `oldhand review`",
}  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `plan` as lines."""
    told = {
        "plan_validate": _validated, "plan_record": _recorded, "plan_list": _listed, "plan_show": _shown,
        "plan_done": _ended, "plan_drop": _ended, "plan_accuracy": _accuracy,
    }  # fmt: skip
    yield from told[operation](reply)


def _validated(reply: Any) -> Iterator[Line]:
    yield from _warnings(reply.warnings)
    if not reply.warnings:
        yield Line(HEAD, "Nothing known stands against this plan.")
    elif reply.proceed:
        yield Line(NOTE, "Nothing grave stands against it.")
    else:
        yield Line(NOTE, "Look at what is marked high before you begin: `oldhand show ID` tells all of it.")


def _recorded(reply: Any) -> Iterator[Line]:
    why = f" ({line(reply.why)})" if reply.why else ""
    yield Line(HEAD, f"{_OUTCOMES.get(reply.outcome, reply.outcome)}{why}")
    yield from _plan(reply.plan)
    yield from _steps(reply.plan)
    yield from _warnings(reply.warnings)
    yield Line(NOTE, f"Commits that carry it out say so in their message: {reply.plan.trailer}")


def _warnings(warnings: Sequence[Any]) -> Iterator[Line]:
    for one in warnings:
        where = f"step {one.step}" if one.step else "the plan"
        memory = f"  {one.memory[:SHOWN_DIGITS]}" if one.memory else ""
        yield Line(
            WARNING if one.grave == "high" else CODE, f"{one.grave:<6} {where}, {one.what}: {line(one.text)}{memory}"
        )


def _plan(plan: Any) -> Iterator[Line]:
    """One plan: its name and where it stands, then its time and who made it."""
    over = f"  {plan.state} {plan.ended[:10]}" if plan.state != "open" else "  open"
    yield Line(CODE, f"{plan.id[:SHOWN_DIGITS]}  {line(clipped(plan.name, LONGEST))}{over}")
    facts = [f"since {plan.since[:10]}", f"{many(len(plan.steps), 'step')}"]
    counted = {state: sum(step.state == state for step in plan.steps) for state in ("kept", "reworked", "dropped")}
    facts += [f"{count} {state}" for state, count in counted.items() if count]
    if plan.estimate >= 0:
        facts.append(f"expected {effort(plan.estimate)}")
    if plan.took >= 0:
        times = f", {plan.took / plan.estimate:.1f} times the estimate" if plan.estimate > 0 else ""
        facts.append(f"took {effort(plan.took)}{times}")
    if plan.confidence >= 0:
        who = " ".join(filter(None, (plan.stated_by, plan.agent, plan.model)))
        facts.append(f"{plan.confidence:.0%} sure ({line(who)})")
    yield Line(TAIL, f"  {', '.join(facts)}")
    if plan.reason:
        yield Line(TAIL, f"  {line(clipped(plan.reason, LONGEST))}")


def _steps(plan: Any) -> Iterator[Line]:
    for one in plan.steps:
        shown = f"  ({one.state}: {line(clipped(one.shown, LONGEST))})" if one.state else ""
        files = f"  [{line(', '.join(one.paths))}]" if one.paths else ""
        yield Line(CODE, f"  {_MARKS[one.state]} {one.number}. {line(clipped(one.text, LONGEST))}{files}{shown}")


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from _plan(one)
    if not reply.items and not reply.left_out:
        yield Line(HEAD, "No plans. `oldhand plan record TEXT --steps STEP` records one before it is carried out.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")


def _shown(reply: Any) -> Iterator[Line]:
    plan = reply.plan
    yield from _plan(plan)
    if line(plan.text) != line(plan.name):
        yield Line(CODE, f"  {line(clipped(plan.text, LONGEST))}")
    yield from _steps(plan)
    if plan.commits:
        how = "which name it" if plan.named else "which change its files"
        told = ", ".join(one[:SHOWN_COMMIT] for one in plan.commits[-MOST_COMMITS:])
        more = f" and {len(plan.commits) - MOST_COMMITS} before" if len(plan.commits) > MOST_COMMITS else ""
        of_it = f"  commits, {how}: {told}{more}" if plan.state == "open" else f"  commits: {told}{more}"
        span = f"; the last {effort(plan.span)} after it was made" if plan.span > 0 else ""
        yield Line(TAIL, of_it + span)
    if plan.added:
        more = f" and {len(plan.added) - MOST_ADDED} more" if len(plan.added) > MOST_ADDED else ""
        yield Line(CODE, f"  beside its steps: {line(', '.join(plan.added[:MOST_ADDED]))}{more}")
    for one in plan.warned:
        yield Line(TAIL, f"  told before: {line(clipped(one, LONGEST))}")
    for one in plan.notes:
        yield Line(WARNING, f"  {line(one)}")
    if plan.state == "open":
        yield Line(
            NOTE,
            f"`oldhand plan done {plan.id[:SHOWN_DIGITS]} --took TIME` keeps this; commits name it by: {plan.trailer}",
        )


def _ended(reply: Any) -> Iterator[Line]:
    said = {"done": "Done", "dropped": "Dropped"}[reply.plan.state]
    yield Line(HEAD, said if reply.outcome == "changed" else f"It was {reply.plan.state} before; nothing changed")
    yield from _plan(reply.plan)
    yield from _steps(reply.plan)
    if reply.plan.added:
        yield Line(CODE, f"  beside its steps: {line(', '.join(reply.plan.added[:MOST_ADDED]))}")


def _accuracy(reply: Any) -> Iterator[Line]:
    if not reply.parts or not reply.parts[0].over:
        yield Line(HEAD, "No plan is over yet, so nothing is known of how they are kept.")
        return
    for one in reply.parts:
        dropped = f", {one.dropped} given up" if one.dropped else ""
        yield Line(HEAD, f"{line(one.whose)}: {many(one.over, 'plan')} over{dropped}")
        clear = one.kept + one.reworked + one.left
        if clear:
            yield Line(
                CODE, f"  steps: {one.kept} kept, {one.reworked} reworked, {one.left} dropped, {one.unclear} unclear;"
                f" {one.share:.0%} kept ({one.share_low:.0%} to {one.share_high:.0%})",
            )  # fmt: skip
        if one.factor >= 0:
            yield Line(
                CODE, f"  time: {one.factor:.2f} times the estimate in the middle of {one.timed}"
                f" ({one.factor_low:.2f} to {one.factor_high:.2f})",
            )  # fmt: skip
        else:
            yield Line(TAIL, f"  time: {one.timed} with an estimate and an effort; it takes {reply.fewest} to tell")
        yield Line(TAIL, f"  {one.added:.1f} files changed beside the steps, in the mean plan")
