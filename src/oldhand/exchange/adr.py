"""Decision records in Markdown: MADR 2 to 4, Nygard's form, and the free forms seen in the wild.

A record is known by its sections, in English or Russian, whatever their order and level.
Status, date and succession are taken from frontmatter, `Key: value` lines, two-column
tables or sections of their own. What a record does not say stays empty.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oldhand.exchange.adr_options import Weighed, deciders, weighed
from oldhand.exchange.markdown import Block, Document
from oldhand.exchange.passages import LONGEST_TEXT, RESOLVED, Group, Passage, groups, hanging, whole
from oldhand.exchange.prose import plain, shorten, terminated

LONGEST_DECISION = 620  # characters of the decision when a reason stands beside it
LONGEST_REASON = 260  # characters of a reason that is still part of the decision's own statement
MOST_FINDINGS = 14  # statements beside the decision: beyond them a record is a design document
SHORTEST_FINDING = 30  # characters; less is a stub ("None", "n/a")


class Record(NamedTuple):
    """One decision record. References are (link target or "", label), still to be resolved.

    weighed: the options besides the chosen one, with reasons; deciders: who made it; reason: why, where a section says.
    """

    title: str
    number: int  # 0 when the record has none
    status: str
    date: str  # as written
    decision: Passage
    findings: list[Passage]
    replaces: list[tuple[str, str]]
    replaced_by: list[tuple[str, str]]
    weighed: Weighed = Weighed("", (), ())
    deciders: tuple[str, ...] = ()
    reason: str = ""

    def beside(self) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
        """What stands beside the decision, as fields of one: those that the record gives, in their order."""
        found: tuple[tuple[str, str | tuple[str, ...]], ...] = (
            ("reason", self.reason), ("alternatives", self.weighed.alternatives),
            ("arguments", self.weighed.arguments), ("deciders", self.deciders),
        )  # fmt: skip
        return tuple((name, value) for name, value in found if value)


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
        ("decision", r"(the |our |final )?decisions?\b(?! (matrix|log|process|records?))|chosen|outcome|resolution$"),
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
_NAMED_RECORD = re.compile(
    r"\[([^\[\]]*)\]\(\s*<?([^()\s>]+)[^()]*\)|((?:ADR|MADR|RFC|Decision|решени\w+)[-\s_#№]*\d{1,5}|#\d{1,5}\b)"
    r"|`?((?:[\w./-]+/)?\d{2,8}-[\w-]+(?:\.md)?)`?|^\W*(\d{1,5})\W*$",
    re.IGNORECASE,
)
_TITLE_NUMBER = re.compile(
    r"^\W*(?:(?:M?ADR|RFC|Decision(?: Record)?)\W*)?0*(\d{1,5})(?:\W*[.:)–—-][^\w`('\"«]*|\s+)(?=\S)", re.IGNORECASE
)
_TITLE_BLANK = re.compile(  # a number that is still to be given: `ADR 00xx: `, `ADR-NNN `
    r"^\W*(?:(?:M?ADR|RFC|Decision(?: Record)?)\W{0,3}\d{0,3}|\d{2,3})[xn]{2,5}\b[^\w`('\"«]*(?=\S)", re.IGNORECASE
)
_TITLE_MARK = re.compile(r"^\W*(?:ADR|Architecture Decision Record|Decision Record)\s*[:–—-]\s*", re.IGNORECASE)
_FILE_NUMBER = re.compile(r"^(?:\d{4}-\d\d-\d\d[-_]?)?(?:.*?adr[-_]?)?0*(\d{1,5})(?=[-_. ]|$)", re.IGNORECASE)
_STUB = re.compile(r"\W*(?:tbd|todo|to be (?:done|decided|defined)|n/?a|none)\b", re.IGNORECASE)
_CHOSEN = re.compile(r"chosen option:?\s*[\"'“«`]*(.{2,120}?)[\"'”»`]*\s*(?:,|\.|$|—|because|due)", re.IGNORECASE)
_REASONED = re.compile(
    r"\b(?:because|since|due to|in order to|so that|reason|потому|чтобы|так как|поскольку)\b", re.IGNORECASE
)


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


def _heading_title(document: Document) -> str:
    """The first heading when it is a title, "" when it already names a section, as in records without a title."""
    headings = [block for block in document.blocks if block.kind == "heading" and block.text]
    if not headings or not role_of((headings[0].text,))[0]:
        return headings[0].text if headings else ""
    first, sections = headings[0], headings[1:]
    alone = all(block.level > first.level for block in sections)
    return first.text if alone and any(role_of((block.text,))[0] == "decision" for block in sections) else ""


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
    top = _heading_title(document)
    for block in document.blocks:
        inner = block.path[1:] if top and block.path[:1] == (top,) else block.path
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
    chosen = _CHOSEN.search(decision.text)
    named = _ORNAMENT.sub("", chosen[1]).strip(" .") if chosen else ""
    return Record(
        title, number, status, stated, kept, _findings(parts, kept), replaces, replaced_by,
        weighed(parts, named, title), deciders(document, parts), _reason(parts, fields),
    )  # fmt: skip


def _title(path: str, document: Document) -> tuple[str, int]:
    headings = [block for block in document.blocks if block.kind == "heading" and block.text]
    title = _heading_title(document)
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
    bare = _TITLE_MARK.sub("", _TITLE_NUMBER.sub("", _TITLE_BLANK.sub("", title))) or title
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
    approach = [g for g in groups(rest) if len(g.path) > 1 and RESOLVED.search(whole(g))]
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


def _reason(parts: Mapping[str, list[tuple[str, Block]]], fields: Mapping[str, str]) -> str:
    """Why it was decided so, where the record has a section or a field for that."""
    said = " ".join(filter(None, (whole(group, LONGEST_TEXT) for group in groups(_blocks(parts, "reason"))[:3])))
    return shorten(said or plain(fields.get("reason", "")), LONGEST_TEXT)


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
    return [(m[2] or m[4] or "", m[1] or m[3] or m[5] or "") for m in _NAMED_RECORD.finditer(text[:2000])]
