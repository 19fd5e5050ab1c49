"""Oldhand: the memory that coding agents deserve."""

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from typing import Any

    from oldhand.surfaces.python import OpenMemory

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(*arguments: "Any", **named: "Any") -> "OpenMemory":
    """Open the memory of a folder (by default the working folder); see oldhand.surfaces.python.OpenMemory."""
    from oldhand.surfaces.python import OpenMemory

    return OpenMemory(*arguments, **named)
