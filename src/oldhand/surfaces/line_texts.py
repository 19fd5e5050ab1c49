"""Which module tells the replies of an operation as lines, for people and agents alike.

Each module has `lines(operation, reply) -> Iterator[Line]`; it is imported when such a reply is shown.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from oldhand.surfaces.file_text import Line

# module beside this one -> the operations whose replies it tells
MODULES: dict[str, tuple[str, ...]] = {
    "audit_text": ("audit", "import"),
    "forgotten_text": ("reject", "forget"),
    "health_text": ("health",),
    "knowledge_text": ("remind", "acknowledge", "gotcha", "convention", "gap", "ask", "soul"),
    "review_text": (
        "review", "review_accept", "review_edit", "review_reject", "review_link", "review_defer", "review_undo",
    ),
    "revoke_text": ("revoke",),
    "timeline_text": ("timeline",),
    "lifecycle_text": ("capture", "compress", "consolidate", "prune"),
}  # fmt: skip
_MODULE_OF = {operation: module for module, operations in MODULES.items() for operation in operations}


def tells(operation: str) -> bool:
    """Whether the replies of an operation are told as lines by one of MODULES."""
    return operation in _MODULE_OF


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation that `tells` knows, as lines; each surface makes them safe."""
    module = import_module(f"oldhand.surfaces.{_MODULE_OF[operation]}")
    found: Iterator[Line] = module.lines(operation, reply)
    return found
