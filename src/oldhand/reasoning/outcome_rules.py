"""From what history shows of a decision to evidence for how it ended: each rule gives pieces that point at a commit.

The thresholds were chosen on labelled histories (docs/REASONING.md, "Outcomes").
"""

from collections.abc import Iterator
from typing import NamedTuple

from oldhand.knowledge.history_findings import DAY_MS, span
from oldhand.knowledge.history_messages import clean
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_case import Case, Changed, Taken
from oldhand.reasoning.rework_weight import SWEEP, Reader, mending
from oldhand.reasoning.weighing_outcomes import CARRIED, REMOVAL, REVERT, REWORK, SURVIVAL, TAKEN_BACK, Evidence

MOST_CARRIED = 3  # commits that may carry the decision and are told as evidence
LONGEST_SAID = 120  # characters of a commit's subject that evidence quotes

# Taking back:
TWIN = 5_000  # share of the lines that a commit with the decision's title, but of another branch, has to take back
BLIND = 9_000  # weight of a taking back that names the decision and of which no lines tell
PARTLY = 5_000  # the most that one weighs which says that it takes back a part
LANDED = 7_000  # share of the lines taken back that one commit has to bring again for the decision to be done again
LEAST_LANDED = 5  # lines taken back below which such a share says nothing
LANDED_DAYS = 40  # days after which it is another decision
NAMED_DAYS = 100  # days after which that is so although it bears the same title
LANDED_ANEW = 6_000  # weight of a decision that was taken back and done again in another form

# Removal, which is taking back without saying so:
REMOVED, LEAST_REMOVED = 8_000, 5  # share and number of the standing lines that one commit has to end
FOR_GOOD = 6_000  # share of all lines that it has to end for good where nothing that the decision removed comes back
RESTORED, LEAST_RESTORED = 6_000, 3  # share and number of lines the decision removed whose coming back is a removal
RESTORED_DAYS = 90  # days after which that is so no more
INSTEAD = 0.25  # lines written for each that such a commit takes away, beyond which it puts something in their place
# Share of what it takes away that has to be the decision's, and days until which it is no growing old: what takes away
# hardly anything else was aimed at the decision, even months later.
AIMED = ((2_000, 60), (8_000, 240))

# Rework:
LEAST_REWORK = 500  # weight below which a change is not told: there would be one piece for nearly every commit nearby
MENDED, CHANGED = 2_500, 4_000  # how well a decision went of which that was mended, and of which it was changed


def evidence_of(case: Case) -> list[Evidence]:
    """Every piece of evidence that the history gives for a decision; none when it does not have its commits."""
    if not case.met:
        return []
    pieces = _pieces(case)
    return [*_carried(case), *pieces] if pieces else []


def _carried(case: Case) -> Iterator[Evidence]:
    """The surest of the commits that carry the decision, where that is not certain."""
    if case.sure < WHOLE:
        surest = sorted(case.met, key=lambda sha: (-case.carriers.get(sha, 0), case.met[sha][0], sha))
        for sha in surest[:MOST_CARRIED]:
            time, subject, _ = case.met[sha]
            yield Evidence(time, CARRIED, case.carriers.get(sha, 0), 0, sha, f"may carry it: {_quoted(subject)}")


def _pieces(case: Case) -> list[Evidence]:
    taken = list(_taken_back(case))
    pieces = [one for one, _ in taken]
    if any(one.weight >= TAKEN_BACK and one.source in (REVERT, REMOVAL) for one in pieces):
        return pieces
    excluded = {sha for _, sha in taken} | {one.sha for one in case.takings}
    return [*pieces, *_reworked(case, excluded), *_survived(case)]


# -- taken back ---------------------------------------------------------------------------------------


def _taken_back(case: Case) -> Iterator[tuple[Evidence, str]]:
    """(evidence, commit) of everything that takes the decision back or does it again."""
    told = [one for one in case.takings if one.by != "twin" or one.share >= TWIN]
    last = max((at for at, one in enumerate(told) if not one.again and _weight_of(one) >= TAKEN_BACK), default=-1)
    back = told[last] if last >= 0 else None
    again = _again(case, told, last) if back else None
    stands = max(last, again.at) if again else -1  # up to which nothing counts any more: it was done again after
    for at, one in enumerate(told):
        what = "does it again" if one.again else "takes back a part of it" if one.partly else "takes it back"
        weight = 0 if one.again or at <= stands else _weight_of(one)
        yield (
            Evidence(
                one.time, REVERT, WHOLE if one.again else 0, weight, one.sha, _said(f"{what} {_after(case, one)}", one)
            ),
            one.sha,
        )
    if back and again and not again.whole:
        said = f"done again in another form {_after(case, again)}: {_quoted(again.subject)}"
        yield Evidence(again.time, REWORK, 4_000, LANDED_ANEW, again.sha, said), again.sha
    if not told and (removal := _removal(case)):
        yield removal, removal.ref


def _weight_of(one: Taken) -> int:
    """How much of the decision a taking back takes; where no lines tell, it is taken at its word."""
    if one.share < 0:
        return BLIND
    return min(one.share, PARTLY) if one.partly else max(one.share, BLIND if one.by == "commit" else one.share)


class _Again(NamedTuple):
    """The commit that did again what was taken back. whole: as it was, so that nothing had to be changed in it; at: its
    place among what was told, -1 where its message tells nothing."""

    sha: str
    time: int
    subject: str
    whole: bool
    at: int


def _again(case: Case, told: list[Taken], last: int) -> _Again | None:
    """What did the decision again after `told[last]` took it back; None when it stays so.

    What comes after is told by the order of the history: clocks differ, and several commits may have the same second.
    """
    back = told[last]
    place = {one.sha: at for at, one in enumerate(case.changes)}
    undone = case.changes[place[back.sha]].touched.undone if back.sha in place else 0
    for at, one in enumerate(told[last + 1 :], last + 1):
        if one.again and (one.by != "same" or one.time - back.time <= NAMED_DAYS * DAY_MS):
            redone = case.changes[place[one.sha]].touched.redone if one.sha in place else 0
            whole = redone >= undone if undone else not mending(back.subject)
            return _Again(one.sha, one.time, one.subject, whole, at)
    for later in case.changes[place.get(back.sha, len(case.changes)) + 1 :]:
        soon = later.time - back.time <= LANDED_DAYS * DAY_MS
        if soon and undone >= LEAST_LANDED and WHOLE * later.touched.redone >= LANDED * undone:
            return _Again(later.sha, later.time, later.subject, later.touched.redone >= undone, -1)
    return None


def _removal(case: Case) -> Evidence | None:
    """One commit that soon ended nearly all lines and put little in their place: taken back without saying so."""
    total = case.lines.total
    ended = case.lines.undone_by()
    for one in case.changes:
        touched, days = one.touched, (one.time - case.since) / DAY_MS
        if touched.before * 2 < total or WHOLE * touched.undone < REMOVED * touched.before:
            continue
        if touched.undone < LEAST_REMOVED or one.files >= SWEEP or ended[one.sha] * 2 < touched.undone:
            continue
        removed = len(case.lines.removed)
        restored = removed >= LEAST_RESTORED and WHOLE * touched.back >= RESTORED * removed and days <= RESTORED_DAYS
        aimed = WHOLE * (touched.undone - touched.back) / max(1, touched.taken)
        plain = WHOLE * ended[one.sha] >= FOR_GOOD * total and touched.new <= INSTEAD * touched.gone
        if restored or (plain and any(aimed >= least and days <= latest for least, latest in AIMED)):
            share = WHOLE * ended[one.sha] // total
            what = f"{touched.back} that it had removed came back" if restored else "little came in their place"
            said = f"{ended[one.sha]} of its {total} lines ended {_after(case, one)}, and {what}"
            return Evidence(one.time, REMOVAL, 0, max(share, TAKEN_BACK), one.sha, f"{said}: {_quoted(one.subject)}")
    return None


# -- reworked -----------------------------------------------------------------------------------------


def _reworked(case: Case, excluded: set[str]) -> Iterator[Evidence]:
    """Later changes of the decision's lines, as likely as each is rework of it."""
    reader = Reader(case)
    for one in case.changes:
        if one.sha in excluded or not reader.counts(one):
            continue
        if (weight := reader.weight(one)) >= LEAST_REWORK:
            mended = mending(one.subject)
            said = f"{'fixed' if mended else 'changed'} {_after(case, one)}: {_quoted(one.subject)}"
            yield Evidence(one.time, REWORK, MENDED if mended else CHANGED, weight, one.sha, said)


# -- survived -----------------------------------------------------------------------------------------

SURVIVAL_MOST = 5_000  # the most that having survived weighs: half a trial, since nothing proved the decision right
TIME_HALF = 180  # days after which it weighs half of that: most takings back and fixes come within half a year
TRAFFIC_HALF = 5  # later commits to its files after which it weighs half: where nobody works nothing is tried


def _survived(case: Case) -> Iterator[Evidence]:
    """That the lines still stand, after how long and how much work around them."""
    total, standing = case.lines.total, case.lines.standing
    days = (case.last - case.since) / DAY_MS
    if not total or days <= 0:
        return
    share = standing / total
    time, traffic = 1 - 0.5 ** (days / TIME_HALF), 1 - 0.5 ** (case.traffic / TRAFFIC_HALF)
    commits = f"{case.traffic} later commit{'s' * (case.traffic != 1)} to its files"
    after = f"{span(case.last - case.since)} and {commits}"
    said = f"{standing} of {total} lines stand after {after}"
    newest = max(case.met, key=lambda sha: case.met[sha][0])
    value = round(WHOLE * (0.5 + min(0.5, share)))
    yield Evidence(case.last, SURVIVAL, value, round(SURVIVAL_MOST * time * traffic), newest, said)


# -- words --------------------------------------------------------------------------------------------


HOUR_MS = 3_600_000


def _after(case: Case, one: "Changed | _Again | Taken") -> str:
    passed = one.time - case.since
    return f"after {span(passed)}" if passed >= HOUR_MS else "within an hour" if passed >= 0 else "beside it"


def _said(what: str, one: Taken) -> str:
    return f"{what}: {_quoted(one.subject)}"


def _quoted(subject: str) -> str:
    text = clean(subject)
    return text if len(text) <= LONGEST_SAID else f"{text[: LONGEST_SAID - 1]}…"
