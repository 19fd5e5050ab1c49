"""How bad a gotcha is, and whether a memory counts at a moment: what is asked of memories before every action."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oldhand.store.reader import Held

SEVERITIES = ("critical", "warning", "info")
UNSTATED = "warning"  # what a gotcha counts as whose severity nobody said


def severity_of(content: dict[str, Any]) -> str:
    """How bad a gotcha is: one of SEVERITIES."""
    said = str(content.get("severity", "")).strip().casefold()
    return said if said in SEVERITIES else UNSTATED


def in_force(held: "Held", now_ms: int) -> bool:
    """Whether a memory counts at this moment: it is not put off, and its time has not passed."""
    over = held.valid_until is not None and held.valid_until < now_ms
    later = held.valid_from is not None and held.valid_from > now_ms
    return not (over or later)
