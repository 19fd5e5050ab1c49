"""From which commit on a history has to be read for what is new: nothing before it can speak of that.

What came before the first commit that carries a decision says nothing of it. So it is read from the last commit of the
main line that does not know the first one that may carry it.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from oldhand.code.git import ask
from oldhand.code.history import follows

SLACK_MS = 7 * 86_400_000  # by which clocks of those who commit may be wrong: more is years, and nothing helps
_WHOLE = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")  # a commit of SHA-1 or SHA-256
MOST_STEPS = 20  # from one first commit to an earlier one, before the whole history is read


def before(tree: Path, environment: Mapping[str, str], commits: Collection[str], head: str) -> str:
    """The last commit of the main line of `head` that knows none of these commits; empty where there is none.

    commits: whole ids; those that `head` does not know either are left out.
    """
    rest, at = _by_time(tree, environment, commits), head
    for _ in range(MOST_STEPS):
        if not rest or not at:
            return at
        at = _without(tree, environment, rest[0], at)
        if not at:
            return ""
        missing = set(rest[1:])
        if missing:
            missing -= set(_list(tree, environment, "rev-list", "--end-of-options", head, f"^{at}"))
        rest = [one for one in rest[1:] if one in missing and follows(tree, environment, one, at)]
    return ""


def before_time(tree: Path, environment: Mapping[str, str], at_ms: int, head: str) -> str:
    """The last commit of the main line of `head` that was made before a moment (ms), with SLACK_MS; empty for none."""
    oldest = max((at_ms - SLACK_MS) // 1000, 0)
    words = ("rev-list", "--first-parent", "--max-count=1", f"--min-age={oldest}", "--end-of-options", head)
    return next(iter(_list(tree, environment, *words)), "")


def earlier(tree: Path, environment: Mapping[str, str], one: str, other: str) -> str:
    """Which of two commits of one main line comes first; empty when one of them is."""
    if not one or not other or one == other:
        return one and other
    return one if follows(tree, environment, one, other) else other


def away(tree: Path, environment: Mapping[str, str], commits: Collection[str], head: str) -> set[str]:
    """Those of some commits that the history of a head does not have."""
    if not commits:
        return set()
    return set(commits) & set(_list(tree, environment, "rev-list", "--end-of-options", *sorted(commits), f"^{head}"))


def alive(tree: Path, environment: Mapping[str, str], commit: str) -> bool:
    """Whether a branch, a tag or a working tree of the repository still knows a commit.

    What is no whole id is none: it comes from a file, and git takes what begins with a dash for an option, one of which
    writes to any file.
    """
    if not _WHOLE.fullmatch(commit):
        return False
    said = ask(tree, environment, "rev-list", "--max-count=1", commit, "--not", "--all")
    return said is not None and not said.strip()


def common(tree: Path, environment: Mapping[str, str], one: str, other: str) -> str:
    """The latest commit that both know; empty when there is none."""
    if not (_WHOLE.fullmatch(one) and _WHOLE.fullmatch(other)):
        return ""
    return next(iter(_list(tree, environment, "merge-base", one, other)), "")


def _without(tree: Path, environment: Mapping[str, str], commit: str, head: str) -> str:
    """The last commit of the main line of `head` that does not know another one."""
    words = ("rev-list", "--parents", "--ancestry-path", "--end-of-options", head, f"^{commit}")
    parents = {sha: more for sha, *more in map(str.split, _list(tree, environment, *words))}
    at = head
    while at in parents and at != commit:
        at = parents[at][0]  # a commit between the two has a parent
    if at == commit:
        return next(iter(_list(tree, environment, "rev-list", "--first-parent", "--max-count=1", f"{commit}^1")), "")
    return at


def _by_time(tree: Path, environment: Mapping[str, str], commits: Collection[str]) -> list[str]:
    """The commits that git has, the earliest first."""
    if not commits:
        return []
    words = ("rev-list", "--no-walk=sorted", "--end-of-options", *sorted(commits))
    return list(reversed(_list(tree, environment, *words)))


def _list(tree: Path, environment: Mapping[str, str], *words: str) -> list[str]:
    return (ask(tree, environment, *words) or b"").decode("ascii", "replace").splitlines()
