"""Which versions of which documents were read before deciding, and whether they have changed since.

A version is told by the digest of its bytes: the id that git gives them, where the project is in git, so that git has
the version still when the file was committed; else `sha256:` and their SHA-256. Nothing of a document is kept.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.difference import hunks
from oldhand.code.git import ask
from oldhand.code.history import contents
from oldhand.code.paths import read_bytes, relative
from oldhand.errors import BadInput, OldhandError
from oldhand.model.session import CALL, EDIT, READ, WRITE

if TYPE_CHECKING:
    from oldhand.memory import Memory

SAME, CHANGED, GONE, UNKNOWN = "same", "changed", "gone", "unknown"
SHA256 = "sha256:"
MOST_READ = 40  # documents of one decision: an agent that has read more has read the project, and no list tells that
MOST_COMPARED = 12  # documents of one decision of which git is asked how they changed: some 10 ms each
LARGEST_COMPARED = 1 << 20  # bytes of a version that is compared line by line
_ENTRY = re.compile(r"((?:sha256:)?[0-9a-f]{40,64}) (.+)", re.DOTALL)


class DocumentRead(NamedTuple):
    """A document that was read for a decision.

    digest: of the version that was read; state: same, changed, gone (the file), or unknown (it cannot be read now);
    added, removed: lines since, -1 where the version is not at hand to compare; commit, subject: the last commit that
    changed the file, empty where git knows none.
    """

    path: str
    digest: str
    state: str
    added: int = -1
    removed: int = -1
    commit: str = ""
    subject: str = ""


def versions(memory: "Memory", paths: Iterable[str]) -> list[str]:
    """`DIGEST PATH` of files as they are now. Raises BadPath and its kin for a path that leads to no file here."""
    root = memory.project.tree
    named = list(dict.fromkeys(relative(root, path) for path in paths))
    if not named:
        return []
    how = _algorithm(memory)
    return [f"{digest(read_bytes(root, path), how)} {path}" for path in named]


def read_in_session(memory: "Memory", session: str = "") -> list[str]:
    """Paths of the project's files that the session which speaks has read, the latest read first.

    Files that its tools changed are left out: they are its work, not its sources. Empty where no session is known.
    """
    from oldhand.sessions.draining import drain
    from oldhand.sessions.whose import named_by_host, whose

    try:
        if session or memory.trust != "user" or named_by_host(memory).id:
            drain(memory)  # what hooks left has what was read last
        own = whose(memory, session)
        if own.row is None:
            return []
        log = memory.session_log()
        found: dict[str, bool] = {}
        for _, event in log.entries(own.row.session.id):
            if event.kind != CALL or not event.target or event.tool not in (READ, EDIT, WRITE):
                continue
            try:
                path = relative(memory.project.tree, event.target)
            except BadInput:
                continue  # it lies outside of the project, or is no path
            read = event.tool == READ and found.pop(path, True)
            found[path] = read
        return [path for path, read in reversed(found.items()) if read][:MOST_READ]
    except OldhandError:
        return []  # no log, or one that cannot be read, which `doctor` tells


def versions_in_session(memory: "Memory") -> list[str]:
    """`DIGEST PATH` of what the session that speaks has read, those files that are still there."""
    how, found = _algorithm(memory), list[str]()
    screening = memory.screening()
    for path in screening.nameable(read_in_session(memory)):
        try:
            found.append(f"{digest(read_bytes(memory.project.tree, path), how)} {path}")
        except OldhandError:
            continue  # removed since, or too large to be a document
    return found


def since(memory: "Memory", entries: Sequence[str]) -> list[DocumentRead]:
    """What has become of the versions that were read, in their order."""
    found: list[DocumentRead] = []
    for number, (said, path) in enumerate(parts(entries)):
        try:
            now = read_bytes(memory.project.tree, path)
        except OldhandError as error:
            gone = type(error).__name__ == "NoSuchFile"
            known = _last_change(memory, path) if gone and number < MOST_COMPARED else ("", "")
            found.append(DocumentRead(path, said, GONE if gone else UNKNOWN, -1, -1, *known))
            continue
        if digest(now, _of(said)) == said:
            found.append(DocumentRead(path, said, SAME, 0, 0))
        elif number < MOST_COMPARED:
            found.append(DocumentRead(path, said, CHANGED, *_lines(memory, said, now), *_last_change(memory, path)))
        else:
            found.append(DocumentRead(path, said, CHANGED))
    return found


def parts(entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(digest, path) of what a decision keeps; what has another form is left out."""
    for entry in entries:
        if found := _ENTRY.fullmatch(entry):
            yield found[1], found[2]


def digest(data: bytes, how: str) -> str:
    """The digest of a version. how: sha1 and sha256 as git names a blob, SHA256 for the bytes alone."""
    if how == SHA256:
        return SHA256 + hashlib.sha256(data).hexdigest()
    named = hashlib.new(how, usedforsecurity=False)
    named.update(b"blob %d\0" % len(data))
    named.update(data)
    return named.hexdigest()


def _of(said: str) -> str:
    return SHA256 if said.startswith(SHA256) else "sha1" if len(said) == 40 else "sha256"


def _algorithm(memory: "Memory") -> str:
    """How the project's git names contents; SHA256 where there is no git."""
    if memory.project.git is None:
        return SHA256
    said = ask(memory.project.tree, memory.environment, "rev-parse", "--show-object-format")
    words = (said or b"").decode("ascii", "replace").split()
    return words[0] if words and words[0] in ("sha1", "sha256") else SHA256


def _lines(memory: "Memory", said: str, now: bytes) -> tuple[int, int]:
    """Lines added to and removed from the version that was read; -1 where it is not at hand or no text."""
    if said.startswith(SHA256) or len(now) > LARGEST_COMPARED:
        return -1, -1
    root = memory.project.tree
    before = next((body for _, body in contents(root, memory.environment, [said], LARGEST_COMPARED)), None)
    if before is None or b"\0" in before or b"\0" in now:
        return -1, -1
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, now))
    found = hunks(old, new)
    added = sum(one.new_last - one.new_first + 1 for one in found)
    return added, sum(one.last - one.first + 1 for one in found)


def _last_change(memory: "Memory", path: str) -> tuple[str, str]:
    """(id, subject) of the last commit that changed a file."""
    if memory.project.git is None:
        return "", ""
    said = ask(
        memory.project.tree, memory.environment, "--literal-pathspecs", "log", "-1", "--format=%H%x00%s",
        "--end-of-options", "HEAD", "--", path,
    )  # fmt: skip
    commit, _, subject = (said or b"").decode("utf-8", "replace").strip("\n").partition("\0")
    return commit, memory.screening().clean(subject)
