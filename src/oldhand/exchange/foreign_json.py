"""A large JSON file read member by member: one element of its arrays is held at a time."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from oldhand.exchange.foreign import Skipped, Source
from oldhand.exchange.foreign_files import CHUNK, LONGEST_LINE, named, opened

_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder()


class Member(NamedTuple):
    """A value of a JSON file: the member it belongs to (empty in an array), its number there from 1 (0: no array)."""

    name: str
    number: int
    value: Any


class _Broken(Exception):
    """The file is no JSON from here on."""


def json_members(path: Path, source: Source) -> Iterator[Member | Skipped]:
    """The elements of an array, or of each array that is a member of an object; other members whole.

    What follows a fault cannot be read, and is told as one part that was not.
    """
    name = named(path, source.root)
    file = opened(path, source.root)
    if isinstance(file, str):
        yield Skipped(name, file)
        return
    with file:
        text = _Text(file, source)
        try:
            yield from _top(text)
        except RecursionError:
            yield Skipped(name, "a value in it is nested too deeply; what follows was not read")
        except (_Broken, UnicodeDecodeError, OSError) as error:
            why = "it is not written in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            yield Skipped(f"{name} (character {text.before:,})", f"{why}; what follows was not read")


class _Text:
    """The characters of a file, of which as many are held as the value being read takes."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        first = file.read(2)
        file.seek(0)
        wide = first in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self._decode = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
        self._file, self._source = file, source
        self._held, self._at, self._ended = "", 0, False
        self._gone = 0  # characters dropped so far

    @property
    def before(self) -> int:
        """The number of the character where reading stands, from 1."""
        return self._gone + self._at + 1

    def _more(self, count: int = CHUNK) -> bool:
        raw = self._file.read(count)
        self._source.seen(len(raw))
        self._held = self._held[self._at :] + self._decode.decode(raw, not raw)
        self._gone += self._at
        self._at = 0
        self._ended = not raw
        return not self._ended

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if self._ended or not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Take one character, which must be this one."""
        if self.peek() != wanted:
            raise _Broken(f"'{wanted}' is missing")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
                if end < len(self._held) or self._ended:  # a number could go on behind what is held
                    self._at = end
                    return value
            except ValueError as error:
                if self._ended:
                    raise _Broken(f"it is no JSON ({str(error)[:60]})") from None
            if len(self._held) - self._at > LONGEST_LINE:
                raise _Broken(f"it is no JSON, or a value in it is longer than {LONGEST_LINE >> 20} MiB")
            self._more(max(CHUNK, len(self._held) - self._at))  # doubled, so that a long value is not read anew often


def _top(text: _Text) -> Iterator[Member]:
    first = text.peek()
    if first == "[":
        yield from _array(text, "")
    elif first == "{":
        yield from _object(text)
    else:
        raise _Broken("it is no JSON object or array")
    if text.peek():
        raise _Broken("something follows its end")


def _object(text: _Text) -> Iterator[Member]:
    text.take("{")
    while text.peek() != "}":
        name = text.value()
        text.take(":")
        if not isinstance(name, str):
            raise _Broken("a name is no text")
        if text.peek() == "[":
            yield from _array(text, name)
        else:
            yield Member(name, 0, text.value())
        if text.peek() != "}":
            text.take(",")
    text.take("}")


def _array(text: _Text, name: str) -> Iterator[Member]:
    text.take("[")
    number = 0
    while text.peek() != "]":
        number += 1
        yield Member(name, number, text.value())
        if text.peek() != "]":
            text.take(",")
    text.take("]")
