"""Markdown, read block by block in one pass.

Only what carries statements is kept: headings with their paths, paragraphs, list
items with nesting, tables as rows, fenced code with its language, frontmatter as
plain fields. Comments, raw HTML, rules and link definitions are dropped. The reader
never fails: broken markup is read as the text it is, and every line and block is
bounded, so the work grows with the length of the input and not with its shape.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oldhand.exchange.prose import AUTOLINK, CODE_SPAN, LONGEST_BLOCK, TAG, plain

LONGEST_LINE = 6_000  # characters; what follows in a longer line is data, not prose
LONGEST_CODE = 60  # lines of a fence that are kept: more is a listing, not a command
LONGEST_FRONTMATTER = 200  # lines; an opening without an end within them is a rule
FOLDED = 7  # level of a folded part's summary: below every heading, until the part ends
DEEPEST_LIST = 8  # levels of nesting told apart; deeper items count as this deep
_FENCE = re.compile(r"(`{3,}|~{3,})\s*([^`]*)$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*)</h\1>\s*$", re.IGNORECASE)
_ITEM = re.compile(r"([-*+•]|\d{1,4}[.)])(?:[ ]+(.*))?$")
_RULE = re.compile(r"([-*_=])(?:[ ]*\1){2,}$")
_DELIMITER = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_REFERENCE = re.compile(r"\[[^\]]+\]:\s")
_ADMONITION = re.compile(r"(?::{3,}|!{3}|\?{3}\+?)\s*\{?\.?([a-z]+)?", re.IGNORECASE)
_ALERT = re.compile(r"\[!(\w+)\]\s*$")
_RAW = re.compile(r"<(script|style|svg|table|pre|iframe|video)\b", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:p|div|details|summary|center|section|hr|ul|ol|h[1-6]|dl|figure|[A-Z][\w.]*)\b")
_ONLY_TAGS = re.compile(r"(?:\s*<[^<>]+>)+$")
_MODULE_LINE = re.compile(r"(?:import|export)\s.*(?:from\s+['\"]|['\"];?$|=|\{)")
_SUMMARY = re.compile(r"<summary\b[^>]*>(.*?)(?:</summary>|$)", re.IGNORECASE)
_TASK = re.compile(r"\[[ xX]\]\s+")


class Block(NamedTuple):
    """One block; ``text`` is its Markdown with the source's line breaks, code verbatim."""

    kind: str  # heading | paragraph | item | code | table
    text: str
    level: int  # heading: 1 to 6; item: nesting from 0; code and paragraph: list depth
    path: tuple[str, ...]  # plain headings it stands under, outermost first
    line_start: int
    line_end: int
    info: str = ""  # code: language; item: "ordered" or ""; else the admonition's name
    rows: tuple[tuple[str, ...], ...] = ()  # table: plain cells, the header row first


class Document(NamedTuple):
    """A read document: frontmatter fields in lower case and the blocks in order."""

    meta: dict[str, str]
    blocks: list[Block]


def read(text: str) -> Document:
    """Read a whole Markdown text. Never fails; lines are numbered from 1."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    meta, first = _frontmatter(lines)
    reader = _Reader()
    for number in range(first, len(lines)):
        reader.take(number + 1, lines[number][:LONGEST_LINE].expandtabs(4).rstrip())
    reader.flush()
    reader.end_code(len(lines))
    return Document(meta, reader.blocks)


def _frontmatter(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the fields of the opening ``---`` block and the index of the first line after it.

    Only what documents need of YAML is read: ``key: value``, ``[a, b]``, dashed lists
    (joined by ", ") and folded or literal text. Anything else is passed over.
    """
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    stop = min(len(lines), LONGEST_FRONTMATTER)
    end = next((n for n in range(1, stop) if lines[n].rstrip() in ("---", "...")), 0)
    if not end:
        return {}, 0
    meta: dict[str, str] = {}
    key = ""
    for line in lines[1:end]:
        found = re.match(r"([A-Za-z][\w .-]{0,60}?)\s*:(?:\s+(.*)|)$", line[:LONGEST_LINE])
        if found:
            key = found[1].strip().lower().replace("_", "-")
            value = (found[2] or "").strip()
            meta[key] = "" if value in ("|", ">", "|-", ">-") else value.strip("[]\"' ")
        elif key and line.strip():
            entry = line.strip()
            mark = ", " if entry.startswith("- ") and meta[key] else " "
            meta[key] = (meta[key] + mark + entry.removeprefix("- ").strip("\"' ")).strip()
    return meta, end + 1


class _Reader:
    """The state of one pass: the open block, the headings above it, the open lists."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._path: tuple[str, ...] = ()
        self._lists: list[int] = []  # the column where the text of each open item starts
        self._open = ""  # kind of the open block, "" for none
        self._parts: list[str] = []
        self._size = 0
        self._start = self._end = 0
        self._info = ""
        self._blank = True
        self._skip_to = ""  # inside a comment or raw HTML: the text that ends it
        self._fence = ""
        self._tone = ""
        self._quoted = False

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if self._fence:
            self._in_fence(number, line)
            return
        line = self._unskipped(line)
        quoted = line.lstrip(" ")
        if quoted.startswith(">"):
            line = quoted.lstrip("> ") if not quoted[1:].startswith("    ") else quoted[1:]
            self._quoted = True
        elif self._quoted:
            self._quoted, self._tone = False, ""
            self.flush()
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        if not body:
            self._blank = True
            if self._open in ("paragraph", "table"):
                self.flush()
            return
        if not self._structure(number, body, indent):
            self._prose(number, body, indent)
        self._blank = False

    def _unskipped(self, line: str) -> str:
        """Return the line without the comments and raw HTML it lies in or holds."""
        if self._skip_to:
            at = line.lower().find(self._skip_to)
            if at < 0:
                return ""
            line = line[at + len(self._skip_to) :]
            self._skip_to = ""
        if "<" not in line:
            return line
        while (at := line.find("<!--")) >= 0:
            if line.count("`", 0, at) % 2:
                break
            end = line.find("-->", at + 4)
            if end < 0:
                self._skip_to = "-->"
                return line[:at]
            line = line[:at] + line[end + 3 :]
        raw = _RAW.match(line.lstrip())
        if raw:
            closing = f"</{raw[1].lower()}>"
            at = line.lower().find(closing)
            if at < 0:
                self._skip_to = closing
            return "" if at < 0 else line[at + len(closing) :]
        return line

    def _in_fence(self, number: int, line: str) -> None:
        if line.lstrip("> ").startswith(self._fence) and not line.strip("> " + self._fence[0]):
            self.end_code(number)
        elif len(self._parts) <= LONGEST_CODE:
            self._parts.append(line)

    def end_code(self, number: int) -> None:
        """Close an open fence: at its end, or at the end of the text."""
        if self._fence:
            self._fence = ""
            text = "\n".join(self._parts)[:LONGEST_BLOCK]
            self._emit("code", text, len(self._lists), number)
            self._parts, self._info = [], ""

    def _emit(self, kind: str, text: str, level: int, end: int, info: str = "") -> None:
        self.blocks.append(Block(kind, text, level, self._path, self._start, end, info or self._info))

    def _structure(self, number: int, body: str, indent: int) -> bool:
        """Read a line that opens or closes something; False when it is plain prose."""
        fence = _FENCE.match(body) if body[0] in "`~" else None
        if fence:
            self.flush()
            self._keep_lists(indent)
            self._fence, self._info = fence[1], fence[2].strip().split(" ")[0].lower()
            self._start = number
            return True
        if body[0] in "#<" and indent < 4:
            found = _HEADING.match(body) or _HTML_HEADING.match(body)
            if found:
                level = len(found[1]) if body[0] == "#" else int(found[1])
                self._heading(number, number, level, found[2] or "")
                return True
        if body[0] in "-*_=" and _RULE.match(body):
            if self._open == "paragraph" and body[0] in "-=" and len(self._parts) == 1:
                text, start = self._parts[0], self._start
                self._open, self._parts, self._size = "", [], 0
                self._heading(start, number, 1 if body[0] == "=" else 2, text)
            else:
                self.flush()
            return True
        if body[0] in ":!?" and body[:3] in (":::", "!!!", "???"):
            self.flush()
            found = _ADMONITION.match(body)
            self._tone = (found[1] or "").lower() if found else ""
            return True
        alert = _ALERT.match(body) if self._quoted else None
        if alert:
            self._tone = alert[1].lower()
            return True
        if _REFERENCE.match(body) or _MODULE_LINE.match(body):
            return True
        return self._table_line(number, body) or self._item(number, body, indent)

    def _heading(self, start: int, end: int, level: int, text: str) -> None:
        self.flush()
        self._lists = []
        self._tone = ""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._path = tuple(name for _, name in self._headings)
        title = plain(text)[:200]
        self._start, self._info = start, ""
        self._emit("heading", title, level, end)
        if title:
            self._headings.append((level, title))
            self._path = (*self._path, title)

    def _table_line(self, number: int, body: str) -> bool:
        if self._open == "table" and "|" in body:
            self._add(number, body)
            return True
        if self._open == "paragraph" and "|" in self._parts[-1] and "-" in body and _DELIMITER.match(body):
            header = self._parts.pop()
            if self._parts:
                self._end = number - 2
                self.flush()
            self._open, self._parts, self._start = "table", [header], number - 1
            self._end = number
            return True
        return False

    def _item(self, number: int, body: str, indent: int) -> bool:
        found = _ITEM.match(body) if body[0] in "-*+•" or body[0].isdigit() else None
        if not found or (self._open == "paragraph" and body[0].isdigit() and found[1][0] != "1"):
            return False
        self.flush()
        self._keep_lists(indent)
        depth = min(len(self._lists), DEEPEST_LIST)
        self._lists.append(indent + len(found[1]) + 1)
        self._info = "ordered" if found[1][0].isdigit() else ""
        self._open, self._start = "item", number
        self._level = depth
        self._add(number, _TASK.sub("", found[2] or "", count=1))
        return True

    def _keep_lists(self, indent: int) -> None:
        """Close the lists whose text starts right of this column."""
        while self._lists and indent < self._lists[-1]:
            self._lists.pop()

    def _prose(self, number: int, body: str, indent: int) -> None:
        if _BLOCK_TAG.match(body) or (body[0] == "<" and _ONLY_TAGS.match(body) and not AUTOLINK.match(body)):
            self.flush()
            summary = _SUMMARY.search(body)
            if summary and summary[1].strip():
                self._heading(number, number, FOLDED, summary[1])
                return
            if "</details>" in body and self._headings and self._headings[-1][0] == FOLDED:
                self._headings.pop()
                self._path = tuple(name for _, name in self._headings)
            body = TAG.sub(" ", body).strip()
            if not body:
                return
        if self._open == "item":
            if not self._blank or indent >= 2:
                self._add(number, ("\n" if self._blank else "") + body)
                return
            self.flush()
        if self._open == "paragraph" and not self._blank:
            self._add(number, body)
            return
        if self._blank:
            self._keep_lists(indent)
        self.flush()
        self._open, self._start, self._info = "paragraph", number, self._tone
        self._level = len(self._lists)
        if indent >= 4 and not self._lists:
            self._open, self._info = "code", "indented"
        self._add(number, body)

    def _add(self, number: int, text: str) -> None:
        if self._size < LONGEST_BLOCK:
            self._parts.append(text)
            self._size += len(text)
        self._end = number

    def flush(self) -> None:
        """Close the open block, if any."""
        kind, self._open = self._open, ""
        if kind == "table":
            rows = tuple(_cells(row) for row in self._parts)
            self._info = self._tone
            self.blocks.append(Block("table", "", 0, self._path, self._start, self._end, self._tone, rows))
        elif kind and any(part.strip() for part in self._parts):
            tone = self._info if kind != "item" or self._info else self._tone
            self._emit(kind, "\n".join(self._parts)[:LONGEST_BLOCK], self._level, self._end, tone)
        if kind:
            self._parts, self._size, self._info = [], 0, ""

    _level = 0


def _cells(row: str) -> tuple[str, ...]:
    """The cells of a table row, plain."""
    held = CODE_SPAN.sub(lambda m: m[0].replace("|", "\x01"), row.replace("\\|", "\x01"))
    return tuple(plain(c.replace("\x01", "|")) for c in held.strip().strip("|").split("|"))
