"""Whether something that was tried was left alone because it was told: the cases where a session shows it.

A session counts when the memory was put before it, it wanted to do what was tried, and went on working without doing
it. That nothing was done proves little where nobody wanted it, and words of a text need not stand in the code that
does it. So a case is kept only where all of this holds: what was tried was wanted before it was told, in so many words
and not denied; it was not done afterwards, in any edit or command; work went on; and something speaks for a change of
mind: what is advised instead was done, or the agent says so. Told and done all the same is kept as well. Everything
else counts as neither, and so does what was never told, or withheld by the holdout.
"""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from oldhand.knowledge.occasions import stored
from oldhand.knowledge.shell_words import programs, uncommented, words_follow
from oldhand.model.session import (
    CALL,
    COMMAND,
    EDIT,
    MCP,
    PROMPT,
    READ,
    REPLY,
    RESULT,
    SEARCH,
    THOUGHT,
    WRITE,
    Event,
)
from oldhand.model.terms import index_terms
from oldhand.reasoning.negative import FRAME, names, tried
from oldhand.recall.cue import CueTerm, understand
from oldhand.sessions.said import typed
from oldhand.sessions.transcripts.neutral import own_tool
from oldhand.sessions.troubles import takes_back
from oldhand.store.reader import Held

PREVENTED, IGNORED = "prevented", "ignored"
UNIT = 10_000
# How sure it is that what was not seen was not done, in ten-thousandths: a package or a name of the code has to stand
# in what does it; other words need not.
NAMED, PROSE = 5_000, 3_000
ADVICE, SAYS = 2_500, 2_500  # what it adds that the advice was followed, and that the agent says so
SURE = 7_000  # from which on a case is kept: one of the two for what has a name, both for what has none
MOST_SURE = 9_500  # nobody but a person knows it
SHARE = 2 / 3  # of the words of what was tried that a text has to have to speak of it
FEWEST = 2  # words that it has to have, where it has as many
LONGEST_READ = 8_000  # characters of one event that are compared
SHORTEST_TERM = 3  # characters of a word that tells something
LONGEST_SENTENCE = 600  # characters that are taken for one sentence
_AGAINST = (
    "not no never without instead avoid avoids avoiding won't don't doesn't can't cannot shouldn't rather skip skipping"
    " dropped drop against не нет нельзя никогда без вместо избегать избегаем откажемся отказаться"
)
AGAINST = frozenset(_AGAINST.split())
_TAKING_IN = frozenset({"install", "add", "i", "get", "require"})
_LEAVING = frozenset({"uninstall", "remove", "rm", "un"})
_NAMES = "pip pip3 uv poetry pdm pipenv conda npm yarn pnpm bun cargo go gem composer bundle"
_MANAGERS = frozenset(_NAMES.split())
_VERSION_MARKS = "=<>~^!@["  # what follows a package's name in a command
CHANGING = (EDIT, WRITE, COMMAND)  # tools whose calls do something
OWN_PROGRAM = "oldhand"


class Marks(NamedTuple):
    """By what something that was tried is known again: packages it names, names of the code, all words that tell it,
    and commands that do it."""

    names: frozenset[str]
    codes: tuple[CueTerm, ...]
    terms: tuple[CueTerm, ...]
    commands: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether doing it has to leave a name in an edit or a command."""
        return bool(self.names or self.codes)


class Shown(NamedTuple):
    """When a memory was put before a session. at: ms; call: the host's name of the call that it was told at, empty for
    others; agent: the subagent it was told to."""

    at: int
    call: str = ""
    agent: str = ""


class Verdict(NamedTuple):
    """What a session shows of something that it was told. what: prevented or ignored; sure: in ten-thousandths;
    evidence: what shows it, in words that quote nothing of the session."""

    what: str
    sure: int
    evidence: tuple[str, ...]


def marks_of(held: Held) -> Marks:
    """By what something that was tried is known again."""
    cue = understand(tried(held))
    asked = [one for one in cue.terms if one.term not in FRAME and len(one.term) >= SHORTEST_TERM]
    codes = tuple(one for one in asked if one.kind in ("identifier", "code", "path"))
    triggers = stored(held.wordings[-1].content) if held.wordings else []
    return Marks(
        frozenset(names(held)), codes, tuple(asked), tuple(one.about for one in triggers if one.way == "command")
    )


def verdict(held: Held, shown: Shown, events: Sequence[Event]) -> Verdict | None:
    """What a session shows of something that was tried and that it was told of; None where it shows neither.

    events: of the whole session in order of time; those of other subagents are left aside.
    """
    marks = marks_of(held)
    if not (marks.names or marks.terms):
        return None
    own = [one for one in events if one.agent == shown.agent or one.kind == PROMPT]
    failed = {one.call for one in own if one.kind == RESULT and _did_not_run(one)}
    here = [bool(shown.call) and one.call == shown.call for one in own]  # the call that it was told at counts as later
    before = [one for one, its in zip(own, here, strict=True) if one.at < shown.at and not its]
    after = [one for one, its in zip(own, here, strict=True) if one.at >= shown.at or its]
    done = [one for one in after if _works(one) and one.call not in failed]
    taken = [one for one in done if _takes(marks, one)]
    if taken:
        if any(takes_back(one) or _undoes(marks, one) for one in after if one.at >= taken[0].at):
            return None  # done and taken back: whether for that reason, nobody can tell
        return Verdict(IGNORED, UNIT if marks.named else 7_000, (f"done in {len(taken)} later edits or commands",))
    if not done or not _wanted(marks, before, after, shown):
        return None
    evidence = ["wanted before it was told", f"not done in {len(done)} later edits and commands"]
    sure = NAMED if marks.named else PROSE
    if _advised(held, before, done):
        sure += ADVICE
        evidence.append("what is advised instead was done")
    if _says(held, marks, after):
        sure += SAYS
        evidence.append("the agent says so")
    return Verdict(PREVENTED, min(sure, MOST_SURE), tuple(evidence)) if sure >= SURE else None


def shown_in(events: Sequence[Event], prefixes: dict[str, str]) -> Iterator[tuple[str, Shown]]:
    """(memory, when) of what memory's own tools and commands told of something that was tried. prefixes: the first six
    digits of the id of each memory that was tried, with its whole id."""
    ours = {one.call for one in events if one.kind == CALL and one.call and is_ours(one)}
    for one in events:
        if one.kind != RESULT or one.call not in ours:
            continue
        text = one.text[:LONGEST_READ]
        if "TRIED" not in text and "[negative " not in text:
            continue
        words = {word.strip("[](),.:;\"'")[:6] for word in text.split()}
        for prefix in sorted(words & prefixes.keys()):
            yield prefixes[prefix], Shown(one.at, one.call, one.agent)


def is_ours(call: Event) -> bool:
    """Whether a call asks memory itself."""
    if call.tool == MCP:
        return own_tool(call.name)
    return call.tool == COMMAND and any(words[0] == OWN_PROGRAM for words in programs(call.text))


def _works(one: Event) -> bool:
    return one.kind == CALL and one.tool in CHANGING and not is_ours(one)


def _did_not_run(result: Event) -> bool:
    return result.ok is False or bool(result.detail.get("refused") or result.detail.get("interrupted"))


def _takes(marks: Marks, one: Event) -> bool:
    """Whether an edit or a command does what was tried."""
    if one.tool == COMMAND:
        return _runs(marks, one.text[:LONGEST_READ])
    old = str(one.detail.get("old", ""))
    return speaks(marks, one.text[:LONGEST_READ], code=True) and not speaks(marks, old, code=True)


def _undoes(marks: Marks, one: Event) -> bool:
    """Whether an edit or a command takes out what was tried."""
    if one.kind != CALL:
        return False
    if one.tool in (EDIT, WRITE):
        old = str(one.detail.get("old", ""))
        return speaks(marks, old, code=True) and not speaks(marks, one.text[:LONGEST_READ], code=True)
    return one.tool == COMMAND and any(
        words[0] in _MANAGERS and _LEAVING & set(words[1:]) and _packages(words) & marks.names
        for words in programs(one.text)
    )


def _runs(marks: Marks, command: str) -> bool:
    """Whether a command does what was tried: takes its package in, is what it warns of, or writes it into a file. To
    search for it, or to look at its history, is not to do it."""
    plain = uncommented(command)
    if any(words_follow(one, plain) for one in marks.commands):
        return True
    for words in programs(plain):
        takes = words[0] in _MANAGERS and _TAKING_IN & set(words[1:]) and not _LEAVING & set(words[1:])
        if takes and _packages(words) & marks.names:
            return True
    writes = "<<" in plain or any(word in (">", ">>") for word in plain.split())
    return writes and speaks(marks, plain, code=True)


def _packages(words: Sequence[str]) -> set[str]:
    """The packages that a command of a package manager names, without their versions."""
    found = set()
    for word in words[1:]:
        name = word.casefold()
        for mark in _VERSION_MARKS:
            name = name[:1] + name[1:].partition(mark)[0]
        found.add(name)
    return found


def speaks(marks: Marks, text: str, *, code: bool = False) -> bool:
    """Whether a text speaks of what was tried. code: it is code, in which names stand as they are."""
    if not text.strip():
        return False
    if marks.names & _words(text):
        return True
    terms = frozenset(index_terms(text))
    if code and marks.codes:
        return any(_has(terms, one) for one in marks.codes)
    shared = [one for one in marks.terms if _has(terms, one)]
    return len(shared) >= min(FEWEST, len(marks.terms)) and len(shared) >= SHARE * len(marks.terms)


def _has(terms: Set[str], one: CueTerm) -> bool:
    return one.term in terms or (bool(one.parts) and terms >= set(one.parts))


def _words(text: str) -> set[str]:
    plain = "".join(character if character.isalnum() or character in "-_./@" else " " for character in text.casefold())
    found = set()
    for word in plain.split():
        bare = word.strip("-_./@")
        found |= {word, bare, bare.partition(".")[0]}
    return found


def _wanted(marks: Marks, before: Sequence[Event], after: Sequence[Event], shown: Shown) -> bool:
    """Whether somebody wanted what was tried before it was told: in a prompt, in what the agent said or asked memory,
    or in the very call that it was told at."""
    asked = [one for one in after if shown.call and one.call == shown.call and one.kind == CALL]
    for one in (*before, *asked):
        if one.kind == PROMPT and not typed(one):
            continue
        says = one.kind in (PROMPT, REPLY, THOUGHT) or (one.kind == CALL and (is_ours(one) or one in asked))
        if says and any(speaks(marks, said) and not _denies(said) for said in sentences(one.text)):
            return True
    return False


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, roughly: what ends with a mark or a line."""
    rest = text[:LONGEST_READ]
    for mark in ("! ", "? ", ". ", "; "):
        rest = rest.replace(mark, "\n")
    for said in rest.splitlines():
        if said.strip():
            yield said[:LONGEST_SENTENCE]


def _denies(said: str) -> bool:
    plain = said.casefold().replace("’", "'")
    return bool({word.strip('.,:;!?"()`') for word in plain.split()} & AGAINST)


def _advised(held: Held, before: Sequence[Event], done: Sequence[Event]) -> bool:
    """Whether what is advised instead was done: half of the words that only the advice has, in edits and commands."""
    content = held.wordings[-1].content if held.wordings else {}
    known = {one.term for one in understand(tried(held)).terms} | FRAME
    looked = [one for one in before if one.kind == CALL and one.tool in (*CHANGING, READ, SEARCH) and not is_ours(one)]
    earlier, seen = _terms(looked), _terms(done)
    advice = [
        one for one in understand(str(content.get("advice", ""))).terms
        if one.term not in known and len(one.term) >= SHORTEST_TERM and not _has(earlier, one)
    ]  # fmt: skip
    return bool(advice) and sum(_has(seen, one) for one in advice) >= max(1, len(advice) / 2)


def _terms(events: Sequence[Event]) -> set[str]:
    return {term for one in events for term in index_terms(one.text[:LONGEST_READ])}


def _says(held: Held, marks: Marks, after: Sequence[Event]) -> bool:
    """Whether the agent says that it leaves it alone: it names the memory, or speaks of it and says no."""
    for one in after:
        if one.kind not in (REPLY, THOUGHT):
            continue
        for said in sentences(one.text):
            if held.id[:6] in said or (speaks(marks, said) and _denies(said)):
                return True
    return False
