"""What the log of a session and the journal tell of it by themselves: mechanical, bounded, and empty without a log.

What a person typed is quoted as what was asked, never taken for a statement; what memory told is not repeated.
"""

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import OldhandError
from oldhand.knowledge.gotchas import Run
from oldhand.knowledge.shell_words import uncommented
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.model.session import CALL, EDIT, OTHER, PROMPT, REPLY, RESULT, WRITE, Event
from oldhand.recall.render import clipped
from oldhand.sessions.commands import runs
from oldhand.sessions.said import typed

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.sessions.whose import Whose
    from oldhand.store.reader import Reader

LONGEST_ITEM = 500  # characters of one thing that is done, next or open
MOST_ITEMS = 20  # of each: who needs more keeps an arc
MOST_FILES = 60  # that a session changed, and that a checkpoint holds the digests of
MOST_IDS = 40  # memories told, and decisions made
GATHER_SECONDS = 2.0  # for reading a session: some 50,000 events; of a longer one its beginning tells enough
LONGEST_PROMPT = 300  # characters of what was asked that are quoted
LONGEST_READ = 4_000  # characters of a reply that are looked through for questions
MOST_FAILING = 5
MOST_QUESTIONS = 3
LONGEST_COMMAND = 200
MOST_EVENTS = 500  # latest events of the journal looked through for decisions
# Commands that end with 1 to say no: nothing failed.
ANSWERING = frozenset({"grep", "rg", "egrep", "fgrep", "diff", "cmp", "test", "[", "which", "git-grep"})
# Commands that only look: that they fail is mostly found out by them, and nothing is left to do.
LOOKING = frozenset({"ls", "cat", "head", "tail", "sed", "find", "stat", "file", "tree", "nl", "less", "wc"})
FEWEST_WORDS = 4  # of a prompt that says what a session is about, if any has as many
LISTS = frozenset({"todowrite", "update_plan", "todo_write", "updatetodos"})  # tools that keep a list of tasks


class Gathered(NamedTuple):
    """What is known of a session by itself. text: what was asked of it; done: what its last reply says, quoted; next:
    the tasks on the host's own list; open: what its last reply asks; files: that it changed, the latest first;
    failing: commands whose last run failed; told: memories told to it; decided: decisions made while it ran; started,
    last: of its first and last event (ms since 1970, 0 when not known)."""

    text: str = ""
    title: str = ""
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    started: int = 0
    last: int = 0


def gather(memory: "Memory", reader: "Reader", session: "Whose") -> Gathered:
    """What the log and the journal tell of a session; nothing for one that the log does not know."""
    if session.row is None:
        return Gathered()
    try:
        return _gathered(memory, reader, session)
    except OldhandError:
        return Gathered()  # a log that cannot be read is told by `doctor`; the checkpoint is made without it


def _gathered(memory: "Memory", reader: "Reader", session: "Whose") -> Gathered:
    log, until = memory.session_log(), time.monotonic() + GATHER_SECONDS
    events: list[Event] = []
    asked: list[str] = []
    reply, tasks = "", tuple[str, ...]()
    for event in log.events(session.id, (PROMPT, REPLY, CALL, RESULT)):
        if time.monotonic() > until:
            break
        if event.kind == PROMPT and typed(event):
            asked.append(event.text)
        elif event.kind == REPLY and not event.agent and event.text.strip():
            reply = event.text
        elif event.kind == CALL and event.tool == OTHER and event.name.lower() in LISTS:
            tasks = tuple(todos(event.text))
        if event.kind in (CALL, RESULT):
            # Outputs are not needed, and would be megabytes.
            events.append(event._replace(text=event.text if event.kind == CALL else ""))
    assert session.row is not None
    row = session.row
    started = row.session.started or (events[0].at if events else 0)
    ids = dict.fromkeys(one[:SHOWN_DIGITS] for told in log.injections(session.id) for one in told.memories)
    return Gathered(
        _asked(asked), clipped(" ".join(row.session.title.split()), LONGEST_ITEM), (), tasks, _questions(reply),
        _changed(events), _failing(runs(events, str(memory.project.tree))), tuple(ids)[:MOST_IDS],
        _decided(reader, started), started, row.last,
    )._replace(done=_said_last(reply))  # fmt: skip


def _asked(prompts: list[str]) -> str:
    """What was asked first and last, as a quotation."""
    said = [" ".join(one.split()) for one in prompts if one.strip()]
    said = [one for one in said if len(one.split()) >= FEWEST_WORDS] or said
    if not said:
        return ""
    first, last = clipped(said[0], LONGEST_PROMPT), clipped(said[-1], LONGEST_PROMPT)
    return f'Asked: "{first}"' if first == last else f'Asked first: "{first}" Asked last: "{last}"'


def _said_last(reply: str) -> tuple[str, ...]:
    """The beginning of the last reply, as a quotation: it tells mostly what was done."""
    said = clipped(" ".join(reply[:LONGEST_READ].split()), LONGEST_PROMPT)
    return (f'its last words: "{said}"',) if said else ()


def _questions(reply: str) -> tuple[str, ...]:
    """The questions at the end of the last reply, which nobody answered."""
    tail = reply[-LONGEST_READ:].replace("\n", ". ")
    parts = tail.replace("? ", "?\n").replace(". ", ".\n").replace("! ", "!\n").split("\n")
    found = [" ".join(part.split()).lstrip("-*• ") for part in parts if part.rstrip().endswith("?")]
    return tuple(dict.fromkeys(clipped(one, LONGEST_ITEM) for one in found if len(one.split()) > 1))[-MOST_QUESTIONS:]


def _changed(events: list[Event]) -> tuple[str, ...]:
    """The files that edits and writes concern, the latest first; those of failed calls too, which changes nothing."""
    found: dict[str, None] = {}
    for event in reversed(events):
        if event.kind == CALL and event.tool in (EDIT, WRITE):
            named = event.detail.get("paths") or event.detail.get("changed") or [event.target]
            found |= dict.fromkeys(one for one in named if isinstance(one, str) and one)
        if len(found) >= MOST_FILES:
            break
    return tuple(found)[:MOST_FILES]


def _failing(sequence: list[Run]) -> tuple[str, ...]:
    """The commands whose last run failed, the latest first."""
    last: dict[str, Run] = {}
    for one in sequence:
        last.pop(one.command, None)
        last[one.command] = one
    failed = [one for one in reversed(last.values()) if one.exit and not _answers(one)]
    # A comment in a command is nothing that failed, and may say anything.
    told = ((clipped(" ".join(uncommented(one.command).split()), LONGEST_COMMAND), one.exit) for one in failed)
    return tuple(f"{command} (exit {code})" for command, code in told if command)[:MOST_FAILING]


def _answers(run: Run) -> bool:
    """Whether a command only looked, or says no by its exit: then nothing failed."""
    words = run.command.rpartition("&& ")[2].split() if run.command.startswith("cd ") else run.command.split()
    program = words[0].rpartition("/")[2] if words else ""
    return program in LOOKING or (run.exit == 1 and program in ANSWERING)


def _decided(reader: "Reader", started: int) -> tuple[str, ...]:
    """The decisions that were remembered while a session ran."""
    if not started:
        return ()
    found: dict[str, None] = {}
    for _, event in reader.journal_latest(MOST_EVENTS, op="assert"):
        if event.clock[0] < started:
            break
        if event.fields.get("kind") == "decision":
            found[event.memory[:SHOWN_DIGITS]] = None
    return tuple(found)[:MOST_IDS]


def todos(text: str) -> list[str]:
    """What a list of tasks that the host keeps still has to do. text: the JSON of the call that wrote it."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []  # it was cut, or is no list of tasks
    entries: Any = next((said[name] for name in ("todos", "plan") if isinstance(said, dict) and name in said), [])
    found = []
    for one in entries if isinstance(entries, list) else []:
        if isinstance(one, dict) and one.get("status") not in ("completed", "done", "cancelled"):
            words = next((one[name] for name in ("content", "step", "task") if isinstance(one.get(name), str)), "")
            found.append(clipped(" ".join(words.split()), LONGEST_ITEM))
    return [one for one in found if one][:MOST_ITEMS]
