"""Anchors as text, and what was observed at them as text."""

import random
import string

import pytest

from oldhand.errors import BadAnchor, OldhandError
from oldhand.model.anchor import Anchor, as_noted, parse
from oldhand.model.foreign import check_fields
from oldhand.model.observed import LONGEST_WORDS, MOST_LINES, Observed, observed

KINDS = {
    "src/pay.py": "file",
    "src": "file",
    "src/pay.py:10": "lines",
    "src/pay.py:10-14": "lines",
    "src/pay.py::Gateway.charge": "symbol",
    "src/pay.py::Gateway.charge#2": "symbol",
    "include/v.hpp::operator bool": "symbol",
    'src/pay.py::"RETRIES = 3"': "pattern",
    'src/pay.py::"say "yes""': "pattern",
    "src/pay.py::/RETRIES = [0-9]+/": "pattern",
    "src/pay.py::/a/b:3/": "pattern",
    "dep:requests": "dependency",
    "dep:@types/node": "dependency",
    "dep:github.com/spf13/cobra/v2": "dependency",
    "dep:com.google.guava:guava": "dependency",
    "ключи/оплата.py::Касса.открыть": "symbol",
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items(), ids=KINDS)
def test_every_kind_is_read_and_written_alike(text: str, kind: str) -> None:
    anchor = parse(text)
    assert (anchor.kind, str(anchor), parse(str(anchor))) == (kind, text, anchor)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (" ./src/pay.py ", "src/pay.py"), ("src\\pay.py::f", "src/pay.py::f"), ("src/pay.py:7-7", "src/pay.py:7"),
        ("a.cpp::ns::Type::run", "a.cpp::ns.Type.run"), ("dep: requests ", "dep:requests"),
    ],
)  # fmt: skip
def test_other_ways_to_write_it_mean_the_same(text: str, meant: str) -> None:
    assert str(parse(text)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "/etc/passwd", "../x", "a/../../x", "C:\\x", "~/x", "a.py:9-3", "a.py:0", "a\nb.py", "x" * 1025,
        "a.py::", "a.py:: ", "a.py:::x", "a.py::.x", 'a.py::"', 'a.py::""', 'a.py::"x', "a.py::/x", "a.py:://",
        "a.py::f\x00", "dep:" + "a" * 300,
        "a.py::" + "f" * 301, 'a.py::"' + "f" * 301 + '"', 'a.py::"a\nb"', "dep:", "dep:a b", "dep:../x\n",
        "/etc/passwd::f", "../a.py::f", "::f", "~/a.py::/x/",
    ],
)  # fmt: skip
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(OldhandError):
        parse(text)


def test_the_error_says_what_may_be_given() -> None:
    with pytest.raises(BadAnchor, match=r"FILE::SYMBOL, FILE::\"TEXT\", FILE::/RE2/ or dep:PACKAGE"):
        parse("/etc/passwd")


def test_what_was_noted_before_symbols_came_means_what_it_meant() -> None:
    """A manual page of Perl has such a name; the value beside it tells which time it is from."""
    assert as_noted("man/File::Temp.3", "0123456789abcdef") == Anchor("man/File::Temp.3")
    assert as_noted("dep:x", "") == Anchor("dep:x")
    assert as_noted("man/File::Temp.3", "2 d=0123456789abcdef") == Anchor("man/File", symbol="Temp.3")
    assert as_noted("src/pay.py:3", "2 d=0123456789abcdef") == Anchor("src/pay.py", 3, 3)


FULL = Observed(
    "0" * 16,
    "1" * 16,
    "2" * 16,
    4,
    9,
    3,
    "3" * 16,
    "4" * 16,
    "feature/ветка",
    2,
    1,
    (0, 4095, 17),
    "def f(a, b) -> int",
)


@pytest.mark.parametrize("seen", [Observed(), FULL, FULL._replace(words=""), Observed(first=1, last=1)])
def test_an_observation_is_read_as_it_was_written(seen: Observed) -> None:
    assert observed(str(seen)) == seen


def test_values_of_the_first_form_are_digests() -> None:
    assert observed("0123456789abcdef") == Observed("0123456789abcdef")
    assert observed("") == Observed()
    assert observed("f" * 64).digest == "f" * 64


def test_an_observation_is_bounded_and_printable_whatever_was_seen() -> None:
    seen = Observed(
        words="x\n\x1b[31m" + "ы" * 5_000, branch="b" * 500, lines=tuple(range(MOST_LINES)), before=3, after=3
    )
    text = str(seen)
    assert text.isprintable() and len(text) < 500 + LONGEST_WORDS
    assert observed(text).words == seen.words[:1] + "  [31m" + "ы" * (LONGEST_WORDS - 7)


BAD = [
    "f" * 65, "xyz", "2 ", "-", "2 d=1", "2 d=0123456789ABCDEF", "2 n=9-3", "2 n=0-0", "2 f=A", "2 k=5-5 f=AAAA",
    "2 s=", "2 s=" + "x" * 241, "2 b=0123456789abcdef d=0123456789abcdef", "3 d=0123456789abcdef", "2 r=a b",
    "2 f=" + "A" * 194, "2 - d=0123456789abcdef",
    "2 s=a\x1bb", "2 n=12345678-12345678", "2 x=1", "2  d=0123456789abcdef", "2 d=0123456789abcdef\n",
]  # fmt: skip


@pytest.mark.parametrize("value", BAD)
def test_a_value_in_no_known_form_is_refused_from_elsewhere(value: str) -> None:
    with pytest.raises(ValueError, match=r"anchor|lines|form"):
        check_fields("set", {"anchors": {"a.py": value}})


def test_a_value_in_a_known_form_is_taken_from_elsewhere() -> None:
    check_fields(
        "set", {"anchors": {"a.py::f": str(FULL), "a.py": "", "b.py:1": "0123456789abcdef", "dep:x": "2 s=a 1"}}
    )


def test_random_values_are_read_or_refused_and_never_an_accident() -> None:
    chance = random.Random(4)
    letters = string.printable + "абв\x00\u202e"
    for _ in range(2_000):
        value = "".join(chance.choice(letters) for _ in range(chance.randrange(60)))
        for text in (value, "2 " + value, str(FULL)[: chance.randrange(200)] + value):
            try:
                seen = observed(text)
            except ValueError:
                continue
            if text.startswith("2 "):
                assert observed(str(seen)) == seen
