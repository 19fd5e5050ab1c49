"""How far what is known of outcomes is behind the history: told where outcomes are told, so that nobody takes old ones
for new.

What is checked out is read from git's own files; git is started only where that is another commit than outcomes were
read to.
"""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import checkout
from oldhand.code.git import ask
from oldhand.reasoning.outcome_state import first_line
from oldhand.store.by_kind import how_many

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

MOST_COUNTED = 1_000  # commits: git counts so many in some milliseconds, and "1,000 or more" says enough
COUNTING_SECONDS = 0.5  # after which their number is not known: who asks for something else does not wait for it
SHOWN_DIGITS = 12
STEP = "`oldhand outcomes update` looks them up"
NEVER, BEHIND, REWRITTEN = "never", "behind", "rewritten"


class Behind(NamedTuple):
    """That outcomes are older than the history. state: never (no whole history was read), behind, or rewritten (the
    commit that was read to is no part of it any more); read: that commit, empty for never; head: what is checked out;
    commits: how many are new, MOST_COUNTED for so many or more, -1 where git does not tell."""

    state: str
    read: str
    head: str
    commits: int


def behind(memory: "Memory", reader: "Reader") -> Behind | None:
    """How far outcomes are behind what is checked out; None where they are not, or there are no decisions or no git."""
    if not how_many(reader, ("decision",), ("active", "contested", "superseded")):
        return None
    head = checkout(memory.project.tree).commit
    read = first_line(memory.project.store).head if head else ""
    if head == read:
        return None
    commits = _counted(memory, head, read)
    if not read:
        return Behind(NEVER, "", head, commits)
    if not commits:
        return None  # an older commit is checked out than was read to: more is known than is there
    return Behind(BEHIND if commits >= 0 else REWRITTEN, read, head, commits)


def _counted(memory: "Memory", head: str, read: str) -> int:
    """How many commits `head` has that `read` has not."""
    words = ("--count", f"--max-count={MOST_COUNTED}", "--end-of-options", head, *([f"^{read}"] if read else []))
    told = ask(memory.project.tree, memory.environment, "rev-list", *words, seconds=COUNTING_SECONDS)
    return int(told) if told and told.strip().isdigit() else -1


def in_words(one: Behind | None) -> str:
    """How far outcomes are behind, as a sentence with the next step; empty where they are not."""
    if one is None:
        return ""
    if one.state == NEVER:
        return f"How these decisions ended was not looked up in the whole history yet; {STEP}."
    if one.state == REWRITTEN:
        return f"Outcomes are as of {one.read[:SHOWN_DIGITS]}, which this history may not have any more; {STEP}."
    number = f"{one.commits:,}" + " or more" * (one.commits >= MOST_COUNTED)
    return f"Outcomes are {number} commit{'s' * (one.commits != 1)} behind; {STEP}."


def told(memory: "Memory", reader: "Reader") -> str:
    """`in_words` of `behind`: what replies tell."""
    return in_words(behind(memory, reader))
