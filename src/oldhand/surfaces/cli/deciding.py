"""Recording a decision at a terminal: one question after the other, each of which may be left with Enter.

Nothing is kept before the last question is answered with yes. What was given on the command line is not asked again.
"""

from collections.abc import Callable
from typing import Any

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.visible import line
from oldhand.operation import call
from oldhand.reasoning.deciding import MOST_ALTERNATIVES, confidence, estimate
from oldhand.recall.render import clipped
from oldhand.surfaces.cli.keyboard import Keyboard
from oldhand.surfaces.cli.render import render
from oldhand.surfaces.cli.screen import Screen

INTERRUPTED = 130  # the shells' code for a command ended by Ctrl-C
NOTHING_KEPT = "Nothing was recorded."
LONGEST_NAME = 60  # characters of an option in a question
MOST_ITEMS = 50  # of one list that is asked for: whoever types more writes a document
RISKS = {
    "l": "low", "low": "low", "m": "medium", "medium": "medium", "h": "high", "high": "high",
    "н": "low", "с": "medium", "в": "high", "низкий": "low", "средний": "medium", "высокий": "high",
}  # fmt: skip
YES = frozenset({"", "y", "yes", "д", "да", "н"})  # н is the key of y on a Russian keyboard
NO = frozenset({"n", "no", "нет", "т"})


class _GivenUp(Exception):
    """Ctrl-D: nothing is to be recorded."""


def ask(memory: Memory, screen: Screen, given: dict[str, Any]) -> int:
    """Ask for a decision, record it and show it; the exit code."""
    with Keyboard() as keyboard:
        asking = _Asking(memory, screen, keyboard, dict(given))
        try:
            if not asking.questions():
                screen.write(f"{NOTHING_KEPT}\n")
                return 0
        except _GivenUp:
            screen.write(f"\n{NOTHING_KEPT}\n")
            return 0
        except KeyboardInterrupt:
            screen.write(f"\n{NOTHING_KEPT}\n")
            return INTERRUPTED
        return asking.recorded()


class _Asking:
    """The questions and what was answered so far (`given`)."""

    def __init__(self, memory: Memory, screen: Screen, keyboard: Keyboard, given: dict[str, Any]) -> None:
        self._memory, self._screen, self._keyboard, self.given = memory, screen, keyboard, given

    def questions(self) -> bool:
        """Ask everything that was not given; whether it is to be recorded."""
        self._say("Enter leaves a question out; Ctrl-D or Ctrl-C stops and records nothing.", "dim")
        text = self._line("What was decided? ")
        if not text:
            return False
        self.given["text"] = text
        self._known(text)
        self._one("reason", "Why? ")
        self._many("alternatives", "What else was considered? (one at a time) ", most=MOST_ALTERNATIVES)
        if not {"for", "against"} & self.given.keys():
            self._reasons()
        self._checked("confidence", "How sure are you that it goes well? (80%) ", confidence)
        self._many("assumptions", "What has to hold for that? (one at a time) ")
        self._one("predicted", "What do you expect to come of it? ")
        self._many("criteria", "How will you know that it went well? (one at a time) ")
        self._risk()
        self._checked("estimate", "How much effort will it take? (90m, 2h, 1.5d) ", estimate)
        return self._yes("Record it? [Y/n] ")

    def recorded(self) -> int:
        """Record it and show it; what a check asks is asked here."""
        from oldhand.errors import NeedsConsent, SecretFound

        extra: dict[str, Any] = {}
        for _ in range(3):  # as it is, then with the two consents that may be asked for
            try:
                reply = call(self._memory, "decision_record", self.given | extra)
            except (NeedsConsent, SecretFound) as error:
                question = str(error.args[0]) if isinstance(error, NeedsConsent) else f"{error}\nReplace it by a mark?"
                if not self._agreed(f"{question} [y/N] "):
                    self._say(NOTHING_KEPT)
                    return error.exit_code
                extra |= {"yes": True} if isinstance(error, NeedsConsent) else {"redact": True}
            except OldhandError as error:
                self._say(str(error), "red")
                return error.exit_code
            else:
                self._screen.write("\n" + render(self._screen, "decision_record", reply))
                return 0
        return 1

    # -- single questions -------------------------------------------------------------------------

    def _known(self, text: str) -> None:
        """What is known before deciding, if anything is."""
        reply = call(self._memory, "decide", {"text": text})
        if reply.similar or reply.negative or reply.contested or reply.hint:
            self._say("Known about this:", "bold")
            shown = render(self._screen, "decide", reply._replace(lines=reply.lines[:-1]))
            self._screen.write(shown)

    def _reasons(self) -> None:
        """Ask for reasons for and against each option; where there is no other, for and against what was chosen."""
        options = [("chosen", self.given.get("title") or self.given["text"])]
        options += [(str(number), name) for number, name in enumerate(self.given.get("alternatives", ()), 1)]
        for number, name in options:
            shown = clipped(line(name), LONGEST_NAME)
            for argument, word in (("for", "For"), ("against", "Against")):
                for said in self._items(f"{word} '{shown}'? (one at a time) "):
                    self.given.setdefault(argument, []).append(f"{number}: {said}")

    def _one(self, name: str, question: str) -> None:
        if name not in self.given and (said := self._line(question)):
            self.given[name] = said

    def _many(self, name: str, question: str, *, most: int = MOST_ITEMS) -> None:
        if name not in self.given and (items := self._items(question, most)):
            self.given[name] = items

    def _items(self, question: str, most: int = MOST_ITEMS) -> list[str]:
        found: list[str] = []
        while len(found) < most and (said := self._line(question if not found else "  and? ")):
            found.append(said)
        return found

    def _checked(self, name: str, question: str, check: Callable[[str], int]) -> None:
        """A question whose answer has a form; asked again until it has, or is left out."""
        while name not in self.given and (said := self._line(question)):
            try:
                check(said)
            except OldhandError as error:
                self._say(str(error), "red")
            else:
                self.given[name] = said

    def _risk(self) -> None:
        while "risk" not in self.given and (said := self._line("What is at stake? [l]ow [m]edium [h]igh ")):
            if (risk := RISKS.get(said.casefold())) is not None:
                self.given["risk"] = risk
            else:
                self._say("Type l, m or h.", "red")

    def _yes(self, question: str) -> bool:
        while True:
            said = self._line(question).casefold()
            if said in YES or said in NO:
                return said in YES

    def _agreed(self, question: str) -> bool:
        try:
            said = self._line(question).casefold()
        except (_GivenUp, KeyboardInterrupt):
            return False
        return bool(said) and said in YES

    def _line(self, question: str) -> str:
        """A line that is typed, without white space around it. Raises _GivenUp for Ctrl-D."""
        with self._keyboard.as_found():  # before it is asked, so that Ctrl-D counts however soon it is pressed
            self._screen.write(self._screen.wrapped(question) + " ")
            said = self._keyboard.line()
        if said is None:
            raise _GivenUp
        return said.strip()

    def _say(self, text: str, *styles: str) -> None:
        self._screen.write(self._screen.style("\n".join(map(self._screen.wrapped, text.split("\n"))), *styles) + "\n")
