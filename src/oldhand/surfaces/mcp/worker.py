"""The one thread in which a server's operations run, one at a time, with the memory they share.

A database connection belongs to the thread that opened it, so memory is opened, used and closed
here and nowhere else; the server's own loop stays free to answer pings and take cancellations.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from oldhand.errors import NoStore, NotWritable, OldhandError, StoreNotAccepted, UnusableStore
from oldhand.memory import Memory
from oldhand.operation import call

# What may have been mended when the next call comes.
REOPEN_AFTER = (NoStore, StoreNotAccepted, UnusableStore, NotWritable)
FIRST_SECONDS = 1.0  # after the start, and after a call, before what is done in idle times: a host asks several at once
# The same where a call came in before the work of an idle time was done: who asks every few seconds is not kept waiting
# each time by what begins anew (git lists a history of 60,000 commits in a second, and is not interrupted in it).
CUT_SHORT_SECONDS = 5.0
IDLE_SECONDS = 15.0  # between looks in idle times: each costs some 50 µs when there is nothing to do
Result = TypeVar("Result")


Idle = Callable[[Memory, "Idleness"], bool]


class Idleness(NamedTuple):
    """How it stands with a server's idle time. wanted: tells whether somebody asks for something by now; ending:
    whether the server is about to end, so that its host waits."""

    wanted: Callable[[], bool]
    ending: bool


class Caller(NamedTuple):
    """Who asks and through which surface; an empty actor is the one that the memory was opened for."""

    actor: str
    surface: str


class MemoryThread:
    """A memory that lives in a thread of its own, which ends with the process at the latest.

    opened: makes the memory when it is first needed, and anew after a store was missing or unusable,
    so that a store which appears later is found; idle: what is done when nobody asks, and once before the end: it is
    brief, or ends soon after somebody asks, which its second argument tells, and tells whether it has more to do.
    """

    def __init__(self, opened: Callable[[], Memory], idle: "Idle | None" = None) -> None:
        self._opened, self._idle = opened, idle
        self._memory: Memory | None = None
        self._actor = self._surface = ""
        self._waiting: SimpleQueue[tuple[Future[Any], Caller, Callable[[Memory], Any]] | None] = SimpleQueue()
        self._closing = self._cut_short = False
        self._thread = threading.Thread(target=self._serve, name="oldhand-memory", daemon=True)
        self._thread.start()

    async def call(self, caller: Caller, name: str, arguments: dict[str, Any], told: Callable[[Any], Result]) -> Result:
        """Run an operation and return its reply as `told` puts it. Raises the errors of oldhand.errors.

        A call that is cancelled before its turn is not run; one that runs is brought to its end.
        """
        return await self.run(caller, lambda memory: told(call(memory, name, arguments)))

    async def run(self, caller: Caller, work: Callable[[Memory], Result]) -> Result:
        """Run `work` on the memory in its thread, after everything that was asked for earlier."""
        future: Future[Result] = Future()
        self._waiting.put((future, caller, work))
        return await asyncio.wrap_future(future)

    def close(self, seconds: float) -> bool:
        """Drop what waits, let what runs end, and close the memory. False when that took longer than `seconds`."""
        self._closing = True
        self._waiting.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            future, caller, work = job
            if self._closing:
                future.cancel()
            elif future.set_running_or_notify_cancel():
                self._run(future, caller, work)
        self._use_the_time()
        with suppress(OldhandError):  # a store that cannot be closed well is found by the next one to open it
            self._forget()

    def _next(self) -> "tuple[Future[Any], Caller, Callable[[Memory], Any]] | None":
        """The next that is asked for; while nobody asks, the time is used."""
        pause = CUT_SHORT_SECONDS if self._cut_short else FIRST_SECONDS
        while self._idle is not None:
            try:
                return self._waiting.get(timeout=pause)
            except Empty:
                pause = FIRST_SECONDS if self._use_the_time() else IDLE_SECONDS
                self._cut_short = not self._waiting.empty()
        return self._waiting.get()

    def _use_the_time(self) -> bool:
        """Do what is done in idle times; whether there is more of it."""
        if self._idle is None:
            return False
        try:
            memory = self._ready(Caller("", ""))
            if not memory.project.remembered:
                self._forget()  # a store that is made before the next call is to be found by it
                return False
            return self._idle(memory, Idleness(lambda: not self._waiting.empty(), self._closing))
        except OldhandError:
            return False  # no store here, or none that can be used: whoever asks for something is told
        # Told in the log with its place: a bug in what nobody asked for must not end the server.
        except Exception as error:
            logging.getLogger("oldhand").error("unexpected error", exc_info=error)
            return False

    def _run(self, future: "Future[Any]", caller: Caller, work: Callable[[Memory], Any]) -> None:
        try:
            future.set_result(work(self._ready(caller)))
        except OldhandError as error:
            if isinstance(error, REOPEN_AFTER):
                with suppress(OldhandError):
                    self._forget()
            future.set_exception(error)
        # Told to the caller as a failure, and to the log with its place: a bug must not end the server.
        except Exception as error:
            logging.getLogger("oldhand").error("unexpected error", exc_info=error)
            place = innermost(error.__traceback__)
            future.set_exception(OldhandError(f"{type(error).__name__} at {place}. `oldhand doctor` looks further."))

    def _ready(self, caller: Caller) -> Memory:
        if self._memory is None:
            self._memory = self._opened()
            self._actor, self._surface = self._memory.actor, self._memory.surface
        memory = self._memory
        memory.forget_settings()  # another process may have changed them since the last call
        memory.actor = caller.actor or self._actor
        memory.origin = memory.surface = caller.surface or self._surface
        return memory

    def _forget(self) -> None:
        memory, self._memory = self._memory, None
        if memory is not None:
            memory.close()


def innermost(place: TracebackType | None) -> str:
    """Where an exception was raised, as module:line. Its text is left out on purpose: it may quote memory."""
    if place is None:
        return "an unknown place"
    while place.tb_next:
        place = place.tb_next
    return f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}"
