"""A compact map of a project: its tree with the files and symbols that matter most, within a budget of tokens."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from oldhand.model.symbol import Symbol
from oldhand.model.tokens import estimate
from oldhand.model.visible import line
from oldhand.store.code_records import IndexedFile

# How much files of a role weigh beside code of the same importance: a map is read to find one's way in the code.
ROLE_WEIGHT = {"code": 1.0, "config": 0.5, "docs": 0.4, "test": 0.25, "data": 0.05, "generated": 0.02, "vendored": 0.02}
FEWEST_SYMBOLS, MOST_SYMBOLS = 4, 24  # named of one file: the most important files show more
LONGEST_NAME = 60  # characters of one symbol's name
FOLDER_TOKENS = 6  # a folder's line and the count of what is left out in it, about
INDENT = "  "
_INNER = frozenset({"constant", "variable", "module"})  # named only of files that define nothing else
FOLDERS_NAMED = 4  # of those left out, the largest


class Mapped(NamedTuple):
    """The lines of a map. shown, files: how many of the files stand in it; tokens: estimated."""

    lines: list[str]
    shown: int
    files: int
    tokens: int


def mapped(
    files: Sequence[IndexedFile], importance: Mapping[str, float], symbols: Callable[[str], list[Symbol]],
    budget: int, top: str = "",
) -> Mapped:  # fmt: skip
    """The map of some files. top: the folder they all lie below, whose name is not repeated."""
    ranked = sorted(files, key=lambda file: (-_weight(file, importance), file.path))
    texts: dict[str, str] = {}
    folders: set[str] = set()
    left = budget
    for place, file in enumerate(ranked):
        most = max(FEWEST_SYMBOLS, round(MOST_SYMBOLS / (1 + place / 8)))
        text = _told(file, symbols(file.path), most)
        above = _above(file.path, top) - folders
        cost = estimate(text) + 1 + FOLDER_TOKENS * len(above)
        if cost > left and texts:
            if left < FOLDER_TOKENS:
                break
            continue
        texts[file.path] = text
        folders |= above
        left -= cost
    lines = _tree(files, texts, top)
    return Mapped(lines, len(texts), len(files), sum(map(estimate, lines)))


def _weight(file: IndexedFile, importance: Mapping[str, float]) -> float:
    """What a place in the map is worth: importance, a little more for larger files, less for other roles than code."""
    return importance.get(file.path, 1.0) * ROLE_WEIGHT.get(file.role, 1.0) * log2(2 + file.lines)


def _above(path: str, top: str) -> set[str]:
    parts = path.split("/")[:-1]
    return {"/".join(parts[: length + 1]) for length in range(len(parts))} - {top}


def _told(file: IndexedFile, symbols: Sequence[Symbol], most: int) -> str:
    """A file's line: its name and its most important symbols in the order of the source."""
    name = line(file.path.rpartition("/")[2])
    outer = [one for one in symbols if not one.parent and "#" not in one.name]  # an overload is told by its first
    for choice in (lambda one: one.kind not in _INNER, lambda one: not one.name.startswith("_")):
        outer = list(filter(choice, outer)) or outer
    if not outer:
        return f"{name} ({file.lines:,})" if file.lines else name
    inside: dict[str, int] = defaultdict(int)
    for one in symbols:
        if one.parent:
            inside[one.parent] += 1
    best = sorted(outer, key=lambda one: (one.first - one.last, one.first))[:most]
    shown = [
        line(one.name)[:LONGEST_NAME] + (f"[{inside[one.name]}]" if inside[one.name] else "")
        for one in sorted(best, key=lambda one: one.first)
    ]
    rest = len(outer) - len(best)
    return f"{name} ({file.lines:,}): {', '.join(shown)}" + (f", … {rest} more" if rest else "")


def _tree(files: Sequence[IndexedFile], texts: Mapping[str, str], top: str) -> list[str]:
    """The lines of the tree: a folder, its files, then the folders in it; what is left out is counted."""
    inside: dict[str, set[str]] = defaultdict(set)  # folder -> folders in it that hold anything shown
    shown: dict[str, list[str]] = defaultdict(list)
    hidden: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))  # folder -> folder in it -> files
    for file in files:
        folder = file.path.rpartition("/")[0]
        if file.path in texts:
            shown[folder].append(file.path)
            while folder and folder != top:
                above = folder.rpartition("/")[0]
                inside[above].add(folder)
                folder = above
    present = {top} | {folder for group in inside.values() for folder in group}
    for file in files:
        if file.path not in texts:
            folder, below = file.path.rpartition("/")[0], ""
            while folder not in present:
                folder, _, below = folder.rpartition("/")
            hidden[folder][below] += 1
    return _folders(top, inside, shown, {folder: _left_out(found) for folder, found in hidden.items()}, texts)


def _left_out(found: Mapping[str, int]) -> str:
    """What of a folder is not shown: how many files right in it, and in which folders how many."""
    folders = sorted((name for name in found if name), key=lambda name: (-found[name], name))
    parts = [f"{found['']:,} file{'s' * (found[''] != 1)}"] if found.get("") else []
    parts += [f"{found[name]:,} in {line(name)}/" for name in folders[:FOLDERS_NAMED]]
    if rest := sum(found[name] for name in folders[FOLDERS_NAMED:]):
        parts.append(f"{rest:,} in other folders")
    return f"… {', '.join(parts)}"


def outline(symbols: Sequence[Symbol], budget: int) -> list[str]:
    """The symbols of one file with their lines and signatures, as many as the budget of tokens has room for."""
    lines: list[str] = []
    for at, one in enumerate(symbols):
        depth = one.name.count(".") if one.parent else 0
        text = f"{INDENT * depth}{one.first}-{one.last} {line(one.signature) or line(one.name)}"
        budget -= estimate(text) + 1
        if budget < 0 and lines:
            return [*lines, f"… {len(symbols) - at:,} more symbols"]
        lines.append(text)
    return lines


def _folders(
    top: str, inside: Mapping[str, set[str]], shown: Mapping[str, list[str]], hidden: Mapping[str, str],
    texts: Mapping[str, str],
) -> list[str]:  # fmt: skip
    lines: list[str] = []
    stack = [(top, top, 0)]
    while stack:
        here, name, level = stack.pop()
        only = inside.get(here, ())
        if here != "" and len(only) == 1 and not shown.get(here) and here not in hidden:
            (following,) = only  # src/main/java/com: one line for all
            stack.append((following, f"{name}/{following.rpartition('/')[2]}", level))
            continue
        if here:
            lines.append(INDENT * level + line(name) + "/")
            level += 1
        lines.extend(INDENT * level + texts[path] for path in sorted(shown.get(here, ())))
        if here in hidden:
            lines.append(INDENT * level + hidden[here])
        stack.extend((one, one.rpartition("/")[2], level) for one in sorted(only, reverse=True))
    return lines
