"""Judging a value: whether it looks drawn by lot, stands for something else, or is the name of something public."""

import re

from oldhand.model.lazy_pattern import LazyPattern

LEAST_DRAWN = 16  # characters: shorter ones are told from words only beside a word that tells
LEAST_TURNS = 0.25  # turns between letters, capitals and digits a character; drawn by lot 0.4 to 0.7, names below 0.2
LEAST_DIFFERENT = 7  # different characters in 16 drawn from 16: 99.9 % have more; `xxxxxxxx` and `abababab` have fewer
LONGEST_WORD = 14  # letters of one case in a row; 40 drawn from base62 hold 15 of one case once in 50,000
LONGEST_COUNTED = 256  # characters of a value that are looked at: a longer one is what its beginning is

_STANDS_FOR = LazyPattern(
    r"example|sample|dummy|fake|changeme|change[_-]me|change[_-]this|placeholder|redacted|xxxx|\*\*\*|\.\.\.|…"
    r"|your[_-]?|insert|todo|replace[_-]?|12345678|abcdefg|0{10}|1{10}|hidden|removed|masked|deadbeef|test[_-]?only"
    r"|test[_-]?key",
    re.I,
)
_VARIABLE = LazyPattern(
    r"[$%@]\{?[A-Za-z_({]|\$\{\{|\{\{|<[^>]{1,80}>|%[sdr(]|\{[\w.\[\]]{0,40}\}|\$\(|#\{|__\w{2,40}__\Z"
)
# In lower case: what stands in examples and tests in the place of a password.
_COMMON = frozenset({
    "password", "passwort", "passwd", "pass", "pwd", "secret", "secrets", "token", "key", "apikey", "username",
    "user", "admin", "root", "guest", "login", "none", "null", "nil", "undefined", "true", "false", "string", "str",
    "bytes", "text", "number", "required", "optional", "empty", "default", "value", "hunter", "foobar", "foo", "bar",
    "baz", "qux", "test", "testing", "tester", "tests", "letmein", "qwerty", "postgres", "mysql", "redis", "mongo",
    "rabbitmq", "mypassword", "mysecret", "mytoken", "supersecret", "topsecret", "s3cret", "secret123", "password123",
    "password1", "password2", "pass123", "test123", "test1234", "admin123", "abc123", "123456", "1234567", "12345678",
    "123456789", "1234567890", "p@ssw0rd", "pa$$word", "basic", "bearer", "foobarbaz", "hello", "world",
    "somepassword", "newpassword", "oldpassword", "wrongpassword", "badpassword", "пароль", "секрет", "токен", "ключ",
})  # fmt: skip
_HEX = LazyPattern(r"[0-9a-fA-F]+\Z")
_UUID = LazyPattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DIGEST = LazyPattern(r"(?:sha(?:1|224|256|384|512)|md5|blake\w{1,4})[-:=_$]", re.I)
_DATE = LazyPattern(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_NAMED = LazyPattern(  # an issue, a version, a constant
    r"[A-Z]{2,12}-\d{1,7}|v?\d{1,5}(?:\.\d{1,5}){1,3}(?:[-+.]?[a-z]{1,5}\.?\d{0,4})?|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
)
_MARK = LazyPattern(r"\[[^\[\]\n…]{2,40} …[0-9a-f]{0,8}\]?|\[[A-Za-z][\w.-]*\Z")  # or its first word
_UP, _LOW, _DIGIT, _OTHER = range(4)


def stands_for(value: str) -> bool:
    """Whether a value is a placeholder, a reference to a variable, a word of examples, or a mark of ours."""
    low = value[:LONGEST_COUNTED].lower()
    return (
        low.strip("_-.!?#*\"' ") in _COMMON
        or len(set(low)) <= max(2, len(low) // 8)
        or bool(_STANDS_FOR.search(low) or _VARIABLE.search(value[:LONGEST_COUNTED]) or _MARK.match(value))
    )


def public(value: str) -> bool:
    """Whether a value has the form of a digest, an id, a date, a version, an issue's or a constant's name."""
    return bool(
        _UUID.match(value) or _DIGEST.match(value) or _DATE.match(value) or hexadecimal(value)
        or (len(value) <= LONGEST_COUNTED and _NAMED.fullmatch(value))
    )  # fmt: skip


def hexadecimal(value: str) -> bool:
    """Whether a value is written in hexadecimal digits alone."""
    return bool(_HEX.match(value))


def uuid(value: str) -> bool:
    """Whether a value is a UUID."""
    return bool(_UUID.match(value))


def varied(value: str) -> bool:
    """Whether the body of a token of known form may be a real one: not one character over and over, no placeholder."""
    looked = value[:LONGEST_COUNTED]
    return len(set(looked)) >= min(LEAST_DIFFERENT, (len(looked) + 1) // 2) and not _STANDS_FOR.search(looked)


def drawn(value: str, least: int = LEAST_DRAWN) -> bool:
    """Whether a value of at least `least` characters looks drawn by lot: digits and letters mixed, no words."""
    looked = value[:LONGEST_COUNTED]
    if len(looked) < least:
        return False
    digits, turns, row, longest, before, different = 0, 0, 0, 0, -1, set(looked)
    for character in looked:
        kind = _kind(character)
        if kind == _OTHER:  # what joins the words of a name is no turn
            continue
        digits += kind == _DIGIT
        turns += kind != before
        row = row + 1 if kind == before else 1
        if kind in (_UP, _LOW):
            longest = max(longest, row)
        before = kind
    enough = digits >= 2 and digits < len(looked) * 0.8 and len(different) >= min(LEAST_DIFFERENT, len(looked) // 2)
    return enough and longest <= LONGEST_WORD and (turns - 1) / len(looked) >= LEAST_TURNS


def _kind(character: str) -> int:
    if character.isdigit():
        return _DIGIT
    if character.isupper():
        return _UP
    return _LOW if character.islower() else _OTHER
