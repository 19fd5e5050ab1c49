"""The operation `import`."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, BadExport, NeedsConsent, OldhandError
from oldhand.exchange.native_reading import is_native
from oldhand.exchange.taking_in import TakenIn, Writing, take_in
from oldhand.knowledge.facts import take_in_facts
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.trust import RANK, least
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.store.store import Store
from oldhand.store.transaction import Transaction

MOST_NAMED = 10  # memories named in a note


class Imported(NamedTuple):
    """What the import did, or with dry_run would do, to memories.

    new: not here before; same: unchanged; changed; contested: said differently on both sides, both
    stand; refused: erased or rejected here, and so they stay; skipped: left as they are. events and
    objects: what was new here. restored: the store was empty and is now the same as the exported one.
    From another program's memory also: quarantined: wait in review; superseded, retired: put behind
    their successors, and put away, as they were there; ties: links made; unreadable: parts that cannot
    be read, and left_out: parts that are not for us, both named in notes; secrets: replaced by marks, or of an
    export of ours memories that hold some and were left out, named in notes;
    taken: the lines that were taken.
    """

    file: str
    format: str
    strategy: str
    dry_run: bool
    new: int
    same: int
    changed: int
    contested: int
    refused: int
    skipped: int
    events: int
    objects: int
    restored: bool
    quarantined: int
    superseded: int
    retired: int
    ties: int
    unreadable: int
    left_out: int
    secrets: int
    taken: list[str]
    notes: list[str]
    before: str
    root: str


@operation(WRITE)
def import_(
    memory: Memory, file: str, *, from_: Literal[
        "auto", "native", "facts", "agent-files", "claude-memory", "server-memory", "basic-memory", "claude-mem",
        "mem0", "mnemo", "lean-ctx", "beads", "madr", "graphml", "graph-json", "cypher",
    ] = "auto", strategy: Literal["append", "skip-existing", "replace"] = "append", dry_run: bool = False,
    trust: Literal["web", "tool", "agent", "repo", "user"] = "web", part: str = "", yes: bool = False,
    scope: Literal["project", "global"] = "project",
) -> Imported:  # fmt: skip
    """Import an export of ours, or move in from another program's memory

    Our own exports are checked whole before anything is written. An empty memory becomes the same as
    the exported one, recorded roots included; another is merged with it. What is imported keeps its
    trust, which must not exceed that of the one who imports.
    Another program's memory is rehearsed first, and brought in with consent: each thing with the place
    it comes from, its dates and what it replaced, and believed as a page from the web until somebody
    confirms it. What cannot be read is named and the rest is taken. `oldhand audit` tells more before.
    Importing twice changes nothing, and one that was interrupted goes on when it is run again.

    Parameters
    file: a file that `export` wrote, or the file or folder of another memory; a relative name starts
        at the project's root
    from: what it is, where that cannot be told or several are there (auto: told by what is in it)
    strategy: append (union: nothing is lost, what was said differently stands contested), skip-existing
        (only what is not here), replace (exports of ours: union, and the imported wording wins)
    dry_run: tell what would happen and change nothing
    trust: how far another program's memory, or facts, are believed, at most as far as you are
    part: of a memory that keeps those of several projects, whose to take (default: this project's; * for all)
    yes: bring in another program's memory without asking
    scope: into the project's memory, or the global one
    """
    path = named_file(memory, "file", file)
    name = "" if from_ == "auto" else from_

    def writing() -> AbstractContextManager[Transaction]:
        if dry_run and scope == "global" and not memory.has_global():
            return _nowhere(memory.now())
        return memory.writing(scope)

    if name not in ("", "native", "facts") or (not name and _is_foreign(path)):
        if not dry_run and not yes:
            _ask(memory, path, name, strategy, trust, part, scope)
        try:
            return _moved_in(memory, writing, path, name, strategy, trust, part, dry_run=dry_run)
        except KeyboardInterrupt:
            stays = "Nothing was written." if dry_run else "What was brought in so far stays; the same command goes on."
            raise KeyboardInterrupt(stays) from None

    def progress(done: int, total: int) -> None:
        memory.progress(done, total, "Checking the export")

    native = name == "native" or (not name and is_native(path))
    if native:
        finder = memory.finder()
        done = take_in(
            writing, path, strategy, memory.voice, progress, unwanted=lambda text: bool(finder(text)), dry_run=dry_run
        )
        if not dry_run and done.brought.events:
            done = _held_to_the_rules(writing, memory, done)
    else:
        root, now = memory.project.tree, memory.now()
        # A line of facts says nothing of who said it: it is believed as the page it may have been copied from.
        voice = memory.voice._replace(trust=least(memory.trust, trust), origin=f"import:facts:{path.name}")
        done = take_in_facts(writing, path, root, strategy, voice, now, memory.screening(), dry_run=dry_run)
    left = [] if dry_run else _erased_elsewhere(memory, done, scope)
    memory.trace_detail = {**done.counts._asdict(), "events": done.brought.events, "root": done.root}
    return Imported(
        str(path), "native" if native else "facts", strategy, dry_run, *done.counts, *done.brought,
        0, 0, 0, 0, 0, 0, len(done.withheld), [], [*_withheld(done.withheld), *left], done.before, done.root,
    )  # fmt: skip


def _held_to_the_rules(writing: Writing, memory: Memory, done: TakenIn) -> TakenIn:
    """Have wait what must wait of what was brought, and go what was made from what is erased here; how it is then.

    A person who restores an empty store gets back what was exported and nothing else.
    """
    from oldhand.knowledge.after_import import hold_to_the_rules

    if done.brought.restored and memory.trust == "user":
        return done
    known = (*done.erased, *done.words)
    with writing() as transaction:
        held, followed = hold_to_the_rules(transaction, memory.voice, done.position, known)
    if not held:
        return done
    words = (*done.words, *followed.words)
    return done._replace(root=transaction.root.hex(), gone=(*done.gone, *followed.erased), words=words)


def _erased_elsewhere(memory: Memory, done: TakenIn, scope: str) -> list[str]:
    """Take what was erased elsewhere, and so here, out of every other file too; what could not be cleaned."""
    if not done.gone:
        return []
    from oldhand.knowledge.erasing import brought
    from oldhand.sessions.forgetting import emptied, recorded
    from oldhand.sessions.forgetting_elsewhere import forget_everywhere

    try:
        emptied(memory)
        swept, reached = forget_everywhere(memory, recorded(memory, brought(memory, scope, done.gone, done.words)))
    except OldhandError as error:
        named = ", ".join(map(short, done.gone[:MOST_NAMED]))
        return [f"Erased elsewhere, and so here: {named}. Other files may hold it still ({error}): forget it once more"]
    left = [*(one for done_in in swept for one in done_in.left), *reached.left]
    return [f"Erased elsewhere, and not cleaned here: {one}" for one in left]


def _withheld(memories: Sequence[str]) -> list[str]:
    """What is told of memories that hold secrets: an address follows from the words, so nothing can be taken out."""
    if not memories:
        return []
    named = ", ".join(map(short, memories[:MOST_NAMED])) + (" …" if len(memories) > MOST_NAMED else "")
    what = "memory holds a secret and was" if len(memories) == 1 else "memories hold secrets and were"
    todo = "Forget it where it was exported, or say it anew without the secret"
    return [f"{len(memories)} {what} left out: {named}. {todo}"]


def _is_foreign(path: Path) -> bool:
    """Whether another program's memory is at a path. What is not there passes for an export of ours."""
    if path.is_file():
        from oldhand.knowledge.moving_sources import found_at, holds_lines, is_database

        found = found_at(path)
        return found[0].format not in ("native", "facts") if found else is_database(path) or not holds_lines(path)
    return path.is_dir()


def _ask(memory: Memory, path: Path, name: str, strategy: str, trust: str, part: str, scope: str) -> None:
    """Rehearse, and raise NeedsConsent with what would come."""

    def rehearsing() -> AbstractContextManager[Transaction]:
        return memory.writing(scope) if scope == "project" or memory.has_global() else _nowhere(memory.now())

    told = _moved_in(memory, rehearsing, path, name, strategy, trust, part, dry_run=True)
    counts = {
        "new": told.new, "known already": told.same, "changed": told.changed, "contested": told.contested,
        "rejected or erased here": told.refused, "left as they are": told.skipped,
        "to wait in review": told.quarantined, "superseded": told.superseded,
        "put away": told.retired, "with secrets, which are replaced": told.secrets,
        "unreadable": told.unreadable, "left out": told.left_out,
    }  # fmt: skip
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing"
    notes = f" {'; '.join(told.notes[:3])}." if told.notes else ""
    raise NeedsConsent(f"From {path} ({told.format}) would come, believed as {trust}: {said}.{notes}")


def _moved_in(
    memory: Memory, writing: Writing, path: Path, name: str, strategy: str, trust: str, part: str, *,
    dry_run: bool = False,
) -> Imported:  # fmt: skip
    """Bring another program's memory in, or rehearse it."""
    from oldhand.knowledge import moving_sources as sources
    from oldhand.knowledge.moving_in import Job, bring_in

    if strategy == "replace":
        raise BadArgument("strategy", strategy, "what another memory says replaces only what its trust allows")
    chosen = sources.chosen(path, name)
    size, seen = max(sum(map(sources.size_of, chosen)), 1), 0

    def tell(count: int) -> None:
        nonlocal seen
        seen += count
        memory.progress(min(seen, size), size, "Rehearsing the import" if dry_run else "Importing")

    root = sources.root_of(path)
    items = (item for one in chosen for item in sources.items(one, root, part, memory.project.root, tell))
    voice = memory.voice._replace(trust=_believed(memory, trust))
    job = Job(chosen[0].format, memory.project.tree, voice, memory.now(), strategy, memory.screening, dry_run)
    done = bring_in(writing, items, job)
    counts = {field: getattr(done, field) for field in Imported._fields if field in done._fields}
    memory.trace_detail = {field: value for field, value in counts.items() if isinstance(value, int)}
    if not any((done.new, done.same, done.changed, done.contested, done.refused, done.skipped)) and done.unreadable:
        raise BadExport(path, f"nothing in it can be read; {done.notes[0]}")
    return Imported(
        file=str(path), format=job.format, strategy=strategy, dry_run=dry_run, objects=done.new + done.changed,
        restored=False, **counts,
    )  # fmt: skip


def _believed(memory: Memory, trust: str) -> str:
    """The trust of what is brought in. Raises BadArgument when it is more than the one who imports has."""
    if RANK[trust] > RANK[memory.trust]:
        raise BadArgument("trust", trust, f"you are believed as '{memory.trust}', and what you bring in no more")
    return trust


@contextmanager
def _nowhere(now_ms: int) -> Iterator[Transaction]:
    """A change of an empty store that vanishes: what a dry run into a memory that is not there yet changes."""
    with (
        tempfile.TemporaryDirectory(prefix="oldhand-import-") as folder,
        Store.create(Path(folder), now_ms) as store,
        store.write(now_ms) as transaction,
    ):
        yield transaction
