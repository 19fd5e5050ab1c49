"""How far what is known of outcomes is behind the history: told where outcomes are told, so that nobody takes old ones
for new.

What is checked out is read from git's own files; git is started only where that is another commit than outcomes were
read to.
"""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import boundary, checkout
from oldhand.code.git import ask
from oldhand.errors import OldhandError
from oldhand.reasoning.outcome_state import STATE_FILE, first_line, load
from oldhand.store.by_kind import how_many

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.reasoning.decisions import Decision
    from oldhand.store.reader import Reader

MOST_COUNTED = 1_000  # commits: git counts so many in some milliseconds, and "1,000 or more" says enough
COUNTING_SECONDS = 0.2  # after which their number is not known: who asks for something else does not wait for it
SHOWN_DIGITS = 12
STEP = "`oldhand outcomes update` looks them up"
NEVER, BEHIND, REWRITTEN, FETCHED, SESSIONS = "never", "behind", "rewritten", "fetched", "sessions"
# How long sessions may have gone on since results of tests were read from them before that is told: while somebody
# works they go on all the time, and they are looked through every five minutes where it is done by itself.
SESSIONS_MS = 600_000


class Behind(NamedTuple):
    """That outcomes are older than the history. state: never (no whole history was read), behind, rewritten (the commit
    that was read to is no part of it any more), fetched (a shallow clone has another part of the history now) or
    sessions (these went on, and results of tests were not looked for); read: that commit, empty for never; head: what
    is checked out; commits: how many are new, MOST_COUNTED for so many or more, -1 where git does not tell."""

    state: str
    read: str
    head: str
    commits: int


def behind(memory: "Memory", reader: "Reader") -> Behind | None:
    """How far outcomes are behind what is checked out; None where they are not, or there are no decisions or no git."""
    if not how_many(reader, ("decision",), ("active", "contested", "superseded")):
        return None
    head = checkout(memory.project.tree).commit
    state = first_line(memory.project.store)
    read = (state.head or state.names.get("head", "")) if head else ""
    if head == state.head or not head:
        return _beside(memory, read, state.names.get("boundary", ""), state.events)
    commits = _counted(memory, head, read) if head != read else 0
    # Where a reading is under way, and came to the head or not far, there is no whole one either.
    if not read or head == read or (commits < 0 and not state.head):
        return Behind(NEVER, "", head, commits)
    if not commits:
        return None  # an older commit is checked out than was read to: more is known than is there
    return Behind(REWRITTEN if commits < 0 and _away(memory, read, head) else BEHIND, read, head, commits)


def _beside(memory: "Memory", read: str, where: str, events: int) -> Behind | None:
    """What else than new commits outcomes are behind. where: the history began when it was read; events: the last of
    the sessions that was read."""
    if read and boundary(memory.project.tree) != where:
        return Behind(FETCHED, read, read, 0)
    try:
        age = memory.now() - (memory.project.store / STATE_FILE).stat().st_mtime_ns // 1_000_000
        if age >= SESSIONS_MS and memory.session_log().changed(events):
            return Behind(SESSIONS, read, read, 0)
    except (OldhandError, OSError):
        pass  # never updated, or a log that cannot be used, which `doctor` tells
    return None


def _away(memory: "Memory", commit: str, head: str) -> bool:
    """Whether git has a commit no more; where it does not answer, that is not said."""
    words = ("rev-parse", "--quiet", "--verify", "--end-of-options")
    tree, environment = memory.project.tree, memory.environment
    there, answers = (
        ask(tree, environment, *words, f"{one}^{{commit}}", seconds=COUNTING_SECONDS) for one in (commit, head)
    )
    return there is None and answers is not None


def _counted(memory: "Memory", head: str, read: str) -> int:
    """How many commits `head` has that `read` has not."""
    words = ("--count", f"--max-count={MOST_COUNTED}", "--end-of-options", head, *([f"^{read}"] if read else []))
    told = ask(memory.project.tree, memory.environment, "rev-list", *words, seconds=COUNTING_SECONDS)
    return int(told) if told and told.strip().isdigit() else -1


def not_looked_up(memory: "Memory", reader: "Reader", decision: "Decision") -> list[str]:
    """The commits that a decision is tied to and that no update has asked the history for yet, as they were named."""
    if not decision.commits:
        return []
    from oldhand.reasoning.carrying import TAGGED, claims

    state, (claim,) = load(memory.project.store), claims(reader, [decision]).values()
    if not state.head:
        return []  # no whole history was read, which is told in other words
    case = state.cases.get(decision.id, {})
    # One that takes the decision back is none of its carriers, but among its signs.
    known = {sha for part in ("carriers", "met", "rewritten", "signs") for sha in case.get(part, ())}
    known.update(state.told.get("missing", {}).get(decision.id, ()))
    return [sha for sha, weight in claim.commits if weight >= TAGGED and not any(one.startswith(sha) for one in known)]


def in_words(one: Behind | None) -> str:
    """How far outcomes are behind, as a sentence with the next step; empty where they are not."""
    if one is None:
        return ""
    if one.state == NEVER:
        return f"How these decisions ended was not looked up in the whole history yet; {STEP}."
    if one.state == REWRITTEN:
        return f"Outcomes are as of {one.read[:SHOWN_DIGITS]}, which this history may not have any more; {STEP}."
    if one.state == FETCHED:
        return f"Another part of the history is here than outcomes were read from; {STEP}."
    if one.state == SESSIONS:
        return f"Sessions went on since results of tests were read from them; {STEP}."
    if one.commits < 0:
        return f"Outcomes are as of {one.read[:SHOWN_DIGITS]}, and git does not tell how many commits are new; {STEP}."
    number = f"{one.commits:,}" + " or more" * (one.commits >= MOST_COUNTED)
    return f"Outcomes are {number} commit{'s' * (one.commits != 1)} behind; {STEP}."


def told(memory: "Memory", reader: "Reader") -> str:
    """`in_words` of `behind`: what replies tell."""
    return in_words(behind(memory, reader))
