"""What it costs to be told what was tried, on a store of 100,000 memories, every fiftieth of them negative.

    python -m benchmarks.negative [--memories N]

Prints the median and the slowest of 30 questions of each sort, and what listing and deriving all of it takes. The
control asks a store that has no negative knowledge, where nothing may be read.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.reasoning.negative import KIND, about

AT_ONCE = 5_000  # memories of one bulk
EVERY = 50  # one memory in so many says what was tried
ROUNDS = 30
WORDS = [f"word{number}" for number in range(8_000)]
NAMES = [
    "redis", "session", "cache", "payment", "retry", "queue", "backoff", "gateway", "charge", "price", "worker",
]  # fmt: skip
QUESTIONS = {
    "a question": ("Should we use Redis or Memcached for sessions with retry backoff?", []),
    "a long text": (" ".join([*WORDS[:12], *NAMES] * 3), []),
    "two files": ("", ["src/f0.py", "src/f50.py"]),
    "words nobody used": ("zzz qqq", []),
}  # fmt: skip


def main() -> None:
    """Build the stores and print what questions take."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--memories", type=int, default=100_000)
    memories = parser.parse_args().memories
    for every in (EVERY, 0):
        with tempfile.TemporaryDirectory() as folder:
            told = f"one in {every} negative" if every else "none negative (control)"
            print(f"{memories:,} memories, {told}")
            measure(Path(folder), memories, every)


def measure(folder: Path, memories: int, every: int) -> None:
    """Print what questions to a store take. every: how seldom a memory is negative, 0 for none."""
    (folder / "project").mkdir()
    with Memory(folder / "project", folder / "home", actor="user", trust="user", origin="cli") as memory:
        call(memory, "init", {"empty": True})
        draw = random.Random(1)
        for start in range(0, memories, AT_ONCE):
            lines = [one(draw, number, every) for number in range(start, min(start + AT_ONCE, memories))]
            call(memory, "remember", {"jsonl": "\n".join(lines)})
        with memory.reading() as reader:
            for name, (text, places) in QUESTIONS.items():
                print(f"  {name}: {took(partial(about, reader, text, places))}")
        for operation in ("negative_list", "negative_update"):
            print(f"  {operation}: {took(partial(call, memory, operation, {}), 3)}")


def one(draw: random.Random, number: int, every: int) -> str:
    """One memory as a line of JSON: words drawn by lot."""
    words = draw.choices([*WORDS, *NAMES], k=12)
    said: dict[str, object] = {"text": f"{' '.join(words)} {number}"}
    if every and number % every == 0:
        said |= {"kind": KIND, "fields": {"hypothesis": " ".join(words[:6]), "conclusion": "it hung"}}
        said["anchors"] = [f"src/f{number % 300}.py"]
    return json.dumps(said)


def took(asked: Callable[[], object], rounds: int = ROUNDS) -> str:
    """The median and the slowest of some rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        asked()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return f"{times[len(times) // 2]:.1f} ms, at most {times[-1]:.1f} ms"


if __name__ == "__main__":
    main()
