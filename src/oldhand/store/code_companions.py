"""Which files belong with a file: those of the same bytes, and those that lately changed together with it."""

from collections import defaultdict

from oldhand.store.code_history import WIDEST_COMMIT, present_names
from oldhand.store.code_index import CodeIndex


def of_bytes(index: CodeIndex, blob: str) -> list[str]:
    """The files that had these bytes when they were indexed, by the first digits of git's id of them."""
    return [row[0] for row in index._rows(
        "SELECT paths.path FROM files JOIN paths ON number = files.path WHERE substr(blob, 1, ?) = ? ORDER BY 1",
        (len(blob), blob),
    )]  # fmt: skip


def companions(index: CodeIndex, path: str, commits: int, most: int) -> list[tuple[str, float]]:
    """(other path, weight) of what changed in the latest `commits` commits of a path, heaviest first.

    A commit of n files counts 1 / (n - 1) for each other one; commits of more than WIDEST_COMMIT files do not count.
    """
    rows = index._rows(
        "SELECT number, path FROM changes WHERE number IN (SELECT changes.number FROM changes JOIN commits"
        " ON commits.number = changes.number WHERE changes.path = (SELECT number FROM paths WHERE path = ?)"
        " ORDER BY time DESC LIMIT ?)", (path, commits)
    )  # fmt: skip
    together: dict[int, list[int]] = defaultdict(list)
    for commit, other in rows:
        together[commit].append(other)
    weights: dict[int, float] = defaultdict(float)
    for paths in together.values():
        if 1 < len(paths) <= WIDEST_COMMIT:
            for other in paths:
                weights[other] += 1 / (len(paths) - 1)
    heaviest = sorted(weights, key=lambda number: (-weights[number], number))[: 2 * most + 1]
    named: dict[str, float] = defaultdict(float)
    for number, name in present_names(index._rows, heaviest).items():
        if number in weights and name != path:
            named[name] += weights[number]
    return sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
