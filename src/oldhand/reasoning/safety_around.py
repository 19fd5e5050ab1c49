"""What is known around a decision that is checked: decisions like it and how they ended, what it replaces, what is
open, and what the session that makes it looked at."""

from typing import NamedTuple

from oldhand.reasoning.calibration_hint import Hint
from oldhand.reasoning.decisions import Decision


class Like(NamedTuple):
    """Another decision about the same thing. likeness: how much of the words is shared, ten-thousandths; went: how well
    it ended, ten-thousandths, and weight: how much evidence there is for that (0: nothing is known); state: its name;
    took: minutes of effort that it took, 0 where that is not known."""

    decision: Decision
    likeness: int = 0
    state: str = "open"
    went: int = 0
    weight: int = 0
    took: int = 0


class Open(NamedTuple):
    """A memory that speaks of the matter, such as a question that nobody answered: its id and words."""

    id: str
    text: str


class Session(NamedTuple):
    """What the session that decides did so far.

    started: when the matter was first spoken of, ms, 0 when unknown; first: the option (as `Decision.options` counts
    them) that was spoken of first, -1 when none; spoken: how often each option was named in what was said; looked: how
    often each was named in searches and reads; minutes: the first effort that was named in it, 0 when none was.
    """

    started: int = 0
    first: int = -1
    spoken: tuple[int, ...] = ()
    looked: tuple[int, ...] = ()
    minutes: int = 0


class Around(NamedTuple):
    """Everything the checks may know beside the decision itself.

    before: what it replaces (step 1), what that replaced (step 2) and so on, each with its step; open: questions and
    gaps it turns on; recent: what bit lately and is what it speaks of; now: ms since 1970.
    """

    like: tuple[Like, ...] = ()
    before: tuple[tuple[int, Decision], ...] = ()
    open: tuple[Open, ...] = ()
    recent: tuple[Open, ...] = ()
    hint: Hint | None = None
    session: Session | None = None
    now: int = 0


NOTHING = Around()
