"""Regular expressions that are compiled when they are first used: compiling takes longer than a command may start."""

import re
from collections.abc import Callable
from typing import Any


class LazyPattern:
    """A pattern that has the methods of `re.Pattern`; each is the compiled pattern's own after the first use."""

    match: Callable[..., "re.Match[str] | None"]
    fullmatch: Callable[..., "re.Match[str] | None"]
    search: Callable[..., "re.Match[str] | None"]
    findall: Callable[..., list[Any]]

    def __init__(self, said: str, flags: int = 0) -> None:
        self._said, self._flags = said, flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self._said, self._flags)
        self.match, self.fullmatch, self.search, self.findall = made.match, made.fullmatch, made.search, made.findall
        return getattr(made, name)
