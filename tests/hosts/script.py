"""What a scripted model says, step by step, and what it was asked."""

import re
import threading
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

MARK = re.compile(r"\bscript:([a-z0-9-]+)")  # names the script in the person's prompt
HELD_SECONDS = 60.0  # an answer that is held longer goes all the same, so that no thread waits for ever
ORDINARY_TOKENS = 1_000  # what an answer reports as the size of its prompt unless a step says otherwise


class Call(NamedTuple):
    """The model calls a tool. `tokens` is the size of the prompt that the answer reports."""

    tool: str
    input: dict[str, Any]
    tokens: int = ORDINARY_TOKENS


class Say(NamedTuple):
    """The model says something, and its turn ends."""

    text: str
    tokens: int = ORDINARY_TOKENS


Step = Call | Say
NOTHING = Say("Done.")  # answers what no script is about
Purpose = Literal["turn", "summary", "other"]


class Asked(NamedTuple):
    """One request that reached the model.

    script: the script it belongs to, empty when it names none; purpose: a step of the script, the summary of a
    compaction, or something else that the host wants (a title, a count); step: the number of the step that was
    answered, from 0; body: the request as JSON.
    """

    script: str
    purpose: Purpose
    step: int
    body: dict[str, Any]


class Scripts:
    """The scripts of one model, where each of them stands, and all that was asked. Used by many threads."""

    def __init__(self) -> None:
        self._steps: dict[str, list[Step]] = {}
        self._next: dict[str, int] = {}
        self._asked: list[Asked] = []
        self._held: set[tuple[str, int]] = set()
        self._changed = threading.Condition()

    def play(self, name: str, *steps: Step) -> str:
        """Put a script in place, and return the words by which a prompt names it."""
        with self._changed:
            self._steps[name], self._next[name] = list(steps), 0
        return f"script:{name}"

    def answer(self, name: str, purpose: Purpose, body: dict[str, Any], answered: int | None) -> tuple[int, Step]:
        """The step that answers this request, and its number.

        answered: the step whose tool result ends the request, if one does; a request that is sent again then gets
        the same answer again.
        """
        with self._changed:
            number = -1
            step: Step = NOTHING
            if purpose == "summary":
                step = Say(f"<analysis>\nShort.\n</analysis>\n<summary>\nWhat was done for script:{name}.\n</summary>")
            elif purpose == "turn" and name in self._steps:
                number = self._next[name] if answered is None else answered + 1
                steps = self._steps[name]
                step = steps[number] if number < len(steps) else NOTHING
                self._next[name] = number + 1
            self._asked.append(Asked(name, purpose, number, body))
            self._changed.notify_all()
            self._changed.wait_for(lambda: (name, number) not in self._held, HELD_SECONDS)
            return number, step

    def hold(self, name: str, step: int) -> None:
        """Let the answer of this step wait until it is released."""
        with self._changed:
            self._held.add((name, step))

    def release(self, name: str) -> None:
        """Let the answers of a script go that were held."""
        with self._changed:
            self._held = {one for one in self._held if one[0] != name}
            self._changed.notify_all()

    def asked(self, name: str, purpose: Purpose = "turn") -> list[Asked]:
        """All requests of a script for this purpose, in order."""
        with self._changed:
            return [one for one in self._asked if one.script == name and one.purpose == purpose]

    def wait_for(self, name: str, count: int, seconds: float) -> bool:
        """Wait until the script was asked so often. False when that took too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: sum(one.script == name and one.purpose == "turn" for one in self._asked) >= count, seconds
            )


def named(texts: Iterator[str]) -> str:
    """The script that the last of these texts to name one names; empty when none does."""
    found = ""
    for text in texts:
        for match in MARK.finditer(text):
            found = match[1]
    return found
