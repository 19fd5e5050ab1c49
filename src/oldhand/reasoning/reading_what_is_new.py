"""Reading of a history what is new, for many decisions at once: for each from where it has to be read.

A decision that was read before goes on from there. A new one, or one that is tied otherwise now, is read from the first
commit on that may carry it. Where the present head does not contain the commit to which a decision was read, its
evidence stays as long as a branch, a tag or a working tree knows that commit: so two working trees do not take turns.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from oldhand.code import history
from oldhand.model.trust import least
from oldhand.reasoning.carrying import SURE, TOUCHED, Claim, Finder
from oldhand.reasoning.deriving_outcomes import SLICE, read
from oldhand.reasoning.naming_commits import BEGINNING, Index
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_state import State
from oldhand.reasoning.reading_history import Seen, known_commits, named_of
from oldhand.reasoning.record_names import names_of
from oldhand.reasoning.tied_by import REPO
from oldhand.reasoning.where_to_begin import alive, away, before, before_time, common, earlier

STEP = 500  # commits read at most between two questions whether to stop: a quarter of a second where few are followed
# Behind the id of a decision with doubted ties, the name of what is followed for it besides: by what needs nobody and
# what a person tied; and of all its ties, where the former is what counts.
OWN, ALL = "+own", "+all"
BEHIND, AHEAD, BESIDE, GONE = "behind", "ahead", "beside", "gone"  # how a commit read to lies to the present head
Progress = Callable[[int, int], None]


class Stopped(Exception):
    """Raised through a reading that was asked to stop; what was read is kept."""


class Seals:
    """Which commits of a decision with doubted ties the history itself ties to it, and which only a doubted pull."""

    def __init__(self, saved: Iterable[Iterable[str]] = ((), ())) -> None:
        self.sealed, self.pulled = (set(map(str, part)) for part in saved)

    def saved(self) -> list[list[str]]:
        """What it is made from again."""
        return [sorted(self.sealed), sorted(self.pulled)]


class Reading:
    """One reading up to `head` for the decisions of `claims`. cases: what history shows of each; known: names of
    commits -> whole ids, of those git has; rewritten: a commit read to before that nothing knows any more, or empty."""

    def __init__(
        self, tree: Path, environment: Mapping[str, str], head: str, claims: Mapping[str, Claim], state: State,
        boundary: str,
    ) -> None:  # fmt: skip
        self.tree, self.environment, self.head, self.claims, self.state = tree, environment, head, claims, state
        self.doubted = {name for name, one in claims.items() if one.doubts}
        own = {name: claims[name].undoubted()._replace(places=()) for name in self.doubted}
        self.followed = {**claims, **{name + OWN: one for name, one in own.items()}}
        wanted = (sha for one in claims.values() for sha, _ in one.commits)
        self.known = known_commits(tree, environment, wanted)
        self.index = Index(state.names, boundary)
        self.cases: dict[str, Case] = {}
        self.seals: dict[str, Seals] = {}
        self.rewritten = ""
        self._lie: dict[str, str] = {}
        self._unsaved = 0

    def read(
        self, asked: Callable[[str], str], progress: Progress, save: Callable[[], None], stop: Callable[[], bool] | None
    ) -> int:  # fmt: skip
        """Read what is new; how many commits those were. asked: a digest of what ties a decision; save: keeps how far
        all was read. Raises Stopped."""
        if not self.head:
            self.cases = {name: Case({}) for name in self.followed}
            return 0
        groups: dict[str, dict[str, Case]] = {}
        cover = self._covered()
        fresh = [name for name in self.followed if not self._goes_on(name, asked(name), groups)]
        if fresh:
            group = groups.setdefault(self._start(fresh, cover), {})
            for name in fresh:
                claim = self.followed[name]
                group[name] = self.cases[name] = Case(
                    {self.known[sha]: weight for sha, weight in claim.commits if sha in self.known}
                )
                group[name].record = claim.record
        if self.claims and not groups and cover not in ("", self.head):
            groups[cover] = {}  # nothing is followed; the index is brought up to date all the same
        done = [self._go(cases, since, cover, progress, save, stop) for since, cases in sorted(groups.items())]
        return max(done, default=0)

    def case(self, name: str) -> Case:
        """What counts of a decision: what is carried by the history itself or by a person's tie, where there is such;
        then ties that are doubted add nothing and take nothing away. A commit that takes back what they carry is none.
        """
        every, own = self.cases[name], self.cases.get(name + OWN)
        if own is None or not any(own.carriers.get(sha, 0) >= SURE and sha in every.met for sha in own.met):
            return every
        return own

    def saved(self, names: Collection[str]) -> dict[str, dict[str, Any]]:
        """What was read for some decisions, to go on from there: under its id what counts of each."""
        found = {}
        for name in names:
            if name not in self.cases:
                continue
            case = self.case(name)
            found[name] = case.saved()
            if name in self.doubted:
                found[name + OWN] = self.cases[name + OWN].saved()
                if case is not self.cases[name]:
                    found[name + ALL] = self.cases[name].saved()
        return found

    def tied_by(self, name: str) -> str:
        """The trust of the ties that carry a decision: the least of them, those left aside that history itself has."""
        if self.case(name) is not self.cases[name]:
            return REPO
        case, seals = self.cases[name], self.seals.get(name, Seals())
        met = case.met.keys() - seals.sealed
        levels = []
        for said, trust in self.claims[name].doubts:
            sha = self.known.get(said, "")
            carries = seals.pulled if said.startswith("#") else {sha, case.rewritten.get(sha, "")}
            levels += [trust] if met & carries else []
        return least(REPO, *levels)

    # -- where to begin ------------------------------------------------------------------------------

    def _lies(self, commit: str) -> str:
        """How a commit lies to the present head."""
        if commit not in self._lie:
            tree, environment = self.tree, self.environment
            if commit == self.head or history.follows(tree, environment, commit, self.head):
                self._lie[commit] = BEHIND
            elif not alive(tree, environment, commit):
                self._lie[commit] = GONE
                self.rewritten = self.rewritten or commit
            else:
                ahead = history.follows(tree, environment, self.head, commit)
                self._lie[commit] = AHEAD if ahead else BESIDE
        return self._lie[commit]

    def _covered(self) -> str:
        """A commit up to which the index knows the history of the present head."""
        lies = self._lies(self.index.head) if self.index.head else GONE
        if lies == BEHIND:
            return self.index.head
        if lies == AHEAD:
            return self.head
        return common(self.tree, self.environment, self.index.head, self.head) if self.index.head else ""

    def _goes_on(self, name: str, asked: str, groups: dict[str, dict[str, Case]]) -> bool:
        """Take up a decision that was read before; whether it was, so that it goes on from there."""
        kept = self.state.cases
        saved = kept.get(name + ALL, kept.get(name)) if self.state.asked.get(name) == asked else None
        since = str(saved.get("head", "")) if saved else ""
        if saved is None or not since or (lies := self._lies(since)) == GONE:
            return False
        case = Case({}, saved)
        if lies == BEHIND:
            groups.setdefault(since, {})[name] = case
        elif lies == BESIDE and not case.met:  # nothing was found there: what is beside may have it
            if not (since := common(self.tree, self.environment, since, self.head)):
                return False
            groups.setdefault(since, {})[name] = case
        self.cases[name] = case
        if name in self.doubted:
            self.seals[name] = Seals(self.state.seals.get(name, ((), ())))
        return True

    def _start(self, names: Iterable[str], cover: str) -> str:
        """From which commit on the history is read for decisions that were not read before; empty: all of it."""
        if not cover:
            return ""
        named, tied, moments = set[str](), set[str](), list[int]()
        for name in names:
            claim = self.followed[name]
            hits = self.index.of(claim)
            if BEGINNING in hits:
                return ""
            named.update(hits)
            tied.update(self.known[sha] for sha, _ in claim.commits if sha in self.known)
            if claim.places and not (claim.record or claim.commits or claim.pulls):
                moments.append(claim.at)
        tree, environment = self.tree, self.environment
        gone = away(tree, environment, tied, self.head)
        # One that was rebased or picked was committed later than it was written.
        moments += [seen.authored for seen in named_of(tree, environment, sorted(gone))]
        whole = known_commits(tree, environment, named)
        if len(whole) < len(named):
            return ""  # two commits begin alike, or one is gone
        since = before(tree, environment, (tied - gone) | set(whole.values()), cover)
        if moments and since:
            since = earlier(tree, environment, since, before_time(tree, environment, min(moments), cover))
        return since

    # -- reading -------------------------------------------------------------------------------------

    def _go(
        self, cases: Mapping[str, Case], since: str, cover: str, progress: Progress, save: Callable[[], None],
        stop: Callable[[], bool] | None,
    ) -> int:  # fmt: skip
        """Read the history beyond a commit for some decisions."""
        covers = not since or since == cover or history.follows(self.tree, self.environment, since, cover)

        def reached(head: str) -> None:
            for case in cases.values():
                case.head = head
            if covers:
                self.index.head = head

        def pause(head: str) -> None:
            reached(head)
            self._unsaved += STEP if stop else SLICE
            stopping = stop is not None and stop()
            if stopping or self._unsaved >= SLICE:
                self._unsaved = 0
                save()
            if stopping:
                raise Stopped

        count = 0
        if since != self.head:
            carried = self._carried(cases, since, covers)
            count = read(
                self.tree, self.environment, cases, self.head, since=since, carried=carried, pause=pause,
                progress=progress, at_once=STEP if stop else SLICE, hurry=stop is not None,
            )  # fmt: skip
        reached(self.head)
        return count

    def _carried(
        self, cases: Mapping[str, Case], since: str, covers: bool
    ) -> Callable[[Seen], Iterator[tuple[str, int]]]:  # fmt: skip
        """What tells which of the decisions a commit carries. All decisions are known to it: which of several a number
        means depends on the others."""
        records = [one.record for one in self.claims.values() if one.number]
        names = names_of(self.tree, self.environment, self.head, records, since=since)
        near = {name: sum(weight == TOUCHED for weight in case.carriers.values()) for name, case in cases.items()}
        finder = Finder(self.claims.values(), names, near)
        doubting = self.doubted & cases.keys()
        owning = {name for name in self.doubted if name + OWN in cases}
        sure = Finder((one.undoubted() for one in self.claims.values()), names) if doubting or owning else None

        def carried(seen: Seen) -> Iterator[tuple[str, int]]:
            if covers:
                self.index.note(seen)
            found = list(finder.carried(seen))
            yield from found
            told = {name for name, weight in found if weight >= SURE} & (doubting | owning)
            if sure is None or not told:
                return
            own = {name: weight for name, weight in sure.carried(seen) if weight >= SURE}
            for name in told & doubting:
                seals = self.seals.setdefault(name, Seals())
                (seals.sealed if name in own else seals.pulled).add(seen.sha)
            yield from ((name + OWN, weight) for name, weight in own.items() if name in owning)

        return carried
