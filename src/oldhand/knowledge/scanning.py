"""Scanning: what the symbols of the code say of themselves, as memories of trust `repo`, one for each symbol.

A symbol's memory is named by its place (`symbol/PATH::NAME`), so that a symbol that comes or moves replaces
nothing else. Scanning the same code again changes nothing; what people or agents made of a memory since
is left as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadAnchor, BadInput
from oldhand.knowledge import admission, trusting
from oldhand.knowledge.assertion import Statement, foresee, identity, statement
from oldhand.model.anchor import Anchor, can_name, parse
from oldhand.model.identity import LONGEST_KEY
from oldhand.model.observed import observed
from oldhand.model.symbol import Symbol
from oldhand.model.trust import Voice
from oldhand.store.anchor_texts import ties
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

ACTOR = "scan"
TRUST = "repo"
KIND, DOMAIN = "claim", "architecture"
PRIORITY = -50  # of -100 to 100: what people and agents said comes first
LONGEST_SAID = 300  # characters taken of a doc comment: its first sentences
KEY = "symbol/"
_PRIVATE = re.compile(r"(?:^|\s)(?:private|fileprivate|internal|protected|static\s+inline)\s")
_CLOSED_KINDS = frozenset({"function", "method", "constant", "variable"})  # what stands inside is nobody else's
_SECTION = re.compile(  # where a doc comment stops saying what it is about
    r"```|^\s*(?:[@:]\w|Args:|Arguments:|Parameters\b|Returns:|Raises:|Examples?:|Examples?\s*$|Usage:|>>> |#|---|===)",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[.!?。](?=\s|$)")


class Found(NamedTuple):
    """A symbol that is to be described, and the language of its file."""

    path: str
    language: str
    symbol: Symbol


def chosen(symbols: Sequence[Symbol], path: str, language: str, *, every: bool) -> Iterator[Found]:
    """The symbols of a file worth a memory: documented and public ones, or every one that is not inside a function."""
    kinds = {symbol.name: symbol.kind for symbol in symbols}
    for symbol in symbols:
        if any(kinds.get(outer) in _CLOSED_KINDS for outer in _outer(symbol)):
            continue
        if every or (symbol.doc.strip() and is_public(symbol, language)):
            yield Found(path, language, symbol)


def _outer(symbol: Symbol) -> Iterator[str]:
    name = symbol.parent
    while name:
        yield name
        name = name.rpartition(".")[0]


def is_public(symbol: Symbol, language: str) -> bool:
    """Whether a symbol is meant for use from elsewhere, by the habits of its language."""
    parts = [part.partition("#")[0] for part in symbol.name.split(".")]
    if language == "go":
        return parts[-1][:1].isupper()
    if language == "rust":
        return symbol.signature.startswith(("pub ", "macro_rules!", "#[macro_export]")) or symbol.kind == "macro"
    if any(part.startswith("_") and not part.endswith("__") for part in parts) or parts[-1].startswith("#"):
        return False
    return not _PRIVATE.search(symbol.signature.partition("(")[0])


def key_of(path: str, name: str) -> str:
    """The key of a symbol's memory; a very long one is told by its hash."""
    key = f"{KEY}{path}::{name}"
    return key if len(key) <= LONGEST_KEY else f"{KEY}{sha256(key.encode()).hexdigest()[:32]}"


def said_of(found: Found) -> str:
    """What a symbol says of itself: its signature and the first sentences of its doc comment."""
    signature = " ".join(found.symbol.signature.split()).rstrip(" :{=") or found.symbol.name
    sentences = first_sentences(found.symbol.doc)
    quoted = f"`{signature}`" if "`" not in signature else signature
    return f"{quoted}: {sentences}" if sentences else f"{quoted} is a {found.symbol.kind} of {found.path}."


def first_sentences(doc: str, most: int = LONGEST_SAID) -> str:
    """The first sentences of a doc comment on one line, before its lists of parameters and examples."""
    section = _SECTION.search(doc)
    if section and section.start() > 0:
        doc = doc[: section.start()]
    words = " ".join("".join(c if c.isprintable() else " " for c in doc).split())
    if len(words) <= most:
        return words
    ends = [match.end() for match in _SENTENCE.finditer(words[:most])]
    return words[: ends[-1]] if ends else words[:most].rpartition(" ")[0] + "…"


def stated(observer: Observer, found: Found, screening: "Screening") -> Statement:
    """A symbol as memory takes it, tied to its place.

    Raises BadInput for what no memory can hold, and BadAnchor for a file whose name no anchor can hold.
    """
    if not can_name(found.path):
        raise BadAnchor(found.path, "no memory can be tied to a file of this name")
    said = statement(
        observer, KIND, {"text": said_of(found), "title": found.symbol.name},
        screening=screening.at(f"{found.path}::{found.symbol.name}"), domain=DOMAIN,
        key=key_of(found.path, found.symbol.name), priority=PRIORITY,
    )  # fmt: skip
    place = str(Anchor(found.path, symbol=found.symbol.name))
    if not screening.nameable([place]):
        raise BadAnchor(screening.again().clean(place), "a secret stands in its name; rename it")
    said.metadata["anchors"] = {place: screening.seen(observer.symbol(found.path, found.symbol))}
    return said


def take(
    transaction: Transaction, observer: Observer, group: Iterable[Found], screening: "Screening"
) -> tuple[Counter[str], list[str]]:  # fmt: skip
    """Take symbols in: how many memories were added, changed or left as they were, and what could not be said."""
    done: Counter[str] = Counter()
    left_out: list[str] = []
    statements: list[tuple[str, Statement]] = []
    for found in group:
        try:
            statements.append((found.path, stated(observer, found, screening)))
        except BadInput as error:
            left_out.append(screening.again().clean(f"{found.path}::{found.symbol.name}") + f": {error}")
    foresee(transaction, [said for _, said in statements])
    for path, said in statements:
        if why := admission.turned_away(transaction, said, identity(said)):
            left_out.append(f"{path}::{said.content['title']}: {why}")
            continue
        done[_take(transaction, f"repo:{path}", said)] += 1
    return done, left_out


def _take(transaction: Transaction, origin: str, said: Statement) -> str:
    memory = identity(said)
    record = transaction.record(memory)
    state = standing(record)
    if state == "awaited":
        transaction.put(said.body, said.revision)
        fields = {"kind": said.kind, "trust": TRUST, **said.metadata}
        fields |= trusting.waiting(transaction, said, Voice(ACTOR, origin, TRUST))
        transaction.emit("assert", memory, ACTOR, origin, fields, said.revision)
        return "added"
    if state not in ("active", "contested", "retired", "rejected", "quarantined"):
        return "unchanged"  # put away for good, or replaced by what somebody knows better
    outcome = "unchanged"
    if state == "retired":
        latest = transaction.latest(memory, "retire")
        if latest is None or latest.actor != ACTOR:
            return "unchanged"
        transaction.emit("restore", memory, ACTOR, origin, {"seen": dict(record["vector"])})
        outcome = "changed"
    ours = all(head["origin"].startswith("repo:") for head in record["heads"])
    if ours and {head["revision"] for head in record["heads"]} != {said.revision}:
        transaction.put(said.body, said.revision)
        fields = {
            "kind": said.kind,
            "trust": TRUST,
            **said.metadata,
            "seen": dict(transaction.record(memory)["vector"]),
        }
        fields |= trusting.reworded(transaction, memory, said, Voice(ACTOR, origin, TRUST))
        transaction.emit("revise", memory, ACTOR, origin, fields, said.revision)
        return "changed"
    if moved := _observed_anew(registers(record), said.metadata["anchors"]):
        transaction.emit("set", memory, ACTOR, origin, {"anchors": moved})
        return "changed"
    return outcome


def _observed_anew(known: dict[str, Any], anchors: dict[str, str]) -> dict[str, str]:
    """The anchors whose place holds something else than was noted; where and at which commit does not count."""
    return {
        place: value
        for place, value in anchors.items()
        if not isinstance(known.get(f"anchor/{place}"), str)
        or _of_contents(known[f"anchor/{place}"]) != _of_contents(value)
    }


def _of_contents(value: str) -> tuple[str, str]:
    seen = observed(value)
    return seen.digest, seen.tokens


def described(reader: Reader) -> dict[str, str]:
    """The current memories whose wording came from a scan, by the place of their symbol (`PATH::NAME`)."""
    found: dict[str, str] = {}
    for tie in ties(reader):
        if tie.brought_by == ACTOR and tie.key.startswith(KEY):
            for text in tie.anchors:
                anchor = parse(text)
                if anchor.symbol and key_of(anchor.path, anchor.symbol) == tie.key:
                    found[text] = tie.memory
    return found


def retire_vanished(transaction: Transaction, memories: Iterable[tuple[str, str]]) -> int:
    """Retire memories of symbols that are there no more, as (memory, place), unless someone else has reworded them."""
    count = 0
    for memory, place in memories:
        record = transaction.record(memory)
        if standing(record) not in ("active", "contested"):
            continue
        origins = [head["origin"] for head in record["heads"]]
        if all(origin.startswith("repo:") for origin in origins) and not _put_back(transaction, memory):
            transaction.emit("retire", memory, ACTOR, origins[-1], {"reason": f"{place} is there no more"})
            count += 1
    return count


def _put_back(transaction: Transaction, memory: str) -> bool:
    """Whether someone else restored a memory after it was last retired: it is then left standing."""
    restored, retired = transaction.latest(memory, "restore"), transaction.latest(memory, "retire")
    return restored is not None and restored.actor != ACTOR and (retired is None or retired.stamp < restored.stamp)
