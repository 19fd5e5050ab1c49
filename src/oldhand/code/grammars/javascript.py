"""JavaScript."""

from oldhand.code.grammars.ecmascript import GRAMMAR

__all__ = ["GRAMMAR"]
