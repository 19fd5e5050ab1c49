"""Keeping secrets out: what comes in is screened before it is hashed, stored, indexed or sent anywhere.

A secret is replaced by a mark that says what it was and carries a keyed fingerprint, so that the same secret is
recognised where it comes again while nobody can guess its value from the mark.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import SecretFound
from oldhand.model.observed import observed
from oldhand.model.secrets import MARK_DIGITS, Secret, apart, find, mark, masked

KEY_FILE = "fingerprint.key"  # in the person's own folder
KEY_BYTES = 32  # as many as SHA-256 gives: a longer key adds nothing
_KEPT_KEY = re.compile(rb"[0-9a-f]{64}\n\Z")

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

ADVICE = "Say it without the secret, or --redact to keep the sentence with the secret replaced."
NAMED_ADVICE = "Give one without a secret."
_MARK = re.compile(rf"\[([^\[\]\n…]{{2,40}}) …([0-9a-f]{{{MARK_DIGITS}}})?\]")
_UNKEYED = re.compile(r"\[([^\[\]\n…]{2,40}) …\]")

Finder = Callable[[str], list[Secret]]


class Finding(NamedTuple):
    """A secret that was found. kind: what it is; where: in what part of what came in; fingerprint: its keyed name."""

    kind: str
    where: str
    fingerprint: str


class Screening:
    """One screening of what comes in. `found` lists what it found so far.

    refuse: raise SecretFound instead of replacing; home: the person's folder, where the key of the fingerprints is
    (none: marks carry no fingerprint); finder: what finds secrets; advice: what a refusal tells to do next.
    """

    def __init__(
        self, *, refuse: bool = False, home: Path | None = None, finder: Finder = find, advice: str = ADVICE
    ) -> None:  # fmt: skip
        self.refuse, self.home, self._advice = refuse, home, advice
        self.found: list[Finding] = []
        self._finder = finder
        self._place = ""

    def clean(self, text: str, where: str = "text") -> str:
        """`text` with every secret replaced by its mark. Raises SecretFound when it is refused instead.

        where: what the text is, in words: the title, the reason, docs/setup.md:88.
        """
        secrets = self._finder(text)
        if "…]" in text and not self.refuse:  # left out before, by what knows no key
            self.found += [Finding(kind, self._place or where, "") for kind in _UNKEYED.findall(text)]
        if not secrets:
            return text
        if self.refuse:
            raise SecretFound("this" if where == "text" else where, _counted(secrets), self._advice)
        parts, end = [], 0
        for kind, start, stop in secrets:
            name = fingerprint(self.home, text[start:stop]) if self.home else ""
            self.found.append(Finding(kind, self._place or where, name))
            parts += [text[end:start], mark(kind, name)]
            end = stop
        return "".join([*parts, text[end:]])

    def at(self, place: str) -> "Screening":
        """The same screening of what stands at a place (docs/setup.md:88): what it finds is said to be there."""
        other = self.again()
        other.found, other._place = self.found, masked(place, self._finder)
        return other

    def nameable(self, places: Iterable[str]) -> list[str]:
        """Those of some places in which no secret stands: one with its secret replaced would be another place.

        What is left out is counted as found. Raises SecretFound when it is refused instead.
        """
        return [place for place in places if self.clean(place, "an anchor") == place]

    def again(self) -> "Screening":
        """A screening like this one that has found nothing: for what is read more than once."""
        return Screening(refuse=self.refuse, home=self.home, finder=self._finder, advice=self._advice)

    def document(self, text: str, name: str) -> str:
        """A whole document with its secrets replaced and its lines where they were; each is found at its own line."""
        parts, end, line = [], 0, 1
        for kind, start, stop in self._finder(text):
            line += text.count("\n", end, start)
            print_ = fingerprint(self.home, text[start:stop]) if self.home else ""
            self.found.append(Finding(kind, f"{name}:{line}", print_))
            breaks = text.count("\n", start, stop)
            parts += [text[end:start], mark(kind, print_), "\n" * breaks]
            line, end = line + breaks, stop
        return "".join([*parts, text[end:]]) if parts else text

    def places(self) -> list[str]:
        """Where secrets were found, in order, each place as often as there was one."""
        return [finding.where for finding in self.found]

    def seen(self, value: str) -> str:
        """What was observed at an anchor, secrets left out of the words it keeps; they are no reason to refuse."""
        before, words, said = value.partition(" s=")
        if not words:
            return value
        automatic = self.at(self._place)
        automatic.refuse = False
        clean = automatic.clean(said, "an anchor")
        return value if clean == said else str(observed(before)._replace(words=clean))

    def cleaned(self, value: Any, where: str = "text") -> Any:
        """A JSON value with every text in it cleaned, names of members too."""
        if isinstance(value, str):
            return self.clean(value, where)
        if isinstance(value, (list, tuple)):
            items = [self.cleaned(item, where) for item in value]
            return type(value)._make(items) if hasattr(value, "_make") else type(value)(items)
        if isinstance(value, dict):
            return {self.cleaned(name, where): self.cleaned(item, where) for name, item in value.items()}
        return value


class Redactions(NamedTuple):
    """How many secrets were left out of what is remembered. by_kind: what they were; by_origin: the ways they came in.

    different: how many of them there are, as far as their marks carry fingerprints.
    """

    total: int
    different: int
    by_kind: dict[str, int]
    by_origin: dict[str, int]


def summary(reader: "Reader", latest: int = 0) -> Redactions:
    """Count the marks in all wordings that were ever remembered; no value is known to anyone.

    latest: only in what so many of the latest events brought, which is quick however much is remembered.
    """
    from oldhand.store.marked import marked

    kinds: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    names: set[str] = set()
    for text, origin in marked(reader, latest):
        for kind, name in _MARK.findall(text):
            kinds[kind] += 1
            origins[origin.partition(":")[0]] += 1
            names.update([name] if name else [])
    return Redactions(kinds.total(), len(names), dict(kinds.most_common()), dict(origins.most_common()))


def finder_of(said: str, allowed: str, home: Path) -> Finder:
    """What finds secrets with patterns of one's own beside what is known, and without what is allowed.

    said, allowed: the settings secrets.patterns and secrets.allow.
    """
    if not said and not allowed:
        return find
    from oldhand.model import secret_patterns

    own = secret_patterns.patterns(said)
    fine = secret_patterns.patterns(secret_patterns.without_fingerprints(allowed))
    names = secret_patterns.fingerprints(allowed)

    def may_stay(value: str) -> bool:
        if any(value.startswith(one.prefix) and one.whole.fullmatch(value) for one in fine):
            return True
        return bool(names) and fingerprint(home, value) in names

    def found(text: str) -> list[Secret]:
        every = apart([*find(text), *secret_patterns.found(own, text)]) if own else find(text)
        return [one for one in every if not may_stay(text[one.start : one.end])] if allowed else every

    return found


def fingerprint(home: Path, value: str) -> str:
    """The keyed name of a secret: the first digits of HMAC-SHA256 with the person's key.

    Equal secrets of one person have equal names; without the key no guess at a value can be tried out.
    """
    import hmac  # only where a secret was met

    return hmac.new(_key(home), value.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:MARK_DIGITS]


def person_key(home: Path) -> bytes:
    """The key by which only this person's programs know something again (`fingerprint`, knowledge.erased_words)."""
    return _key(home)


_keys: dict[Path, bytes] = {}


def _key(home: Path) -> bytes:
    """The person's key, made when it is first needed; where it cannot be kept, one for this process."""
    if home not in _keys:
        _keys[home] = _kept(home / KEY_FILE) or _made(home) or os.urandom(KEY_BYTES)
    return _keys[home]


def _kept(path: Path) -> bytes:
    try:
        said = path.read_bytes()
    except OSError:
        return b""
    return bytes.fromhex(said.decode("ascii")) if _KEPT_KEY.match(said) else b""


def _made(home: Path) -> bytes:
    """A new key, put in place whole and readable by the person alone; another process's, when that was first."""
    own = home / f"{KEY_FILE}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(KEY_BYTES).hex().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(own, home / KEY_FILE)
        finally:
            own.unlink()
    except FileExistsError:
        pass  # another process was first, or what is there is no key: then there is none to use
    except OSError:
        return b""  # a home that cannot be written: the fingerprints hold within this process
    return _kept(home / KEY_FILE)


def _counted(secrets: list[Secret]) -> str:
    """What was found, in words: a GitHub token (1), a password (2)."""
    counts = Counter(secret.kind for secret in secrets)
    return ", ".join(f"{article(kind)} {kind} ({count})" for kind, count in counts.items())


def article(kind: str) -> str:
    """The article of a kind of secret: an AWS key, an SSH key, a password, a URL."""
    first = kind.split()[0]
    if first.isupper() and len(first) > 1:  # read letter by letter
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    return "an" if first[0] in "AEIOaeio" else "a"
