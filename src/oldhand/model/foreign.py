"""Events and wordings from elsewhere: whether they are what they say, and whether the fold can take them in.

Everything is checked that the fold, the projections and the replies rely on. Names of fields that
nothing reads are let through: the event's id covers them. Failures are ValueError or one of our
typed errors, with a message that the reader of a file puts beside the line.
"""

import re
from collections.abc import Callable
from typing import Any

from oldhand.model import anchor, domain, kinds
from oldhand.model.canonical import LARGEST_INTEGER, address, encoded, normal
from oldhand.model.clock import COUNTER_LIMIT, Clock
from oldhand.model.event import OPERATIONS, WORDING, Event, digest_of, recomputed_id
from oldhand.model.identity import checked_key
from oldhand.model.observed import observed
from oldhand.model.relation import RELATIONS
from oldhand.model.trust import LEVELS
from oldhand.model.value import DIGEST_DIGITS

LATEST_WALL = 253_402_300_799_999  # milliseconds: the last moment of the year 9999, which every reader of dates can say
LARGEST_CONFIDENCE = 10_000  # ten-thousandths
LARGEST_PRIORITY = 100
TRUSTED = frozenset({"assert", "revise", "confirm", "dispute", "reject"})  # operations whose weight is their trust

_HEX = re.compile(r"[0-9a-f]*\Z")


def digits(value: Any, count: int, what: str, *, empty: bool = False) -> str:
    """`value` when it is a name of so many hexadecimal digits (or empty, where that is allowed)."""
    if isinstance(value, str) and _HEX.match(value) and (len(value) == count or (empty and not value)):
        return value
    raise ValueError(f"its {what} is no name of {count} hexadecimal digits")


def whole(value: Any, low: int, high: int, what: str) -> int:
    """`value` when it is a whole number between two bounds."""
    if type(value) is int and low <= value <= high:
        return value
    raise ValueError(f"its {what} is no whole number from {low} to {high}")


def wording(name: Any, said: Any) -> tuple[bytes, bytes]:
    """(address, bytes) of a wording from elsewhere. Raises ValueError, UnknownKind, BadField and their kin."""
    revision = digits(name, 64, "address")
    if (
        not isinstance(said, dict)
        or set(said) != {"content", "inputs", "kind"}
        or not isinstance(said["content"], dict)
    ):
        raise ValueError("a wording has content, inputs and a kind, and nothing else")
    body = encoded(said)
    if address(body).hex() != revision:
        raise ValueError(f"its bytes do not match its address {revision[:12]}")
    if not isinstance(said["kind"], str) or kinds.content(said["kind"], said["content"]) != said["content"]:
        raise ValueError("its content is not written as this program writes it")
    inputs = said["inputs"]
    if not isinstance(inputs, list) or inputs != sorted(digits(one, 64, "input") for one in inputs):
        raise ValueError("its inputs are not in order")
    return bytes.fromhex(revision), body


def event(said: dict[str, Any]) -> Event:
    """The event in an object with the names of docs/FORMAT.md, "Export", its id recomputed and its fields checked.

    Raises ValueError and the errors of what its fields name.
    """
    op = said["op"]
    if op not in OPERATIONS:
        raise ValueError(f"'{str(op)[:40]}' is no operation this version knows; upgrade Oldhand")
    clock = said["clock"]
    if not isinstance(clock, list) or len(clock) != 2:
        raise ValueError("its clock is no pair of numbers")
    for name in ("actor", "origin"):
        if not isinstance(said[name], str):
            raise ValueError(f"its {name} is no text")
    fields = said.get("fields", {})
    if not isinstance(fields, dict) or ("erased" in said) == ("fields" in said):
        raise ValueError("it has either fields or the digest of erased ones")
    if "erased" in said and op in ("link", "unlink", "erase", "root"):
        raise ValueError(f"the fields of '{op}' are never erased")
    made = Event(
        digits(said["replica"], 16, "replica"), whole(said["seq"], 1, LARGEST_INTEGER, "seq"),
        Clock(whole(clock[0], 0, LATEST_WALL, "clock"), whole(clock[1], 0, COUNTER_LIMIT, "clock's counter")),
        said["actor"], said["origin"], op, digits(said["memory"], 32 if op != "root" else 0, "memory"),
        digits(said["revision"], 64 if op in WORDING else 0, "revision"), fields,
        digits(said["prev"], 64, "prev", empty=True), digits(said["event"], 64, "id"),
        digits(said["erased"], 64, "digest") if "erased" in said else digest_of(fields),
    )  # fmt: skip
    if recomputed_id(made) != made.id:
        raise ValueError(f"its parts do not give its id {made.id[:12]}")
    if "erased" not in said:
        check_fields(op, fields)
    return made


def check_fields(op: str, fields: dict[str, Any]) -> None:
    """Check every field that anything reads. Raises ValueError, UnknownKind, BadAnchor and their kin."""
    if op in TRUSTED and fields.get("trust") not in LEVELS:
        raise ValueError(f"it says no trust there is ({', '.join(LEVELS)})")
    if op == "assert" and "kind" not in fields:
        raise ValueError("it says no kind")
    if op in ("link", "unlink") and not ("rel" in fields and "target" in fields):
        raise ValueError("it ties nothing to anything")
    for name, value in fields.items():
        if check := _CHECKS.get(name):
            check(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or normal(value) != value:
        raise ValueError("a field that must be text is none, or is not in normal form C")
    return value


def _kind(value: Any) -> None:
    kinds.record_of(_text(value))


def _domain(value: Any) -> None:
    if not isinstance(value, str) or domain.checked(value) != value:
        raise ValueError("its domain is not in lower case")


def _key(value: Any) -> None:
    if not value or checked_key(_text(value)) != value:
        raise ValueError("its key is empty or not trimmed")


def _trust(value: Any) -> None:
    if value not in LEVELS:
        raise ValueError(f"its trust is none of {', '.join(LEVELS)}")


def _tags(value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(tag, str) and tag and tag.isprintable() for tag in value):
        raise ValueError("its tags are no list of words")


def _places(value: Any) -> None:
    if not isinstance(value, dict):
        raise ValueError("its anchors are no object of places and digests")
    for place, digest in value.items():
        if not isinstance(digest, str):
            raise ValueError("what was observed at an anchor is no text")
        observed(_text(digest))
        anchor.as_noted(place, digest)


def _left_places(value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(place, str) for place in value):
        raise ValueError("the anchors it removes are no list of texts")


def _seen(value: Any) -> None:
    if not isinstance(value, dict):
        raise ValueError("what it had seen is no object of replicas and numbers")
    for replica, seq in value.items():
        digits(replica, 16, "seen replica")
        whole(seq, 0, LARGEST_INTEGER, "seen number")


def _discounted(value: Any) -> None:
    if not isinstance(value, dict):
        raise ValueError("the confirmations it discounts are no object of trusts and numbers")
    for trust, count in value.items():
        _trust(trust)
        whole(count, 0, LARGEST_INTEGER, "number of discounted confirmations")


def _values(value: Any) -> None:
    if not isinstance(value, list) or value != sorted({digits(one, DIGEST_DIGITS, "value") for one in value}):
        raise ValueError("the values it names are no list of digests in order")


def _rel(value: Any) -> None:
    if value not in RELATIONS:
        raise ValueError(f"'{str(value)[:40]}' is no relation this version knows; upgrade Oldhand")


def _moment(value: Any) -> None:
    if value is not None and (type(value) is not int or abs(value) > LATEST_WALL):  # None: no longer bounded
        raise ValueError("a moment of its validity is out of range")


def _flag(value: Any) -> None:
    if type(value) is not bool:
        raise ValueError("'quarantined' is neither true nor false")


_CHECKS: dict[str, Callable[[Any], object]] = {
    "kind": _kind, "domain": _domain, "key": _key, "trust": _trust, "tags": _tags, "untag": _tags,
    "anchors": _places, "unanchor": _left_places, "seen": _seen, "rel": _rel, "valid_from": _moment,
    "valid_until": _moment, "quarantined": _flag, "assignee": _text, "values": _values,
    "discounted": _discounted,
    "target": lambda value: digits(value, 32, "target"),
    "confidence": lambda value: whole(value, 0, LARGEST_CONFIDENCE, "confidence"),
    "priority": lambda value: whole(value, -LARGEST_PRIORITY, LARGEST_PRIORITY, "priority"),
}  # fmt: skip
