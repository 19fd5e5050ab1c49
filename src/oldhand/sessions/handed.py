"""Checkpoints and handoffs as they are held: their names, and what they tell.

Read by the opening of every session, so that this imports nothing of how they are made.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.knowledge.goals import moment_of, tagged
from oldhand.knowledge.successors import present_key
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import LONGEST_KEY, memory_of_slot
from oldhand.model.moment import iso

if TYPE_CHECKING:
    from oldhand.store.reader import Held, Reader

KIND, DOMAIN, KEY = "handoff", "tasks", "handoff/"
PERSONS = "handoff by a person/"  # begins the key of what a person words; no name of a session makes it of KEY
PERSON, AGENT = "person", "agent"  # who worded one; else LOG
BY_PERSON = "user"  # the trust of a person
CHECKPOINT, HANDOFF = "checkpoint", "handoff"  # how a session stands: it goes on, or it is over
SAID, LOG = "said", "log"  # who worded it
TAKEN = "taken:"  # begins the tag that names a session which took a handoff up
LONGEST_TAKER = 56  # characters of that session's name in the tag
_WORDS = ("text", "title", "made", "source", "session", "host", "branch", "commit")  # fields of one text
_LISTS = ("done", "next", "open", "dirty", "commits", "failing", "told", "decided")  # and of several


class Taken(NamedTuple):
    """A session that took a handoff up. session: its name; at: when (ISO 8601)."""

    session: str
    at: str


class File(NamedTuple):
    """A file that a session touched. path: from the top of the working tree; digest: of what it held then, or gone,
    or unread."""

    path: str
    digest: str


class Handed(NamedTuple):
    """A checkpoint or handoff as it is held.

    id: of its memory; at: when it was made (ISO 8601); actor: who made it; by: whose words it holds (person, agent
    or log); made: checkpoint or handoff; source: said or log; session, host: whose it is; branch, commit: of the
    working tree then; title: a short name; text:
    what the session was about; done, next, open: in the words of the agent or of the log; files: that it touched;
    dirty: paths that were not committed; commits: made in it; failing: commands whose last run failed; told,
    decided: memories told to it and decisions made in it; taken: who took it up.
    """

    id: str
    at: str
    actor: str
    by: str
    made: str
    source: str
    session: str
    host: str
    branch: str
    commit: str
    title: str
    text: str
    done: list[str]
    next: list[str]
    open: list[str]
    files: list[File]
    dirty: list[str]
    commits: list[str]
    failing: list[str]
    told: list[str]
    decided: list[str]
    taken: list[Taken]


def key_for(name: str, by_person: bool = False) -> str:
    """The key of the checkpoint of a session, by its name; by_person: of what a person words of it."""
    plain = "".join(character if character.isprintable() else "-" for character in name)
    return ((PERSONS if by_person else KEY) + plain)[:LONGEST_KEY].rstrip()


def held_of(reader: "Reader", name: str, by_person: bool = False) -> "Held | None":
    """The checkpoint of a session as it is held, also where it was made anew without forgotten words."""
    return reader.find(memory_of_slot(DOMAIN, present_key(reader.standing, DOMAIN, key_for(name, by_person))))


def by_person(held: "Held") -> bool:
    """Whether a checkpoint holds a person's words: their trust says so, which nothing in a text can."""
    return held.trust == BY_PERSON


def files_of(lines: Iterable[str]) -> list[File]:
    """Files from the lines that a checkpoint keeps of them; what is no such line is left out."""
    parts = (line.partition(" ") for line in lines)
    return [File(path, digest) for digest, _, path in parts if digest and path]


def handed(held: "Held") -> Handed:
    """A held checkpoint as replies tell it."""
    wording = held.wordings[-1]
    said = wording.content
    fields: dict[str, Any] = {name: str(said.get(name, "")) for name in _WORDS}
    fields |= {name: [str(one) for one in said.get(name, ())] for name in _LISTS}
    by = LOG if fields["source"] != SAID else PERSON if by_person(held) else AGENT
    takers = [Taken(name, iso(moment_of(held.record, f"tag/{TAKEN}{name}"))) for name in tagged(held, TAKEN)]
    return Handed(
        id=held.id, at=iso(made_at(held)), actor=wording.actor, by=by, files=files_of(said.get("files", ())),
        taken=takers, **fields,
    )  # fmt: skip


def tells_something(held: "Held") -> bool:
    """Whether a checkpoint tells more than that there was a session: somebody worded it, or it left something."""
    said = held.wordings[-1].content if held.wordings else {}
    return said.get("source") == SAID or any(said.get(name) for name in ("files", "commits", "next", "open", "failing"))


def made_at(held: "Held") -> int:
    """When a checkpoint was made (ms since 1970): when its leading wording was said."""
    heads = held.record.get("heads", ())
    return max((stamp_wall(head["stamp"]) for head in heads), default=held.updated)


def taker(session: str) -> str:
    """A session's name as the tag of who took a handoff up has it."""
    plain = "".join(character if character.isprintable() else "-" for character in session)
    return plain.casefold()[:LONGEST_TAKER].strip()
