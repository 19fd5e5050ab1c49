"""Which commits carry a decision out, and how surely each does.

A decision may be tied to commits by a person (the tag `commit:`), by the commit itself (the trailer `Oldhand-Decision`,
its id in the message), by the engram of the session that made it, by the record in the repository that it was read from
(the commit that adds it, or names its number), and, where nothing else is known, by the places it is anchored at.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from oldhand.knowledge.history_findings import DAY_MS
from oldhand.knowledge.history_messages import conventional
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.reasoning.decisions import COMMIT, INCIDENT, PR, Decision
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.line_survival import besides_documents
from oldhand.reasoning.reading_history import Seen
from oldhand.reasoning.record_names import EARLY_MS, Name
from oldhand.reasoning.tied_by import doubted
from oldhand.sessions.engram_keeping import every as every_engram
from oldhand.store.reader import Reader
from oldhand.store.tag_setters import Given, given

# How surely a commit carries a decision, ten-thousandths, by what ties them:
TAGGED = TRAILED = WHOLE  # somebody says so
NAMED = 9_000  # the message has the decision's id, which is said of what carries it out and seldom of what follows
PULLED = 9_000  # its title ends in the number of a pull request that the decision is tied to: squashed, or its merge
TOLD = 8_000  # the session that made the commit said the decision
TITLED = 8_000  # the title names the number of its record, and more than documents is changed: work that follows it up
NUMBERED = 6_000  # the message names that number in passing, or only documents are changed: later work does so too
SESSION = 6_000  # it was made while the session of the commit ran, which may have been about several things
RECORDED = 5_000  # the commit that adds the record, often with the change and often before it
# The same, where it changes more than documents and its title has words of the record's name: of the 36 such commits of
# six public repositories 32 carry the decision out, of the other 60 that change code about half.
RECORDED_SO = 8_000
ALIKE = 2  # words that the title and the name of a record share, or all where there is but one
TOUCHED = 3_000  # it touches the anchored place soon after: work around it looks the same
SURE = 7_000  # from which on weaker ties of the same decision are left aside
SOON_DAYS = 14  # within which a commit at the anchored place is taken for the one that carries it out
MOST_TOUCHED = 3  # such commits
MOST_ENGRAMS = 30  # sessions that ran at one moment and are looked at
ID_DIGITS = min(SHOWN_DIGITS, 12)  # of a decision's id that a message has to name
WRITING = frozenset({"doc", "docs"})  # types of commits that say themselves that they only write
TRAILER = re.compile(r"^Oldhand-Decision:[ \t]{0,8}([0-9a-f]{6,64})\b", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"\b[0-9a-f]{12,32}\b")
_NUMBER = re.compile(  # `ADR-12`, `adr/0012-x.md`, `adr/2022-03-23_012-x.md`; a date is no number
    r"\badr[-_ #/]{0,3}(?:\d{4}-\d\d-\d\d[-_]){0,1}0{0,4}([1-9]\d{0,4})(?![0-9a-z]|-\d\d-\d\d)", re.IGNORECASE
)
_PULL = re.compile(r"(?:#|(?:/pull|/pulls|/merge_requests|/pull-requests)/|\A)(\d{1,9})/{0,1}\Z")  # 12, #12, an address
_SQUASHED = re.compile(r"\([#!](\d{1,9})\)\s{0,9}\Z|\AMerge pull request #(\d{1,9})\b")
_WORD = re.compile(r"[^\W\d_]{4,40}")  # what tells one record from another: "the", "for" and "adr" do not
BEGINNING = 5  # letters of a word by which it is known again in another form
_FOLDERS = frozenset({"adr", "adrs", "decision", "decisions", "decision-records", "decision_records", "rfc", "rfcs"})
_TEXTS = (".md", ".markdown", ".adoc", ".rst", ".txt")


class Claim(NamedTuple):
    """What is known of the commits of a decision before its history is read. commits: id, or its beginning -> how
    surely; record: the file that it was read from, number: the one in that file's name; places: files it is anchored
    at; at: when it was made (ms); pulls: numbers of the pull requests that it is tied to; doubts: (one of its commits,
    or `#` and one of its pulls, trust) of those that were tied by who is believed less than the repository is."""

    decision: str
    commits: tuple[tuple[str, int], ...]
    record: str
    number: str
    places: tuple[str, ...]
    at: int
    pulls: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()

    def undoubted(self) -> "Claim":
        """The claim without what nobody tied who is believed as the repository is."""
        doubts = {said for said, _ in self.doubts}
        commits = tuple(pair for pair in self.commits if pair[0] not in doubts)
        return self._replace(commits=commits, pulls=tuple(one for one in self.pulls if f"#{one}" not in doubts))


def claims(
    reader: Reader, decisions: Iterable[Decision], ties: Mapping[str, Mapping[str, Given]] | None = None
) -> dict[str, Claim]:  # fmt: skip
    """What ties each decision to commits, by its id. ties: who set them, where that was read before (`ties_of`)."""
    wanted, sessions = list(decisions), _Sessions(reader)
    known = ties_of(reader, wanted) if ties is None else ties
    return {one.id: _claim(one, sessions, known.get(one.id, {})) for one in wanted}


def ties_of(reader: Reader, decisions: Iterable[Decision]) -> dict[str, dict[str, Given]]:
    """Who tied decisions to commits, pull requests and incidents: decision -> tag -> who set it."""
    tied = [one.id for one in decisions if one.commits or one.prs or one.incidents]
    return given(reader, tied, (COMMIT, PR, INCIDENT))


def _doubts(one: Decision, ties: Mapping[str, Given]) -> Iterator[tuple[str, str]]:
    """(commit, or `#` and pull request; trust) of the ties of a decision that are doubted."""
    for tag, (trust, _) in sorted(ties.items()):
        if not doubted(trust) or tag not in one.tags:
            continue
        if tag.startswith(COMMIT):
            yield tag[len(COMMIT) :], trust
        elif tag.startswith(PR) and (found := _PULL.search(tag[len(PR) :])):
            yield f"#{found[1]}", trust


def _claim(one: Decision, sessions: "_Sessions", ties: Mapping[str, Given]) -> Claim:
    commits: dict[str, int] = {}
    for sha in one.commits:
        commits[sessions.now.get(sha, sha)] = TAGGED
    told = set()
    for sha, weight in sessions.of(one):
        commits[sha] = max(weight, commits.get(sha, 0))
        told |= {sha} if weight >= SURE else set()
    places = tuple(dict.fromkeys(_file(place) for place in one.anchors))
    record = next((place for place in places if is_record(place)), "")
    rest = tuple(place for place in places if place and place != record)
    pulls = tuple(dict.fromkeys(found[1] for said in one.prs if (found := _PULL.search(said))))
    doubts = tuple((sessions.now.get(said, said), trust) for said, trust in _doubts(one, ties))
    doubts = tuple((said, trust) for said, trust in doubts if said not in told)
    return Claim(one.id, tuple(sorted(commits.items())), record, Name(record).number, rest, one.at, pulls, doubts)


def is_record(place: str) -> bool:
    """Whether a file is the record of a decision, by where it lies."""
    *folders, name = place.lower().split("/")
    return name.endswith(_TEXTS) and not _FOLDERS.isdisjoint(folders)


def _stem(path: str) -> str:
    """The name of a file without its folders and its ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def _words(text: str) -> frozenset[str]:
    """The beginnings of the words of a text, so that `scope` and `scopes` are alike."""
    return frozenset(word[:BEGINNING] for word in _WORD.findall(text.casefold()))


def _alike(title: str, record: str) -> bool:
    """Whether the title of a commit says what the name of a record's file says."""
    name = _words(_stem(record))
    return len(name & _words(title)) >= min(ALIKE, max(len(name), 1))


def _file(place: str) -> str:
    """The file of an anchor: `src/a.py:10-20`, `src/a.py#name` and `src/a.py` are of src/a.py."""
    path = place.partition("#")[0]
    head, _, lines = path.rpartition(":")
    return head if head and lines.replace("-", "").isdecimal() else path


class _Sessions:
    """What engrams say: which commits a session made, while it ran, and what commits were before they were rewritten.

    now: an id that a commit had before -> the one it has now.
    """

    def __init__(self, reader: Reader) -> None:
        self.now: dict[str, str] = {}
        self._made: list[tuple[int, int, tuple[str, ...], str]] = []  # until, from, commits, what it decided
        for _, fields in every_engram(reader):
            commit = str(fields.get("commit", ""))
            if not commit:
                continue
            self.now |= {str(old): commit for old in fields.get("before", ())}
            until, begun = str(fields.get("at", "")), str(fields.get("begun", ""))
            if until.isdecimal() and begun.isdecimal():
                commits = (commit, *map(str, fields.get("also", ())))
                decided = "\n".join(map(str, fields.get("decisions", ()))).casefold()
                self._made.append((int(until), int(begun), commits, decided))
        self._made.sort()

    def of(self, one: Decision) -> Iterator[tuple[str, int]]:
        """(commit, how surely) of the sessions that ran when a decision was made. A bare date is no moment."""
        if not one.at or one.at % DAY_MS == 0:
            return
        said = " ".join(one.text.split()).casefold()[:80]
        start = bisect_left(self._made, (one.at,))
        for _, begun, commits, decided in self._made[start : start + MOST_ENGRAMS]:
            if begun <= one.at:
                yield from ((sha, TOLD if said and said in decided else SESSION) for sha in commits)


def named_in(seen: Seen) -> Iterator[str]:
    """What a message names that a decision may be known by: `i` and the beginning of an id, `a` and the number of a
    record, `p` and that of a pull request. What `Finder` finds by a message, it finds by one of these."""
    text = f"{seen.subject}\n{seen.body}"
    yield from (f"i{said[:ID_DIGITS].lower()}" for said in TRAILER.findall(text) if len(said) >= ID_DIGITS)
    yield from (f"i{said[:ID_DIGITS]}" for said in _ID.findall(text))
    yield from (f"a{said}" for said in _NUMBER.findall(text))
    if squashed := _SQUASHED.search(seen.subject):
        yield f"p{squashed[1] or squashed[2]}"


class Finder:
    """Finds the decisions that a commit carries, as commits go by."""

    def __init__(
        self, known: Iterable[Claim], names: Mapping[str, Sequence[Name]] = MappingProxyType({}),
        near: Mapping[str, int] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """names: what their records were called, and when (`record_names`), by what they are called now; near: how many
        commits were taken for decisions by their anchors before, where the reading goes on."""
        self._ids: dict[str, list[str]] = {}  # first digits of an id -> whole ids
        self._numbers: dict[str, list[tuple[str, Name]]] = {}
        self._records: dict[str, list[str]] = {}
        self._pulls: dict[str, list[str]] = {}
        self._places: dict[str, list[Claim]] = {}
        self._near = dict(near)  # decision -> commits taken for it by its anchors
        for one in known:
            self._ids.setdefault(one.decision[:6], []).append(one.decision)
            called = names.get(one.record) or ((Name(one.record),) if one.record else ())
            for name in called:
                if name.number:
                    self._numbers.setdefault(name.number, []).append((one.decision, name))
                self._records.setdefault(name.path, []).append(one.decision)
            for pull in one.pulls:
                self._pulls.setdefault(pull, []).append(one.decision)
            if not one.record and not one.commits and not one.pulls:
                for place in one.places:
                    self._places.setdefault(place, []).append(one)

    def carried(self, seen: Seen) -> Iterator[tuple[str, int]]:
        """(decision, how surely) of what a commit carries, each once, by the surest of its ties."""
        found: dict[str, int] = {}
        for name, sure in self._ties(seen):
            found[name] = max(sure, found.get(name, 0))
        yield from found.items()

    def _ties(self, seen: Seen) -> Iterator[tuple[str, int]]:
        text = f"{seen.subject}\n{seen.body}"
        yield from ((name, TRAILED) for said in TRAILER.findall(text) for name in self._called(said.lower()))
        yield from ((name, NAMED) for said in _ID.findall(text) for name in self._called(said))
        if self._pulls and (squashed := _SQUASHED.search(seen.subject)):
            yield from ((name, PULLED) for name in self._pulls.get(squashed[1] or squashed[2], ()))
        written = conventional(seen.subject)[0] in WRITING  # what only writes of a choice does not carry it out
        other = not written and bool(besides_documents(path for _, path, _ in seen.files if path not in self._records))
        titled = frozenset(_NUMBER.findall(seen.subject)) if other else frozenset()
        for said in () if written else dict.fromkeys(_NUMBER.findall(text)):
            yield from ((name, TITLED if said in titled else NUMBERED) for name in self._numbered(said, seen, text))
        for status, path, _ in seen.files:
            if status == "A" and path in self._records and not written:
                so = other and _alike(seen.subject, path)
                yield from ((name, RECORDED_SO if so else RECORDED) for name in self._records[path])
            for one in self._places.get(path, ()):
                near = self._near.get(one.decision, 0)
                if near < MOST_TOUCHED and one.at <= seen.time <= one.at + SOON_DAYS * DAY_MS:
                    self._near[one.decision] = near + 1
                    yield one.decision, TOUCHED

    def _numbered(self, number: str, seen: Seen, text: str) -> list[str]:
        """The decisions that a message means by a number: those whose record had it then.

        Where several records have one number, the one that the commit changes, else the one of whose file's name the
        title and the lines with the number have most words; none where that leaves several, for each is less likely
        meant than not.
        """
        known = self._numbers.get(number, ())
        had = [(name, by) for name, by in known if by.held(seen.time)]
        held = had or [(name, by) for name, by in known if by.held(seen.time, EARLY_MS)] or known
        if len({by.path for _, by in held}) > 1:
            changed = {path for _, *paths in seen.files for path in paths}
            held = [(name, by) for name, by in held if by.path in changed] or held
            lines = [line for line in text.splitlines() if number in _NUMBER.findall(line)]
            words = _words("\n".join([seen.subject, *lines]))  # the rest of a long message is of other things, too
            shared = [len(words & _words(_stem(by.path))) for _, by in held]
            held = [one for one, count in zip(held, shared, strict=True) if count == max(shared)]
        return list(dict.fromkeys(name for name, _ in held)) if len({by.path for _, by in held}) == 1 else []

    def _called(self, said: str) -> list[str]:
        """The decisions whose id begins so; none when it is shorter than ids are shown, or several."""
        found = [name for name in self._ids.get(said[:6], ()) if name.startswith(said) or said.startswith(name)]
        return found if len(found) == 1 and len(said) >= ID_DIGITS else []
