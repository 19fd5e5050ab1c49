"""Secrets that what stands around them gives away: a word that tells, an address, a header, a block.

Every pattern is anchored at a literal that was searched for and has bounded parts, so that a text is read in time
that grows with its length.
"""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Callable, Iterator
from typing import NamedTuple

from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.secret_blocks import block, putty
from oldhand.model.secret_values import drawn, hexadecimal, public, stands_for, uuid

Told = tuple[str, int, int]  # kind, start, end

LEAST_PASSWORD = 6  # characters: shorter ones are words of examples far more often than passwords
LEAST_KEY = 16  # characters of a key or token beside a compound word that tells (api_key, client_secret)
LEAST_ALONE = 20  # of one beside a bare `key` or `token`, which mean many other things too
HEX_LENGTHS = (32, 40, 64, 128)  # digits of keys that providers give in hexadecimal
LEAST_HEX = 24  # digits of one of another length
REACH = 26  # characters before a word that are looked at for what qualifies it


class _Word(NamedTuple):
    """A word that tells. strength: 3 a password, 2 a secret, 1 a word that means other things too."""

    stem: str
    kind: str
    strength: int


_WORDS = (
    _Word("passw", "password", 3), _Word("pwd", "password", 3), _Word("passphrase", "password", 3),
    _Word("passcode", "password", 3), _Word("_pass", "password", 3),
    _Word("sshpass", "password", 3), _Word("парол", "password", 3), _Word("secret", "secret", 2),
    _Word("секрет", "secret", 2), _Word("credential", "secret", 2), _Word("token", "token", 1),
    _Word("токен", "token", 1), _Word("key", "key", 1), _Word("ключ", "key", 1), _Word("auth", "token", 1),
)  # fmt: skip

_QUALIFIERS = (
    "api", "access", "secret", "private", "auth", "account", "signing", "sign", "encryption", "encrypt", "master",
    "service", "storage", "subscription", "license", "client", "app", "application", "admin", "deploy", "webhook",
    "hmac", "jwt", "aes", "crypt", "crypto", "consumer", "bearer", "refresh", "bot", "session", "personal", "security",
    "user", "db", "write", "read", "project", "integration", "ingest", "server", "openai", "aws", "azure", "stripe",
    "github", "gitlab", "slack", "datadog", "heroku", "npm", "x-api", "rest", "oauth", "root", "доступа", "апи", "api-",
)  # fmt: skip
_OPEN = (
    "public", "pub", "site", "publishable", "csrf", "xsrf", "cache", "primary", "foreign", "sort", "partition", "page",
    "continuation", "next", "idempotency", "registry", "object", "host", "dedup", "sec-websocket",
)  # fmt: skip
_NAMES_OTHER = LazyPattern(
    r"(?:id|ids|name|names|path|file|files|url|uri|type|types|len|length|size|field|fields|label|hint|policy|count|expiry"
    r"|expires|expiration|ttl|algorithm|alg|endpoint|format|regex|pattern|prefix|suffix|error|message|izer|ize|ized|izing"
    r"|izers|word|words|board|frame|frames|code|store|ring|stone|note|down|up|press|event|map|set|less|manager|provider"
    r"|handler|class|view|form|reset|hash|checksum|digest|sha|sha256|md5|fingerprint|version|index|or|ors|ority)\Z",
    re.I,
)

_QUOTES = r"""(?:\\{0,2}["'`]|&quot;|["'\])]){0,3}"""
_ASSIGNED = LazyPattern(
    rf"(?P<rest>[\w\-]{{0,30}}){_QUOTES}[ \t]{{0,8}}"
    r"(?P<by>:[ \t]{0,4}[A-Za-z_][\w.\[\]|?<>]{0,40}[ \t]{0,4}=(?!=)|=>|:=|={1,3}|!=|->|:|>|%3[Dd]"
    r"|,(?=[ \t]{0,4}[\"'`])|\((?=[\"'`])|(?=[ \t][\"'`])|(?=[ \t]))"
    r"(?P<gap>[ \t]{0,8}(?:[bBrRuUfF$@]{1,2}(?=[\"']))?)(?P<quote>\\{0,2}[\"'`]|&quot;|[«“]|)"
)
_IN_PROSE = LazyPattern(
    r"[^\W\d_]{0,12}(?: [^\s:=,.;!?()\"'`]{1,24}){0,6}? ?"
    r"(?:[:=—–]| is| was| are| это| теперь| set to| будет)[ \t]{1,3}(?P<quote>[\"'`«“]|)"
)
_BARE = LazyPattern(r"[^\s\"'`,;<>(){}\[\]|\\«»“”]{4,300}")
_CLOSING = {"«": "»", "“": "”", "&quot;": "&"}
_KEY_ALPHABET = LazyPattern(r"[A-Za-z0-9+/=_\-.~:%!@#&]{8,}\Z")
_FILE = LazyPattern(r"(?:[\w.@%~\-]{0,100}/){1,30}[\w.@%~\-]{1,200}\.[a-z]{1,7}\d?\Z")  # a path with its ending
_IDENTIFIER = LazyPattern(r"[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$]?[\w$]*)*\Z")
_WORDED = LazyPattern(r"[^\W\d]+(?:[ _.\-/:][^\W\d]*)*[.:!?]?\Z")

_HEADER = LazyPattern(
    r"authorization[\"']{0,2}[ \t]{0,3}[:=,][ \t]{0,3}[\"'`]?(?:[A-Za-z][\w\-]{1,20}[ \t]{1,3})?", re.I
)
_SCHEME_VALUE = LazyPattern(r"[A-Za-z0-9._~+/=\-]{16,4000}")
_BASIC = LazyPattern(r"[A-Za-z0-9+/]{8,400}={0,2}")
_ADDRESS = LazyPattern(r"://(?P<user>[^\s/@:\"'<>`]{0,100}):(?P<password>[^\s/\"'<>`]{3,300})@(?=[A-Za-z0-9\[_{$-])")
_ADDRESS_ALONE = LazyPattern(r"://([A-Za-z0-9_\-]{20,255})(?::x-oauth-basic)?@(?=[A-Za-z0-9])")
_ENCODED_ADDRESS = LazyPattern(r"%3a%2f%2f[^%\s]{0,60}%3a(?P<password>[^\s&\"']{3,200}?)%40", re.I)
_CURL = LazyPattern(r"[^\n|;]{0,300}?[ \t](?:-u|--user)[ \t=]{0,2}[\"']?[^\s:\"'$]{1,60}:(?P<password>[^\s\"']{4,100})")
_PGPASS = LazyPattern(r":(?:\d{4,5}|\*):[^\s:]{1,60}:[^\s:]{1,60}:(?P<password>[^\s:]{4,100})")
_NETRC = LazyPattern(r"(?:login|account)[ \t\n]{1,4}\S{1,80}[ \t\n]{1,4}\Z")
_SIGNATURE = LazyPattern(r"[A-Za-z0-9%+/_\-]{40,90}(?:=|%3[Dd])?")
_PHRASE = LazyPattern(r"[^\n:=]{0,30}[:=][ \t]{0,3}[\"'`]?(?P<words>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})(?![a-z])")
_TELL_PHRASE = ("mnemonic", "seed phrase", "recovery phrase", "сид-фраз", "seed_phrase")


def told(text: str, low: str) -> Iterator[Told]:
    """The secrets of a text that words, addresses and blocks give away. low: the text in lower case, of its length."""
    for word in _WORDS:
        place = low.find(word.stem)
        while place >= 0:
            yield from _beside(word, text, low, place)
            place = low.find(word.stem, place + len(word.stem))
    for literal, look in _LOOKS:
        place = low.find(literal)
        while place >= 0:
            end = place + len(literal)
            for one in look(text, low, place):
                yield one
                end = max(end, one[2])
            place = low.find(literal, end)


def _beside(word: _Word, text: str, low: str, place: int) -> Iterator[Told]:
    """What a word that tells announces, if it is a value."""
    before = low[max(0, place - REACH) : place]
    start = place + len(word.stem)
    match = _ASSIGNED.match(text, start)
    strength, kind = _strength(word, before, match["rest"] if match else "")
    if not strength:
        return
    if match and (match["by"] or _by_space(text, low, place, match)):
        found = _value(text, match.end(), match["quote"])
        tight = text[place : place + 4].isupper() or _is_option(text, place)
        if found and _kept_secret(found[0], strength, match, tight):
            yield kind, found[1], found[2]
            return
    if strength >= 2 or word.strength == 1:
        prose = _IN_PROSE.match(text, start)
        found = _value(text, prose.end(), prose["quote"]) if prose else None
        if prose and found and _said(found[0], strength):
            yield kind, found[1], found[2]


def _strength(word: _Word, before: str, rest: str) -> tuple[int, str]:
    """How much a word tells with what stands around it, and the kind of secret; 0 when it names something else."""
    lead = before.rstrip("_-. \"'")
    tail = rest.strip("_-").lower()
    if word.strength == 1 and lead.endswith(_OPEN):
        return 0, ""
    if word.strength < 3 and _NAMES_OTHER.search(tail):
        return 0, ""
    if tail.endswith(("_id", "_name", "_path", "_file", "_url", "_hash", "-id")):
        return 0, ""
    if word.stem == "passw" and tail[:3] not in ("ord", "d", "ort", "d_", "d-"):
        return 0, ""
    if word.stem in ("_pass", "sshpass") and tail:  # DB_PASS, and not the first syllable of another word
        return 0, ""
    if word.strength == 1:
        qualified = lead.endswith(_QUALIFIERS)
        if word.stem == "auth" and not qualified and tail[:5] not in ("token", "key", "_token"):
            return 0, ""
        return (2 if qualified else 1), word.kind
    return word.strength, word.kind


def _by_space(text: str, low: str, place: int, match: re.Match[str]) -> bool:
    """Whether a space alone ties a value to the word: an option, a line of netrc, a quoted value."""
    if match["quote"]:
        return True
    return _is_option(text, place) or bool(_NETRC.search(low, max(0, place - 100), place))


def _is_option(text: str, place: int) -> bool:
    """Whether the word at a place is an option of a command, such as --db-password."""
    start = place
    while start and (text[start - 1].isalnum() or text[start - 1] in "-_") and place - start < REACH:
        start -= 1
    return text.startswith("--", start)


def _value(text: str, start: int, quote: str) -> tuple[str, int, int] | None:
    """The value that begins at `start`, with its place; None when there is none."""
    if quote:
        close = _CLOSING.get(quote, quote)
        line_end = text.find("\n", start, start + 300)
        end = text.find(close, start, line_end if line_end >= 0 else start + 300)
        return (text[start:end], start, end) if end > start else None
    match = _BARE.match(text, start)
    if not match:
        return None
    value = match[0]
    if "&" in value and "?" in text[max(0, start - 200) : start]:
        value = value.partition("&")[0]
    value = value.rstrip(".,:;!?*")
    return (value, start, start + len(value)) if value else None


def _kept_secret(value: str, strength: int, match: re.Match[str], tied: bool) -> bool:
    """Whether an assigned value is a secret. tied: its name is in capitals, as in the environment, or an option."""
    if stands_for(value) or "://" in value or (" " in value.strip() and not match["quote"]):
        return False
    if strength < 3:
        return _key_like(value, strength)
    if match["by"] in ("==", "===", "!=", "->", ">") and not match["quote"] and _IDENTIFIER.match(value):
        return _mixed(value)
    if match["quote"]:
        return len(value) >= LEAST_PASSWORD and " " not in value and not _plain_words(value)
    if _IDENTIFIER.match(value) and not _mixed(value):
        in_file = match["by"] == ":" and bool(match["gap"])  # YAML, or a sentence
        tight = (tied and not match["gap"]) or in_file or not match["by"]
        return tight and len(value) >= LEAST_PASSWORD and bool(re.search(r"\d", value)) and "." not in value
    return len(value) >= LEAST_PASSWORD and _has_digit_and_letter(value) and not _calls(value)


def password_given(value: str, quote: str) -> bool:
    """Whether a value is a password where a command takes one: no placeholder, no port, no path, no plain word."""
    if len(value) < LEAST_PASSWORD or " " in value or "://" in value or stands_for(value) or public(value):
        return False
    return (bool(quote) and not _plain_words(value)) or (_has_digit_and_letter(value) and not _calls(value))


def _said(value: str, strength: int) -> bool:
    """Whether a value that a sentence announces is a secret: plain words go on with the sentence."""
    if stands_for(value) or "://" in value or " " in value:
        return False
    if strength < 3:
        return _key_like(value, strength)
    return len(value) >= LEAST_PASSWORD and _has_digit_and_letter(value) and not public(value) and not _calls(value)


def _key_like(value: str, strength: int) -> bool:
    value = value.strip()
    if not _KEY_ALPHABET.match(value) or _FILE.match(value):
        return False
    if strength >= 2 and len(value) >= LEAST_KEY:
        if hexadecimal(value):
            return len(value) in HEX_LENGTHS or (len(value) >= LEAST_HEX and drawn(value, LEAST_KEY))
        return uuid(value) or (not public(value) and drawn(_without_ends(value), LEAST_KEY))
    return len(value) >= LEAST_ALONE and not public(value) and drawn(_without_ends(value), LEAST_ALONE)


def _without_ends(value: str) -> str:
    return value.rstrip("=")


def _plain_words(value: str) -> bool:
    """Whether a value is made of words: what a form shows, the name of a field, a sentence."""
    return (bool(_WORDED.match(value)) and not _mixed(value)) or public(value) or _calls(value)


def _mixed(value: str) -> bool:
    """Whether letters, digits and capitals stand in each other's middle, as in no name."""
    return drawn(value, 8)


def _has_digit_and_letter(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not _NUMBERED_NAME.match(value)


_OF_CODE = ("(", "[", "->", "::", "${", "/", "\\")
_NUMBERED_NAME = LazyPattern(r"(?:[a-z]+_)+[a-z]*\d{0,3}\Z")


def _calls(value: str) -> bool:
    """Whether a value is an expression of code: a call, an index, a member, a path."""
    return any(part in value for part in _OF_CODE) and not drawn(value)


def _address(text: str, low: str, place: int) -> Iterator[Told]:
    """A password, or a token, in an address."""
    match = _ADDRESS.match(text, place)
    if match:
        user, password = match["user"], match["password"]
        if password != user and not stands_for(password) and (len(password) >= 6 or not password.isalpha()):
            yield "password in an address", *match.span("password")
        return
    alone = _ADDRESS_ALONE.match(text, place)
    if alone and drawn(alone[1], LEAST_ALONE):
        yield "token in an address", *alone.span(1)


def _encoded_address(text: str, low: str, place: int) -> Iterator[Told]:
    match = _ENCODED_ADDRESS.match(text, place)
    if match and not stands_for(match["password"]):
        yield "password in an address", *match.span("password")


def _header(text: str, low: str, place: int) -> Iterator[Told]:
    match = _HEADER.match(text, place)
    value = _SCHEME_VALUE.match(text, match.end()) if match else None
    if value and not stands_for(value[0]) and drawn(_without_ends(value[0])):
        yield "authorization header", *value.span()


def _bearer(text: str, low: str, place: int) -> Iterator[Told]:
    value = _SCHEME_VALUE.match(text, place + len("bearer "))
    if value and not stands_for(value[0]) and not public(value[0]) and drawn(_without_ends(value[0]), LEAST_ALONE):
        yield "authorization header", *value.span()


def _basic(text: str, low: str, place: int) -> Iterator[Told]:
    """Basic authorization: base64 of a name, a colon and a password."""
    value = _BASIC.match(text, place + len("basic "))
    if not value:
        return
    try:
        said = a2b_base64(value[0] + "=" * (-len(value[0]) % 4)).decode("utf-8")
    except (NotBase64, ValueError):
        return
    name, colon, password = said.partition(":")
    if colon and said.isprintable() and len(password) >= 3 and not stands_for(password) and name != password:
        yield "authorization header", *value.span()


def _curl(text: str, low: str, place: int) -> Iterator[Told]:
    match = _CURL.match(text, place + 4)
    if match and not stands_for(match["password"]):
        yield "password", *match.span("password")


def _pgpass(text: str, low: str, place: int) -> Iterator[Told]:
    match = _PGPASS.match(text, place)
    if match and not stands_for(match["password"]) and not match["password"].isdigit():
        yield "password", *match.span("password")


def _signed(text: str, low: str, place: int) -> Iterator[Told]:
    value = _SIGNATURE.match(text, place + len("sig="))
    if value and not (place and text[place - 1].isalnum()) and drawn(value[0]):
        yield "SAS signature", *value.span()


def _phrase(text: str, low: str, place: int) -> Iterator[Told]:
    match = _PHRASE.match(low, place)
    if match:
        yield "seed phrase", *match.span("words")


_LOOKS: tuple[tuple[str, Callable[[str, str, int], Iterator[Told]]], ...] = (
    ("----", block), ("private-lines:", putty), ("://", _address), ("%3a%2f%2f", _encoded_address),
    ("authorization", _header), ("bearer ", _bearer), ("basic ", _basic), ("curl", _curl), (":5432:", _pgpass),
    (":*:", _pgpass), ("sig=", _signed), *((literal, _phrase) for literal in _TELL_PHRASE),
)  # fmt: skip
