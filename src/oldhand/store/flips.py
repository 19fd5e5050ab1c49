"""Turning one flipped bit back: the commonest damage of disks and memory, and a hash tells when it is undone."""

import json
from collections.abc import Iterator
from hashlib import sha256

from oldhand.store.evidence import RawEvent

LARGEST_BODY = 32_768  # bytes: trying every bit of this many takes about three seconds
LARGEST_FIELDS = 2_048  # bytes of an event's fields; each bit costs one event's hash
NUMBER_BITS = 48  # of a clock or a sequence number


def of_body(body: bytes, name: bytes) -> bytes | None:
    """`body` with the one bit turned back that makes it match the address `name`; None when there is no such bit."""
    if len(body) > LARGEST_BODY:
        return None
    head = sha256()
    for place, byte in enumerate(body):
        rest = body[place + 1 :]
        for bit in range(8):
            turned = bytes([byte ^ 1 << bit])
            tried = head.copy()
            tried.update(turned + rest)
            if tried.digest() == name:
                return body[:place] + turned + rest
        head.update(body[place : place + 1])
    return None


def of_event(raw: RawEvent) -> Iterator[RawEvent]:
    """The rows that turning one bit of a journal row back gives."""
    for name in ("seq", "wall", "counter", "replica", "actor", "origin"):
        number = getattr(raw, name)
        if isinstance(number, int):
            for bit in range(NUMBER_BITS):
                yield raw._replace(**{name: number ^ 1 << bit})
    for name in ("op", "memory", "revision", "erased", "fields"):
        value = getattr(raw, name)
        if isinstance(value, bytes) and len(value) <= LARGEST_FIELDS:
            for place in range(len(value)):
                for bit in range(8):
                    turned = value[:place] + bytes([value[place] ^ 1 << bit]) + value[place + 1 :]
                    yield raw._replace(**{name: turned})


def object_at(page: bytes) -> bytes:
    """The bytes of the JSON value with which a stretch of a page begins; empty when it begins with none."""
    text = page.decode("utf-8", "replace")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return b""
    return text[:end].encode()
