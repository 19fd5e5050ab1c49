"""Reading commit messages: whose they are, what is boilerplate in them, and the sentences that give reasons.

A message is somebody's text: it is cut to a length, cleaned of control characters and only ever quoted.
"""

import re
from typing import NamedTuple

from oldhand.code.history import Commit
from oldhand.exchange.prose import sentences, shorten
from oldhand.knowledge.history_words import (
    BOT,
    CAUSE,
    CHATTER,
    CHORE_ITEM,
    CODE,
    HANGING,
    MISSPELT,
    REASONS,
    REPAIRS,
    ROUTINE,
    SELF,
    TESTED,
    TRAILER,
    TRIFLES,
)

LONGEST_SUBJECT = 140  # characters; hosts cut at 72, a few projects write longer ones
LONGEST_BODY = 6_000  # characters of a message that are read; a longer one is a pasted log or a changelog
LONGEST_LINE = 1_000  # characters of one line of it; bounds the work of every pattern
LONGEST_REASON = 380  # characters that are quoted: two or three sentences
SHORTEST_REASON = 30  # characters of a sentence that can explain anything
LONGEST_NAME = 60  # characters of an author's name
CLEAR = 3  # points from which on a sentence counts as a reason
REPEATED = 0.35  # share of new words in a block up to which it repeats its subject
ITEM_CLEAR = 5  # the same for an item of a list: those of squashed commits name steps, not reasons

_BULLET = re.compile(r"\s{0,6}(?:[*+•-]|\d{1,2}[.)])\s+(?=\S)")
_CONVENTIONAL = re.compile(r"([a-z]{2,12})(?:\(([^()\n]{1,60})\))?(!?):\s+(?=\S)", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*\((?:[\w./-]{0,60}[#!]\d{1,7}(?:, )?){1,4}\)\s*$")
_LABELS = re.compile(r"(?:\[[^\[\]]{1,40}\]\s*){1,3}(?=\S)")
_BREAKING = re.compile(r"BREAKING[ -]CHANGE:\s+")  # as conventional commits write it; in the plural it is prose
_REVERTS = re.compile(
    r"(?:this )?reverts?\b.{0,90}$|reapply\b|re-?land\b|reversing changes|conflicts?:|reverting commits|\[\d+\]",
    re.IGNORECASE,
)
_REVERTED = re.compile(r"This reverts commits? [0-9a-f]{7,64}[,.:;]?\s*", re.IGNORECASE)
_WORDS = re.compile(r"\w{3,40}")
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\((?:[^()\s]{0,500})\)")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]+")


class Reason(NamedTuple):
    """Why a commit did what it did, in its own words. weight: how plainly it says so (3: one clear reason)."""

    text: str
    weight: int
    breaking: bool


def by_machine(commit: Commit) -> bool:
    """Whether a program made the commit: it decides and knows nothing."""
    return bool(BOT.search(commit.author[:100]) or "[bot]" in commit.email[:200])


def author_of(commit: Commit) -> str:
    """The author's name without any address; empty when there is none."""
    name = clean(commit.author[: 2 * LONGEST_NAME]).partition("<")[0].strip()
    return (name.partition("@")[0] if "@" in name else name)[:LONGEST_NAME].strip()


def routine(subject: str) -> bool:
    """Whether a subject names a merge, a release or an update by rote, or only mends spelling."""
    return bool(ROUTINE.match(subject) or MISSPELT.search(subject))


def repairs(subject: str) -> bool:
    """Whether a subject says that something in the code was mended, and not merely spelling, style, tests or docs."""
    return bool(REPAIRS.match(subject) and not TRIFLES.search(subject))


def clean(text: str) -> str:
    """A text on one line, without control characters, invisible ones and the addresses of links."""
    return " ".join(_LINK.sub(r"\1", _UNPRINTED.sub(" ", text)).split())


def subject_of(commit: Commit) -> str:
    """The subject as one clean line, without the number of a pull request and marks at its start."""
    line = clean(commit.subject[: 4 * LONGEST_SUBJECT])
    labels = _LABELS.match(line)
    line = _NUMBERED.sub("", line[labels.end() :] if labels else line).strip(" .")
    return shorten(line, LONGEST_SUBJECT) if len(line) > LONGEST_SUBJECT else line


def conventional(subject: str) -> tuple[str, str, bool, str]:
    """(type, scope, breaking, rest) of a subject like `fix(api)!: …`; ("", "", False, subject) of any other."""
    match = _CONVENTIONAL.match(subject)
    if not match:
        return "", "", False, subject
    return match[1].lower(), match[2] or "", bool(match[3]), subject[match.end() :]


def blocks(body: str) -> list[tuple[bool, str]]:
    """The paragraphs of a body as (whether it is an item of a list, text on one line); no code, trailers or tables."""
    found: list[tuple[bool, list[str]]] = []
    open_block, fenced = False, False
    for raw in body[:LONGEST_BODY].splitlines():
        line = raw[:LONGEST_LINE].rstrip()
        if line.lstrip().startswith(("```", "~~~")):
            fenced, open_block = not fenced, False
        elif fenced:
            continue
        elif line.startswith("--HG--"):
            break
        elif not line or TRAILER.fullmatch(line.strip()):
            open_block = False
        elif bullet := _BULLET.match(line):
            found.append((True, [line[bullet.end() :]]))
            open_block = True
        elif open_block:
            found[-1][1].append(line.strip())
        elif not (line.startswith(("    ", "\t", "|")) or CODE.match(line)):
            found.append((False, [line.strip()]))
            open_block = True
    return [(item, text) for item, lines in found if (text := clean(" ".join(lines)))]


def reason_of(commit: Commit) -> Reason | None:
    """The sentences of the body that say why, with the one before where they lean on it; None when none does."""
    subject = subject_of(commit).casefold()
    chosen: list[str] = []
    weight, breaking = 0, False
    above = ""  # the item of a list that a paragraph below it explains
    for number, (item, block) in enumerate(blocks(commit.body)):
        told = _BREAKING.match(block)
        text = block[told.end() :] if told else block
        if told and len(text) >= SHORTEST_REASON and not TESTED.search(text):
            breaking, found, points = True, shorten(text, LONGEST_REASON), CLEAR + 1
        elif (
            _repeats(text, subject) or _tells_of_revert(text)
            or block.startswith(("…", "...")) or (number and not item and block[:1].islower())  # the end of something
        ):  # fmt: skip
            above = ""
            continue
        else:
            found, points = _explained(text, item)
        if found and not item and above and HANGING.match(found):
            found = f"{above.rstrip('.')}. {found}"
        if found and sum(map(len, chosen)) + len(found) < LONGEST_REASON * (1 if chosen else 2):
            chosen.append(found)
            weight += points
        above = text if item and len(text) < LONGEST_SUBJECT else ""
    if not chosen:
        return None
    return Reason(shorten(" ".join(_ended(text) for text in chosen), LONGEST_REASON + 120), weight, breaking)


def why(body: str, limit: int = LONGEST_REASON) -> str:
    """The first sentences of a body that explain anything, for what is a reason by its place (a revert)."""
    kept = ""
    for item, block in blocks(body):
        text = _REVERTED.sub("", block).strip()
        broken = text.endswith(":") or text.startswith(("...", "…")) or not text
        if broken or _REVERTS.match(text) or (item and CHORE_ITEM.match(text)):
            continue
        said = " ".join(part for part in sentences(text) if len(part) >= SHORTEST_REASON // 2 and not _talks(part))
        if len(said) < SHORTEST_REASON // 2:
            continue
        if len(kept) + len(said) > limit:
            return kept or shorten(said, limit)
        kept = f"{kept} {_ended(said)}".strip()
    return kept


def _repeats(text: str, subject: str) -> bool:
    """Whether a block says little more than the subject (in lower case) did."""
    words, known = set(_WORDS.findall(text.casefold())), set(_WORDS.findall(subject))
    return len(words - known) <= REPEATED * len(words)


def _tells_of_revert(text: str) -> bool:
    return bool(_REVERTS.match(text) or _REVERTED.match(text))


def _explained(text: str, item: bool) -> tuple[str, int]:
    """The sentences of one block that give reasons, and how plainly; of a short paragraph all of it."""
    if item and (CHORE_ITEM.match(text) or len(text) < 2 * SHORTEST_REASON):
        return "", 0
    parts = sentences(text)
    kept: list[int] = []
    points = 0
    for number, part in enumerate(parts):
        worth = _worth(part)
        if worth < CLEAR:
            continue
        if number and HANGING.match(part) and number - 1 not in kept and not _talks(parts[number - 1]):
            kept.append(number - 1)
        kept.append(number)
        points += worth
    if not kept or points < (ITEM_CLEAR if item else CLEAR) or (item and not CAUSE.search(text)):
        return "", 0
    if not item and len(text) <= LONGEST_REASON and not any(_talks(part) for part in parts):
        return text, points
    said = ""
    for number in kept:
        if said and len(said) + len(parts[number]) > LONGEST_REASON:
            break
        said = f"{said} {_ended(parts[number])}".strip()
    return said, points


def _worth(sentence: str) -> int:
    """How plainly a sentence gives a reason; 0 for one that cannot stand in a quotation."""
    if len(sentence) < SHORTEST_REASON or sentence.endswith(":") or _talks(sentence):
        return 0
    return sum(sorted((weight for weight, pattern in REASONS if pattern.search(sentence)), reverse=True)[:2])


def _talks(sentence: str) -> bool:
    """Whether a sentence is talk between people and says nothing of the project."""
    return bool(CHATTER.search(sentence) or SELF.search(sentence) or TESTED.search(sentence))


def _ended(text: str) -> str:
    text = text.rstrip(" ;,")
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
