"""The operation `engram show`."""

from itertools import islice
from typing import Literal, NamedTuple

from oldhand.code.git import ask
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import READ, operation
from oldhand.sessions.engram_calls import graph
from oldhand.sessions.engram_keeping import fields_of, named, taking
from oldhand.sessions.engram_reasoning import clipped
from oldhand.sessions.engram_telling import Cost, costs, number
from oldhand.sessions.engram_transcript import read, there

LONGEST_EVENT = 400  # characters of an event's words in a transcript that is shown
DIFF_BYTES = 200_000  # of a diff that is shown; `git show` gives all of it


class EngramShown(NamedTuple):
    """An engram, all of it. tied: how its session was found; before: ids that the commit had; duration, active: ms, the
    second without long pauses; costs: tokens and, by your own prices, what they cost; shown: what memory told and what
    of it shows afterwards; trail, eliminated, confidence: what was thought, given up and how sure it sounded, each with
    its time; critical: the chain of calls that took longest; transcript: bytes kept here, 0 where it is not; lines: the
    part that was asked for."""

    name: str
    id: str
    text: str
    title: str
    commit: str
    before: list[str]
    also: list[str]
    branch: str
    at: str
    session: str
    tied: str
    host: str
    model: str
    duration: int
    active: int
    costs: list[Cost]
    files: list[str]
    decisions: list[str]
    shown: list[str]
    influence: str
    gotchas: list[str]
    trail: list[str]
    eliminated: list[str]
    confidence: list[str]
    calls: str
    critical: list[str]
    work: list[str]
    friction: list[str]
    open: list[str]
    outcome: str
    subagents: list[str]
    sandbox: list[str]
    transcript: int
    part: str
    lines: list[str]


@operation(READ)
def show(
    memory: Memory, name: str, *, part: Literal["summary", "transcript", "calls", "diff"] = "summary", limit: int = 200
) -> EngramShown:  # fmt: skip
    """Show one engram: what a session did until a commit

    Parameters
    name: its name, its commit, or the beginning of either; `latest` for the latest
    part: also the transcript, the graph of the calls, or the commit's diff as git has it
    limit: how many lines of that part are shown at most
    """
    with memory.reading() as reader:
        held = named(memory, reader, name)
    said = fields_of(held)
    lines: list[str] = []
    if part != "summary":
        lines = {"transcript": _transcript, "calls": _calls, "diff": _diff}[part](memory, said, limit)
    at = number(said["at"])
    return EngramShown(
        said["name"], held.id, said["text"], said["title"], said["commit"], said["before"], said["also"],
        said["branch"], iso(at) if at else "", said["session"], said["tied"], said["host"], said["model"],
        number(said["duration"]), number(said["active"]), costs(held, memory.setting("engrams.prices")),
        said["files"], said["decisions"], said["shown"], said["influence"], said["gotchas"], said["trail"],
        said["eliminated"], said["confidence"],
        said["calls"], said["critical"], said["work"], said["friction"], said["open"], said["outcome"],
        said["subagents"], said["sandbox"], there(memory.project.store, said["name"]), part, lines,
    )  # fmt: skip


def _transcript(memory: Memory, said: dict[str, str], limit: int) -> list[str]:
    """The events of the transcript that is kept here, a line each."""
    found = []
    for event in islice(read(memory.project.store, said["name"]), limit):
        what = f"{event.kind} {event.tool}" if event.tool else event.kind
        mark = " failed" if event.ok is False else ""
        agent = f" @{event.agent}" if event.agent else ""
        found.append(
            f"{what}{mark}{agent}: {clipped(event.target, 120)} {clipped(event.text, LONGEST_EVENT)}".rstrip(" :")
        )
    return found


def _calls(memory: Memory, said: dict[str, str], limit: int) -> list[str]:
    """The calls and what led to each, derived anew from the transcript that is kept here."""
    made = graph(read(memory.project.store, said["name"]), str(memory.project.tree))
    led: dict[int, list[str]] = {}
    for tie in made.ties:
        led.setdefault(tie.after, []).append(
            f"{tie.how} #{tie.before}" if tie.how == "delegated" else f"#{tie.before} {tie.how}"
        )
    critical = frozenset(made.critical)
    return [
        f"{'*' if call.number in critical else ' '} #{call.number} {call.tool}{taking(call.ms)}"
        f"{' failed' * (call.ok is False)}: {call.what}"
        + f" <- {'; '.join(led.get(call.number, ()))}"
        * (call.number in led)
        for call in made.calls[:limit]
    ]


def _diff(memory: Memory, said: dict[str, str], limit: int) -> list[str]:
    """The commit's diff, from git."""
    if not said["commit"]:
        return []
    output = ask(
        memory.project.tree, memory.environment, "show", "--format=", "--no-color", "--no-ext-diff", "--no-textconv",
        "--end-of-options", said["commit"], "--",
    )  # fmt: skip
    if output is None:
        return ["The commit is not here any more."]
    lines = output[:DIFF_BYTES].decode("utf-8", "replace").splitlines()
    return lines[:limit] + [f"… {len(lines) - limit} more lines: git show {said['commit'][:9]}"] * (len(lines) > limit)
