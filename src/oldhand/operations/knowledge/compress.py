"""The operation `compress`."""

from typing import Any, Literal, NamedTuple

from oldhand.errors import BadArgument, MissingArgument, Refused
from oldhand.knowledge.assertion import Statement, checked_tag, statement
from oldhand.knowledge.rehearsing import changing
from oldhand.knowledge.summarising import MOST_INPUTS, Input, Wish, summarise, undo
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

SELECTABLE = ("active",)  # what a selection takes: contested ones wait for review first
NAMEABLE = ("active", "superseded", "retired")  # what may be named one by one
MATCHES = 20  # memories that --query takes at most: those that answer best


class Compressed(NamedTuple):
    """A summary and what it is made from, or what it would be with dry_run.

    outcome: remembered, restored, changed, unchanged, quarantined (it waits in review, and puts nothing away), or
    undone; why: why it waits, else empty; text: the summary; method: extract (sentences of the
    inputs) or said (given); coverage: the share of the inputs' weighted terms that it has, from 0 to 1; values: how
    many numbers, names, paths, pieces of code and rules they have; lost: those it does not have; tokens_before and
    tokens_after: estimated; inputs: what it is made from, or what came back; dry_run: whether nothing was written.
    """

    id: str
    outcome: str
    text: str
    method: str
    coverage: float
    values: int
    lost: list[str]
    tokens_before: int
    tokens_after: int
    inputs: list[Input]
    why: str
    dry_run: bool
    root: str
    scope: str


@operation(WRITE)
def compress(
    memory: Memory, names: list[str] = [], *, domain: str = "", tag: str = "", query: str = "", text: str = "",
    title: str = "", budget_tokens: int = 0, allow_loss: bool = False, retire_inputs: bool = False, undo: str = "",
    dry_run: bool = False, scope: Literal["project", "global"] = "project",
) -> Compressed:  # fmt: skip
    """Lay a summary over several memories, which stay reachable

    The summary is made of whole sentences of theirs, without a model, or is given with --text and then
    checked: it must cover them and keep every number, name, path and piece of code. It is believed no more
    than the least of them. Everything can be undone.

    Parameters
    names: the memories: at least 6 characters of the id of each
    domain: those of this room instead
    tag: those with this tag instead
    query: those that answer this best instead
    text: the summary in your own words
    title: a short name for it
    budget_tokens: at most so many tokens (0: as many as it takes to keep every value)
    allow_loss: make it even when values are lost; they are named with it
    retire_inputs: put the memories away once they are summed up; `recall --deep` still finds them
    undo: the id of a summary: bring back what it put away, and retire it
    dry_run: tell what would be done and change nothing
    scope: project, or global for your own memory of all projects
    """
    if undo:
        return _undone(memory, undo, dry_run, scope)
    if sum(map(bool, (names, domain or tag, query))) != 1:
        raise MissingArgument("compress", "names", "name memories, or give one of --query and --domain with --tag")
    wish = Wish(text, title, budget_tokens, allow_loss, retire_inputs)

    def worded(content: dict[str, Any]) -> Statement:
        screening = memory.screening(deliberate=True)
        room = wanted(domain) or (rooms.pop() if len(rooms) == 1 else "")
        return statement(memory.project.tree, "summary", content, screening=screening, domain=room)

    with changing(memory, scope, dry_run=dry_run) as change:
        inputs = _inputs(Reader(change.transaction.connection), names, domain, tag, query)
        rooms = {held.domain for held in inputs}
        done = summarise(change.transaction, inputs, wish, worded, memory.voice)
    memory.trace_detail = {"inputs": [short(held.id) for held in inputs], "coverage": done.coverage}
    return Compressed(*done, dry_run, change.root, scope)


def _inputs(reader: Reader, names: list[str], domain: str, tag: str, query: str) -> list[Held]:
    """The memories that are meant, each once, in an order that depends on nothing but them."""
    if names:
        found = [reader.get(name) for name in dict.fromkeys(reader.resolve(name) for name in names)]
        for held in found:
            if held.standing not in NAMEABLE:
                said = f"{short(held.id)} is {held.standing}: no summary is made of it."
                raise Refused(f"{said} `oldhand review` settles such memories.")
        return sorted(found, key=_by_age)
    shelf = Shelf(SELECTABLE, wanted(domain), "", checked_tag(tag) if tag else "")
    if query:
        from oldhand.recall.scan import matching

        hits, _ = matching(reader, query, shelf)
        found = [held for held, _ in hits[:MATCHES] if held.kind != "summary"]
    else:
        count = reader.count(shelf)
        if count > MOST_INPUTS:
            raise BadArgument(
                "domain", domain or tag, f"it has {count:,} memories, {MOST_INPUTS} at most fit one summary"
            )
        found = [held for held in reader.memories(shelf) if held.kind != "summary"]
    return sorted(found, key=_by_age)


def _by_age(held: Held) -> tuple[int, str]:
    return held.created, held.id


def _undone(memory: Memory, name: str, dry_run: bool, scope: str) -> Compressed:
    with changing(memory, scope, dry_run=dry_run) as change:
        reader = Reader(change.transaction.connection)
        held = reader.get(reader.resolve(name))
        back = undo(change.transaction, held, memory.voice)
        inputs = [Input(one.id, one.text, "active", "") for one in map(reader.get, back)]
    return Compressed(held.id, "undone", held.text, "", 0.0, 0, [], 0, 0, inputs, "", dry_run, change.root, scope)
