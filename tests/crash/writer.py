"""A program that writes to a memory in a loop and says so on its output, once each change has returned.

    writer.py PROJECT HOME FIRST MODE

FIRST: the number of the first statement; MODE: `steady` keeps the store open, `closing` closes it
after every few changes, `early` is the control: it says so before the change is committed.
"""

import json
import os
import sys
from itertools import count
from pathlib import Path

from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.redaction import Screening
from oldhand.memory import Memory
from oldhand.operation import call

BULK_EVERY, BULK_LINES = 7, 12  # every so many changes one brings so many statements
CLOSE_EVERY = 3  # changes between two closings, in the mode `closing`


def say(texts: list[str]) -> None:
    """Acknowledge statements: one line, one write."""
    os.write(1, json.dumps(texts).encode() + b"\n")


def write_early(memory: Memory, text: str) -> None:
    """The control: acknowledge inside the transaction."""
    with memory.writing() as transaction:
        assert_(
            transaction, statement(memory.project.root, "claim", {"text": text}, screening=Screening()), memory.voice
        )
        say([text])


def write(memory: Memory, number: int) -> None:
    """Make one change through the operation and acknowledge it."""
    texts = [f"statement {number}"]
    if number % BULK_EVERY == 0:
        texts = [f"statement {number} line {line}" for line in range(BULK_LINES)]
        call(memory, "remember", {"jsonl": "\n".join(json.dumps({"text": text}) for text in texts)})
    else:
        call(memory, "remember", {"text": texts[0]})
    say(texts)


def main() -> None:
    """Write until killed."""
    project, home, first, mode = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    memory = Memory(project, home)
    say([])
    for number in count(first):
        if mode == "early":
            write_early(memory, f"statement {number}")
        else:
            write(memory, number)
        if mode == "closing" and number % CLOSE_EVERY == 0:
            memory.close()
            memory = Memory(project, home)


if __name__ == "__main__":
    main()
