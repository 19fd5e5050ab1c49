"""The reasoning of a session as it was said: supposed, tried, found, given up, turned to; how sure it sounded; what is
left open. Everything here is a function of the events alone, so that the same session always gives the same.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from oldhand.knowledge.shell_words import programs
from oldhand.model.session import CALL, COMMAND, EDIT, NOTE, PROMPT, REPLY, RESULT, WRITE, Event
from oldhand.sessions.correcting import corrections
from oldhand.sessions.engram_saying import (
    AGAINST,
    BECAUSE,
    FOUND,
    HEDGED,
    INTENDED,
    NOBODY,
    OPEN,
    SUPPOSED,
    SURE,
    TRIED,
    TURNED,
    Own,
    said_by_agent,
    spoken,
)
from oldhand.sessions.said import typed

MOST_STEPS = 40  # of a reasoning trail that are kept; of more, the beginning and the end
MOST_ELIMINATED = 20
MOST_POINTS = 30  # of a trajectory
MOST_OPEN = 15
LONGEST_SAID = 240  # characters of a sentence that are kept
NEAR = 6  # sentences within which what failed is the try or supposition before it
FAILED_COMMAND = 120  # characters of a command or path that are kept

# Of the trajectory: 50 is where a session begins; the steps are chosen so that three failures or two passes in a row
# are seen at a glance. It is a scale of marks, not a probability.
BEGIN, LEAST, MOST = 50, 5, 95
MARKS = {
    "doubt": -4,
    "sure": 3,
    "failed": -8,
    "passed": 6,
    "corrected": -12,
    "interrupted": -10,
    "given up": -5,
    "found": 6,
}

SUPPOSE, TRY, FIND, GIVE_UP, TURN = "supposed", "tried", "found", "gave up", "turned"
TODO_TOOLS = frozenset({"todowrite", "todo_write", "update_plan", "taskupdate", "write_todos", "manage_todo_list"})
_DONE = frozenset({"completed", "done", "cancelled", "canceled", "deleted"})


class Step(NamedTuple):
    """A step of the reasoning: when (ms), what it is (supposed, tried, found, gave up, turned), and the words."""

    at: int
    kind: str
    text: str


class Eliminated(NamedTuple):
    """An option that was given up: what it was, in the agent's words, and why; in the order of giving up."""

    at: int
    option: str
    why: str


class Point(NamedTuple):
    """How sure the session sounds after something: when (ms), 5 to 95, and what moved it."""

    at: int
    value: int
    trigger: str


class Reasoning(NamedTuple):
    """What was said of the reasoning, in order."""

    trail: tuple[Step, ...]
    eliminated: tuple[Eliminated, ...]


def reasoning(events: Iterable[Event], own: Own = NOBODY) -> Reasoning:
    """The reasoning trail of a session and the options that it gave up, in the words of its agent."""
    steps: list[Step] = []
    gone: list[Eliminated] = []
    seen: set[str] = set()
    options: list[tuple[int, str]] = []  # (number of its sentence, words) of what was supposed or tried last
    failed = ""  # the last thing that failed, for "it still fails"
    number = 0
    for event in events:
        if event.kind == RESULT and event.ok is False and not event.agent:
            failed = _failure(event)
        if not said_by_agent(event):
            continue
        for sentence in spoken(event.text):
            number += 1
            kind = kind_of(sentence)
            if not kind or sentence in seen or own.said(sentence):
                continue
            seen.add(sentence)
            said = clipped(sentence)
            steps.append(Step(event.at, kind, said))
            if kind in (SUPPOSE, TRY):
                options.append((number, said))
            elif kind == GIVE_UP:
                near = options.pop()[1] if options and number - options[-1][0] <= NEAR else ""
                gone.append(_eliminated(event.at, sentence, near, failed))
    return Reasoning(_both_ends(steps, MOST_STEPS), tuple(gone[:MOST_ELIMINATED]))


def kind_of(sentence: str) -> str:
    """What a sentence is in the reasoning; empty for nothing of it. A question is nothing but a question."""
    if sentence.endswith("?"):
        return ""
    marks = ((AGAINST, GIVE_UP), (TURNED, TURN), (TRIED, TRY), (FOUND, FIND), (SUPPOSED, SUPPOSE))
    kind = next((kind for mark, kind in marks if mark.search(sentence)), "")
    if kind == GIVE_UP and sentence.casefold().startswith(("if ", "если ")):
        return ""
    return "" if kind == FIND and INTENDED.search(sentence) else kind


def _eliminated(at: int, sentence: str, near: str, failed: str) -> Eliminated:
    """The option that a sentence gives up: what stood shortly before it, else its own words."""
    if near:
        return Eliminated(at, near, clipped(sentence))
    if mark := BECAUSE.search(sentence):
        what, why = sentence[: mark.start()].strip(" ,;:"), sentence[mark.end() :].strip(" ,;:.")
        if len(what.split()) > 1 and why:
            return Eliminated(at, clipped(what), clipped(why))
    return Eliminated(at, clipped(sentence), failed)


def _failure(result: Event) -> str:
    """The last line of a failure that says something."""
    lines = [line.strip() for line in result.text[-2000:].splitlines() if line.strip()]
    return clipped(" ".join(lines[-1].split())) if lines else ""


def confidence(events: Iterable[Event], own: Own = NOBODY) -> tuple[Point, ...]:
    """How sure the session sounded, from marks: what was said, what failed and passed, what the person corrected."""
    value, points = BEGIN, [Point(0, BEGIN, "begin")]
    calls: dict[str, Event] = {}
    seen: set[str] = set()
    for event in events:
        if event.kind == CALL:
            calls[event.call or event.key] = event
            continue
        trigger, words = _trigger(event, calls, own, seen)
        if not trigger:
            continue
        moved = max(LEAST, min(MOST, value + MARKS[trigger]))
        if moved != value:
            value = moved
            points.append(Point(event.at, value, f"{trigger}: {words}" if words else trigger))
    if points[1:]:
        points[0] = points[0]._replace(at=points[1].at)
    return _telling(points) if len(points) > 1 else ()


def _trigger(event: Event, calls: dict[str, Event], own: Own, seen: set[str]) -> tuple[str, str]:
    """The mark that an event is, and words of it; empty for none. seen: sentences that counted already."""
    if event.kind == RESULT and not event.agent:
        call = calls.get(event.call or event.key)
        if event.detail.get("interrupted") or event.detail.get("refused"):
            return "interrupted", _what(call or event)
        if event.ok is False:
            return "failed", _what(call or event)
        if event.ok and call is not None and call.tool == COMMAND and checks(call.text):
            return "passed", _what(call)
        return "", ""
    if event.kind == NOTE and event.detail.get("what") == "interrupted":
        return "interrupted", ""
    if event.kind == PROMPT and typed(event):
        rules = corrections(event.text)
        return ("corrected", clipped(rules[0].text)) if rules else ("", "")
    if said_by_agent(event):
        for sentence in spoken(event.text):
            if sentence.endswith("?") or sentence in seen or own.said(sentence):
                continue
            seen.add(sentence)
            for mark, name in ((AGAINST, "given up"), (FOUND, "found"), (HEDGED, "doubt"), (SURE, "sure")):
                if mark.search(sentence) and not (name == "found" and INTENDED.search(sentence)):
                    return name, clipped(sentence)
    return "", ""


CHECKING = frozenset({
    "test", "tests", "pytest", "check", "lint", "mypy", "ruff", "tsc", "jest", "vitest", "build", "clippy", "vet",
    "eslint", "tox", "nox", "rspec", "phpunit", "ctest", "typecheck", "verify", "gradlew", "unittest", "compile",
})  # fmt: skip


# Programs that show or move files, whatever the files are called.
SHOWING = frozenset({
    "test", "[", "cat", "sed", "grep", "rg", "ls", "head", "tail", "find", "echo", "cd", "git",
    "less", "wc", "cp", "mv", "rm",
    "mkdir", "gh", "curl", "awk", "diff", "which", "tree", "touch", "chmod", "open", "export", "source", "kill",
    "ps", "sleep", "printf", "jq",
})  # fmt: skip
FIRST_WORDS = 4  # of a program's words that may name a check: `npm run test:ci`, `python -m pytest -q`


def checks(command: str) -> bool:
    """Whether a command checks the work: it names a test, a linter or a build among its first words."""
    for words in programs(command[:2000]):
        if not words or words[0].rpartition("/")[2] in SHOWING:
            continue
        for word in words[:FIRST_WORDS]:
            parts = word.casefold().rpartition("/")[2].replace(":", "-").replace("_", "-").split("-")
            if not CHECKING.isdisjoint(parts) and "." not in word[1:]:
                return True
    return False


def _what(event: Event) -> str:
    """What a call is about, in a few words."""
    said = event.text if event.tool == COMMAND else event.target or event.name
    first = " ".join(said[:1000].split())
    return first if len(first) <= FAILED_COMMAND else first[: FAILED_COMMAND - 1] + "…"


def _telling(points: list[Point]) -> tuple[Point, ...]:
    """At most MOST_POINTS of a trajectory: its ends, and those at which it turns, the largest turns first."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    inner = range(1, len(points) - 1)
    turns = sorted(inner, key=lambda i: (-abs(points[i + 1].value - 2 * points[i].value + points[i - 1].value), i))
    kept = sorted({0, len(points) - 1, *turns[: MOST_POINTS - 2]})
    return tuple(points[i] for i in kept)


def _both_ends(steps: Sequence[Step], most: int) -> tuple[Step, ...]:
    if len(steps) <= most:
        return tuple(steps)
    return (*steps[: most // 2], *steps[-(most - most // 2) :])


def open_items(events: Sequence[Event], own: Own = NOBODY) -> tuple[str, ...]:
    """What is left: items of the host's own list that are not done, what the last words say is left, open questions."""
    found: dict[str, None] = {}
    for text in _todos(events):
        found[text] = None
    replies = [event for event in events if event.kind == REPLY and not event.agent and event.text.strip()]
    for event in replies[-1:]:
        for sentence in spoken(event.text):
            if OPEN.search(sentence) and not own.said(sentence):
                found[clipped(sentence)] = None
    for event in events:
        if event.kind == CALL and event.tool in (EDIT, WRITE) and not event.agent:
            found |= dict.fromkeys(_marked(str(event.detail.get("new", "")), str(event.detail.get("old", ""))))
    said = [event for event in events if event.kind in (REPLY, PROMPT) and not event.agent and event.text.strip()]
    if said and (asked := _question(said[-1])):
        found[asked] = None
    return tuple(found)[:MOST_OPEN]


def _question(event: Event) -> str:
    """The question that a last message ends with, and who asks it."""
    last = " ".join(event.text.strip()[-2 * LONGEST_SAID :].split())
    if not last.endswith("?") or (event.kind == PROMPT and not typed(event)):
        return ""
    start = max(last.rfind(mark, 0, -1) for mark in (". ", "! ", "? ", ": "))
    return f"{'the agent asks' if event.kind == REPLY else 'the person asks'}: {clipped(last[start + 1 :].strip())}"


def _marked(new: str, old: str) -> list[str]:
    """Lines with TODO or FIXME that an edit brought."""
    before = {line.strip() for line in old.splitlines()}
    lines = [line.strip() for line in new.splitlines() if "TODO" in line or "FIXME" in line]
    return [clipped(line) for line in lines[:MOST_OPEN] if line not in before]


def _todos(events: Sequence[Event]) -> list[str]:
    """The items that the host's last list of tasks has and that are not done."""
    for event in reversed(events):
        if event.kind == CALL and event.name.rpartition(".")[2].lower() in TODO_TOOLS and not event.agent:
            try:
                said: Any = json.loads(event.text)
            except (ValueError, RecursionError):
                continue
            return _undone(said)
    return []


def _undone(said: Any) -> list[str]:
    """The items of a list of tasks that are not done, in whatever form hosts give one."""
    if not isinstance(said, dict):
        return []
    lists = [said[name] for name in ("todos", "plan", "todoList") if isinstance(said.get(name), list)]
    found = []
    for item in lists[0][:100] if lists else []:
        if not isinstance(item, dict) or str(item.get("status", "")).lower() in _DONE:
            continue
        texts = [item[name] for name in ("content", "step", "title", "description") if isinstance(item.get(name), str)]
        if texts and texts[0].strip():
            found.append(clipped(texts[0]))
    return found


def clipped(text: str, most: int = LONGEST_SAID) -> str:
    """A text of one line within its bound."""
    said = " ".join(text.split())
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"
