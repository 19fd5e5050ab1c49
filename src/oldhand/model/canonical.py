"""Canonical bytes: the one encoding whose SHA-256 is an address.

JSON with sorted ASCII keys, no white space, text in Unicode normal form C, integers below 2^53 in
size, no floats: byte-identical with RFC 8785 on this profile, so any RFC 8785 library can check us.
"""

import json
import unicodedata
from hashlib import sha256

from oldhand.errors import BadText

LARGEST_INTEGER = 2**53 - 1  # the largest integer every JSON reader keeps exactly (RFC 8785, I-JSON)

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def normal(text: str, what: str = "text") -> str:
    """`text` in normal form C; BadText when it holds a lone surrogate, which no UTF-8 can carry."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = "\udc80" <= text[error.start] <= "\udcff"  # as Python takes what a terminal or a folder says
        said = "a byte that is no UTF-8" if byte else "half of a surrogate pair, which is no text"
        raise BadText(what, f"character {error.start + 1} is {said}") from None
    return unicodedata.normalize("NFC", text)


def canonical(value: object) -> bytes:
    """The canonical bytes of a JSON value made of dicts, lists, strings, integers, booleans and None.

    Text is expected in normal form already (`normal` puts it there on the way in).
    Raises BadText for floats, integers of 2^53 or more, keys that are not ASCII and lone surrogates.
    """
    _check(value)
    return encoded(value)


def encoded(value: object) -> bytes:
    """`canonical` without its checks, for values this program made itself."""
    return _encode(value).encode("utf-8")


def address(body: bytes) -> bytes:
    """SHA-256 of canonical bytes, 32 bytes."""
    return sha256(body).digest()


def _check(value: object) -> None:
    if isinstance(value, str):
        if not value.isascii():
            normal(value)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise BadText("number", f"{value} is not below 2^53, where numbers stop being exact")
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BadText("key", f"{key!r} is not an ASCII string")
            _check(item)
    else:
        raise BadText("value", f"{type(value).__name__} has no canonical form")
