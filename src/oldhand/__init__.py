"""Oldhand: the memory that coding agents deserve."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oldhand.surfaces.python import OpenMemory

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(*arguments: Any, **named: Any) -> "OpenMemory":
    """Open the memory of a folder (by default the working folder); see oldhand.surfaces.python.OpenMemory."""
    from oldhand.surfaces.python import OpenMemory

    return OpenMemory(*arguments, **named)
