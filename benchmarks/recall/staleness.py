"""What was corrected: the newest statement comes first, and the older one is marked or is not there.

Work items are those of a real issue tracker's export: that one is open, and the reason given when it was closed, are
the two statements. Decision records and which replaces which are of public repositories. The cue is the title of the
earlier statement. The knowledge updates of LongMemEval are told from the answers that quality.py keeps.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from unicodedata import normalize

from benchmarks.recall import embedding, harness
from benchmarks.recall.adapter import UNLIMITED, Documents, temporary_folder
from benchmarks.recall.quality import Result
from benchmarks.recall.scoring import DEPTH
from benchmarks.recall.systems import YARDSTICK
from oldhand.memory import Memory
from oldhand.operation import call

UPDATES = "lme-session"  # the set that has knowledge updates
SEED = 20_261_121
ITEMS = 150  # work items that are said twice: an interval of some four points either way
DISTRACTORS = 1_500  # other work items in the same store, said once
SHORTEST_REASON = 25  # characters of a reason for closing that says something
LONGEST_REASON, LONGEST_DESCRIPTION = 600, 300  # characters: of a statement, not of a report
SHORTEST_TITLE = 4  # words of a title that can be asked for
LIMIT = 20  # memories asked for: an older statement further down is not seen
MARKS = ("superseded", "contested")  # standings that tell a reader to look at the other statement
MARKING = ("newer", "superseded_by", "replaced_by", "outdated")  # fields that name what replaces it
MEANING = {
    "slot": "the state of a work item, remembered twice under one key",
    "link": "two memories without a key, the later linked to the earlier with `supersedes`",
    "words alone": "two memories without key or link, each with its date in its words, the earlier remembered first",
    "words alone, late": "the same, the later remembered first: only the words tell which is newer",
    "records": "decision records that replace others, read in from Markdown files by `oldhand init`",
    "record texts": "the same records, each one memory without anything beside its text",
}
KINDS = tuple(MEANING)
ITEM_KINDS = KINDS[:4]

_REFERENCE = re.compile(r"ADR[- ]?(\d+)|\[(\d+)\.", re.I)
_REPLACED = re.compile(r"superseded\b[^\n]*?\bby\b([^\n]*)", re.I)
_REPLACES = re.compile(r"supersedes?[*:\s]+((?:\[?ADR[- ]?\d+\]?(?:\([^)\n]*\))?(?:,|,? and)?\s*)+)([^\n]*)", re.I)
_PARTLY = re.compile(r"\b(?:part|parts|partially|partly|extends?)\b", re.I)  # what goes on beside it is not replaced
_HEADING = re.compile(r"^(?:#|title: \|\n)\s*(?:ADR\W*)?(?:\d+\W+)?(.+)$", re.M)  # of the page, or in its front matter


class Change(NamedTuple):
    """A cue, the earlier statement that it asks for, and the later one (or several) that replaced it."""

    cue: str
    earlier: str
    later: tuple[str, ...]


class Outcome(NamedTuple):
    """How one change was answered.

    newest_first: the later is there, and the earlier is below it or not there; top: the later is the first;
    marked: the later is there, and the earlier does not stand beside it as if it held: it is absent (told as what was
    replaced, perhaps) or says of itself that it was.
    """

    kind: str
    newest_first: bool
    top: bool
    marked: bool


def measure(system: str, folder: Path) -> list[Outcome]:
    """Ask every case of a system (fts5, system1, system2), keep the outcomes and return them."""
    found = list(outcomes(system))
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one._asdict()) + "\n" for one in found)
    (folder / f"staleness.{system}.jsonl").write_text(lines, encoding="utf-8")
    return found


def kept(system: str, folder: Path) -> list[Outcome]:
    """What `measure` kept; empty when it did not."""
    try:
        lines = (folder / f"staleness.{system}.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Outcome(**json.loads(line)) for line in lines]


def outcomes(system: str) -> Iterator[Outcome]:
    """Every case of one system. A control knows neither slots nor links: it is given the words alone."""
    changed, others = items()
    pairs, files = records()
    texts = {row["id"]: row["text"] for row in files}
    if system == "fts5":
        early, late = [one.earlier for one in changed], [one.later[0] for one in changed]
        yield from _control("words alone", changed, {text: text for text in early + others + late})
        yield from _control("record texts", pairs, texts)
        return
    deep = system == "system2"
    for kind in ITEM_KINDS:
        yield from _items_asked(kind, changed, others, deep)
    yield from _read_in(pairs, files, deep)
    with _store(list(texts.items()), deep) as store:
        for one in pairs:
            said = store.recall(one.cue, LIMIT, **_more(deep)).items
            names = [set(store.names([item])) for item in said]
            yield judged(
                "record texts", said, [one.earlier in n for n in names], [bool(n & {*one.later}) for n in names]
            )


def updates(result: Result) -> list[Outcome]:
    """Of kept answers to lme-session: the questions whose answer was said twice, the later correcting the earlier."""
    found = []
    for at, corpus in enumerate(harness.module("datasets").SETS[UPDATES]()):
        question = corpus["queries"][0]
        places = result.ranks.get(f"{at}/{question['id']}", {})
        if question["type"] != "knowledge-update" or len(places) < 2:
            continue
        texts = dict(corpus["docs"])
        *older, newest = (places[name] or DEPTH + 1 for name in sorted(places, key=lambda one: _said_at(texts[one])))
        first = newest <= DEPTH and all(newest < place for place in older)
        found.append(Outcome(UPDATES, first, newest == 1, False))
    return found


def _said_at(text: str) -> datetime:
    """When a chat session was held: `(2023/05/30 (Tue) 23:40)` stands before it."""
    found = re.match(r"\((\d+/\d+/\d+) \(\w+\) (\d+:\d+)\)", text)
    assert found, f"a session begins with its date, not with {text[:40]!r}"
    return datetime.strptime(f"{found[1]} {found[2]}", "%Y/%m/%d %H:%M").replace(tzinfo=UTC)


# -- work items --------------------------------------------------------------------------------------


def items() -> tuple[list[Change], list[str]]:
    """Work items that were closed with a reason, sampled, as changes; and other items as they were opened."""
    rows = harness.module("datasets").read_lines("exports", "beads_issues.jsonl.gz")
    titles: dict[str, int] = {}
    for row in rows:
        titles[row["title"]] = titles.get(row["title"], 0) + 1
    usable = [row for row in rows if titles[row["title"]] == 1 and len(row["title"].split()) >= SHORTEST_TITLE]
    closed = [
        row
        for row in usable
        if len(row.get("close_reason", "")) >= SHORTEST_REASON and _when(row, "created_at") < _when(row, "closed_at")
    ]
    chosen = random.Random(SEED)
    sampled = chosen.sample(closed, min(ITEMS, len(closed)))
    taken = {row["id"] for row in sampled}
    rest = [row for row in usable if row["id"] not in taken]
    others = chosen.sample(rest, min(DISTRACTORS, len(rest)))
    return [Change(row["title"], opened(row), (ended(row),)) for row in sampled], [opened(row) for row in others]


def _when(row: dict[str, Any], name: str) -> str:
    """A moment of a work item, to the minute in UTC; empty when it has not come."""
    said = row.get(name)
    return datetime.fromisoformat(said).astimezone(UTC).strftime("%Y-%m-%d %H:%M") if said else ""


def opened(row: dict[str, Any]) -> str:
    """What was known when a work item was opened."""
    first = row.get("description", "").strip().split("\n")[0][:LONGEST_DESCRIPTION]
    return f"{_when(row, 'created_at')}: {row['title']} is open. {first}".strip()


def ended(row: dict[str, Any]) -> str:
    """What was known when it was closed."""
    return f"{_when(row, 'closed_at')}: {row['title']} is closed: {row['close_reason'].strip()[:LONGEST_REASON]}"


def _items_asked(kind: str, changed: list[Change], others: list[str], deep: bool) -> Iterator[Outcome]:
    """The work items remembered as `kind` says, then asked."""
    first = [(f"earlier {at}", one.earlier) for at, one in enumerate(changed)]
    rest = [(f"other {at}", text) for at, text in enumerate(others)]
    last = [(f"later {at}", one.later[0]) for at, one in enumerate(changed)]
    keys = {name: {"key": f"item/{name.split()[1]}"} for name, _ in first + last} if kind == "slot" else {}
    with _store(last + rest + first if "late" in kind else first + rest + last, deep, keys) as store:
        if kind == "link":
            for (old, _), (new, _) in zip(first, last, strict=True):
                ends = {"source": store.memory_of(new), "target": store.memory_of(old)}
                call(store.memory, "link", {**ends, "relation": "supersedes"})
        for one in changed:
            said = store.recall(one.cue, LIMIT, **_more(deep)).items
            old, new = _plain(one.earlier), _plain(one.later[0])
            texts = [_plain(item.text) for item in said]
            yield judged(kind, said, [text == old for text in texts], [text == new for text in texts])


def _plain(text: str) -> str:
    """A text as it can be compared with itself after it was remembered."""
    return " ".join(normalize("NFC", text).split())


def _store(documents: list[tuple[str, str]], deep: bool, said: Any = MappingProxyType({})) -> Documents:
    """A store of documents, embedded for system 2."""
    store = Documents(documents, embedding.home() if deep else None, said)
    if deep:
        store.embed()
    return store


def _more(deep: bool) -> dict[str, Any]:
    return {"deep": True} if deep else {}


# -- judging -----------------------------------------------------------------------------------------


def judged(kind: str, found: list[Any], old: list[bool], new: list[bool]) -> Outcome:
    """How an answer deals with a change: which of its items say the earlier, which the later."""
    there, place = True in new, new.index(True) if True in new else 0
    first = there and (True not in old or place < old.index(True))
    marked = all(_marked(item) for item, stale in zip(found, old, strict=True) if stale)
    return Outcome(kind, first, there and place == 0, there and marked)


def _marked(item: Any) -> bool:
    """Whether an item says of itself that another one replaces it."""
    return item.standing in MARKS or any(getattr(item, name, None) for name in MARKING)


def _control(kind: str, changed: list[Change], documents: dict[str, str]) -> Iterator[Outcome]:
    """FTS5 on the words alone: it marks nothing, so the earlier must be absent."""
    control = harness.module("baselines").BASELINES[YARDSTICK]()
    control.index(list(documents.items()))
    for one in changed:
        names = control.search(one.cue, LIMIT)
        found = [_Unmarked("active") for _ in names]
        yield judged(kind, found, [name == one.earlier for name in names], [name in one.later for name in names])


class _Unmarked(NamedTuple):
    standing: str


# -- decision records --------------------------------------------------------------------------------


def records() -> tuple[list[Change], list[dict[str, Any]]]:
    """Decision records that others replaced, as their repositories say, and every record of these repositories."""
    rows = harness.module("datasets").read_lines("adr", "adr.jsonl.gz")
    places = {(row["repo"], _number(row)): row for row in reversed(rows)}
    later: dict[str, set[str]] = {}
    for row in rows:
        for old, new in _replacements(row):
            if (row["repo"], old) in places and (row["repo"], new) in places and old != new:
                later.setdefault(places[row["repo"], old]["id"], set()).add(places[row["repo"], new]["id"])
    known = {row["id"]: row for row in rows}
    changes = [Change(_title(known[old]), old, tuple(sorted(new))) for old, new in sorted(later.items())]
    repos = {known[old]["repo"] for old in later}
    return changes, [row for row in rows if row["repo"] in repos]


def _number(row: dict[str, Any]) -> int:
    """The number of a record, from the name of its file; -1 without one."""
    digits = re.search(r"(?:^|[_-])(\d{3,4})[-_.](?!\d\d-)", row["path"].rsplit("/", 1)[-1])
    return int(digits[1]) if digits else -1


def _replacements(row: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """(number of the replaced record, of its replacement), as one record says it."""
    here, proposed = _number(row), "proposed" in str(row["status"]).casefold()
    for line in row["text"].splitlines():
        if _PARTLY.search(line):
            continue
        if found := _REPLACED.search(line):
            yield from ((here, int(a or b)) for a, b in _REFERENCE.findall(found[1]))
        if not proposed and (found := _REPLACES.search(line)):
            yield from ((int(a or b), here) for a, b in _REFERENCE.findall(found[1]))


def _title(row: dict[str, Any]) -> str:
    """The first heading of a record without its number."""
    found = _HEADING.search(row["text"])
    return found[1].strip() if found else str(row["title"])


def _read_in(pairs: list[Change], files: list[dict[str, Any]], deep: bool) -> Iterator[Outcome]:
    """The records written into a folder for each repository and read in by `init`, then asked."""
    places = {row["id"]: row["path"] for row in files}
    for repo in sorted({row["repo"] for row in files}):
        base = temporary_folder()
        try:
            for row in files:
                if row["repo"] == repo:
                    file = base / "project" / row["path"]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(row["text"], encoding="utf-8")
            with Memory(base / "project", embedding.home() if deep else base / "home") as memory:
                call(memory, "init", {})
                if deep:
                    embedding.embed(memory)
                for one in pairs:
                    if one.earlier in places and one.earlier.startswith(f"{repo}:"):
                        yield _record_asked(memory, one, places, deep)
        finally:
            shutil.rmtree(base, ignore_errors=True)


def _record_asked(memory: Memory, change: Change, places: dict[str, str], deep: bool) -> Outcome:
    asked = {"cue": change.cue, "limit": LIMIT, "budget_tokens": UNLIMITED, "scope": "project", **_more(deep)}
    said = call(memory, "recall", asked).items
    paths = [{state.anchor.partition(":")[0] for state in item.anchors} for item in said]
    new = {places[name] for name in change.later}
    return judged("records", said, [places[change.earlier] in one for one in paths], [bool(one & new) for one in paths])
