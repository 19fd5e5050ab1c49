"""The native export: a whole store as lines of canonical JSON (docs/FORMAT.md, "Export").

A header, then replicas, losses, objects, events, recorded roots, and a last line with the digest of
all lines before it. What a line embeds is canonical, so the SHA-256 of an object's `body` is its
address. The same store always gives the same bytes.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from typing import Any

from oldhand.errors import TooLong
from oldhand.model.canonical import encoded
from oldhand.model.event import Event
from oldhand.store import everything
from oldhand.store.reader import Reader
from oldhand.store.roots import Root

FORMAT = "oldhand"
VERSION = 1
LONGEST_LINE = 64 << 20  # bytes: more than any memory this program takes in; a reader holds one line at a time


def lines(reader: Reader) -> Iterator[bytes]:
    """The lines of an export, each with its line break. Raises DamagedObject, TooLong."""
    digest, count = sha256(), 0
    for line in chain([_header(reader)], _replicas(reader), _losses(reader), _objects(reader), _journal(reader)):
        if len(line) >= LONGEST_LINE:
            raise TooLong("line of the export", len(line), LONGEST_LINE)
        whole = line + b"\n"
        digest.update(whole)
        count += 1
        yield whole
    yield encoded({"type": "end", "lines": count, "sha256": digest.hexdigest()}) + b"\n"


def _header(reader: Reader) -> bytes:
    root = reader.root()
    said = {"format": FORMAT, "version": VERSION, "root": root.root.hex() if root.number else ""}
    return encoded(said | everything.sizes(reader)._asdict())


def _replicas(reader: Reader) -> Iterator[bytes]:
    for replica, count, last in everything.replicas(reader):
        yield encoded({"type": "replica", "replica": replica, "events": count, "last": last})


def _losses(reader: Reader) -> Iterator[bytes]:
    for part, replica, number, name, since in everything.losses(reader):
        said = {"type": "loss", "part": part, "replica": replica, "number": number, "name": name.hex(), "since": since}
        yield encoded(said)


def _objects(reader: Reader) -> Iterator[bytes]:
    for name, body in everything.objects(reader):
        if body is None:
            yield encoded({"type": "object", "address": name.hex(), "erased": True})
        else:
            yield b'{"address":"%s","body":%s,"type":"object"}' % (name.hex().encode(), body)


def _journal(reader: Reader) -> Iterator[bytes]:
    for position, event in everything.events(reader):
        yield encoded(event_line(position, event))
    for root in everything.roots(reader):
        yield encoded(root_line(root))


def event_line(position: int, event: Event) -> dict[str, Any]:
    """What a line says of an event. `erased` is the digest of fields that were erased; else `fields` are there."""
    said: dict[str, Any] = {
        "type": "event", "position": position, "replica": event.replica, "seq": event.seq, "clock": list(event.clock),
        "actor": event.actor, "origin": event.origin, "op": event.op, "memory": event.memory,
        "revision": event.revision, "prev": event.prev, "event": event.id,
    }  # fmt: skip
    erased = event.fields_digest and not event.fields
    return said | ({"erased": event.fields_digest} if erased else {"fields": event.fields})


def root_line(root: Root) -> dict[str, Any]:
    """What a line says of a recorded root."""
    return {
        "type": "root", "number": root.number, "position": root.position, "root": root.root.hex(),
        "chain": root.chain.hex(), "learned": root.learned, "clock": list(root.clock),
    }  # fmt: skip
