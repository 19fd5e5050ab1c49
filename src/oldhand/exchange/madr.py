"""A folder of decision records (MADR and its kin) from elsewhere: decisions, what is said beside them, succession."""

from collections.abc import Iterator
from pathlib import Path

from oldhand.exchange.adr import Record, read_record
from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie
from oldhand.exchange.foreign_files import document, files_below, named
from oldhand.exchange.markdown import read as read_markdown
from oldhand.exchange.passages import LONGEST_TEXT
from oldhand.exchange.prose import shorten
from oldhand.exchange.succession import iso_date, key_of, settle, writes_day_first

NAME = "madr"
WHAT = "a folder of decision records in Markdown (MADR and its kin)"
MOST_RECORDS = 3_000  # read together, for what replaces what; more are no hand-written records
LOOKED_INTO = 20  # files of a folder that are opened to see whether they are records
_PUT_AWAY = frozenset({"deprecated", "rejected", "superseded"})
_WORDS = {"proposed": "Proposed", "rejected": "Rejected", "deprecated": "Deprecated"}


def is_folder(folder: Path, source: Source) -> bool:
    """Whether most of the first files of a folder are decision records."""
    looked = records = 0
    for path in files_below(folder, (".md",)):
        if isinstance(path, Skipped) or looked >= LOOKED_INTO:
            break
        text = document(path, source)
        if isinstance(text, str):
            looked += 1
            records += read_record(path.name, read_markdown(text)) is not None
    return records > 0 and 2 * records >= looked


def read(source: Source) -> Iterator[Item]:
    """A decision has the slot of its record; one that was replaced is superseded, one not in force is put away."""
    records: dict[str, Record] = {}
    paths = files_below(source.path, (".md",)) if source.path.is_dir() else [source.path]
    for path in paths:
        if isinstance(path, Skipped):
            yield path
            continue
        name = named(path, source.root)
        text = document(path, source)
        if isinstance(text, Skipped):
            yield text
        elif len(records) >= MOST_RECORDS:
            yield Skipped(name, f"there are more than {MOST_RECORDS:,} records")
        elif record := read_record(name, read_markdown(text)):
            records[name] = record
        else:
            yield Skipped(name, "it is no decision record", fault=False)
    day_first = writes_day_first(record.date for record in records.values())
    for name, (status, older) in settle(records).items():
        yield from _decided(name, records[name], status, day_first)
        if status not in _PUT_AWAY or status == "superseded":
            yield from (Tie(key_of(name), "supersedes", key, name) for key in older)


def _decided(name: str, record: Record, status: str, day_first: bool | None) -> Iterator[Foreign]:
    """The statements of a record: the decision in its slot, then what stands beside it."""
    word = _WORDS.get(status, "")
    said = record.decision
    text = shorten(f"{word}: {said.text}" if word else said.text, LONGEST_TEXT)
    decision = Foreign(
        text, f"{name}:{said.line_start}", id=key_of(name), kind="decision", title=record.title[:200],
        domain="decisions", key=key_of(name), tags=(status,) if status else (),
        created=iso_date(record.date, day_first), retired=status in ("deprecated", "rejected"),
        replaced=status == "superseded",
    )  # fmt: skip
    yield decision._replace(fields=record.beside())
    what = "Superseded decision" if status == "superseded" else f"{word} decision" if word else "Decision"
    for finding in record.findings:
        text = shorten(f"{what} '{record.title}', {finding.label}: {finding.text}", LONGEST_TEXT)
        yield decision._replace(
            text=text, kind="claim", id="", key="", place=f"{name}:{finding.line_start}",
            retired=status in _PUT_AWAY,
        )  # fmt: skip
