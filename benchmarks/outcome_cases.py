"""Outcomes derived from real histories, compared with what a reader of those histories decided.

    python -m benchmarks.outcome_cases --repos FOLDER [--half seen|unseen|later] [--errors] [--only NAME] [--sure]

`tests/reasoning/outcome_cases` holds the cases: a commit that carries a choice, the head until which its history was
read, and the reader's label. FOLDER holds the public repositories with their whole history, each as
`<owner>+<name>/repo`, `<owner>+<name>` or `<name>`, bare or with a work tree.

A label counts as found when it was derived, and as right when the reader gave the same. "went badly" is reverted or
reworked on both sides; whatever a derivation says besides the three labels is `open`, which finds nothing. The two
halves have become what rules are made by, and `--errors` lists theirs; `later` are cases of other repositories, of
which only totals are printed, so that they stay unseen.
"""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oldhand.sessions.measuring import wilson

CASES = Path(__file__).parents[1] / "tests" / "reasoning" / "outcome_cases"
HALVES = ("seen", "unseen")
LATER = "later"  # labelled after the rules, of repositories that they were not made by; a part by itself
PARTS = (*HALVES, LATER)
SURVIVED, REWORKED, REVERTED = LABELS = ("survived", "reworked", "reverted")
BADLY = (REWORKED, REVERTED)
OPEN = "open"
ANSWERS = {
    "confirmed": SURVIVED,
    "failed": REVERTED,
}  # states that say the same as a label; others stand for themselves
PRECISION, RECALL = 0.90, 0.85  # what is wanted on cases that no rule was made by


class Case(NamedTuple):
    """One labelled choice.

    repository: owner/name. commit: what carries the choice. head: the commit until which history was read. label: one
    of LABELS. reason: the reader's. shown_by: later commits that show it. drawn: how the case was found (`random`,
    `fixed`, `gone`, `reverted`), which is no evidence. doubtful: whether another reader might have said otherwise.
    """

    repository: str
    commit: str
    head: str
    label: str
    reason: str
    shown_by: tuple[str, ...]
    drawn: str
    doubtful: bool


class Share(NamedTuple):
    """So many of so many."""

    part: int
    of: int

    def __str__(self) -> str:
        """The share with its 95 % interval (Wilson), or a dash of nothing."""
        if not self.of:
            return "-"
        low, high = wilson(self.part, self.of)
        return f"{self.part / self.of:.3f} [{low:.2f}, {high:.2f}] {self.part}/{self.of}"


class Score(NamedTuple):
    """How many of those that were called so are, and how many of those that are were called so."""

    precision: Share
    recall: Share


def cases(part: str) -> list[Case]:
    """The cases of one part, in the order of its file."""
    lines = (CASES / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(**{**found, "shown_by": tuple(found["shown_by"])}) for found in map(json.loads, lines)]


def half_of(commit: str) -> str:
    """The half that a commit of the first cases falls into: by the lowest bit of the first byte of its SHA-256."""
    return HALVES[hashlib.sha256(commit.encode()).digest()[0] & 1]


def score(answered: Iterable[tuple[str, str]], sort: Sequence[str]) -> Score:
    """The score of the labels in `sort` taken as one, over pairs of (label, answer)."""
    counted = Counter((label in sort, answer in sort) for label, answer in answered)
    right, wrong, missed = counted[True, True], counted[False, True], counted[True, False]
    return Score(Share(right, right + wrong), Share(right, right + missed))


def place_of(repository: str, folder: Path) -> Path | None:
    """Where a repository's history is, None when it is not at hand."""
    joined = repository.replace("/", "+")
    tried = (folder / joined / "repo", folder / joined, folder / repository, folder / repository.partition("/")[2])
    return next((one for one in tried if (one / "HEAD").is_file() or (one / ".git").exists()), None)


def answer_of(state: str) -> str:
    """The label that a derived state says, OPEN when it says none."""
    said = ANSWERS.get(state, state)
    return said if said in LABELS else OPEN


def answers(found: Sequence[Case], folder: Path) -> dict[str, str]:
    """What is derived for each case whose repository is at hand, by commit: a label, or OPEN."""
    from oldhand.reasoning.deriving_outcomes import derive_many

    given: dict[str, str] = {}
    for repository, head in dict.fromkeys((case.repository, case.head) for case in found):
        if (place := place_of(repository, folder)) is None:
            print(f"not at hand: {repository}", file=sys.stderr)
            continue
        asked = {case.commit: [case.commit] for case in found if (case.repository, case.head) == (repository, head)}
        derived = derive_many(place, dict(os.environ), asked, until=head)
        given |= {commit: answer_of(one.state) for commit, one in derived.items()}
    return given


def report(part: str, found: Sequence[Case], given: Mapping[str, str], errors: bool = False) -> str:
    """The scores of the answers; with `errors` what is wrong, of the parts that rules may be made by."""
    rows = [told([(case.label, given[case.commit]) for case in found], f"{part}")]
    wrong = [case for case in found if given[case.commit] != case.label] if errors and part in HALVES else []
    for case in wrong:
        shown = ", ".join(one[:10] for one in case.shown_by) or "nothing later"
        rows.append(
            f"{'?' if case.doubtful else ' '} {case.repository} {case.commit[:12]} is {case.label}, "
            f"derived {given[case.commit]}: {case.reason} ({shown})"
        )
    return "\n".join(rows)


def told(pairs: Sequence[tuple[str, str]], title: str) -> str:
    """The scores of pairs of (label, answer), and what was called what."""
    rows = [f"{title}: {len(pairs)} cases, {sum(one == other for one, other in pairs)} right"]
    sorts = [(label, (label,)) for label in LABELS] + [("went badly", BADLY)]
    for name, sort in sorts:
        precision, recall = score(pairs, sort)
        rows.append(f"  {name:<11} precision {precision!s:<32} recall {recall}")
    called = Counter(pairs)
    rows.append("  label \\ derived " + "".join(f"{answer:>10}" for answer in (*LABELS, OPEN)))
    rows += [
        f"  {label:<15} " + "".join(f"{called[label, answer]:>10}" for answer in (*LABELS, OPEN)) for label in LABELS
    ]
    return "\n".join(rows)


def main(words: Sequence[str] | None = None) -> int:
    """Derive, compare, print. 0 when "went badly" is as good as is wanted, 1 when not, 2 without any repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repos", type=Path, required=True, help="the folder of the repositories")
    parser.add_argument("--half", choices=PARTS, default=HALVES[0], help="the part of the cases")
    parser.add_argument("--errors", action="store_true", help="list what is wrong, of seen or unseen")
    parser.add_argument("--only", default="", help="a part of the names of the repositories to take")
    parser.add_argument("--sure", action="store_true", help="leave out the cases that are marked doubtful")
    asked = parser.parse_args(words)
    if asked.errors and asked.half not in HALVES:
        parser.error(f"the errors of {asked.half} are not listed, so that no rule is made by them")
    wanted = [c for c in cases(asked.half) if asked.only in c.repository and not (asked.sure and c.doubtful)]
    given = answers(wanted, asked.repos)
    found = [case for case in wanted if case.commit in given]
    if not wanted and not asked.only:
        print(f"There are no cases of {asked.half}.", file=sys.stderr)
        return 2
    if not found:
        print(f"No repository of the cases is in {asked.repos}.", file=sys.stderr)
        return 2
    print(report(asked.half, found, given, asked.errors))
    precision, recall = score([(case.label, given[case.commit]) for case in found], BADLY)
    kept = precision.of and precision.part >= PRECISION * precision.of and recall.part >= RECALL * recall.of
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
