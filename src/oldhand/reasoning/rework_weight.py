"""How likely a later commit shows that a decision had to be done over: a small logistic model of signs in git.

Each later commit that touched a decision's lines is one sign of its own, and what they say together is put together in
`weighing_outcomes`. The model was fitted to the labelled histories (`benchmarks/rework_fit.py`, which also tells how
well it does on repositories that it was not fitted to); docs/REASONING.md, "Outcomes", has its table.
"""

import math
import re
from typing import NamedTuple

from oldhand.knowledge.history_findings import DAY_MS
from oldhand.knowledge.history_messages import clean, conventional, routine
from oldhand.model.terms import stem
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_case import Case, Changed

LATEST = 365  # days after which a change tells nothing of a decision: then others have built on its lines
LATE_MS = 2 * DAY_MS  # clocks of committers differ: what is dated so much before the decision may come after it
SWEEP = 40  # files from which on a commit says nothing about each of them
HALF_LIFE = 45  # days in which the sign "soon" halves
HALF_OF_LINES = 0.5  # share of the lines from which on it counts as all of them
FEW = 3  # lines added to the number of lines, so that one of two does not count as half of a decision
MOST_WORDS = 60  # words of titles that are compared
UPKEEP_FIX = 0.2  # how much a fix counts that is called upkeep as well ("fix lint")
NAMED_LEAST = 5_000  # weight at least of a fix whose message names the decision's commit or request: it says so itself
_MENDS = re.compile(
    r"(?<![-\w])(?:(?:hot|bug)?fix(?:es|ed|ing|up)?|bugs?|regress\w*|crash\w*|broken?|breaks?|breakage|wrong\w*|leaks?"
    r"|incorrect\w*|correct(?:s|ed|ly)?|panic\w*|deadlock\w*|mistake\w*|oops|repair\w*)(?![-\w])"
    r"|\b(?:don'?t|do not|properly|forgot\w*|missing|handle[sd]?|avoids?|prevents?|ensures?|always|never|only|no longer"
    r"|again|actually|instead|restor\w*|reintroduc\w*|resolv\w*|respect\w*|ignor\w*)\b"
    r"|исправ|почин|фикс|устран|ошиб|сломал|регресс|забы[лт]|вместо|больше не|снова", re.IGNORECASE,
)  # fmt: skip
_UPKEEP = re.compile(
    r"\b(?:refactor\w*|mov(?:e|es|ed|ing)|extract\w*|split\w*|renam\w*|clean\w*|tid(?:y|ied)|format\w*|lint\w*|typos?"
    r"|spelling|white ?space\w*|docs?|docstrings?|documentation|comment|styl(?:e|ing)|typing|migrat\w*|upgrad\w*"
    r"|bump\w*|deprecat\w*|python ?[23]|py3|clippy|eslint|prettier|naming|minor|warnings?|imports?|indent\w*|black"
    r"|rustfmt|fmt|changelog|debug\w*|dbg|merge)\b|опечат|рефактор|переимен|перенес|перенёс|документац|формат",
    re.IGNORECASE,
)  # fmt: skip
_ADDS = re.compile(
    r"\b(?:add(?:s|ed|ing)?|support(?:s|ed)?|implement\w*|introduce\w*|new|feature|initial)\b|добав|поддерж|реализ",
    re.IGNORECASE,
)
_REMOVES = re.compile(
    r"\b(?:remov\w*|rm|drop\w*|delet\w*|kill\w*|disabl\w*|get rid|not needed|unneeded|unused|obsolete)\b"
    r"|убра|удал|выпил", re.IGNORECASE,
)  # fmt: skip
# Kinds of conventional commits that say the same as those words.
_OF_MENDING = frozenset({"fix", "hotfix", "bugfix"})
_OF_UPKEEP = frozenset({"refactor", "docs", "style", "chore", "test", "ci", "build"})
_WORD = re.compile(r"[A-Z]?[a-zа-яё]{3,}|[A-Z]{3,}|[a-zа-яё]{4,}", re.UNICODE)
# Stems of words that say nothing of what a commit is about.
_COMMON = frozenset({
    "fix", "fixe", "fixed", "add", "added", "remov", "remove", "updat", "update", "chang", "change", "support", "from",
    "with", "when", "that", "this", "into", "make", "move", "test", "feat", "chore", "refactor", "instead", "allow",
    "use", "used", "using", "code", "file", "some", "more", "also", "have",
})  # fmt: skip


class Signs(NamedTuple):
    """What speaks for or against rework, each from 0 to 1 but for `place`.

    soon: 2^(-days/45); same_day: within a day; place: log(1 + changes of the decision's lines before it); share: of the
    decision's lines that it ended for good, from half on all; aimed: of the lines that it took away, the share that is
    the decision's, which is blame: who wrote what it changes; mends: it says that it mends something, in the measure
    in which it lies at the decision's lines; upkeep, adds, removes: what else its title says; about: common words of
    both titles, from two on all; restores: of the lines that the decision removed, the share that it put back.
    """

    soon: float
    same_day: float
    place: float
    share: float
    aimed: float
    mends: float
    upkeep: float
    adds: float
    removes: float
    about: float
    restores: float


# The fitted weights of the signs in log-odds, and the log-odds without any.
WEIGHTS = Signs(1.26, 0.49, -0.49, 2.67, 1.40, 2.50, -1.55, -0.72, -1.29, 1.42, 3.80)
NOTHING = -4.33


class Reader:
    """The signs of one decision's later changes, which have to be asked for in their order."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.ended = case.lines.undone_by()
        self.about = _words(" ".join(said[1] for said in case.met.values()))
        self.named = {one.sha for one in case.mentions}
        self.before = 0

    def counts(self, one: Changed) -> bool:
        """Whether a change may tell anything of the decision. Another wording or version tells nothing of it, but where
        it puts back what the decision removed."""
        since, touched = self.case.since, one.touched
        if not since - LATE_MS <= one.time <= since + LATEST * DAY_MS or one.files >= SWEEP:
            return False
        return touched.coded > 0 or not touched.near or touched.back > 0

    def signs(self, one: Changed) -> Signs:
        """The signs of a change that counts."""
        touched, total = one.touched, self.case.lines.total
        days = max(0.0, (one.time - self.case.since) / DAY_MS)
        title = clean(one.subject)
        kind, _, _, bare = conventional(title)
        upkeep = kind in _OF_UPKEEP or routine(title) or _UPKEEP.search(bare) is not None
        aimed = min(1.0, (touched.undone - touched.back) / max(1, touched.taken))
        lies = max(aimed, min(1.0, touched.near / max(1, touched.runs)))
        place, self.before = self.before, self.before + 1
        return Signs(
            soon=0.5 ** (days / HALF_LIFE),
            same_day=float(days < 1),
            place=math.log1p(place),
            share=min(1.0, self.ended[one.sha] / (total + FEW) / HALF_OF_LINES),
            aimed=aimed,
            mends=mending(one.subject) * lies * (UPKEEP_FIX if upkeep else 1),
            upkeep=float(upkeep),
            adds=float(kind == "feat" or _ADDS.search(bare) is not None),
            removes=float(_REMOVES.search(bare) is not None),
            about=min(2, len(self.about & _words(bare))) / 2,
            restores=touched.back / (len(self.case.lines.removed) + 1),
        )

    def weight(self, one: Changed) -> int:
        """How likely the change is rework of the decision, in ten-thousandths."""
        told = NOTHING + sum(weight * sign for weight, sign in zip(WEIGHTS, self.signs(one), strict=True))
        weight = round(WHOLE / (1 + math.exp(-told)))
        return max(weight, NAMED_LEAST) if one.sha in self.named and mending(one.subject) else weight


def mending(subject: str) -> bool:
    """Whether a title says that something is mended."""
    kind, _, _, bare = conventional(clean(subject))
    return kind in _OF_MENDING or _MENDS.search(bare) is not None


def _words(text: str) -> frozenset[str]:
    return frozenset(stem(word.casefold()) for word in _WORD.findall(text)[:MOST_WORDS]) - _COMMON
