"""How decisions ended, derived from git alone: the commits that carry one are followed through the history after them.

It is mechanical and repeatable: the same history and the same commits give the same evidence, whoever asks and when.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from oldhand.code import history
from oldhand.reasoning.evidence_reverts import Taking, may_take, mentions, taking
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.line_survival import Sums, digests
from oldhand.reasoning.outcome_case import Case, called_by
from oldhand.reasoning.outcome_rules import evidence_of
from oldhand.reasoning.reading_history import (
    Order,
    Seen,
    blobs_at,
    brought_by,
    known_commits,
    lines_of,
    named_of,
    ordered,
)
from oldhand.reasoning.rework_weight import SWEEP
from oldhand.reasoning.weighing_outcomes import Evidence, weighed

MOST_BROUGHT = 200  # commits of a merge that carries a decision
LARGEST_FILE = 2_000_000  # bytes of a file whose lines are compared at the end
SLICE = 20_000  # commits read together: some ten seconds, which an interruption can cost, and 100 MB of memory
# For which changes of lines are read: later ones are how code grows old, and what is left is seen in the end.
FOLLOWED_MS = 400 * 86_400_000
SURE = 7_000  # how surely a commit has to carry a decision for less sure ones to be left aside
# Seconds that a part takes which may be the last one, since whoever waits is answered behind it; how many commits those
# are depends on how many decisions are followed, so the first part is small and the next ones are as the last one was.
PART_SECONDS = 0.25
FIRST_PART, LEAST_PART = 100, 20  # commits
Progress = Callable[[int, int], None]
Carried = Callable[[Seen], Iterable[tuple[str, int]]]


class Derived(NamedTuple):
    """How a decision ended as far as git tells: state, value and weight as `weighing_outcomes.weighed` has them, every
    piece of evidence, and the commits that this history does not have."""

    state: str
    value: int
    weight: int
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]


def derive(
    tree: Path, environment: Mapping[str, str], carriers: Sequence[str | tuple[str, int]], until: str = "HEAD"
) -> Derived:  # fmt: skip
    """How the decision that these commits carry ended, as of `until`.

    carriers: ids of commits, each also with how surely it carries the decision, in ten-thousandths. Without git, or
    when none of them is in the history of `until`, the state is open and all are missing.
    """
    return derive_many(tree, environment, {"": carriers}, until)[""]


def derive_many(
    tree: Path, environment: Mapping[str, str], cases: Mapping[str, Sequence[str | tuple[str, int]]],
    until: str = "HEAD", progress: Progress = lambda done, total: None,
) -> dict[str, Derived]:  # fmt: skip
    """The same for many decisions at once: the history is read once for all of them."""
    wanted = {name: _weighted(carriers) for name, carriers in cases.items()}
    known = known_commits(tree, environment, (sha for carriers in wanted.values() for sha in carriers))
    last = history.head(tree, environment, until)
    found = {
        name: Case({known[sha]: weight for sha, weight in carriers.items() if sha in known})
        for name, carriers in wanted.items()
    }
    if last:
        read(tree, environment, found, last, progress=progress)
    return {
        name: _derived(case, missing_of(case, wanted[name], known))
        for name, case in found.items()
    }  # fmt: skip


def missing_of(case: Case, asked: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Those of the commits that were asked for which the history does not have, nor any that they became. One that
    takes the decision back is there, although it carries nothing."""
    whole = ((sha, known.get(sha, sha)) for sha in asked)
    there = case.met.keys() | case.rewritten.keys() | case.signs.keys()
    return [sha for sha, found in whole if found not in there]


def _weighted(carriers: Sequence[str | tuple[str, int]]) -> dict[str, int]:
    pairs = ((one, WHOLE) if isinstance(one, str) else one for one in carriers)
    return {sha.lower(): weight for sha, weight in pairs}


def _derived(case: Case, missing: Sequence[str]) -> Derived:
    pieces = tuple(sorted(evidence_of(case)))
    return Derived(*weighed(pieces), pieces, tuple(missing))


def read(
    tree: Path, environment: Mapping[str, str], cases: Mapping[str, Case], until: str, *, since: str = "",
    carried: Carried = lambda seen: (), progress: Progress = lambda done, total: None,
    pause: Callable[[str], None] = lambda head: None, at_once: int = SLICE, hurry: bool = False,
) -> int:  # fmt: skip
    """Take the commits of a history up to `until` (a whole id) into the cases, by their names; how many they were.

    since: a commit up to which the cases were read before; carried: which cases a commit carries besides those that
    know it already, and how surely; pause: is told after every `at_once` commits up to which one all of them were read;
    hurry: read parts of PART_SECONDS, of at most so many. What the cases then hold is as of `until`, and the same in
    whatever parts it is read.
    """
    order, main = ordered(tree, environment, until, since)
    there = frozenset(order)
    away = [sha for case in cases.values() for sha in case.carriers if sha not in there and sha not in case.met]
    rewritten = list(named_of(tree, environment, list(dict.fromkeys(away))))
    start, part = 0, min(at_once, FIRST_PART) if hurry else at_once
    while start < len(order) or not start:
        begun = time.monotonic()
        end = min(start + part, len(order))
        while end < len(order) and order[end - 1] not in main:
            end += 1
        reading = _Reading(tree, environment, cases, until, Order(order[start:end], main), rewritten, carried)

        def shown(done: int, total: int, start: int = start, end: int = end) -> None:
            progress(start + (end - start) * done // max(total, 1), len(order))

        reading.messages(shown)
        reading.changes(shown)
        if end == len(order):
            reading.settle()
            break
        pause(order[end - 1])
        start = end
        if hurry:
            fitting = part * PART_SECONDS / max(time.monotonic() - begun, 0.001)
            part = min(max(round(min(fitting, 2 * part)), LEAST_PART), at_once)
    return len(order)


class _Reading:
    """One pass over a part of a history for some cases. order: its commits; away: carriers that the history has not."""

    def __init__(
        self, tree: Path, environment: Mapping[str, str], cases: Mapping[str, Case], until: str, order: Order,
        away: Sequence[Seen], carried: Carried,
    ) -> None:  # fmt: skip
        self.tree, self.environment, self.until = tree, environment, until
        self.cases, self.by_name, self.carried = list(cases.values()), cases, carried
        self.commits, self.main = order
        self.cut = history.cut_off(tree, environment)
        self.latest = 0
        self.of: dict[str, list[Case]] = {}  # commit -> the cases that it carries
        self.at: dict[str, dict[Case, None]] = {}  # path -> the cases whose files it is one of
        self.side: dict[str, tuple[str, ...]] = {}  # commits beside the main line that no merge brought there yet
        self.wanted: dict[str, tuple[Seen, dict[Case, None]]] = {}  # commits whose lines are to be read
        self.called: dict[str, dict[Case, None]] = {}  # what a message may name -> the cases that it may mean
        for case in self.cases:
            for sha in case.carriers:
                self.of.setdefault(sha, []).append(case)
            for path in case.lines.paths:
                self.at.setdefault(path, {})[case] = None
            self._call(case)
        self.rewritten = self._rewritten(away)

    def _rewritten(self, away: Sequence[Seen]) -> dict[tuple[int, str, str], list[tuple[Case, str]]]:
        """(when it was written, by whom, under what title) of carriers that are away -> their cases.

        A rebase and a pick give a commit another id and leave these three as they are.
        """
        found: dict[tuple[int, str, str], list[tuple[Case, str]]] = {}
        for seen in away:
            marks = (seen.authored, seen.author, seen.subject)
            found.setdefault(marks, []).extend((case, seen.sha) for case in self.of.get(seen.sha, ()))
        return found

    def _call(self, case: Case) -> None:
        """Have a case be found by all that a later message may call it."""
        for name in case.names():
            self.called.setdefault(name, {})[case] = None

    def messages(self, progress: Progress) -> None:
        """Read names and messages: which commits take something back, land it, or touch its files."""
        total = len(self.commits)
        for count, seen in enumerate(named_of(self.tree, self.environment, self.commits), 1):
            progress(count, 2 * total)
            self.latest = max(self.latest, seen.time)
            said = taking(seen.subject, seen.body) if may_take(seen.subject, seen.body) else None
            self._found(seen, said)
            if said is not None:
                self._leave_out(seen, said)
            self._carries(seen)
            self._says(seen, said)
            self._lands(seen)
            self._touches(seen)
        for case in self.cases:
            case.last = max(case.last, self.latest)

    def _found(self, seen: Seen, said: Taking | None) -> None:
        """Have a commit carry the cases that it names, and those whose commit it was before it was rewritten.

        One that takes something back repeats the message of that, and with it what it named.
        """
        told = [
            (self.by_name[name], weight)
            for name, weight in self.carried(seen)
            if name in self.by_name and (said is None or said.again or weight >= WHOLE)
        ]
        for case, old in self.rewritten.get((seen.authored, seen.author, seen.subject), ()):
            told.append((case, case.carriers.get(old, WHOLE)))
            case.rewritten[old] = seen.sha
        for case, weight in told:
            surest = max(case.carriers.values(), default=0)
            if seen.sha not in case.carriers and (weight >= SURE or surest < SURE):
                case.carriers[seen.sha] = weight
                self.of.setdefault(seen.sha, []).append(case)

    def _leave_out(self, seen: Seen, said: Taking) -> None:
        """Have a commit carry none of the cases of which it takes a commit back, whatever ties it to them.

        Who ties the revert of a decision to it, or ends its message in the decision's line, means the same decision:
        it would count as carried out by its own undoing.
        """
        for case in list(self.of.get(seen.sha, ())):
            if case.undone_by(said, case.carriers[seen.sha]):
                del case.carriers[seen.sha]
                self.of[seen.sha].remove(case)

    def _carries(self, seen: Seen) -> None:
        cases = self.of.get(seen.sha, ())
        if self.cut and not seen.parents:
            return  # where a shallow clone begins, a commit seems to have brought all there is
        for case in list(cases):
            wanted = case.carrying(seen.sha, (path for _, path, _ in seen.files))
            case.meet(seen)
            self._call(case)
            if len(seen.parents) > 1:
                brought = brought_by(self.tree, self.environment, seen.sha, MOST_BROUGHT)
                self._carry_more(case, brought, case.carriers[seen.sha])
            for _, path, old in seen.files:
                if path in wanted:
                    self.at.setdefault(path, {})[case] = None
                    if old:
                        self.at.setdefault(old, {})[case] = None

    def _carry_more(self, case: Case, brought: list[str], weight: int) -> None:
        """Have the commits that a merge brought carry what it carries; they went by before it, so they are read now."""
        for sha in reversed(brought):
            if sha in case.carriers or case.signs.get(sha, 1) < 0:
                continue
            case.carriers[sha] = weight
            found = next(named_of(self.tree, self.environment, [sha]), None)
            if found is not None:
                self.of.setdefault(sha, []).append(case)
                case.meet(found)
                self._call(case)
                self._want(found, case)
                for path in case.carrying(sha, (path for _, path, _ in found.files)):
                    self.at.setdefault(path, {})[case] = None

    def _says(self, seen: Seen, said: Taking | None) -> None:
        """Note with each case what a message says of it."""
        commits, numbers = mentions(seen.subject, seen.body)
        names = called_by(seen.subject, said, commits, numbers)
        for case in dict.fromkeys(case for name in names for case in self.called.get(name, ())):
            if seen.sha in case.carriers:
                continue
            sign, by = case.named(said) if said else (0, "")
            if said and sign:
                case.taken(seen, said, sign, by)
            elif case.repeats(seen):
                case.done_again(seen)
            else:
                case.mentioned(seen, commits, numbers)
                continue
            self._call(case)
            self._want(seen, case)

    def _lands(self, seen: Seen) -> None:
        """Note the merge that brought a carrying commit to the main line: it may be taken back as a whole."""
        if seen.sha not in self.main:
            self.side[seen.sha] = seen.parents
            return
        waiting = list(seen.parents[1:])
        while waiting:
            sha = waiting.pop()
            parents = self.side.pop(sha, None)
            if parents is None:
                continue
            waiting += parents
            for case in self.of.get(sha, ()):
                if seen.sha not in case.signs:
                    case.know(seen, 1)
                    self._call(case)

    def _touches(self, seen: Seen) -> None:
        touched: dict[Case, None] = {}
        for status, path, old in seen.files:
            for name in (path, old) if old else (path,):
                touched |= self.at.get(name, {})
            if status == "R" and (cases := self.at.get(old)):
                self.at.setdefault(path, {}).update(cases)
                for case in cases:
                    case.lines.follow(old, path)
        for case in touched:
            if seen.sha in case.carriers:
                self._want(seen, case)
                continue
            case.traffic += 1
            if seen.time <= case.since + FOLLOWED_MS:
                self._want(seen, case)

    def _want(self, seen: Seen, case: Case) -> None:
        if len(seen.parents) > 1:
            return
        self.wanted.setdefault(seen.sha, (seen._replace(body="", files=seen.files[:SWEEP]), {}))[1][case] = None

    def changes(self, progress: Progress) -> None:
        """Read the lines of the commits that matter, in their order."""
        total = len(self.wanted)
        for count, (sha, files) in enumerate(lines_of(self.tree, self.environment, list(self.wanted)), 1):
            seen, cases = self.wanted[sha]
            progress(total + count, 2 * total)
            sums = Sums(files)
            for case in cases:
                if sha in case.carriers:
                    own = case.carrying(sha, (one.path for one in files))
                    case.lines.take([one for one in files if one.path in own])
                    continue
                # What sweeps through all files is no work at this decision's lines.
                near = [] if len(files) >= SWEEP else case.lines.among(files)
                case.touched(seen, case.lines.touch(sha, near, sums))

    def settle(self) -> None:
        """Compare with the files as they are at the end."""
        where: dict[str, list[Case]] = {}
        for case in self.cases:
            for path in case.lines.paths:
                where.setdefault(path, []).append(case)
        there = blobs_at(self.tree, self.environment, self.until, set(where)) if where else {}
        of: dict[str, list[Case]] = {}
        for path, blob in there.items():
            of.setdefault(blob, []).extend(where[path])
        present: dict[Case, set[int]] = {case: set() for case in self.cases}
        for blob, content in history.contents(self.tree, self.environment, list(of), LARGEST_FILE):
            found = digests(content)
            for case in of[blob]:
                present[case] |= found & (case.lines.added.keys() | case.lines.removed.keys())
        for case in self.cases:
            if case.met:
                case.lines.settle(present[case])
