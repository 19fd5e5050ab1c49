"""The nearest of several names to one that was typed: near in meaning, or near in spelling."""

from collections.abc import Collection, Mapping

LIKE = 0.75  # of difflib's ratio: `recrod` and `record` have .83, `lsit` and `list` .75, `page` and `agent` .67
BEGINNING = 4  # letters that both begin with, all that were typed but one: `assume` and `assumption`
LONGEST = 60  # characters of what was typed that are compared; no name has more

# What other programs call it, and what it is called here; of several the first that there is.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "get": ("show",), "view": ("show",), "print": ("show",), "list": ("list", "show"), "ls": ("list", "show"),
    "unset": ("reset",), "delete": ("reset", "remove"), "remove": ("reset",), "rm": ("remove", "reset"),
    "add": ("record", "create"), "new": ("record", "create"), "create": ("record",),
}  # fmt: skip
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "page": ("offset", "limit"), "max": ("limit",), "count": ("limit",), "top": ("limit",), "all": ("every",),
    "status": ("state", "standing"), "directory": ("folder",), "dir": ("folder",), "cwd": ("folder",),
}  # fmt: skip


def nearest(typed: str, names: Collection[str], meant: Mapping[str, tuple[str, ...]]) -> str:
    """The name that was meant by a word, or nothing where none is near.

    names: as they are written, without dashes before them. meant: COMMANDS or OPTIONS.
    """
    import difflib

    word = typed.lower()[:LONGEST]
    for name in meant.get(word, ()):
        if name in names:
            return name
    if close := difflib.get_close_matches(word, names, 1, LIKE):
        return close[0]
    most = max(BEGINNING, len(word) - 1)
    begun = [name for name in names if len(word) >= most and name.startswith(word[:most])]
    return min(begun, key=len, default="")
