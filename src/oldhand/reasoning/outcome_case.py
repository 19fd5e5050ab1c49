"""What history shows of one decision while its commits go by: takings back, changes of its lines, work around them.

It is kept between two readings in plain types, and says nothing yet of how the decision ended (`outcome_rules`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from oldhand.reasoning.evidence_reverts import LEAST_DIGITS, Taking, innermost, known_by, request_of
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.line_survival import MOST_CHANGES, Lines, Touched, besides_documents, telling
from oldhand.reasoning.reading_history import Seen

LATE_MS = 390 * 86_400_000  # after which changes of the lines are no longer read (`deriving_outcomes`)
CUT = 30  # characters of a title that are compared where a host may have cut it
MOST_TAKINGS = 50  # takings back and doings again of one decision that are kept
# How surely (ten-thousandths) a decision has to be carried for what takes that back to be no commit of it, whatever
# ties it: as by the session that made it. What is guessed by its place or its record gives way to what is said.
CARRIED_BEFORE = 6_000
MOST_MENTIONS = 50  # later commits kept that name the decision's commits


class Taken(NamedTuple):
    """A commit that says it takes the decision back or does it again. again: the latter, so the decision stands after
    it; partly: it says that it takes back a part; share: how much of what stood it undid or redid, ten-thousandths, -1
    where no lines tell; by: how the decision was named there: commit, title,
    number, twin (the title, with a commit of another branch) or same (its own title is that)."""

    sha: str
    time: int
    again: bool
    partly: bool
    share: int
    by: str
    subject: str


class Changed(NamedTuple):
    """A later commit that changed the decision's lines or wrote beside them, as `line_survival.Touched` has it. files:
    how many it changed in all; fields of a commit as `Seen` has them."""

    sha: str
    time: int
    author: str
    subject: str
    files: int
    touched: Touched


class Mention(NamedTuple):
    """A later commit whose message names a commit or pull request of the decision."""

    sha: str
    time: int
    subject: str
    body: str


class Case:
    """One decision. carriers: commit -> how surely it carries the decision, ten-thousandths, of those that were asked
    for; met: those of them that the history has -> (time, subject, author)."""

    def __init__(self, carriers: Mapping[str, int], saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        self.carriers = dict(carriers) or {str(sha): int(weight) for sha, weight in saved.get("carriers", {}).items()}
        self.met: dict[str, tuple[int, str, str]] = {sha: tuple(said) for sha, said in saved.get("met", {}).items()}
        self.head: str = saved.get("head", "")  # the commit up to which it was read
        self.rewritten: dict[str, str] = saved.get("rewritten", {})  # a commit that is away -> what it became
        self.lines = Lines(saved.get("lines"))
        self.record: str = saved.get("record", "")  # the file that tells the decision: its lines are not what it did
        # What a later message may name: commit -> 1 for one that does it, -1 for one that takes it back.
        self.signs: dict[str, int] = saved.get("signs", {})
        self.titles: dict[str, int] = saved.get("titles", {})
        self.numbers: dict[str, int] = saved.get("numbers", {})
        self.takings = [Taken(*one) for one in saved.get("takings", ())]
        self.changes = [Changed._make((*one[:5], Touched(*one[5]))) for one in saved.get("changes", ())]
        self.mentions = [Mention(*one) for one in saved.get("mentions", ())]
        self.traffic: int = saved.get("traffic", 0)  # later commits that touched its files
        self.last: int = saved.get("last", 0)  # time of the latest commit read

    def saved(self) -> dict[str, Any]:
        """What a `Case` is made from again."""
        return {
            "head": self.head, "record": self.record,
            "carriers": self.carriers, "met": self.met, "rewritten": self.rewritten,
            "lines": self.lines.saved(), "signs": self.signs, "titles": self.titles,
            "numbers": self.numbers, "takings": self.takings, "changes": self.changes,
            "mentions": self.mentions, "traffic": self.traffic, "last": self.last,
        }  # fmt: skip

    @property
    def sure(self) -> int:
        """How surely the history that is followed is this decision's, ten-thousandths: as the surest of its commits."""
        return max((self.carriers.get(sha, 0) for sha in self.met), default=0)

    @property
    def since(self) -> int:
        """When the last of its commits was made (ms); 0 while none is met."""
        return max((said[0] for said in self.met.values()), default=0)

    def carrying(self, sha: str, paths: Iterable[str]) -> frozenset[str]:
        """Those of the files of one of its commits whose lines are its own.

        The record that tells it is not, and documents are only when it is certain that the commit carries it out.
        """
        rest = [path for path in paths if path != self.record]
        return telling(rest if self.carriers.get(sha, 0) >= WHOLE else besides_documents(rest))

    # -- while commits go by -------------------------------------------------------------------------

    def meet(self, seen: Seen) -> None:
        """Take in a commit that carries the decision, or a merge that brought one."""
        if seen.sha in self.carriers:
            self.met[seen.sha] = (seen.time, seen.subject, seen.author)
        self.know(seen, 1)

    def know(self, seen: Seen, sign: int) -> None:
        """Know a commit again where a later message names it. sign: -1 for one that takes the decision back."""
        self.signs[seen.sha] = sign
        first = seen.body.partition("\n")[0] if len(seen.parents) > 1 else ""
        for said in (seen.subject, first):
            if name := known_by(said):
                self.titles[name] = sign
        if number := request_of(seen.subject):
            self.numbers[number] = sign

    def names(self) -> Iterator[str]:
        """All that a later message may call it by, in the form of `called_by`."""
        yield from (f"c{sha[:LEAST_DIGITS]}" for sha in self.signs)
        yield from (f"t{name[:CUT]}" for name in self.titles)
        yield from (f"n{number}" for number in self.numbers)

    def named(self, said: Taking) -> tuple[int, str]:
        """(sign of what a message takes back, how that was named); (0, "") when it is nothing of this decision."""
        for name in said.commits:
            for sha, sign in self.signs.items():
                if sha.startswith(name):
                    return sign, "commit"
        # What is named by its commit on another branch is the same by its title, if lines show it (`outcome_rules`).
        how = "twin" if said.commits else "title"
        for name in (*said.titles, *map(innermost, said.titles)):
            known = name if name in self.titles else next((one for one in self.titles if _cut(one, name)), "")
            if known:
                return self.titles[known], how
        if how == "title":
            for number in said.numbers:
                if number in self.numbers:
                    return self.numbers[number], "number"
        return 0, ""

    def undone_by(self, said: Taking, weight: int) -> bool:
        """Whether a message takes back what carries the decision: its commit is none of the decision's then, however
        surely (ten-thousandths) it is tied to it."""
        if said.again or not said.plainly or self.sure < min(weight, CARRIED_BEFORE):
            return False
        return self.named(said)[0] > 0

    def repeats(self, seen: Seen) -> bool:
        """Whether a commit after a taking back bears the decision's own title: it does it again. No merge: that bears
        the title of the one which brought the decision, and may bring its taking back as well."""
        taken = bool(self.takings) and not self.takings[-1].again and len(seen.parents) < 2
        return taken and self.titles.get(known_by(seen.subject)) == 1

    def done_again(self, seen: Seen) -> None:
        """Take in a commit that bears the decision's own title."""
        if len(self.takings) < MOST_TAKINGS:
            self.takings.append(Taken(seen.sha, seen.time, True, False, -1, "same", seen.subject))
        self.know(seen, 1)

    def taken(self, seen: Seen, said: Taking, sign: int, by: str) -> None:
        """Take in a commit that takes back (or does again) something of this decision with the given sign."""
        # To do again what was taken back names the one that is done again, or the one that took it back.
        stands = sign < 0 or said.again
        if len(self.takings) < MOST_TAKINGS:
            self.takings.append(Taken(seen.sha, seen.time, stands, said.partly, -1, by, seen.subject))
        self.know(seen, 1 if stands else -1)

    def touched(self, seen: Seen, touched: Touched) -> None:
        """Take in what a later commit did to the lines."""
        for place, one in enumerate(self.takings):
            if one.sha == seen.sha:
                late = one.time > self.since + LATE_MS and touched.undone  # what stood by then was not followed
                self.takings[place] = one._replace(share=-1 if late else _share(one, touched, self.lines.total))
        if (touched.undone or touched.redone or touched.near) and len(self.changes) < MOST_CHANGES:
            self.changes.append(Changed(seen.sha, seen.time, seen.author, seen.subject, len(seen.files), touched))

    def mentioned(self, seen: Seen, commits: Iterable[str], numbers: Iterable[str]) -> None:
        """Note a commit that names the decision's own commits or requests, where it does."""
        if len(self.mentions) >= MOST_MENTIONS or seen.sha in self.signs:
            return
        known = {sha[:LEAST_DIGITS] for sha, sign in self.signs.items() if sign > 0}
        asked = {number for number, sign in self.numbers.items() if sign > 0}
        if not (known.isdisjoint(commits) and asked.isdisjoint(numbers)):
            self.mentions.append(Mention(seen.sha, seen.time, seen.subject, seen.body))


def called_by(
    subject: str, said: Taking | None, commits: Iterable[str], numbers: Iterable[str]
) -> Iterator[str]:  # fmt: skip
    """What a message names, so that the cases it may mean are found: beginnings of commits and titles, numbers."""
    yield from (f"c{name}" for name in commits)
    yield from (f"n{number}" for number in numbers)
    if name := known_by(subject):
        yield f"t{name[:CUT]}"
    if said is not None:
        yield from (f"c{name[:LEAST_DIGITS]}" for name in said.commits)
        yield from (f"n{number}" for number in said.numbers)
        for title in said.titles:
            yield from (f"t{title[:CUT]}", f"t{innermost(title)[:CUT]}")


def _cut(known: str, said: str) -> bool:
    """Whether a title is the beginning of a known one, as hosts cut long titles."""
    return len(said) > CUT and known.startswith(said)


def _share(one: Taken, touched: Touched, total: int) -> int:
    """How much of what stood was undone, or of what was undone is done again; ten-thousandths."""
    if not total:
        return -1
    if one.again:
        undone = total - touched.before
        return 10_000 * touched.redone // undone if undone else -1
    return 10_000 * touched.undone // touched.before if touched.before else -1
