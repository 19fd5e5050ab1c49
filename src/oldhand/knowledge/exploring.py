"""Exploring a task: where it lies, what no memory tells of those places, and where memories contradict or are stale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.overview import Ranking
from oldhand.code.task_text import SHORTEST_NAME, understood
from oldhand.knowledge.reading_list import ToRead
from oldhand.knowledge.recalling import RecalledItem
from oldhand.knowledge.task_memory import memories_on
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.recall.render import clipped
from oldhand.store.anchored import tied
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.code_index import CodeIndex

MOST_SYMBOLS = 12  # told of what a task names
MOST_DEFINED = 4  # places that define one name; a name of more places is no place to go to
LOOKED_UP = 60  # words of a task looked up as names
MOST_GAPS = 8
LONGEST_TEXT = 160  # characters of a memory in a line
STALE = ("changed", "gone")


class Step(NamedTuple):
    """A step of reasoning: its name, what was asked, what was found, and what followed from that."""

    name: str
    asked: str
    found: str
    next: str


def locate(ranking: Ranking, files: Sequence[ToRead], items: Sequence[RecalledItem]) -> Step:
    """The step that finds the places of a task."""
    asked = "which files the memories and the task's words lead to" if items else "which files the task's words lead to"
    if not files:
        return Step("locate", asked, "no file", "what the task names is looked up by itself")
    sure = "a guess from what changed lately" if ranking.vague or not ranking.found else f"first {files[0].path}"
    return Step("locate", asked, f"{len(files)} of {ranking.files} files, {sure}", "what the task names is looked up")


def search_words(index: "CodeIndex", task: str) -> tuple[list[str], Step]:
    """(FILE::SYMBOL of what a task names, the step that looked it up)."""
    said = understood(task)
    words = sorted(said.words, key=lambda word: word not in said.names)[:LOOKED_UP]
    found: dict[str, None] = {}
    asked = 0
    for word in words:
        if len(word) < SHORTEST_NAME:
            continue
        asked += 1
        places = index.symbols_named(word)
        if 0 < len(places) <= MOST_DEFINED:
            found |= dict.fromkeys(f"{path}::{symbol.name}" for path, symbol in places)
    symbols = list(found)[:MOST_SYMBOLS]
    told = f"{len(found)} symbols" if found else "no symbol of these names"
    return symbols, Step("search", f"which symbols are called like the {asked} words of the task", told,
                         "whether memory tells of these places is checked")  # fmt: skip


def gaps_of(reader: Reader, index: "CodeIndex", files: Sequence[ToRead], task: str) -> tuple[list[str], Step]:
    """(what no memory tells of the places of a task, the step that asked)."""
    silent = [one.path for one in files if one.tier != "reference" and not tied(reader, one.path, 1)]
    gaps = [f"no memory is tied to {path}" for path in silent[:MOST_GAPS]]
    said = understood(task)
    terms = {word: term for word in said.names if (term := word.casefold())}
    unknown = [word for word in sorted(terms) if not index.matching([terms[word]]) and not index.symbols_named(word)]
    gaps += [f"the code has no {word}" for word in unknown[:MOST_GAPS]]
    told = f"{len(silent)} of the likely files without memory" if silent else "every likely file has memories"
    told = told if files else "there are no likely files"
    return gaps, Step("gaps", "which likely files no memory tells of, and which names the code does not have", told,
                      "the memories found are compared with one another and with the code")  # fmt: skip


def unanswered(memory: "Memory", task: str) -> list[str]:
    """Open questions and gaps that memory holds on a task."""
    items = [item for kind in ("question", "gap") for item in memories_on(memory, task, kind=kind, limit=4)]
    return [f"{item.id[:SHORTEST_PREFIX]} {clipped(item.text, LONGEST_TEXT)}" for item in items]


def tensions_of(items: Sequence[RecalledItem]) -> tuple[list[str], Step]:
    """(where memories on a task contradict or may be out of date, the step that compared them)."""
    found: list[str] = []
    for item in items:
        name = f"{item.id[:SHORTEST_PREFIX]} {item.kind.upper()} {clipped(item.text, LONGEST_TEXT)}"
        if item.standing == "contested" or item.contested:
            found.append(f"contested: {name}")
        if item.expired:
            found.append(f"expired {item.valid_until[:10]}: {name}")
        if item.newer:
            found.append(f"older than {item.newer[:SHORTEST_PREFIX]}: {name}")
        found += [f"{place.anchor} {place.state} since: {name}" for place in item.anchors if place.state in STALE]
    told = f"{len(found)} tensions" if found else "none"
    follow = "look at each before relying on it" if found else "nothing more to settle; read the files"
    return found, Step("tensions", "which memories are contested, expired or speak of code that changed", told, follow)
