"""Events: the entries of the journal.

An event names memories and addresses and carries small fields; it never holds a memory's text. The
fields enter the event's bytes as a digest, so they can be erased while the chain still verifies.
"""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from oldhand.model.canonical import encoded
from oldhand.model.clock import Clock, stamp

OPERATIONS = (
    "assert", "revise", "confirm", "dispute", "reject", "retire", "restore", "erase",
    "link", "unlink", "set", "root",
)  # fmt: skip
WORDING = frozenset({"assert", "revise"})  # operations that bring a revision


class Event(NamedTuple):
    """One entry of the journal.

    replica: 16 hexadecimal digits; seq: 1, 2, 3 … within the replica; clock: hybrid logical time;
    actor: who (user, agent:claude …); origin: the way in (cli, mcp, repo:docs/adr/0001.md …);
    op: one of OPERATIONS; memory: 32 hexadecimal digits, empty for `root`; revision: the address of
    a wording, or empty; fields: small values by name; prev: id of the replica's event before, or
    empty; id: SHA-256 of the event's canonical bytes; fields_digest: SHA-256 of the fields'
    canonical bytes, empty without fields; packed: those bytes, where they are at hand. Ids and digests are 64
    hexadecimal digits.
    """

    replica: str
    seq: int
    clock: Clock
    actor: str
    origin: str
    op: str
    memory: str
    revision: str
    fields: dict[str, Any]
    prev: str
    id: str
    fields_digest: str
    packed: bytes = b""

    @property
    def stamp(self) -> str:
        """What last-writer-wins compares."""
        return stamp(self.clock, self.replica, self.id)


@lru_cache(maxsize=512)
def _quoted(text: str) -> str:
    """`text` as a JSON string; actors and origins repeat, so they are remembered."""
    return json.dumps(text, ensure_ascii=False)


def digest_of(fields: dict[str, Any]) -> str:
    """SHA-256 of the canonical bytes of `fields`, or empty when there are none."""
    return sha256(encoded(fields)).hexdigest() if fields else ""


def event_bytes(
    replica: str, seq: int, clock: Clock, actor: str, origin: str, op: str,
    memory: str, revision: str, fields_digest: str, prev: str,
) -> bytes:  # fmt: skip
    """The canonical bytes whose SHA-256 is the event's id (docs/FORMAT.md, "Events")."""
    return (
        f'{{"actor":{_quoted(actor)},"clock":[{clock[0]},{clock[1]}],"fields":"{fields_digest}",'
        f'"memory":"{memory}","op":"{op}","origin":{_quoted(origin)},"prev":"{prev}",'
        f'"replica":"{replica}","revision":"{revision}","seq":{seq},"v":1}}'
    ).encode()


def make(
    replica: str, seq: int, clock: Clock, actor: str, origin: str, op: str,
    memory: str, revision: str, fields: dict[str, Any], prev: str,
) -> Event:  # fmt: skip
    """A new event with its id and digest computed."""
    packed = encoded(fields) if fields else b""
    digest = sha256(packed).hexdigest() if fields else ""
    body = event_bytes(replica, seq, clock, actor, origin, op, memory, revision, digest, prev)
    return Event(
        replica, seq, clock, actor, origin, op, memory, revision, fields, prev, sha256(body).hexdigest(), digest,
        packed,
    )  # fmt: skip


def recomputed_id(event: Event) -> str:
    """The id the event's parts give now: what `verify` compares with the stored id."""
    body = event_bytes(
        event.replica, event.seq, event.clock, event.actor, event.origin, event.op,
        event.memory, event.revision, event.fields_digest, event.prev,
    )  # fmt: skip
    return sha256(body).hexdigest()
