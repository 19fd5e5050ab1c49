"""`oldhand mcp` as hosts meet it: both eras, what the tools cost, what they say, and how the server ends.

The list of tools is a golden file. After an operation was added or its help changed:

    OLDHAND_REGENERATE=1 ./test tests/surfaces/test_mcp.py -k golden
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.operation import call, every, find
from oldhand.surfaces.mcp.tools import DEFAULT_TOOLS, INSTRUCTIONS
from tests.conftest import Project
from tests.surfaces.peers import CLIENT, END_SECONDS, ERAS, MODERN, McpPeer, command, environment, mcp, served

GOLDEN = Path(__file__).parents[1] / "golden" / "tools.json"
REGENERATE = "OLDHAND_REGENERATE"
TOKEN_BUDGET = 1_500  # of the definitions of the default tools
CHARACTERS_PER_TOKEN = 4
INSTRUCTION_BYTES = 2_048  # hosts cut what is longer
SIX = ["recall", "remember", "revise", "brief", "look", "operate"]
RETRY = "Payments are never retried automatically; the gateway is not idempotent."


def cost(tools: list[dict[str, Any]]) -> float:
    """The estimated tokens of tool definitions."""
    return len(json.dumps(tools, separators=(",", ":"))) / CHARACTERS_PER_TOKEN


@pytest.mark.parametrize("era", ERAS)
def test_each_era_is_greeted_and_served(project: Project, era: str) -> None:
    with mcp(project.root, project.home, era=era) as peer:
        listed = peer.ask("tools/list")["result"]
        assert [tool["name"] for tool in listed["tools"]] == SIX
        text, failed = peer.tool("remember", text=RETRY, kind="decision")
        assert text.startswith("remembered ") and not failed
        text, failed = peer.tool("recall", cue="retry payments")
        assert RETRY in text and 'verdict="strong"' in text and not failed
        assert peer.ask("nothing/known")["error"]["code"] == -32601
    (event,) = project.call("log").events
    assert (event.actor, event.origin, event.trust) == ("agent:test-client", "mcp", "agent")


@pytest.mark.parametrize("era", ERAS)
def test_the_greeting_names_the_server_and_what_it_is_for(project: Project, era: str) -> None:
    with mcp(project.root, project.home, era=era) as peer:
        said = peer.ask("server/discover")["result"] if era == MODERN else None
    if said is not None:
        assert said["supportedVersions"] == [MODERN] and said["instructions"] == INSTRUCTIONS
        assert said["_meta"]["io.modelcontextprotocol/serverInfo"]["version"]


def test_the_handshake_answers_with_the_revision_that_was_asked(project: Project) -> None:
    for era in ERAS[:2]:
        with mcp(project.root, project.home, era=era) as peer:
            said = peer.ask("initialize", protocolVersion=era, capabilities={}, clientInfo=CLIENT)
            assert said["result"]["protocolVersion"] == era
            assert said["result"]["serverInfo"] == {"name": "oldhand", "version": "0.1.0"}
            assert said["result"]["capabilities"] == {"tools": {"listChanged": False}}
            assert peer.ask("ping")["result"] == {}


def test_an_unknown_method_is_refused_before_any_greeting(project: Project) -> None:
    with mcp(project.root, project.home, era=MODERN) as peer:
        assert peer.ask("subscriptions/listen", subscriptions={})["error"]["code"] in (-32601, -32602)
    assert INSTRUCTIONS.split(". ")[0].startswith("`recall` is worth a search before")
    assert len(INSTRUCTIONS.encode()) < INSTRUCTION_BYTES


def test_the_golden_list_of_tools_is_what_the_server_lists(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        tools = peer.ask("tools/list")["result"]["tools"]
    text = json.dumps(tools, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get(REGENERATE):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8"), f"set {REGENERATE}=1 if this change is meant"
    for tool in tools:
        assert tool["inputSchema"]["type"] == "object" and tool["inputSchema"]["additionalProperties"] is False
        assert not {"anyOf", "oneOf", "allOf"} & tool["inputSchema"].keys()
        assert tool["annotations"]["openWorldHint"] is False and "outputSchema" not in tool


def test_the_default_tools_cost_less_than_their_budget(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        assert cost(peer.ask("tools/list")["result"]["tools"]) < TOKEN_BUDGET
    with mcp(project.root, project.home, "--tools", "all") as peer:  # the control: everything at once costs more
        assert cost(peer.ask("tools/list")["result"]["tools"]) > TOKEN_BUDGET


def test_each_operation_can_be_a_tool_of_its_own(project: Project) -> None:
    with mcp(project.root, project.home, "--tools", "all") as peer:
        tools = {tool["name"]: tool for tool in peer.ask("tools/list")["result"]["tools"]}
        text, failed = peer.tool("status")
        assert "memories: 0" in text and not failed
    assert set(tools) == {operation.name for operation in every()}
    for name, tool in tools.items():
        effect = find(name).effect
        hints = tool["annotations"]
        assert (hints["readOnlyHint"], hints["destructiveHint"]) == (effect == "read", effect == "destructive")
    with mcp(project.root, project.home, "--tools", "config,projects") as peer:
        named = [tool["name"] for tool in peer.ask("tools/list")["result"]["tools"]]
    assert named[-1] == "operate" and {name.partition("_")[0] for name in named[:-1]} == {"config", "projects"}


def test_the_default_tools_show_parameters_that_exist() -> None:
    for name, view in DEFAULT_TOOLS.items():
        takes = {parameter.name for parameter in find(name).parameters}
        assert set(view.shown) <= takes and set(view.required) <= set(view.shown)


def test_operate_reaches_every_other_operation(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        listing, _ = peer.tool("operate")
        assert all(f"  {operation.name} ({operation.effect}): " in listing for operation in every())
        for operation in every():
            told, failed = peer.tool("operate", name=f"help {operation.name}")
            assert not failed and all(f"  {parameter.name} (" in told for parameter in operation.parameters)
        assert peer.tool("operate", name="status")[1] is False
        assert peer.record("help", topic=["kinds"])["topic"] == "kinds"
        assert "claim" in peer.tool("operate", name="help kinds")[0]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[McpPeer]:
    """A server that many wrong calls meet, with a setting that was set."""
    folder = tmp_path_factory.mktemp("shared")
    project = Project(folder / "project", folder / "home")
    project.memory.close()
    project.home.mkdir(exist_ok=True)
    with mcp(project.root, project.home) as peer:
        peer.tool("operate", name="config_set", arguments={"name": "recall.limit", "value": "7"})
        yield peer
        assert "7" in peer.tool("operate", name="config_show", arguments={"name": "recall.limit"})[0]
    assert not project.findings()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "shwo"}, "Did you mean 'show'?"),
        ({"name": "show"}, "'show' needs 'name'"),
        ({"name": "show", "arguments": {"name": "d4"}}, "too short"),
        ({"name": "show", "arguments": {"nmae": "d4"}}, "takes no argument 'nmae'"),
        ({"name": "show", "arguments": ["d4"]}, "object of arguments"),
        ({"name": 7}, "'name'"),
        ({"name": "show", "json": "yes"}, "'json'"),
        ({"named": "show"}, "operate takes name, arguments and json"),
        ({"name": "config_reset"}, '"yes": true'),
    ],
)
def test_a_wrong_call_says_in_one_line_what_to_do(shared: McpPeer, arguments: dict[str, Any], said: str) -> None:
    text, failed = shared.tool("operate", **arguments)
    assert failed and said in text and "\n" not in text
    assert shared.ask("tools/call", name="nothing", arguments={})["error"]["code"] == -32602


def test_a_text_that_means_a_number_may_be_given_as_one(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        said = {"text": "Keep the cart in Redis", "confidence": 0.7, "estimate": 90}
        text, failed = peer.tool("operate", name="decision_record", arguments=said, json=True)
        assert not failed, text
        told = json.loads(text)["decision"]
        text, failed = peer.tool("operate", name="help decision_record")
        assert not failed and "  confidence (string|number, default" in text and "  title (string, default" in text
        text, failed = peer.tool("operate", name="decision_link", arguments={"name": told["id"], "prs": [12, "#13"]})
        assert not failed and "12" in text and "13" in text
        # The control: a text that means none, and what is no number.
        for wrong in ({"text": 5}, {"text": "Use Kafka", "confidence": True}, {"text": "Use Kafka", "confidence": [1]}):
            text, failed = peer.tool("operate", name="decision_record", arguments=wrong)
            assert failed and "it must be text" in text
        text, failed = peer.tool("operate", name="decision_record", arguments={"text": "Use Kafka", "confidence": 70})
        assert failed and "did you mean 70%?" in text
    assert (told["confidence"], told["estimate"]) == (7000, 90)


def test_nothing_known_is_one_short_line(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("remember", text=RETRY)
        text, failed = peer.tool("recall", cue="kubernetes")
    assert not failed and "\n" not in text and len(text) < 160
    assert text.startswith("Nothing known") and "kubernet" in text and RETRY[:20] not in text


def test_json_results_are_the_documented_records(project: Project) -> None:
    with mcp(project.root, project.home, "--json") as peer:
        text, failed = peer.tool("remember", text=RETRY)
        assert not failed and json.loads(text)["memories"][0]["text"] == RETRY
        text, failed = peer.tool("recall", cue="")
        assert not failed
        text, failed = peer.tool("operate", name="show", arguments={"name": "ffffffffffff"})
        assert failed and json.loads(text)["error"]["code"] == "UnknownId"


def test_a_store_that_appears_later_is_found(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    with mcp(folder, home) as peer:
        text, failed = peer.tool("recall", cue="anything")
        assert failed and text.startswith("No memory here") and "oldhand init" in text
        project = Project(folder, home)
        assert peer.tool("remember", text=RETRY)[1] is False
        assert RETRY in peer.tool("recall", cue="payments")[0]
    assert project.findings() == []


def test_a_setting_changed_elsewhere_counts_from_the_next_call(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        assert peer.tool("recall", cue="payments")[1] is False
        call(project.memory, "config_set", {"name": "recall.limit", "value": "1"})
        project.call("remember", text="Payments go through the gateway.")
        project.call("remember", text="Payments are logged twice.")
        assert len(peer.record("recall", cue="payments")["items"]) == 1


def test_the_project_is_the_one_that_is_named(make_project: Callable[[str], Project]) -> None:
    here, there = make_project("here"), make_project("there")
    there.call("remember", text=RETRY)
    with mcp(here.root, here.home) as peer:
        assert peer.tool("recall", cue="payments")[0].startswith("Nothing known")
    with mcp(here.root, here.home, "--project", str(there.root)) as peer:
        assert RETRY in peer.tool("recall", cue="payments")[0]
    with mcp(here.root, here.home, CLAUDE_PROJECT_DIR=str(there.root)) as peer:
        assert RETRY in peer.tool("recall", cue="payments")[0]


@pytest.mark.parametrize("mode", ["legacy", MODERN, "auto"])
def test_the_official_client_is_served(project: Project, mode: str) -> None:
    from mcp import Client, StdioServerParameters

    words = command("mcp")
    server = StdioServerParameters(command=words[0], args=words[1:], env=environment(project.home), cwd=project.root)

    async def converse() -> tuple[list[str], str, str]:
        async with Client(server, mode=mode) as client:
            tools = await client.list_tools()
            await client.call_tool("remember", {"text": RETRY})
            said = await client.call_tool("recall", {"cue": "payments"})
            return [tool.name for tool in tools.tools], said.content[0].text, client.protocol_version  # type: ignore[union-attr]

    names, text, version = asyncio.run(converse())
    assert names == SIX and RETRY in text
    assert version == (MODERN if mode != "legacy" else "2025-11-25")


def test_pings_are_answered_while_an_operation_runs(project: Project) -> None:
    lines = "\n".join(json.dumps({"text": f"Fact number {number} of many."}) for number in range(2_000))
    with mcp(project.root, project.home) as peer:
        peer.send(id="bulk", method="tools/call", params={"name": "operate", "arguments": {
            "name": "remember", "arguments": {"jsonl": lines}}})  # fmt: skip
        peer.send(id="waits", method="tools/call", params={"name": "remember", "arguments": {"text": "Never said."}})
        peer.send(method="notifications/cancelled", params={"requestId": "waits"})
        peer.send(id="ping", method="ping")
        first = peer.read()
        assert first is not None and first["id"] == "ping"
        assert peer.answer("bulk")["result"]["isError"] is False
        assert json.loads(peer.tool("operate", name="status", json=True)[0])["memories"] == 2_000


def test_answers_to_what_was_asked_come_after_the_end_of_the_input(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        for number in range(20):
            asked = {"name": "remember", "arguments": {"text": f"Fact {number}."}}
            peer.send(id=number, method="tools/call", params=asked)
        peer.stdin.close()
        assert all(peer.answer(number)["result"]["isError"] is False for number in range(20))
        assert peer.read() is None
    assert project.call("status").memories == 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_with_its_store_closed(project: Project, number: int) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("remember", text=RETRY)
        peer.process.send_signal(number)
        assert peer.process.wait(END_SECONDS) == 0
    assert not list(project.folder.glob("memory*-wal"))  # the last to close a store leaves no log of it behind


@pytest.mark.skipif(sys.platform != "linux", reason="the sockets of a process are read from /proc")
def test_the_default_start_opens_no_socket_and_no_process(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("remember", text=RETRY)
        peer.tool("recall", cue="payments")
        assert network_sockets(peer.process.pid) == [] and children(peer.process.pid) == []
    with served(project.root, project.home) as server:  # the control: a server that listens is seen
        assert len(network_sockets(server.pid)) == 1 and children(server.pid) == []


def network_sockets(pid: int) -> list[str]:
    """The sockets of a process that reach the network or listen, as /proc tells them."""
    held = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if "socket:" in str(link.readlink())}
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "unix"):
        try:
            rows = Path(f"/proc/{pid}/net/{table}").read_text(encoding="utf-8").splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            columns = row.split()
            inode, listening = (columns[6], columns[3] == "00010000") if table == "unix" else (columns[9], True)
            if f"socket:[{inode}]" in held and listening:
                found.append(f"{table} {row}")
    return found


def children(pid: int) -> list[str]:
    """The child processes of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text(encoding="utf-8").split()]


def test_a_reader_that_goes_away_ends_the_server(project: Project) -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(
        command("mcp"), cwd=project.root, env=environment(project.home), stdin=subprocess.PIPE, stdout=writer
    ) as process:
        os.close(reader)
        os.close(writer)
        assert process.stdin is not None
        process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        process.stdin.flush()
        assert process.wait(END_SECONDS) == 0
