"""Commits made of nothing, for tests of what is read out of them."""

from collections.abc import Iterable
from hashlib import sha1

from oldhand.code.history import Change, Commit
from oldhand.knowledge.history_findings import DAY_MS, Finding
from oldhand.knowledge.history_mining import Mined, Mining

BORN = 1_700_000_000_000  # ms: day 0
NOW = BORN + 2000 * DAY_MS  # the clock of the machine


def change(path: str, status: str = "M", *, added: int = 10, deleted: int = 2, old: str = "") -> Change:
    """One change of a file."""
    return Change(status, path, old, added, deleted)


def made(
    message: str, *changes: Change | str, day: float = 0.0, author: str = "Ada Byron",
    email: str = "ada@example.org", parents: int = 1,
) -> Commit:  # fmt: skip
    """A commit; a path alone stands for a change of it."""
    subject, _, body = message.partition("\n")
    sha = sha1(f"{message}{day}{author}".encode()).hexdigest()
    names = tuple(f"{number:040x}" for number in range(parents))
    told = tuple(change(one) if isinstance(one, str) else one for one in changes)
    return Commit(sha, names, int(BORN + day * DAY_MS), author, email, subject, body.strip("\n"), told)


def mining_of(history: Iterable[Commit], saved: dict[str, object] | None = None) -> Mining:
    """What is gathered from commits told oldest first."""
    mining = Mining(NOW, saved)
    for commit in reversed(list(history)):
        mining.add(commit)
    mining.settle(lambda blobs: [])
    return mining


def mined(history: Iterable[Commit], *present: str) -> Mined:
    """What is found in commits told oldest first. present: the files there are now; all that was named by default."""
    history = list(history)
    named = {change.path for commit in history for change in commit.changes if change.status != "D"}
    gone = {change.path for commit in history for change in commit.changes if change.status == "D"}
    return mining_of(history).mined(set(present) or named - gone, set())


def of(found: Mined, category: str) -> list[Finding]:
    """The findings of one category that were kept."""
    return [finding for finding in found.kept if finding.category == category]


def texts(found: Mined, category: str) -> list[str]:
    """What they say."""
    return [finding.told() for finding in of(found, category)]
