"""Accepting a memory that lies in a project and that this person did not make: first what is in it, then consent."""

from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code.git import ask
from oldhand.code.project import STORE_FOLDER, has_database
from oldhand.errors import NeedsConsent, NotWritable, OldhandError, Refused
from oldhand.model.moment import iso
from oldhand.model.trust import LEVELS
from oldhand.model.visible import line
from oldhand.store.acceptance import CLOSED, FOLDER_MODE, HIDDEN, LINKED, THEIRS, WORDS, accept
from oldhand.store.store import Store

if TYPE_CHECKING:
    from oldhand.memory import Memory

PERSON = "user"  # the trust of who may accept: an agent would accept for whoever talked it into that
LATEST = 500  # events that are looked through for those who said them
MOST_NAMED = 5  # names of speakers, and of files, that are told
LONGEST_NAME = 40  # characters of one of them: the store may have been made to be read here
WHOSE = {
    "user": "a person", "repo": "a file of the project", "agent": "an agent", "tool": "a tool", "web": "a web page",
}  # fmt: skip
LEFT_OUT = ("memory", "mark", "write.lock", ".")  # beginnings of names in a store's folder that tell nothing more
DAY_DIGITS = 10  # of a time, as iso writes it: its day


def accepted(memory: "Memory", *, yes: bool) -> bool:
    """Accept the store of the working folder's project where it does not count; whether there was one to accept.

    Raises StoreNotAccepted for one that nobody can accept here, Refused for anybody but a person, NeedsConsent with
    what lies there, and NotWritable.
    """
    project = memory.project
    why = project.refusal
    if not why:
        return False
    if why in (THEIRS, LINKED, CLOSED, HIDDEN):
        raise memory.absent()
    if memory.trust != PERSON:
        raise Refused(
            f"The memory in {project.store} is not used: {WORDS[why]}. Only a person accepts it. Ask them to look at it"
            " and to run `oldhand init` here"
        )
    if not yes:
        raise NeedsConsent(what_lies_there(memory))
    try:
        project.store.chmod(FOLDER_MODE)
        accept(project.store, memory.home)
    except OSError as error:
        raise NotWritable(error.filename or project.store, error.strerror or error) from None
    memory.forget_settings()
    return True


def what_lies_there(memory: "Memory") -> str:
    """What is in a store that does not count, in sentences: how much, whose, since when, and what else lies there."""
    project = memory.project
    said = [f"The memory in {line(str(project.store))} is not used: {WORDS[project.refusal]}."]
    if _tracked(memory):
        said.append("Git tracks it: it came with the repository.")
    said.append(_held(project.store) if has_database(project.store) else "There is no database in it.")
    if others := _beside(project.store):
        said.append(f"Beside it: {others}.")
    said.append("Accepted, it is told to agents here and believed as far as it claims to be.")
    return " ".join(said)


def told_by_git(memory: "Memory") -> list[tuple[str, str, str, str]]:
    """A finding (component, state, detail, next step) when git tracks something in the project's store, else none."""
    if not _tracked(memory):
        return []
    said = f"git tracks files in {STORE_FOLDER}: a pull or checkout replaces them unasked, and commits share them"
    return [("git", "warn", said, f"`git rm -r --cached {STORE_FOLDER}`, commit that, and keep a backup elsewhere")]


def _tracked(memory: "Memory") -> bool:
    """Whether git's index holds anything of the folder where the project's store lies."""
    project = memory.project
    return bool(project.git and ask(project.root, memory.environment, "ls-files", "-z", "--cached", "--", STORE_FOLDER))


def _held(store: Path) -> str:
    """What the database holds; why it cannot be read otherwise."""
    try:
        with Store.open(store, writable=False) as opened, opened.read() as reader:
            trusts, events = reader.tally("trust"), reader.root().position
            first = next(iter(reader.journal()), None)
            latest = reader.journal_latest(LATEST)
    except OldhandError as error:
        return f"It cannot be read ({error})"
    count = sum(trusts.values())
    by_trust = ", ".join(f"{trusts[level]:,} as {WHOSE[level]}'s" for level in reversed(LEVELS) if trusts.get(level))
    told = f"It holds {count:,} memor{'y' if count == 1 else 'ies'}" + (f", believed {by_trust}" if by_trust else "")
    if first is None or not latest:
        return f"{told}."
    spoke = list(dict.fromkeys(event.actor for _, event in latest))
    names = ", ".join(_short(name) for name in spoke[:MOST_NAMED]) + (" …" if len(spoke) > MOST_NAMED else "")
    since, until = (iso(event.clock.wall)[:DAY_DIGITS] for event in (first[1], latest[0][1]))
    return f"{told}; {events:,} event{'s' * (events != 1)} from {since} to {until}, by {names}."


def _beside(store: Path) -> str:
    """What lies in the store's folder beside its database."""
    try:
        names = sorted(
            one.name
            for one in store.iterdir()
            if not one.name.startswith(LEFT_OUT) and not one.name.endswith(("-wal", "-shm"))
        )
    except OSError:
        return ""
    return ", ".join(_short(name) for name in names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _short(name: str) -> str:
    shown = line(name)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"
