"""The operation `heatmap`."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple

from oldhand.code.indexing import indexed
from oldhand.code.indexing_scope import below
from oldhand.knowledge.attention import attention
from oldhand.memory import Memory
from oldhand.model.anchor import parse
from oldhand.model.identity import short
from oldhand.model.moment import iso
from oldhand.operation import READ, operation
from oldhand.store.anchor_texts import Tie, ties

HALF_LIFE_DAYS = 90.0  # after which a commit counts one half: a quarter is how long an area stays in work
HEAT = 100  # of the hottest file; the others are measured by it


class HeatedFile(NamedTuple):
    """A file and how hot it is. heat: 0 to 100, by what was asked for, the hottest file 100.

    changes: commits that changed it; lately: the same, each worth one half after every 90 days; last: the day of
    the latest; authors: how many people; memories: tied to it; attention: how often it was looked at or recalled.
    """

    file: str
    heat: int
    changes: int
    lately: float
    last: str
    authors: int
    memories: int
    attention: int


class Heat(NamedTuple):
    """The hottest files first. by: what heat is measured by; total: how many files have any; notes: what to know."""

    by: str
    files: list[HeatedFile]
    total: int
    left_out: int
    notes: list[str]


@operation(READ)
def heatmap(
    memory: Memory, path: str = "", *, by: Literal["changes", "memories", "attention"] = "changes", limit: int = 20
) -> Heat:
    """Show which files are hot: changed often and lately, much spoken of, or much looked at

    Parameters
    path: only what is below this folder
    by: changes (commits, the latest count most), memories (tied to the file) or attention (looks and recalls)
    limit: at most so many files
    """
    with memory.reading() as reader:
        tied = list(ties(reader))
    memories, files_of = _by_file(tied)
    looked, notes = attention(memory.traces(), files_of)
    with indexed(memory) as index:
        within = below(memory, index, path)
        activity = index.activity(memory.now(), HALF_LIFE_DAYS)
        here = {file.path for file in index.files()} if within is None else within
        notes = [*index.notes, *notes]
        if by == "changes" and not activity:
            notes.append("git tells no history here: nothing is committed, or there is no git")
    lately = {name: one.weight for name, one in activity.items()}
    measures: dict[str, Mapping[str, float]] = {"changes": lately, "memories": memories, "attention": looked}
    values = measures[by]
    hot = sorted(
        ((values[name], name) for name in values if name in here and values[name]), key=lambda p: (-p[0], p[1])
    )
    shown = []
    for value, name in hot[:limit]:
        one = activity.get(name)
        shown.append(
            HeatedFile(
                name, round(HEAT * value / hot[0][0]), one.changes if one else 0, round(one.weight, 1) if one else 0.0,
                iso(one.last)[:10] if one else "", one.authors if one else 0, memories[name], looked[name],
            )
        )  # fmt: skip
    return Heat(by, shown, len(hot), len(hot) - len(shown), notes)


def _by_file(tied: list[Tie]) -> tuple[Counter[str], dict[str, list[str]]]:
    """How many memories are tied to each file, and the files of each memory by the digits that traces hold."""
    counts: Counter[str] = Counter()
    files: dict[str, list[str]] = defaultdict(list)
    for tie in tied:
        paths = sorted({parse(text).path for text in tie.anchors})
        counts.update(paths)
        files[short(tie.memory)] = paths
    return counts, files
