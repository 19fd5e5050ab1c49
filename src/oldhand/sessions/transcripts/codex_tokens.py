"""Tokens of a Codex thread: of each answer where it is recorded, else from totals that only grow."""

from collections.abc import Iterator
from typing import Any

from oldhand.sessions.record import USAGE, Event
from oldhand.sessions.transcripts.neutral import mapping, name_of, number

_COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)


class Tokens:
    """What was used so far in a thread. state: of an earlier reading of the same file.

    The host counts cached tokens among its input; here the input is what was neither read from nor written to a cache.
    """

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        said = state or {}
        self.model = name_of(said.get("model"))
        self._total = {name: number(mapping(said.get("total")).get(name)) for name in _COUNTS}
        self._exact = said.get("exact") is True  # whether answers have records of their own

    @property
    def state(self) -> dict[str, Any]:
        """What the next reading has to know, as a plain object of JSON."""
        return {"model": self.model, "total": self._total, "exact": self._exact}

    def recorded(self, payload: dict[str, Any], at: int) -> Iterator[Event]:
        """The record of one answer. From the first on, totals are not looked at any more."""
        usage, answer = mapping(payload.get("usage")), name_of(payload.get("response_id"))
        if usage and answer:
            self._exact = True
            yield self._used({name: number(usage.get(name)) for name in _COUNTS}, at, answer)

    def counted(self, info: dict[str, Any], at: int, key: str) -> Iterator[Event]:
        """A total: what came since the last one was used. The same total again is no answer."""
        said = mapping(info.get("total_token_usage"))
        if not said or self._exact:
            return
        total = {name: number(said.get(name)) for name in _COUNTS}
        more = {name: total[name] - self._total[name] for name in _COUNTS}
        if min(more.values()) < 0:  # counting began anew: the last answer stands for itself
            last = mapping(info.get("last_token_usage")) or said
            more = {name: number(last.get(name)) for name in _COUNTS}
        self._total = total
        if any(more.values()):
            yield self._used(more, at, key)

    def _used(self, more: dict[str, int], at: int, key: str) -> Event:
        read, written = more["cached_input_tokens"], more["cache_write_input_tokens"]
        detail = {
            "model": self.model,
            "input": max(0, more["input_tokens"] - read - written),
            "output": more["output_tokens"],
            "cache_read": read,
            "cache_written": written,
            "reasoning": more["reasoning_output_tokens"],
        }
        return Event(USAGE, at, key, detail=detail)
