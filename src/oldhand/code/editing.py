"""Replacing a text in a file by another one, exactly, with the file's own encoding and line ends."""

from typing import NamedTuple

from oldhand.code.content import NOT_UTF8, Content
from oldhand.errors import BadArgument, NoSuchText, SeveralTexts

SEALED = "&lt;"  # how `<` is shown to agents before the word that fences their memory (oldhand.model.visible)
LINES_NAMED = 20  # lines told where a text stands several times


class Edited(NamedTuple):
    """A file's bytes after an edit, and how many times the text was replaced."""

    raw: bytes
    times: int


def edited(raw: bytes, content: Content, path: str, old: str, new: str, *, every: bool) -> Edited:
    """The bytes of a file with `old` replaced by `new`: once, or everywhere with `every`.

    Line ends of both are taken as the file's. Raises NoSuchText, SeveralTexts with the lines, and
    BadArgument for texts that cannot stand in the file.
    """
    if not old:
        raise BadArgument("old", old, "say which text is replaced; `write` gives a file a whole new text")
    text = _text(raw, content)
    for said, what in ((old, "old"), (new, "new")):
        content.in_bytes(said, what)  # refuses what the file's encoding cannot carry
    forms = [form for form in _forms(old, content) if form in text]
    if not forms and SEALED in old:  # as agents are shown what could be taken for the end of quoted memory
        old, new = old.replace(SEALED, "<"), new.replace(SEALED, "<")
        forms = [form for form in _forms(old, content) if form in text]
    if not forms:
        raise NoSuchText(_start(old), path, _hint(old, content))
    times = sum(text.count(form) for form in forms)
    if times > 1 and not every:
        raise SeveralTexts(_start(old), times, path, _lines_of(forms[0], text))
    changed = text
    for form in forms:
        end = ("\r\n" if "\r\n" in form else "\n") if "\n" in form else content.line_end
        changed = changed.replace(form, _with_ends(new, end))
    if changed == text:
        raise BadArgument("new", _start(new), "it is the same as the old text")
    return Edited(_bytes(changed, content), times)


def whole(said: str, content: Content | None) -> bytes:
    """A whole new text as bytes: in the encoding and with the line ends of what it replaces, if anything."""
    if content is None:
        return said.encode()
    if content.encoding == NOT_UTF8:
        return said.encode()  # the old bytes had no encoding that anybody knows; all of them go
    return content.mark + (said if content.mixed else _with_ends(said, content.line_end)).encode(content.codec)


def _text(raw: bytes, content: Content) -> str:
    """The text in which is searched: where the encoding is unknown, one character for each byte."""
    return raw.decode("latin-1") if content.encoding == NOT_UTF8 else content.text


def _bytes(text: str, content: Content) -> bytes:
    return text.encode("latin-1") if content.encoding == NOT_UTF8 else content.mark + text.encode(content.codec)


def _forms(old: str, content: Content) -> list[str]:
    """`old` with the line ends that the file has; a mixed one may hold it with both."""
    if "\n" not in old:
        return [old]
    if not content.mixed:
        return [_with_ends(old, content.line_end)]
    windows = _with_ends(old, "\r\n")
    bare = _with_ends(old, "\n")
    return [windows] if bare[0] == "\n" and windows in content.text else [windows, bare]


def _with_ends(text: str, end: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", end)


def _lines_of(wanted: str, text: str) -> str:
    lines: list[str] = []
    at, line, counted = text.find(wanted), 1, 0
    while at >= 0 and len(lines) < LINES_NAMED:
        line += text.count("\n", counted, at)
        counted = at
        lines.append(str(line))
        at = text.find(wanted, at + len(wanted))
    return ", ".join(lines) + (" …" if at >= 0 else "")


def _hint(old: str, content: Content) -> str:
    """Where the text stands with other white space, or its first line stands, as a sentence; empty when nowhere."""
    wanted = [" ".join(line.split()) for line in old.split("\n")]
    while wanted and not wanted[0]:
        wanted.pop(0)
    while wanted and not wanted[-1]:
        wanted.pop()
    if not wanted:
        return ""
    lines = [" ".join(line.split()) for line in content.lines()]
    starts = [number for number, line in enumerate(lines) if line == wanted[0]]
    for number in starts:
        if lines[number : number + len(wanted)] == wanted:
            return f" With other white space it stands at line {number + 1}."
    return f" Its first line stands at line {starts[0] + 1}; what follows differs." if starts else ""


def _start(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line[:60] + ("…" if len(line) > 60 or "\n" in text.strip() else "")
