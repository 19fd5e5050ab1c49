"""The Inspector's command line against our server, as a person would try it: list, remember, recall, refuse."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.node import INSPECTOR, NODE
from tests.conformance.servers import of_project

CALL_SECONDS = 120
TOOL_FAILED = 5  # the Inspector's exit code for a tool that answered with an error
SIX_TOOLS = {"recall", "remember", "revise", "brief", "look", "operate"}
STATEMENT = "The cold store of the depot is locked at nine in the evening."
CHANGED = "The cold store of the depot is locked at ten in the evening."


class Reply(NamedTuple):
    """What the Inspector printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        """The JSON it printed; empty when it printed none."""
        try:
            record = json.loads(self.out)
        except ValueError:
            return {}
        return record if isinstance(record, dict) else {}

    @property
    def text(self) -> str:
        """The text of a tool's answer."""
        return "\n".join(block.get("text", "") for block in self.record.get("content", []))


Judge = Callable[[Reply], str]  # what is wrong with a reply; empty when nothing is


class Step(NamedTuple):
    """One call and what must come of it."""

    name: str
    arguments: list[str]
    judge: Judge


class Done(NamedTuple):
    """A step that was made."""

    name: str
    trouble: str

    def line(self) -> str:
        """The step in one line."""
        return f"FAILS            {self.name}: {self.trouble}" if self.trouble else f"pass             {self.name}"


def _lists_the_six(reply: Reply) -> str:
    names = {tool["name"] for tool in reply.record.get("tools", [])}
    if names != SIX_TOOLS:
        return f"the tools are {sorted(names)}, not {sorted(SIX_TOOLS)}"
    plain = [
        tool["name"] for tool in reply.record["tools"] if not tool.get("description") or not tool.get("annotations")
    ]
    return f"without description or annotations: {plain}" if plain else _succeeds(reply)


def _succeeds(reply: Reply) -> str:
    return f"exit code {reply.code}: {reply.err[:400]}" if reply.code else ""


def _says(*wanted: str) -> Judge:
    """A tool's answer that succeeds and holds all of these, whatever their case."""

    def judge(reply: Reply) -> str:
        missing = [word for word in wanted if word.casefold() not in reply.text.casefold()]
        return _succeeds(reply) or (f"{missing} is not in: {reply.text[:400]}" if missing else "")

    return judge


def _is_silent_about(*unwanted: str) -> Judge:
    def judge(reply: Reply) -> str:
        found = [word for word in unwanted if word.casefold() in reply.text.casefold()]
        return _succeeds(reply) or (f"{found} is in: {reply.text[:400]}" if found else "")

    return judge


def _is_refused(*wanted: str) -> Judge:
    """A tool's answer that is an error, in words that help."""

    def judge(reply: Reply) -> str:
        if reply.code != TOOL_FAILED:
            return f"exit code {reply.code}, not {TOOL_FAILED}: {reply.out[:200]} {reply.err[:200]}"
        missing = [word for word in wanted if word.casefold() not in reply.text.casefold()]
        return f"{missing} is not in: {reply.text[:400]}" if missing else ""

    return judge


def tool(tool_name: str, /, **arguments: object) -> list[str]:
    """The Inspector's arguments for calling a tool."""
    return ["--method", "tools/call", "--tool-name", tool_name, "--tool-args-json", json.dumps(arguments)]


def whole_visit() -> Iterator[Step]:
    """Everything a host does with our six tools."""
    yield Step("lists six tools with descriptions and annotations", ["--method", "tools/list"], _lists_the_six)
    yield Step("has portable schemas", ["--method", "tools/list", "--strict"], _succeeds)
    yield Step("remembers", tool("remember", text=STATEMENT, key="depot/cold-store"), _succeeds)
    yield Step("recalls it", tool("recall", cue="when is the cold store locked?"), _says(STATEMENT))
    yield Step(
        "recalls a decision with its file", tool("recall", cue="cargo bikes in the old town"), _says("0001-cargo-bikes")
    )
    yield Step(
        "knows nothing of gibberish", tool("recall", cue="qwzx vbnm plugh"), _is_silent_about("cold store", "bike")
    )
    yield Step("replaces what a key answered", tool("remember", text=CHANGED, key="depot/cold-store"), _says("nine"))
    yield Step("recalls the newer wording", tool("recall", cue="when is the cold store locked?"), _says(CHANGED))
    yield Step("briefs", tool("brief"), _says("cargo bike"))
    yield Step("looks at a file", tool("look", place="docs/adr/0001-cargo-bikes.md"), _says("cargo bike"))
    yield Step("operates", tool("operate", name="status"), _succeeds)
    yield Step("refuses a call without its argument", tool("recall"), _is_refused("cue"))
    yield Step("refuses an unknown operation", tool("operate", name="conjure"), _is_refused("conjure"))
    yield Step("refuses an unknown id", tool("revise", name="ffffffffffff", text="x"), _is_refused("ffffffffffff"))


def short_visit() -> Iterator[Step]:
    """Enough to see that the other era of the protocol carries the same."""
    yield Step("lists six tools with descriptions and annotations", ["--method", "tools/list"], _lists_the_six)
    yield Step(
        "recalls what was remembered before", tool("recall", cue="when is the cold store locked?"), _says(CHANGED)
    )
    yield Step("refuses a call without its argument", tool("recall"), _is_refused("cue"))


def visit(target: list[str], era: str, steps: Iterator[Step], project: Path) -> Iterator[Done]:
    """Make each step against a command or an address, in one era of the protocol: `legacy` or `modern`."""
    for step in steps:
        command = [str(NODE), str(INSPECTOR), "--cli", *target, "--protocol-era", era, *step.arguments]
        done = subprocess.run(
            command,
            cwd=project,
            env=of_project(project),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=CALL_SECONDS,
            check=False,
        )
        yield Done(step.name, step.judge(Reply(done.returncode, done.stdout.decode(), done.stderr.decode())))
