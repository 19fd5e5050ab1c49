"""What git's hooks call: `python -I -m oldhand.surfaces.git_hook EVENT [ARGUMENT …]`.

A commit is never failed or held up for long: whatever goes wrong, this ends with success, says nothing, and is over
within LONGEST seconds. What is in the way is noted for `oldhand doctor`. A commit is noted first, with one write;
what is not done in time is done by the next command that drains.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oldhand.memory import Memory

LONGEST = 2.0  # seconds after which it ends whatever it does; what was noted is worked off later
GRACE = 0.5  # seconds for ending what was started
AT_ONCE = 0.3  # seconds after which no engram is begun any more: a person hardly notices so much
MOST_UNREAD = 1 << 20  # bytes of a transcript that are read on at once; a longer part waits for the next draining
TROUBLE, MOST_TROUBLE = "trouble.jsonl", 65_536  # the file in the spool that `doctor` reads, and its bound in bytes
USAGE = """Usage: oldhand git-hook EVENT [ARGUMENT ...]
What git's hooks call once `oldhand engram enable` has put them in: prepare-commit-msg, post-commit, post-rewrite.
It prints nothing else, and the exit code is always 0.
"""
GIVEN = "message"  # the source of a message that gets the trailer (-m, -F): in others git or an editor still decides
NO_EDITOR = ":"  # what git sets GIT_EDITOR to when no editor follows


def main(arguments: list[str]) -> int:
    """Do what a hook of git asks for; always 0."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return 0
    before = signal.signal(signal.SIGALRM, _out_of_time)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        if os.environ.get("OLDHAND_ENGRAMS", "") != "off":
            _hook(arguments[0], arguments[1:])
    except BaseException as error:  # noqa: BLE001 - a hook must not fail the commit; `doctor` shows what was noted
        _note_trouble(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # whoever called this in their own process goes on
        signal.signal(signal.SIGALRM, before)
    return 0


class OutOfTime(BaseException):
    """The hook has run for LONGEST seconds."""


def _out_of_time(*_: object) -> None:
    """Give up, so that what was started is ended; who does not give up in GRACE seconds is ended by the system.

    A change of the store that is under way is taken back when it is next opened.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, GRACE)
    raise OutOfTime


def agent(environment: dict[str, str]) -> tuple[str, str]:
    """(host, session) of the agent whose shell this is, each empty where the shell does not tell."""
    from oldhand.sessions.engram_hooks import HOSTS, SESSIONS

    for name, host in SESSIONS.items():
        said = environment.get(name, "")
        if said and len(said) <= 200 and said.isprintable():
            return host, said
    return next((host for name, host in HOSTS.items() if environment.get(name)), ""), ""


def _hook(event: str, arguments: list[str]) -> None:
    from oldhand.surfaces.environment import open_memory

    began = time.monotonic()
    with open_memory("hook", origin="git-hook") as memory:
        if not memory.project.remembered or memory.switched:
            return
        strategy = memory.setting("engrams.strategy")
        if strategy in ("manual", "off") and event != "post-rewrite":
            return
        if event == "prepare-commit-msg":
            _message(memory, strategy, arguments)
        elif event in ("post-commit", "post-rewrite"):
            _noted(memory, event, arguments)
            _work(memory, began)


def _message(memory: "Memory", strategy: str, arguments: list[str]) -> None:
    """Add the trailer to the message of an agent's commit."""
    from oldhand.sessions.engram_git import add_trailer, git_folder, new_name, rebasing, session_name

    host, session = agent(memory.environment)  # type: ignore[arg-type]
    source = arguments[1] if len(arguments) > 1 else ""
    if not arguments or not host or source != GIVEN or memory.environment.get("GIT_EDITOR") != NO_EDITOR:
        return
    if memory.setting("engrams.trailer") != "yes":
        return
    folder = git_folder(memory.project.tree, memory.environment)
    if folder is None or rebasing(folder):
        return
    name = session_name(session) if strategy == "per-session" and session else new_name()
    add_trailer(Path(arguments[0]).absolute(), name, memory.environment)


def _noted(memory: "Memory", event: str, arguments: list[str]) -> None:
    """Note a commit, or what was rewritten."""
    from oldhand.code.checkout import checkout
    from oldhand.code.history import head
    from oldhand.sessions.engram_git import amended, git_folder, rebasing, rewritten
    from oldhand.sessions.engram_making import Note, note

    tree, environment = memory.project.tree, memory.environment
    folder = git_folder(tree, environment)
    if folder is None:
        return
    notes: list[Note] = []
    if event == "post-rewrite":
        notes = [Note("rewrite", new, old, at=memory.now()) for old, new in rewritten(folder)]
    elif not rebasing(folder) and (commit := head(tree, environment)):
        host, session = agent(environment)  # type: ignore[arg-type]
        worktree = tree.name if tree != memory.project.root else ""
        old = amended(tree, environment)
        screen = memory.screening().clean
        said = (screen(session), host, memory.now(), screen(checkout(tree).branch), screen(worktree))
        notes = [Note("commit", commit, old, *said)]
    if notes:
        note(memory.project.store, notes)


def _work(memory: "Memory", began: float) -> None:
    """Make the engram at once, where that is quick."""
    from oldhand.sessions.draining import drain
    from oldhand.sessions.engram_making import work_off

    left = int((began + AT_ONCE - time.monotonic()) * 1000)
    drain(memory, max(left, 20))
    if time.monotonic() - began < AT_ONCE:
        worked = work_off(memory, began + LONGEST, following=_short(memory))
        if worked.trouble:
            _note_trouble(worked.trouble)
    if time.monotonic() - began < AT_ONCE:
        from oldhand.surfaces.hooks.opening_made import prepare

        prepare(memory)  # a commit changes the memory: so that the next session need not wait for its opening


def _short(memory: "Memory") -> bool:
    """Whether little of the session's transcript is unread, so that reading on is quick."""
    from oldhand.errors import OldhandError

    _, session = agent(memory.environment)  # type: ignore[arg-type]
    if not session:
        return False
    try:
        source = memory.session_log().session(session).session.source
        said = json.loads(memory.session_log().mark(f"transcript {source}") or "[]")  # as sessions.importing writes it
        read = said[3] if isinstance(said, list) and len(said) == 5 and isinstance(said[3], int) else 0
        return os.stat(source).st_size - read <= MOST_UNREAD
    except (OldhandError, OSError, ValueError):
        return False


def _note_trouble(error: BaseException | str) -> None:
    """Note what was in the way, where `oldhand doctor` looks; a note that cannot be written is lost."""
    with suppress(Exception):
        from oldhand.code.project import find_project, named_store
        from oldhand.model.secrets import masked
        from oldhand.store.own_folders import own
        from oldhand.surfaces.environment import home_folder

        store = os.environ.get("OLDHAND_STORE", "")
        here = find_project(Path.cwd(), home_folder())
        if store:
            place, free = named_store(here, Path(store).expanduser())
            here = here._replace(store=place, home=None if free else home_folder())
        folder = here.store / "spool"
        if not own(folder) or here.refusal:
            return
        what = masked(error if isinstance(error, str) else f"{type(error).__name__}: {error}")[:500]
        at = time.time_ns() // 1_000_000
        line = json.dumps({"v": 1, "at": at, "host": "git", "event": "commit", "fault": what})
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(folder / TROUBLE, flags, 0o600)
        try:
            if os.fstat(descriptor).st_size < MOST_TROUBLE:
                os.write(descriptor, (line + "\n").encode("utf-8", "replace"))
        finally:
            os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
