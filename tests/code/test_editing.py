"""Editing a text: exactly once, in the file's own encoding and line ends, and what changed told in lines."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.code.content import content_of, digest_of
from oldhand.code.difference import counts, hunks, unified
from oldhand.code.editing import edited, whole
from oldhand.errors import BadArgument, BinaryFile, NoSuchText, SeveralTexts


def after(raw: bytes, old: str, new: str, *, every: bool = False) -> bytes:
    """The bytes of a file after an edit."""
    return edited(raw, content_of(raw, "f"), "f", old, new, every=every).raw


@pytest.mark.parametrize(
    ("raw", "old", "new", "wanted"),
    [
        (b"a\nb\n", "b", "c", b"a\nc\n"), (b"a\r\nb\r\n", "a\nb", "x\ny", b"x\r\ny\r\n"),
        (b"a\r\nb\r\n", "a", "x\ny", b"x\r\ny\r\nb\r\n"), (b"a\nb\n", "a\r\nb", "c\r\nd", b"c\nd\n"),
        (b"\xef\xbb\xbfa\n", "a", "b", b"\xef\xbb\xbfb\n"), ("да\n".encode(), "да", "нет", "нет\n".encode()),
        ("a\nb\n".encode("utf-16"), "a", "é", "é\nb\n".encode("utf-16")), (b"a", "a", "", b""),
        (b"\xffa\n", "a", "b", b"\xffb\n"), ("e\u0301".encode(), "e\u0301", "x", b"x"),
        (b"a\r\nb", "\nb", "c", b"ac"), (b"a\r\nb\nc\n", "\nb", "c", b"ac\nc\n"),
        (b"<MemoryRouter>", "&lt;MemoryRouter>", "&lt;Router>", b"<Router>"), (b"&lt;M", "&lt;M", "&lt;N", b"&lt;N"),
        (b"a\tb", "a\tb", "a b", b"a b"), (b"x\r\ny\nz\r\nw\r\n", "y\n", "q\n", b"x\r\nq\nz\r\nw\r\n"),
    ],
)  # fmt: skip
def test_an_edit_keeps_encoding_and_line_ends(raw: bytes, old: str, new: str, wanted: bytes) -> None:
    assert after(raw, old, new) == wanted


def test_a_text_that_stands_several_times_is_refused_with_its_lines_unless_all_are_meant() -> None:
    raw = b"x = 1\ny = 2\nx = 1\n"
    with pytest.raises(SeveralTexts, match=r"stands 2 times in f: at the lines 1, 3"):
        after(raw, "x = 1", "x = 2")
    with pytest.raises(SeveralTexts):
        after(b"a\r\nb\r\na\nb\n", "a\nb", "c")  # once with each kind of line end
    assert after(b"a\r\nb\r\na\nb\n", "a\nb", "c\nd", every=True) == b"c\r\nd\r\nc\nd\n"
    assert after(raw, "x = 1", "x = 2", every=True) == b"x = 2\ny = 2\nx = 2\n"


@pytest.mark.parametrize(
    ("old", "said"),
    [("    y = 2", "other white space it stands at line 2"), ("x = 1\nz", "first line stands at line 1"), ("zz", "")],
)
def test_a_text_that_is_not_there_is_looked_for_nearby(old: str, said: str) -> None:
    with pytest.raises(NoSuchText) as refused:
        after(b"x = 1\n\ty = 2\n", old, "q")
    assert said in str(refused.value)


def test_what_cannot_be_an_edit_is_refused() -> None:
    for old, new in (("", "x"), ("a", "a")):
        with pytest.raises(BadArgument):
            after(b"a\n", old, new)
    with pytest.raises(BadArgument, match="not UTF-8"):
        after(b"\xffa\n", "a", "é")
    with pytest.raises(BinaryFile):
        content_of(b"a\0b", "f")


def test_a_whole_new_text_is_written_as_the_file_was() -> None:
    assert whole("a\nb\n", content_of(b"x\r\n", "f")) == b"a\r\nb\r\n"
    assert whole("a\r\n", content_of(b"x\r\n", "f")) == b"a\r\n"
    assert whole("é", content_of(b"\xef\xbb\xbfx", "f")) == b"\xef\xbb\xbf\xc3\xa9"
    assert whole("é\n", None) == b"\xc3\xa9\n"


def test_lines_are_counted_as_editors_count_them() -> None:
    assert content_of(b"a\n\x0bb\x0c\r\nc\x85", "f").lines() == ["a", "\x0bb\x0c", "c\\x85"]
    assert content_of(b"", "f").lines() == [] and content_of(b"\n", "f").lines() == [""]
    assert content_of(b"a\r\nb\n", "f").line_ends == "mixed" and digest_of(b"a") != digest_of(b"b")


LINES = st.lists(st.sampled_from("abc"), max_size=12)


@settings(deadline=None)
@given(LINES, LINES)
def test_the_runs_that_changed_make_the_new_text_of_the_old_one(before: list[str], now: list[str]) -> None:
    made, at = [], 0
    for hunk in hunks(before, now):
        made += before[at : hunk.first - 1] + now[hunk.new_first - 1 : hunk.new_last]
        at = hunk.last
    assert made + before[at:] == now
    added, removed = counts(hunks(before, now))
    assert len(before) + added - removed == len(now)


def test_a_difference_is_told_as_people_read_it() -> None:
    before = [str(n) for n in range(30)]
    now = [*before[:4], "four", *before[5:20], *before[22:], "end"]
    assert unified(before, now, hunks(before, now)) == [
        "@@ -5,1 +5 @@", " 1", " 2", " 3", "-4", "+four", " 5", " 6", " 7", "@@ -21,2 +21 @@", " 17", " 18", " 19",
        "-20", "-21", " 22", " 23", " 24", "@@ -31,0 +29 @@", " 27", " 28", " 29", "+end",
    ]  # fmt: skip


def test_texts_of_any_length_are_compared_soon() -> None:
    before = [str(n * 7919 % 1000) for n in range(200_000)]
    now = [str(n * 104_729 % 1000) for n in range(200_000)]
    started = time.perf_counter()
    assert hunks(before, now)
    small, other = before[:2900], now[:2900]
    assert hunks(small, other)
    assert time.perf_counter() - started < 5
