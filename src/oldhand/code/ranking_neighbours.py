"""Ranking by company: what changes together with the files found first, what they import, their tests, their folder."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from oldhand.code.ranking_ground import Ground, Values, parts_of

FIRST = 20  # files found first whose company is looked at
TOGETHER_WIDEST = 30  # files; what a wider commit changed belongs together by chance
TOGETHER_HALF_LIFE = 500  # commits after which having changed together counts half
MOST_SAME_STEM = 25  # files of one stem; a stem that more have (`index`, `mod`) pairs none of them
_of_a_test = re.compile(r"\A(?:tests?_)|(?:[_.-](?:tests?|spec|e2e)|tests?|spec|it)\Z").sub


class Company(NamedTuple):
    """Values by signal; reasons: of each document, for each signal, the document found first that gave it most."""

    values: dict[str, Values]
    reasons: dict[str, dict[int, int]]


def by_company(here: Ground, scores: Mapping[int, float]) -> Company:
    """Every signal of company of the FIRST best files, each counting by the exponential of its score."""
    from math import exp

    first = sorted((n for n in scores if n in here.sources), key=lambda number: (-scores[number], number))[:FIRST]
    if not first:
        return Company({}, {})
    power = {number: exp(scores[number] - scores[first[0]]) for number in first}
    whole = sum(power.values())
    found = _Found()
    shares = {number: value / whole for number, value in power.items()}
    _together(here, shares, found)
    _imports(here, shares, found)
    _pairs(here, shares, found)
    _folders(here, shares, found)
    return Company(found.values, {name: {n: of for n, (_, of) in best.items()} for name, best in found.best.items()})


class _Found:
    """Values and their main sources as they are gathered."""

    def __init__(self) -> None:
        self.values: dict[str, Values] = {
            name: defaultdict(float) for name in ("together", "imported", "importing", "pair", "beside")
        }
        self.best: dict[str, dict[int, tuple[float, int]]] = {name: {} for name in self.values}

    def add(self, signal: str, number: int, value: float, source: int) -> None:
        self.values[signal][number] += value
        best = self.best[signal]
        if value > best.get(number, (0.0, 0))[0]:
            best[number] = (value, source)


def _together(here: Ground, shares: Mapping[int, float], found: _Found) -> None:
    commits = [
        (0.5 ** (place / TOGETHER_HALF_LIFE), commit.documents)
        for place, commit in enumerate(here.commits) if commit.width <= TOGETHER_WIDEST
    ]  # fmt: skip
    mine = shares.keys()
    weights: dict[int, float] = defaultdict(float)
    pairs: dict[tuple[int, int], float] = defaultdict(float)
    for weight, documents in commits:
        if len(documents) > 0 and (own := mine & set(documents)):
            for number in own:
                weights[number] += weight
                for other in documents:
                    if other != number:
                        pairs[number, other] += weight
    for (number, other), weight in pairs.items():
        found.add("together", other, shares[number] * weight / (weights[number] + 1), number)


def _imports(here: Ground, shares: Mapping[int, float], found: _Found) -> None:
    for number, share in shares.items():
        for signal, paths in (
            ("imported", here.code_index.imports_of(here.path(number))),
            ("importing", here.code_index.importers_of(here.path(number))),
        ):
            others = [here.numbers[path] for path in paths if path in here.numbers]
            for other in others:
                found.add(signal, other, share / len(others) ** 0.5, number)


def _pairs(here: Ground, shares: Mapping[int, float], found: _Found) -> None:
    """Tests of the files found first, and what the tests among them test."""
    tested: dict[str, list[int]] = defaultdict(list)
    for stem, numbers in here.by_stem.items():
        tested[subject_of(stem)] += numbers
    for number, share in shares.items():
        own = here.files[number]
        same = tested.get(subject_of(parts_of(own.path).stem), ())
        if len(same) > MOST_SAME_STEM:
            continue
        above = set(own.path.split("/")[:-1])
        for other in same:
            if (here.files[other].role == "test") != (own.role == "test"):
                others = set(here.path(other).split("/")[:-1])
                likeness = len(above & others) / max(1, len(above | others))
                found.add("pair", other, share * (0.5 + 0.5 * likeness), number)


def _folders(here: Ground, shares: Mapping[int, float], found: _Found) -> None:
    """What lies in the same folder: small folders hold what belongs together."""
    wanted: dict[str, list[int]] = {parts_of(here.path(number)).above: [] for number in shares}
    for number in sorted(here.sources):
        folder = parts_of(here.path(number)).above
        if folder in wanted:
            wanted[folder].append(number)
    for number, share in shares.items():
        inside = wanted[parts_of(here.path(number)).above]
        for other in inside:
            if other != number:
                found.add("beside", other, share / len(inside) ** 0.5, number)


def subject_of(stem: str) -> str:
    """What a file is named after, without the parts of its name that make it a test."""
    return _of_a_test("", stem) or stem
