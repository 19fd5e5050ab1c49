"""A model on loopback that speaks the OpenAI Responses API and follows scripts."""

import json
from collections.abc import Iterator
from typing import Any

from tests.hosts.script import Call, Purpose, Step, named
from tests.hosts.serving import ModelServer, Reply

SUMMARY_REQUEST = "CONTEXT CHECKPOINT COMPACTION"  # stands in the last message when Codex compacts
NAMESPACE = "mcp__"  # tools of an MCP server are presented as members of a namespace of that name


class OpenAiModel(ModelServer):
    """Answers /v1/responses as a stream."""

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        """Answer one POST."""
        if not path.split("?")[0].endswith("/responses"):
            return Reply.of_json({})
        script = named(_spoken(body))
        number, step = self.scripts.answer(script, _purpose(body), body, _answered(body))
        return Reply.of_events(_events(script, number, step))


def _texts(item: dict[str, Any]) -> Iterator[str]:
    content = item.get("content") or ""
    if isinstance(content, str):
        yield content
        return
    yield from (str(part.get("text", "")) for part in content)


def _spoken(body: dict[str, Any]) -> Iterator[str]:
    """What came from the person: the texts of the user's messages, without the results of tools."""
    for item in body.get("input", []):
        if item.get("role") == "user":
            yield from _texts(item)


def told(body: dict[str, Any]) -> Iterator[str]:
    """All texts that are not the results of tools: the host's own, the person's, and what hooks said."""
    for item in body.get("input", []):
        if item.get("role") in ("user", "developer"):
            yield from _texts(item)


def results(body: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The results of tools: (number of the step, the result as JSON)."""
    for item in body.get("input", []):
        if str(item.get("type", "")).endswith("_call_output"):
            yield int(item["call_id"].rpartition("_")[2]), json.dumps(item["output"], ensure_ascii=False)


def _purpose(body: dict[str, Any]) -> Purpose:
    items = body.get("input", [])
    if items and any(SUMMARY_REQUEST in text for text in _texts(items[-1])):
        return "summary"
    return "turn" if body.get("tools") else "other"


def _answered(body: dict[str, Any]) -> int | None:
    """The number of the step whose result the request brings last; None when something was said after it."""
    for item in reversed(body.get("input", [])):
        if str(item.get("type", "")).endswith("_call_output"):
            return int(item["call_id"].rpartition("_")[2])
        if item.get("role") in ("user", "assistant"):
            break
    return None


def _item(script: str, number: int, step: Step) -> dict[str, Any]:
    if not isinstance(step, Call):
        return {
            "type": "message",
            "id": f"msg_{script}_{number}",
            "role": "assistant",
            "content": [{"type": "output_text", "text": step.text}],
        }
    call = {"id": f"fc_{script}_{number}", "call_id": f"call_{script}_{number}"}
    if step.tool == "apply_patch":  # the one tool whose input is free text
        return {"type": "custom_tool_call", **call, "name": step.tool, "input": step.input["patch"]}
    item = {"type": "function_call", **call, "name": step.tool, "arguments": json.dumps(step.input)}
    if step.tool.startswith(NAMESPACE):
        server, _, tool = step.tool.removeprefix(NAMESPACE).partition("__")
        item |= {"namespace": NAMESPACE + server, "name": tool}
    return item


def _events(script: str, number: int, step: Step) -> Iterator[dict[str, Any]]:
    identity = f"resp_{script}_{number}"
    yield {"type": "response.created", "response": {"id": identity}}
    yield {"type": "response.output_item.done", "output_index": 0, "item": _item(script, number, step)}
    usage = {
        "input_tokens": step.tokens, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": step.tokens + 5,
    }  # fmt: skip
    yield {"type": "response.completed", "response": {"id": identity, "usage": usage}}
