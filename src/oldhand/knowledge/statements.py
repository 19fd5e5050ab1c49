"""Statements: what instructions, READMEs and pages say, one self-contained quotation at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from oldhand.exchange.markdown import Block, Document
from oldhand.exchange.passages import LONGEST_TEXT, Group, Passage, groups, hanging, whole
from oldhand.exchange.prose import joined, plain, sentences, shorten, terminated
from oldhand.exchange.succession import iso_date
from oldhand.knowledge.documents import INSTRUCTIONS
from oldhand.knowledge.vocabulary import (
    BORING,
    COMMAND,
    CONTINUES,
    DECIDED,
    DEFINES,
    DESCRIBES,
    DOMAINS,
    EMPTY,
    FORBIDS,
    GENERIC,
    ORDERS,
    POINTS,
    RULES,
    SCRIPTED,
    SELF,
    SHELL,
    WARNS,
)

SHORTEST_TEXT = 28  # characters of a paragraph that can stand alone
LONGEST_LEAD = 160  # characters of an introduction repeated before each item of its list
LONGEST_LIST = 700  # characters of a list that is quoted as one statement
MOST_COMMANDS = 14  # of one fence; a longer one is a script
MOST_ROWS = 40  # of one table; a longer one is data


class Statement(NamedTuple):
    """One self-contained statement of a document, attributed to its lines. beside: further fields of a decision, as
    its record gives them (exchange.adr)."""

    kind: str  # decision | convention | gotcha | claim
    text: str
    title: str
    domain: str
    key: str
    path: str
    line_start: int
    line_end: int
    date: str
    status: str
    supersedes: tuple[str, ...]
    beside: tuple[tuple[str, str | tuple[str, ...]], ...] = ()


def statements_of(name: str, document: Document) -> list[Statement]:
    """The statements of one document that is no decision record."""
    path = PurePosixPath(name)
    instructs = bool(INSTRUCTIONS.match(path.name.casefold())) or ".cursor" in path.parts
    prefix, top = _standing(path, document, instructs)
    kept: list[Statement] = []
    for group in _merged(groups(document.blocks)):
        inner = group.path[1:] if group.path[:1] == (top,) else group.path
        if any(BORING.match(heading) for heading in inner):
            continue
        context = _context(prefix or (top if not inner or GENERIC.match(inner[-1]) else ""), inner)
        for passage in _passages(group, instructs):
            kept += _stated(name, document, passage, group, context, inner, instructs)
    return kept


def _standing(path: PurePosixPath, document: Document, instructs: bool) -> tuple[str, str]:
    """What a document speaks about, to be named before its statements, and its first heading."""
    top = next((b.text for b in document.blocks if b.kind == "heading" and b.level == 1), "")
    folder = path.parent.as_posix()
    folder = re.sub(r"(^|/)\.(github|cursor)\b.*", "", folder).strip(".")
    if instructs:
        globs = document.meta.get("globs") or document.meta.get("applyto", "")
        return (f"`{globs}`" if globs and globs not in ("*", "**", "**/*") else f"`{folder}`" if folder else " "), top
    title = "" if GENERIC.match(top) else top or plain(document.meta.get("title", ""))
    if path.parent == PurePosixPath("."):
        return "", top
    stem = path.parent.name if path.stem.casefold() in ("readme", "index") else path.stem
    stem = re.sub(r"^\d{4}-\d\d-\d\d[-_]?(?=.)", "", stem)
    return title or re.sub(r"[-_]+", " ", stem[:1].upper() + stem[1:]), top


def _context(prefix: str, inner: tuple[str, ...]) -> str:
    """The headings a reader needs to understand a sentence quoted alone."""
    named = [heading.strip(" :") for heading in inner[-1:]]
    if len(inner) > 1 and (GENERIC.match(inner[-1]) or len(inner[-1]) < 12):
        named = [inner[-2].strip(" :"), *named]
    kept: list[str] = []
    for part in (prefix, *named):
        bare = re.sub(r"^\W*\d+(\.\d+)*[.)]?\s+", "", re.sub(r"^[^\w`(\[«\"]+", "", part))
        if bare and not any(bare.casefold() in other.casefold() for other in kept):
            kept.append(bare)
    return ", ".join(kept)[:200]


def _merged(found: list[Group]) -> list[Group]:
    """Paragraphs that go on from the one before are put together with it."""
    kept: list[Group] = []
    for group in found:
        before = kept[-1] if kept else None
        if (
            before and before.lead and not (before.items or before.extra or group.items or group.extra)
            and before.path == group.path and CONTINUES.match(group.lead) and not before.lead.endswith(":")
            and len(before.lead) + len(group.lead) < LONGEST_LIST
        ):  # fmt: skip
            kept[-1] = before._replace(lead=f"{terminated(before.lead)} {group.lead}", line_end=group.line_end)
        else:
            kept.append(group)
    return kept


def _passages(group: Group, instructs: bool) -> Iterator[Passage]:
    """A group as one or more passages; the label of a passage is the lead it was taken from."""
    group = _with_commands(group) if group.items and group.extra else group
    commands = [pair for block in group.extra if block.kind == "code" for pair in _commands(block)]
    lead = group.lead
    if commands and not group.items:
        yield from _instructed(group, commands)
    elif not group.items:
        pieces, text = [], ""
        for sentence in sentences(_without_announcement(lead)):
            if text and len(text) + len(sentence) > LONGEST_LIST:
                pieces.append(text)
                text = ""
            text = f"{text} {sentence}".strip()
        for piece in [*pieces, text]:
            if piece and (not pieces or len(piece) > SHORTEST_TEXT):
                yield Passage(piece, group.line_start, group.line_end)
    elif instructs or sum(1 for item in group.items if item.label) * 3 < len(group.items) * 2:
        yield from _listed(group, instructs)
    for block in group.extra:
        if block.kind == "table":
            yield from _rows(block)


def _with_commands(group: Group) -> Group:
    """The group with the commands between its items put to the items they belong to."""
    items = list(group.items)
    for block in group.extra:
        before = [n for n, item in enumerate(items) if item.line_start < block.line_start]
        commands = [command for _, command in _commands(block)] if block.kind == "code" and before else []
        if commands and len(commands) <= MOST_COMMANDS // 2:
            item = items[before[-1]]
            text = f"{item.text.rstrip(' :.')}: {', then '.join(commands)}"
            items[before[-1]] = item._replace(text=text, line_end=block.line_end)
    return group._replace(items=tuple(items), extra=tuple(b for b in group.extra if b.kind == "table"))


def _without_announcement(lead: str) -> str:
    if not lead.endswith(":"):
        return lead
    parts = sentences(lead)
    return " ".join(parts[:-1])


def _instructed(group: Group, commands: list[tuple[str, str]]) -> Iterator[Passage]:
    """Commands with the words that introduce them: one passage each when they have labels of their own."""
    lead = group.lead.rstrip(" :.")
    start, end = group.line_start, group.line_end
    if lead and len(lead) > 4 * LONGEST_LEAD:
        yield Passage(_without_announcement(group.lead), start, end)
        lead = ""
    if len(commands) > 1 and sum(1 for label, _ in commands if label) * 2 > len(commands):
        if len(lead) > LONGEST_LEAD:
            yield Passage(terminated(lead), start, end)
            lead = ""
        for label, command in commands:
            yield Passage(f"{label or 'then'}: {command}", start, end, lead)
        return
    text = ", then ".join(command for _, command in commands[:6])
    label = lead or commands[0][0]
    yield Passage(f"{label}: {text}" if label else text, start, end)


def _commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a shell fence as (comment that explains it, command in code marks)."""
    lines = [line for line in block.text.replace("\\\n", " ").split("\n") if line.strip()]
    plainly = block.info in ("", "indented", "text", "txt")
    if not lines or (not SHELL.match(block.info) and not plainly) or any(SCRIPTED.match(line) for line in lines):
        return []
    prompted = [line for line in lines if re.match(r"\s*[$❯%]\s+\S", line)]
    if plainly and not prompted and not all(COMMAND.match(line.strip()) or line.strip()[0] == "#" for line in lines):
        return []
    found: list[tuple[str, str]] = []
    label = ""
    for line in prompted or lines:
        line = re.sub(r"\s+", " ", line.strip())
        if line.startswith("#"):
            label = line.strip("# .:")
            continue
        command, _, note = re.sub(r"^[$❯%>]\s+", "", line).partition(" # ")
        if "`" in command or len(command) > 2 * LONGEST_LEAD:
            return []
        if command.strip():
            found.append((note.strip(" .:") or label, f"`{command.strip()}`"))
        label = label if not note else ""
    return found if len(found) <= MOST_COMMANDS else []


def _listed(group: Group, instructs: bool) -> Iterator[Passage]:
    """A list as one passage when it is short or ordered, else an item at a time under its lead."""
    items, lead = group.items, group.lead
    linked = sum(
        1 for item in items if len(item.text) < SHORTEST_TEXT * 2 and not re.search(r"[.`:(]|\s.*\s.*\s", item.text)
    )
    size = sum(len(item.text) for item in items) + len(lead)
    ruling = sum(1 for item in items if ORDERS.match(item.text)) * 2 >= len(items)
    together = size <= LONGEST_LIST and (group.ordered or not instructs or not ruling or linked == len(items))
    if instructs and any(len(item.text) > 90 or re.search(r": `[^`]+`$", item.text) for item in items):
        together = False
    if together and (len(items) > 1 or lead):
        yield Passage(whole(group), group.line_start, group.line_end)
        return
    short = lead if len(lead) <= LONGEST_LEAD else ""
    if lead and not short:
        yield Passage(_without_announcement(lead), group.line_start, items[0].line_start)
        short = sentences(lead)[-1] if len(sentences(lead)[-1]) <= LONGEST_LEAD else ""
    batch: list[tuple[int, Passage]] = []
    for number, item in enumerate(items, 1):
        if group.ordered and not instructs:
            if batch and sum(len(i.text) for _, i in batch) + len(item.text) > LONGEST_LIST:
                yield _steps(batch, short)
                batch = []
            batch.append((number, item))
        else:
            yield Passage(shorten(item.text, LONGEST_LIST), item.line_start, item.line_end, short.rstrip(" :."))
    if batch:
        yield _steps(batch, short)


def _steps(batch: list[tuple[int, Passage]], lead: str) -> Passage:
    text = joined([f"{number}) {item.text}" for number, item in batch])
    return Passage(shorten(text, LONGEST_TEXT - 250), batch[0][1].line_start, batch[-1][1].line_end, lead.rstrip(" :."))


def _rows(block: Block) -> Iterator[Passage]:
    """The rows of a table that explains: a name, then what is said about it."""
    header, rows = block.rows[0], block.rows[1:]
    if not rows or len(rows) > MOST_ROWS or len(header) < 2:
        return
    if sum(len(" ".join(row[1:])) for row in rows) < 18 * len(rows):
        return
    for offset, row in enumerate(rows, 2):
        said = [
            f"{h}: {c}" if h and n else c
            for n, (h, c) in enumerate(zip(header[1:], row[1:], strict=False))
            if c.strip(" -–")
        ]
        if row[0] and said:
            yield Passage(f"{row[0]}: {'; '.join(said)}", block.line_start + offset, block.line_start + offset)


def _stated(
    name: str, document: Document, passage: Passage, group: Group, context: str, inner: tuple[str, ...], instructs: bool
) -> list[Statement]:
    """One passage as a statement, or none when it says nothing by itself."""
    body = passage.text.strip()
    if not _says_something(body, bool(passage.label), instructs):
        return []
    if passage.label and passage.label.casefold() not in body.casefold():
        body = f"{passage.label}: {body}"
    known = set(re.findall(r"\w+", body.casefold()))
    missing = [p for p in context.split(", ") if not set(re.findall(r"\w{3,}", p.casefold())) <= known]
    said = ", ".join(missing)
    text = f"{said}{' ' if said.endswith('?') else ': '}{body}" if said else body
    warned = group.tone in ("warning", "caution", "danger") or any(
        not m.group("if") for m in WARNS.finditer(re.sub(r"`[^`]*`", "", body))
    )
    warned = warned or bool(FORBIDS.match(inner[-1] if inner else "") or FORBIDS.match(passage.label))
    heads = " ".join(inner)
    kind = "claim"
    if warned and (instructs or group.tone):
        kind = "gotcha"
    elif DECIDED.search(body):
        kind = "decision"
    elif instructs and _prescribes(heads, passage.text.strip()):
        kind = "convention"
    domain = next((d for d, pattern in DOMAINS if pattern.search(heads)), "")
    domain = (
        "decisions"
        if kind == "decision"
        else domain or {"gotcha": "issues", "convention": "patterns"}.get(kind, "context")
    )
    day = iso_date(document.meta.get("date", ""))
    title = inner[-1] if inner else context
    return [
        Statement(
            kind,
            shorten(text, LONGEST_TEXT),
            title[:120],
            domain,
            "",
            name,
            passage.line_start,
            passage.line_end,
            day,
            "",
            (),
        )
    ]


def _prescribes(heads: str, said: str) -> bool:
    """Whether a sentence of an instructions file says how to work, rather than what there is."""
    if ORDERS.match(said) or RULES.search(heads):
        return True
    return bool(heads) and not DESCRIBES.search(heads) and not DEFINES.match(said)


def _says_something(body: str, led: bool, instructs: bool) -> bool:
    """Whether a passage is a statement at all: not a badge, a pointer, a stub or a bare name."""
    words = re.findall(r"[^\W\d_]{2,}", body)
    if len(words) < (2 if (instructs and "`" in body) or led else 4) or (
        len(body) < SHORTEST_TEXT and not instructs and not led
    ):
        return False
    if EMPTY.match(body) or body.startswith(("http://", "https://", "import ", "{", "<")):
        return False
    if "://" in body and len(re.sub(r"https?://\S+", "", body)) < SHORTEST_TEXT and "`" not in body:
        return False
    if hanging(body) or SELF.match(body) or (body[0].islower() and not (instructs or led) and " " in body[:20]):
        return False
    return not (POINTS.search(body) and len(body) < 180 and not instructs and "`" not in body)
