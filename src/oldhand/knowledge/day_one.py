"""Day one: what a project's own documents say, as attributed statements.

Pure reading: files under one root in, statements with their lines out. The same files
give the same statements in the same order. Nothing a document holds can stop the
reading: what cannot be read is named with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from oldhand.exchange.adr import Record, read_record
from oldhand.exchange.markdown import read
from oldhand.exchange.passages import LONGEST_TEXT
from oldhand.exchange.prose import shorten
from oldhand.exchange.succession import iso_date, key_of, settle, writes_day_first
from oldhand.knowledge.documents import GENERATED, INSTRUCTIONS, documents, rank_of, survey, text_of
from oldhand.knowledge.statements import Statement, statements_of

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

__all__ = ["Reading", "Statement", "documents", "read_project"]

MOST_STATEMENTS = 80  # of one document: more would let a single long one drown the others


class Reading(NamedTuple):
    """What a project's documents say, which were read, and which were not and why."""

    statements: list[Statement]
    files: list[str]
    left_out: list[tuple[str, str]]


def read_project(
    root: Path, tracked: Sequence[str] | None, progress: Callable[[int, int], None],
    screening: Screening | None = None,
) -> Reading:  # fmt: skip
    """Read a project's documents. `progress` is told (read, of all) after each of them.

    screening: what leaves secrets out of whole documents, before they are cut into statements.
    """
    names, left = survey(root, tracked)
    files: list[str] = []
    records: dict[str, Record] = {}
    found: dict[str, list[Statement]] = {}
    texts: dict[str, str] = {}
    for count, name in enumerate(names, 1):
        text, reason = text_of(root, name)
        if not reason and text in texts:
            reason = f"the same text as {texts[text]}"
        if not reason and GENERATED.search(text[:400]) and not INSTRUCTIONS.match(PurePosixPath(name).name.casefold()):
            reason = "generated"
        if not reason:
            texts[text] = name
            text = screening.document(text, name) if screening else text
            try:
                document = read(text)
                record = read_record(name, document) if rank_of(PurePosixPath(name).parts) == 3 else None
                if record:
                    records[name] = record
                else:
                    found[name] = statements_of(name, document)
            except Exception as error:  # noqa: BLE001  one document must not cost the others
                reason = f"could not be read: {type(error).__name__}"
        if reason:
            left.append((name, reason))
        else:
            files.append(name)
        progress(count, len(names))
    day_first = writes_day_first(record.date for record in records.values())
    settled = settle(records)
    for name, record in records.items():
        found[name] = _decided(name, record, *settled[name], day_first)
    return Reading(_once(files, found, left), files, left)


def _once(files: Sequence[str], found: dict[str, list[Statement]], left: list[tuple[str, str]]) -> list[Statement]:
    """All statements in the order of their files, each text once, each file within its cap."""
    seen: set[str] = set()
    kept: list[Statement] = []
    for name in files:
        fresh = [s for s in found[name] if s.key or s.text.casefold() not in seen]
        if len(fresh) > MOST_STATEMENTS:
            left.append((name, f"its first {MOST_STATEMENTS} of {len(fresh)} statements were kept"))
        for statement in fresh[:MOST_STATEMENTS]:
            if statement.key or statement.text.casefold() not in seen:
                seen.add(statement.text.casefold())
                kept.append(statement)
    return kept


def _decided(name: str, record: Record, status: str, older: tuple[str, ...], day_first: bool | None) -> list[Statement]:
    """The statements of a decision record: the decision in its slot, then what stands beside it."""
    folder = re.search(r"(?:^|/)(\d{4}-\d\d-\d\d)", name)
    day = iso_date(record.date, day_first) or (iso_date(folder[1]) if folder else "")
    undecided = {"proposed": "Proposed", "rejected": "Rejected", "deprecated": "Deprecated"}.get(status, "")
    text = f"{undecided}: {record.decision.text}" if undecided else record.decision.text
    first, last = record.decision.line_start, record.decision.line_end
    text = shorten(text, LONGEST_TEXT)
    said = Statement("decision", text, record.title, "decisions", key_of(name), name, first, last, day, status, older)
    kept = [said._replace(beside=record.beside())]
    word = "Superseded decision" if status == "superseded" else f"{undecided} decision" if undecided else "Decision"
    for finding in record.findings:
        text = shorten(f"{word} '{record.title}', {finding.label}: {finding.text}", LONGEST_TEXT)
        beside = said._replace(kind="claim", text=text, key="", supersedes=())
        kept.append(beside._replace(line_start=finding.line_start, line_end=finding.line_end))
    return kept
