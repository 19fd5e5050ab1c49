"""Decisions written by hand with the biases a reader sees in them, and how well the checks tell them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from oldhand.reasoning.decisions import Decision, arguments_of, share_of

CASES = Path(__file__).with_name("safety_cases.txt")


class Case(NamedTuple):
    """One decision. labels: the biases in it, none when it is sound; language: en, ru or mixed."""

    labels: frozenset[str]
    language: str
    decision: Decision
    unseen: bool


def decision(text: str, **fields: object) -> Decision:
    """A decision of which only this is known."""
    given: dict[str, object] = {
        "id": "", "revision": "", "text": text, "title": "", "reason": "", "alternatives": (), "arguments": (),
        "confidence": None, "stated_by": "", "agent": "", "model": "", "assumptions": (), "predicted": "",
        "criteria": (), "risk": "", "estimate": None, "module": "", "read": (), "domain": "decisions", "tags": (),
        "commits": (), "prs": (), "incidents": (), "anchors": (), "standing": "active", "trust": "agent", "at": 0,
        "said_by": "agent",
    }  # fmt: skip
    given = {name: value for name, value in given.items() if name in Decision._fields} | fields
    left = {name: () for name in Decision._fields if name not in given}  # fields that came later
    return Decision(**given, **left)  # type: ignore[arg-type]


def cases(path: Path = CASES) -> Iterator[Case]:
    """The cases of the file; half of them, by digest, count as unseen."""
    for block in path.read_text(encoding="utf-8").split("\n== ")[1:]:
        head, _, rest = block.partition("\n")
        *labels, language = head.split()
        fields: dict[str, list[str]] = {}
        arguments = []
        for line in filter(str.strip, rest.splitlines()):
            if line[0] in "+-":
                arguments.append(line)
            else:
                name, _, value = line.partition(": ")
                fields.setdefault(name, []).append(value)
        known = {name: values[0] for name, values in fields.items()}
        made = decision(
            known["text"], reason=known.get("reason", ""), alternatives=tuple(fields.get("alt", ())),
            arguments=tuple(arguments_of(arguments)), confidence=share_of(known["conf"]) if "conf" in known else None,
            risk=known.get("risk", ""), criteria=tuple(fields.get("criteria", ())),
            estimate=int(known["estimate"]) if "estimate" in known else None,
        )  # fmt: skip
        digest = hashlib.sha256(made.text.encode()).digest()
        yield Case(frozenset(labels) - {"sound"}, language, made, digest[0] % 2 == 1)
