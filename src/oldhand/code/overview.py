"""The engine of overview, explore and plan: the files of a project ranked for a task, each with reasons in words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.ranking import LATELY, WORDY, Scored, contributions, scored
from oldhand.code.ranking_ground import Ground, ground
from oldhand.code.task_text import Task, understood
from oldhand.model.terms import index_terms
from oldhand.store.code_records import IndexedFile

if TYPE_CHECKING:
    from oldhand.store.code_index import CodeIndex

MOST_RANKED = 100  # files that are given at most: beyond them ranking says nothing
REASONS_SHOWN = 3  # of one file
LEAST_REASON = 0.1  # logits; what adds less is no reason
LATELY_AT_LEAST = 0.3  # 1 / log2(2 + commits since), so one of the last eight commits
WORDS_TRIED = 40  # of a task, from its beginning, that reasons may name
WORDS_SHOWN = 4  # of a task, named in one reason
LONGEST_SUBJECT = 72  # characters of a commit's subject in a reason: what git advises for one
VAGUE = 0.12  # share of the task's words below which no file speaks of it: the guess is what changed lately


class Remembered(NamedTuple):
    """What memory says of a file for this task. strength: 0 to 1; reason: in words."""

    strength: float
    reason: str


class RankedFile(NamedTuple):
    """A file and how much it concerns the task.

    score: in logits, comparable within one ranking only; reasons: in words, the weightiest first.
    """

    path: str
    score: float
    reasons: tuple[str, ...]
    file: IndexedFile


class Ranking(NamedTuple):
    """The files of a project for a task, the first the most likely; files: how many there are in the project.

    found: whether anything of the task matched; vague: whether hardly anything did, so that what changed
    lately leads; has_history: whether there are commits to learn from.
    """

    ranked: list[RankedFile]
    files: int
    found: bool
    vague: bool
    has_history: bool


def ranked(
    index: "CodeIndex", text: str, *, remembered: Mapping[str, Remembered] | None = None, limit: int = MOST_RANKED
) -> Ranking:
    """The files of the code index for a task.

    text: of any kind and length; remembered: what memory says, by path; limit: at most so many files,
    and MOST_RANKED.
    """
    here, task = ground(index), understood(text)
    memories = {here.numbers[path]: one for path, one in (remembered or {}).items() if path in here.numbers}
    result = scored(here, task, {number: one.strength for number, one in memories.items()})
    order = sorted(result.scores, key=lambda number: (-result.scores[number], here.path(number)))
    chosen = order[: min(limit, MOST_RANKED)]
    tell = _Reasons(here, task, result, memories, chosen)
    files = [RankedFile(here.path(n), round(result.scores[n], 4), tell(n), here.files[n]) for n in chosen]
    has_history = bool(result.past.values)
    return Ranking(files, len(here.files), result.found, result.words.share < VAGUE, has_history)


class _Reasons:
    """Tells in words why a file was found."""

    def __init__(
        self, here: Ground, task: Task, result: Scored, memories: Mapping[int, Remembered], chosen: Sequence[int]
    ) -> None:
        self.here, self.task, self.result, self.memories = here, task, result, memories
        index = here.code_index
        wanted = [result.past.reasons[n] for n in chosen if n in result.past.reasons]
        self.subjects = {number: commit.subject for number, commit in index.commits(wanted).items()}
        worth = {word: index_terms(word)[:1] for word in task.words[:WORDS_TRIED]}
        terms = index.matching([term[0] for term in worth.values() if term])
        common = len(here.sources) / 2
        spoken = [
            (len(terms[term[0]].documents), word, frozenset(terms[term[0]].documents))
            for word, term in worth.items() if term and term[0] in terms and term[0] in task.terms
        ]  # fmt: skip
        self.spoken = [(word, files) for often, word, files in sorted(spoken) if often <= max(common, 2)]

    def __call__(self, number: int) -> tuple[str, ...]:
        told: list[str] = []
        found = [signal for value, signal in contributions(self.result, number) if value >= LEAST_REASON]
        for signal in sorted(found, key=lambda signal: signal in LATELY):  # what many files share is told last
            said = self._said(signal, number)
            if said and said not in told:
                told.append(said)
            if len(told) == REASONS_SHOWN:
                break
        return tuple(told)

    def _said(self, signal: str, number: int) -> str:
        if signal in WORDY:
            words = [word for word, files in self.spoken if number in files][:WORDS_SHOWN]
            return f"speaks of {', '.join(words)}" if words else ""
        if signal in LATELY:
            return "changed lately" if self.result.values["last"].get(number, 0.0) >= LATELY_AT_LEAST else ""
        if signal in ("similar", "told"):
            subject = self.subjects.get(self.result.past.reasons.get(number, -1), "")
            return f'past commit "{_clipped(subject)}" changed it' if subject else ""
        if signal == "remembered":
            return self.memories[number].reason if number in self.memories else ""
        if signal in ("defines_title", "folder"):
            return self._named(signal, number)
        other = self.result.company.reasons.get(signal, {}).get(number)
        if other is not None:
            return f"{_COMPANY[signal]} {self.here.path(other)}"
        return {"full_path": "the task names it", "file_name": "the task names a file called so"}.get(signal, "")

    def _named(self, signal: str, number: int) -> str:
        path = self.here.path(number)
        if signal == "folder":
            above = [step for step in path.split("/")[:-1] if step.lower() in self.task.folders]
            return f"lies in {above[-1]}/, which the task names" if above else ""
        defined = {symbol.name.rpartition(".")[2].partition("#")[0] for symbol in self.here.code_index.symbols(path)}
        names = [word for word in self.task.title_words if word in self.task.names and word in defined]
        return f"defines {', '.join(names[:WORDS_SHOWN])}" if names else ""


_COMPANY = {
    "together": "changes together with", "imported": "is imported by", "importing": "imports",
    "pair": "tests or is tested by", "beside": "lies beside",
}  # fmt: skip


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SUBJECT else text[: LONGEST_SUBJECT - 1] + "…"
