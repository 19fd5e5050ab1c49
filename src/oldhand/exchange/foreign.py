"""What other memories hold, as one record for all of their formats. One file a format reads them (`formats.py`).

A reader yields items one at a time and never fails: what cannot be read is an item too, with its place and the reason.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from oldhand.model.excerpt import MARGIN, head
from oldhand.model.secrets import find

LONGEST_TEXT = 65_536  # characters of one memory taken in: longer things are documents, better kept as files
LONGEST_TITLE = 200  # characters: a title is a line
LONGEST_ID = 1_000  # characters of another memory's name for an item
MOST_TAGS = 16  # of one item; more is filing, not tagging
LONGEST_TAG = 64  # characters, as of any memory


class First(NamedTuple):
    """The first wording of a memory that was reworded since: its kind, its fields with the text, and its inputs."""

    kind: str
    fields: dict[str, str | tuple[str, ...]]
    inputs: tuple[str, ...] = ()


class Foreign(NamedTuple):
    """One thing that another memory remembers.

    id: its name there (empty: nothing points to it); aliases: other names it goes by there; domain, key: the question
    it answers, when it has one current answer; created, updated, valid_from, valid_until: dates or times as written
    there; confidence: from 0 to 1, -1 when none was said; priority: from -100 to 100; anchors: places of the project
    that it speaks of; links: (relation of ours, name there); retired: whether it is put away there; replaced:
    whether something there has taken its place; fields: further
    fields of its kind; place: where it is, as FILE:LINE or FILE#TABLE:ROW; author: who said it there; trust: how far
    it was believed there, which it does not exceed here (empty: not said). Of memories of ours: inputs, the addresses
    of the wordings it was made from; first, its first wording, which its id follows from.
    """

    text: str
    place: str
    id: str = ""
    kind: str = "claim"
    title: str = ""
    domain: str = ""
    key: str = ""
    tags: tuple[str, ...] = ()
    created: str = ""
    updated: str = ""
    valid_from: str = ""
    valid_until: str = ""
    confidence: float = -1.0
    priority: int = 0
    anchors: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    retired: bool = False
    replaced: bool = False
    fields: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    author: str = ""
    trust: str = ""
    inputs: tuple[str, ...] = ()
    first: "First | None" = None


class Tie(NamedTuple):
    """A tie between two things by their names there: `source` stands in `relation` (one of ours) to `target`."""

    source: str
    relation: str
    target: str
    place: str


class Skipped(NamedTuple):
    """A part that is not taken: where, why, and whether something is wrong with it (else it is left out by design)."""

    place: str
    reason: str
    fault: bool = True


Item = Foreign | Tie | Skipped
Split = Callable[[str, str], Iterable[Foreign]]  # the name and the text of a Markdown document to its statements


class Source(NamedTuple):
    """What is to be read.

    path: a file or folder; root: the folder outside of which nothing is read, its links resolved; split: takes a
    Markdown text apart into statements; part: whose memories to take of a memory that keeps those of several projects
    ("*": everyone's); seen: is told of every byte read, for progress.
    """

    path: Path
    root: Path
    split: Split
    part: str = "*"
    seen: Callable[[int], None] = lambda count: None


def line_of(value: object, longest: int = LONGEST_TITLE) -> str:
    """A value as one printable line: white space folded, control characters dropped; empty for what is no text.

    One that is too long is screened for secrets before it is cut.
    """
    if not isinstance(value, str):
        return ""
    folded = " ".join(value[: 4 * longest + MARGIN].split())
    line = "".join(c for c in folded if c.isprintable())
    return line if len(line) <= longest else head(line, longest, find)[:longest]


def text_of(value: object) -> str:
    """A value as the text of a memory: NUL bytes dropped, ends trimmed; empty for what is no text."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def tags_of(values: Iterable[object]) -> tuple[str, ...]:
    """Words as tags: short, printable, each once, the first so many."""
    found = dict.fromkeys(line_of(value, LONGEST_TAG).casefold() for value in values)
    return tuple(tag for tag in found if tag and len(tag) <= LONGEST_TAG)[:MOST_TAGS]


def share(value: object) -> float:
    """A number from 0 to 1 as a confidence; -1.0 for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    return -1.0
