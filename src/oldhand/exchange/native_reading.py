"""Reading a native export into a staging place, believing nothing: every hash, id, chain and count is recomputed.

A line that cannot be used is named by its number. Only one line is held at a time.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from oldhand.errors import BadExport, BadInput, BadLine, ForkedReplica, NewerExport
from oldhand.exchange.json_fault import json_fault
from oldhand.exchange.native import FORMAT, LONGEST_LINE, VERSION
from oldhand.model import foreign
from oldhand.model.canonical import LARGEST_INTEGER, encoded
from oldhand.model.clock import COUNTER_LIMIT, Clock
from oldhand.model.event import Event
from oldhand.store import merkle
from oldhand.store.everything import Sizes
from oldhand.store.regular_files import open_regular
from oldhand.store.roots import Root
from oldhand.store.staging import Staging

MOST_REPLICAS = 100_000  # in one export: each one's latest event is remembered while reading
PULSE = 1000  # lines between two calls of the progress callback

NAMES = {
    "replica": {"replica", "events", "last"},
    "loss": {"part", "replica", "number", "name", "since"},
    "object": {"address", "body"},
    "event": {
        "position", "replica", "seq", "clock", "actor", "origin", "op", "memory", "revision", "prev", "event", "fields",
    },
    "root": {"number", "position", "root", "chain", "learned", "clock"},
    "end": {"lines", "sha256"},
}  # fmt: skip

Progress = Callable[[int, int], None]


class Header(NamedTuple):
    """What the first line of an export says."""

    root: str
    sizes: Sizes


class _Lines:
    """The lines of an export, counted and digested as they are read."""

    def __init__(self, file: BinaryIO, name: str, progress: Progress) -> None:
        self._file, self._name, self._progress = file, name, progress
        self._size = file.seek(0, 2)
        file.seek(0)
        self.number = 0
        self.digest = sha256()

    def next(self, kind: str) -> dict[str, Any]:
        """The next line, which must be of this kind and written canonically. Raises BadLine, BadExport."""
        raw = self._file.readline(LONGEST_LINE + 1)
        self.number += 1
        if not raw.endswith(b"\n"):
            if len(raw) > LONGEST_LINE:
                raise BadLine(self.number, f"it is longer than {LONGEST_LINE} bytes")
            raise BadExport(self._name, f"it was cut off in line {self.number}, before its last line")
        said = parsed(raw, self.number)
        if kind:
            if said.pop("type", None) != kind:
                raise BadLine(self.number, f"a line of type '{kind}' belongs here")
            self._check_names(kind, set(said))
        if kind != "end":
            self.digest.update(raw)
        if self.number % PULSE == 0:
            self._progress(self._file.tell(), self._size)
        return said

    def _check_names(self, kind: str, names: set[str]) -> None:
        wanted = NAMES[kind]
        if "erased" in names:
            wanted = (wanted | {"erased"}) - {"body", "fields"}
        if names != wanted:
            raise BadLine(self.number, f"it does not say {', '.join(sorted(wanted))}, and nothing else")

    def ended(self) -> bool:
        """Whether nothing is left."""
        return not self._file.read(1)


def parsed(raw: bytes, number: int) -> dict[str, Any]:
    """A line as an object. Raises BadLine when it is no JSON object, or not written canonically."""
    try:
        said = json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
        if not isinstance(said, dict):
            raise BadLine(number, "it is no JSON object")
        if encoded(said) + b"\n" != raw:
            raise BadLine(number, "it is not written canonically (sorted names, no spaces, no repeated names)")
        return said
    except RecursionError:
        raise BadLine(number, "it is nested too deeply") from None
    except ValueError as error:
        raise BadLine(number, f"it is no JSON this program reads ({json_fault(error)})") from None


def _no_float(text: str) -> None:
    raise ValueError(f"{text[:20]} is no whole number")


def is_native(path: Path) -> bool:
    """Whether a file begins as a native export does, of whatever version. Raises BadExport when it cannot be read."""
    try:
        with open_regular(path) as file:
            first = file.readline(4096)
    except OSError as error:
        raise BadExport(path, f"it cannot be read ({error.strerror})") from None
    return b'"format":"oldhand"' in first.replace(b" ", b"")


def stage(path: Path, staging: Staging, progress: Progress) -> Header:
    """Read and check a whole export. Raises BadLine, BadExport, NewerExport, ForkedReplica; nothing is kept then."""
    try:
        with open_regular(path) as file:
            return _Reading(_Lines(file, str(path), progress), staging, str(path)).run()
    except OSError as error:
        raise BadExport(path, f"it cannot be read ({error.strerror})") from None


class _Reading:
    """One pass over an export."""

    def __init__(self, lines: _Lines, staging: Staging, name: str) -> None:
        self._lines, self._staging, self._name = lines, staging, name
        self._latest: dict[str, tuple[int, str]] = {}  # replica -> seq and id of its latest event so far
        self._counts: dict[str, int] = {}
        self._position = 0
        self._address = ""  # of the object before
        self._root_before = Root(0, 0, merkle.EMPTY, merkle.EMPTY, 0, Clock(0, 0))

    def run(self) -> Header:
        """Read everything in its order."""
        header = self._header()
        announced = self._each("replica", header.sizes.replicas, self._replica)
        self._each("loss", header.sizes.losses, self._loss)
        self._staging.flush()
        self._each("object", header.sizes.objects, self._object)
        self._staging.flush()
        self._each("event", header.sizes.events, self._event)
        for replica, count, name in announced:
            if self._counts.get(replica) != count or self._latest[replica][1] != name:
                raise BadExport(self._name, f"it has not the {count} events of replica {replica} that it announces")
        if len(announced) != len(self._counts):
            raise BadExport(self._name, "it holds events of a replica that it does not announce")
        self._roots(header)
        self._end()
        return header

    def _header(self) -> Header:
        said = self._lines.next("")
        version = said.get("version")
        if said.get("format") != FORMAT or type(version) is not int:
            raise BadExport(self._name, "its first line is not that of an Oldhand export")
        if version != VERSION:
            raise NewerExport(self._name, version, VERSION)
        if set(said) != {"format", "version", "root", *Sizes._fields}:
            raise BadLine(1, "it does not say what the header of an export says")
        try:
            counts = [foreign.whole(said[name], 0, LARGEST_INTEGER, name) for name in Sizes._fields]
            root = foreign.digits(said["root"], 64, "root", empty=True)
        except ValueError as error:
            raise BadLine(1, str(error)) from None
        if counts[Sizes._fields.index("replicas")] > MOST_REPLICAS:
            raise BadLine(1, f"it has more than {MOST_REPLICAS} replicas")
        return Header(root, Sizes(*counts))

    def _each(self, kind: str, count: int, take: Callable[[dict[str, Any]], Any]) -> list[Any]:
        """Read so many lines of a kind; what `take` makes of them, where it makes anything."""
        found = (self._checked(kind, take) for _ in range(count))
        return [made for made in found if made is not None]

    def _checked(self, kind: str, take: Callable[[dict[str, Any]], Any]) -> Any:
        """Read a line and take it; whatever is wrong with it is said with its number."""
        said = self._lines.next(kind)
        try:
            return take(said)
        except (BadLine, BadExport):
            raise
        except (ValueError, BadInput) as error:
            raise BadLine(self._lines.number, str(error).rstrip(".")) from None

    def _replica(self, said: dict[str, Any]) -> tuple[str, int, str]:
        replica = foreign.digits(said["replica"], 16, "replica")
        events = foreign.whole(said["events"], 1, LARGEST_INTEGER, "number of events")
        return replica, events, foreign.digits(said["last"], 64, "last event")

    def _loss(self, said: dict[str, Any]) -> None:
        part = said["part"]
        if part not in ("event", "wording", "root"):
            raise ValueError("it is no loss of an event, a wording or a root")
        replica = foreign.digits(said["replica"], 16, "replica", empty=part != "event")
        number = foreign.whole(said["number"], 0, LARGEST_INTEGER, "number")
        name = foreign.digits(said["name"], 64, "name", empty=True)
        since = foreign.whole(said["since"], 0, LARGEST_INTEGER, "time")
        self._staging.add_loss((part, replica, number, bytes.fromhex(name), since))

    def _object(self, said: dict[str, Any]) -> None:
        if "erased" in said:
            name, body = foreign.digits(said["address"], 64, "address"), None
            if said["erased"] is not True:
                raise ValueError("'erased' is true, or it is not there")
        else:
            address, body = foreign.wording(said["address"], said["body"])
            name = address.hex()
        if name <= self._address:
            raise ValueError("its address does not come after the one before")
        self._address = name
        self._staging.add_object(bytes.fromhex(name), body)

    def _event(self, said: dict[str, Any]) -> None:
        position = foreign.whole(said.pop("position"), self._position + 1, LARGEST_INTEGER, "position")
        event = foreign.event(said)
        self._follow(event)
        for replica, seq in event.fields.get("seen", {}).items():
            if seq > self._latest.get(replica, (0, ""))[0]:
                raise ValueError("it says that it had seen events that come after it")
        if event.revision and not self._known(event.revision):
            raise ValueError(f"it names the wording {event.revision[:12]}, which the export does not hold")
        self._position = position
        self._latest[event.replica] = (event.seq, event.id)
        self._counts[event.replica] = self._counts.get(event.replica, 0) + 1
        self._staging.add_event(position, event)

    def _known(self, revision: str) -> bool:
        """Whether a wording is in the export, or is known to be lost."""
        lost = self._staging.lost("wording", "", 0, bytes.fromhex(revision))
        return lost is not None or self._staging.has_object(revision)

    def _follow(self, event: Event) -> None:
        """See that an event follows the one before it of its replica, but for events that are known to be lost."""
        seq, name = self._latest.get(event.replica, (0, ""))
        if event.seq <= seq:
            other = self._staging.event_at(event.replica, event.seq)
            if other and other != event.id:
                raise ForkedReplica(event.replica, event.seq, other[:12], f"{event.id[:12]}, both in the export")
            raise ValueError(f"event {event.id[:12]} is said twice, or out of order")
        while seq < event.seq - 1:
            lost = self._staging.lost("event", event.replica, seq + 1)
            if lost is None:
                raise ValueError(f"event {seq + 1} of replica {event.replica} is missing before it")
            seq, name = seq + 1, lost.hex() or event.prev
        if event.prev != name:
            raise ValueError("it does not follow the event before it (its prev is another)")

    def _roots(self, header: Header) -> None:
        """Read the recorded roots, follow their chain, and see that the last is what the events give."""
        self._each("root", header.sizes.roots, self._root)
        before = self._root_before
        if (before.root.hex() if before.number else "") != header.root:
            raise BadExport(self._name, "its last recorded root is not the one its first line names")
        given = self._staging.complete()
        if before.position == self._position and given != before.root:
            raise BadExport(self._name, f"its events give the root {given.hex()[:12]}, not {before.root.hex()[:12]}")
        if not header.sizes.losses and (fault := self._staging.unsound()):
            raise BadExport(self._name, fault)

    def _root(self, said: dict[str, Any]) -> None:
        last = self._root_before
        number = foreign.whole(said["number"], last.number + 1, LARGEST_INTEGER, "number")
        clock = said["clock"]
        if not isinstance(clock, list) or len(clock) != 2:
            raise ValueError("its clock is no pair of numbers")
        root = Root(
            number,
            foreign.whole(said["position"], last.position, self._position, "position"),
            bytes.fromhex(foreign.digits(said["root"], 64, "root")),
            bytes.fromhex(foreign.digits(said["chain"], 64, "chain")),
            foreign.whole(said["learned"], last.learned, foreign.LATEST_WALL, "time"),
            Clock(
                foreign.whole(clock[0], 0, foreign.LATEST_WALL, "clock"),
                foreign.whole(clock[1], 0, COUNTER_LIMIT, "counter"),
            ),
        )
        chain = last.chain
        for missing in range(last.number + 1, number):
            lost = self._staging.lost("root", "", missing)
            if lost is None:
                raise ValueError(f"the recorded root {missing} is missing before it")
            chain = lost
        if chain != b"" and merkle.chained(chain, root.root, root.position, root.learned, root.clock) != root.chain:
            raise ValueError("its chain does not follow from the root before it")
        self._root_before = root
        self._staging.add_root(root)

    def _end(self) -> None:
        count, digest = self._lines.number, self._lines.digest.hexdigest()
        said = self._lines.next("end")
        if said != {"lines": count, "sha256": digest}:
            raise BadExport(self._name, "its last line does not fit the lines before it: it was altered or cut")
        if not self._lines.ended():
            raise BadLine(self._lines.number + 1, "nothing may follow the last line")
