"""From what history shows of a decision to evidence for how it ended: each rule gives pieces that point at a commit.

The thresholds were chosen on the half of the labelled histories that may be looked at (docs/REASONING.md, "Outcomes").
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from oldhand.knowledge.history_findings import DAY_MS, span
from oldhand.knowledge.history_messages import clean, conventional
from oldhand.knowledge.history_words import TRIFLES
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_case import Case, Changed, Taken
from oldhand.reasoning.weighing_outcomes import CARRIED, REMOVAL, REVERT, REWORK, SURVIVAL, TAKEN_BACK, Evidence

MOST_CARRIED = 3  # commits that may carry the decision and are told as evidence
LONGEST_SAID = 120  # characters of a commit's subject that evidence quotes
LATE_MS = 2 * DAY_MS  # clocks of committers differ: what is dated so much before the decision may come after it

# Taking back:
TWIN = 5_000  # share of the lines that a commit with the decision's title, but of another branch, has to take back
BLIND = 9_000  # weight of a taking back that names the decision and of which no lines tell
PARTLY = 5_000  # the most that one weighs which says that it takes back a part
LANDED = 7_000  # share of the lines taken back that one commit has to bring again for the decision to be done again
LEAST_LANDED = 5  # lines taken back below which such a share says nothing
LANDED_DAYS = 40  # days after which it is another decision
NAMED_DAYS = 100  # days after which that is so although it bears the same title
REMOVED = 8_000  # share of the lines that one commit has to end, putting nothing in their place, for a removal
RESTORED, LEAST_RESTORED = 6_000, 3  # share and number of removed lines that come back with it, however it is called
REMOVED_DAYS = 60  # days after which that is how code grows old and not a choice taken back
INSTEAD = 0.5  # lines written for each that such a commit ends, beyond which it puts something in their place

# Rework:
HALF_LIFE = 45  # days in which a fix tells half as much of the decision: then others have built on its lines
LATEST = 365  # days after which a fix tells nothing of it
SWEEP = 40  # files from which on a commit says nothing about each of them
SHARE_WHOLE = 0.25  # share of the lines that a fix touches from which on it counts as touching all
# How much each tells that a fix is of this decision: the share of its lines, how much of it lies there, common words.
SHARE_COUNTS, FOCUS_COUNTS, RELATED_COUNTS = 0.5, 0.25, 0.35
REPLACED = 6_000  # share of the lines that one commit has to replace soon for rework that does not call itself a fix
REPLACED_DAYS = 14
REPLACED_WEIGHT = 5_000
LANDED_ANEW = 6_000  # weight of a decision that was taken back and done again in another form
_FIX = re.compile(
    r"\b(?:(?:hot|bug)?fix(?:es|ed|ing)?|bugs?|regressions?|crash\w*|broken|breaks?|breakage|wrong\w*|mistakes?|leaks?"
    r"|incorrect\w*|correct(?:s|ed|ly)?|oops|don'?t|do not|properly|forgot\w*|forgotten|repair\w*|mend\w*|resolves?"
    r"|deadlock\w*|race|panic\w*|reintroduc\w*|restor\w*|handles?|avoids?|prevents?|follow[- ]?up)\b"
    r"|исправ|почин|фикс|устран|ошибк|сломал|регресс", re.IGNORECASE,
)  # fmt: skip
_PLAIN = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|bug\w*|regressions?|crash\w*|broken|wrong\w*|leaks?)\b|исправ|почин|ошибк|регресс",
    re.IGNORECASE,
)
_REMOVES = re.compile(
    r"\b(?:remov\w*|rm|drop\w*|delet\w*|kill\w*|disabl\w*|get rid|no more|no longer|not needed|unneeded|without|undo"
    r"|go back|switch back|revert\w*)\b|убра|удал|выпил|отказ", re.IGNORECASE,
)  # fmt: skip
_TRIFLING = re.compile(
    r"\b(?:lint\w*|typos?|spelling|white ?space|docstrings?|(?<!review )comments?|clippy|eslint|prettier|names?|naming"
    r"|format(?:ting)?|renam\w*|minor|warnings?|style|imports?|indent\w*|black|rustfmt|fmt)\b|опечат", re.IGNORECASE,
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-zа-яё]{3,}|[A-Z]{3,}|[a-zа-яё]{4,}", re.UNICODE)
# Stems of words that say nothing of what a commit is about.
_COMMON = frozenset({
    "fix", "fixe", "fixed", "add", "added", "remov", "remove", "updat", "update", "chang", "change", "support", "from",
    "with", "when", "that", "this", "into", "make", "move", "test", "feat", "chore", "refactor", "instead", "allow",
    "use", "used", "using", "code", "file", "some", "more", "also", "have",
})  # fmt: skip


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
    back = next((one for one in reversed(told) if not one.again and _weight_of(one) >= TAKEN_BACK), None)
    again = _again(case, back, told) if back else None
    for one in told:
        what = "does it again" if one.again else "takes back a part of it" if one.partly else "takes it back"
        weight = 0 if one.again or (again and one.time <= again.time) else _weight_of(one)
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
    """The commit that did again what was taken back. whole: as it was, so that nothing had to be changed in it."""

    sha: str
    time: int
    subject: str
    whole: bool


def _again(case: Case, back: Taken, told: list[Taken]) -> _Again | None:
    """What did the decision again after it was taken back; None when it stays so."""
    undone = next((one.touched.undone for one in case.changes if one.sha == back.sha), 0)
    later = (one for one in told if one.again and one.time >= back.time)
    named = next((one for one in later if one.by != "same" or one.time - back.time <= NAMED_DAYS * DAY_MS), None)
    if named:
        redone = next((one.touched.redone for one in case.changes if one.sha == named.sha), 0)
        mended = _PLAIN.search(conventional(clean(back.subject))[3]) is not None
        return _Again(named.sha, named.time, named.subject, redone >= undone if undone else not mended)
    for one in case.changes:
        soon = 0 <= one.time - back.time <= LANDED_DAYS * DAY_MS and one.sha != back.sha
        if soon and undone >= LEAST_LANDED and WHOLE * one.touched.redone >= LANDED * undone:
            return _Again(one.sha, one.time, one.subject, one.touched.redone >= undone)
    return None


def _removal(case: Case) -> Evidence | None:
    """One commit that soon ended nearly all lines and put little in their place: taken back without saying so."""
    total = case.lines.total
    ended = case.lines.undone_by()
    for one in case.changes:
        touched, age = one.touched, (one.time - case.since) / DAY_MS
        if touched.before * 2 < total or WHOLE * touched.undone < REMOVED * touched.before or touched.undone < 3:
            continue
        if age > REMOVED_DAYS or one.files >= SWEEP or ended[one.sha] * 2 < touched.undone:
            continue
        removed = len(case.lines.removed)
        restored = removed >= LEAST_RESTORED and WHOLE * touched.back >= RESTORED * removed
        plain = _REMOVES.search(clean(one.subject)) and touched.brought <= INSTEAD * max(touched.undone, touched.gone)
        if restored or plain:
            share = WHOLE * ended[one.sha] // total
            what = f"{touched.back} that it had removed came back" if restored else "little came in their place"
            said = f"{ended[one.sha]} of its {total} lines ended {_after(case, one)}, and {what}"
            return Evidence(one.time, REMOVAL, 0, max(share, TAKEN_BACK), one.sha, f"{said}: {_quoted(one.subject)}")
    return None


# -- reworked -----------------------------------------------------------------------------------------


def _reworked(case: Case, excluded: set[str]) -> Iterator[Evidence]:
    """Fixes of the decision's lines, the sooner the weightier."""
    ended = case.lines.undone_by()
    about = _words(" ".join(said[1] for said in case.met.values()))
    for one in case.changes:
        age = (one.time - case.since) / DAY_MS
        if one.sha in excluded or age > LATEST or one.time < case.since - LATE_MS or one.files >= SWEEP:
            continue
        if REPLACED <= WHOLE * one.touched.undone / max(one.touched.before, 1) and age <= REPLACED_DAYS:
            whole = one.touched.before * 2 >= case.lines.total >= LEAST_LANDED
            whole = whole and 3 * ended[one.sha] >= one.touched.undone
            if whole and not _TRIFLING.search(clean(one.subject)):
                said = f"{one.touched.undone} of its lines replaced {_after(case, one)}: {_quoted(one.subject)}"
                yield Evidence(one.time, REWORK, 4_000, REPLACED_WEIGHT, one.sha, said)
                continue
        if weight := fix_weight(case, one, ended[one.sha], about):
            said = f"fixed {_after(case, one)}: {_quoted(one.subject)}"
            yield Evidence(one.time, REWORK, 2_500, weight, one.sha, said)


def fix_weight(case: Case, one: Changed, ended: int, about: frozenset[str]) -> int:
    """How much a later commit tells that the decision had to be mended, ten-thousandths."""
    subject = clean(one.subject)
    kind, _, _, bare = conventional(subject)
    if not (kind in ("fix", "hotfix", "bugfix") or _FIX.search(bare)):
        return 0
    if TRIFLES.search(bare) and not _PLAIN.search(bare):
        return 0
    trifling = 0.15 if _TRIFLING.search(bare) else 0.5 if TRIFLES.search(bare) else 1.0
    touched = one.touched
    age = max(0.0, (one.time - case.since) / DAY_MS)
    soon: float = 0.5 ** (age / HALF_LIFE)
    share = (ended + 0.5 * touched.near) / case.lines.total if case.lines.total else 0.0
    focus = touched.near / touched.runs if touched.runs else 0.0
    related = min(len(about & _words(bare)), 2) / 2
    plain = 1.0 if kind == "fix" or _PLAIN.search(bare) else 0.6
    about_it = SHARE_COUNTS * min(share / SHARE_WHOLE, 1) + FOCUS_COUNTS * focus + RELATED_COUNTS * related
    return round(WHOLE * min(1.0, trifling * plain * soon * about_it))


def _words(text: str) -> frozenset[str]:
    from oldhand.model.terms import stem

    return frozenset(stem(word.casefold()) for word in _WORD.findall(text)[:60]) - _COMMON


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
    after = f"{span(case.last - case.since)} and {case.traffic} later commits to its files"
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
