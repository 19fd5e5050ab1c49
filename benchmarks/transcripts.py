"""Transcripts: what it takes to read them, to take them into the log of sessions, and to do so again."""

import json
import resource
import sys
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks import corpus, stores
from benchmarks.measuring import environment, peak_mib, timed
from benchmarks.report import Section, table
from benchmarks.settings import Settings
from oldhand.memory import Memory
from oldhand.operation import call

BYTES = 100_000_000  # of one transcript: a session that went on for weeks, or a heavy month of one project
QUICK_BYTES = 500_000
TAKEN_BYTES = 10_000_000  # of what is taken in: its time goes into the screening for secrets, which grows with it
OUTPUT = 30  # sentences of a tool's output, some 2.5 KB: the median of real ones is a little smaller
_READ = (
    "import sys; from pathlib import Path; from oldhand.sessions.transcripts import recognise\n"
    "path = Path(sys.argv[1])\n"
    "print(sum(1 for _, events in recognise(path).sessions(path) for _ in events))"
)


def run(settings: Settings) -> Section:
    """Read one transcript of each of the two main hosts, and take in a smaller one."""
    size, taken = (QUICK_BYTES, QUICK_BYTES) if settings.quick else (BYTES, TAKEN_BYTES)
    texts = list(corpus.memories(2_000))
    rows: list[tuple[object, ...]] = []
    for host, record in (("Claude Code", _claude), ("Codex", _codex)):
        with stores.scratch(0, blank=True) as place:
            rows.append(_reading(place, host, record, texts, size))
            rows += _taking(place, host, record, texts, taken)
    head = ("host", "step", "MB", "events", "seconds", "processor seconds", "MB a second", "peak MiB of the process")
    return Section(
        "Transcripts",
        f"One run each over made transcripts: a prompt, three calls with some {OUTPUT} sentences of output each, and "
        "an answer, again and again. Reading is a process of its own; taking in is the whole operation, every text "
        "screened for secrets and the learning that follows. The bound is 100 MB in 10 seconds and 200 MiB.",
        (table(head, rows),),
    )


def _reading(
    place: stores.Place, host: str, record: Callable[..., Any], texts: list[dict[str, str]], size: int
) -> tuple[object, ...]:  # fmt: skip
    path = place.root.parent / "read.jsonl"
    _write(path, record, texts, size)
    from oldhand.sessions.transcripts import recognise

    reader = recognise(path)
    assert reader is not None
    found = 0

    def read() -> None:
        nonlocal found
        found = sum(1 for _, events in reader.sessions(path) for _ in events)

    taken = timed(read)
    peak = peak_mib([sys.executable, "-c", _READ, str(path)], place.root, environment())
    rate = round(size / 1e6 / taken.wall, 1)
    return host, "read", round(size / 1e6, 1), found, taken.wall, taken.processor, rate, round(peak)


def _taking(
    place: stores.Place, host: str, record: Callable[..., Any], texts: list[dict[str, str]], size: int
) -> list[tuple[object, ...]]:  # fmt: skip
    path = place.root / "taken.jsonl"
    _write(path, record, texts, size)
    rows: list[tuple[object, ...]] = []
    for step in ("take in", "take in again"):
        with Memory(place.root, place.home, actor="user", trust="user") as memory:
            call(memory, "config_set", {"name": "sessions.keep_days", "value": "0"})
            new = 0

            def take(memory: Any = memory) -> None:
                nonlocal new
                new = call(memory, "session_import", {"paths": [path.name], "yes": True}).new

            taken = timed(take)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        megabytes = size / 1e6
        rate = round(megabytes / taken.wall, 1)
        rows.append((host, step, round(megabytes, 1), new, taken.wall, taken.processor, rate, peak))
    return rows


def _write(path: Path, record: Callable[..., Any], texts: list[dict[str, str]], size: int) -> None:
    """Turns of a session until the file has this size."""
    said = cycle(one["text"] for one in texts)
    number = 0
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            number += 1
            words = list(islice(said, OUTPUT * 3 + 2))
            for line in record(number, words):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _outputs(words: list[str]) -> list[str]:
    return ["\n".join(words[at * OUTPUT + 2 : (at + 1) * OUTPUT + 2]) for at in range(3)]


def _claude(number: int, words: list[str]) -> list[dict[str, Any]]:
    base = {
        "sessionId": "bench", "cwd": "/srv/shop", "version": "2.1", "isSidechain": False,
        "timestamp": f"2026-05-04T10:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
    }  # fmt: skip
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 900, "cache_creation_input_tokens": 5}
    rows: list[dict[str, Any]] = [
        {**base, "type": "user", "uuid": f"u{number}", "promptSource": "typed", "message": {"content": words[0]}}
    ]
    for at, output in enumerate(_outputs(words)):
        name = f"c{number}-{at}"
        block = {"type": "tool_use", "id": name, "name": "Bash", "input": {"command": f"make part{number}"}}
        message = {"id": f"m{number}-{at}", "model": "m", "content": [block], "usage": usage}
        result = {"type": "tool_result", "tool_use_id": name, "content": output}
        rows.append({**base, "type": "assistant", "uuid": f"a{name}", "message": message})
        told = {"stdout": output, "stderr": "", "interrupted": False}
        said = {"content": [result]}
        rows.append({**base, "type": "user", "uuid": f"r{name}", "message": said, "toolUseResult": told})
    answer = {"id": f"m{number}", "model": "m", "content": [{"type": "text", "text": words[1]}], "usage": usage}
    return [*rows, {**base, "type": "assistant", "uuid": f"e{number}", "message": answer}]


def _codex(number: int, words: list[str]) -> list[dict[str, Any]]:
    at = f"2026-06-01T08:{number // 60 % 60:02d}:{number % 60:02d}.000Z"

    def line(kind: str, **payload: Any) -> dict[str, Any]:
        return {"timestamp": at, "type": kind, "payload": payload}

    rows = [line("session_meta", id="bench-thread", cwd="/srv/shop", cli_version="0.169")] if number == 1 else []
    rows += [
        line("turn_context", turn_id=f"t{number}", model="m"),
        line("response_item", type="message", role="user", content=[{"type": "input_text", "text": words[0]}]),
        line("event_msg", type="user_message", message=words[0]),
    ]
    for part, output in enumerate(_outputs(words)):
        name = f"k{number}-{part}"
        asked = json.dumps({"cmd": f"make part{number}"})
        said = f"Wall time: 1 seconds\nProcess exited with code 0\nOutput:\n{output}"
        ended = {"type": "CommandExecution", "id": name, "aggregated_output": output, "exit_code": 0}
        rows += [
            line("response_item", type="function_call", name="exec_command", arguments=asked, call_id=name),
            line("event_msg", type="item_completed", item=ended),
            line("response_item", type="function_call_output", call_id=name, output=said),
        ]
    text = [{"type": "output_text", "text": words[1]}]
    return [
        *rows,
        line("event_msg", type="agent_message", message=words[1]),
        line("response_item", type="message", role="assistant", content=text),
    ]
