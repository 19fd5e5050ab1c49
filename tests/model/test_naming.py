"""Names and places: ids, prefixes, keys and anchors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oldhand.errors import BadAnchor, BadArgument, TooShortId, UnknownId
from oldhand.model.anchor import Anchor, parse
from oldhand.model.identity import (
    LONGEST_KEY,
    checked_key,
    checked_prefix,
    memory_of_slot,
    memory_of_text,
    short,
)

digits = st.text("0123456789abcdef", min_size=6, max_size=64)


@given(digits)
def test_a_prefix_of_six_digits_or_more_is_a_name_in_any_case(name: str) -> None:
    assert checked_prefix(f" {name.upper()} ") == name


@pytest.mark.parametrize("name", ["a", "abcde", "00000"])
def test_a_prefix_of_five_digits_is_too_short(name: str) -> None:
    with pytest.raises(TooShortId):
        checked_prefix(name)


@pytest.mark.parametrize(
    "name", ["", " ", "xyzxyz", "abcdeg", "a" * 65, "abc def", "０１２３４５", "abcdef\nab", "0x123456"]
)
def test_what_cannot_be_a_name_is_unknown(name: str) -> None:
    with pytest.raises(UnknownId):
        checked_prefix(name)


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_different_slots_are_different_memories(domain: str, key: str, other_domain: str, other_key: str) -> None:
    clean = [
        text.replace("\n", "").encode("utf-8", "replace").decode() for text in (domain, key, other_domain, other_key)
    ]
    same = clean[:2] == clean[2:]
    assert (memory_of_slot(clean[0], clean[1]) == memory_of_slot(clean[2], clean[3])) == same


def test_a_memory_without_a_key_is_named_by_its_first_wording() -> None:
    assert memory_of_text("ab" * 32) == "ab" * 16
    assert short("ab" * 32) == "ab" * 6


def test_keys_are_one_short_printable_line_in_normal_form() -> None:
    assert checked_key("  cafe\u0301 ") == "caf\u00e9"
    assert checked_key("k" * LONGEST_KEY)
    for key in ("a\nb", "a\x00b", "\u200fa\u202eb", "k" * (LONGEST_KEY + 1)):
        with pytest.raises(BadArgument):
            checked_key(key)


paths = st.text(st.sampled_from("abcXYZ019._-/ é"), min_size=1, max_size=30).filter(
    lambda path: path.strip("/ ") == path and not path.startswith("./") and ".." not in path.split("/")
)  # fmt: skip


@given(paths, st.integers(1, 9999), st.integers(0, 99))
def test_an_anchor_that_is_told_is_understood_again(path: str, first: int, more: int) -> None:
    for anchor in (Anchor(path), Anchor(path, first, first + more)):
        assert parse(str(anchor)) == anchor


@pytest.mark.parametrize(
    "said",
    [
        "",
        "/etc/passwd",
        "~/x",
        "../x",
        "a/../../x",
        "C:\\x",
        "c:/x",
        "a\x00b",
        "a\nb:1",
        "a:0",
        "a:5-3",
        "a/..",
        "..\\x",
        "\\\\host\\x",
        "x" * 1025,
    ],
)
def test_an_anchor_outside_the_project_or_out_of_order_is_refused(said: str) -> None:
    with pytest.raises(BadAnchor):
        parse(said)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("./src/a.py", "src/a.py"),
        ("src\\a.py:3", "src/a.py:3"),
        ("src/a.py:3-3", "src/a.py:3"),
        ("src/", "src"),
        (" a.py:2-9 ", "a.py:2-9"),
    ],
)
def test_ways_to_write_one_place_come_to_one(said: str, told: str) -> None:
    assert str(parse(said)) == told


@given(st.integers(1, 50), st.integers(0, 20), st.integers(1, 50), st.integers(0, 20))
def test_an_anchor_covers_the_lines_it_shares(first: int, more: int, other: int, further: int) -> None:
    shared = set(range(first, first + more + 1)) & set(range(other, other + further + 1))
    assert Anchor("a", first, first + more).covers(other, other + further) == bool(shared)
    assert Anchor("a").covers(other, other + further)
    assert Anchor("a", first, first + more).covers(0, 0)
