"""The plugins that are written for OpenCode and Amp, run in Node by a host that only calls them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from oldhand.sessions import launcher
from oldhand.sessions.hooks_of_hosts import plugin
from oldhand.sessions.record import RESULT
from tests.conftest import Project
from tests.hosts.programs import OFF, REQUIRED, SWITCH, TYPESCRIPT, Missing, node

SECONDS = 60
OPENCODE = """
const { Oldhand } = await import(process.argv[2])
const hooks = await Oldhand({ directory: process.argv[3], worktree: process.argv[3] })
const opening = { system: [] }
await hooks["experimental.chat.system.transform"]({ sessionID: "s1" }, opening)
const told = []
for (const [callID, filePath] of [["c1", "ports.py"], ["c2", "other.py"]]) {
  const output = { output: "read" }
  await hooks["tool.execute.after"]({ sessionID: "s1", tool: "read", callID, args: { filePath } }, output)
  told.push(output.output)
}
for (const [callID, exit] of [["c3", 2], ["c4", 0], ["c5", null]]) {
  const output = { title: "make", output: "said", metadata: { output: "said", exit, description: "build" } }
  await hooks["tool.execute.after"]({ sessionID: "s1", tool: "bash", callID, args: { command: "make" } }, output)
  if (output.output !== "said") throw new Error("the result of a command was changed")
}
await hooks["chat.message"]({ sessionID: "s1", messageID: "m1" }, { parts: [{ type: "text", text: QUESTION }] })
console.log(JSON.stringify({ opening: opening.system.join(""), told }))
"""
AMP = """
const on = {}
const plugin = await import(process.argv[2])
process.chdir(process.argv[3])
plugin.default({ on: (name, does) => { on[name] = does } })
const thread = { id: "s1" }
await on["session.start"]({ thread }, {})
const opening = (await on["agent.start"]({ thread, message: QUESTION }, {}))?.message?.content ?? ""
const told = []
for (const [toolUseID, path] of [["c1", "ports.py"], ["c2", "other.py"]]) {
  told.push(await on["tool.result"]({ thread, tool: "Read", toolUseID, input: { path }, output: "read" }, {}) ?? null)
}
for (const [toolUseID, status, output, error] of [
  ["c3", "done", { output: "said", exitCode: 2 }], ["c4", "done", { output: "said", exitCode: 0 }],
  ["c5", "done", "said"], ["c6", "error", undefined, "no such tool"],
]) {
  await on["tool.result"]({ thread, tool: "Bash", toolUseID, input: { command: "make" }, status, output, error }, {})
}
console.log(JSON.stringify({ opening, told }))
"""
QUESTION = "what do we know about ports?"


@pytest.fixture(scope="module")
def program() -> str:
    """Node. Where it cannot be had, the tests are left out, unless they are required."""
    wanted = os.environ.get(SWITCH)
    if wanted == OFF:
        pytest.skip(f"{SWITCH}=off: the real hosts are left out")
    try:
        return node()
    except Missing as missing:
        if wanted == REQUIRED:
            raise
        pytest.skip(str(missing))


class Ran:
    """What a host got from a plugin, and what the log says it was told."""

    def __init__(self, program: str, host: str, driver: str, project: Project) -> None:
        project.by_person("remember", text="Ports are even.", kind="decision", anchors=["ports.py"])
        launcher.write(project.home)
        written = project.home / ("oldhand.mjs" if host == "opencode" else "oldhand.mts")
        written.write_text(plugin(host, project.home), encoding="utf-8")
        begun = project.home / "host.mjs"
        begun.write_text(driver.replace("QUESTION", json.dumps(QUESTION)), encoding="utf-8")
        done = subprocess.run(
            [program, *TYPESCRIPT, str(begun), str(written), str(project.root)], cwd=project.root,
            env={"PATH": os.defpath, "HOME": str(project.home)}, capture_output=True, text=True, timeout=SECONDS,
            check=True,
        )  # fmt: skip
        said = json.loads(done.stdout)
        self.opening: str = said["opening"]
        self.told: list[str | None] = said["told"]
        lines = project.call("session_injections").injections
        self.noted = sorted((one.event, one.about) for one in lines)
        results = [one for one in project.memory.session_log().events("s1") if one.kind == RESULT]
        # How each call ended by its host's own name: whether well, with which code, and what it said.
        self.ended = {one.call: (one.ok, one.detail.get("exit"), one.text) for one in results}


@pytest.fixture
def ports(project: Project) -> Project:
    """A project with two files, of which memory knows one."""
    for name in ("ports.py", "other.py"):
        (Path(project.root) / name).write_text("PORT = 80\n")
    return project


def test_opencode_is_told_at_the_opening_and_after_a_tool_and_nothing_else_is_noted(
    program: str, ports: Project
) -> None:
    ran = Ran(program, "opencode", OPENCODE, ports)
    assert "Ports are even." in ran.opening
    first, second = ran.told
    assert first and first.startswith("read\n") and "DECISION Ports are even." in first
    assert second == "read"
    assert [event for event, _ in ran.noted] == ["before", "start"]
    assert ran.ended["c3"] == (False, 2, "said") and ran.ended["c4"] == (True, 0, "said")
    assert ran.ended["c5"] == (None, None, "said")  # a command that was broken off: its end is not known


def test_amp_is_told_at_the_opening_and_at_a_question_and_nothing_else_is_noted(program: str, ports: Project) -> None:
    ran = Ran(program, "amp", AMP, ports)
    assert ran.opening.count("<memory") == 2 and "Ports are even." in ran.opening
    assert ran.told == [None, None]
    assert [event for event, _ in ran.noted] == ["prompt", "start"]
    assert ran.ended["c3"] == (False, 2, "said") and ran.ended["c4"] == (True, 0, "said")
    assert ran.ended["c5"] == (None, None, "said") and ran.ended["c6"] == (False, None, "no such tool")
