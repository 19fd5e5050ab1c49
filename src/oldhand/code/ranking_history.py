"""Ranking by the repository's own history: what similar commits changed, and what changed lately."""

from array import array
from collections import defaultdict
from collections.abc import Mapping
from math import log, log2
from typing import NamedTuple

from oldhand.code.ranking_ground import Ground, Values
from oldhand.code.task_text import Task
from oldhand.store.code_records import Postings

K1, LENGTH = 1.2, 0.6  # of BM25 over messages: as for files; messages differ less in length
SUBJECT = 2  # what a word of the first line of a message counts beside one of the rest
WIDEST = 60  # files; a commit that changed more is a sweep over the project and tells of none of them
SIMILAR = 60  # commits most like the task that count
HALF_LIFE = 60  # commits after which a change counts half


class Past(NamedTuple):
    """Values by signal; reasons: of each document, the number of the similar commit that gave it most."""

    values: dict[str, Values]
    reasons: dict[int, int]


def by_history(here: Ground, task: Task) -> Past:
    """Every signal of history; empty ones without any."""
    commits = here.commits
    if not commits:
        return Past({}, {})
    narrow = [commit for commit in commits if commit.width <= WIDEST]
    changed = {commit.number: commit.documents for commit in narrow}
    postings = here.code_index.commits_matching(task.terms)
    alike = _alike(here, task.terms, postings, changed)
    values: dict[str, Values] = {"told": here.relative(_told(here, task.terms, postings, changed))}
    best: dict[int, tuple[float, int]] = {}
    similar: Values = defaultdict(float)
    for number, score in sorted(alike.items(), key=lambda item: (-item[1], -item[0]))[:SIMILAR]:
        share = score / len(changed[number]) ** 0.5
        for document in changed[number]:
            similar[document] += share
            best[document] = max(best.get(document, (0.0, 0)), (share, number))
    values["similar"] = here.relative(similar)
    last: Values = {}
    churn: Values = defaultdict(float)
    for place, commit in enumerate(commits):
        for document in commit.documents:
            last.setdefault(document, 1 / log2(2 + place))
            if commit.width <= WIDEST:
                churn[document] += 0.5 ** (place / HALF_LIFE)
    values["last"] = last
    values["churn_60"] = here.relative(churn)
    return Past(values, {document: number for document, (_, number) in best.items()})


def _told(
    here: Ground, terms: Mapping[str, int], postings: Mapping[str, Postings], changed: Mapping[int, "array[int]"]
) -> Values:
    """BM25 of each file by all that messages of commits said of it, a commit of n files counting 1 / sqrt(n)."""
    documents = here.messages
    lengths: Values = defaultdict(float)
    for number, files in changed.items():
        said = documents.lengths.get(number)
        if said:
            share = (said[0] + said[1]) / len(files) ** 0.5
            for document in files:
                lengths[document] += share
    average = sum(lengths.values()) / max(1, len(here.files)) or 1.0
    count = len(here.files)
    found: Values = defaultdict(float)
    for term, times in terms.items():
        posting = postings.get(term)
        if posting is None:
            continue
        often: Values = defaultdict(float)
        for number in posting.documents:
            if number in changed:
                share = 1 / len(changed[number]) ** 0.5
                for document in changed[number]:
                    often[document] += share
        weight = log(1 + (count - len(often) + 0.5) / (len(often) + 0.5)) * times * (K1 + 1) / (times + K1)
        for document, value in often.items():
            length = 1 - LENGTH + LENGTH * lengths[document] / average
            found[document] += weight * value * (K1 + 1) / (value + K1 * length)
    return found


def _alike(
    here: Ground, terms: Mapping[str, int], postings: Mapping[str, Postings], changed: Mapping[int, object]
) -> dict[int, float]:
    """BM25 of the messages of commits, by their numbers."""
    documents = here.messages
    count = max(1, len(changed))
    average = SUBJECT * documents.average[0] + documents.average[1]
    found: dict[int, float] = defaultdict(float)
    for term, times in terms.items():
        posting = postings.get(term)
        if posting is None:
            continue
        those = [
            (number, SUBJECT * subject + body)
            for number, subject, body in zip(posting.documents, posting.counts[0], posting.counts[1], strict=True)
            if number in changed
        ]
        weight = log(1 + (count - len(those) + 0.5) / (len(those) + 0.5)) * times * (K1 + 1) / (times + K1)
        for number, often in those:
            lengths = documents.lengths[number]
            length = (SUBJECT * lengths[0] + lengths[1]) / average
            found[number] += weight * often * (K1 + 1) / (often + K1 * (1 - LENGTH + LENGTH * length))
    return found
