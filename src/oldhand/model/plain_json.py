"""JSON read and written by what Python has of it in C: the module `json` takes as long to import as Python to start.

Only for hooks. What is read comes from other programs: it is bounded before, and anything may be in it.
"""

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from typing import Any

SPACE = " \t\r\n"


class _Reading:
    """How values are read: as `json.loads` does, control characters in strings allowed."""

    strict = False
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo: "dict[str, str]" = {}  # noqa: RUF012 - names of members; a hook reads one text

    @staticmethod
    def parse_constant(name: str) -> float:
        """NaN and the infinities, which some programs write."""
        return float(name.replace("Infinity", "inf"))


def parsed(text: str) -> "Any":
    """The value of a JSON text. Raises ValueError, or RecursionError for what is nested too deeply."""
    try:
        from _json import make_scanner
    except ImportError:  # a Python that has no such part
        import json

        return json.loads(text, strict=False)
    begin = 0
    while begin < len(text) and text[begin] in SPACE:
        begin += 1
    try:
        value, end = make_scanner(_Reading())(text, begin)  # type: ignore[arg-type]
    except (StopIteration, SystemError):  # the latter where it looks for an error class of `json`, which is not there
        raise ValueError("it is no JSON") from None
    if text[end:].strip(SPACE):
        raise ValueError("something stands behind it")
    return value


def written(value: "Any") -> str:
    """A value of plain types as compact JSON in ASCII; what is empty (None, "", [], {}) is left out of objects."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        kept = [(name, said) for name, said in value.items() if said is not None and said not in ("", [], (), {})]
        return "{" + ",".join(f"{_quoted(name)}:{written(said)}" for name, said in kept) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(written, value)) + "]"
    return "null"


def _quoted(text: str) -> str:
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        from json import dumps

        return dumps(text)
    # Halves of characters, which no file of UTF-8 may hold, are written as question marks.
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return str(encode_basestring_ascii(whole))
