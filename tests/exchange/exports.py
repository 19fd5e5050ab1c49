"""Exports taken apart, spoiled and sealed again, so that a reader is tested by what only it can see."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from oldhand.memory import Memory
from oldhand.model.canonical import encoded
from oldhand.model.clock import Clock
from oldhand.model.event import digest_of, event_bytes
from oldhand.operation import call
from oldhand.store.store import Store
from oldhand.store.verify import verify

STRATEGIES = ("append", "skip-existing", "replace")
BORN = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class Export:
    """The lines of an export by type, each as an object; `sealed` writes them out again with counts and digest."""

    def __init__(self, text: str) -> None:
        header, *rest = [json.loads(line) for line in text.split("\n")[:-1]]
        self.header: dict[str, Any] = header
        self.rest: list[dict[str, Any]] = rest[:-1]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of one type."""
        return [line for line in self.rest if line["type"] == kind]

    def name_anew(self) -> None:
        """Give every event the id, and the place in its replica's chain, that follow from what it says now."""
        last: dict[str, str] = {}
        for event in self.of("event"):
            event["prev"] = last.get(event["replica"], "")
            event["event"] = id_of(event)
            last[event["replica"]] = event["event"]
        for replica in self.of("replica"):
            mine = [event for event in self.of("event") if event["replica"] == replica["replica"]]
            replica["events"], replica["last"] = len(mine), mine[-1]["event"]

    def sealed(self) -> bytes:
        """The export with counts that fit and a last line that is right."""
        for kind, name in (("event", "events"), ("object", "objects"), ("replica", "replicas"), ("root", "roots")):
            self.header[name] = len(self.of(kind))
        return seal([encoded(line) for line in (self.header, *self.rest)])


def id_of(event: dict[str, Any]) -> str:
    """The id that follows from what an event's line says."""
    digest = event["erased"] if "erased" in event else digest_of(event["fields"])
    return sha256(event_bytes(
        event["replica"], event["seq"], Clock(*event["clock"]), event["actor"], event["origin"], event["op"],
        event["memory"], event["revision"], digest, event["prev"],
    )).hexdigest()  # fmt: skip


def seal(lines: list[bytes]) -> bytes:
    """Lines with a last line that is right for them."""
    body = b"".join(line + b"\n" for line in lines)
    end = encoded({"type": "end", "lines": len(lines), "sha256": sha256(body).hexdigest()})
    return body + end + b"\n"


def spoiled(text: str, change: Callable[[Export], None], *, renamed: bool = False) -> bytes:
    """An export with one change, sealed again; with `renamed`, its events get the ids that follow from it."""
    export = Export(text)
    change(export)
    if renamed:
        export.name_anew()
    return export.sealed()


def written(folder: Path, content: bytes | str, name: str = "spoiled.jsonl") -> str:
    """A file with this content, by its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def export(memory: Memory) -> str:
    """The native export of a memory."""
    return str(call(memory, "export", {}).text)


def take(memory: Memory, folder: Path, content: bytes | str, **arguments: Any) -> Any:
    """Import this content, from a file in `folder`."""
    return call(memory, "import", {"file": written(folder, content), **arguments})


def state(memory: Memory) -> dict[str, tuple[str, tuple[str, ...]]]:
    """How every memory stands, and its wordings."""
    with memory.reading() as reader:
        names = {event.memory for _, event in reader.journal() if event.memory}
        held = [reader.get(name) for name in names]
        return {one.id: (one.standing, tuple(w.content["text"] for w in one.wordings)) for one in held}


def made(folder: Path, name: str, trust: str = "user") -> Memory:
    """A new memory in a folder of its own."""
    root = folder / name
    root.mkdir()
    Store.create(root / ".oldhand", BORN, folder / "home").close()
    return Memory(root, folder / "home", trust=trust)


def sound(*memories: Memory) -> bool:
    """Whether all of these memories verify; they are closed."""
    for memory in memories:
        memory.close()
    return all(verify(memory.project.store).sound for memory in memories)
