"""What became of one statement that was remembered, in sentences for people and agents alike.

Nothing is made safe here: each surface escapes, wraps or seals the sentences as its readers need.
"""

from collections.abc import Iterator
from typing import Any

SHOWN_DIGITS = 12
LONGEST_OLD = 400  # characters of an old wording that are quoted; `history` gives all of it
GRAVE = ("high", "critical")  # severities worth a word: the others are the ordinary course of things


def sentences(one: Any) -> Iterator[str]:
    """What a statement changed, contradicts, confirms, why it waits and what it may answer; nothing when it is new."""
    for old in one.replaced:
        whose = f"{old.place} was" if old.place else "was"
        grave = f" Severity: {old.severity}." if old.severity in GRAVE else ""
        other = f" ({old.id[:SHOWN_DIGITS]})" if old.id and old.id != one.id else ""
        yield f'Changed: {whose} "{_clipped(old.text)}"{other} ({_held(old)}).{grave} Kept in its history.'
    for old in one.contested:
        other = f" {old.id[:SHOWN_DIGITS]}" if old.id != one.id else ""
        grave = f" Severity: {old.severity}." if old.severity in GRAVE else ""
        yield (
            f'Contested: it contradicts{other} "{_clipped(old.text)}" ({_held(old)}): {old.reason}.{grave}'
            " Both stand until `oldhand review`."
        )
    if one.quarantined:
        yield f"Kept in quarantine: {one.quarantined}. Nobody is shown it until it is accepted in `oldhand review`."
    if one.outcome == "settled" and not one.settled:
        yield "Nothing changed: somebody who is believed more retired this. `oldhand restore` is theirs."
    if one.settled:
        yield f'Nothing changed: it was decided before that "{_clipped(one.settled)}" holds.'
    if one.confirms:
        yield f'Confirms "{_clipped(one.confirms)}", which stays as it is worded.'
    if one.key_alike:
        yield f'Another key of this room differs only in case: "{_clipped(one.key_alike)}". They are two questions.'
    if one.may_answer:
        yield f"{one.may_answer[:1].upper()}{one.may_answer[1:]}."


def _held(old: Any) -> str:
    """Since when it had held, and how often it had been said or confirmed when that is more than once."""
    times = f", confirmed {old.confirmations}x" if old.confirmations > 1 else ""
    return f"since {old.since[:10]}{times}"


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_OLD else text[: LONGEST_OLD - 1] + "…"
