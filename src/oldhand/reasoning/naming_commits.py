"""Which commits name decisions, as far as the history was read: so that a new decision is read from there on only.

Of each thing that a message may name a decision by, the first commit that does is kept: ids, numbers of records and of
pull requests, files of records that were added. What is not there, no commit names that was read so far.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from oldhand.reasoning.carrying import ID_DIGITS, Claim, is_record, named_in
from oldhand.reasoning.reading_history import Seen

DIGITS = 16  # of a commit that are kept: git finds it by them
MOST = 200_000  # names that are kept, some 8 MB; of a history with more, new decisions are read from its beginning
BEGINNING = "beginning"  # instead of a commit: no less than the whole history tells


class Index:
    """What commits name. head: up to which commit they were read; empty for none. boundary: where the history begins
    here, as in a shallow clone: what was read of another one tells nothing."""

    def __init__(self, saved: Mapping[str, Any], boundary: str) -> None:
        saved = saved if saved.get("boundary") == boundary else {}
        self.boundary = boundary
        self.head = str(saved.get("head", ""))
        self._named: dict[str, str] = dict(saved.get("named", {}))

    def saved(self) -> dict[str, Any]:
        """What an `Index` is made from again."""
        return {"head": self.head, "boundary": self.boundary, "named": self._named}

    def note(self, seen: Seen) -> None:
        """Take in a commit, in the order of the history."""
        if len(self._named) > MOST:
            return
        for name in named_in(seen):
            self._named.setdefault(name, seen.sha[:DIGITS])
        for status, path, _ in seen.files:
            if status in "AR" and is_record(path):
                self._named.setdefault(("r" if status == "A" else "m") + path, seen.sha[:DIGITS])

    def of(self, claim: Claim) -> list[str]:
        """The first commits that name a decision, by their beginnings; BEGINNING alone where that is not known."""
        if len(self._named) > MOST or f"m{claim.record}" in self._named:
            return [BEGINNING]  # a record that was renamed had other numbers before
        return [commit for name in _names(claim) if (commit := self._named.get(name))]


def _names(claim: Claim) -> Iterable[str]:
    """All by which a message may name a decision, as `named_in` tells them."""
    yield f"i{claim.decision[:ID_DIGITS]}"
    if claim.number:
        yield f"a{claim.number}"
    yield from (f"p{pull}" for pull in claim.pulls)
    if claim.record:
        yield f"r{claim.record}"
