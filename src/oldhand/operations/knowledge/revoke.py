"""The operation `revoke`."""

import difflib
from shlex import quote
from typing import Literal, NamedTuple

from oldhand.errors import Refused
from oldhand.exchange.taking_in import change
from oldhand.knowledge.withdrawing import (
    ENDS,
    Became,
    checked,
    give_back,
    is_from,
    said_above,
    same_source,
    sources,
    withdraw,
)
from oldhand.memory import Memory
from oldhand.model.trust import RANK
from oldhand.operation import WRITE, operation
from oldhand.store.by_source import KEPT_AT, speakers
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

MOST_NAMED = 50  # memories named one by one; the counts are of all
MOST_NEAR = 3  # names like the one that nothing came from


class Touched(NamedTuple):
    """A memory that changed: what became of it, and what it says now.

    what: quarantined (it waits in review), put_back (the wording before, from elsewhere, stands again), derived (it
    waits because of what it was made from), discounted (confirmations count no more), lifted (it stands again).
    """

    id: str
    what: str
    text: str


class Withdrawn(NamedTuple):
    """A source that is withdrawn, and the trust of who withdrew it: what is trusted more stays untouched."""

    origin: str
    by: str


class Revoked(NamedTuple):
    """What revoking a source did, or with dry_run would do, to memories: the counts, and the first of them by name.

    outcome: listed, withdrawn, already (nothing was left to do) or given_back. nearest: names like it that something
    came from, when nothing came from this one. withdrawn: every source that is withdrawn now.
    """

    origin: str
    outcome: str
    dry_run: bool
    quarantined: int
    put_back: int
    derived: int
    discounted: int
    lifted: int
    memories: list[Touched]
    nearest: list[str]
    withdrawn: list[Withdrawn]
    scope: str
    root: str


@operation(WRITE)
def revoke(
    memory: Memory, *, origin: str = "", undo: bool = False, dry_run: bool = False,
    scope: Literal["project", "global"] = "project",
) -> Revoked:  # fmt: skip
    """Withdraw all that came from one source, or give it back

    What only this source said waits in review, and so does what was made from it; where another wording was there
    before, that one stands again; its confirmations count no more. What it says later waits too, until --undo. Only
    what is trusted no more than you are is touched. Without an origin: the sources that are withdrawn.

    Parameters
    origin: a way in or the beginning of one (https://docs.example, tool:NAME, repo:docs/old.md, mcp), an actor, or a
        replica; `oldhand log` and `oldhand provenance` name them
    undo: take the withdrawal back
    dry_run: tell what would happen and change nothing
    scope: project, or global for your own memory of all projects
    """
    if not origin:
        with memory.reading(scope=scope) as reader:
            return _told(reader, "", "listed", False, [], [], scope)
    source = checked(origin)
    if not undo:
        _refuse_ourselves(source, memory)
    with change(lambda: memory.writing(scope), dry_run) as transaction:
        if not undo:
            _refuse_above(transaction, source, memory)
        known = any(same_source(name, source) for _, name in sources(_kept(transaction)))
        done = (give_back if undo else withdraw)(transaction, source, memory.voice)
        names = [name for name in speakers(transaction.connection) if not name.startswith("revoke:")]
        transaction.settle()
        near = (
            [] if any(is_from(name, source) for name in names) else difflib.get_close_matches(source, names, MOST_NEAR)
        )
        outcome = "given_back" if undo else "already" if known and not done else "withdrawn"
        reply = _told(Reader(transaction.connection), source, outcome, dry_run, done, near, scope)
    memory.trace_detail = {"memories": len(done), "root": reply.root}
    return reply._replace(root=transaction.root.hex()) if transaction.root else reply


def _refuse_ourselves(source: str, memory: Memory) -> None:
    """Refuse the bare way in, or the actor, of the one who asks: all that they say from then on would wait in review.

    What is more specific than a whole way in (`mcp:NAME`, `user@host`) is theirs to withdraw.
    """
    if source in (memory.actor, memory.origin) and not any(sign in source for sign in ENDS):
        raise Refused(
            f"'{source}' is how you speak yourself: whatever you say from now on would wait in review too."
            " Name what came from elsewhere more closely (`oldhand provenance ID` tells the origin of a memory),"
            " or `oldhand reject ID` single memories."
        )


def _refuse_above(transaction: Transaction, source: str, memory: Memory) -> None:
    """Refuse a source that is believed more than the one who asks: nothing of what it says would change."""
    if level := said_above(transaction, source, memory.voice):
        raise Refused(
            f"{source} speaks with the trust '{level}', and you are believed as '{memory.trust}': nobody withdraws what"
            f" is trusted more than they are. A person can, on a terminal: `oldhand revoke --origin {quote(source)}`."
            " Single statements you can dispute: `oldhand dispute ID --reason ...`."
        )


def _kept(transaction: Transaction) -> dict[str, object]:
    return transaction.record(KEPT_AT)


def _told(
    reader: Reader, source: str, outcome: str, dry_run: bool, done: list[Became], near: list[str], scope: str
) -> Revoked:  # fmt: skip
    kept = reader.find(KEPT_AT)
    gone = sources(kept.record) if kept else []
    told = []
    for one in done[:MOST_NAMED]:
        held = reader.find(one.memory)
        told.append(Touched(one.memory, one.what, held.text if held else ""))
    counts = {name: sum(one.what == name for one in done) for name in Revoked._fields[3:8]}
    withdrawn = [Withdrawn(name, level) for level, name in sorted(gone, key=lambda pair: (pair[1], -RANK[pair[0]]))]
    return Revoked(
        source, outcome, dry_run, **counts, memories=told, nearest=near, withdrawn=withdrawn, scope=scope,
        root=reader.root().root.hex(),
    )  # fmt: skip
