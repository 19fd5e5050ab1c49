"""Ranking the files of a project for a task: one score from the signals of words, mentions, history and company.

A linear model in two passes: the first scores every file by what the task says, the second adds what keeps
company with the files found first. The weights were learned on public sets of three kinds together (commit
messages, prompts to agents, issues) and checked by leaving each repository out in turn
(docs/decisions/0027-one-model-ranks-files.md).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from oldhand.code.ranking_ground import Ground, Values, parts_of
from oldhand.code.ranking_history import Past, by_history
from oldhand.code.ranking_mentions import by_mentions
from oldhand.code.ranking_neighbours import Company, by_company
from oldhand.code.ranking_words import Words, by_words
from oldhand.code.task_text import Task

FIRST_WEIGHTS: dict[str, float] = {
    "all": 1.30, "all_share": 1.18, "title_share": 1.23, "names": 1.41, "rare": 0.53, "path": 1.46,
    "symbols": 0.73, "prose_title": 0.47, "full_path": 2.75, "file_name": 0.62, "folder": 1.32,
    "defines_title": 1.52, "similar": 0.89, "told": 1.39, "last": 1.89, "last_long": 0.96, "last_vague": 0.83,
    "churn_60": -0.17, "test": -0.57, "aside": -0.82, "aside_wanted": 0.53, "entry": 0.31, "generated": -1.21,
}  # fmt: skip
"""The first pass: what each signal counts for, in logits, so that a difference of 1 means e times as likely."""
WEIGHTS: dict[str, float] = {
    "all": 1.27, "all_share": 1.15, "title_share": 1.14, "names": 1.29, "rare": 0.67, "path": 1.40,
    "symbols": 0.72, "prose_title": 0.53, "full_path": 3.02, "file_name": 0.86, "folder": 0.90,
    "defines_title": 1.74, "similar": 0.91, "told": 1.25, "last": 1.88, "last_long": 0.94, "last_vague": 0.75,
    "churn_60": -0.35, "together": 1.62, "imported": 0.80, "importing": 0.20, "pair": 0.96, "beside": 2.39,
    "test": -0.61, "aside": -0.82, "aside_wanted": 0.63, "entry": 0.22, "generated": -1.03,
}  # fmt: skip
"""The second pass, with company."""
# No public set has memories, or tells files that are no source from one another, so these were not learned.
CHOSEN_WEIGHTS = {
    "remembered": 1.5,  # a memory on the task that speaks of the file: as much as the commit most like the task
    "no_source": -1.0,  # documents and files in no known language say words more often than they are changed for them
    "data": -2.0,
    "vendored": -2.0,
}
WORDY = frozenset({"all", "all_share", "names", "path", "symbols", "prose_title", "title_share", "rare"})
_PRIOR_ROLES = frozenset({"test", "generated", "data", "vendored"})
LATELY = frozenset({"last", "last_long", "last_vague", "churn_60"})
PRIORS = frozenset({"test", "aside", "aside_wanted", "entry", "generated", "no_source", "data", "vendored"})


class Scored(NamedTuple):
    """Every document's score, and what made it. found: whether anything of the task matched anything at all."""

    scores: dict[int, float]
    values: dict[str, Values]
    words: Words
    past: Past
    company: Company
    found: bool


def first_pass(here: Ground, task: Task) -> tuple[dict[str, Values], Words, Past]:
    """Every signal of the first pass by name: for each document a value, 0 where it is left out."""
    words = by_words(here, task)
    past = by_history(here, task)
    values = {**words.values, **by_mentions(here, task), **past.values}
    last = past.values.get("last", {})
    values["last_vague"] = {number: value * (1 - words.share) for number, value in last.items()}
    values["last_long"] = {number: value * task.length for number, value in last.items()}
    return values | _roles(here, task), words, past


def scored(here: Ground, task: Task, remembered: Values) -> Scored:
    """The score of every file for a task. remembered: how far memories on the task speak of a file, 0 to 1."""
    values, words, past = first_pass(here, task)
    values["remembered"] = remembered
    company = by_company(here, _sums(here, values, FIRST_WEIGHTS))
    found = any(values.get(name) for name in ("all", "full_path", "file_name", "similar", "remembered"))
    values |= company.values
    return Scored(_sums(here, values, WEIGHTS), values, words, past, company, found)


def contributions(scored: Scored, number: int) -> list[tuple[float, str]]:
    """(contribution to the score, signal) of one document, the largest first; priors are left out."""
    parts = [
        (weight * scored.values[name].get(number, 0.0), name)
        for name, weight in (WEIGHTS | CHOSEN_WEIGHTS).items()
        if name in scored.values and name not in PRIORS
    ]
    return sorted(((value, name) for value, name in parts if value > 0), reverse=True)


def _sums(here: Ground, values: Mapping[str, Values], weights: Mapping[str, float]) -> dict[int, float]:
    sums = dict.fromkeys(here.files, 0.0)
    for name, weight in ({**weights, **CHOSEN_WEIGHTS}).items():
        for number, value in values.get(name, {}).items():
            if number in sums:
                sums[number] += weight * value
    return sums


def _roles(here: Ground, task: Task) -> dict[str, Values]:
    found: dict[str, Values] = defaultdict(dict)
    for number, file in here.files.items():
        parts, role = parts_of(file.path), file.role
        if role in _PRIOR_ROLES:
            found[role][number] = 1.0
        if not file.language:
            found["no_source"][number] = 1.0
        if parts.aside:
            found["aside"][number] = 1.0
        if parts.entry:
            found["entry"][number] = 1.0
    if task.asides:
        found["aside_wanted"] = found["aside"]
    return dict(found)
