"""Replies about calibration as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.reasoning.calibration import FEWEST, FEWEST_FOR_CURVE
from oldhand.reasoning.calibration_plot import lines as curve_lines
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import agreeing, many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_REF = 12  # characters of a commit or a file's name beside a case; --json gives all of it
MOST_REFS = 3
MOST_IDS = 6  # ids named in a line; --json and --cases give all
LONGEST_TITLE = 70  # characters of a decision's words in a list
LONGEST_NAME = 60  # characters of the name of an agent, a model or a domain
WHOLE = 10_000
HOW = "`oldhand decision record TEXT --confidence 80%` states one; `oldhand outcomes list` tells how decisions ended."


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `calibration` as lines."""
    told = {
        "calibration_show": _shown, "calibration_plot": _plotted, "calibration_drift": _drifted,
        "calibration_hints": _hinted,
    }  # fmt: skip
    yield from told[operation](reply)


def _shown(reply: Any) -> Iterator[Line]:
    divided = [part for part in reply.parts if part.by]
    if divided:
        yield Line(HEAD, f"Calibration by {divided[0].by.replace('_', ' ')} ({line(reply.about)})")
        for part in divided:
            yield from _short(part)
    elif reply.parts and reply.parts[0].number:
        yield from _whole(reply.parts[0], line(reply.about))
    else:
        yield Line(HEAD, f"No outcomes of stated confidence yet ({line(reply.about)}).")
    for case in reply.cases:
        yield from _case(case)
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    yield from _counted(reply)


def _whole(part: Any, about: str) -> Iterator[Line]:
    said = f"{many(part.number, 'outcome')} of stated confidence"
    weight = f", together as much as {part.trials:.1f} certain ones" if abs(part.trials - part.number) >= 0.05 else ""
    yield Line(HEAD, f"Calibration of {clipped(about, LONGEST_NAME)}: {said}{weight}")
    if part.stated is None:
        yield Line(CODE, f"  Too few to say more: it takes {FEWEST}.")
        return
    low, high = part.posterior.interval
    yield Line(CODE, f"  stated {_percent(part.stated)}, happened {_percent(part.went)} ({_span(low, high)})")
    yield Line(CODE, f"  {_verdict(part)}")
    yield Line(
        CODE,
        f"  Brier {part.brier:.3f} (reliability {part.parts.reliability:.3f}, resolution {part.parts.resolution:.3f},"
        f" uncertainty {part.parts.uncertainty:.3f}), log score {part.log_score:.3f}, sharpness {part.sharpness:.3f}",
    )
    if not part.curve:
        yield Line(CODE, f"  No curve yet: it takes {FEWEST_FOR_CURVE}.")
        return
    most = "" if part.maximum_error is None else f", at most {_points(part.maximum_error)}"
    yield Line(CODE, f"  expected calibration error {_points(part.expected_error)}{most}")
    yield from (Line(CODE, f"  {text}") for text in curve_lines(part.curve))


def _verdict(part: Any) -> str:
    low, high = part.posterior.interval
    if low <= part.stated <= high:
        return "It cannot be told that this does not fit."
    much = "surer than things went" if part.gap < 0 else "less sure than things went"
    told = " Agents are told." if part.told else " That alone is not enough for agents to be told."
    return f"On average {_points(abs(part.gap))} {much}.{told * bool(part.by)}"


def _short(part: Any) -> Iterator[Line]:
    name = clipped(line(part.name), LONGEST_NAME)
    if part.stated is None:
        yield Line(CODE, f"  {name}: {many(part.number, 'outcome')}, too few to say more")
        return
    low, high = part.posterior.interval
    numbers = f"stated {_percent(part.stated)}, happened {_percent(part.went)} ({_span(low, high)})"
    yield Line(CODE, f"  {name}: {numbers}, Brier {part.brier:.3f}, {many(part.number, 'outcome')}")
    drawn_low, drawn_high = part.drawn.interval
    drawn = f"drawn to the whole {_percent(part.drawn.mean)} ({_span(drawn_low, drawn_high)})"
    yield Line(TAIL, f"    {drawn}. {_verdict(part)}")


def _case(case: Any) -> Iterator[Line]:
    who = " ".join(filter(None, (case.stated_by, case.agent, case.model)))
    words = clipped(line(case.title), LONGEST_TITLE)
    yield Line(CODE, f"  {case.id[:SHOWN_DIGITS]}  {words}")
    word = ", by a person's word" if case.by_word else ""
    numbers = f"stated {_percent(case.stated / WHOLE)} on {case.stated_on} ({clipped(line(who), LONGEST_NAME)})"
    went = f"{case.state}: went {_percent(case.outcome / WHOLE)}, counts {case.weight / WHOLE:.2f}{word}"
    refs = ", ".join(clipped(line(ref), SHOWN_REF) for ref in case.refs[:MOST_REFS])
    more = f" and {len(case.refs) - MOST_REFS} more" if len(case.refs) > MOST_REFS else ""
    yield Line(TAIL, f"    {numbers}; {went}{f'; {refs}{more}' if refs else ''}")


def _counted(reply: Any) -> Iterator[Line]:
    number = sum(part.number for part in reply.parts)
    if not number and not reply.unstated and not reply.open:
        yield Line(NOTE, HOW)
    if reply.unstated:
        teach = "it teaches" if reply.unstated == 1 else "they teach"
        unstated = f"{many(reply.unstated, 'decision')} ended whose confidence nobody stated"
        yield Line(TAIL, f"{unstated}: {teach} nothing here.")
    if reply.hindsight:
        yield Line(TAIL, f"Left out, as the outcome was known when it was stated: {_ids(reply.hindsight)}.")
    if reply.young:
        are = agreeing(reply.young, "of them is", "of them are")
        young = f"{are} younger than half a year and ended by evidence alone"
        yield Line(NOTE, f"{young}: what fails shows sooner than what holds, so it looks worse than it is.")
    if reply.open:
        have = agreeing(len(reply.open), "more has", "more have")
        yield Line(TAIL, f"{have} a stated confidence and no outcome that counts yet.")
    if number and not reply.cases:
        yield Line(TAIL, "--cases lists the decisions behind the numbers, --json names them with each number.")
    if reply.behind:
        yield Line(NOTE, reply.behind)


def _plotted(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"Calibration of {clipped(line(reply.about), LONGEST_NAME)}")
    if reply.curve:
        yield from (Line(CODE, text) for text in reply.lines)
    else:
        yield Line(CODE, f"{many(round(reply.trials), 'outcome')}: a curve takes {FEWEST_FOR_CURVE}.")
    if reply.path:
        yield Line(TAIL, f"Written to {line(reply.path)} ({reply.bytes:,} bytes).")


def _drifted(reply: Any) -> Iterator[Line]:
    yield Line(HEAD, f"Confidence over time: {clipped(line(reply.about), LONGEST_NAME)}")
    for one in reply.periods:
        gap = "too few to say" if one.gap is None else f"{_signed(one.gap)} points"
        yield Line(CODE, f"  from {one.first}: {many(one.number, 'outcome')}, happened less stated: {gap}")
    if reply.drift is None:
        yield Line(CODE, f"  It takes two periods with {FEWEST} outcomes each to tell whether anything changed.")
        return
    one = reply.drift
    chance = f"chance {_chance(one.chance)}, needed {_chance(one.needed)} at look {reply.look}"
    if one.drifted:
        said = f"Changed by {_signed(one.change)} points between {reply.before} and {reply.after} ({chance})."
        yield Line(WARNING, said)
    else:
        yield Line(CODE, f"  No change can be told between {reply.before} and {reply.after} ({chance}).")


def _hinted(reply: Any) -> Iterator[Line]:
    for one in reply.hints:
        yield Line(HEAD, clipped(line(one.line), LONGEST_TITLE * 3))
        low, high = one.numbers.interval
        times = "very many" if one.numbers.evidence > WHOLE else f"{one.numbers.evidence:.0f}"
        sure = f"  what went well lies between {100 * low:.0f} and {100 * high:.0f} %"
        yield Line(CODE, f"{sure}; another confidence foretells it {times} times better")
        yield Line(TAIL, f"  from {many(len(one.decisions), 'decision')}: {_ids(one.decisions)}")
    if not reply.hints:
        yield Line(HEAD, "Agents are told nothing of their confidence.")
        have = agreeing(reply.looked, "has", "have") if reply.looked else "none has"
        looked = f"of agents, models, domains and kinds of speaker {have} the {FEWEST} that it takes to look"
        yield Line(TAIL, f"{many(reply.outcomes, 'outcome')} of stated confidence; {looked}.")


def _ids(names: list[str]) -> str:
    more = f" and {len(names) - MOST_IDS:,} more" if len(names) > MOST_IDS else ""
    return ", ".join(name[:SHOWN_DIGITS] for name in names[:MOST_IDS]) + more


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _span(low: float, high: float) -> str:
    return f"95 %: {100 * low:.0f} to {100 * high:.0f} %"


def _points(share: float) -> str:
    return many(round(100 * share), "point")


def _signed(share: float) -> str:
    return f"{100 * share:+.0f}"


def _chance(share: float) -> str:
    return f"{share:.4f}" if share >= 0.0001 else "below 0.0001"
