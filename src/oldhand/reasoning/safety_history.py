"""Signs of bias in what surrounds a decision: how the like ended, what it replaces, what is open, what was looked at.

Each check is a pure function of the decision and of what is around it. It gives no sign when too little is known.
"""

import re
from statistics import median

from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.safety_around import Around, Like
from oldhand.reasoning.safety_sign import PLAIN, STRONG, WEAK, WHOLE, Sign, sign
from oldhand.reasoning.safety_structure import quoted

KNOWN = 2_500  # ten-thousandths of evidence from which on it is known how a decision ended
BADLY, WELL = 4_000, 7_000  # ten-thousandths of how well it went: below the one it went badly, above the other well
CLOSE = 5_000  # likeness from which on another decision is about the same thing
SAME = 0.6  # of all words of two texts that both have (Jaccard): they decide the same
FEW_LIKE = 3  # decisions whose ends make a record of any kind
RECORD = 5  # of them make a base rate, against which one incident is held
GOOD_SHARE = 0.8  # of them went well: a good record
BACK_AND_FORTH = 3  # replaced so often, one after the other
FLIPS_MS = 90 * 86_400_000  # within which they make a to and fro, and not the course of things
QUICK_MS = 10 * 60_000  # from first speaking of it to deciding
LOOKS = 3  # searches and reads on one side only
SMALL_SHARE = 0.5  # of the effort that the like took
# To stop is not to go on; negations aside, these words begin what ends something.
_STOPS = re.compile(
    r"\b(?:stop|drop|abandon|delete|remove|retire|cancel|revert|roll(?:ing)? back|give up|switch off|do not"
    r"|don't|no longer|прекраща\w{1,4}|останавлива\w{1,4}|отказ\w{2,8}|удал\w{2,5}|откат\w{0,6}|больше не|не будем)\b",
    re.IGNORECASE,
)


def historical(decision: Decision, around: Around) -> list[Sign]:
    """The signs in what surrounds a decision."""
    checks = (
        _calibration, _escalation, _reversal, _recent_incident, _first_number, _first_option, _searched,
        _open_questions, _took_longer,
    )  # fmt: skip
    found = [check(decision, around) for check in checks]
    return [one for one in found if one is not None]


def _calibration(decision: Decision, around: Around) -> Sign | None:
    hint = around.hint
    if (
        hint is None
        or decision.confidence is None
        or hint.gap >= 0
        or decision.confidence / WHOLE <= hint.interval.high
    ):
        return None
    evidence = (
        f"{hint.part}: {hint.trials:.0f} decisions stated with {hint.stated:.2f} on average went well in"
        f" {hint.went:.2f}, and this one says {decision.confidence / WHOLE:.2f}"
    )
    return sign(
        "calibration", STRONG + round(min(-hint.gap, 0.3) * WHOLE), evidence,
        f"What makes {quoted(decision.name)} surer than those were?",
    )  # fmt: skip


def _escalation(decision: Decision, around: Around) -> Sign | None:
    """The same way again, after it went badly more than once."""
    if _STOPS.search(decision.text):
        return None
    left = {one.id for _, one in around.before}
    known = [one for one in around.like if one.weight >= KNOWN and one.likeness >= CLOSE]
    same = [one for one in known if one.decision.id not in left and not _way_left(decision, one)]
    bad = [one for one in same if one.went < BADLY]
    if len(same) < 2 or len(bad) < 2 or 3 * len(bad) < 2 * len(same):
        return None
    commits = sum(len(one.decision.commits) for one in same)
    names = ", ".join(short(one.decision.id) for one in bad[:FEW_LIKE])
    evidence = f"{len(bad)} of {len(same)} decisions like it ended badly ({names})"
    evidence += f", and {commits} commits went into them" if commits > 1 else ""
    return sign(
        "escalation", PLAIN + 700 * min(len(bad), 5), evidence,
        f"What is different this time, and at which sign would you stop {quoted(decision.name)}?",
    )  # fmt: skip


def _way_left(decision: Decision, one: Like) -> bool:
    """Whether another decision's way is what this one names as the alternative, and so leaves."""
    return any(likeness(other, one.decision.text) >= SAME for other in decision.alternatives)


def _reversal(decision: Decision, around: Around) -> Sign | None:
    """Back to what was replaced before, or one replacement after the other in a short time."""
    between = next((one for step, one in around.before if step == 1), None)
    for step, earlier in around.before:
        if between is not None and step > 1 and likeness(earlier.text, decision.text) >= SAME:
            return sign(
                "reversal", STRONG,
                f"{short(earlier.id)} decided this on {day(earlier.at)}, and {short(between.id)} replaced it on"
                f" {day(between.at)}" + (f': "{clipped(between.reason)}"' if between.reason else ""),
                f"What is known now that was not known on {day(between.at)}?",
            )  # fmt: skip
    steps = {step for step, one in around.before if around.now - one.at <= FLIPS_MS}
    if around.now and len(steps) >= BACK_AND_FORTH:
        return sign(
            "reversal", PLAIN, f"the same was decided {len(steps)} times within {FLIPS_MS // 86_400_000} days",
            "What would have to be settled first so that this one lasts?",
        )  # fmt: skip
    for one in around.like:
        if one.decision.standing == "superseded" and likeness(one.decision.text, decision.text) >= SAME:
            return sign(
                "reversal", PLAIN, f"{short(one.decision.id)} decided this on {day(one.decision.at)} and was replaced",
                f"What speaks against the reasons for which {short(one.decision.id)} was replaced?",
            )  # fmt: skip
    return None


def _recent_incident(decision: Decision, around: Around) -> Sign | None:
    """One thing that went wrong lately, against a record that is good."""
    if len(around.recent) != 1:
        return None
    known = [one for one in around.like if one.weight >= KNOWN]
    well = sum(one.went >= WELL for one in known)
    if len(known) < RECORD or well < GOOD_SHARE * len(known):
        return None
    bit = around.recent[0]
    return sign(
        "recent-incident", PLAIN + 500,
        f"it rests on what happened lately ({short(bit.id)}: {quoted(bit.text)}), and {well} of {len(known)} decisions"
        " about the same went well",
        "How often did this happen in all, and what would it cost to bear it once more?",
    )  # fmt: skip


def _first_number(decision: Decision, around: Around) -> Sign | None:
    if decision.estimate is None or around.session is None or around.session.minutes != decision.estimate:
        return None
    if sum(one.took > 0 for one in around.like) >= FEW_LIKE:
        return None  # what the like took is a better measure, and is asked by itself
    return sign(
        "first-number", PLAIN, "the estimate is the first number that was named in this session",
        "What would you estimate from the parts of the work, had nobody named a number?",
    )  # fmt: skip


def _first_option(decision: Decision, around: Around) -> Sign | None:
    """What was chosen is the only option that was ever spoken of before the decision was written down."""
    seen = around.session
    if seen is None or not decision.alternatives or len(seen.spoken) < 2 or seen.first != 0:
        return None
    if seen.spoken[0] < 2 or any(seen.spoken[1:]) or any(seen.looked[1:]):
        return None
    return sign(
        "first-option", PLAIN,
        f"only it was spoken of in this session; {quoted(decision.alternatives[0])} first appears here",
        f"Who has looked at {quoted(decision.alternatives[0])}, and what did they find?",
    )  # fmt: skip


def _searched(decision: Decision, around: Around) -> Sign | None:
    seen = around.session
    if seen is None or not decision.alternatives or len(seen.looked) < 2:
        return None
    if seen.looked[0] < LOOKS or any(seen.looked[1:]):
        return None
    return sign(
        "searched-one-side", WEAK + 500 * min(seen.looked[0], 6),
        f"{seen.looked[0]} searches and reads in this session were about it, none about an alternative",
        f"What would you search for to show that {quoted(decision.alternatives[0])} is better?",
    )  # fmt: skip


def _open_questions(decision: Decision, around: Around) -> Sign | None:
    if not around.open:
        return None
    first = around.open[0]
    more = f", and {len(around.open) - 1} more" if len(around.open) > 1 else ""
    evidence = f'{short(first.id)} is open: "{clipped(first.text)}"{more}'
    quick = bool(around.session and around.session.started and around.now - around.session.started < QUICK_MS)
    if quick:
        evidence += ", and it was first spoken of minutes ago"
    return sign(
        "open-questions", PLAIN + 1_500 * quick, evidence,
        f"Which answer to {short(first.id)} would change the decision, and how soon can it be had?",
    )  # fmt: skip


def _took_longer(decision: Decision, around: Around) -> Sign | None:
    took = sorted(one.took for one in around.like if one.took > 0)
    if decision.estimate is None or len(took) < FEW_LIKE:
        return None
    usual = median(took)
    if decision.estimate >= SMALL_SHARE * usual:
        return None
    return sign(
        "like-took-longer", PLAIN + round(3_000 * (1 - decision.estimate / usual)),
        f"{len(took)} decisions like it took {hours(took[0])} to {hours(took[-1])}, half of them over {hours(usual)};"
        f" the estimate is {hours(decision.estimate)}",
        "What will be quicker this time than it was then?",
    )  # fmt: skip


def likeness(one: str, other: str) -> float:
    """The share of the words of two texts that both have, by their stems (Jaccard), 0 to 1."""
    stop = ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS
    mine, others = set(index_terms(one[:LONGEST])) - stop, set(index_terms(other[:LONGEST])) - stop
    return len(mine & others) / len(mine | others) if mine and others else 0.0


LONGEST = 2_000  # characters of a text that is compared


def clipped(text: str) -> str:
    """A text as evidence quotes it: one line, cut at a word."""
    return quoted(text)[1:-1]


def hours(minutes: float) -> str:
    """An effort as people say it."""
    return f"{minutes / 60:.0f} h" if minutes >= 90 else f"{minutes:.0f} min"
