"""What the bytes of a file say: their text, its encoding and how its lines end, so that it is written back alike."""

import codecs
from hashlib import sha256
from typing import NamedTuple

from oldhand.errors import BadArgument, BinaryFile

DIGEST_DIGITS = 16  # of SHA-256: 64 bits tell two states of one file apart
BINARY_BYTES = 8_000  # of a file's start looked at for a NUL, as git does
NOT_UTF8 = "not UTF-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)
_NAMES = {"\n": "LF", "\r\n": "CRLF"}


class Content(NamedTuple):
    """A file's text and how it is written.

    text: as it is, line breaks included; a byte that is no UTF-8 is a backslash, an x and two digits in it,
    and `encoding` is then NOT_UTF8. mark: the bytes before the text that name its encoding; codec: Python's
    name of it; line_end: the most frequent one, a line feed where there is none; mixed: others occur too.
    """

    text: str
    encoding: str
    codec: str
    mark: bytes
    line_end: str
    mixed: bool

    @property
    def line_ends(self) -> str:
        """How lines end, in a word: LF, CRLF or mixed."""
        return "mixed" if self.mixed else _NAMES[self.line_end]

    def lines(self) -> list[str]:
        """The text's lines without their ends, counted as git and editors count them."""
        found = self.text.split("\n")
        if found[-1] == "":
            found.pop()
        return [line.removesuffix("\r") for line in found]

    def in_bytes(self, said: str, what: str) -> bytes:
        """`said` as this file writes it. Raises BadArgument when its encoding is unknown and `said` is not ASCII."""
        if self.encoding == NOT_UTF8 and not said.isascii():
            raise BadArgument(what, said[:40], "the file is not UTF-8, so only ASCII can be put into it")
        return said.encode(self.codec)


def digest_of(raw: bytes) -> str:
    """The name of a file's state: 16 hexadecimal digits."""
    return sha256(raw).hexdigest()[:DIGEST_DIGITS]


def content_of(raw: bytes, path: str) -> Content:
    """What the bytes of a file say. Raises BinaryFile when they are no text."""
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            try:
                return _content(raw[len(mark) :].decode(codec), name, codec, mark)
            except UnicodeDecodeError:
                break
    if b"\0" in raw[:BINARY_BYTES]:
        raise BinaryFile(path, "it holds NUL bytes")
    try:
        return _content(raw.decode("utf-8"), "UTF-8", "utf-8", b"")
    except UnicodeDecodeError:
        return _content(raw.decode("utf-8", "backslashreplace"), NOT_UTF8, "utf-8", b"")


def _content(text: str, encoding: str, codec: str, mark: bytes) -> Content:
    breaks = text.count("\n")
    both = text.count("\r\n")
    line_end = "\r\n" if 2 * both > breaks else "\n"
    return Content(text, encoding, codec, mark, line_end, 0 < both < breaks)


def binary(raw: bytes) -> bool:
    """Whether bytes are no text: a NUL at their start, and no mark of UTF-16 before it."""
    return b"\0" in raw[:BINARY_BYTES] and not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
