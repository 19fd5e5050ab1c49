"""Decision records in Markdown: MADR 2 to 4, Nygard's form, and the free forms seen in the wild.

A record is known by its sections, in English or Russian, whatever their order and level.
Status, date and succession are taken from frontmatter, `Key: value` lines, two-column
tables or sections of their own. What a record does not say stays empty.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from oldhand.exchange.markdown import Block, Document, plain, shorten

LONGEST_TEXT = 900  # characters of one statement: what is read at a glance and fits a recall's budget
LONGEST_DECISION = 620  # characters of the decision when a reason stands beside it
LONGEST_REASON = 260  # characters of a reason that is still part of the decision's own statement
MOST_FINDINGS = 14  # statements beside the decision: beyond them a record is a design document
LONGEST_SECTION_NAME = 3  # words; a longer first heading is a title even where it starts like a section
MOST_BLOCKS = 300  # blocks of one group; a longer list goes on as a new one
MOST_NESTED = 20  # texts nested in one list item; more is a tree, not a statement
SHORTEST_FINDING = 30  # characters; less is a stub ("None", "n/a")


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


class Record(NamedTuple):
    """One decision record. References are (link target or "", label), still to be resolved."""

    title: str
    number: int  # 0 when the record has none
    status: str
    date: str  # as written
    decision: Passage
    findings: list[Passage]
    replaces: list[tuple[str, str]]
    replaced_by: list[tuple[str, str]]


_SECTIONS = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("status", r"status\b(?! update)|lifecycle$|статус"),
        ("date", r"date$|дата$"),
        ("drivers", r"decision drivers|(key )?drivers|forces|constraints|движущие|факторы|критерии"),
        ("rejected", r"pros and cons|.*\balternatives?\b|.*rejected|other options|.*альтернатив|отклон|за и против"),
        ("options", r"(considered )?options|варианты|рассмотренные"),
        ("consequences", r"(\w+ )?(consequences?|implications?|impacts?)\b|trade-?offs|risks?\b|results?$"),
        ("consequences", r"(dis)?advantages|positives?\b|negatives?\b|neutral\b|benefits|drawbacks|pros\b|cons\b"),
        ("consequences", r"confirmation|compliance|validation|последствия|риски|плюсы|минусы|положительн|отрицательн"),
        ("decision", r"(the |our |final )?decisions?\b(?! (matrix|log|process))|chosen|outcome|resolution$"),
        ("decision", r"what.s proposed|proposal|proposed|recommendation|conclusion|solution|what$"),
        ("decision", r"решение|выбранн|принятое|предложение"),
        ("reason", r"rationale|reason|justification|why\b|motivation|arguments?$"),
        ("reason", r"обоснован|почему|причин|мотив"),
        ("context", r"context|problem|background|issue|summary|current (state|situation)"),
        ("context", r"контекст|проблема|предпосылки"),
        ("aside", r"references?|links?$|more information|related|see also|change ?log|reviews?|cross-?references"),
        (
            "aside",
            r"acceptance|stakeholder|appendix|authors?|deciders|decision.makers|participants|metadata|to-?do|tasks",
        ),
        ("aside", r"to-?do|tasks|files? (created|modified|changed)|table of contents|next steps|estimated|sign.?off"),
        ("aside", r"ссылки|связанн|история|участники|авторы"),
    )
)
_SPOKEN = (  # what is said beside the decision, in this order, and the word for it
    ("reason", "why"),
    ("context", "context"),
    ("drivers", "drivers"),
    ("consequences", "consequences"),
    ("rejected", "alternative"),
    ("options", "options considered"),
    ("", ""),
)
_FIRM = ("rejected", "options", "consequences", "aside", "status", "date")  # headings below do not change these
_ORNAMENT = re.compile(r"^[^\w`('\"«]*(?:\d+(?:\.\d+)*[a-z]?[.):]?\s+(?:[–—-]\s+)?)?")
_PLACEHOLDER = re.compile(r"title of|short title|\{|\[|adr template|untitled|<", re.IGNORECASE)
_FIELD = re.compile(r"[\s>*_|-]*([^\W\d_][\w .-]{2,30}?)[\s*_]*(?::[\s*_]*|\s*\|\s*)(.*)")
_FIELDS = {
    "status": "status", "статус": "status", "date": "date", "дата": "date", "created": "date", "decided": "date",
    "supersedes": "replaces", "supercedes": "replaces", "replaces": "replaces", "заменяет": "replaces",
    "superseded by": "replaced", "superseded-by": "replaced", "superceded by": "replaced", "replaced by": "replaced",
    "заменено на": "replaced", "заменено": "replaced", "decision": "decision", "решение": "decision",
    "context": "context", "rationale": "reason", "deciders": "", "authors": "", "author": "", "tags": "tags",
    "last updated": "", "tickets": "", "scope": "", "consequences": "consequences",
}  # fmt: skip
_PARTIAL = re.compile(
    r"\b(?:part(?:s|ly|ial(?:ly)?)?|aspects?|extends|amends|not|nothing|directly|n/?a|none|частично|не)\b"
)
_SUPERSEDED = re.compile(r"super[sc]ee?ded|replaced by|obsolete|заменен|заменён|устарел")
_STATUSES = tuple(
    (status, re.compile(pattern))
    for status, pattern in (
        ("deprecated", r"deprecat|retired|withdrawn|abandoned|отозван|отменен|отменён"),
        ("rejected", r"reject|declined|not accepted|отклонен|отклонён|отвергнут"),
        ("accepted", r"accept|approved|implemented|adopted|done\b|complete|decided|agreed|active|final"),
        ("accepted", r"принят|утвержд|одобрен|внедрен"),
        ("proposed", r"propos|draft|on hold|incomplete|pending|\brfc\b|review|wip|discussion|open"),
        ("proposed", r"предлож|черновик|обсужд|рассмотрени"),
    )
)
_REPLACES = re.compile(r"\b(?:super[sc]edes?|replaces?|obsoletes|заменяет)\b", re.IGNORECASE)
_REPLACED_BY = re.compile(r"\b(?:super[sc]eded|replaced|заменен\w*|заменён\w*)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\[([^\[\]]*)\]\(\s*<?([^()\s>]+)[^()]*\)|((?:ADR|MADR|RFC|Decision|решени\w+)[-\s_#№]*\d{1,5}|#\d{1,5}\b)"
    r"|`?((?:[\w./-]+/)?\d{2,8}-[\w-]+(?:\.md)?)`?|^\W*(\d{1,5})\W*$",
    re.IGNORECASE,
)
_TITLE_NUMBER = re.compile(
    r"^\W*(?:(?:M?ADR|RFC|Decision(?: Record)?)\W*)?0*(\d{1,5})(?:\W*[.:)–—-]\W*|\s+)(?=\S)", re.IGNORECASE
)
_TITLE_MARK = re.compile(r"^\W*(?:ADR|Architecture Decision Record|Decision Record)\s*[:–—-]\s*", re.IGNORECASE)
_FILE_NUMBER = re.compile(r"^(?:\d{4}-\d\d-\d\d[-_]?)?(?:.*?adr[-_]?)?0*(\d{1,5})(?=[-_. ]|$)", re.IGNORECASE)
_STUB = re.compile(r"\W*(?:tbd|todo|to be (?:done|decided|defined)|n/?a|none)\b", re.IGNORECASE)
_HANGING = re.compile(
    r"\W*(?:in the (?:above|previous|following|next) |the (?:above|previous|following|next) (?:\w+ ){0,2}(?:example"
    r"|code|configuration|diagram|picture|image|figure|sample|snippet|section)s?\b|as (?:you can|can be) see|link to )",
    re.IGNORECASE,
)
_RESOLVED = re.compile(
    r"\b(?:we (?:will|have|use|chose|decided?)|will be|chosen|decided|мы)\b.*\s\w+\s\w+", re.IGNORECASE
)
_CHOSEN = re.compile(r"chosen option:?\s*[\"'“«`]*(.{2,120}?)[\"'”»`]*\s*(?:,|\.|$|—|because|due)", re.IGNORECASE)
_REASONED = re.compile(
    r"\b(?:because|since|due to|in order to|so that|reason|потому|чтобы|так как|поскольку)\b", re.IGNORECASE
)


def terminated(text: str) -> str:
    """The text as a sentence: with a full stop unless it ends in punctuation."""
    text = text.rstrip(" ;,")
    return text if not text or text[-1] in ".!?…:" or text[-2:-1] in (".", "!", "?") else text + "."


def joined(texts: Sequence[str]) -> str:
    """Items as running text: sentences after one another, fragments parted by semicolons."""
    if not texts:
        return ""
    full = sum(1 for text in texts if text[-1:] in ".!?" or len(text) > 110)
    if full * 2 >= len(texts):
        return " ".join(terminated(text) for text in texts)
    return terminated("; ".join(text.rstrip(" .;,") for text in texts))


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
    return Passage(text, block.line_start, line_end)


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
    return lead[:-1] + "." if _RESOLVED.search(lead) else ""


def role_of(path: Sequence[str]) -> tuple[str, str]:
    """The role of a section ("" for none) and the heading that speaks for it."""
    role, label = "", ""
    for heading in path:
        if role in _FIRM:
            label = heading if role in ("rejected", "options", "consequences") else label
            continue
        bare = _ORNAMENT.sub("", heading).casefold()
        matched = next((name for name, pattern in _SECTIONS if pattern.match(bare)), "")
        if matched or not role:
            role, label = matched, heading
        elif role == "decision":
            label = heading
    return role, label


def _is_section(heading: str) -> bool:
    """Whether a first heading already names a section, as in records without a title."""
    return len(heading.split()) <= LONGEST_SECTION_NAME and bool(role_of((heading,))[0])


def status_of(text: str) -> str:
    """The status in one of five words, or "" when the text holds none or several to choose from."""
    lowered = text.casefold()[:300]
    if lowered.count("|") > 1 or "{" in lowered:
        return ""
    replaced = _SUPERSEDED.search(lowered)
    if replaced and not _PARTIAL.search(lowered[max(0, replaced.start() - 30) : replaced.start()]):
        return "superseded"
    return next((status for status, pattern in _STATUSES if pattern.search(lowered)), "")


def number_of(path: str) -> int:
    """The number a record's file name gives it (`0007-x.md`, `adr-7.md`, `2022-01-31_007-x.md`); 0 for none."""
    found = _FILE_NUMBER.match(posixpath.splitext(posixpath.basename(path))[0])
    return int(found[1]) if found and not re.match(r"\d{4}-\d\d-\d\d", found[0][-10:]) else 0


def read_record(path: str, document: Document) -> Record | None:
    """Read a decision record; None when the document has neither a decision nor a status of its own."""
    title, number = _title(path, document)
    parts: dict[str, list[tuple[str, Block]]] = {}
    top = next((b.text for b in document.blocks if b.kind == "heading"), "")
    for block in document.blocks:
        inner = block.path[1:] if block.path[:1] == (top,) and not _is_section(top) else block.path
        if block.kind != "heading":
            role, label = role_of(inner)
            parts.setdefault(role, []).append((label, block))
    fields = _fields(document, [block for label, block in parts.get("", []) if not label], parts)
    states = fields.get("status", "")
    decision = _decision(parts, fields)
    if decision is None or not (states or "decision" in parts or "decision" in fields):
        return None
    status = status_of(states) or status_of(fields.get("tags", ""))
    kept = _with_reason(title, decision, parts, fields)
    replaces, replaced_by = _succession(states, fields, parts)
    stated = fields.get("date", "") or (re.findall(r"\d{4}-\d\d-\d\d", states) or [""])[-1]
    return Record(title, number, status, stated, kept, _findings(parts, kept), replaces, replaced_by)


def _title(path: str, document: Document) -> tuple[str, int]:
    headings = [block for block in document.blocks if block.kind == "heading" and block.text]
    title = headings[0].text if headings and not _is_section(headings[0].text) else ""
    title = "" if _PLACEHOLDER.match(title) else title
    if headings and not title and _TITLE_NUMBER.match(headings[0].text) and headings[0].level == 1:
        title = headings[0].text
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem.casefold() in ("readme", "index"):
        stem = posixpath.basename(posixpath.dirname(path))
    stem = re.sub(r"^(\d{4}-\d\d-\d\d)[-_]?(?=.)", "", stem)
    named = plain(document.meta.get("title", ""))
    title = (
        named if named and (not title or document.blocks[0].kind != "heading") else title or re.sub(r"[-_]+", " ", stem)
    )
    numbered = _TITLE_NUMBER.match(title)
    bare = _TITLE_MARK.sub("", _TITLE_NUMBER.sub("", title)) or title
    bare = bare.strip(" .:")
    return bare[:1].upper() + bare[1:], number_of(path) or (int(numbered[1]) if numbered else 0)


def _fields(document: Document, preamble: list[Block], parts: Mapping[str, list[tuple[str, Block]]]) -> dict[str, str]:
    """Status, date, succession and inline sections, from wherever the record states them."""
    fields: dict[str, str] = {}
    for name, value in document.meta.items():
        if _FIELDS.get(name):
            fields[_FIELDS[name]] = value
    for block in preamble:
        key = ""
        lines = [" | ".join(row) for row in block.rows] or block.text.split("\n")
        for line in lines:
            found = _FIELD.match(line)
            name = found[1].strip().casefold() if found else ""
            if found and name in _FIELDS:
                key = _FIELDS[name]
                fields.setdefault(key, "") if key else None
                fields[key] = found[2].strip(" |") if key else ""
            elif key:
                fields[key] = f"{fields[key]} {line.strip()}"
    for role in ("status", "date"):
        if role in parts:
            fields[role] = "\n".join(block.text for _, block in parts[role])[:2000]
    fields.pop("", None)
    return fields


def _blocks(parts: Mapping[str, list[tuple[str, Block]]], role: str) -> list[Block]:
    return [block for _, block in parts.get(role, [])]


def _decision(parts: Mapping[str, list[tuple[str, Block]]], fields: Mapping[str, str]) -> Passage | None:
    """The essence of the decision, its groups in order as far as they fit."""
    found = [g for g in groups(_blocks(parts, "decision")) if g.lead or g.items]
    kept: list[str] = []
    last, size = None, 0
    for group in found:
        text = whole(group, max(LONGEST_DECISION - size, LONGEST_DECISION // 4))
        if not text or _STUB.match(text) or (len(text) < SHORTEST_FINDING // 2 and group is not found[-1]):
            continue
        label = _ORNAMENT.sub("", group.path[-1]) if len(group.path) > len(found[0].path) and group.path != last else ""
        text = terminated(f"{label}: {text}" if label else text)
        if kept and (size + len(text) > LONGEST_DECISION + 80 or text.endswith("….")):
            break
        kept.append(text)
        last, size = group.path, size + len(text)
        end = group.line_end
    if kept:
        return Passage(" ".join(kept), found[0].line_start, end)
    if fields.get("decision"):
        block = next((b for b in _blocks(parts, "") if "ecision" in b.text), None)
        return Passage(shorten(plain(fields["decision"]), LONGEST_DECISION), *(block[4:6] if block else (1, 1)))
    rest = [*_blocks(parts, ""), *_blocks(parts, "context")] if "status" in parts else []
    approach = [g for g in groups(rest) if len(g.path) > 1 and _RESOLVED.search(whole(g))]
    if approach:
        return Passage(whole(approach[0], LONGEST_DECISION), approach[0].line_start, approach[0].line_end)
    return None


def _with_reason(
    title: str, decision: Passage, parts: Mapping[str, list[tuple[str, Block]]], fields: Mapping[str, str]
) -> Passage:
    """The decision under its title, with the reason beside it when that is short."""
    room = LONGEST_TEXT - len(title) - 30
    text = shorten(decision.text, room)
    reasons = [whole(group, LONGEST_REASON) for group in groups(_blocks(parts, "reason"))[:1]]
    reason = reasons[0] if reasons else shorten(plain(fields.get("reason", "")), LONGEST_REASON)
    if reason and not _REASONED.search(text) and len(text) + len(reason) < room and not reason.endswith("…"):
        text = f"{text} Why: {reason}"
    return decision._replace(text=f"{terminated(title)} {text}")


def _findings(parts: Mapping[str, list[tuple[str, Block]]], decision: Passage) -> list[Passage]:
    """What the record says beside its decision, each passage labelled with what it is."""
    found: list[Passage] = []
    chosen = _CHOSEN.search(decision.text)
    name = _ORNAMENT.sub("", chosen[1]).casefold() if chosen else ""
    detailed = {label.casefold() for label, _ in parts.get("rejected", [])}
    for role, word in _SPOKEN:
        sections: dict[str, list[Block]] = {}
        for label, block in parts.get(role, []):
            sections.setdefault(label, []).append(block)
        for label, blocks in sections.items():
            bare = _ORNAMENT.sub("", label).strip(" :.")
            if role in ("rejected",):
                found += _alternatives(bare, groups(blocks), name)
            elif role == "options" and len(detailed) > 1 and sections and len(parts["options"]) < 2:
                continue
            elif role or label:
                spoken = (
                    word if not bare or role_of((bare,))[0] in ("reason", "context", "drivers") else bare.casefold()
                )
                spoken = word if role == "options" else spoken if role != "" else bare
                found += _chunks(groups(blocks), spoken, 1 if role in ("context", "drivers", "options") else 3)
    return [
        p for p in found if len(p.text) >= SHORTEST_FINDING and p.text not in decision.text and not _STUB.match(p.text)
    ][:MOST_FINDINGS]


def _chunks(found: Sequence[Group], label: str, most: int) -> list[Passage]:
    """Groups merged into passages of readable length."""
    room = LONGEST_TEXT - 200
    chunks: list[Passage] = []
    for group in found:
        text = whole(group, room)
        if not text or hanging(text):
            continue
        if chunks and len(chunks[-1].text) + len(text) < room:
            chunks[-1] = Passage(f"{terminated(chunks[-1].text)} {text}", chunks[-1].line_start, group.line_end, label)
        elif len(chunks) < most:
            chunks.append(Passage(text, group.line_start, group.line_end, label))
        else:
            break
    return chunks


def _alternatives(label: str, found: Sequence[Group], chosen: str) -> list[Passage]:
    """One passage for each alternative: a subsection of its own, or an item of the list of them."""
    section = role_of((label,))[0] == "rejected"
    if not section:
        same = chosen and (chosen in label.casefold() or label.casefold() in chosen)
        word = (
            f"chosen option '{label}'" if same else f"rejected option '{label}'" if chosen else f"alternative '{label}'"
        )
        return _chunks(found, word, 1)
    kept: list[Passage] = []
    for group in found:
        if group.items and not (group.lead and len(whole(group)) < 300):
            kept += [
                Passage(shorten(i.text, 700), i.line_start, i.line_end, "alternative considered") for i in group.items
            ]
        elif whole(group):
            kept.append(Passage(whole(group, 700), group.line_start, group.line_end, "alternative considered"))
    return kept


def _succession(
    states: str, fields: Mapping[str, str], parts: Mapping[str, list[tuple[str, Block]]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the record says it replaces, and what it says replaces it."""
    replaces, replaced_by = _references(fields.get("replaces", "")), _references(fields.get("replaced", ""))
    for sentence in re.split(r"\n|(?<=[.;])\s(?![^\[\]]*\])", states[:2000]):
        mark = _REPLACED_BY.search(sentence)
        if mark and not _PARTIAL.search(sentence[: mark.start()].casefold()):
            replaced_by += _references(sentence[mark.end() :])
        mark = _REPLACES.search(sentence)
        if mark:
            replaces += _references(sentence[mark.end() :])
    for role in ("", "decision", "consequences", "aside"):
        for block in _blocks(parts, role):
            for line in block.text.split("\n") if _REPLACES.search(block.text) else ():
                mark = _REPLACES.search(line)
                if mark and not _PARTIAL.search(line[max(0, mark.start() - 40) : mark.start()].casefold()):
                    replaces += _references(line[mark.end() :])
    return replaces, replaced_by


def _references(text: str) -> list[tuple[str, str]]:
    """The records a phrase names, as (link target or file name, label); none when it speaks of parts."""
    if _PARTIAL.search(re.sub(r"\]\([^()]*\)|\([^()]*\)", "", text).casefold()):
        return []
    return [(m[2] or m[4] or "", m[1] or m[3] or m[5] or "") for m in _REFERENCE.finditer(text[:2000])]


def key_of(path: str) -> str:
    """The slot of a record: `adr/` and its path without the extension."""
    return "adr/" + posixpath.splitext(path)[0]


def settle(records: Mapping[str, Record]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Resolve references between the records of a project: path to (status, keys it supersedes).

    A record replaced by another is superseded even where its own status was left behind,
    unless the other is only proposed or was rejected. A circle keeps its first link.
    """
    targets: dict[str, list[str]] = {}
    for path, record in records.items():
        stem = posixpath.splitext(path)[0]
        names = [stem, posixpath.basename(stem), f"#{record.number}" if record.number else ""]
        if posixpath.basename(stem).casefold() in ("readme", "index"):
            names += [posixpath.dirname(path), posixpath.basename(posixpath.dirname(path))]
        for name in filter(None, names):
            targets.setdefault(name.casefold(), []).append(path)

    def resolve(source: str, reference: tuple[str, str]) -> str:
        link = posixpath.splitext(reference[0].split("#")[0].rstrip("/"))[0].casefold()
        digits = re.findall(r"\d{1,5}", reference[1]) or re.findall(r"^\d{1,5}$", posixpath.basename(link))
        relative = posixpath.normpath(posixpath.join(posixpath.dirname(source), link)) if link else ""
        for name in (relative, posixpath.basename(link), f"#{int(digits[0])}" if digits else ""):
            near = sorted(
                targets.get(name.casefold(), []), key=lambda p: posixpath.dirname(p) != posixpath.dirname(source)
            )
            if name and near and near[0] != source:
                return near[0]
        return ""

    newer: dict[str, set[str]] = {path: set() for path in records}  # old to its successors
    for path, record in records.items():
        claims = [(path, resolve(path, ref)) for ref in record.replaced_by]
        if record.status not in ("proposed", "rejected"):
            claims += [(resolve(path, ref), path) for ref in record.replaces]
        for old, new in claims:
            if old and new and not _reaches(newer, new, old):
                newer[old].add(new)
    return {
        path: (
            "superseded" if newer[path] else record.status,
            tuple(sorted(key_of(old) for old, heirs in newer.items() if path in heirs)),
        )
        for path, record in records.items()
    }


def _reaches(newer: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, front = {start}, [start]
    while front:
        step = front.pop()
        if step == goal:
            return True
        front += newer[step] - seen
        seen |= newer[step]
    return False


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_RU = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def iso_date(text: str, day_first: bool | None = None) -> str:
    """The first date in a text as YYYY-MM-DD, or "". `05/02/2018` is read only when `day_first` is known."""
    found = re.search(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = re.search(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", text)
    if found:
        first, second = int(found[1]), int(found[3])
        if found[2] == "." or first > 12 or (day_first and second <= 12):
            return _day(int(found[4]), second, first)
        return _day(int(found[4]), first, second) if second > 12 or day_first is False else ""
    lowered = text.casefold()
    for word in re.finditer(r"[a-zа-я]{3,9}", lowered):
        months = next((names for names in (_MONTHS, _MONTHS_RU) if word[0][:3] in names), None)
        near = lowered[max(0, word.start() - 6) : word.end() + 12]
        year, day = re.search(r"\b(?:19|20)\d\d\b", near), re.search(r"(?<!\d)\d{1,2}(?!\d)", near)
        if months and year and day:
            return _day(int(year[0]), months.index(word[0][:3]) + 1, int(day[0]))
    return ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def writes_day_first(texts: Iterable[str]) -> bool | None:
    """Whether a project's dates put the day first: told by those that can be read one way only."""
    pairs = [m for text in texts if (m := re.search(r"(?<!\d)(\d{1,2})/(\d{1,2})/\d{4}", text))]
    first, second = any(int(p[1]) > 12 for p in pairs), any(int(p[2]) > 12 for p in pairs)
    return None if first == second else first
