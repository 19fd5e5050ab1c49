"""Regular expressions that are compiled when they are first used: compiling takes longer than a command may start."""

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from typing import Any


class LazyPattern:
    """A pattern that has the methods of `re.Pattern`; each is the compiled pattern's own after the first use."""

    match: "Callable[..., re.Match[str] | None]"
    fullmatch: "Callable[..., re.Match[str] | None]"
    search: "Callable[..., re.Match[str] | None]"
    findall: "Callable[..., list[Any]]"
    finditer: "Callable[..., Iterator[re.Match[str]]]"
    split: "Callable[..., list[Any]]"
    sub: "Callable[..., str]"

    def __init__(self, said: str, flags: int = 0) -> None:
        self._said, self._flags = said, flags

    def __getattr__(self, name: str) -> "Any":
        from re import compile as compiled

        made = compiled(self._said, self._flags)
        self.match, self.fullmatch, self.search, self.findall = made.match, made.fullmatch, made.search, made.findall
        self.finditer, self.split, self.sub = made.finditer, made.split, made.sub
        return getattr(made, name)
