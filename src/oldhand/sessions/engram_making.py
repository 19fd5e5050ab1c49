"""Making engrams: from what git's hooks noted, and when somebody asks for one.

A hook notes a commit or what was rewritten in `spool/commits.jsonl`, one line with one write, and no more can be lost.
The line is then worked off: at once when there is time, else at the next draining. Working off a line twice does
nothing the second time, so a crash anywhere is harmless.
"""

import errno
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import OldhandError, StoreBusy, UnknownSession
from oldhand.model.session import Event
from oldhand.sessions.engram import NO_CONTEXT, Derived, derive
from oldhand.sessions.engram_git import COMMIT, NAME, Made, made, names_in, new_name, parents, session_name
from oldhand.sessions.engram_keeping import (
    LONGEST_SUBJECT,
    OWN_FILE,
    also_commit,
    commit_words,
    content,
    every,
    fields_of,
    file_line,
    find,
    of_commit,
    put,
)
from oldhand.sessions.engram_reasoning import clipped
from oldhand.store.lock import WriteLock
from oldhand.store.own_folders import own
from oldhand.store.regular_files import open_regular

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Held, Reader

SPOOL = "spool"
WAITING, TAKEN, ENDING, LOCK = "commits.jsonl", "commits-", ".jsonl", "engrams.lock"
LONGEST_LINE = 4096  # bytes of a line
MOST_READ = 4 << 20  # bytes of one file of lines: more than anybody commits between two drainings
SETTLED_MS = 1000  # how old a taken file is when it goes: no hook writes to it any more
PER_COMMIT, PER_SESSION, MANUAL, OFF = "per-commit", "per-session", "manual", "off"
SHELL, LATEST, NAMED = "shell", "latest", "named"
RECENT_MS = 3_600_000  # how lately a session must have done something to be the one that commits, without a name
MARK = "engram "  # in the log, with a session's id: the number of the last event that an engram has
LEFT_LONG = 30  # days after which a line that cannot be worked off goes: its session was never seen
DAY_MS = 86_400_000


class Note(NamedTuple):
    """What a hook noted. event: commit or rewrite; old: of a rewrite or an amended commit; host: of the agent in whose
    shell it was, if it tells; session: empty where the shell does not name it; name: that the trailer gives."""

    event: str
    commit: str
    old: str = ""
    session: str = ""
    host: str = ""
    at: int = 0
    branch: str = ""
    worktree: str = ""


class Worked(NamedTuple):
    """What was worked off. engrams: names that were made or changed; left: whether lines wait still; trouble: what was
    in the way, empty for nothing."""

    engrams: tuple[str, ...] = ()
    left: bool = False
    trouble: str = ""


# -- noting -------------------------------------------------------------------------------------------


def note(store: Path, notes: Sequence[Note]) -> None:
    """Note commits, for whoever works them off. Raises OSError."""
    folder = store / SPOOL
    folder.mkdir(mode=0o700, exist_ok=True)
    if not own(folder):
        raise OSError(errno.EPERM, "it is a link or belongs to another user, and is left alone", str(folder))
    lines = [json.dumps({"v": 1, **{k: v for k, v in one._asdict().items() if v}}, ensure_ascii=False) for one in notes]
    descriptor = os.open(folder / WAITING, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        for line in lines:
            packed = (line + "\n").encode("utf-8", "replace")
            if len(packed) <= LONGEST_LINE:
                os.write(descriptor, packed)
    finally:
        os.close(descriptor)


def waiting(store: Path) -> bool:
    """Whether commits wait to be worked off."""
    return any(files_waiting(store / SPOOL))


def files_waiting(folder: Path) -> list[Path]:
    """The files in the spool in which commits wait, those that were taken first."""
    if not own(folder):
        return []
    try:
        names = sorted(
            entry.name for entry in os.scandir(folder) if entry.name.startswith(TAKEN) or entry.name == WAITING
        )
    except OSError:
        return []
    return [folder / name for name in names if name.endswith(ENDING)]


# -- working off --------------------------------------------------------------------------------------


def work_off(memory: "Memory", until: float = float("inf"), *, following: bool = True) -> Worked:
    """Work off the commits that hooks noted, until a time of `time.monotonic`. Never raises OldhandError.

    following: whether to read on in the transcript of the session first.
    """
    folder = memory.project.store / SPOOL
    if not memory.project.remembered or not files_waiting(folder):
        return Worked()
    lock = WriteLock(folder / LOCK)
    try:
        lock.acquire(0)
        if (folder / WAITING).exists():
            (folder / WAITING).rename(folder / f"{TAKEN}{memory.now()}-{os.getpid()}{ENDING}")
        return _worked(memory, folder, until, following)
    except StoreBusy:
        return Worked(left=True)  # another process works them off
    except (OldhandError, OSError) as error:
        return Worked(left=True, trouble=f"engrams cannot be made: {error}")
    finally:
        lock.close()


def _worked(memory: "Memory", folder: Path, until: float, following: bool) -> Worked:
    names: dict[str, None] = {}
    left = False
    for path in files_waiting(folder):
        done = True
        for one in notes_in(path):
            if time.monotonic() > until:
                return Worked(tuple(names), True)
            try:
                names |= dict.fromkeys(_one(memory, one, following))
            except UnknownSession:
                done = (
                    memory.now() - one.at > LEFT_LONG * DAY_MS
                )  # its events are to come: the next draining tries again
        taken = path.name.removeprefix(TAKEN).partition("-")[0]
        settled = not taken.isdecimal() or memory.now() - int(taken) >= SETTLED_MS
        if done and settled:
            path.unlink(missing_ok=True)
        left = left or not done
    return Worked(tuple(names), left)


def notes_in(path: Path) -> list[Note]:
    """What hooks noted in a file; lines that cannot be read are left out."""
    try:
        with open_regular(path) as file:
            lines = file.read(MOST_READ).split(b"\n")
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict) and said.get("v") == 1 and said.get("event") in ("commit", "rewrite"):
            kept = {
                name: said[name] for name in Note._fields if isinstance(said.get(name), int if name == "at" else str)
            }
            if COMMIT.match(kept.get("commit", "")) and (not kept.get("old") or COMMIT.match(kept["old"])):
                found.append(Note(**kept))
    return found


def _one(memory: "Memory", one: Note, following: bool) -> list[str]:
    """Work off one line; the names of the engrams that were made or changed. Raises UnknownSession."""
    if one.old and (moved := rekey(memory, one.old, one.commit)):
        return moved
    if one.event == "rewrite" or memory.setting("engrams.strategy") not in (PER_COMMIT, PER_SESSION):
        return []
    with memory.reading() as reader:
        present = of_commit(reader, one.commit)
        if any(one.session in ("", fields_of(held)["session"]) for held in present):
            return []
        trailers = names_in(memory.project.tree, memory.environment, one.commit)
        copied = [held for name in trailers if (held := _found(reader, name)) is not None]
    session, tied = who(memory, one)
    if copied and memory.setting("engrams.strategy") == PER_COMMIT:
        return _made_before(memory, copied, one.commit)
    name = _free(trailers, copied)
    if memory.setting("engrams.strategy") == PER_SESSION:
        name = session_name(session)
    return [make(memory, session, one.commit, name, tied, now=True, following=following, seen=one)]


def _made_before(memory: "Memory", copied: Sequence["Held"], commit: str) -> list[str]:
    """Tie a commit whose trailer names engrams that are there already: it was amended, picked or squashed."""
    tree, environment = memory.project.tree, memory.environment
    for held in copied:
        old = str(fields_of(held)["commit"])
        if old and parents(tree, environment, old) == parents(tree, environment, commit):
            rekey(memory, old, commit)  # amended, where no reflog tells of it
        else:
            also_commit(memory, held, commit)
    return [str(fields_of(held)["name"]) for held in copied]


def _found(reader: Any, name: str) -> "Held | None":
    try:
        return find(reader, name)
    except OldhandError:
        return None


def _free(trailers: Sequence[str], copied: Sequence["Held"]) -> str:
    """The name that the trailer of a commit gives, if no other engram has it."""
    taken = {str(fields_of(held)["name"]) for held in copied}
    return next((name for name in trailers if name not in taken), "") or new_name()


def who(memory: "Memory", one: Note) -> tuple[str, str]:
    """(id of the session that a commit was made in, how that is known). Raises UnknownSession.

    Where the shell does not name it, it is the one of that host that did something last, if that was lately.
    """
    if one.session:
        return one.session, SHELL
    if not one.host:
        raise UnknownSession("(no agent)")
    at = one.at or memory.now()
    rows = memory.session_log().sessions(limit=10, since=at - RECENT_MS, host=one.host)
    root = str(memory.project.root)
    for row in rows:
        if not row.session.parent and (not row.session.folder or row.session.folder.startswith(root)):
            return row.session.id, LATEST
    raise UnknownSession(one.host)


# -- making -------------------------------------------------------------------------------------------


def kept_already(memory: "Memory", reader: "Reader", session: str, commit: str) -> "Held | None":
    """The engram of a session for a commit (empty: its last one that belongs to none) when nothing happened since."""
    log = memory.session_log()
    said = log.mark(MARK + session)
    if not said.isdecimal() or next(iter(log.entries(session, after=int(said))), None) is not None:
        return None
    if commit:
        return next((one for one in of_commit(reader, commit) if fields_of(one)["session"] == session), None)
    loose = (one for one, fields in every(reader) if fields.get("session") == session and not fields.get("commit"))
    return reader.find(next(loose, ""))


def make(
    memory: "Memory", session: str, commit: str, name: str, tied: str, *, now: bool, following: bool = True,
    seen: Note | None = None,
) -> str:  # fmt: skip
    """Make an engram of a session for a commit (empty: none yet); its name.

    now: whether the commit was made just now; following: read on in the session's transcript first. Raises
    UnknownSession when nothing of it is known.
    """
    from oldhand.sessions.engram_transcript import keep

    log = memory.session_log()
    if following:
        from oldhand.sessions.following import follow_session

        follow_session(memory, session)
    row = log.session(session)
    whole = memory.setting("engrams.strategy") == PER_SESSION and tied != NAMED
    said = log.mark(MARK + row.session.id)
    after = 0 if whole or not said.isdecimal() else int(said)
    entries = list(log.entries(row.session.id, after=after))
    if not entries and after and not commit:
        entries, after = list(log.entries(row.session.id)), 0
    last = max((number for number, _ in entries), default=after)
    derived = derived_of(memory, row.session, [event for _, event in entries])
    worktree = memory.project.tree.name if memory.project.tree != memory.project.root else ""
    worktree = seen.worktree if seen is not None else worktree
    one = (
        made(memory.project.tree, memory.environment, commit, derived.changed, now=now, worktree=worktree)
        if commit
        else None
    )
    one = one or Made(commit, "", memory.now(), "")
    if seen is not None:
        one = one._replace(branch=seen.branch)
    one = _screened(memory, one)
    also, before = _commits_before(memory, name, one.commit)
    fields = content(name, tied, one._replace(rewritten=before), derived, f"{after + 1}-{last}", also)
    if put(memory, fields, paths_of(one, derived)):
        keep(memory.project.store, name, row.session, (event for _, event in entries))
        log.set_mark(MARK + row.session.id, str(last))
    return name


def _screened(memory: "Memory", one: Made) -> Made:
    """A commit without secrets in the words that a summary cuts. Names of files are screened whole, and are needed."""
    clean = memory.screening().clean
    return one._replace(subject=clean(one.subject), branch=clean(one.branch), worktree=clean(one.worktree))


def derived_of(memory: "Memory", session: Any, events: list[Event]) -> Derived:
    """What a session did, with what memory told in it."""
    from oldhand.sessions.engram_context import context

    folder = str(memory.project.tree)
    begun = min((event.at for event in events if event.at), default=0)
    told = [one for one in memory.session_log().injections(session.id) if one.at >= begun]
    if not told:
        return derive(session, events, NO_CONTEXT, folder)
    with memory.reading() as reader:
        return derive(session, events, context(reader, told, events, folder), folder)


def paths_of(one: Made, derived: Derived) -> list[str]:
    """The files that an engram is tied to: those of its commit, or without one those that the session changed."""
    named = [path for change in one.files for path in (change.path, change.old_path) if path]
    return list(dict.fromkeys(named if one.commit else derived.changed))


def _commits_before(memory: "Memory", name: str, commit: str) -> tuple[list[str], tuple[str, ...]]:
    """(other commits, ids before a rewriting) that the engram of this name has already."""
    with memory.reading() as reader:
        held = _found(reader, name) if NAME.match(name) else None
    if held is None:
        return [], ()
    fields = fields_of(held)
    others = dict.fromkeys([*fields["also"], fields["commit"]])
    return [one for one in others if one and one != commit], tuple(fields["before"])


def rekey(memory: "Memory", old: str, new: str) -> list[str]:
    """Let the engrams of a commit that was rewritten belong to what it became; their names."""
    with memory.reading() as reader:
        found = of_commit(reader, old)
    names = []
    for held in found:
        fields = fields_of(held)
        if fields["commit"] != old:
            if old in fields["also"] and new not in fields["also"]:
                fields["also"] = [new if one == old else one for one in fields["also"]]
                fields["before"] = list(dict.fromkeys([*fields["before"], old]))
            elif new not in (fields["commit"], *fields["also"]):
                continue  # it was moved on from there already
            else:
                names.append(str(fields["name"]))
                continue
        else:
            fields["before"] = list(dict.fromkeys([*fields["before"], old]))
            fields["commit"] = new
        one = made(memory.project.tree, memory.environment, new)
        if one is not None and fields["commit"] == new:
            fields = rewritten_to(fields, old, _screened(memory, one))
        alias = next(
            (name for name in names_in(memory.project.tree, memory.environment, new) if name != fields["name"]), ""
        )
        paths = [path for change in (one.files if one else ()) for path in (change.path, change.old_path) if path]
        put(memory, fields, paths, alias)
        names.append(str(fields["name"]))
    return names


def rewritten_to(fields: dict[str, Any], old: str, one: Made) -> dict[str, Any]:
    """The fields of an engram for what its commit became."""
    own = {text.removesuffix(OWN_FILE).split(" ", 3)[-1] for text in fields["files"] if text.endswith(OWN_FILE)}
    files = [file_line(change._replace(by_session=change.path in own)) for change in one.files]
    before = commit_words(old, fields["title"], fields["files"])
    title = clipped(one.subject, LONGEST_SUBJECT) or fields["title"]
    text = fields["text"].replace(before, commit_words(one.commit, title, files), 1)
    return {**fields, "text": text, "title": title, "files": files, "at": str(one.at)}
