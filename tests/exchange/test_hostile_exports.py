"""Hostile and broken exports: each is refused with a reason, and nothing of it is taken."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadExport, BadLine, ForkedReplica, NewerExport, OldhandError
from oldhand.exchange.native_reading import LONGEST_LINE
from oldhand.memory import Memory
from oldhand.model.canonical import encoded
from oldhand.model.event import digest_of
from oldhand.operation import call
from tests.exchange.exports import STRATEGIES, Export, export, id_of, seal, spoiled, take


def event(number: int, **changes: Any) -> Callable[[Export], None]:
    def change(export: Export) -> None:
        export.of("event")[number].update(changes)

    return change


def fields(number: int, **changes: Any) -> Callable[[Export], None]:
    def change(export: Export) -> None:
        export.of("event")[number]["fields"].update(changes)

    return change


def rewritten(export: Export, content: Any, kind: str = "claim") -> None:
    """Give the first wording other content, and the address that follows from it."""
    first = next(line for line in export.of("object") if "body" in line)
    old, first["body"] = first["address"], {"content": content, "inputs": [], "kind": kind}
    first["address"] = sha256(encoded(first["body"])).hexdigest()
    for one in export.of("event"):
        one["revision"] = first["address"] if one["revision"] == old else one["revision"]
    start = export.rest.index(export.of("object")[0])
    ordered = sorted(export.of("object"), key=lambda line: str(line["address"]))
    export.rest[start : start + len(ordered)] = ordered


def without(kind: str, number: int) -> Callable[[Export], None]:
    return lambda export: export.rest.remove(export.of(kind)[number])


def twice(kind: str, number: int) -> Callable[[Export], None]:
    def change(export: Export) -> None:
        line = export.of(kind)[number]
        export.rest.insert(export.rest.index(line), dict(line))

    return change


def forked(export: Export) -> None:
    """Say something else as the same event of the same replica, with an id that is right."""
    one = export.of("event")[0]
    other = dict(one, clock=[one["clock"][0] + 1, 0])
    other["event"] = id_of(other)
    export.rest.insert(export.rest.index(one) + 1, other)
    for later in export.of("event")[1:]:
        later["position"] += 1
    without_roots(export)


def unerased(export: Export) -> None:
    """Erase the fields of an event whose memory was not erased."""
    one = export.of("event")[0]
    one["erased"] = digest_of(one.pop("fields"))
    without_roots(export)


def without_roots(export: Export) -> None:
    """Take the recorded roots away, so that nothing but the events speaks."""
    export.rest = [line for line in export.rest if line["type"] != "root"]
    export.header["root"] = ""


def marked(number: int, name: str, value: Any) -> Callable[[Export], None]:
    return lambda export: export.of("root")[number].__setitem__(name, value)


RENAMED: list[tuple[str, Callable[[Export], None], str]] = [
    ("an unknown operation", event(0, op="explode"), "no operation this version knows"),
    ("an operation that brings no wording", event(0, op="confirm"), "revision"),
    ("no trust", lambda e: e.of("event")[0]["fields"].pop("trust"), "no trust"),
    ("an invented trust", fields(0, trust="god"), "trust"),
    ("an unknown kind in an event", fields(0, kind="spell"), "no kind of memory"),
    ("an unknown kind in a wording", lambda e: rewritten(e, {"text": "x"}, "spell"), "no kind of memory"),
    ("a field the kind has not", lambda e: rewritten(e, {"text": "x", "evil": "y"}), "evil"),
    ("content that is no text", lambda e: rewritten(e, {"text": ["x"]}), "must be text"),
    ("content that is not normal", lambda e: rewritten(e, {"text": "e\u0301"}), "not written as this program"),
    ("an empty text", lambda e: rewritten(e, {"text": ""}), "says nothing"),
    ("a clock after the year 9999", event(0, clock=[2**48, 0]), "clock"),
    ("a clock before 1970", event(0, clock=[-1, 0]), "clock"),
    ("a counter out of range", event(0, clock=[1, 65536]), "counter"),
    ("an unknown relation", fields(4, rel="eats"), "no relation"),
    ("a target that is no name", fields(4, target="../etc"), "target"),
    ("an anchor outside the project", fields(0, anchors={"../../etc/passwd": ""}), "no anchor"),
    ("tags that are no list", fields(0, tags="db"), "tags"),
    ("a priority beyond bounds", fields(0, priority=10**9), "priority"),
    ("a confidence beyond bounds", fields(0, confidence=20_000), "confidence"),
    ("a key with a line break", fields(2, key="a\nb"), "key"),
    ("a claim to have seen the future", fields(3, seen={"f" * 16: 5}), "seen"),
    ("a moment out of range", fields(0, valid_from=10**17), "validity"),
    ("a wording that is not there", event(0, revision="0" * 64), "does not hold"),
    ("a sequence that starts late", lambda e: e.rest.remove(e.of("event")[0]), "missing"),
    ("a gap in the sequence", lambda e: e.rest.remove(e.of("event")[3]), "missing"),
    ("a sequence of zero", event(0, seq=0), "seq"),
    ("a memory's name that is none", event(0, memory="zz"), "memory"),
    ("fields erased without an erasure", unerased, "erased"),
    ("an actor that is no text", lambda e: e.of("event")[0].update(actor=5), "actor"),
]


@pytest.mark.parametrize(("what", "change", "words"), RENAMED, ids=[case[0] for case in RENAMED])
def test_an_event_that_the_fold_cannot_take_is_refused_though_every_id_is_right(
    full: Memory, shelf: Any, tmp_path: Path, what: str, change: Callable[[Export], None], words: str
) -> None:
    copy = shelf("copy")
    text = export(full)
    try:
        content = spoiled(text, change, renamed=True)
    except TypeError:
        content = spoiled(text, change)
    with pytest.raises((BadLine, BadExport), match=words):
        take(copy, tmp_path, content)
    assert Export(export(copy)).of("event") == []


OTHER = {"content": {"text": "x"}, "inputs": [], "kind": "claim"}
UNNAMED: list[tuple[str, Callable[[Export], None], str]] = [
    ("an altered wording", lambda e: e.of("object")[0].update(body=OTHER), "do not match its address"),
    ("an altered event", event(0, actor="someone else"), "do not give its id"),
    ("an altered field", fields(0, trust="web"), "do not give its id"),
    ("an altered link to the event before", event(3, prev="0" * 64), "do not give its id"),
    ("the same event twice", twice("event", 1), "position"),
    ("the same object twice", twice("object", 0), "does not come after"),
    ("a missing object", without("object", 0), "does not hold|fewer"),
    ("a missing root", without("root", 3), "missing"),
    ("a missing last root", without("root", -1), "recorded root"),
    ("an altered root", marked(2, "root", "0" * 64), "chain"),
    ("an altered time of a root", marked(2, "learned", 5), "time|chain"),
    ("an altered position of a root", marked(2, "position", 2), "chain"),
    ("another root in the header", lambda e: e.header.update(root="0" * 64), "first line"),
    ("another last event of the replica", lambda e: e.of("replica")[0].update(last="0" * 64), "announces"),
    ("a replica that is not announced", without("replica", 0), "announce"),
    ("a negative count", lambda e: e.header.update(losses=-1), "losses"),
    ("a name too many", lambda e: e.header.update(extra=1), "header"),
    ("a line of another type", lambda e: e.of("event")[0].update(type="gift"), "type 'event'"),
    ("a name missing from a line", lambda e: e.of("event")[0].pop("origin"), "does not say"),
    ("a number that is true", event(0, seq=True), "seq"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "words"), UNNAMED, ids=[case[0] for case in UNNAMED])
def test_an_altered_export_is_refused_though_its_last_line_is_right(
    full: Memory, shelf: Any, tmp_path: Path, what: str, change: Callable[[Export], None], words: str
) -> None:
    copy = shelf("copy")
    with pytest.raises((BadLine, BadExport, ForkedReplica), match=words):
        take(copy, tmp_path, spoiled(export(full), change))
    assert Export(export(copy)).of("event") == []


def test_an_export_sealed_again_without_a_change_is_taken(full: Memory, shelf: Any, tmp_path: Path) -> None:
    """The control for the two tests above: it is the change that is refused, not the sealing."""
    assert take(shelf("copy"), tmp_path, spoiled(export(full), lambda e: None, renamed=True)).restored


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"[1]", "no JSON object"), (b"not json", "no JSON"), (b'{"a":1.5}', "whole number"),
        (b'{"a":NaN}', "whole number"),
        (b'{"a":1,"a":1}', "canonically"), (b'{"a": 1}', "canonically"), (b'{"b":1,"a":1}', "canonically"),
        (b'{"a":"\\ud800"}', "no JSON"), (b'{"a":"\xff"}', "no JSON"), (b"[" * 100_000, "nested too deeply|no JSON"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"), (b'{"a":' + b"9" * 5000 + b"}", "no JSON"),
        (b"", "no JSON"), (b'{"type":"event"}', "does not say|belongs here"),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_line_that_is_none_is_named_by_its_number(
    full: Memory, shelf: Any, tmp_path: Path, line: bytes, words: str
) -> None:
    lines = export(full).encode().split(b"\n")[:-2]
    lines[4] = line
    with pytest.raises(BadLine, match=rf"^Line 5 .*({words})"):
        take(shelf("copy"), tmp_path, seal(lines))


def test_a_line_longer_than_any_memory_is_refused_without_holding_it(full: Memory, shelf: Any, tmp_path: Path) -> None:
    lines = export(full).encode().split(b"\n")[:2]
    content = b"\n".join(lines) + b'\n{"a":"' + b"x" * (LONGEST_LINE + 10) + b'"}\n'
    with pytest.raises(BadLine, match=r"Line 3 .*longer"):
        take(shelf("copy"), tmp_path, content)


def test_an_export_cut_anywhere_is_refused(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    content = export(full).encode()
    cuts = list(range(0, len(content), max(1, len(content) // 60)))
    lines = content.split(b"\n")
    for cut in [
        *(content[:place] for place in cuts),
        *(b"\n".join(lines[:n]) + b"\n" for n in range(1, len(lines) - 1)),
    ]:
        with pytest.raises(OldhandError):
            take(copy, tmp_path, cut)
    with pytest.raises(BadExport, match="cut off"):
        take(copy, tmp_path, content[:-1])
    assert Export(export(copy)).of("event") == []


def test_a_bit_changed_anywhere_is_refused(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    content = export(full).encode()
    for place in range(0, len(content), max(1, len(content) // 150)):
        with pytest.raises(OldhandError):
            take(copy, tmp_path, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    assert Export(export(copy)).of("event") == []


def test_nothing_may_follow_the_last_line(full: Memory, shelf: Any, tmp_path: Path) -> None:
    with pytest.raises(BadLine, match="follow the last line"):
        take(shelf("copy"), tmp_path, export(full) + "{}\n")


@pytest.mark.parametrize("version", [2, 99, 0])
def test_another_version_of_the_format_is_refused_by_name(
    full: Memory, shelf: Any, tmp_path: Path, version: int
) -> None:
    with pytest.raises(NewerExport, match=f"format {version}"):
        take(shelf("copy"), tmp_path, spoiled(export(full), lambda e: e.header.update(version=version)))


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"PK\x03\x04", b"just text\n", b'{"format":"oldhand"}\n'])
def test_a_file_that_is_no_export_is_refused(shelf: Any, tmp_path: Path, content: bytes) -> None:
    copy = shelf("copy")
    with pytest.raises((BadLine, BadExport)):
        take(copy, tmp_path, content)
    with pytest.raises(BadExport, match="cannot be read"):
        call(copy, "import", {"file": str(tmp_path / "nowhere")})
    with pytest.raises(BadExport, match="cannot be read"):
        call(copy, "import", {"file": str(tmp_path)})


def test_a_replica_that_says_two_things_is_refused_by_name(full: Memory, shelf: Any, tmp_path: Path) -> None:
    with pytest.raises(ForkedReplica, match="as its event 1"):
        take(shelf("copy"), tmp_path, spoiled(export(full), forked))


def test_a_history_that_differs_from_the_one_here_is_refused_by_name(full: Memory, tmp_path: Path) -> None:
    before = export(full)

    def otherwise(export: Export) -> None:
        export.of("event")[5]["actor"] = "someone else"
        without_roots(export)

    other = spoiled(before, otherwise, renamed=True)
    for strategy in STRATEGIES:
        with pytest.raises(ForkedReplica, match="as its event 6"):
            take(full, tmp_path, other, strategy=strategy)
    assert export(full) == before
