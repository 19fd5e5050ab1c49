"""Bringing what is known of how decisions ended up to date: from git, tests, and incidents, for all of them at once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code import history
from oldhand.code.git import ask
from oldhand.errors import NotWritable, StoreBusy, UnknownCommit
from oldhand.model.trust import Voice, least
from oldhand.reasoning.carrying import Claim, claims, ties_of
from oldhand.reasoning.decisions import EVER, KIND, Decision, every
from oldhand.reasoning.deriving_outcomes import missing_of
from oldhand.reasoning.incidents import incidents, replacements
from oldhand.reasoning.junit_files import Suite, read_junit
from oldhand.reasoning.keeping_up import LOCK
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_keeping import Kept, as_kept, keep_evidence
from oldhand.reasoning.outcome_rules import evidence_of
from oldhand.reasoning.outcome_state import EMPTY, State, digest, first_line, load, save
from oldhand.reasoning.outcomes import ORIGIN, Ended, all_known, put_together
from oldhand.reasoning.reading_history import known_commits, named_of
from oldhand.reasoning.reading_what_is_new import Reading, Stopped
from oldhand.reasoning.test_results import junit_after, merged, new_runs, runs_after
from oldhand.reasoning.tied_by import GONE, LOCAL, REPO, marked, tied_by, trust_of
from oldhand.reasoning.weighing_outcomes import INCIDENT, REPLACED, Evidence, weighed
from oldhand.store.by_kind import ALL, of_kind
from oldhand.store.lock import WriteLock
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory

# Ten-thousandths that the value or weight of a piece has to change by for the outcome to be revised: as time passes
# both creep, and the memory would be written anew at each commit of anybody and say the same.
TENTH = 1_000
NOTHING: dict[str, Any] = {"carried": 0, "missing": {}, "cut_off": False}  # told while a reading is under way
# What values of other types than an update leaves raise where they are used.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
WAIT_SECONDS = 120.0  # for another's update: the whole history of 60,000 commits is read in some 90 s
AT_ONCE = 200  # decisions written in one change, so that nobody waits long


class Change(NamedTuple):
    """A decision whose outcome became another one. before, after: how it ended; mark: whether evidence is from commits
    that are not there any more."""

    decision: Decision
    before: Ended
    after: Ended
    gone: bool


class Updated(NamedTuple):
    """What an update did. head: the commit as of which, empty without git; decisions: how many were looked at;
    carried: how many of them have commits in the history; commits: how many commits were read; changes: outcomes that
    became others; missing: decision -> commits that the history does not have; rewritten: the head that was read to
    before and that nothing knows any more, or empty; cut_off: whether the clone is shallow; put_away: outcomes that
    somebody removed, which stay so; unfinished: whether it was asked to stop, so that the next one goes on from there.
    """

    head: str
    decisions: int
    carried: int
    commits: int
    changes: list[Change]
    missing: dict[str, list[str]]
    rewritten: str
    cut_off: bool
    put_away: int
    unfinished: bool = False


def update(
    memory: "Memory", *, since: int = 0, junit: Sequence[str] = (), commit: str = "HEAD", dry_run: bool = False,
    stop: Callable[[], bool] | None = None,
) -> Updated:  # fmt: skip
    """Derive anew how decisions ended, and keep what became another.

    since: only decisions made from this moment (ms) on; junit: JUnit files of the commit, which they may name
    themselves; dry_run: tell and write nothing; stop: asked now and then whether to leave the rest for another time.
    Raises UnknownCommit, BadArgument.

    Without git only what somebody tied to a decision by hand is evidence; what was derived before stays as it is.
    """
    one = _Update(memory, since, dry_run, stop)
    if stop is not None or dry_run or not memory.store().writable:
        return one.run(junit, commit)
    with _alone(memory.project.store):
        return one.run(junit, commit)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else updates meanwhile: what was asked before another's update would be kept after it, and stay. Who keeps
    outcomes up to date holds the lock already (`keeping_up`). Raises StoreBusy.

    Without a file to lock, as where something else lies in its place, it goes on: its changes are whole all the same.
    """
    lock = WriteLock(folder / LOCK)
    try:
        with suppress(NotWritable):
            lock.acquire(WAIT_SECONDS)
        yield
    finally:
        lock.close()


class _Update:
    """One update of one project."""

    def __init__(self, memory: "Memory", since: int, dry_run: bool, stop: Callable[[], bool] | None) -> None:
        self.memory, self.since, self.dry_run, self.stop = memory, since, dry_run, stop
        self.tree, self.environment = memory.project.tree, memory.environment
        self.folder = memory.project.store
        self.head = history.head(self.tree, self.environment)
        self.rewritten = ""
        self.unsettled: frozenset[str] = frozenset()
        self.carried_on: set[str] = set()  # decisions with evidence that was read from what was kept before

    def run(self, junit: Sequence[str], commit: str) -> Updated:
        """Do it."""
        suites = [self._suite(name, commit) for name in junit]
        self._ask()
        last = first_line(self.folder)
        same = not (suites or self.since) and (last.head, last.seen) == (self.head, self._seen())
        if same and not self.memory.session_log().changed(last.events):
            return self._told(last.told, [], [])
        try:
            commits, changes = self._derive(load(self.folder), suites)
        except Stopped:
            return self._told(NOTHING, [], [])._replace(unfinished=True)
        self.rewritten = self.reading.rewritten
        kept = [] if self.dry_run else self._keep(changes)
        unfinished = not self.dry_run and len(kept) < len(changes)
        if kept and not unfinished:
            self.unsettled = frozenset()  # what was kept has one wording now
        told = self._account()
        self._save("" if unfinished else self.head, told)
        changes = changes[: len(kept)] if unfinished else changes
        return self._told(told, changes, kept)._replace(commits=commits, unfinished=unfinished)

    def _derive(self, state: State, suites: Sequence[tuple[Suite, int]]) -> tuple[int, list[Change]]:
        """Read what is new and weigh it: (how many commits were read, what became another). Raises Stopped.

        What was kept of the last update is another program's to damage: where it holds anything but what an update
        leaves, all is read anew.
        """
        try:
            self.state = state
            new, self.events = new_runs(self.memory, state.events)
            self.runs = merged(state.runs, new)
            self.reading = Reading(self.tree, self.environment, self.head, self.claims, state, self.boundary)
            commits = self.reading.read(self._asked, self._shown, self._pause, self.stop)
            changes = self._weigh(suites)
            self._state("", self._account(), self.claims)  # what cannot be kept again is damaged, too
        except UNREADABLE:
            if state == EMPTY:
                raise  # no file is to blame
            self.carried_on.clear()
            return self._derive(EMPTY, suites)
        return commits, changes

    def _told(self, told: Mapping[str, Any], changes: list[Change], kept: Sequence[Kept]) -> Updated:
        return Updated(
            self.head, len(self.decisions), int(told["carried"]), 0, changes, dict(told["missing"]), self.rewritten,
            bool(told["cut_off"]), sum(one.outcome == "put away" for one in kept),
        )  # fmt: skip

    def _shown(self, done: int, total: int) -> None:
        self.memory.progress(done, total, "Reading the history")

    def _pause(self) -> None:
        """Keep how far a reading has come."""
        self._save("", NOTHING)

    def _account(self) -> dict[str, Any]:
        """How many decisions have commits in the history, and which commits it does not have."""
        reading = self.reading
        missing = {
            name: found for name, one in self.claims.items()
            if (found := missing_of(reading.cases[name], (sha for sha, _ in one.commits), reading.known))
        }  # fmt: skip
        carried = sum(bool(reading.case(name).met) for name in self.claims)
        return {"carried": carried, "missing": missing, "cut_off": bool(self.boundary)}

    def _save(self, head: str, told: dict[str, Any]) -> None:
        """Keep how far everything was read. head: empty while a reading is under way, which then goes on from there.

        It is written while nobody can change the memory: what was forgotten since this update asked for the decisions
        is left out, and what is forgotten later is removed by who forgets it. Where the memory cannot be written
        nothing is kept, and the next update reads it again.
        """
        if self.dry_run or self.since or (not self.head and self.state.names.get("head")):
            return  # without git nothing was read: what was read with it stays
        with suppress(NotWritable, StoreBusy), self.memory.writing() as transaction:
            there = set(of_kind(Reader(transaction.connection), KIND, ALL, standings=EVER))
            if gone := self.claims.keys() - there:
                told = {**told, "missing": {name: one for name, one in told["missing"].items() if name not in gone}}
            save(self.folder, self._state(head, told, self.claims.keys() & there))

    def _state(self, head: str, told: dict[str, Any], names: Collection[str]) -> State:
        """What is kept of some decisions."""
        saved = self.reading.saved(names)
        asked = {name: self._asked(name) for name in saved if name in self.reading.followed}
        seals = {name: one.saved() for name, one in self.reading.seals.items() if name in names}
        runs, index = [list(one) for one in self.runs], self.reading.index.saved()
        return State(head, self._seen(), self.events, told, asked, runs, saved, index, seals)

    # -- what is asked -------------------------------------------------------------------------------

    def _ask(self) -> None:
        """Read the decisions, what ties them to commits, and how they are known to have ended."""
        with self.memory.reading() as reader:
            self.decisions = {one.id: one for one in every(reader, EVER) if one.at >= self.since}
            ties = ties_of(reader, self.decisions.values())
            self.claims: dict[str, Claim] = claims(reader, self.decisions.values(), ties)
            self.before, self.trusts, self.unsettled = all_known(reader)
            self.incidents = {
                name: incidents(reader, one, ties.get(name, {})) + replacements(reader, one)
                for name, one in self.decisions.items()
            }

    def _seen(self) -> str:
        """A digest of all that goes into an update, the history and the sessions aside."""
        claims = [[name, list(one), self.incidents[name]] for name, one in sorted(self.claims.items())]
        return digest([claims, sorted(self.unsettled), self.boundary])

    def _asked(self, name: str) -> str:
        """A digest of what is followed for a decision: what ties it, what of that is here, and where history begins."""
        claim = self.reading.followed[name]
        known = [sha for sha, _ in claim.commits if sha in self.reading.known]
        return digest([*claim, known, self.boundary])

    @cached_property
    def boundary(self) -> str:
        """Where the history of a shallow clone begins; empty in a whole one. Another one is another history."""
        if not history.cut_off(self.tree, self.environment):
            return ""
        said = ask(self.tree, self.environment, "rev-parse", "--git-path", "shallow") or b""
        with suppress(OSError):
            return sha256((self.tree / said.decode("utf-8", "surrogateescape").strip()).read_bytes()).hexdigest()
        return "unknown"

    def _suite(self, name: str, commit: str) -> tuple[Suite, int]:
        """(a JUnit file, when its commit was made)."""
        suite = read_junit(Path(name))
        sha = suite.commit or commit
        whole = history.head(self.tree, self.environment, sha)
        if not whole:
            why = f"{suite.name} says that it is of this commit" if suite.commit else "git does not know it"
            raise UnknownCommit(sha, why)
        made = next(named_of(self.tree, self.environment, [whole]), None)
        return suite._replace(commit=whole), made.time if made else 0

    # -- weighing and keeping ------------------------------------------------------------------------

    def _weigh(self, suites: Sequence[tuple[Suite, int]]) -> list[Change]:
        """What became of each decision of which evidence says something else now, or stands in several wordings.

        Where the leading one of those says what this history shows, it is kept: it leads in every replica, so that all
        of them settle it alike.
        """
        changed: list[Change] = []
        for name in self.claims:
            case = self.reading.case(name)
            before = self.before.get(name) or put_together(name, (), None)
            found, gone = self._pieces(name, case, before, suites)
            pieces = as_kept(name, [*found, *self.incidents[name]], self.memory.screening())
            steady = alike(before.evidence, pieces)
            if not steady or name in self.unsettled:
                after = put_together(name, before.evidence if steady else pieces, before.word)
                changed.append(Change(self.decisions[name], before, after, gone))
        return changed

    def _pieces(
        self, name: str, case: Case, before: Ended, suites: Sequence[tuple[Suite, int]]
    ) -> tuple[list[Evidence], bool]:  # fmt: skip
        """The evidence for one decision, and whether it is from commits that are not there any more."""
        kept = [one for one in before.evidence if one.source in LOCAL]
        if not case.met:
            rest = [one for one in before.evidence if one.source not in (*LOCAL, INCIDENT, REPLACED)]
            if self._untied(name, rest):
                return [], False
            if rest:
                self.carried_on.add(name)
            if not self.head:
                return [*rest, *kept], False
            if not self.state.cases.get(name, {}).get("met"):
                return [*rest, *kept], False  # they never were here: another replica, with another history, found it
            gone = [one if one.said.endswith(GONE) else one._replace(said=one.said + GONE) for one in rest]
            return [*gone, *kept], bool(rest)
        trust = self.reading.tied_by(name)
        found = [marked(day_of(one), trust) for one in evidence_of(case)]
        local = [day_of(one) for one in runs_after(self.runs, case.since)]
        for suite, at in suites:
            local += map(day_of, junit_after(suite, case.since, at, case.lines.paths))
        known = {(one.source, one.ref): one for one in (*kept, *local)}
        return [*found, *known.values()], False

    def _untied(self, name: str, rest: Sequence[Evidence]) -> bool:
        """Whether nothing ties a decision any more to commits that the history has: what they showed goes with the tie.

        rest: what histories showed of it before. Where a shallow clone begins too late, or commits that it is tied to
        are away, they may show it still, to whoever has them.
        """
        if not self.head:
            return False
        met = [str(sha) for sha in self.state.cases.get(name, {}).get("met", ())]
        claim = self.claims[name]
        if not self.boundary and all(sha in self.reading.known for sha, _ in claim.commits):
            met += [one.ref for one in rest]
        known = known_commits(self.tree, self.environment, met)
        return any(history.follows(self.tree, self.environment, one, self.head) for one in set(known.values()))

    def _keep(self, changed: Sequence[Change]) -> list[Kept]:
        kept: list[Kept] = []
        for start in range(0, len(changed), AT_ONCE):
            if self.stop is not None and self.stop():
                break
            with self.memory.writing() as transaction:
                for one in changed[start : start + AT_ONCE]:
                    name, pieces = one.decision.id, one.after.evidence
                    # What was kept of earlier evidence is believed no more than the wording that it was read from.
                    trust = least(trust_of(pieces), self.trusts.get(name, REPO) if name in self.carried_on else REPO)
                    voice = Voice(self.memory.actor, ORIGIN, trust)
                    kept.append(keep_evidence(transaction, voice, name, pieces, self.memory.screening()))
            self.memory.progress(start, len(changed), "Keeping outcomes")
        return kept


def day_of(one: Evidence) -> Evidence:
    """A piece of evidence as it is kept, which is by its day."""
    return one._replace(at=one.at // 86_400_000 * 86_400_000)


def alike(before: Sequence[Evidence], after: Sequence[Evidence]) -> bool:
    """Whether evidence says the same: the same pieces by source and reference, with values and weights that differ by
    less than a tenth, and the same state. The day and the words alone say nothing else, but that a commit is gone."""
    if weighed(before).state != weighed(after).state or len(before) != len(after):
        return False
    pairs = zip(sorted(before, key=_named), sorted(after, key=_named), strict=True)
    return all(
        _named(one)[:4] == _named(other)[:4]
        and abs(one.value - other.value) < TENTH
        and abs(one.weight - other.weight) < TENTH
        for one, other in pairs
    )


def _named(one: Evidence) -> tuple[str, str, bool, str, Evidence]:
    return one.source, one.ref, one.said.endswith(GONE), tied_by(one), one
