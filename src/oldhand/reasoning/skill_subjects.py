"""What decisions are about: the subjects under which those whose outcome is known are put together.

A decision is about its module, the dependencies it is tied to, its tags, and the words of its name. The first three are
said on purpose and come first; a word makes a subject of its own only where these do not hold much the same decisions.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from oldhand.model.anchor import DEPENDENCY, split_dependency
from oldhand.model.terms import index_terms
from oldhand.reasoning.decisions import COMMIT, INCIDENT, PR, Decision
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.negative import FRAME
from oldhand.reasoning.outcomes import Ended
from oldhand.recall.cue import understand

MODULE, NAMED_DEPENDENCY, TAG, WORD = "module", "dependency", "tag", "word"
RULES = (MODULE, NAMED_DEPENDENCY, TAG, WORD)  # how decisions name a subject, the most deliberate first
FEWEST = 5  # decisions of one subject: of fewer, all of one end, the interval of their share is wider than 40 points
LEAST_TRIALS = 3.0  # trials of their outcomes together: five hints that code survived are worth no more than one test
MOST_SUBJECTS = 50  # skills of one project: more would be read by nobody, and told to nobody
SAME_NAMED, SAME_WORD = 0.8, 0.5  # of all decisions of two subjects that both have, from which on the later is left out
WITHIN = 0.8  # of a word's decisions that lie in another subject, from which on the word is a pattern of that one
LONGEST_NAME = 80  # characters of a subject; longer ones are sentences
LONGEST_READ = 300  # characters of a decision's name whose words count
WORDS = frozenset({"word", "identifier", "quoted", "code"})  # kinds of terms of which a subject or an option is made
QUIET = ("safety:", COMMIT, PR, INCIDENT)  # beginnings of tags that are no subject
_STATUS = frozenset(
    {"accepted", "proposed", "rejected", "deprecated", "superseded", "captured", "decision", "history", "imported"}
)
_DOING = (  # verbs by which decisions begin: they say what is done with the subject
    "allow avoid build cache choose create disable drop enable ensure handle implement keep leave limit merge migrate"
    " pick prefer read remove rename rewrite run send serve ship split store upgrade write"
    " включить выбрать вынести держать держим должен должна должно обновить оставить отказаться отправлять переписать"
    " писать разделить реализовать создать строить убрать удалить хранить храним читать"
)
DOING = FRAME | frozenset(term for word in _DOING.split() for term in index_terms(word))


class Case(NamedTuple):
    """A decision whose outcome is known. names: the subjects that it names, by identity, as (rule, as it is said);
    words: those of its name likewise; reasons: those of what was said for it."""

    decision: Decision
    ended: Ended
    names: Mapping[str, tuple[str, str]]
    words: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def outcome(self) -> tuple[int, int]:
        """(value, weight) in ten-thousandths; no outcome counts more than one trial."""
        return self.ended.value, min(self.ended.weight, WHOLE)


class Subject(NamedTuple):
    """What decisions are about. identity: one for all ways to write it; shown: as it is mostly written."""

    identity: str
    shown: str
    rule: str
    cases: tuple[Case, ...]


def case_of(decision: Decision, ended: Ended) -> Case:
    """A decision with what it is about."""
    names: dict[str, tuple[str, str]] = {}
    for rule, said in _named(decision):
        names.setdefault(identity(said), (rule, said))
    text = decision.name[:LONGEST_READ]
    favouring = [one.text for one in decision.arguments if one.favours and one.option == 0]
    return Case(decision, ended, names, words_of(text), words_of("\n".join([decision.reason, *favouring])))


def about(decision: Decision) -> frozenset[str]:
    """The identities of all that a decision is about."""
    return frozenset({*(identity(said) for _, said in _named(decision)), *words_of(decision.name[:LONGEST_READ])})


def identity(name: str) -> str:
    """One name for all ways to write a subject: `Sessions` and `session` are the same, `src/pay` is itself."""
    folded = " ".join(name.casefold().split())
    terms = index_terms(folded)
    return terms[0] if len(terms) == 1 else folded


def words_of(text: str) -> dict[str, str]:
    """The terms of a text that can name something, each with how it is written."""
    found: dict[str, str] = {}
    for one in understand(text).terms:
        if one.kind in WORDS and one.term not in DOING and 1 < len(one.said) <= LONGEST_NAME:
            found.setdefault(one.term, one.said.casefold())
    return found


def subjects(cases: Sequence[Case], open_: Iterable[frozenset[str]] = ()) -> list[Subject]:
    """The subjects that enough is known of, in order of identity. open_: what decisions are about that are open still.

    Named ones first, those of more decisions before others; of two that hold much the same decisions (SAME_NAMED,
    SAME_WORD) the one that comes first is kept, and a word within a subject is a pattern of that one alone (WITHIN).
    The order of the cases makes no difference.
    """
    named: dict[str, list[Case]] = {}
    worded: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda one: one.decision.id):
        for name in case.names.keys() | case.words.keys():
            (named if name in case.names else worded).setdefault(name, []).append(case)
    for name in named.keys() & worded.keys():  # who names it on purpose, and who just says the word
        named[name] = sorted([*named[name], *worded.pop(name)], key=lambda one: one.decision.id)
    spoken = Counter(name for names in open_ for name in names)  # of two words that come together, the commoner one
    kept: list[Subject] = []
    for found, same in ((named, SAME_NAMED), (worded, SAME_WORD)):
        ready = [_subject(name, members) for name, members in found.items() if _enough(members)]
        ready.sort(key=lambda one: (RULES.index(one.rule), -len(one.cases), -spoken[one.identity], one.identity))
        for one in ready:
            covered = any(_shared(one, other) >= same or (found is worded and _within(one, other)) for other in kept)
            if len(kept) < MOST_SUBJECTS and not covered:
                kept.append(one)
    return sorted(kept, key=lambda one: one.identity)


def _named(decision: Decision) -> Iterable[tuple[str, str]]:
    """(rule, name) of every subject that a decision names on purpose."""
    found = [(MODULE, decision.module)]
    found += [
        (NAMED_DEPENDENCY, split_dependency(one[len(DEPENDENCY) :])[0])
        for one in decision.anchors
        if one.startswith(DEPENDENCY)
    ]
    mined = "history" in decision.tags  # its tags are how it was found
    found += [
        (TAG, tag) for tag in decision.tags if not mined and tag not in _STATUS and not tag.startswith(QUIET)
    ]  # fmt: skip
    for rule, said in found:
        name = " ".join(said.split())
        if name and len(name) <= LONGEST_NAME and name.isprintable():
            yield rule, name


def _enough(cases: Sequence[Case]) -> bool:
    trials = sum(weight for _, weight in (case.outcome for case in cases)) / WHOLE
    return len(cases) >= FEWEST and trials >= LEAST_TRIALS


def _subject(name: str, cases: Sequence[Case]) -> Subject:
    said = Counter(case.names[name][1] if name in case.names else case.words[name] for case in cases)
    rules = [case.names[name][0] for case in cases if name in case.names]
    rule = min(rules, key=RULES.index, default=WORD)
    return Subject(name, min(said, key=lambda one: (-said[one], one)), rule, tuple(cases))


def _shared(one: Subject, other: Subject) -> float:
    """Jaccard's measure: the decisions that both have, of all that either has."""
    first, second = _ids(one), _ids(other)
    return len(first & second) / len(first | second)


def _within(one: Subject, other: Subject) -> bool:
    """Whether the decisions of a subject lie in another."""
    first = _ids(one)
    return len(first & _ids(other)) >= WITHIN * len(first)


def _ids(one: Subject) -> set[str]:
    return {case.decision.id for case in one.cases}
