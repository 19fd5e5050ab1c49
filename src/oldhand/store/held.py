"""A memory as it stands, as the reader hands it out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from oldhand.model.trust import RANK
from oldhand.store.fold import Record


def leading_last(heads: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The heads of a memory with the one to be shown last: the most trusted, and of those the latest.

    Several heads with different wordings contest a memory; what is trusted less never stands before what is trusted
    more. Of a single wording said twice, the latest leads.
    """
    if len({head["revision"] for head in heads}) < 2:
        return list(heads)
    return sorted(heads, key=lambda head: (RANK.get(head["trust"], -1), head["stamp"]))


class Wording(NamedTuple):
    """One wording of a memory as it stands: its address, content and inputs, and who said it when (ms), from where."""

    revision: str
    content: dict[str, Any]
    inputs: tuple[str, ...]
    at: int
    trust: str
    actor: str
    origin: str


class Held(NamedTuple):
    """A memory as it stands. Times are milliseconds since 1970; confidence is in ten-thousandths, -1 when unstated."""

    id: str
    number: int
    kind: str
    domain: str
    key: str
    standing: str
    trust: str
    priority: int
    confidence: int
    created: int
    updated: int
    valid_from: int | None
    valid_until: int | None
    wordings: tuple[Wording, ...]
    tags: tuple[str, ...]
    anchors: tuple[str, ...]
    confirmations: int
    disputes: int
    record: Record

    @property
    def text(self) -> str:
        """The current wording's text; empty when the memory is erased or only awaited."""
        return self.wordings[-1].content["text"] if self.wordings else ""

    @property
    def title(self) -> str:
        """The current wording's title."""
        return self.wordings[-1].content.get("title", "") if self.wordings else ""


class Edge(NamedTuple):
    """A link that stands."""

    source: str
    rel: str
    target: str
