"""Arcs: goals over many sessions. What is done of them is told, or found in checkpoints and commits that name them.

A commit or a checkpoint names an arc by at least six digits of its id, by its whole name, or by the words of one of
its open steps. Nothing else moves an arc: what only looks like it is listed by `arc detect`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadArgument, OldhandError, UnknownArc
from oldhand.knowledge.assertion import LONGEST_TAG, Asserted, assert_, statement
from oldhand.knowledge.briefing import ASKED_FOR
from oldhand.knowledge.goals import ARC, COMMIT, DONE, PART_OF, SESSION, Step, is_goal, name_of, steps_of
from oldhand.knowledge.naming import meant
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.model.trust import Voice
from oldhand.sessions.working_tree import made_after, told
from oldhand.store.by_kind import of_kind
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

DOMAIN = "tasks"
OPEN = ("active", "contested")
EVERY = (*OPEN, "retired")
MOST_GOALS = 100  # open at once that checkpoints and commits are compared with: who follows more follows none
MOST_READ = 2_000  # memories of the kind that are looked through, steps included
MOST_STEPS = 50  # given when a goal is started
LONGEST_STEP = 500  # characters of a step
LONGEST_TEXT = 2_000  # characters of a goal
LONGEST_TITLE = 100  # characters of its name
SHORTEST_NAME = 2  # words of a name or a step by which a text is said to name it: one word means anything
_WORD = re.compile(r"\w+")
_ID = re.compile(r"(?<![0-9a-z])[0-9a-f]{6,64}(?![0-9a-z])")


class Goal(NamedTuple):
    """A goal and its steps in order."""

    held: Held
    steps: list[Step]


class Move(NamedTuple):
    """What moves a goal on: a step of it that is done (step: its id), or one that nobody had planned (text); commit: by
    which it was done, empty otherwise."""

    goal: str
    name: str
    step: str
    text: str
    commit: str


def goals(reader: Reader, standings: Sequence[str] = OPEN) -> list[Held]:
    """The goals that stand so, the most important first, then the latest."""
    names = of_kind(reader, ARC, MOST_READ, standings=standings)
    return [held for held in reader.several(names, Shelf(tuple(standings))) if is_goal(held)]


def open_goals(reader: Reader) -> list[Goal]:
    """The open goals with their steps, MOST_GOALS at most."""
    return [Goal(held, steps_of(reader, held)) for held in goals(reader)[:MOST_GOALS]]


def named(reader: Reader, name: str, standings: Sequence[str] = EVERY) -> Held:
    """The goal that a name means: some digits of its id, its name, or words that only its name has.

    Raises UnknownArc and AmbiguousId.
    """
    found = meant(name, goals(reader, standings), lambda one: one.standing in OPEN, name_of)
    if found is None:
        raise UnknownArc(name)
    return found


def bounded(what: str, text: str, most: int) -> str:
    """A text of one line within its bound. Raises BadArgument."""
    said = " ".join(text.split())
    if not said or len(said) > most:
        why = f"it has {len(said)} characters, {most} at most" if said else "it is empty"
        raise BadArgument(what, f"{said[:40]}…" if len(said) > 40 else said, why)
    return said


def begin(memory: "Memory", transaction: "Transaction", text: str, title: str, steps: Sequence[str]) -> Asserted:
    """Start a goal, or take up one that is over. Raises BadArgument and what asserting raises."""
    if len(steps) > MOST_STEPS:
        raise BadArgument("steps", f"{len(steps)} steps", f"{MOST_STEPS} at most; `oldhand arc step` adds more")
    fields = {"text": bounded("text", text, LONGEST_TEXT)}
    if title:
        fields["title"] = bounded("title", title, LONGEST_TITLE)
    screening = memory.screening(deliberate=True)
    said = statement(memory.project.tree, ARC, fields, screening=screening, domain=DOMAIN)
    done = assert_(transaction, said, memory.voice)
    for one in steps:
        add_step(memory, transaction, done.memory, one, memory.voice)
    return done


def add_step(
    memory: "Memory", transaction: "Transaction", goal: str, text: str, voice: Voice, *, tags: Sequence[str] = ()
) -> Asserted:  # fmt: skip
    """Add a step to a goal, or say the same one again. Raises BadArgument and what asserting raises."""
    said = statement(
        memory.project.tree, ARC, {"text": bounded("step", text, LONGEST_STEP), "of": goal},
        screening=memory.screening(deliberate=True), domain=DOMAIN, priority=ASKED_FOR, tags=list(tags),
    )  # fmt: skip
    done = assert_(transaction, said, voice)
    if not registers(transaction.record(done.memory)).get(f"to/{PART_OF}/{goal}"):
        transaction.emit("link", done.memory, voice.actor, voice.origin, {"rel": PART_OF, "target": goal})
    return done


def marks(session: str = "", commit: str = "") -> list[str]:
    """The tags of a step that is done in a session, by a commit."""
    plain = "".join(character if character.isprintable() else "-" for character in session).casefold()
    found = [DONE]
    if plain:
        found.append(f"{SESSION}{plain}"[:LONGEST_TAG].strip())
    if commit:
        found.append(f"{COMMIT}{commit[:SHOWN_DIGITS]}")
    return found


def mark(transaction: "Transaction", step: str, tags: Sequence[str], voice: Voice) -> bool:
    """Say that a step is done; whether that, or where, was new."""
    values = registers(transaction.record(step))
    fresh = [tag for tag in tags if not values.get(f"tag/{tag}")]
    if fresh:
        transaction.emit("set", step, voice.actor, voice.origin, {"tags": fresh})
    return bool(fresh)


# -- what checkpoints and commits say of goals -----------------------------------------------------------


def moves(memory: "Memory", open_: Sequence[Goal], done: Iterable[str], since: int, goal: str) -> list[Move]:
    """What moves goals on: the things that are done, and the commits since a moment (ms).

    goal: the id of the one to which all that is done belongs; since: 0 looks at commits since each goal was started.
    """
    found: list[Move] = []
    for text in done:
        said = (_moved(one, text, text, belongs=one.held.id == goal) for one in open_)
        found.extend(move for move in said if move is not None)
    first = min((one.held.created for one in open_), default=0)
    for commit in reversed(made_after(memory, max(since, first))):
        for one in open_:
            known = {name[:SHOWN_DIGITS] for step in one.steps for name in step.commits}
            if commit.sha[:SHOWN_DIGITS] in known or commit.time < one.held.created // 1000 * 1000:
                continue
            subject = told(commit).partition(" ")[2]
            if move := _moved(one, f"{commit.subject}\n{commit.body}", subject, belongs=False, again=True):
                found.append(move._replace(commit=commit.sha))
    return found


def _moved(goal: Goal, text: str, said: str, *, belongs: bool, again: bool = False) -> Move | None:
    """How a text moves a goal on, if it does. said: what a step that nobody planned is called; again: it is a commit,
    which also belongs to a step that was said to be done before it was made."""
    name, words = name_of(goal.held), spaced(text)
    for one in sorted(goal.steps, key=lambda step: step.done):
        step = spaced(one.text)
        planned = step == words or (len(step.split()) > SHORTEST_NAME and step in words)
        if planned and (belongs or again or not one.done):
            return Move(goal.held.id, name, one.id, one.text, "")
    if said and (belongs or names(text, goal.held)):
        return Move(goal.held.id, name, "", said[:LONGEST_STEP], "")
    return None


def names(text: str, goal: Held) -> bool:
    """Whether a text names a goal: by six digits of its id or more, or by its whole name."""
    if any(goal.id.startswith(one) for one in _ID.findall(text.casefold())):
        return True
    name = spaced(goal.title or goal.text)
    return len(name.split()) >= SHORTEST_NAME and name in spaced(text)


def spaced(text: str) -> str:
    """The words of a text, folded, with a space around each: one text holds another's words in a row, or does not."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def carry_out(
    memory: "Memory", transaction: "Transaction", found: Iterable[Move], session: str, voice: Voice
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    """Move goals on; (goal's name, step) of each that was new. A step that may not come in is left out."""
    carried = []
    for move in found:
        if standing(transaction.record(move.goal)) not in OPEN:
            continue  # somebody ended it meanwhile
        tags = marks(session, move.commit)
        if move.step:
            if mark(transaction, move.step, tags, voice):
                carried.append((move.name, move.text))
            continue
        try:
            done = add_step(memory, transaction, move.goal, move.text, voice, tags=tags)
        except OldhandError:
            continue  # it holds a secret, or was rejected before: the commit or checkpoint still says it
        if done.outcome in ("remembered", "restored"):
            carried.append((move.name, move.text))
    return tuple(carried)


def along(transaction: "Transaction", checkpoint: str, goal: str, voice: Voice) -> None:
    """Tie a checkpoint to a goal that it moved on."""
    if not registers(transaction.record(checkpoint)).get(f"to/{PART_OF}/{goal}"):
        transaction.emit("link", checkpoint, voice.actor, voice.origin, {"rel": PART_OF, "target": goal})
