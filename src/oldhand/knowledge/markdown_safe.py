"""Text of memories inside Markdown: it may show code, and it can make no heading, list, link, tag or picture."""

import re

from oldhand.model.visible import line

_CODE = re.compile(r"`([^`]{1,200})`")  # a code span as texts write it; inside, nothing is markup
_MARKUP = re.compile(r"[\\`*\[\]<>&~|$@]|(?<!\w)_|_(?!\w)|(?<=:)//|(?<=[wW]{3})\.")
_START = re.compile(r"(?:[#+=-]|[0-9]{1,9}[.)](?=\s|\Z)|\s)")  # what would begin a block at the start of a line


def inline(text: str) -> str:
    """A text as one line of Markdown that shows just what it says; short spans in backquotes stay code."""
    said = line(text)
    parts: list[str] = []
    end = 0
    for span in _CODE.finditer(said):
        parts += [_escaped(said[end : span.start()]), span[0]]
        end = span.end()
    whole = "".join([*parts, _escaped(said[end:])])
    return _guarded(whole)


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: "\\" + found[0], text)


def _guarded(text: str) -> str:
    """The text with what would begin a block at its start made plain."""
    begun = _START.match(text)
    if not begun:
        return text
    at = begun.end() - 1
    return text[:at] + "\\" + text[at:] if text[at] != " " else text.lstrip()


def link(shown: str, path: str) -> str:
    """A link to a file of the project, by a path relative to the document."""
    from urllib.parse import quote

    return f"[{_escaped(line(shown))}](<{quote(path, safe='/._-~')}>)"
