"""Passages: a paragraph with the list, code and table that belong to it, as one text with its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from oldhand.exchange.markdown import Block
from oldhand.exchange.prose import joined, plain, shorten, terminated

LONGEST_TEXT = 900  # characters of one statement: what is read at a glance and fits a recall's budget
MOST_BLOCKS = 300  # blocks of one group; a longer list goes on as a new one
MOST_NESTED = 20  # texts nested in one list item; more is a tree, not a statement


class Passage(NamedTuple):
    """Plain text with its lines, and the label of the part of the document it is from."""

    text: str
    line_start: int
    line_end: int
    label: str = ""


class Group(NamedTuple):
    """A paragraph with the list, code or table that belongs to it."""

    lead: str
    items: tuple[Passage, ...]
    ordered: bool
    extra: tuple[Block, ...]  # code blocks and tables
    path: tuple[str, ...]
    tone: str
    line_start: int
    line_end: int


_LINKED = re.compile(r"[^\w\[]*(?:\d+\W+)?\[[^\[\]]{0,200}\]\([^()]*\)\W*")
_HANGING = re.compile(
    r"\W*(?:in the (?:above|previous|following|next) |the (?:above|previous|following|next) (?:\w+ ){0,2}(?:example"
    r"|code|configuration|diagram|picture|image|figure|sample|snippet|section)s?\b|as (?:you can|can be) see|link to )"
    r"|\W*the following [^.;]{0,60}\.$",
    re.IGNORECASE,
)
RESOLVED = re.compile(
    r"\b(?:we (?:will|have|use|chose|decided?)|will be|chosen|decided|мы)\b.*\s\w+\s\w+", re.IGNORECASE
)


def groups(blocks: Iterable[Block]) -> list[Group]:
    """Put paragraphs together with the lists, code and tables that follow and belong to them."""
    gathered: list[list[tuple[Block, str]]] = []
    last: list[tuple[Block, str]] = []  # the open group: its blocks with their plain text
    for block in blocks:
        text = plain(block.text) if block.kind in ("paragraph", "item") else ""
        if block.kind == "heading":
            last = []
        elif text or block.kind in ("code", "table"):
            if not (last and _belongs(block, last)):
                last = []
                gathered.append(last)
            last.append((block, text))
    return [_group(pairs) for pairs in gathered]


def _belongs(block: Block, last: list[tuple[Block, str]]) -> bool:
    """Whether a block goes on with the open group."""
    first, lead = last[0]
    if len(last) >= MOST_BLOCKS:
        return False
    top = next((b for b, _ in last if b.kind == "item"), None)
    if block.kind == "item":
        if top is None:
            return first.kind != "paragraph" or not lead.endswith((".", "!", "?", ")"))
        return block.level > top.level or (block.info == top.info and block.level == top.level)
    return block.kind != "paragraph" or bool(top and block.level)


def _group(pairs: list[tuple[Block, str]]) -> Group:
    first, lead = pairs[0]
    items: list[tuple[Block, int, list[str]]] = []  # block, last line, what is nested in it
    for block, text in pairs:
        if block.kind == "item" and (not items or block.level <= items[0][0].level):
            items.append((block, block.line_end, []))
        elif text and items:
            head, _, nested = items[-1]
            if len(nested) < MOST_NESTED:
                nested.append(text)
            items[-1] = (head, block.line_end, nested)
    folded = tuple(_item(block, end, nested) for block, end, nested in items)
    extra = tuple(block for block, _ in pairs if block.kind in ("code", "table"))
    tone = first.info if first.kind in ("paragraph", "item") and first.info != "ordered" else ""
    lead = lead if first.kind == "paragraph" else ""
    ordered = bool(items) and items[0][0].info == "ordered"
    return Group(lead, folded, ordered, extra, first.path, tone, first.line_start, pairs[-1][0].line_end)


def _item(block: Block, line_end: int, nested: list[str]) -> Passage:
    text = plain(block.text)
    if nested:
        below = joined(nested)
        full = text[-1:] in ".!?:" or len(below) > 200
        text = f"{terminated(text)} {below}" if full else f"{text}: {below.removesuffix('.')}"
    bare = not nested and bool(_LINKED.fullmatch(block.text.strip()))
    return Passage(text, block.line_start, line_end, "link" if bare else "")


def hanging(text: str) -> bool:
    """Whether a text speaks of something beside it that is not quoted with it: an example, a picture."""
    return bool(_HANGING.match(text))


def whole(group: Group, limit: int = LONGEST_TEXT) -> str:
    """A group as one text within the limit: whole sentences, whole items."""
    if not group.items:
        return shorten(_closed(group.lead), limit)
    lead = group.lead
    texts = [f"{n}) {item.text}" if group.ordered else item.text for n, item in enumerate(group.items, 1)]
    total, most = len(lead), 0
    while most < len(texts) and total <= limit:
        total += len(texts[most])
        most += 1
    for count in range(most, 0, -1):
        text = f"{lead} {joined(texts[:count])}".strip() + (" …" if count < len(texts) else "")
        if len(text) <= limit:
            return text.replace(": …", " …")
    return shorten(f"{lead} {texts[0]}".strip(), limit)


def _closed(lead: str) -> str:
    """A lead whose list, code or picture is left out, without the announcement of it."""
    if not lead.endswith(":"):
        return lead
    cut = max(lead.rfind(". "), lead.rfind("! "), lead.rfind("? "))
    if cut > 0:
        return lead[: cut + 1]
    return lead[:-1] + "." if RESOLVED.search(lead) else ""
