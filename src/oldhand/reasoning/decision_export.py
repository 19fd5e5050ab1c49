"""Writing decisions as decision records (MADR 4), one file each, beside what people write there.

A file that anybody changed since it was written stays as it is, and so does every file of another making: what the
exported folder holds is never lost.
"""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import NotWritable, StorageFull
from oldhand.exchange import adr_own
from oldhand.exchange.adr import number_of
from oldhand.knowledge.moved_records import RECORD
from oldhand.model.moment import day
from oldhand.reasoning.deciding import content_of, effort, percent
from oldhand.reasoning.decision_telling import QUIET_TAGS, ending, who
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.documents_read import parts
from oldhand.reasoning.outcomes import Ended
from oldhand.store.reader import Reader
from oldhand.store.regular_files import open_regular

if TYPE_CHECKING:
    from oldhand.memory import Memory

WRITTEN, REWRITTEN, SAME, KEPT, OF_ITS_OWN = (
    "written",
    "rewritten",
    "unchanged",
    "changed by hand",
    "has its own record",
)
LONGEST_SLUG = 60  # characters of a title in a file's name
MOST_FILES = 20_000  # Markdown files of the folder that are looked into
PUT_AWAY = ("proposed", "rejected", "deprecated")  # statuses that are kept as tags


class Exported(NamedTuple):
    """What became of one decision. file: its name in the folder, empty where none was written; done: one of WRITTEN,
    REWRITTEN, SAME, KEPT and OF_ITS_OWN."""

    id: str
    name: str
    file: str
    done: str


class _Known(NamedTuple):
    """A record of ours in the folder: its name, its text, and what it says."""

    file: str
    text: str
    own: adr_own.Own


def exported(
    memory: "Memory", reader: Reader, folder: Path, decisions: Sequence[Decision], ends: dict[str, Ended], *,
    dry_run: bool = False,
) -> Iterator[Exported]:  # fmt: skip
    """Write decisions to a folder, the oldest first, each under a number that it keeps. Raises NotWritable."""
    known, last = _known(folder)
    names: dict[str, str] = {}
    ordered = sorted(decisions, key=lambda one: (one.at, one.id))
    keys = {one.id: (held.key if (held := reader.find(one.id)) else "") for one in ordered}
    kept = [one for one in ordered if not _own_record(memory, folder, keys[one.id], one)]
    for one in kept:
        if one.id in known:
            names[one.id] = known[one.id].file
        else:
            last += 1
            names[one.id] = f"{last:04d}-{slug(one.name)}.md"
    for one in ordered:
        if one.id not in names:
            yield Exported(one.id, one.name, "", OF_ITS_OWN)
            continue
        text = text_of(reader, one, keys[one.id], names, ends.get(one.id))
        there = known.get(one.id)
        if there is not None and there.text == text:
            done = SAME
        elif there is not None and there.own.changed:
            done = KEPT
        else:
            done = REWRITTEN if there is not None else WRITTEN
            if not dry_run:
                _write(folder, names[one.id], text, new=there is None)
        yield Exported(one.id, one.name, names[one.id], done)


def _own_record(memory: "Memory", folder: Path, key: str, one: Decision) -> bool:
    """Whether a decision was read from a record that lies in the folder, or was moved there: it needs no second one."""
    if not key.startswith(RECORD):
        return False
    places = (place.partition("#")[0].partition(":")[0] for place in one.anchors)
    for name in (f"{key[len(RECORD) :]}.md", *(place for place in places if place.endswith(".md"))):
        path = memory.project.tree / name
        try:
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return True
        except (OSError, ValueError):
            continue
    return False


def _known(folder: Path) -> tuple[dict[str, _Known], int]:
    """Our records in a folder by the ids of their decisions, and the greatest number that a record there has."""
    found: dict[str, _Known] = {}
    last = 0
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".md"))[:MOST_FILES]
    except OSError:
        names = []
    for name in names:
        last = max(last, number_of(name))
        try:
            with open_regular(folder / name) as file:
                raw = file.read(adr_own.LARGEST + 1)
            text = raw.decode("utf-8") if len(raw) <= adr_own.LARGEST else ""
        except (OSError, ValueError):
            continue  # not ours: ours are UTF-8 and can be read
        if own := adr_own.read(text):
            found.setdefault(own.id, _Known(name, text, own))
    return found, last


def slug(name: str) -> str:
    """A decision's name as part of a file's name: its letters and digits of any script, with hyphens between words."""
    words = re.findall(r"[^\W_]+", name.casefold())
    said = "-".join(words)
    cut = said[:LONGEST_SLUG]
    said = cut.rpartition("-")[0] or cut if len(said) > LONGEST_SLUG else said
    while len(said.encode()) > 2 * LONGEST_SLUG:  # file systems count bytes
        said = said[:-1]
    return said.strip("-") or "decision"


def text_of(
    reader: Reader, one: Decision, key: str, names: dict[str, str], end: Ended | None
) -> str:  # fmt: skip
    """A decision as a record. names: the files of the others, for links among them."""
    edges = [edge for edge in reader.edges(one.id) if edge.rel == "supersedes"]
    older = [edge.target for edge in edges if edge.source == one.id]
    newer = [edge.source for edge in edges if edge.target == one.id]
    about: dict[str, Any] = {"at": one.at, "domain": one.domain, "key": key, "supersedes": older}
    about |= {"tags": [tag for tag in one.tags if not tag.startswith("safety:")], "anchors": list(one.anchors)}
    kept = {name: value for name, value in about.items() if value not in ("", [])}
    return adr_own.written(
        one.id, content_of(one), kept, status=_status(one, newer, names), day=day(one.at),
        deciders=one.deciders or tuple(filter(None, (who(one),))), more=_more(one, end, older, names),
    )  # fmt: skip


def _status(one: Decision, newer: Sequence[str], names: dict[str, str]) -> str:
    if one.standing == "superseded":
        by = next((names[name] for name in newer if name in names), "")
        return f"superseded by [ADR-{number_of(by):04d}]({by})" if by else "superseded"
    said = next((tag for tag in PUT_AWAY if tag in one.tags), "")
    return said or ("deprecated" if one.standing == "retired" else "accepted")


def _more(one: Decision, end: Ended | None, older: Sequence[str], names: dict[str, str]) -> Iterator[str]:
    """What is known beside, for readers."""
    if one.confidence is not None:
        yield f"{percent(one.confidence)} sure that it goes well, stated by {one.stated_by or 'somebody'}"
    if one.risk:
        yield f"Risk: {one.risk}"
    if one.estimate is not None:
        yield f"Expected effort: {effort(one.estimate)}"
    if one.module:
        yield f"Part of the project: {one.module}"
    yield from (f"Supersedes [ADR-{number_of(names[name]):04d}]({names[name]})" for name in older if name in names)
    if end is not None and end.state != "open":
        yield f"Outcome: {ending(one, end)}"
        yield from (f"Evidence, {day(piece.at)}: {piece.said} ({piece.ref})" for piece in end.evidence if piece.ref)
    yield from (f"Commit {commit}" for commit in one.commits)
    yield from (f"Pull request {name}" for name in one.prs)
    yield from (f"Incident {name}" for name in one.incidents)
    yield from (f"Read for it: {path}" for _, path in parts(one.read))
    yield from (f"Tag: {tag}" for tag in one.tags if not tag.startswith(QUIET_TAGS))


def _write(folder: Path, name: str, text: str, *, new: bool) -> None:
    """Put a record in its place, whole or not at all, with the rights that the person's files usually have.

    new: nothing of that name may be there; what somebody else put there meanwhile stays.
    """
    beside = folder / f".{name}.{os.getpid()}.writing"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(beside, "x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if new and os.path.lexists(folder / name):
            raise FileExistsError(errno.EEXIST, "somebody put a file there meanwhile")
        os.replace(beside, folder / name)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(folder) from None
        raise NotWritable(folder, error.strerror or str(error)) from None
    finally:
        beside.unlink(missing_ok=True)
