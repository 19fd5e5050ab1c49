"""A model on loopback that speaks the Anthropic Messages API and follows scripts."""

import json
from collections.abc import Iterator
from typing import Any

from tests.hosts.script import Call, Purpose, Step, named
from tests.hosts.serving import ModelServer, Reply

SUMMARY_REQUEST = "create a detailed summary of"  # stands in the last message when Claude Code compacts
CALL_ID = "toolu_{script}_{step}"


class AnthropicModel(ModelServer):
    """Answers /v1/messages, streaming or not, and /v1/messages/count_tokens."""

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        """Answer one POST."""
        if "count_tokens" in path:
            return Reply.of_json({"input_tokens": len(json.dumps(body)) // 4})
        if not path.split("?")[0].endswith("/v1/messages"):
            return Reply.of_json({})
        script = named(_spoken(body))
        number, step = self.scripts.answer(script, _purpose(body), body, _answered(body))
        message = _message(script, number, step, str(body.get("model", "")))
        return Reply.of_events(_events(message)) if body.get("stream") else Reply.of_json(message)


def _blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content", "")
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _spoken(body: dict[str, Any]) -> Iterator[str]:
    """What came from the person: the texts of the user's messages, without the results of tools."""
    for message in body.get("messages", []):
        if message["role"] == "user":
            yield from (block["text"] for block in _blocks(message) if block.get("type") == "text")


def told(body: dict[str, Any]) -> Iterator[str]:
    """All texts that are not the results of tools: the host's own, the person's, and what hooks said."""
    for message in body.get("messages", []):
        if message["role"] != "assistant":
            yield from (block["text"] for block in _blocks(message) if block.get("type") == "text")


def results(body: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The results of tools: (number of the step, the result as JSON)."""
    for message in body.get("messages", []):
        for block in _blocks(message):
            if block.get("type") == "tool_result":
                yield int(block["tool_use_id"].rpartition("_")[2]), json.dumps(block["content"], ensure_ascii=False)


def _purpose(body: dict[str, Any]) -> Purpose:
    if any(SUMMARY_REQUEST in block.get("text", "") for block in _blocks(_last_of_user(body))):
        return "summary"
    return "turn" if body.get("tools") else "other"


def _answered(body: dict[str, Any]) -> int | None:
    """The number of the step whose result the request brings last."""
    for block in reversed(_blocks(_last_of_user(body))):
        if block.get("type") == "tool_result":
            return int(block["tool_use_id"].rpartition("_")[2])
    return None


def _last_of_user(body: dict[str, Any]) -> dict[str, Any]:
    return next((m for m in reversed(body.get("messages", [])) if m["role"] == "user"), {})


def _message(script: str, number: int, step: Step, model: str) -> dict[str, Any]:
    if isinstance(step, Call):
        block = {
            "type": "tool_use",
            "id": CALL_ID.format(script=script, step=number),
            "name": step.tool,
            "input": step.input,
        }
    else:
        block = {"type": "text", "text": step.text}
    return {
        "id": f"msg_{script}_{number}", "type": "message", "role": "assistant", "model": model, "content": [block],
        "stop_reason": "tool_use" if isinstance(step, Call) else "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": step.tokens, "output_tokens": 5, "cache_creation_input_tokens": 0,
                  "cache_read_input_tokens": 0},
    }  # fmt: skip


def _events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    block = message["content"][0]
    yield {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
    if block["type"] == "tool_use":
        empty, delta = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    else:
        empty, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
    yield {"type": "content_block_start", "index": 0, "content_block": empty}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
        "usage": {"output_tokens": 5},
    }
    yield {"type": "message_stop"}
