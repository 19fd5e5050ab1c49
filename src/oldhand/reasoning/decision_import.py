"""Taking decisions in from decision records: those that this program wrote, whole, and those of any other making.

A record is the project's word at most, whatever it says of itself. It has the slot of its file, the same that `init`
gives it, so that reading it both ways makes one decision; what it weighed is then added. One change takes all of them
in, or none.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.code.git import ask
from oldhand.errors import BadDate, OldhandError
from oldhand.exchange import adr_own
from oldhand.exchange.adr import Record, read_record
from oldhand.exchange.foreign import Skipped, Source
from oldhand.exchange.foreign_files import document, files_below, named
from oldhand.exchange.markdown import read as read_markdown
from oldhand.exchange.prose import shorten
from oldhand.exchange.succession import iso_date, key_of, settle, writes_day_first
from oldhand.exchange.taking_in import Writing, change
from oldhand.knowledge import admission, beside_records
from oldhand.knowledge.assertion import Statement, assert_, foresee, identity, revise, statement
from oldhand.knowledge.moved_records import RECORD, There, moved
from oldhand.knowledge.trusting import strongest
from oldhand.model.anchor import can_name
from oldhand.model.identity import short
from oldhand.model.moment import parse
from oldhand.model.trust import RANK, Voice
from oldhand.reasoning.decisions import DOMAIN, KIND
from oldhand.store.fold import registers, standing

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

MOST_RECORDS = 3_000  # of one folder; more are no hand-written records
ORIGIN = "import:madr:"
_TEMPLATE = re.compile(r"template|шаблон", re.IGNORECASE)
_INDEX = ("readme", "index")  # beside numbered records they list them; in a folder of its own each may be a record
PUT_AWAY = ("deprecated", "rejected")
NEW, CHANGED, SAME, WAITS, CONTESTED, REFUSED = "new", "changed", "same", "quarantined", "contested", "refused"
OUTCOMES = {"remembered": NEW, "restored": CHANGED, "confirmed": SAME, "settled": REFUSED}


class Brought(NamedTuple):
    """What became of one record. outcome: new, changed, same, older (the decision was said otherwise since), contested,
    quarantined, or refused (it is rejected or erased here)."""

    file: str
    id: str
    outcome: str
    title: str


class Taken(NamedTuple):
    """What was taken in. skipped: files that are no records, and parts that were not taken, each with why; secrets: how
    many were replaced by marks; root: the root after it."""

    records: list[Brought]
    ties: int
    skipped: list[str]
    secrets: int
    root: str


class _Read(NamedTuple):
    """A record as it was read. of: the id of the memory that it was written from, empty for one of another making."""

    file: str
    of: str
    fields: dict[str, Any]
    domain: str
    key: str
    tags: list[str]
    anchors: list[str]
    at: int | None
    put_away: bool
    older: tuple[str, ...]
    changed: bool


def take_in(memory: "Memory", writing: Writing, path: Path, trust: str, *, dry_run: bool = False) -> Taken:
    """Take the records of a folder (or one file) in. trust: how far they are believed."""
    found, notes = _all(memory, path)
    screening = memory.screening()
    observer = Observer(memory.project.tree)
    done: dict[str, tuple[str, str]] = {}  # what it is called in its folder -> (memory, outcome)
    brought: list[Brought] = []
    ties = 0
    with memory.reading() as reader:
        elsewhere = moved(reader, memory.project.tree, map(_place_of, found))

    def worded(one: _Read) -> Statement:
        return _statement(observer, one, screening.at(one.file))

    with change(writing, dry_run) as transaction:
        said: list[tuple[_Read, Statement]] = []
        for one in found:
            try:
                said.append((one, worded(one)))
            except OldhandError as error:
                notes.append(f"{one.file}: {error}")
        foresee(transaction, [words for _, words in said])
        for one, words in said:
            voice = Voice(memory.actor, f"{ORIGIN}{one.file}", trust)
            name, outcome = _take(transaction, one, words, voice, elsewhere, worded)
            for alias in filter(None, (one.of, one.key, one.file)):
                done[alias] = (name, outcome)
            title = str(words.content.get("title") or words.content["text"])[:200]  # as it came in, screened
            brought.append(Brought(one.file, name, outcome, title))
        for one, _ in said:
            ties += _tie(transaction, one, done, Voice(memory.actor, f"{ORIGIN}{one.file}", trust), notes)
        root = transaction.root
    return Taken(brought, ties, notes, len(screening.found), root.hex() if root else "")


# -- reading ------------------------------------------------------------------------------------------


def _all(memory: "Memory", path: Path) -> tuple[list[_Read], list[str]]:
    """Every record below a path, and why other files are not taken."""
    root = (path if path.is_dir() else path.parent).resolve()
    source = Source(path, root, lambda name, text: ())
    inside = memory.project.tree.resolve()
    within = root == inside or root.is_relative_to(inside)
    records: dict[str, Record] = {}
    own: dict[str, adr_own.Own] = {}
    notes: list[str] = []
    paths = files_below(path, (".md",)) if path.is_dir() else [path]
    for each in paths:
        if isinstance(each, Skipped):
            notes.append(f"{each.place}: {each.reason}")
            continue
        name = named(each.resolve(), inside) if within else named(each, root)
        text = document(each, source)
        if isinstance(text, Skipped):
            notes.append(f"{name}: {text.reason}")
        elif len(records) + len(own) >= MOST_RECORDS:
            notes.append(f"{name}: there are more than {MOST_RECORDS:,} records")
            break
        elif ours := adr_own.read(text):
            own[name] = ours
        elif _TEMPLATE.search(each.stem) or (each.stem.casefold() in _INDEX and each.parent == path):
            notes.append(f"{name}: it is a template or an index of records")
        elif record := read_record(name, read_markdown(text)):
            records[name] = record
        else:
            notes.append(f"{name}: it is no decision record")
    day_first = writes_day_first(record.date for record in records.values())
    settled = settle(records)
    found = [_of_ours(name, one) for name, one in own.items()]
    added = _added(memory, path) if within and any(not record.date for record in records.values()) else {}
    for name, record in records.items():
        one = _of_another(name, record, *settled[name], day_first)
        one = one if one.at is not None else one._replace(at=added.get(name))
        found.append(one._replace(anchors=[name]) if within and can_name(name) else one)
    return sorted(found, key=lambda one: one.file), notes


def _added(memory: "Memory", path: Path) -> dict[str, int]:
    """When git says the files below a path were first added (ms), by their paths in the project; a file that was moved
    since keeps its name's first day."""
    tree = memory.project.tree
    said = ask(
        tree, memory.environment, "--literal-pathspecs", "log", "--no-renames", "--diff-filter=A", "--name-only",
        "--relative", "-z", "--format=%x01%ct", "--end-of-options", "HEAD", "--", str(path.resolve()),
    )  # fmt: skip
    first: dict[str, int] = {}
    when = 0
    for part in (said or b"").decode("utf-8", "surrogateescape").split("\0"):
        name = part.strip("\n")
        if name.startswith("\x01"):
            when = int(name[1:]) * 1000 if name[1:].isdecimal() and len(name) < 13 else 0
        elif name and when:
            for known in (name, Path(name).name):
                first[known] = min(first.get(known, when), when)
    return {name: min(at, first[Path(name).name]) for name, at in first.items()}


def _of_ours(name: str, one: adr_own.Own) -> _Read:
    """A record that this program wrote. Tags that say how far it got stay; a memory without a text has none."""
    about = one.about
    at = about.get("at")
    fields = {"text": "(empty)"} | one.fields
    return _Read(
        name, one.id, fields, str(about.get("domain") or DOMAIN), str(about.get("key", "")),
        [str(tag) for tag in about.get("tags", ())], [str(place) for place in about.get("anchors", ())],
        at if isinstance(at, int) and 0 <= at < 1 << 47 else None, False,
        tuple(str(each) for each in about.get("supersedes", ())), one.changed,
    )  # fmt: skip


def _of_another(name: str, record: Record, status: str, older: tuple[str, ...], day_first: bool | None) -> _Read:
    """A record of any other making: its decision, with what it weighed."""
    fields: dict[str, Any] = {"text": record.decision.text, "title": record.title[:200]}
    fields |= {name: value if isinstance(value, str) else list(value) for name, value in record.beside()}
    if status in ("proposed", *PUT_AWAY):
        fields["text"] = shorten(f"{status.capitalize()}: {record.decision.text}", len(record.decision.text) + 20)
    try:
        said = iso_date(record.date, day_first)
        at = parse(said, 0) if said else None
    except BadDate:
        at = None
    return _Read(
        name, "", {field: value for field, value in fields.items() if value}, DOMAIN, key_of(name),
        [status] if status else [], [], at, status in PUT_AWAY, older if status not in PUT_AWAY else (), False,
    )  # fmt: skip


# -- taking in ----------------------------------------------------------------------------------------


def _statement(observer: Observer, one: _Read, screening: Any) -> Statement:
    return statement(
        observer, KIND, one.fields, screening=screening, domain=one.domain, key=one.key,
        tags=[tag for tag in one.tags if tag.isprintable()], anchors_said=_anchors(observer, one.anchors),
        valid_from=one.at,
    )  # fmt: skip


def _anchors(observer: Observer, said: Iterable[str]) -> list[str]:
    """The places that can still be named; a record may be of another project."""
    from oldhand.knowledge.anchoring import places

    found = []
    for place in said:
        try:
            places(observer, [place], strict=False)
        except OldhandError:
            continue
        found.append(place)
    return found


def _take(
    transaction: "Transaction", one: _Read, said: Statement, voice: Voice, elsewhere: dict[str, str],
    worded: Callable[[_Read], Statement],
) -> tuple[str, str]:  # fmt: skip
    """(memory, outcome) of taking one record in. elsewhere: decisions whose record is there now, as `moved` tells."""
    memory = identity(said)
    if one.key in elsewhere:
        memory = elsewhere[one.key]
        said = said._replace(metadata={name: value for name, value in said.metadata.items() if name != "key"})
    if one.of and not one.key and transaction.record(one.of).get("heads"):
        memory = one.of
    if admission.turned_away(transaction, said, memory):
        return memory, REFUSED
    record = transaction.record(memory)
    if not record.get("heads"):
        done = assert_(transaction, said, voice)
        if one.put_away and done.outcome == "remembered":
            why = {"reason": f"its record says {', '.join(one.tags) or 'so'}"}
            transaction.emit("retire", done.memory, voice.actor, voice.origin, why)
        return done.memory, OUTCOMES.get(done.outcome, done.outcome)
    if any(head["revision"] == said.revision for head in record["heads"]):
        _place(transaction, memory, said, voice, one.key in elsewhere)
        return memory, SAME
    if transaction.had_wording(memory, said.revision):
        _place(transaction, memory, said, voice, one.key in elsewhere)
        return memory, "older"
    # Of a record that this program wrote nothing is kept: it has all of it.
    if kept := {} if one.of else beside_records.kept(transaction, record, one.fields):
        said = worded(one._replace(fields={**one.fields, **kept}))._replace(metadata=said.metadata)
        if any(head["revision"] == said.revision for head in record["heads"]):
            _place(transaction, memory, said, voice, one.key in elsewhere)
            return memory, SAME
        if beside_records.only_added(transaction, memory, voice) and beside_records.reword(
            transaction, memory, said, voice
        ):
            return memory, CHANGED
    done = revise(transaction, memory, said, voice)
    return done.memory, OUTCOMES.get(done.outcome, done.outcome)


def _place_of(one: _Read) -> There:
    return There(one.domain, one.key, str(one.fields.get("title", "")), str(one.fields["text"]))


def _place(transaction: "Transaction", memory: str, said: Statement, voice: Voice, moved: bool) -> None:
    """Have a decision be tied to where its record is; one that was moved no more to where it was."""
    places, known = said.metadata.get("anchors", {}), registers(transaction.record(memory))
    fields: dict[str, Any] = {}
    if fresh := {place: seen for place, seen in places.items() if known.get(f"anchor/{place}", False) is False}:
        fields["anchors"] = fresh
    was = f"anchor/{str(known.get('key', '')).removeprefix(RECORD)}.md"
    if moved and known.get(was, False) is not False:
        fields["unanchor"] = [was.removeprefix("anchor/")]
    if fields:
        transaction.emit("set", memory, voice.actor, voice.origin, fields)


def _tie(
    transaction: "Transaction", one: _Read, done: dict[str, tuple[str, str]], voice: Voice, notes: list[str]
) -> int:  # fmt: skip
    """Have the decisions that a record replaces yield to it; how many did."""
    newer, outcome = done.get(one.key or one.of or one.file, ("", REFUSED))
    count = 0
    for name in one.older:
        older = done.get(name, ("", ""))[0] or (name if transaction.record(name).get("heads") else "")
        if not newer or not older or older == newer or outcome in (REFUSED, WAITS):
            continue
        if registers(transaction.record(newer)).get(f"to/supersedes/{older}"):
            continue
        record = transaction.record(older)
        if standing(record) in ("rejected", "erased") or RANK[strongest(record)] > RANK[voice.trust]:
            notes.append(f"{one.file}: {short(older)} is believed more and stays in force")
            continue
        transaction.emit("link", newer, voice.actor, voice.origin, {"rel": "supersedes", "target": older})
        count += 1
    return count
