"""Ranking by what a task mentions: paths, names of files, folders, and symbols that files define."""

from collections.abc import Iterable

from oldhand.code.ranking_ground import Ground, Values
from oldhand.code.task_text import SHORTEST_NAME, Task

MOST_DEFINED = 12  # files that define a name; one that more define (`main`, `get`) names none of them
MOST_NAMES = 60  # names of a task that are looked up
ELSEWHERE = (
    0.7  # what a mentioned path counts whose folders are not ours but whose file name is: a path of another machine
)


def by_mentions(here: Ground, task: Task) -> dict[str, Values]:
    """Every signal of mentions, from 0 to 1: a mention that fits several files is shared among them."""
    full: Values = {}
    name: Values = {}
    folder: Values = {}
    for path in task.paths:
        _path_mentioned(here, path, full, name, folder)
    for word in task.folders:
        _raise_to(folder, here.by_folder.get(word, ()), 0.5)
    return {
        "full_path": full, "file_name": name, "folder": folder, "defines_title": _definitions(here, task),
    }  # fmt: skip


def _path_mentioned(here: Ground, path: str, full: Values, name: Values, folder: Values) -> None:
    last = path.rpartition("/")[2]
    same_name = here.by_name.get(last, [])
    if "/" not in path:
        _raise_to(name, same_name, 1.0)
        return
    fitting = [
        number for number in same_name
        if (own := here.path(number)) == path or own.endswith("/" + path) or path.endswith("/" + own)
    ]  # fmt: skip
    if fitting:
        _raise_to(full, fitting, 1.0)
        return
    inside = [number for number in here.by_folder.get(last.lower(), ()) if f"/{path}/" in f"/{here.path(number)}"]
    _raise_to(folder, inside, 0.5)
    _raise_to(name, same_name, 1.0, ELSEWHERE)


def _definitions(here: Ground, task: Task) -> Values:
    """Files that define what the first line names as code does: 1 for each name, shared by the files that define it."""
    found: Values = {}
    for word in [word for word in task.title_words if word in task.names][:MOST_NAMES]:
        if len(word) < SHORTEST_NAME:
            continue
        files = {here.numbers[path] for path, _ in here.code_index.symbols_named(word) if path in here.numbers}
        if len(files) <= MOST_DEFINED:
            for number in files:
                found[number] = found.get(number, 0.0) + 1 / len(files)
    return found


def _raise_to(values: Values, numbers: Iterable[int], power: float, most: float = 1.0) -> None:
    """Give each document at least most / count ** power: a mention is shared by all that it fits."""
    numbers = list(numbers)
    for number in numbers:
        values[number] = max(values.get(number, 0.0), most / len(numbers) ** power)
