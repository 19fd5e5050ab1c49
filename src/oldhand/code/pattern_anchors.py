"""Anchors of patterns and of dependencies: what a file says in words, and what manifests declare."""

from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from oldhand.code import dependencies
from oldhand.code.checked import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED, Outcome
from oldhand.code.relocation import Relocation
from oldhand.code.sources import blob_of
from oldhand.errors import BadAnchor, MissingExtra
from oldhand.model.anchor import Anchor
from oldhand.model.observed import DIGITS, LARGEST_COUNT, Observed

SHOWN = 80  # characters of a matched text in a difference
NO_MATCHER = "its file changed, and expressions need `pip install 'oldhand[code]'`"
MOST_STEPS = 100_000  # matches looked at, empty ones too, which are not counted: they name no text
MEMORY = 8 << 20  # bytes that RE2 may use for one expression: its own default
_LINES = "(?m)"  # before every expression: `^` and `$` are the ends of lines
NAMED_IN = "; "  # between what several manifests say


class Matches(NamedTuple):
    """What a pattern matches in a file: (1-based line, text) of each, in order."""

    found: list[tuple[int, str]]

    @property
    def digest(self) -> str:
        """The digest of what was matched, wherever it stands."""
        joined = "\0".join(text for _, text in self.found)
        return sha256(joined.encode("utf-8", "replace")).hexdigest()[:DIGITS]


def matches(anchor: Anchor, content: bytes) -> Matches:
    """What a pattern matches, at most LARGEST_COUNT times. Raises BadAnchor and MissingExtra."""
    text = content.decode("utf-8", "replace")
    found: list[tuple[int, str]] = []
    line, here = 1, 0
    for start, end in _spans(anchor, text):
        line += text.count("\n", here, start)
        here = start
        found.append((line, text[start:end]))
        if len(found) >= LARGEST_COUNT:
            break
    return Matches(found)


def _spans(anchor: Anchor, text: str) -> "list[tuple[int, int]]":
    if anchor.expression:
        return _expression(anchor, text)
    spans: list[tuple[int, int]] = []
    here = text.find(anchor.pattern)
    while here >= 0 and len(spans) < LARGEST_COUNT:
        end = here + len(anchor.pattern)
        if not (_in_word(text, here) or _in_word(text, end)):
            spans.append((here, end))
        here = text.find(anchor.pattern, end)
    return spans


def _in_word(text: str, at: int) -> bool:
    """Whether a place between two characters is inside a word or a number: `TIMEOUT = 30` is not in `TIMEOUT = 300`."""
    return 0 < at < len(text) and all(one.isalnum() or one == "_" for one in text[at - 1 : at + 1])


def _expression(anchor: Anchor, text: str) -> "list[tuple[int, int]]":
    try:
        import re2  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("An anchor with an expression", "oldhand[code]") from None
    options = re2.Options()
    options.max_mem, options.log_errors = MEMORY, False
    try:
        compiled = re2.compile(_LINES + anchor.pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "it cannot be read"
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise BadAnchor(str(anchor), f"RE2 refuses the expression ({said.replace(_LINES, '')})") from None
    spans: list[tuple[int, int]] = []
    for match in islice(compiled.finditer(text), MOST_STEPS):
        if match.end() > match.start():
            spans.append(match.span())
        if len(spans) >= LARGEST_COUNT:
            break
    return spans


def noted_pattern(anchor: Anchor, content: bytes) -> Observed:
    """What is noted of a pattern. Raises BadAnchor and MissingExtra."""
    held = matches(anchor, content)
    if not held.found:
        return Observed()
    lines = [line for line, _ in held.found]
    return Observed(
        held.digest, first=lines[0], last=max(lines), matched=len(lines), words=held.found[0][1],
    )  # fmt: skip


def pattern_outcome(where: Relocation, anchor: Anchor, seen: Observed) -> Outcome:
    """What became of a pattern: it holds while it matches the same texts, wherever in the file."""
    files = where.files
    content = files.content(anchor.path)
    if content is None and files.exists(anchor.path):
        return Outcome(CANNOT_TELL, "", "its file cannot be read")
    if content is not None and seen.blob and blob_of(content) == seen.blob:
        return Outcome(HOLDS) if seen.matched else Outcome(GONE, "", "nothing matched it when it was noted")
    now = "" if content is not None else where.renamed(anchor.path, seen.blob, seen.commit)
    if now:
        content = files.content(now)
    if content is None:
        return Outcome(GONE, "", where.note())
    place = str(anchor._replace(path=now)) if now else ""
    try:
        held = matches(anchor, content)
    except MissingExtra:
        return Outcome(CANNOT_TELL, "", NO_MATCHER)
    except BadAnchor:
        return Outcome(CANNOT_TELL, "", "this version cannot read the expression")
    if not held.found:
        return Outcome(GONE, "", f"nothing in {now or anchor.path} matches it")
    if held.digest == seen.digest:
        return Outcome(MOVED, place) if place else Outcome(HOLDS)
    if len(held.found) != seen.matched:
        return Outcome(CHANGED, place, f"{seen.matched} -> {len(held.found)} matches")
    return Outcome(CHANGED, place, f"{_short(seen.words)} -> {_short(held.found[0][1])}" if seen.matched == 1 else "")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return f'"{plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"}"'


def noted_dependency(root: Path, anchor: Anchor) -> Observed:
    """What is noted of a dependency: what each manifest declares."""
    said = dependencies.told(dependencies.declared(root, anchor.dependency))
    return Observed(_digest(said), words=said) if said else Observed()


def dependency_outcome(where: Relocation, anchor: Anchor, seen: Observed) -> Outcome:
    """What became of a dependency: it holds while the manifests that declared it say the same."""
    if not seen.digest:
        return Outcome(CANNOT_TELL, "", "nothing declared it when it was noted")
    manifests = [part.partition(" ")[0] for part in seen.words.split(NAMED_IN)]
    now = dependencies.declared(where.root, anchor.dependency, manifests)
    said = dependencies.told(now)
    if _digest(said) == seen.digest or dependencies.squeezed(said) == dependencies.squeezed(seen.words):
        return Outcome(HOLDS)
    now = dependencies.declared(where.root, anchor.dependency)
    if not now:
        return Outcome(GONE, "", "no manifest declares it any more")
    return Outcome(CHANGED, "", dependencies.difference(seen.words, now))


def _digest(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:DIGITS]
