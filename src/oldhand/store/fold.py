"""The fold: from events to the state of one memory, whatever order the events arrive in.

A memory's state is a record (a JSON value) with these parts, each left out while empty:

    heads      wordings that no other wording replaces: [{replica, seq, stamp, revision, trust, actor, origin}]
    covered    {replica: seq}: wordings up to here are replaced (a revision says what its writer had seen)
    registers  {stamp: {name: value}}: last-writer-wins fields, grouped by the stamp that won them
    marks      disputes that are open and rejections not taken back: [{op, replica, seq, stamp, trust, values}]
    settled    {op: {replica: seq}}: disputes up to here are settled, rejections up to here are taken back
    counts     {trust: n}: how often it was asserted or confirmed
    vector     {replica: seq}: the latest event of each replica about this memory
    first      the earliest stamp of any event about it
    erased     true: nothing but this, the vector and the values is left
    values     of an erased memory: the digests (oldhand.model.value) of what must not come back

A rejection holds the memory down until a revision whose writer had seen it brings other words; the values it
rejected (`values` of its mark) stay rejected all the same, until a `restore` that had seen it takes it back.

Every part is a join (maximum, union, or maximum per name), so applying a set of events in any order
gives the same record. The caller applies each event once; the journal's unique event ids see to it.
"""

from collections.abc import Iterable
from typing import Any

from oldhand.model.event import WORDING, Event

Record = dict[str, Any]

DISCOUNTED = "discounted"  # {trust: n}: how many of the counts count no more, as their source is withdrawn
METADATA = (
    "domain", "key", "kind", "confidence", "priority", "valid_from", "valid_until", "quarantined", "assignee",
    "discounted",
)  # fmt: skip
DERIVED_SLOT, DERIVED_ORIGIN = "outcome/", "git"  # key and origin of what is derived from git of how a decision ended
SETTLES = {"confirm": ("dispute",), "revise": ("dispute",), "assert": ("dispute",), "restore": ("reject",)}


def fold(memory: str, events: Iterable[Event]) -> Record:
    """The state of `memory` after `events`, which are those about it and the links that point to it."""
    record: Record = {}
    for event in events:
        apply(record, event, memory)
    return record


def apply(record: Record, event: Event, memory: str) -> None:
    """Take one event into the record of `memory`, in place."""
    stamp = event.stamp
    if event.memory != memory:
        if not record.get("erased"):
            _register(record, stamp, {f"from/{event.fields['rel']}/{event.memory}": event.op == "link"})
        return
    vector = record.setdefault("vector", {})
    vector[event.replica] = max(vector.get(event.replica, 0), event.seq)
    if event.op == "erase":
        _erase(record, event, vector)
    if record.get("erased"):
        return
    op, fields = event.op, event.fields
    if event.fields_digest and not fields:
        return  # erased here already; the `erase` event that says so is in the journal too
    record["first"] = min(record.get("first", stamp), stamp)
    if op in WORDING:
        _reword(record, event, stamp)
    if op in ("dispute", "reject"):
        _mark(record, event, stamp)
    elif op in SETTLES:
        for settled in SETTLES[op]:
            _settle(record, settled, fields.get("seen", {}))
    if op in ("assert", "confirm"):
        counts = record.setdefault("counts", {})
        counts[fields["trust"]] = counts.get(fields["trust"], 0) + 1
    if op in ("retire", "restore"):
        _register(record, stamp, {"retired": op == "retire"})
    elif op in ("link", "unlink"):
        _register(record, stamp, {f"to/{fields['rel']}/{fields['target']}": op == "link"})
    elif op in ("assert", "revise", "set"):
        _register(record, stamp, _registers_of(fields))


def _erase(record: Record, event: Event, vector: dict[str, int]) -> None:
    """Leave nothing but the vector and the digests of the values that must not come back."""
    values = sorted({*event.fields.get("values", ()), *(record.get("values", ()) if record.get("erased") else ())})
    record.clear()
    record.update(erased=True, vector=vector)
    if values:
        record["values"] = values


def _registers_of(fields: dict[str, Any]) -> dict[str, Any]:
    """The last-writer-wins registers that an event's fields write: metadata, one per tag, one per anchor."""
    written = {name: fields[name] for name in METADATA if name in fields}
    for tag in fields.get("tags", ()):
        written[f"tag/{tag}"] = True
    for tag in fields.get("untag", ()):
        written[f"tag/{tag}"] = False
    for anchor, digest in fields.get("anchors", {}).items():
        written[f"anchor/{anchor}"] = digest
    for anchor in fields.get("unanchor", ()):
        written[f"anchor/{anchor}"] = False
    return written


def _register(record: Record, stamp: str, written: dict[str, Any]) -> None:
    """Let `written` win each register whose present stamp is older."""
    if not written:
        return
    groups: dict[str, dict[str, Any]] = record.setdefault("registers", {})
    if not groups:
        groups[stamp] = written
        return
    for name, value in written.items():
        holder = next((held for held, group in groups.items() if name in group), "")
        if holder < stamp:
            if holder:
                del groups[holder][name]
                if not groups[holder]:
                    del groups[holder]
            groups.setdefault(stamp, {})[name] = value


def _reword(record: Record, event: Event, stamp: str) -> None:
    """Take a wording in: it replaces those its writer had seen, unless one that saw it is already here."""
    covered: dict[str, int] = record.get("covered", {})
    if event.op == "revise":
        for replica, seq in event.fields.get("seen", {}).items():
            covered[replica] = max(covered.get(replica, 0), seq)
        if covered:
            record["covered"] = covered
    head = {
        "replica": event.replica, "seq": event.seq, "stamp": stamp, "revision": event.revision,
        "trust": event.fields["trust"], "actor": event.actor, "origin": event.origin,
    }  # fmt: skip
    if covered:
        heads = [h for h in [*record.get("heads", ()), head] if h["seq"] > covered.get(h["replica"], 0)]
        heads.sort(key=lambda h: h["stamp"])
    else:
        heads = record.get("heads", [])
        heads.append(head)
        if len(heads) > 1:
            heads.sort(key=lambda h: h["stamp"])
    if heads:
        record["heads"] = heads
    else:
        record.pop("heads", None)


def _mark(record: Record, event: Event, stamp: str) -> None:
    """Open a dispute or rejection, unless one who saw it has settled it or taken it back already."""
    settled = record.get("settled", {}).get(event.op, {})
    if event.seq > settled.get(event.replica, 0):
        marks = record.setdefault("marks", [])
        mark = {"op": event.op, "replica": event.replica, "seq": event.seq, "stamp": stamp}
        mark["trust"] = event.fields["trust"]
        if event.fields.get("values"):
            mark["values"] = sorted(event.fields["values"])
        marks.append(mark)
        marks.sort(key=lambda m: m["stamp"])


def _settle(record: Record, op: str, seen: dict[str, int]) -> None:
    """Settle the disputes, or take back the rejections, that the event's writer had seen."""
    if not seen:
        return
    settled = record.setdefault("settled", {}).setdefault(op, {})
    for replica, seq in seen.items():
        settled[replica] = max(settled.get(replica, 0), seq)
    marks = [m for m in record.get("marks", ()) if m["op"] != op or m["seq"] > settled.get(m["replica"], 0)]
    if marks:
        record["marks"] = marks
    else:
        record.pop("marks", None)


def registers(record: Record) -> dict[str, Any]:
    """The winning value of every register, by name."""
    return {name: value for group in record.get("registers", {}).values() for name, value in group.items()}


def counted(record: Record) -> dict[str, int]:
    """How often a memory was said or confirmed, by trust, without what withdrawn sources said (`discounted`)."""
    counts: dict[str, int] = record.get("counts", {})
    gone: dict[str, int] = {}
    for group in record.get("registers", {}).values() if counts else ():  # `registers`, without all but one of them
        if DISCOUNTED in group:
            gone = group[DISCOUNTED] or {}
    if not gone:
        return counts
    return {trust: n - gone.get(trust, 0) for trust, n in counts.items() if n > gone.get(trust, 0)}


def rejected_values(record: Record) -> frozenset[str]:
    """The digests of every value that is rejected here and not taken back; of an erased memory, of what it said."""
    values = set(record.get("values", ()))
    for mark in record.get("marks", ()):
        values.update(mark.get("values", ()))
    return frozenset(values)


def open_marks(record: Record) -> list[dict[str, Any]]:
    """The disputes that are open and the rejections that hold the memory down: no revision has seen these."""
    covered = record.get("covered", {})
    return [
        mark
        for mark in record.get("marks", ())
        if mark["op"] != "reject" or mark["seq"] > covered.get(mark["replica"], 0)
    ]


def standing(record: Record) -> str:
    """What a memory's state makes of it; the gravest of what applies.

    erased, rejected, quarantined, retired, superseded, contested or active; `awaited` while links
    to a memory have arrived and the memory itself has not. Contested is a memory with an open dispute,
    with several different wordings, or at either end of a link `contradicts` that stands. Wordings that were derived
    from git, each replica from the history it has, contest nothing: the one that leads counts until the next update.
    """
    if record.get("erased"):
        return "erased"
    marks = open_marks(record) if "marks" in record else []
    if any(mark["op"] == "reject" for mark in marks):
        return "rejected"
    if not record.get("heads"):
        return "awaited"
    values = registers(record)
    if values.get("quarantined"):
        return "quarantined"
    if values.get("retired"):
        return "retired"
    contradicted = False
    for name, value in values.items():
        if value is True and "/" in name:
            if name.startswith("from/supersedes/"):
                return "superseded"
            contradicted = contradicted or name.startswith(("to/contradicts/", "from/contradicts/"))
    if contradicted or marks or len({head["revision"] for head in record["heads"]}) > 1:
        return "active" if not (contradicted or marks) and _derived_anew(record, values) else "contested"
    return "active"


def _derived_anew(record: Record, values: dict[str, Any]) -> bool:
    """Whether all wordings of a memory were derived from git, which the next update does anew (reasoning.outcomes)."""
    slot = values.get("kind") == "outcome" and str(values.get("key", "")).startswith(DERIVED_SLOT)
    return slot and all(head["origin"] == DERIVED_ORIGIN for head in record["heads"])
