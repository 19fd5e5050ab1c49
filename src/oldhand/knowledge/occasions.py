"""Occasions: the triggers of reminders and gotchas, read, written in one form, and matched against what is done.

    on-edit:src/pay/**   before such a file is changed (also a file, a folder/, or FILE::SYMBOL)
    on-read:docs/*.md    before such a file is read
    on-file:src/pay.py   before either
    on-command:git push  before a command that begins so, whatever options stand between
    on-prompt:deploy     when somebody writes these words, in any of their forms
    on-branch:release/*  while such a branch is checked out
    on-date:2026-12-01   from then on
    on-any               at the next prompt

The stored form begins with one word (`on-edit`, for patterns `on-edit-in`) that the search index keeps whole: that
is how the few memories with a trigger are found among very many. Matching is linear and starts nothing.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import BadArgument, BadPattern, OldhandError
from oldhand.knowledge.beforehand import fits_perhaps
from oldhand.knowledge.shell_words import programs, words_follow
from oldhand.model.anchor import parse as parse_anchor
from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.moment import day, iso
from oldhand.model.moment import parse as parse_moment

if TYPE_CHECKING:
    from oldhand.code.globbing import Glob

DAY_MS = 86_400_000
MOST_TRIGGERS = 16  # of one memory: more occasions than that are no occasion
LONGEST_TRIGGER = 300  # characters of one trigger: a long path
MOST_PROMPT = 8_000  # characters of a prompt that are read: what people type; what is longer is pasted
LONGEST_SPAN = 36_500  # days: a century
ANY = "any"
WAYS = ("edit", "read", "file", "command", "prompt", "branch", "date", ANY)
OF_FILES = ("edit", "read", "file")
MARK = "on-"
BROAD = "-in"  # behind the way of a trigger that names files by a pattern
GLOB_SIGNS = frozenset("*?[{")
EXAMPLES = "edit:src/pay.py, command:git push, prompt:deploy, branch:release/*, 2026-12-01 or 'in 3 days'"
_SPAN = LazyPattern(r"(?:in |after )?(\d{1,5}) (day|week)s?\Z")
_SINGLE = {"day": 1, "week": 7}


class Trigger(NamedTuple):
    """One occasion: the way it comes about (one of WAYS) and what it is about."""

    way: str
    about: str = ""

    def __str__(self) -> str:
        way = self.way + BROAD * self.broad
        return f"{MARK}{way}:{self.about}" if self.about else MARK + way

    @property
    def broad(self) -> bool:
        """Whether it names files by a pattern, so that no anchor can stand for it."""
        return self.way in OF_FILES and (bool(GLOB_SIGNS & set(self.about)) or self.about.endswith("/"))


class Action(NamedTuple):
    """What is about to be done. kind: read, edit, command or prompt.

    path: the file of a read or edit, FILE:LINES or FILE::SYMBOL too; command: the command line; text: the prompt;
    branch: what is checked out, where the caller knows it.
    """

    kind: str
    path: str = ""
    command: str = ""
    text: str = ""
    branch: str = ""


def read(said: str, now_ms: int) -> Trigger:
    """The trigger that a person or an agent means. Raises BadArgument, which says how triggers are written."""
    text = " ".join(said.split())
    if not text or len(text) > LONGEST_TRIGGER or not text.isprintable():
        raise BadArgument("when", said[:80], f"an occasion is one line of at most {LONGEST_TRIGGER} characters")
    bare = text.removeprefix(MARK)
    if bare == ANY:
        return Trigger(ANY)
    way, colon, about = bare.partition(":")
    way, about = way.strip().casefold().removesuffix(BROAD), about.strip()
    if colon and way in WAYS and way != ANY:
        if not about:
            raise BadArgument("when", said, f"say what follows '{way}:', for example {EXAMPLES}")
        return _checked(said, way, about, now_ms)
    if (moment := _moment(text, now_ms)) is not None:
        return Trigger("date", _written(moment))
    raise BadArgument("when", said, f"say the occasion with what it is about: {EXAMPLES}")


def _checked(said: str, way: str, about: str, now_ms: int) -> Trigger:
    """A trigger whose parts are known, with what it is about in its one form."""
    if way == "date":
        if (moment := _moment(about, now_ms)) is None:
            raise BadArgument("when", said, "give a date (2026-12-01), a time, 'tomorrow' or 'in 3 days'")
        return Trigger(way, _written(moment))
    if way in OF_FILES or way == "branch":
        trigger = Trigger(way, about.replace("\\", "/").removeprefix("./") if way != "branch" else about)
        if trigger.broad or way == "branch":
            _pattern(said, trigger.about)
        else:
            trigger = trigger._replace(about=str(parse_anchor(trigger.about)))
        return trigger
    if way == "command":
        every = list(programs(about))
        if not every:
            raise BadArgument("when", said, "name a program: command:git push")
        return Trigger(way, " ".join(every[-1]))
    from oldhand.model.terms import index_terms

    if not index_terms(about):
        raise BadArgument("when", said, "name a word: prompt:deploy")
    return Trigger(way, about)


def _pattern(said: str, pattern: str) -> None:
    from oldhand.code.globbing import Glob

    try:
        Glob(pattern)
    except BadPattern as error:
        raise BadArgument("when", said, str(error).rstrip(".")) from None
    if not any(character.isalnum() for character in pattern):
        raise BadArgument("when", said, "that is every file; name some of them, such as edit:src/**/*.sql")


def _moment(text: str, now_ms: int) -> int | None:
    """The moment that a date, a time, 'tomorrow' or 'in 3 days' means; None for other words. Raises BadDate."""
    said = text.casefold()
    if said == "tomorrow":
        return parse_moment(day(now_ms + DAY_MS), now_ms)
    if span := _SPAN.match(said):
        days = min(int(span[1]) * _SINGLE[span[2]], LONGEST_SPAN)
        return parse_moment(day(now_ms + days * DAY_MS), now_ms)
    return parse_moment(said.upper(), now_ms) if said[:1].isdigit() else None


def _written(moment: int) -> str:
    """A moment as triggers write it: a bare date when it is a day's first millisecond."""
    return day(moment) if moment % DAY_MS == 0 else iso(moment)


def interval(said: str) -> str:
    """How often something comes back, in its one form: `time`, or `N days`. Raises BadArgument."""
    text = " ".join(said.split()).casefold().removeprefix("every ")
    if text in ("", "time"):
        return text
    if text in _SINGLE:
        return f"{_SINGLE[text]} days"
    if (span := _SPAN.match(text)) and 0 < (days := int(span[1]) * _SINGLE[span[2]]) <= LONGEST_SPAN:
        return f"{days} days"
    raise BadArgument("every", said, "it is 'time', 'day', 'week' or a number of days or weeks such as '3 days'")


def days_of(every: str) -> int:
    """The days of an interval; 0 for `time` and for what nobody can read."""
    span = _SPAN.match(every)
    return int(span[1]) * _SINGLE[span[2]] if span else 0


_IN_WORDS = {
    "edit": "before editing", "read": "before reading", "file": "before touching", "command": "before running",
    "prompt": "when somebody says", "branch": "on branch", "date": "from", ANY: "at once",
}  # fmt: skip


def in_words(said: str) -> str:
    """A stored trigger as people read it; other words stay as they are."""
    way, _, about = said.removeprefix(MARK).partition(":")
    way = way.removesuffix(BROAD)
    known = said.startswith(MARK) and way in _IN_WORDS
    return f"{_IN_WORDS[way]} {about}".strip() if known else said


def stored(content: dict[str, object]) -> list[Trigger]:
    """The triggers of a memory's content; what cannot be read is left out: a later version may have written it."""
    said = content.get("triggers", ())
    texts = [text for text in said if isinstance(text, str)] if isinstance(said, (list, tuple)) else []
    when = content.get("when")
    if isinstance(when, str) and when.startswith(MARK):
        texts.append(when)
    found = []
    for text in texts[:MOST_TRIGGERS]:
        way, _, about = text.removeprefix(MARK).partition(":")
        way = way.removesuffix(BROAD)
        if text.startswith(MARK) and way in WAYS and (about or way == ANY) and len(about) <= LONGEST_TRIGGER:
            found.append(Trigger(way, about))
    return found


def matching(triggers: Sequence[Trigger], action: Action, tied: bool) -> Trigger | None:
    """The trigger that an action sets off, or None.

    tied: whether the memory is tied by an anchor to the very place of the action: an anchor follows its file, so
    it stands for the file or symbol that a trigger names. A branch is a condition of all the others.
    """
    branches = [trigger for trigger in triggers if trigger.way == "branch"]
    if branches and not any(_fits(trigger.about, action.branch) for trigger in branches):
        return None
    others = [trigger for trigger in triggers if trigger.way not in ("branch", "date")]
    for trigger in others:
        if _fires(trigger, action, tied):
            return trigger
    if not others and action.kind == "prompt":  # a date alone, or a branch alone: said when somebody begins to work
        return next(iter(branches or triggers), None)
    return None


def _fires(trigger: Trigger, action: Action, tied: bool) -> bool:
    if trigger.way in OF_FILES:
        if action.kind not in ("read", "edit") or trigger.way not in ("file", action.kind):
            return False
        return _fits(trigger.about, _file(action.path)) if trigger.broad else tied or trigger.about == action.path
    if trigger.way == "command":
        return action.kind == "command" and words_follow(trigger.about, action.command)
    if trigger.way == "prompt":
        return action.kind == "prompt" and says(action.text, trigger.about)
    return trigger.way == ANY and action.kind == "prompt"


def _file(path: str) -> str:
    """The file of a place."""
    try:
        return parse_anchor(path).path
    except OldhandError:
        return path


def _fits(pattern: str, path: str) -> bool:
    glob = _glob(pattern) if path and fits_perhaps(pattern, path) else None
    return glob is not None and glob.matches(path)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> "Glob | None":
    """A pattern made ready, which many actions are asked about; None for one that cannot be used."""
    from oldhand.code.globbing import Glob  # most memories near an action name no files by a pattern

    try:
        return Glob(pattern)
    except BadPattern:
        return None


def says(text: str, words: str) -> bool:
    """Whether a text says some words one after the other, in any of their forms."""
    from oldhand.model.terms import index_terms

    wanted, said = tuple(index_terms(words)), _terms(text[:MOST_PROMPT])
    size = len(wanted)
    return bool(size) and any(said[at : at + size] == wanted for at, term in enumerate(said) if term == wanted[0])


@lru_cache(maxsize=2)
def _terms(text: str) -> tuple[str, ...]:
    """The terms of a prompt, which is asked about once for each trigger."""
    from oldhand.model.terms import index_terms

    return tuple(index_terms(text))
