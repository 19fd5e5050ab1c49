"""Taking the history of the commit that is checked out into the code index."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code import history
from oldhand.code.checkout import checkout
from oldhand.code.git import ask
from oldhand.model.terms import index_terms
from oldhand.store import code_writing as writing
from oldhand.store.code_index import OF_COMMITS
from oldhand.store.code_records import FIELDS, MOST_COUNTED

if TYPE_CHECKING:
    import apsw

MOST_COMMITS = 10_000  # the newest so many: some years of a busy project, read in two seconds
MOST_CHANGES = 1000  # files of one commit that are kept: a commit of more moves or imports, and says nothing of each
MOST_FORGOTTEN = 2000  # commits that went away (a rebase, another branch); beyond, all is read anew
LONGEST_MESSAGE = 20_000  # characters of a message that give terms: longer ones hold a pasted log
AT_ONCE = 500  # commits written together
WHAT = "Reading the history"


def present_head(tree: Path, git: Path | None, environment: Mapping[str, str]) -> str:
    """The commit that is checked out; empty without git or before the first commit."""
    if git is None:
        return ""
    return checkout(tree).commit or history.head(tree, environment)


def is_behind(connection: "apsw.Connection", head: str, git: Path | None) -> bool:
    """Whether the index has read the history of another commit, or of a shallower clone."""
    read = (writing.state(connection, "head"), writing.state(connection, "shallow"))
    return read != (head, _shallow(git))


def _shallow(git: Path | None) -> str:
    """What tells one shallow clone from a deeper one: the time of git's list of where history is cut off."""
    try:
        return str((git / "shallow").stat().st_mtime_ns) if git else ""
    except OSError:
        return ""


def update(
    connection: "apsw.Connection", tree: Path, git: Path | None, environment: Mapping[str, str], head: str,
    progress: Callable[[int, int, str], None],
) -> None:  # fmt: skip
    """Read the commits that `head` knows and the index does not, and forget those that it does not know any more."""
    if not is_behind(connection, head, git):
        return
    since = (
        _common(connection, tree, environment, head) if writing.state(connection, "shallow") == _shallow(git) else ""
    )
    if not since:
        writing.forget_history(connection)
    total = min(MOST_COMMITS, history.count(tree, environment, since=since, until=head)) if head else 0
    done = 0
    if head:
        for part in _parts(
            history.commits(tree, environment, since=since, until=head, limit=MOST_COMMITS, lines=False)
        ):
            _take(connection, part)
            done += len(part)
            progress(min(done, total), total, WHAT)
    writing.settle_renames(connection)
    writing.note(connection, "head", head)
    writing.note(connection, "shallow", _shallow(git))


def _common(connection: "apsw.Connection", tree: Path, environment: Mapping[str, str], head: str) -> str:
    """The commit up to which the index and `head` agree; what the index knows beyond is forgotten. Empty: none."""
    last = writing.state(connection, "head")
    if not last or not head:
        return ""
    said = (ask(tree, environment, "merge-base", last, head) or b"").split()
    base = said[0].decode("ascii", "replace") if said else ""
    if base and base != last:
        span = (f"--max-count={MOST_FORGOTTEN + 1}", "--end-of-options", f"{base}..{last}")
        gone = (ask(tree, environment, "rev-list", *span) or b"").decode("ascii", "replace").split()
        if len(gone) > MOST_FORGOTTEN:
            return ""
        writing.forget_commits(connection, gone)
    return base


def _parts(commits: Iterator[history.Commit]) -> Iterator[list[history.Commit]]:
    part: list[history.Commit] = []
    for commit in commits:
        part.append(commit)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _take(connection: "apsw.Connection", part: Sequence[history.Commit]) -> None:
    """Keep some commits and the terms of their messages. Those that changed no file (merges) lead to none."""
    kept: list[writing.CommitRead] = []
    postings: dict[str, bytearray] = {}
    number = writing.next_number(connection, OF_COMMITS)
    for commit in part:
        changes = tuple(
            (change.status, change.path, change.old_path, change.added, change.deleted)
            for change in commit.changes[:MOST_CHANGES]
            if _nameable(change.path + change.old_path)
        )
        if not changes:
            continue
        subject = Counter(index_terms(commit.subject[:LONGEST_MESSAGE]))
        body = Counter(index_terms(commit.body[:LONGEST_MESSAGE]))
        for term in subject | body:
            counts = (min(subject[term], MOST_COUNTED), min(body[term], MOST_COUNTED), *(0,) * (FIELDS - 2))
            postings.setdefault(term, bytearray()).extend(number.to_bytes(4, "little") + bytes(counts))
        kept.append(
            writing.CommitRead(
                number, commit.sha, commit.time, commit.author, commit.email, commit.subject, commit.body,
                (subject.total(), body.total()), changes,
            )
        )  # fmt: skip
        number += 1
    writing.put_commits(connection, kept)
    writing.put_postings(connection, OF_COMMITS, {term: bytes(found) for term, found in postings.items()}, len(kept))


def _nameable(path: str) -> bool:
    """Whether a path can be told: those that are no UTF-8 cannot."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
