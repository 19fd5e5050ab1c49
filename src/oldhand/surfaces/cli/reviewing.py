"""Walking through a review at a terminal: one item at a time, one key for each choice."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import OldhandError, UnknownId
from oldhand.memory import Memory
from oldhand.model.visible import line
from oldhand.operation import call
from oldhand.surfaces.cli.keyboard import END, ESCAPE, RESIZED, RESUMED, Keyboard
from oldhand.surfaces.cli.render import in_lines
from oldhand.surfaces.cli.screen import Screen
from oldhand.surfaces.review_text import item_lines

MOST = 500  # items of one walk: more than anybody settles at a sitting
LONGEST_EDIT = 1_048_576  # bytes read back from an editor: a memory's text is far shorter
DAYS = 7  # that d puts off for; D asks
STEPS_TOLD = 12  # of what was done, at the end
RUSSIAN = dict(zip("фукдвыигй", "aerldsbuq", strict=True))  # what the same keys give on a Russian keyboard
HELP = (
    ("a", "accept: it holds (of two, say which)"), ("e", "edit: your words take its place"),
    ("r", "reject: it is wrong and stays away"), ("l", "link: say how it stands to another memory"),
    ("d", f"defer: not shown to you for {DAYS} days (D asks how many)"), ("s", "skip: on to the next"),
    ("b", "back to the one before"), ("u", "undo your last step"), ("?", "this help"), ("q", "quit"),
)  # fmt: skip
KEYS = "[a]ccept [e]dit [r]eject [l]ink [d]efer [s]kip [b]ack [u]ndo [?] [q]uit"
SHORT = "a e r l d s b u ? q"
RELATIONS = "supersedes, answers, relates_to, depends_on, caused_by, part_of, derived_from"


class Done(NamedTuple):
    """A step that was taken: about which item, in words, and the operation and arguments that undo it."""

    at: int
    verb: str
    said: str
    undo: tuple[str, dict[str, Any]]


class Walk:
    """One walk through what waits. `run` returns the exit code."""

    def __init__(self, memory: Memory, screen: Screen, keyboard: Keyboard) -> None:
        self._memory, self._screen, self._keyboard = memory, screen, keyboard
        reply = call(memory, "review", {"limit": MOST})
        self._names = [one.name for one in reply.items]
        self._keys = [_identity(one) for one in reply.items]
        self._more = reply.waiting - len(reply.items)
        self._steps: list[Done] = []
        self._at = 0

    def run(self) -> int:
        """Walk until the end, q, Ctrl-D or Ctrl-C; then tell what was done."""
        code = 0
        try:
            while 0 <= self._at < len(self._names) and self._visit():
                pass
        except KeyboardInterrupt:
            code = 130  # the shells' code for a command ended by Ctrl-C
        self._summary()
        return code

    # -- one item ------------------------------------------------------------------------------

    def _visit(self) -> bool:
        """Show the item and do what the next key says; whether to go on."""
        one = self._shown()
        while True:
            key = self._keyboard.key()
            key = "D" if key == "В" else RUSSIAN.get(key.lower(), key)
            if key in (RESIZED, RESUMED):
                self._screen.fit()
                return True
            if key in ("q", "Q", END):
                return False
            if key in ("s", "S", " ", "right", "down", "n"):
                self._at += 1
                return True
            if key in ("b", "B", "left", "up"):
                if not self._at:
                    self._say("This is the first one.")
                    continue
                self._at -= 1
                return True
            if key in ("u", "U"):
                self._undo()
                return True
            if key in ("?", "h"):
                self._say("\n".join(self._screen.wrapped(f"{name}  {meaning}", "  ") for name, meaning in HELP))
                continue
            if (chosen := self._choices().get(key)) is None:
                if key not in (ESCAPE, "\n", "\r"):
                    self._say(f"'{line(key)}' does nothing here; ? tells the keys.")
                continue
            if one is None:
                self._say("It no longer waits; s goes on, b goes back, u undoes your last step.")
                continue
            if self._tried(chosen, one):
                self._at += 1
                return True
            self._prompt()

    def _choices(self) -> dict[str, Callable[[Any], Done | None]]:
        return {
            "a": self._accept, "e": self._edit, "r": self._reject, "l": self._link, "d": self._defer,
            "D": self._defer_long,
        }  # fmt: skip

    def _tried(self, chosen: Callable[[Any], Done | None], one: Any) -> bool:
        """Take a step; whether it was taken. An error is told, and the item stays."""
        try:
            done = chosen(one)
        except OldhandError as error:
            self._say(self._screen.style(self._screen.wrapped(str(error)), "red"))
            return False
        if done is None:
            self._say("Nothing was changed.")
            return False
        self._steps.append(done)
        self._say(self._screen.style(self._screen.wrapped(done.said), "green"))
        return True

    def _shown(self) -> Any:
        """Show the item as it stands now; None when it no longer waits."""
        wanted = self._keys[self._at]
        try:
            now = call(self._memory, "review", {"name": self._names[self._at]}).items
        except UnknownId:
            now = []  # somebody erased it
        one = next((one for one in now if _identity(one) == wanted), None)
        place = f"{self._at + 1}/{len(self._names)}"
        self._screen.write("\n")
        if one is None:
            name = self._names[self._at]
            self._screen.write(self._screen.wrapped(f"{place}  {name} no longer waits.") + "\n")
        else:
            head, *rest = item_lines(one, settling=False)
            head = head._replace(text=head.text.replace(f"{one.number}. ", f"{place}  ", 1))
            self._screen.write(in_lines(self._screen, [head, *rest]))
        self._prompt()
        return one

    def _prompt(self) -> None:
        keys = KEYS if len(KEYS) < self._screen.width else SHORT
        self._screen.write(self._screen.style(keys, "dim") + "\n")

    def _say(self, text: str) -> None:
        self._screen.write(text + "\n")

    # -- the choices ---------------------------------------------------------------------------

    def _accept(self, one: Any) -> Done | None:
        arguments: dict[str, Any] = {"names": [one.name]}
        if len(one.memories) > 1:
            which = self._which([side.id for side in one.memories], "Which one holds?", both=True)
            if which is None:
                return None
            arguments |= {"both": True} if which == "both" else {"holds": which}
        elif one.memories and len(one.memories[0].wordings) > 1:
            if (which := self._which([said.revision for said in one.memories[0].wordings], "Which holds?")) is None:
                return None
            arguments["holds"] = which
        return self._step("accepted", "review_accept", arguments)

    def _reject(self, one: Any) -> Done | None:
        wrong: str | None = one.memories[0].id if one.memories else one.name
        if len(one.memories) > 1:
            wrong = self._which([side.id for side in one.memories], "Which one is wrong?")
        if wrong is None or (reason := self._asked("Why is it wrong? (Enter: no reason, Ctrl-C: leave it) ")) is None:
            return None
        return self._step("rejected", "review_reject", {"names": [wrong], "reason": reason})

    def _edit(self, one: Any) -> Done | None:
        name, side = one.name, one.memories[0]
        if len(one.memories) > 1:
            which = self._which([memory.id for memory in one.memories], "Which one is reworded and replaces the other?")
            if which is None:
                return None
            side = next(memory for memory in one.memories if memory.id == which)
            name = "+".join([which, *(memory.id for memory in one.memories if memory.id != which)])
        before = side.wordings[-1].text
        text = self._written(before)
        if text is None or not text.strip() or text == before:
            return None
        return self._step("edited", "review_edit", {"name": name, "text": text})

    def _link(self, one: Any) -> Done | None:
        name: str | None = one.memories[0].id
        target: str | None = None
        if len(one.memories) > 1:
            name = self._which([side.id for side in one.memories], "From which one?")
            target = next((side.id for side in one.memories if side.id != name), None)
        if name is None or not (relation := self._asked(f"How does it stand to the other? ({RELATIONS}) ")):
            return None
        target = target or self._asked("To which memory? (its id) ")
        if not target:
            return None
        return self._step("linked", "review_link", {"name": name, "relation": relation, "target": target})

    def _defer(self, one: Any, days: int = DAYS) -> Done | None:
        reply = call(self._memory, "review_defer", {"names": [one.name], "days": days})
        undo = ("review_defer", {"names": [one.name], "days": 0})
        return Done(self._at, "put off", f"{one.name}: put off until {reply.until[:10]}.", undo)

    def _defer_long(self, one: Any) -> Done | None:
        said = self._asked("For how many days? ")
        if not said or not said.strip().isdecimal() or not int(said[:9]):
            return None
        return self._defer(one, int(said[:9]))

    def _step(self, verb: str, operation: str, arguments: dict[str, Any]) -> Done:
        reply = call(self._memory, operation, arguments)
        said = "; ".join(f"{'+'.join(name[:12] for name in one.ids)}: {one.done}" for one in reply.settled)
        return Done(self._at, verb, f"{said}.", ("review_undo", {"root": reply.root}))

    def _undo(self) -> None:
        """Undo the last step and go back to its item."""
        if not self._steps:
            self._say("You have taken no step yet.")
            return
        done = self._steps[-1]
        try:
            call(self._memory, *done.undo)
        except OldhandError as error:
            self._say(self._screen.style(self._screen.wrapped(str(error)), "red"))
            return
        self._steps.pop()
        self._at = done.at
        self._say(f"Undone: {done.verb}.")

    # -- asking --------------------------------------------------------------------------------

    def _which(self, names: list[str], question: str, *, both: bool = False) -> str | None:
        """One of several, chosen by its number; `both` where that is offered; None for none of them."""
        offered = ", ".join(f"{number} {name[:12]}" for number, name in enumerate(names, 1))
        more = ", b both" if both else ""
        self._say(self._screen.wrapped(f"{question} {offered}{more}; any other key leaves it."))
        key = self._keyboard.key()
        while key in (RESIZED, RESUMED):
            key = self._keyboard.key()
        if both and RUSSIAN.get(key, key) == "b":
            return "both"
        return names[int(key) - 1] if key.isdecimal() and key.isascii() and 0 < int(key) <= len(names) else None

    def _asked(self, question: str) -> str | None:
        """A line that is typed; None when it is given up."""
        said: str | None = None
        with suppress(KeyboardInterrupt):  # however early it is pressed, Ctrl-C gives up this question alone
            self._screen.write(self._screen.wrapped(question) + " ")
            said = self._keyboard.line()
        if said is None:
            self._screen.write("\n")
        return said

    def _written(self, before: str) -> str | None:
        """A text as the person's editor leaves it; typed as a line where there is none."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
        try:
            words = shlex.split(editor)
        except ValueError:
            words = []
        if words:
            try:
                with self._keyboard.as_found():
                    return edited(words, before)
            except (OSError, subprocess.SubprocessError) as error:
                self._say(self._screen.wrapped(f"The editor '{line(words[0])}' did not do it ({error})."))
        return self._asked("The new words (Ctrl-C: leave it): ")

    # -- the end -------------------------------------------------------------------------------

    def _summary(self) -> None:
        """Say what was done, how each step is undone, and what is left."""
        write, screen = self._screen.write, self._screen
        if not self._names:
            write("Nothing waits for review.\n")
            return
        counts: dict[str, int] = {}
        for step in self._steps:
            counts[step.verb] = counts.get(step.verb, 0) + 1
        said = ", ".join(f"{count} {verb}" for verb, count in counts.items()) or "nothing was changed"
        left = len(self._names) - len({step.at for step in self._steps}) + self._more
        write("\n" + screen.style(f"Reviewed: {said}; {left} left.", "bold") + "\n")
        for step in self._steps[-STEPS_TOLD:]:
            operation, arguments = step.undo
            undo = (
                f"oldhand review undo {arguments['root'][:12]}" if operation == "review_undo"
                else f"oldhand review defer {arguments['names'][0]} --days 0"
            )  # fmt: skip
            write(screen.style(screen.wrapped(step.said, "  ") + "\n" + screen.wrapped(f"undo: {undo}", "    "), "dim"))
            write("\n")


def _identity(one: Any) -> tuple[str, ...]:
    """What makes an item the same one: its memories' ids."""
    return (one.name, *(side.id for side in one.memories))


def edited(words: list[str], before: str) -> str:
    """A text as an editor leaves it, in a file that only its owner may read and that is removed again.

    Raises OSError and subprocess.SubprocessError when the editor does not run, fails, or leaves no text.
    """
    with tempfile.TemporaryDirectory(prefix="oldhand-review-") as folder:  # 0700
        path = Path(folder) / "memory.txt"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(before + "\n")
        subprocess.run([*words, str(path)], check=True, stdin=sys.stdin, stdout=sys.stdout)
        with path.open("rb") as written:
            said = written.read(LONGEST_EDIT + 1)
    if len(said) > LONGEST_EDIT:
        raise OSError(f"the text has more than {LONGEST_EDIT} bytes")
    try:
        return said.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise OSError("the text is no UTF-8") from None


def walk(memory: Memory, screen: Screen) -> int:
    """Walk through what waits for review, and return the exit code."""
    with Keyboard() as keyboard:
        return Walk(memory, screen, keyboard).run()
