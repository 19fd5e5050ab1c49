"""Drift: which memories' places were changed by what happened between two revisions and now."""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import NAMELESS, Checked, Checker
from oldhand.code.git import ask
from oldhand.code.history import Commit, commits, head
from oldhand.errors import BadAnchor, NothingToCompare, UnknownCommit
from oldhand.knowledge.anchor_memory import AnchorMemory
from oldhand.knowledge.code_at_hand import at_hand
from oldhand.knowledge.impact import Affected, Cause, Impact, lines_of
from oldhand.knowledge.places import CURRENT, noted_anchors
from oldhand.knowledge.telling import AnchorState, told
from oldhand.model.anchor import can_name, parse
from oldhand.model.moment import iso
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_COMMITS = 2_000  # between the two revisions whose files are read; of older ones nobody is named
CHECK_SECONDS = 8.0  # for checking anchors: some thousands; a person waits no longer without asking why
PROGRESS_EVERY = 50  # memories between two reports of progress
CHECKING = "Checking anchors"
CAUSES_SHOWN = 3  # commits named for one place, the latest
REFLOG_ENTRIES = 2_000  # looked back through for the last move of HEAD: each commit of a rebase leaves one
SHOWN_COMMIT = 9  # digits of a commit, as git shows them in a large repository
_AFFECTED = ("changed", "moved", "gone")  # states of an anchor that are told
_MOVES = re.compile(r"(?:pull|merge|rebase|checkout|reset|cherry-pick|revert|am|commit \(merge\))\b")
_BEGINS = re.compile(r"(?:pull|rebase)\b[^:]{0,200}\(start\)")
_WITHIN = re.compile(r"(?:pull|rebase)\b[^:]{0,200}\((?!start)")
_UNFINISHED = (
    ("rebase-merge", "rebase"), ("rebase-apply", "rebase"), ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"),
)  # fmt: skip


class Since(NamedTuple):
    """The commit to compare with, and how it was found."""

    commit: str
    why: str


class _Between(NamedTuple):
    """What differs: the paths, and the commits that touched each: those that came, those that are no longer here."""

    paths: frozenset[str]
    uncommitted: frozenset[str]
    came: dict[str, list[Commit]]
    left: dict[str, list[Commit]]

    def differs(self, path: str) -> bool:
        """Whether a file differs, or the submodule that holds it."""
        parts = path.split("/")
        return any("/".join(parts[:length]) in self.paths for length in range(len(parts), 0, -1))


def changed_under(memory: "Memory", since: str, limit: int) -> Impact:
    """The memories whose places changed, moved or went since a revision (empty: since the last move of HEAD).

    Only files that git says changed are looked at. Raises UnknownCommit and NothingToCompare.
    """
    tree, environment = memory.project.tree, memory.environment
    now = head(tree, environment)
    if not now:
        raise NothingToCompare("there is no git here, or no commit yet")
    start = Since(_revision(tree, environment, since), since.strip()) if since else last_move(tree, environment)
    committed = _paths(ask(tree, environment, "diff-tree", *_RAW, start.commit, now, "--"))
    uncommitted = _paths(ask(tree, environment, "diff-index", *_RAW, now, "--"))
    notes = [
        f"compared with {start.commit[:SHOWN_COMMIT]} ({start.why}): {_files(len(committed | uncommitted))} changed"
    ]
    notes += _unfinished(tree, environment)
    with memory.reading() as reader:
        found = _anchored(reader, sorted(committed | uncommitted))
        came, left = _commits(tree, environment, start.commit, now) if found else ({}, {})
        between = _Between(committed | uncommitted, uncommitted, came, left)
        became, checked = _became(memory, found, between)
        if checked < len(found):
            notes.append(f"{len(found) - checked} more memories not looked at yet: ask again, what was found is kept")
        shown = [_affected(memory, reader, held, states, between) for held, states in became[:limit]]
        causes = _named(between, (state.anchor for _, states in became[:limit] for state in states))[:limit]
        nothing = [] if became or checked < len(found) else [f"NOTHING STALE: {_holding(len(found))}"]
        lines = lines_of(shown, [], [*nothing, *(f"COMMIT {_commit_line(one)}" for one in causes), *notes])
        return Impact(
            "", start.commit, now, shown, [], checked - len(became), causes, lines, len(became) - len(shown), notes,
            reader.root().root.hex(),
        )  # fmt: skip


_RAW = ("-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")


def _revision(tree: Path, environment: Mapping[str, str], said: str) -> str:
    """The commit that a person's or an agent's words name. Raises UnknownCommit."""
    if not said.isprintable():
        raise UnknownCommit(said, "it holds characters that no revision has")
    commit = head(tree, environment, said.strip())
    if not commit:
        raise UnknownCommit(said, "git knows nothing of that name")
    return commit


def last_move(tree: Path, environment: Mapping[str, str]) -> Since:
    """Where HEAD was before the last pull, merge, rebase, reset or checkout, as git's own log of HEAD tells.

    ORIG_HEAD does not tell: merges, rebases and resets write it at different moments, checkouts not at all.
    Moves to the same commit (a new branch, a stash) do not count. Raises NothingToCompare when HEAD never moved.
    """
    words = ("reflog", "show", "-z", "--format=%H %gs", f"--max-count={REFLOG_ENTRIES}", "HEAD", "--")
    said = (ask(tree, environment, *words) or b"").decode("utf-8", "replace")
    entries = [(commit, what) for commit, _, what in (entry.partition(" ") for entry in said.split("\0")) if commit]
    inside = False
    for (commit, what), (before, _) in pairwise(entries):
        name = re.split(r"[ :]", what, maxsplit=1)[0]
        if _BEGINS.match(what):
            inside = False
            if before != entries[0][0]:
                return Since(before, f"before the last {name}")
        elif _WITHIN.match(what):
            inside = True
        elif not inside and _MOVES.match(what) and before != commit:
            return Since(before, f"before the last {'merge' if name == 'commit' else name}")
    raise NothingToCompare("HEAD has not moved by a pull, merge, rebase or checkout that git remembers")


def _paths(said: bytes | None) -> frozenset[str]:
    return frozenset(name for name in (said or b"").decode("utf-8", "surrogateescape").split("\0") if name)


def _holding(count: int) -> str:
    """How many memories were looked at and still say so, in words."""
    return f"{count} {'memory' if count == 1 else 'memories'} tied to what changed, all still say so" if count else (
        "no memory is tied to what changed"
    )  # fmt: skip


def _files(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def _unfinished(tree: Path, environment: Mapping[str, str]) -> list[str]:
    """What git is in the middle of: the files are those of a moment in between."""
    said = ask(tree, environment, "rev-parse", "--absolute-git-dir")
    folder = Path((said or b"").decode("utf-8", "surrogateescape").rstrip("\n")) if said else None
    doing = next((what for name, what in _UNFINISHED if folder is not None and (folder / name).exists()), "")
    return [f"a {doing} is in progress: ask again when it is done"] if doing else []


def _anchored(reader: Reader, paths: Iterable[str]) -> list[Held]:
    """The current memories tied to any of the files or into a submodule, the most important first."""
    said = (path for path in paths if can_name(path))  # of a file of another name no memory can speak
    names = dict.fromkeys(name for path in said for _, _, name in reader.anchored(path))
    found = [held for name in names if (held := reader.find(name)) is not None and held.standing in CURRENT.standings]
    found.sort(key=lambda held: (-held.priority, -held.updated, held.id))
    return found


def _commits(
    tree: Path, environment: Mapping[str, str], since: str, now: str
) -> tuple[dict[str, list[Commit]], dict[str, list[Commit]]]:
    """The commits on either side of where two revisions part, by the paths they touched: come since then, and left.

    Without a common commit (a shallow clone, another history) nobody is named.
    """
    base = (ask(tree, environment, "merge-base", since, now) or b"").decode("ascii", "replace").strip()
    came: dict[str, list[Commit]] = {}
    left: dict[str, list[Commit]] = {}
    for end, by_path in ((now, came), (since, left)):
        read = commits(tree, environment, since=base, until=end, limit=MOST_COMMITS, lines=False) if base else ()
        for commit in read:
            for path in {name for change in commit.changes for name in (change.path, change.old_path) if name}:
                by_path.setdefault(path, []).append(commit)
    return came, left


def _became(
    memory: "Memory", found: Sequence[Held], between: _Between
) -> tuple[list[tuple[Held, list[Checked]]], int]:  # fmt: skip
    """The memories whose places no longer stand where they stood, with what became of these, and how many were checked.

    What is found is kept, so that asking again goes on where the time was over.
    """
    became: list[tuple[Held, list[Checked]]] = []
    until = time.monotonic() + CHECK_SECONDS
    kept = AnchorMemory(memory, bulk=True)
    checked = 0
    with ExitStack() as stack:
        stack.callback(kept.close)
        checker = Checker(memory.project.tree, memory.environment, index=lambda: stack.enter_context(at_hand(memory)))
        for held in found:
            if time.monotonic() > until:
                break
            if checked % PROGRESS_EVERY == 0:
                memory.progress(checked, len(found), CHECKING)
            states = []
            for anchor, value in noted_anchors(held):
                if not between.differs(anchor.path):
                    continue
                if (state := kept.known(str(anchor), value)) is None:
                    state = checker.check(str(anchor), value)
                    kept.keep(state, value)
                if _tells(state):
                    states.append(state)
            if states:
                became.append((held, states))
            checked += 1
        memory.progress(len(found), len(found), CHECKING)
        kept.write(everything=False)
    return became, checked


def _tells(state: Checked | AnchorState) -> bool:
    """Whether what became of a place is told: also that it went where nothing can follow it."""
    return state.state in _AFFECTED or state.detail == NAMELESS


def _affected(
    memory: "Memory", reader: Reader, held: Held, states: Sequence[Checked], between: _Between
) -> Affected:  # fmt: skip
    """A memory with what became of its places, and by which commits."""
    why = []
    for one in states:
        where = f", now {one.now}" if one.now else ""
        detail = f" ({one.detail})" if one.detail else ""
        became = f"moved to {one.now}" if one.state == "moved" else f"{one.state}{detail}{where}"
        by = _causes(_path(one.anchor), between)
        why.append(f"{one.anchor} {became}" + (f": {by}" if by else ""))
    known = {one.anchor: AnchorState(*one) for one in states}
    about = told(reader, held, None, memory.now())
    anchors = [known.get(state.anchor, state) for state in about.anchors]
    return Affected(about._replace(anchors=[state for state in anchors if _tells(state)]), why)


def _path(anchor: str) -> str:
    try:
        return parse(anchor).path
    except BadAnchor:
        return anchor


def _causes(path: str, between: _Between) -> str:
    """What changed a path since then, in words; empty when nobody knows."""
    came, left = between.came.get(path, [])[:CAUSES_SHOWN], between.left.get(path, [])[:CAUSES_SHOWN]
    said = ["changes that are not committed"] if path in between.uncommitted else []
    said += [one.sha[:SHOWN_COMMIT] for one in came] + [f"no longer has {one.sha[:SHOWN_COMMIT]}" for one in left]
    return ", ".join(said)


def _named(between: _Between, anchors: Iterable[str]) -> list[Cause]:
    """The commits that changed the files of these anchors, the latest first."""
    causes: dict[str, Cause] = {}
    for path in dict.fromkeys(map(_path, anchors)):
        for side in (between.came, between.left):
            for one in side.get(path, [])[:CAUSES_SHOWN]:
                causes[one.sha] = Cause(one.sha, iso(one.time), one.author, one.subject)
    return sorted(causes.values(), key=lambda cause: cause.at, reverse=True)


def _commit_line(one: Cause) -> str:
    return f"{one.commit[:SHOWN_COMMIT]} {one.at[:10]} {one.author}: {one.subject}"
