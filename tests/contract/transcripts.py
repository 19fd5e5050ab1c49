"""The same calls through every surface, each on its own copy of one person's folders."""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import oldhand
from oldhand.errors import OldhandError
from oldhand.operation import find, plain
from tests.contract.command import inside
from tests.contract.examples import SCRIPT, Call, Person, copied
from tests.surfaces.peers import HttpPeer, environment, mcp, served

Surface = Callable[[Call], Any]
SURFACES = ("python", "cli", "mcp", "http")
AGENT = {"OLDHAND_ACTOR": "tester", "AI_AGENT": "1"}  # on the command line a person is trusted more; here nobody is

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?|(?<![0-9a-f])\d{8}T?-?\d{6}(?:-?\d{3})?Z?(?![0-9a-f])"
)
_ADDRESS = re.compile(r"[0-9a-f]{64}")
# Names of fields whose values are each surface's or each copy's own.
_OWN = frozenset({"actor", "origin", "surface", "replica", "size_bytes", "bytes"})
_CHAINED = frozenset({"root", "chain", "id", "since", "until", "before", "after", "sha256", "place"})


@contextmanager
def surface(name: str, person: Person) -> Iterator[Surface]:
    """A way to make calls; the replies are JSON values."""
    variables = environment(person.home, **AGENT)
    if name == "python":
        kept = dict(os.environ)
        os.environ.update(variables)
        try:
            with oldhand.open(person.project, actor="tester") as memory:
                yield lambda one: _called(memory, one.operation, person.filled(one.arguments))
        finally:
            os.environ.clear()
            os.environ.update(kept)
    elif name == "cli":
        yield lambda one: _typed(person, one)
    elif name == "mcp":
        with mcp(person.project, person.home, "--tools", "all", "--json", **AGENT) as peer:
            yield lambda one: _answered(*peer.tool(one.operation, **person.filled(one.arguments)))
    else:
        with served(person.project, person.home, **AGENT) as server:
            yield lambda one: _posted(server, one.operation, person.filled(one.arguments))


def _called(memory: Any, operation: str, arguments: dict[str, Any]) -> Any:
    try:
        return plain(memory.call(operation, **arguments))
    except OldhandError as error:
        return {"error": {"code": error.code, "message": str(error), "exit_code": error.exit_code}}


def _typed(person: Person, one: Call) -> Any:
    """A call as somebody types it."""
    operation = find(one.operation)
    words = [*operation.command]
    for name, value in person.filled(one.arguments).items():
        flag = "--" + name.replace("_", "-")
        if operation.parameter(name).positional:
            words += value if isinstance(value, list) else [str(value)]
        elif isinstance(value, bool):
            words += [flag] if value else []
        else:
            words += [f"{flag}={item}" for item in (value if isinstance(value, list) else [value])]
    ran = inside(person.project, person.home, *words, "--json", **AGENT)
    assert ran.err == "", ran.err
    reply = json.loads(ran.out)
    assert ran.code == reply.get("error", {}).get("exit_code", 0)
    return reply


def _answered(text: str, failed: bool) -> Any:
    reply = json.loads(text)
    assert failed == (set(reply) == {"error"}), text
    return reply


def _posted(server: HttpPeer, operation: str, arguments: dict[str, Any]) -> Any:
    status, _, body = server.ask("POST", f"/operations/{operation}", json.dumps(arguments).encode())
    reply = json.loads(body)
    assert (status != 200) == (set(reply) == {"error"}), body
    return reply


def transcript(name: str, person: Person, folder: Path, calls: Sequence[Call] = SCRIPT) -> list[Any]:
    """The replies to a script through one surface, with the paths of this copy taken out."""
    made = copied(person, folder)
    with surface(name, made) as call:
        replies = [call(one) for one in calls]
    return list(json.loads(json.dumps(replies).replace(str(folder), "")))


def normalised(value: Any, name: str = "", *, parted: bool) -> Any:
    """A reply without what must differ. parted: whether the copies have been written to, each by itself."""
    if isinstance(value, dict):
        return {key: normalised(item, key, parted=parted) for key, item in value.items()}
    if isinstance(value, list):
        return [normalised(item, name, parted=parted) for item in value]
    if name in _OWN:
        return f"<{name}>"
    if isinstance(value, str) and parted:
        return "<address>" if name in _CHAINED and _ADDRESS.fullmatch(value) else _MOMENT.sub("<moment>", value)
    return value


def shape(value: Any) -> Any:
    """The names and types of a reply, without its values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__
