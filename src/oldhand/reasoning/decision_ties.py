"""What a decision is tied to outside of memory: commits, pull requests, incidents. They are tags, sets that merge."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.history import head
from oldhand.errors import BadArgument, NoGit, OldhandError, UnknownCommit
from oldhand.knowledge.assertion import LONGEST_TAG, checked_tag
from oldhand.model.trust import RANK
from oldhand.reasoning.decisions import COMMIT, COMMIT_DIGITS, INCIDENT, PR
from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.tag_setters import given

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

FEWEST_DIGITS = 6  # of a commit by which a tie to it is found, as of any id
MOST_TIES = 200  # of one decision: what has more commits is a project, not a decision
_WHOLE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NUMBER = re.compile(r"#?([1-9][0-9]{0,9})")
_ON_A_FORGE = re.compile(  # the address of a pull or merge request: host, repository, number
    r"https?://([\w.-]{1,100})/([\w./-]{1,200}?)/(?:-/)?(?:pull|pulls|merge_requests|pullrequests)/([0-9]{1,10})(?:[/?#].*)?",
    re.IGNORECASE,
)


class Ties(NamedTuple):
    """Tags to add, and ties to take back as they were written."""

    add: tuple[str, ...]
    remove: tuple[str, ...] = ()


class Changed(NamedTuple):
    """The ties that were added and taken away, as tags."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def ties_of(
    memory: "Memory", commits: Iterable[str], prs: Iterable[str], incidents: Iterable[str]
) -> tuple[str, ...]:  # fmt: skip
    """The tags for these ties. Raises UnknownCommit, NoGit and BadArgument."""
    found = [COMMIT + commit_of(memory, one) for one in commits]
    found += [_tag(PR, pull_request(one), "prs") for one in prs]
    found += [_tag(INCIDENT, " ".join(one.split()), "incidents") for one in incidents]
    return tuple(dict.fromkeys(found))


def commit_of(memory: "Memory", said: str) -> str:
    """The id of a commit, as it is kept: what git knows here, else a whole id that may be another repository's.

    Raises UnknownCommit, and NoGit where there is no git and the id is not whole.
    """
    name = said.strip()
    whole = head(memory.project.tree, memory.environment, name) if name and memory.project.git else ""
    if not whole and _WHOLE.fullmatch(name.lower()):
        whole = name.lower()  # of a repository that is not here, or gone after a rebase: the id says which it was
    if not whole and memory.project.git is None:
        raise NoGit(memory.project.tree)
    if not whole:
        why = "git knows none of that name; one of another repository is named by its whole id, 40 or 64 digits"
        raise UnknownCommit(said, why)
    return whole[:COMMIT_DIGITS]


def pull_request(said: str) -> str:
    """A pull request as it is kept: its number, or `owner/name#12` from its address. Raises BadArgument."""
    text = said.strip()
    if found := _NUMBER.fullmatch(text):
        return found[1]
    if found := _ON_A_FORGE.fullmatch(text):
        place = found[2] if found[1].lower() == "github.com" else f"{found[1]}/{found[2]}"
        return f"{place}#{found[3]}"
    if re.fullmatch(r"[\w./-]{1,200}[#!][0-9]{1,10}", text):
        return text
    raise BadArgument("prs", said, "give its number (12 or #12), OWNER/NAME#12, or its address")


def _tag(prefix: str, name: str, what: str) -> str:
    """A tie as a tag. Raises BadArgument for what no tag can hold."""
    if not name or not name.isprintable() or len(prefix) + len(name) > LONGEST_TAG:
        room = LONGEST_TAG - len(prefix)
        raise BadArgument(what, name[:80], f"it is kept as one line of at most {room} characters; shorten it")
    return checked_tag(prefix + name)


def tie(memory: "Memory", decision: str, ties: Ties) -> Changed:
    """Add and take back ties of a decision (its whole id), in one change; what is so already is left as it is.

    What one who is believed more ties again that was tied before is theirs from then on.
    """
    with memory.writing() as transaction:
        values = registers(transaction.record(decision))
        known = [name[4:] for name, stands in values.items() if name.startswith("tag/") and stands]
        removed = sorted({_meant(memory, one, known) for one in ties.remove})
        _may_remove(transaction, decision, memory.trust, removed)
        mine = _believed_less(transaction, decision, memory.trust) if ties.add else frozenset()
        added = [tag for tag in ties.add if (tag not in known or tag in mine) and tag not in removed]
        fresh = [tag for tag in added if tag not in known]
        if len([one for one in known if one.startswith((COMMIT, PR, INCIDENT))]) + len(fresh) > MOST_TIES:
            raise BadArgument("commits", f"{len(fresh)} more", f"a decision has at most {MOST_TIES} ties")
        fields: dict[str, Sequence[str]] = {}
        fields |= {"tags": sorted(added)} if added else {}
        fields |= {"untag": removed} if removed else {}
        if fields:
            transaction.emit("set", decision, memory.actor, memory.origin, {**fields, "trust": memory.trust})
    return Changed(tuple(added), tuple(removed))


def _may_remove(transaction: "Transaction", decision: str, trust: str, tags: Sequence[str]) -> None:
    """Raise BadArgument for a tie that was set by who is believed more: an agent takes no person's tie away."""
    known = given(Reader(transaction.connection), [decision], (COMMIT, PR, INCIDENT)).get(decision, {}) if tags else {}
    if more := [tag for tag in tags if tag in known and RANK.get(known[tag].trust, -1) > RANK[trust]]:
        raise BadArgument("unlink", more[0], "somebody tied it who is believed more; ask them to take it back")


def _believed_less(transaction: "Transaction", decision: str, trust: str) -> frozenset[str]:
    """The ties of a decision that were set by who is believed less."""
    known = given(Reader(transaction.connection), [decision], (COMMIT, PR, INCIDENT)).get(decision, {})
    return frozenset(tag for tag, one in known.items() if RANK.get(one.trust, -1) < RANK[trust])


def _meant(memory: "Memory", said: str, known: Sequence[str]) -> str:
    """The tie that is to be taken back: as it is listed, or as it was named when it was tied. Raises BadArgument."""
    text = " ".join(said.split()).casefold()
    found = [tag for tag in known if tag in (text, INCIDENT + text) and tag.startswith((COMMIT, PR, INCIDENT))]
    if not found and len(text.removeprefix(COMMIT)) >= FEWEST_DIGITS:
        found = [tag for tag in known if tag.startswith(COMMIT + text.removeprefix(COMMIT))]
    if not found:
        found = [tag for tag in known if tag in _named(memory, said.strip())]
    if len(found) != 1:
        ties = ", ".join(sorted(tag for tag in known if tag.startswith((COMMIT, PR, INCIDENT)))) or "it has none"
        raise BadArgument("unlink", said, f"it is none of its ties: {ties}")
    return found[0]


def _named(memory: "Memory", said: str) -> set[str]:
    """The ties that a name could mean where one is made: a commit as git names it, a pull request."""
    found = set()
    with suppress(BadArgument):
        found.add((PR + pull_request(said.removeprefix(PR))).casefold())
    with suppress(OldhandError):
        found.add(COMMIT + commit_of(memory, said))
    return found
