"""docs/vectors.json and the worked examples of docs/FORMAT.md, recomputed by the code and by hashlib alone."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from zlib import crc32

import pytest

from oldhand.code.line_ranges import noted
from oldhand.errors import BadText
from oldhand.model import kinds
from oldhand.model.canonical import address, canonical, normal
from oldhand.model.clock import Clock
from oldhand.model.event import Event, make, recomputed_id
from oldhand.model.identity import memory_of_slot, memory_of_text
from oldhand.model.observed import observed
from oldhand.store import merkle
from oldhand.store.fold import fold, standing
from tests.docs.pages import DOCS, fences, text_of

VECTORS: dict[str, Any] = json.loads((DOCS / "vectors.json").read_text(encoding="utf-8"))
NOTHING = "(none)"  # how FORMAT.md writes an empty value


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8, as hex."""
    return sha256(text.encode()).hexdigest()


def event_of(vector: dict[str, Any]) -> Event:
    """The event that the code makes of a vector's parts."""
    parts = {name: vector[name] for name in ("replica", "seq", "actor", "origin", "op", "memory", "revision", "prev")}
    return make(clock=Clock(*vector["clock"]), fields=vector["fields"], **parts)


EVENTS = {vector["name"]: vector for vector in VECTORS["events"]}


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda v: v["bytes"][:20])
def test_a_value_has_the_canonical_bytes_of_its_vector(vector: dict[str, Any]) -> None:
    assert canonical(vector["value"]).decode() == vector["bytes"]
    assert address(canonical(vector["value"])).hex() == vector["sha256"] == digest(vector["bytes"])


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda v: v["why"])
def test_a_value_without_canonical_bytes_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadText):
        canonical(json.loads(vector["json"]))


@pytest.mark.parametrize("vector", VECTORS["normal"], ids=lambda v: v["kept_hex"])
def test_text_is_kept_in_normal_form(vector: dict[str, Any]) -> None:
    assert normal(bytes.fromhex(vector["given_hex"]).decode()) == bytes.fromhex(vector["kept_hex"]).decode()


@pytest.mark.parametrize("vector", VECTORS["revisions"], ids=lambda v: v["kind"])
def test_a_revision_has_the_address_of_its_vector(vector: dict[str, Any]) -> None:
    body = kinds.body(vector["kind"], kinds.content(vector["kind"], vector["fields"]), tuple(vector["inputs"]))
    assert body.decode() == vector["bytes"]
    assert address(body).hex() == vector["address"] == digest(vector["bytes"])
    assert memory_of_text(vector["address"]) == vector["memory"] == vector["address"][:32]


@pytest.mark.parametrize("vector", VECTORS["slots"], ids=lambda v: v["key"])
def test_a_slot_gives_the_memory_of_its_vector(vector: dict[str, Any]) -> None:
    assert memory_of_slot(vector["domain"], vector["key"]) == vector["memory"] == digest(vector["bytes"])[:32]


@pytest.mark.parametrize("vector", VECTORS["events"], ids=lambda v: v["name"])
def test_an_event_has_the_id_of_its_vector(vector: dict[str, Any]) -> None:
    event = event_of(vector)
    assert (event.id, event.fields_digest, event.stamp) == (vector["id"], vector["fields_digest"], vector["stamp"])
    assert recomputed_id(event) == vector["id"] == digest(vector["bytes"])
    assert canonical(json.loads(vector["bytes"])).decode() == vector["bytes"]
    assert vector["fields_digest"] == (digest(vector["fields_bytes"]) if vector["fields"] else "")


@pytest.mark.parametrize("vector", VECTORS["states"], ids=lambda v: v["name"])
def test_events_fold_to_the_record_of_their_vector(vector: dict[str, Any]) -> None:
    events = [event_of(EVENTS[name]) for name in vector["events"]]
    for order in (events, events[::-1]):
        record = fold(vector["memory"], order)
        assert json.loads(vector["record"]) == record
        assert standing(record) == vector["standing"]
    assert digest(vector["record"]) == vector["digest"]


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize("vector", VECTORS["anchors"], ids=lambda v: v["place"])
def test_lines_are_observed_as_in_their_vector(vector: dict[str, Any]) -> None:
    lines = vector["lines"].split("\n")
    seen = noted([line.encode() for line in lines], 1, len(lines))
    assert seen.digest == vector["digest"] == digest("\n".join(line.rstrip() for line in lines))[:16]
    said = vector["seen"]
    assert str(seen._replace(**said)) == vector["value"] and observed(vector["value"]) == seen._replace(**said)
    prints = [crc32("".join(line.split()).encode()) % 4096 for line in lines]
    assert "".join(ALPHABET[one >> 6] + ALPHABET[one & 63] for one in prints) == vector["fingerprints"]
    assert f" f={vector['fingerprints']} " in vector["value"]


def root_of(members: Iterable[tuple[str, str]]) -> str:
    """The root over (id, digest) pairs, by the code's own trie kept in dictionaries."""
    pairs = sorted((bytes.fromhex(memory), bytes.fromhex(state)) for memory, state in members)
    nodes: dict[str, bytes] = {}
    changed = [memory.hex() for memory, _ in pairs]
    return merkle.update(
        changed,
        lambda prefix: [pair for pair in pairs if pair[0].hex().startswith(prefix)],
        lambda paths: {path: nodes[path] for path in paths if path in nodes},
        nodes.update,
    ).hex()


def plain_root(members: list[tuple[str, str]], prefix: str = "") -> bytes:
    """The same root from the words of FORMAT.md alone."""
    inside = sorted(pair for pair in members if pair[0].startswith(prefix))
    if not inside:
        return bytes(32)
    if len(prefix) == 4:
        return sha256(b"".join(bytes.fromhex(memory + state) for memory, state in inside)).digest()
    return sha256(b"".join(plain_root(inside, prefix + digit) for digit in "0123456789abcdef")).digest()


@pytest.mark.parametrize("vector", VECTORS["tries"], ids=lambda v: str(len(v["members"])))
def test_records_give_the_root_of_their_vector(vector: dict[str, Any]) -> None:
    members = [(memory, state) for memory, state in vector["members"]]
    assert root_of(members) == vector["root"] == plain_root(members).hex()


@pytest.mark.parametrize("vector", VECTORS["chain"], ids=lambda v: str(v["position"]))
def test_a_recorded_root_has_the_chain_value_of_its_vector(vector: dict[str, Any]) -> None:
    before, root = bytes.fromhex(vector["previous"]), bytes.fromhex(vector["root"])
    numbers = [vector[name] for name in ("position", "learned", "wall", "counter")]
    joined = before + root + b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)
    clock = (vector["wall"], vector["counter"])
    assert merkle.chained(before, root, vector["position"], vector["learned"], clock).hex() == vector["chain"]
    assert sha256(joined).hexdigest() == vector["chain"]


def test_a_changed_vector_would_be_seen() -> None:
    broken = EVENTS["assert"] | {"seq": 2}
    assert event_of(broken).id != broken["id"]
    assert plain_root([("00" * 16, "11" * 32)]) != plain_root([("00" * 16, "12" * 32)])


def worked_examples() -> list[tuple[str, dict[str, str]]]:
    """(name of the vector, values by name) of the worked examples in FORMAT.md."""
    found = []
    for fence in fences(text_of(DOCS / "FORMAT.md")):
        word, _, name = fence.info.partition(" ")
        if word == "vector":
            lines = [line.partition("  ") for line in fence.text.splitlines()]
            found.append((name, {head.strip(): rest.strip() for head, _, rest in lines}))
    return found


EXAMPLES = worked_examples()


@pytest.mark.parametrize(("name", "said"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_a_worked_example_is_its_vector_and_hashes_as_it_says(name: str, said: dict[str, str]) -> None:
    group, _, which = name.partition("/")
    vector = next(v for at, v in enumerate(VECTORS[group]) if which in (v.get("name"), str(at)))
    values = {head: "" if value == NOTHING else value for head, value in said.items()}
    names = {"fields": "fields_bytes", "fields digest": "fields_digest"} if group == "events" else {}
    for head, value in values.items():
        if head == "member":
            assert value.split() == vector["members"][0]
        else:
            assert value.replace("\\n", "\n") == str(vector[names.get(head, head)])
    if group in ("events", "revisions", "slots"):
        summed = digest(values["bytes"].replace("\\n", "\n"))
        assert summed.startswith(values.get("id") or values.get("address") or values["memory"])
    if group == "events":
        assert values["fields digest"] == digest(values["fields"])


def test_the_format_has_three_worked_events() -> None:
    assert sum(name.startswith("events/") for name, _ in EXAMPLES) >= 3
