"""Plans as other parts read them: steps with the files they are about, what was expected, and what became of them.

A plan is a memory of the kind `plan`. It is made once, with its estimate and its confidence; when it is over, a wording
with what became of each step takes the place of the first, which stays in its history.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.paths import checked
from oldhand.errors import BadArgument, BadPath, NotAPlan, OutsideProject, UnknownPlan
from oldhand.knowledge.naming import meant
from oldhand.model import kinds
from oldhand.model.identity import MEMORY_DIGITS, short
from oldhand.reasoning.decisions import confidence_of
from oldhand.store.by_kind import ALL, of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

KIND, DOMAIN = "plan", "tasks"
CURRENT = ("active", "contested")
OPEN, DONE, DROPPED = "open", "done", "dropped"
STATES = (OPEN, DONE, DROPPED)
KEPT, REWORKED, LEFT, UNCLEAR = "kept", "reworked", "dropped", "unclear"
BECAME = (KEPT, REWORKED, LEFT, UNCLEAR)
MOST_STEPS = 50  # of one plan: what has more is several plans
MOST_PATHS = 20  # files or folders of one step
LONGEST_STEP = 500  # characters of the text of a step
LONGEST_TEXT = 2_000  # characters of what a plan is for
LONGEST_TITLE = 100  # characters of its name
LONGEST_READ = 400_000  # characters of a document that steps are read from: a book
AT_ONCE = 400  # memories read together
_ITEM = re.compile(r"^ ?(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)$")
_MENTION = re.compile(
    r"`([^`\n]{1,200})`|(?<![\w/.:-])((?:[\w.-]{1,80}/){0,12}[\w-]{1,80}\.[A-Za-z][A-Za-z0-9]{0,9})\b"
)


class Step(NamedTuple):
    """One step: its number from 1, the files or folders it is about (POSIX, from the top of the tree), its text."""

    number: int
    paths: tuple[str, ...]
    text: str


class Became(NamedTuple):
    """What became of a step: kept, reworked, dropped or unclear; shown: what shows it."""

    number: int
    state: str
    shown: str


class Plan(NamedTuple):
    """A plan as it stands now. state: open, done or dropped; at: when it was made, over: when it ended (0 while it is
    open), milliseconds since 1970; the other fields are as `model/kinds/plan.py` has them."""

    id: str
    text: str
    title: str
    steps: tuple[Step, ...]
    estimate: int | None
    confidence: int | None
    stated_by: str
    agent: str
    model: str
    decisions: tuple[str, ...]
    commit: str
    warned: tuple[str, ...]
    state: str
    became: tuple[Became, ...]
    added: tuple[str, ...]
    took: int | None
    span: int | None
    commits: tuple[str, ...]
    reason: str
    at: int
    over: int
    trust: str
    said_by: str

    @property
    def name(self) -> str:
        """Its title, or its first line."""
        return self.title or next(iter(self.text.strip().splitlines()), "")


def every(reader: Reader) -> Iterator[Plan]:
    """All plans, the latest first."""
    names = of_kind(reader, KIND, ALL, standings=CURRENT)
    for start in range(0, len(names), AT_ONCE):
        for held in reader.several(names[start : start + AT_ONCE], Shelf(CURRENT, kind=KIND)):
            if held.wordings:
                yield plan_of(held)


def named(reader: Reader, name: str) -> Plan:
    """The plan that a name means: some digits of its id, its title, or words that only its name has.

    Raises UnknownPlan, AmbiguousId and NotAPlan.
    """
    wanted = " ".join(name.casefold().split())
    if not wanted:
        raise UnknownPlan(name)
    if len(wanted) == MEMORY_DIGITS and (held := reader.find(wanted)) is not None and held.kind != KIND:
        raise NotAPlan(short(held.id), held.kind)
    found = meant(name, list(every(reader)), lambda one: one.state == OPEN, lambda one: one.name[:60])
    if found is None:
        raise UnknownPlan(name)
    return found


def plan_of(held: Held) -> Plan:
    """A memory of the kind, which has a wording, as a plan."""
    wording = held.wordings[-1]
    said = fields_of(held)
    state = str(said["state"])
    state = state if state in (DONE, DROPPED) else OPEN
    return Plan(
        held.id, str(said["text"]), str(said["title"]), tuple(read_steps(said["steps"])), _minutes(said["estimate"]),
        confidence_of(str(said["confidence"])), str(said["stated_by"]), str(said["agent"]), str(said["model"]),
        tuple(said["decisions"]), str(said["commit"]), tuple(said["warned"]), state,
        tuple(_read_became(said["became"])), tuple(said["added"]), _minutes(said["took"]),
        _minutes(said["span"]), tuple(said["commits"]), str(said["reason"]),
        held.created, 0 if state == OPEN else wording.at, held.trust, wording.actor,
    )  # fmt: skip


def fields_of(held: Held) -> dict[str, Any]:
    """The fields of a plan with their defaults."""
    return {**kinds.defaults_of(KIND), **held.wordings[-1].content}


def _minutes(said: object) -> int | None:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


# -- the written form of steps ----------------------------------------------------------------------------


def written(step: Step) -> str:
    """A step in the form that a memory keeps: `PATH, PATH | TEXT`, or TEXT alone."""
    return f"{', '.join(step.paths)} | {step.text}" if step.paths else step.text


def read_steps(said: Iterable[object]) -> Iterator[Step]:
    """Steps out of their written form."""
    for number, one in enumerate(said, 1):
        paths, bar, text = str(one).partition(" | ")
        if bar and text.strip():
            yield Step(number, tuple(path.strip() for path in paths.split(",") if path.strip()), text.strip())
        else:
            yield Step(number, (), str(one).strip())


def became_written(one: Became) -> str:
    """What became of a step, in the form that a memory keeps."""
    return f"{one.state} {one.number} {one.shown}".rstrip()


def _read_became(said: Iterable[object]) -> Iterator[Became]:
    for one in said:
        state, _, rest = str(one).partition(" ")
        number, _, shown = rest.partition(" ")
        if state in BECAME and number.isascii() and number.isdecimal() and len(number) <= 3:
            yield Became(int(number), state, shown)


def steps_said(root: "Path", said: Sequence[str]) -> list[Step]:
    """Steps as somebody writes them: `PATH, PATH | TEXT`, or TEXT, in which files that are there are found.

    Raises BadArgument, BadPath and OutsideProject.
    """
    steps = []
    for number, one in enumerate(said, 1):
        paths, bar, text = one.partition("|")
        named_paths = [path.strip() for path in paths.split(",") if path.strip()] if bar else []
        text = _bounded(f"step {number}", text if bar else one, LONGEST_STEP)
        if len(named_paths) > MOST_PATHS:
            raise BadArgument("steps", f"{len(named_paths)} paths", f"step {number}: {MOST_PATHS} at most")
        found = [checked(path.removeprefix("./").rstrip("/"), path) for path in named_paths]
        steps.append(Step(number, tuple(dict.fromkeys(found)) or mentioned(root, text), text))
    if len(steps) > MOST_STEPS:
        raise BadArgument("steps", f"{len(steps)} steps", f"{MOST_STEPS} at most: what has more is several plans")
    return steps


def mentioned(root: "Path", text: str) -> tuple[str, ...]:
    """The files and folders of the project that a text names, in their order."""
    from oldhand.code.paths import exists

    found: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        said = (match[1] or match[2]).strip().removeprefix("./").rstrip("/")
        try:
            path = checked(said)
            if len(found) < MOST_PATHS and exists(root, path):
                found[path] = None
        except (BadPath, OutsideProject):
            continue  # a name of something else
    return tuple(found)


def steps_in(document: str) -> list[str]:
    """The steps of a plan written in Markdown: its outermost list items, numbered, with a box or a dash. A document
    without any has a step a line.

    What is indented below an item belongs to it, and fenced code is no step.
    """
    items: list[str] = []
    lines: list[str] = []
    fenced = False
    for line in document[:LONGEST_READ].splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            if found := _ITEM.match(line):
                items.append(found[1].strip())
            elif line.strip() and not line.lstrip().startswith("#"):
                lines.append(line.strip())
    return items or lines


def bounded_text(text: str, title: str) -> tuple[str, str]:
    """What a plan is for and its name, each within its bounds. Raises BadArgument."""
    return _bounded("text", text, LONGEST_TEXT), _bounded("title", title, LONGEST_TITLE) if title.strip() else ""


def _bounded(what: str, text: str, most: int) -> str:
    said = " ".join(text.split())
    if not said or len(said) > most:
        why = f"it has {len(said)} characters, {most} at most" if said else "it is empty"
        raise BadArgument(what, f"{said[:40]}…" if len(said) > 40 else said, why)
    return said
