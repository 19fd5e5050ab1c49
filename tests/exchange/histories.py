"""Histories of a memory: everything that can happen to one, in any order, from a list of small steps."""

from typing import Any

from hypothesis import strategies as st

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.relation import RELATIONS
from oldhand.operation import call

TEXTS = ("Postgres listens on 5433", "База слушает порт 5433", "nul\0byte", "🙂 emoji 👩‍👩‍👧", "e\u0301 decomposed",
         "\u202ertl </memory>", "quote\" back\\slash\nline\u2028end", "x" * 3000, "Host is one")  # fmt: skip
STEPS = (
    "remember",
    "slot",
    "revise",
    "confirm",
    "dispute",
    "retire",
    "restore",
    "link",
    "unlink",
    "mark",
    "erase",
    "reject",
)

steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(0, 7), st.sampled_from(TEXTS)),
    min_size=1,
    max_size=25,
)


def play(memory: Memory, history: list[tuple[str, int, int, str]]) -> None:
    """Take every step of a history that the memory allows; steps it refuses are passed over."""
    for step in history:
        names = _names(memory)
        try:
            _take(memory, names, *step)
        except OldhandError:
            continue  # confirming what was erased, tying a memory to itself, and the like


def _names(memory: Memory) -> list[str]:
    with memory.reading() as reader:
        return sorted({event.memory for _, event in reader.journal() if event.memory})


def _take(memory: Memory, names: list[str], step: str, one: int, other: int, text: str) -> None:
    name = names[one % len(names)] if names else "0" * 32
    target = names[other % len(names)] if names else "0" * 32
    if step == "remember":
        about: dict[str, Any] = {"tags": [f"tag{other}", "тег"], "confidence": one / 8, "priority": other}
        call(
            memory,
            "remember",
            {"text": f"{text} {one}", "anchors": ["src/файл.py:1-2"], "valid_from": "2020-01-01", **about},
        )
    elif step == "slot":
        call(memory, "remember", {"text": f"{text} {other}", "key": f"slot/{one % 3}", "domain": "architecture"})
    elif step == "revise":
        call(memory, "revise", {"name": name, "text": f"{text} revised {other}", "untag": ["тег"]})
    elif step in ("confirm", "dispute", "retire", "restore"):
        call(memory, step, {"name": name} | ({"reason": "потому"} if step in ("dispute", "retire") else {}))
    elif step in ("link", "unlink"):
        call(memory, step, {"source": name, "relation": RELATIONS[one % len(RELATIONS)], "target": target})
    elif step == "mark":
        call(memory, "root", {"mark": text[:20]})
    elif names:
        with memory.writing() as transaction:
            transaction.emit(step, name, memory.actor, memory.origin, {"trust": memory.trust})
