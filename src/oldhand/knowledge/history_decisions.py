"""Decisions and explanations in commit messages: bodies that say why, quoted under their subjects."""

import re
from collections.abc import Callable
from typing import Any

from oldhand.code.history import Commit
from oldhand.knowledge.history_findings import MOST_PATHS, SHORT, WIDE, YEAR_MS, Finding, freshness, telling
from oldhand.knowledge.history_messages import conventional, reason_of, subject_of
from oldhand.knowledge.history_words import REASONS

MOST_HELD = 800  # candidates held; far more than are kept of them, so that files that vanished can be passed over
HALF_LIFE_MS = 4 * YEAR_MS  # an explanation of four years ago is worth half as much as one of today
CLEAREST = 8  # points from which on a message is not taken for any clearer
FRESH_WORTH = 4.0  # points that being written today is worth
_ORDERS = re.compile(
    r"(?:remove|drop|use|switch|replace|migrate|deprecate|don'?t|do not|stop|disable|enable|prefer|require|disallow"
    r"|forbid|allow|avoid|rewrite|refactor|limit|default|skip|ignore|only|never|always|force|pin|keep|rename|move|make"
    r"|change|split|unify|introduce|add|support|убра|удал|замен|переход|перей|отказ|использ|запрет|не )",
    re.IGNORECASE,
)
_AUTOMATION = re.compile(
    r"(?:\.github/|\.travis|\.circleci/|\.gitlab-ci|appveyor|azure-pipelines|\.pre-commit|tox\.ini)"
)
_DECIDED = REASONS[0][1]


class Decisions:
    """The explained commits of a history, the best of them held."""

    def __init__(self, held: list[list[Any]] | None = None) -> None:
        self.held = held or []  # each: points, time, commit, kind, title, text, paths
        self.found = 0

    def add(self, commit: Commit, now: Callable[[str], str]) -> None:
        """Take one commit in that a person made and that is no routine. now: the present name of a file."""
        if len(commit.body) < 20:
            return
        reason = reason_of(commit)
        subject = subject_of(commit)
        kind, scope, broken, rest = conventional(subject)
        if reason is None or len(rest) < 8 or kind in ("test", "tests", "docs", "style", "ci"):
            return
        breaking = reason.breaking or broken
        paths = [change.path for change in telling(commit)]
        merged = len(commit.parents) > 1
        if not (paths or merged or breaking):
            return
        points = min(reason.weight, CLEAREST) + 2 * breaking - 2 * merged
        points -= 2 if paths and all(_AUTOMATION.match(path) for path in paths) else 0
        decides = breaking or bool(_DECIDED.search(reason.text)) or bool(_ORDERS.match(rest))
        title = f"{scope}: {rest}" if scope else rest
        text = f"{'Breaking change: ' if breaking else ''}{reason.text}"
        kept = [now(path) for path in paths[:MOST_PATHS]] if len(commit.changes) <= WIDE else []
        self.found += 1
        self.held.append([
            points, commit.time, commit.sha[:SHORT], "decision" if decides else "claim", title, text, kept,
        ])  # fmt: skip
        if len(self.held) > 2 * MOST_HELD:
            self._prune()

    def merge(self, older: "Decisions", now: Callable[[str], str]) -> None:
        """Join what was read earlier."""
        self.held += [[*one[:6], [now(path) for path in one[6]]] for one in older.held]
        self.found += older.found
        if len(self.held) > MOST_HELD:
            self._prune()

    def _prune(self) -> None:
        latest = max(one[1] for one in self.held)
        self.held = sorted(self.held, key=lambda one: (-_rank(one, latest), one[2]))[:MOST_HELD]

    def findings(self, latest: int, present: set[str]) -> list[Finding]:
        """The explained commits whose files are still there, each reason once. latest: the newest commit's time."""
        found: dict[str, Finding] = {}
        for one in self.held:
            _, time, commit, kind, title, text, paths = one
            still = tuple(path for path in paths if path in present)
            if paths and not still:
                continue
            said = text.casefold()[:120]
            rank = _rank(one, latest) - (0 if still else 1)
            if said not in found or (rank, time) > (found[said].rank, found[said].time):
                found[said] = Finding(
                    "decision", kind, "decisions" if kind == "decision" else "history", f"history/commit/{commit}",
                    title,
                    title.rstrip(".:;"), text,
                    still, commit, time, rank, True,
                )  # fmt: skip
        return list(found.values())


def _rank(one: list[Any], latest: int) -> float:
    return float(one[0] + FRESH_WORTH * freshness(one[1], latest, HALF_LIFE_MS))
