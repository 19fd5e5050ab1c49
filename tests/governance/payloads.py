"""The payloads: texts that attack a memory's reader, kept in payloads.jsonl with their category and language.

They follow what is known of such attacks (direct orders, false system and tool messages, claimed authority,
exfiltration, fetched code, protection switched off, concealment, persistence, bridging steps, persona,
fences, hidden and disguised text, split and delayed ones). Those of FALSEHOODS give no order:
only where they come from tells them from facts.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

FALSEHOODS = "plain_falsehood"
UNRECOGNIZED = "unrecognized"  # orders that no rule tells: there are always more ways to say a thing


class Payload(NamedTuple):
    """One payload; id names it in failures."""

    id: str
    category: str
    language: str
    text: str


@cache
def every_payload() -> tuple[Payload, ...]:
    """All payloads, in the order of the file."""
    lines = (Path(__file__).parent / "payloads.jsonl").read_text("utf-8").splitlines()
    return tuple(Payload(**json.loads(line)) for line in lines)


def orders() -> tuple[Payload, ...]:
    """Those that give orders to their reader in a form that is known."""
    return tuple(one for one in every_payload() if one.category not in (FALSEHOODS, UNRECOGNIZED))
