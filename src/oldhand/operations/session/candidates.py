"""The operation `session candidates`."""

from typing import NamedTuple

from oldhand.errors import BadArgument, MissingArgument, Refused
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember
from oldhand.sessions.draining import drain
from oldhand.store.session_candidates import CONFIRMED, SKIPPED, WAITING, Candidate, numbered, settle, waiting

BY_PERSON = "user"  # the trust of those who may settle a candidate
KIND, DOMAIN = "decision", "decisions"  # what a confirmed candidate becomes, and its room


class CandidateTold(NamedTuple):
    """A decision that a session seems to have taken. number: names it in this list for good; session and at: where and
    when it was said; who: person or agent; before: what was said before it, cut."""

    number: int
    text: str
    who: str
    session: str
    at: str
    before: str


class Candidates(NamedTuple):
    """What waits to be settled, the latest first, or what was done.

    outcome: listed, confirmed or skipped; memories: what a confirmed one became; left_out: more that wait; root: of the
    memory after it, empty when nothing was written.
    """

    outcome: str
    items: list[CandidateTold]
    left_out: int
    memories: list[RememberedOne]
    root: str


@operation(WRITE)
def candidates(
    memory: Memory, text: str = "", *, confirm: int = 0, edit: int = 0, skip: int = 0, limit: int = 20
) -> Candidates:
    """List decisions found in what was said in sessions; a person confirms, words anew or skips them

    They are found by their words, in English and Russian ("let's go with X, because …", «решили …»), and are
    no memories until they are confirmed. A confirmed one is a memory of the kind decision, said by you.
    What was skipped is not asked again.

    Parameters
    text: with --edit, the words in which to remember it
    confirm: remember the candidate of this number, as it was said
    edit: remember the candidate of this number, in the words of `text`
    skip: this one is none
    limit: list at most so many
    """
    numbers = [number for number in (confirm, edit, skip) if number]
    if len(numbers) > 1:
        raise BadArgument("confirm", confirm, "settle one at a time: --confirm, --edit or --skip")
    if edit and not text:
        raise MissingArgument("session candidates", "text", "the words in which to remember it")
    if text and not edit:
        raise BadArgument("text", text, "it goes with --edit NUMBER")
    drain(memory)
    if not numbers:
        found, left = waiting(memory.session_log(), limit)
        return Candidates("listed", [_told(one) for one in found], left, [], "")
    if memory.trust != BY_PERSON:
        raise Refused("Only a person settles these. Tell them: `oldhand session candidates` lists what waits.")
    asked = "confirm" if confirm else "edit" if edit else "skip"
    one = _waiting(memory, asked, numbers[0])
    if skip:
        settle(memory.session_log(), skip, SKIPPED)
        return Candidates("skipped", [_told(one)], 0, [], "")
    done = remember(memory, text or one.text, kind=KIND, domain=DOMAIN, valid_from=iso(one.at) if one.at else "")
    settle(memory.session_log(), one.number, CONFIRMED, done.memories[0].id)
    return Candidates("confirmed", [_told(one)], 0, done.memories, done.root)


def _waiting(memory: Memory, asked: str, number: int) -> Candidate:
    """The candidate of a number. Raises BadArgument when it does not wait."""
    found = numbered(memory.session_log(), number)
    if found is None:
        raise BadArgument(asked, number, "there is no such candidate; `oldhand session candidates` lists them")
    if found.state != WAITING:
        raise BadArgument(asked, number, f"it was {found.state} before")
    return found


def _told(one: Candidate) -> CandidateTold:
    return CandidateTold(one.number, one.text, one.who, one.session, iso(one.at or None), one.source)
