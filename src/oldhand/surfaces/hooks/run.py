"""One hook, from its beginning to its end: read, look, perhaps tell, note, and be gone.

It always ends with 0 and says nothing on any trouble. A thread of its own ends it when its time is over, whatever it
is doing then; should even that be held up, an alarm of the system does.
"""

import _signal  # type: ignore[import-not-found]  # `signal` itself imports `enum`, which takes long
import _thread
import posix
from time import sleep, time_ns

from oldhand.sessions.hooks_of_hosts import AFTER, BEFORE, EVENTS, FORM, PROMPT, SPEAKS, START, WANTS_JSON, neutral
from oldhand.store.acceptance import WORDS, why_not
from oldhand.surfaces.hooks import places, spooling
from oldhand.surfaces.hooks.payload import Happening, Unreadable, received

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.places import Place

DEADLINE_S = 0.8  # of one hook: hosts wait for it, and a person with them
ALARM_S = 1.5  # when the system ends it, should the thread be held up too
OK = 0


class Running:
    """What is known of a hook while it runs, for whoever has to note how it ended."""

    def __init__(self, home: str, host: str, named: str) -> None:
        self.home, self.host, self.named = home, host, named
        self.place: Place | None = None
        self.silence = b"{}\n" if neutral(host, named) in WANTS_JSON.get(host, ()) else b""

    def trouble(self, fault: str) -> None:
        """Note what went wrong where `doctor` looks."""
        store = [f"{self.place.store}/{spooling.SPOOL}"] if self.place else []
        known = [self.home] if places.kind_of(self.home) == places.FOLDER else []
        spooling.trouble(store + known, self.host, self.named, self._clean(fault), now())

    def _clean(self, fault: str) -> str:
        """What went wrong without secrets: it may name a file."""
        from oldhand.model.secret_hints import none_in

        if none_in(fault):
            return fault
        from oldhand.model.secrets import masked

        return masked(fault)


def main(words: "list[str]") -> None:
    """Run one hook and end the process with 0. words: the person's folder, the host, the host's event."""
    known = len(words) == 3 and words[1] in EVENTS
    if not known or not (neutral(words[1], words[2]) or neutral("claude", words[2])):
        posix._exit(OK)
    home = places.variable("OLDHAND_HOME") or words[0]
    if home.startswith("~"):
        from os.path import expanduser

        home = expanduser(home)
    elif not home.startswith("/"):
        home = f"{posix.getcwd()}/{home}"  # as other commands read it: a hook goes to other folders
    running = Running(home, words[1], words[2])
    _thread.start_new_thread(_watch, (running,))
    _signal.setitimer(_signal.ITIMER_REAL, ALARM_S)
    said = running.silence
    try:
        said = answer(running) or said
    except Unreadable as error:
        running.trouble(str(error))
    except BaseException as error:  # noqa: BLE001 - `doctor` tells it; the host must not see it
        running.trouble(f"{type(error).__name__}: {error}")
    _say(said)
    posix._exit(OK)


def now() -> int:
    """The machine's clock in milliseconds since 1970."""
    return time_ns() // 1_000_000


def _watch(running: Running) -> None:
    sleep(DEADLINE_S)
    _thread.start_new_thread(_gone, ())
    running.trouble(f"it took longer than {DEADLINE_S} s and was ended")
    _say(running.silence)
    posix._exit(OK)


def _gone() -> None:
    """End the process although noting the trouble is held up."""
    sleep(0.1)
    posix._exit(OK)


def _say(said: bytes) -> None:
    """Write the answer for the host; one who went away hears nothing."""
    try:
        while said:
            said = said[posix.write(1, said) :]
    except OSError:
        pass  # nobody listens any more


def answer(running: Running) -> bytes:
    """What a hook has to say to its host; empty for nothing. The event is noted in the spool."""
    one = received(running.host, running.named)
    if one is None:
        return b""
    running.host = one.host
    found = places.find(one.folder or posix.getcwd())
    if found is None:
        return b""
    if why := why_not(found.store, None if found.named else running.home):
        if one.event == START:
            running.trouble(f"the memory in {found.store} is not used: {WORDS[why]}")
        return b""
    running.place = found
    from oldhand.surfaces.hooks.lines import line_for, line_told
    from oldhand.surfaces.hooks.screening import Screen

    screen = Screen(running.home, found.store)
    at = now()
    if not one.session:
        return b""
    line = line_for(one, screen, at)
    if not noted(running, one, [line]):
        return b""  # what is told could not be noted either, and would be told again and again
    if one.event not in SPEAKS.get(one.host, ()):
        return b""
    try:
        text, injected = told_at(running, one, at)
    except BaseException as error:  # noqa: BLE001 - noted for `doctor`; what happened is noted all the same
        running.trouble(f"{type(error).__name__}: {error}")
        return b""
    blank = {**line, "text": "", "ok": None, "exit": None}
    if injected and not noted(running, one, [{**blank, **line_told(told, screen)} for told in injected]):
        return b""
    return _in_form(one, text) if text else b""


def noted(running: Running, one: Happening, lines: "list[dict[str, object]]") -> bool:
    """Whether lines could be left in the spool. Where they could not, `doctor` tells why."""
    assert running.place is not None
    try:
        spooling.note(running.place.store, lines, one.host)
    except OSError as error:
        running.trouble(f"the spool cannot be written: {error.strerror or error}")
        return False
    return True


def told_at(running: Running, one: Happening, at: int) -> "tuple[str, list[dict[str, object]]]":
    """What is told at an event, and what is to be noted of it."""
    assert running.place is not None
    from oldhand.store.at_hand import AtHand

    path = places.database(running.place.store)
    if not path:
        raise OSError("the database is missing, or no regular file")
    store = AtHand(path)
    try:
        return told_from(store, running, one, at)
    finally:
        if store.damaged:
            running.trouble(store.damaged)


def told_from(store: "AtHand", running: Running, one: Happening, at: int) -> "tuple[str, list[dict[str, object]]]":
    """What is told at an event from an open store."""
    assert running.place is not None
    if one.event == START:
        from oldhand.surfaces.hooks.opening import opening

        return opening(running.home, running.place, one, store, at)
    if one.event == PROMPT:
        from oldhand.surfaces.hooks.prompts import at_prompt

        return at_prompt(running.home, running.place, one, store, at)
    if one.event in (BEFORE, AFTER) and one.action:
        from oldhand.surfaces.hooks.actions import at_action

        return at_action(running.home, running.place, one, store, at)
    return "", []


def _in_form(one: Happening, text: str) -> bytes:
    """A text for the model in the form that the host wants."""
    from oldhand.model.plain_json import written

    form = FORM.get(one.host, "")
    if form == "hook":
        said: dict[str, object] = {"hookSpecificOutput": {"hookEventName": one.named, "additionalContext": text}}
    else:
        said = {form: text}
        if one.host == "cline":
            said["cancel"] = False  # it wants to be told that the action goes on
    return written(said).encode("ascii") + b"\n"
