"""Canonical bytes: the same as RFC 8785 makes them, and refused where it would not."""

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.errors import BadText
from oldhand.model.canonical import LARGEST_INTEGER, address, canonical, encoded, normal

keys = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text)
)
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None)
@given(values)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=200, deadline=None)
@given(values)
def test_canonical_bytes_are_read_back_as_what_they_were_made_of(value: object) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)
    assert encoded(value) == canonical(value)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(keys, integers, min_size=2, max_size=6))
def test_the_order_in_which_keys_were_set_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_plain_json_is_not_canonical() -> None:
    """The control: the comparison with RFC 8785 sees a wrong order and a space."""
    value = {"b": 1, "a": "é"}
    assert json.dumps(value).encode() != rfc8785.dumps(value)
    assert json.dumps(value, sort_keys=True, ensure_ascii=False).encode() != rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [0.5, 1.0, float("nan"), 2**53, -(2**53), {"a": 2**60}, "\ud800", ["\udfff"], {"\u00e9": 1}, {1: 1}, b"x", {1}],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(BadText):
        canonical(value)


@pytest.mark.parametrize(
    "value", [LARGEST_INTEGER, -LARGEST_INTEGER, 0, -1, True, False, None, '\u2028\x00\x7f"\\', [], {}]
)
def test_the_last_that_is_accepted_is_accepted(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_texts_come_out_in_normal_form_c_and_stay_so(text: str) -> None:
    assert normal(text) == unicodedata.normalize("NFC", text)
    assert normal(normal(text)) == normal(text)


def test_two_ways_to_write_one_letter_have_one_address() -> None:
    assert address(canonical(normal("cafe\u0301"))) == address(canonical(normal("caf\u00e9")))


@given(st.text(max_size=10), st.sampled_from(["\ud800", "\udbff", "\udc00", "\udfff"]), st.text(max_size=10))
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(before: str, half: str, after: str) -> None:
    with pytest.raises(BadText, match="surrogate"):
        normal(before + half + after)
