"""Ranking by words: BM25F over path, symbols, identifiers and prose of each file."""

from collections import defaultdict
from collections.abc import Mapping
from math import log
from typing import NamedTuple

from oldhand.code.ranking_ground import Ground, Values, frequencies
from oldhand.code.task_text import Task
from oldhand.store.code_records import Postings

K1 = 1.2  # saturation of how often a term occurs: the usual value of BM25 (Robertson and Zaragoza 2009)
FIELD_WEIGHTS = (
    2.5,
    2.0,
    1.0,
    1.0,
)  # path, symbols, identifiers, prose: what names a thing says more than what uses it
FIELD_LENGTHS = (0.4, 0.5, 0.7, 0.7)  # how far length counts against a field: a long path is no longer text
COMMON = 0.6  # share of the sources that have a term from which on it tells nothing (a licence, a language's words)
PATH, SYMBOLS, PROSE = 0, 1, 3
RARE = 0.02  # share of the sources below which a term names something; at least RARE_FILES of them
RARE_FILES = 4


class Words(NamedTuple):
    """Values by signal; share: the highest share of the task's weight that any source has, 0 to 1."""

    values: dict[str, Values]
    share: float


def by_words(here: Ground, task: Task) -> Words:
    """Every signal of words: shares of the best source's score, `_share` ones of what the task could give at most."""
    postings = here.code_index.matching([*task.terms, *task.name_terms])
    count = len(here.sources)
    often = frequencies(postings, here.sources)
    worth = {term: _worth(count, n) for term, n in often.items() if n <= COMMON * count or n < 3}
    all_of_it = {term: worth[term] * _said(n) for term, n in task.terms.items() if term in worth}
    title = {term: worth[term] * _said(n) for term, n in task.title.items() if term in worth}
    names = {term: worth[term] * _said(n) for term, n in task.name_terms.items() if term in worth}
    sums = _sums(here, postings, all_of_it, title, names)
    whole, of_title = sum(all_of_it.values()) or 1.0, sum(title.values()) or 1.0
    values = {name: here.relative(found) for name, found in sums.items()}
    values["all_share"] = {number: value / whole for number, value in sums["all"].items()}
    values["title_share"] = {number: value / of_title for number, value in sums["title"].items()}
    values["rare"] = _rare(postings, often, title, max(RARE_FILES, RARE * count))
    share = max((value for number, value in values["all_share"].items() if number in here.sources), default=0.0)
    return Words(values, share)


def _worth(documents: int, having: int) -> float:
    """What a term is worth that so many of the documents have: the rarer, the more."""
    return log(1 + (documents - having + 0.5) / (having + 0.5))


def _said(times: int) -> float:
    """What a term counts that is said so often in the task: at most 2.2 times of one said once."""
    return times * (K1 + 1) / (times + K1)


def _sums(
    here: Ground, postings: Mapping[str, Postings], all_of_it: Mapping[str, float], title: Mapping[str, float],
    names: Mapping[str, float],
) -> dict[str, Values]:  # fmt: skip
    """The BM25F sums of the whole task, its first line and its names, and those of single fields."""
    documents = here.code_index.documents()
    base = [1 - length for length in FIELD_LENGTHS]
    p, s, i, w = (length / average for length, average in zip(FIELD_LENGTHS, documents.average, strict=True))
    norms = {
        number: (1 / (base[0] + p * a), 1 / (base[1] + s * b), 1 / (base[2] + i * c), 1 / (base[3] + w * d))
        for number, (a, b, c, d) in documents.lengths.items()
    }
    found: dict[str, Values] = {
        name: defaultdict(float) for name in ("all", "title", "names", "path", "symbols", "prose_title")
    }
    every, first, named = found["all"], found["title"], found["names"]
    for term, posting in postings.items():
        a, t, n = all_of_it.get(term, 0.0), title.get(term, 0.0), names.get(term, 0.0)
        if not (a or t or n):
            continue
        for number, p, s, i, w in zip(posting.documents, *posting.counts, strict=True):
            norm = norms.get(number)
            if norm is None:
                continue
            x = 0.0
            if p:
                y = p * norm[PATH]
                x += FIELD_WEIGHTS[PATH] * y
                y /= y + K1
                found["path"][number] += a * y
            if s:
                y = s * norm[SYMBOLS]
                x += FIELD_WEIGHTS[SYMBOLS] * y
                y /= y + K1
                found["symbols"][number] += a * y
            if i:
                x += i * norm[2]
            if w:
                y = w * norm[PROSE]
                x += y
                if t:
                    found["prose_title"][number] += t * y / (y + K1)
            x /= x + K1
            every[number] += a * x
            if t:
                first[number] += t * x
            if n:
                named[number] += n * x
    return found


def _rare(
    postings: Mapping[str, Postings], often: Mapping[str, int], title: Mapping[str, float], most: float
) -> Values:
    """For each document, what the rare terms of the first line that it has are worth: each 1, shared by its files."""
    found: defaultdict[int, float] = defaultdict(float)
    for term in title:
        if 0 < often[term] <= most:
            for number in postings[term].documents:
                found[number] += 1 / often[term]
    return {number: min(value, 1.0) for number, value in found.items()}
