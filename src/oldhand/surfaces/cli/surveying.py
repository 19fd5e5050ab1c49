"""Asking a person about a session at a terminal: a key for each memory that was told, and two questions around them."""

from typing import Any

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.visible import line
from oldhand.operation import call
from oldhand.recall.render import clipped
from oldhand.surfaces.cli.keyboard import END, ESCAPE, RESIZED, RESUMED, Keyboard
from oldhand.surfaces.cli.render import in_lines
from oldhand.surfaces.cli.screen import Screen
from oldhand.surfaces.survey_text import GONE, ID_SHOWN, LONGEST_TEXT, MOST_TOLD, NAME_SHOWN, lines

# What the same keys give on a Russian keyboard: y, n, m, u, w, q and s.
RUSSIAN = dict(zip("нтьгцйы", "ynmuwqs", strict=True))
HELPED = {"y": "yes", "n": "no", "m": "mixed"}
MARKS = {"u": "useful", "n": "noise", "w": "wrong"}
INTERRUPTED = 130  # the shells' code for a command ended by Ctrl-C
ON = ("s", " ", "\n", "\r", ESCAPE)  # keys that leave a question unanswered
QUIT = "q"


def ask(memory: Memory, screen: Screen, given: dict[str, Any]) -> int:
    """Ask about a session, keep the answer and show it; the exit code. What is quit before its end keeps nothing."""
    reply = call(memory, "session_survey", given)
    with Keyboard() as keyboard:
        try:
            answer = _answers(screen, keyboard, reply)
        except KeyboardInterrupt:
            screen.write("\nNothing was kept.\n")
            return INTERRUPTED
        if not answer:
            screen.write("Nothing was kept.\n")
            return 0
        try:
            done = call(memory, "session_survey", {"name": reply.session, **answer})
        except OldhandError as error:
            screen.write(screen.style(screen.wrapped(str(error)), "red") + "\n")
            return error.exit_code
    screen.write(in_lines(screen, list(lines("session_survey", done))))
    return 0


def _answers(screen: Screen, keyboard: Keyboard, reply: Any) -> dict[str, Any]:
    """The arguments of the answer; empty when nothing was answered or it was quit."""
    name = line(reply.session)[:NAME_SHOWN]
    if reply.helped or any((reply.useful, reply.noise, reply.wrong, reply.missing)):
        screen.write("You have answered before; what you answer now takes its place.\n")
    key = _key(screen, keyboard, f"Session {name}. Did memory help? [y]es [n]o [m]ixed [s]kip [q]uit", tuple(HELPED))
    if key == QUIT:
        return {}
    found: dict[str, Any] = {"helped": HELPED[key]} if key in HELPED else {}
    for number, one in enumerate(reply.told[:MOST_TOLD], 1):
        place = f"{number}/{min(len(reply.told), MOST_TOLD)}"
        said = f"{place}  {one.id[:ID_SHOWN]} {one.kind}: {clipped(line(one.text), LONGEST_TEXT) or GONE}"
        key = _key(screen, keyboard, f"{said}\n[u]seful [n]oise [w]rong [s]kip [q]uit", tuple(MARKS))
        if key == QUIT:
            return {}
        if key in MARKS:
            found.setdefault(MARKS[key], []).append(one.id)
    screen.write("What should memory have said? (Enter: nothing) ")
    missing = keyboard.line()
    if missing and missing.strip():
        found["missing"] = missing
    return found


def _key(screen: Screen, keyboard: Keyboard, question: str, keys: tuple[str, ...]) -> str:
    """One of some keys, or QUIT; empty for what leaves the question unanswered."""
    screen.write("\n".join(screen.wrapped(part) for part in question.split("\n")) + "\n")
    while True:
        key = keyboard.key()
        key = RUSSIAN.get(key.lower(), key.lower()) if len(key) == 1 else key
        if key in (RESIZED, RESUMED):
            screen.fit()
        elif key in (END, QUIT):
            return QUIT
        elif key in ON:
            return ""
        elif key in keys:
            return key
