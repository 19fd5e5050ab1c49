"""Auditing other memories: what they hold, and what is wrong with it. Nothing is changed and nothing is kept.

Every part is bounded: beyond the bounds the counts go on, and the report says what was not looked at.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import BadDate
from oldhand.exchange import agent_files, beads, claude_memory
from oldhand.exchange.foreign import LONGEST_TEXT, Foreign, Item, Skipped, Source, Tie
from oldhand.exchange.foreign_files import document
from oldhand.exchange.formats import Found
from oldhand.exchange.prose import sentences
from oldhand.knowledge.comparing import compare
from oldhand.knowledge.orders import gives_orders
from oldhand.model import secrets
from oldhand.model.moment import day, parse
from oldhand.model.tokens import estimate
from oldhand.model.value import spellings

MOST_TOLD = 8  # examples of each concern: where to begin; the counts are whole
MOST_DIGESTS = 1_000_000  # statements whose digests are held to find duplicates: some 100 MB
MOST_COMPARED = 20_000  # sentences that are compared with one another
MOST_PAIRS = 10_000  # comparisons of one audit: some 15 seconds
MOST_CANDIDATES = 3  # statements that one is compared with: those that share most of its rare words
MOST_OF_WORD = 60  # statements kept by one word; what more of them have says little
COMPARED_TEXT = 600  # characters: longer texts are stories, not statements
NEIGHBOURS = 15  # lines apart in one document: the entries of one list or table
MOST_SENTENCES = 6  # of one statement that are compared
FEWEST_SHARED = 3  # words that two statements must share to be compared
MOSTLY = 0.7  # of the words in common, with which a change that is not certain is worth a look
LEAST_SHARE = 0.4  # of the later one's words; below it `compare` finds two subjects anyway
OLD_MS = 365 * 86_400_000  # a year: what nobody touched since is worth a second look
LOADED_LINES, LOADED_BYTES = 200, 25_000  # of MEMORY.md, which the host loads at the start
AGELESS = ("madr", beads.NAME)  # formats whose entries are of their day and not kept up to date
SHOWN_TEXT = 90  # characters of a statement in a report
CONCERNS = {
    "secret": "with secrets (import replaces them by marks)",
    "order": "that give orders to whoever reads them (import keeps them in review)",
    "contradiction": "that may contradict another one",
    "dead path": "that name files which are not there",
    "duplicate": "that say what another one says",
    "old": "not touched for a year",
    "over": "that held until a day that is past",
    "date": "with dates that run backwards or lie ahead",
    "unreadable": "that cannot be read",
}
_WORD = re.compile(r"[^\W_]{3,40}")
_PATH = re.compile(r"(?<![\w/.@:-])(?:[\w.@+-]{1,80}/){1,12}[\w.@+-]{0,80}")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}\Z")
_MADE = frozenset({"node_modules", "dist", "build", "target", "coverage", "out", ".venv", "venv", "__pycache__", "tmp"})
_DATED = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


class Example(NamedTuple):
    """One instance of a concern: where, and what, in words; never the value of a secret."""

    place: str
    what: str


class Concern(NamedTuple):
    """Something that is wrong, how many statements or parts have it, and the first of them."""

    concern: str
    why: str
    number: int
    examples: list[Example]


class Loaded(NamedTuple):
    """A file that a host puts into every session, and about how many tokens that costs each time."""

    file: str
    tokens: int


class Part(NamedTuple):
    """One memory that was found: its format and place, how much is in it, of which kinds, from when to when."""

    format: str
    path: str
    statements: int
    kinds: dict[str, int]
    ties: int
    left_out: int
    oldest: str
    newest: str


class Audit:
    """One audit over one or several memories.

    tree: the project whose files are meant by paths; now_ms: the present.
    """

    def __init__(self, tree: Path, now_ms: int) -> None:
        self.tree, self._now = tree, now_ms
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = defaultdict(list)
        self._digests: set[bytes] = set()
        self._texts: list[tuple[str, str]] = []  # place and text of those that are compared
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._exists: dict[str, bool] = {}
        self._pairs = 0
        self.uncompared = 0

    def read(self, name: str, path: str, items: Iterable[Item], tick: Callable[[], None] = lambda: None) -> Part:
        """Look at everything a memory holds."""
        kinds: Counter[str] = Counter()
        ties = left_out = 0
        dates: list[int] = []
        for item in items:
            tick()
            if isinstance(item, Tie):
                ties += 1
            elif isinstance(item, Skipped):
                left_out += not item.fault
                if item.fault:
                    self._note("unreadable", item.place, item.reason)
            else:
                kinds[item.kind] += 1
                self._look(item, dates, aging=name not in AGELESS, comparing=name != beads.NAME)
        first, last = (day(dates[0]), day(dates[1])) if dates else ("", "")
        return Part(name, path, sum(kinds.values()), dict(kinds.most_common()), ties, left_out, first, last)

    def concerns(self) -> list[Concern]:
        """What is wrong, the gravest first."""
        return [
            Concern(name, why, self._counts[name], self._examples[name])
            for name, why in CONCERNS.items() if self._counts[name]
        ]  # fmt: skip

    def _note(self, concern: str, place: str, what: str) -> None:
        self._counts[concern] += 1
        if len(self._examples[concern]) < MOST_TOLD:
            self._examples[concern].append(Example(place, what))

    def _look(self, item: Foreign, dates: list[int], *, aging: bool, comparing: bool) -> None:
        if len(item.text) > LONGEST_TEXT:
            self._note("unreadable", item.place, f"its text is longer than {LONGEST_TEXT >> 10} KiB")
        text = item.text[:LONGEST_TEXT]
        found = secrets.find(text)
        clean = _without(text, found)
        if found:
            self._note("secret", item.place, ", ".join(sorted({secret.kind for secret in found})))
        if reason := gives_orders(text):
            self._note("order", item.place, f"{reason}: {_shown(clean)}")
        self._look_at_dates(item, clean, dates, aging=aging and not (item.retired or item.replaced))
        if aging:
            self._look_at_paths(item.place, clean)
        if self._is_duplicate(text):
            self._note("duplicate", item.place, _shown(clean))
        elif comparing and not (item.retired or item.replaced or item.kind == "summary"):
            self._look_for_contradiction(item.place, clean)

    def _look_at_dates(self, item: Foreign, clean: str, dates: list[int], *, aging: bool) -> None:
        since, touched, until = (self._moment(said) for said in (item.created, item.updated, item.valid_until))
        last = touched or since
        for moment in (since, touched):
            if moment is not None and moment <= self._now:
                dates[:] = [min(dates[0], moment), max(dates[1], moment)] if dates else [moment, moment]
        backwards = (since and touched and touched < since) or (since and until and until < since)
        if backwards or (since and since > self._now + 86_400_000):
            self._note("date", item.place, f"since {item.created}, changed {item.updated or '-'}")
        elif aging and until is not None and until < self._now:
            self._note("over", item.place, f"until {day(until)}: {_shown(clean)}")
        elif aging and last is not None and last < self._now - OLD_MS:
            self._note("old", item.place, f"{day(last)}: {_shown(clean)}")

    def _moment(self, said: str) -> int | None:
        if not _DATED.match(said):
            return None
        try:
            return parse(said, self._now)
        except BadDate:
            return None

    def _is_duplicate(self, text: str) -> bool:
        if len(self._digests) >= MOST_DIGESTS:
            return False
        digest = blake2b(spellings(text[:COMPARED_TEXT])[0].encode("utf-8", "replace"), digest_size=12).digest()
        known = digest in self._digests
        self._digests.add(digest)
        return known

    # -- paths ---------------------------------------------------------------------------------

    def _look_at_paths(self, place: str, text: str) -> None:
        named = dict.fromkeys(path.rstrip(".") for path in _PATH.findall(text))
        dead = [path for path in named if self._is_dead(path, place)]
        if dead:
            self._note("dead path", place, ", ".join(dead[:4]))

    def _is_dead(self, path: str, place: str) -> bool:
        """Whether a path names a file of the project that is not there. In doubt it does not."""
        parts = path.rstrip("/").split("/")
        if path.startswith(("@", "..")) or "/." in f"/{parts[-1]}" or _MADE & set(parts):
            return False
        if not _SUFFIX.search(parts[-1]):  # a folder, or two words with a stroke between: only known by where it begins
            return len(parts) > 2 and self._there(parts[0]) and not self._there(path.rstrip("/"))
        if "." in parts[0] and not self._there(parts[0]):  # a host or a package: example.com/x.js
            return False
        near = place.rpartition(":")[0].rpartition("/")[0]
        return not (self._there(path) or (near and self._there(f"{near}/{path}")) or self._anywhere(path))

    def _anywhere(self, path: str) -> bool:
        """Whether a folder at the top holds it: paths are often written from a package's folder on."""
        try:
            tops = [entry.name for entry in self.tree.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        except OSError:
            return False
        return any(self._there(f"{top}/{path}") for top in tops[:200])

    def _there(self, path: str) -> bool:
        if path not in self._exists:
            try:
                self._exists[path] = (self.tree / path).exists()
            except (OSError, ValueError):
                self._exists[path] = False
            if len(self._exists) > MOST_COMPARED:
                self._exists.clear()
                return self._there(path)
        return self._exists[path]

    # -- contradictions ------------------------------------------------------------------------

    def _look_for_contradiction(self, place: str, text: str) -> None:
        """Compare each sentence of a statement with earlier ones of others, until one contradicts."""
        for sentence in sentences(text[:COMPARED_TEXT])[:MOST_SENTENCES]:
            if self._contradicts(place, sentence):
                break

    def _contradicts(self, place: str, text: str) -> bool:
        words = set(_WORD.findall(text.casefold()))
        if len(words) < FEWEST_SHARED:
            return False
        if len(self._texts) >= MOST_COMPARED or self._pairs >= MOST_PAIRS:
            self.uncompared += 1
            return False
        shared: Counter[int] = Counter()
        for word in words:
            if len(known := self._by_word[word]) < MOST_OF_WORD:
                shared.update(known)
                known.append(len(self._texts))
        self._texts.append((place, text))
        for number, count in shared.most_common(MOST_CANDIDATES):
            if count < max(FEWEST_SHARED, len(words) * LEAST_SHARE):
                return False
            other, said = self._texts[number]
            if _near(other, place) or (_file(other) == _file(place) and _context(said) == _context(text)):
                continue
            self._pairs += 1
            done = compare(said, text)
            alike = done.typed and count >= len(words) * MOSTLY
            if done.verdict == "change" and (done.certain or alike):
                self._note("contradiction", place, f"{_shown(text)} — {other}: {_shown(said)}")
                return True
        return False


def _file(place: str) -> str:
    return place.rpartition(":")[0]


def _context(sentence: str) -> str:
    """What a sentence stands under: the words before its first colon; itself without one."""
    return sentence.partition(": ")[0].casefold()


def _near(one: str, other: str) -> bool:
    """Whether two places are neighbours in a document: entries of one list say different things on purpose."""
    first, second = one.rpartition(":"), other.rpartition(":")
    if first[0] != second[0] or not first[0].endswith((".md", ".mdc")):
        return one == other
    return abs(int(first[2]) - int(second[2])) < NEIGHBOURS


def _without(text: str, found: list[secrets.Secret]) -> str:
    """A text with what is secret left out, so that no report shows it."""
    parts, end = [], 0
    for secret in found:
        parts += [text[end : secret.start], f"[{secret.kind}]"]
        end = secret.end
    return "".join([*parts, text[end:]])


def _shown(text: str) -> str:
    said = " ".join(text[: 4 * SHOWN_TEXT].split())
    return said if len(said) <= SHOWN_TEXT else said[: SHOWN_TEXT - 1] + "…"


def loaded(found: Found, source: Source) -> list[Loaded]:
    """The files of a memory that hosts put into each session whole."""
    if found.format == agent_files.NAME:
        texts = [one for one in agent_files.texts(source) if not isinstance(one, Skipped)]
        # What lies in a folder of its own is loaded when work gets there; rules with `paths:` too.
        top = [(name, text) for name, text in texts if _at_top(name) and not text[:2000].startswith("---\npaths:")]
        return [Loaded(name, estimate(text)) for name, text in top]
    if found.format == claude_memory.NAME:
        path = found.path / claude_memory.INDEX
        text = document(path, source)
        if isinstance(text, str):
            kept = "\n".join(text.split("\n")[:LOADED_LINES])[:LOADED_BYTES]
            return [Loaded(claude_memory.INDEX, estimate(kept))]
    return []


def _at_top(name: str) -> bool:
    return all(part.startswith(".") or part in ("rules", "instructions") for part in name.split("/")[:-1])
