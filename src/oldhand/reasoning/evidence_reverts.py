"""What a commit message says it takes back or does again, and how the commits that are meant are recognised."""

import re
from typing import NamedTuple

from oldhand.knowledge.history_messages import clean, conventional, routine

LONGEST_SUBJECT = 300  # characters of a subject that are read
LONGEST_BODY = 4_000  # characters of a body that are read
SHORTEST_TITLE = 10  # characters of a subject by which a commit is known again: shorter ones are said of many
MOST_NAMED = 8  # commits that one message takes back
DEEPEST = 6  # reverts of reverts that are followed in one subject
LEAST_DIGITS = 7  # of a commit's id in a message: git's own short form
_BACK = re.compile(
    r"(?:partial(?:ly)? |частичн\w+ )?"
    r"(?:revert|reverts|reverting|reverted|roll ?back|rolled back|back ?out|backed out|undo|откат\w*|отмен\w*)\b"
    r"[:\s]{1,3}(?!(?:back )?to\b)[\"'“«`]?(.+)", re.IGNORECASE,
)  # fmt: skip
_AGAIN = re.compile(
    r"(?:re-?apply|re-?land|re-?introduce|unrevert|revert (?:the )?revert(?: of)?|верн\w+)\b[:\s]{1,3}[\"'“«`]?(.+)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\brever(?:ts|ted|ting|t)\b[^.\n]{0,40}?\b([0-9a-f]{7,64})\b", re.IGNORECASE)
_NAMED_MORE = re.compile(r"(?:,|and|&)\s{0,3}\b([0-9a-f]{7,64})\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\brever(?:ts|ted|ting|t)\b[^.\n]{0,20}?(?:[\w.-]{1,60}/[\w.-]{1,60})?(?:#|pull/)(\d{1,7})\b", re.IGNORECASE
)
_AGAIN_WORDS = re.compile(
    r"\b(?:re-?appl(?:y|ies|ied)|re-?land(?:s|ed)?|unrevert|revert(?:s|ed|ing)? (?:the )?(?:commit )?\"?revert)",
    re.IGNORECASE,
)
# A line of a body that says it of the commit itself: "which was reverted as 1a2b3c4" tells a story.
_ITSELF = re.compile(
    r"^[ \t]{0,8}(?:(?:this|the) )?(?:(?:commit|change|patch) )?(?:partially )?reverts?\b", re.I | re.M
)
_PARTLY = re.compile(r"\bpartial(?:ly)?\b|\bpartly\b|\b(?:a )?part of\b|\bчастичн", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*\([\w./-]{0,60}[#!]\d{1,7}\)\s*$")
_PR = re.compile(r"\([\w./-]{0,60}[#!](\d{1,7})\)\s*$")
_PR_MERGE = re.compile(r"merge pull request [#!](\d{1,7})\b", re.IGNORECASE)
_HEX = re.compile(r"\b[0-9a-f]{7,64}\b")
_NUMBER = re.compile(r"(?:#|/pull/)(\d{1,7})\b")


_HINT = re.compile(r"rever|roll|back|undo|re-?apply|re-?land|re-?introduce|откат|отмен|верн", re.IGNORECASE)
_REVERT_WORD = re.compile(r"rever[st]", re.IGNORECASE)


class Taking(NamedTuple):
    """What a message says it takes back (or does `again`): commits, subjects and numbers of pull requests, as far as
    they are named. partly: whether it says that it takes back a part only; plainly: whether the title or a line of its
    own says it, and not a word in passing."""

    again: bool
    partly: bool
    commits: tuple[str, ...]
    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    plainly: bool


def may_take(subject: str, body: str) -> bool:
    """Whether a message may say that it takes something back: a quick look that misses none that does."""
    return _HINT.search(subject) is not None or _REVERT_WORD.search(body) is not None


def taking(subject: str, body: str) -> Taking | None:
    """What a message takes back, or None when it says nothing of the kind."""
    line, text = clean(subject[:LONGEST_SUBJECT]), body[:LONGEST_BODY]
    bare = conventional(line)[3]
    again = _AGAIN.match(line) or _AGAIN.match(bare)
    back = _BACK.match(line) or _BACK.match(bare)
    found = again or back
    commits = [name.lower() for name in _NAMED.findall(text) + (_NAMED.findall(line) if found else [])]
    if commits:
        commits += [name.lower() for name in _NAMED_MORE.findall(text)]
    numbers = _NUMBERED.findall(text) + _NUMBERED.findall(line)
    if not found and not commits:
        return None
    titles = [title(found[1])] if found else []
    layers = _layers(found[1]) if found else 0
    anew = bool(again) or (bool(back) and layers % 2 == 1) or (not found and bool(_AGAIN_WORDS.search(text)))
    if found and (number := _PR.search(found[1].strip(" \"'”»`."))):
        numbers.append(number[1])
    inner = [one for one in titles if len(one) >= SHORTEST_TITLE]
    return Taking(
        anew, bool(_PARTLY.search(line) or _PARTLY.search(text[:300])), tuple(dict.fromkeys(commits))[:MOST_NAMED],
        tuple(inner), tuple(dict.fromkeys(numbers))[:MOST_NAMED], bool(found) or bool(_ITSELF.search(text)),
    )  # fmt: skip


def _layers(said: str) -> int:
    """How often what is taken back was itself a taking back."""
    count = 0
    for _ in range(DEEPEST):
        said = said.strip(" \"'“«`”»")
        match = _BACK.match(said)
        if not match:
            break
        count += 1
        said = match[1]
    return count


def title(subject: str) -> str:
    """A subject as it is compared: one clean line in lower case, without quotation marks and the number behind it."""
    said = clean(subject[:LONGEST_SUBJECT])
    for _ in range(3):
        said = _SUFFIX.sub("", said).strip(" .…\"'“«`”»")
    return said.casefold()


def known_by(subject: str) -> str:
    """The title by which a commit is known again; empty where many are called so."""
    said = title(subject)
    return "" if len(said) < SHORTEST_TITLE or routine(clean(subject[:LONGEST_SUBJECT])) else said


def innermost(said: str) -> str:
    """What a title is about in the end: `revert "revert "x""` is about x."""
    for _ in range(DEEPEST):
        match = _AGAIN.match(said) or _BACK.match(said)
        if not match:
            break
        said = title(match[1])
    return said


def request_of(subject: str) -> str:
    """The number of the pull request that a subject names behind it, or that a merge is of; empty for none."""
    line = clean(subject[:LONGEST_SUBJECT])
    found = _PR.search(line) or _PR_MERGE.match(line)
    return found[1] if found else ""


def mentions(subject: str, body: str) -> tuple[frozenset[str], frozenset[str]]:
    """(beginnings of commits' ids, numbers of pull requests) that a message names."""
    text = f"{subject[:LONGEST_SUBJECT]}\n{body[:LONGEST_BODY]}"
    return frozenset(one[:LEAST_DIGITS] for one in _HEX.findall(text)), frozenset(_NUMBER.findall(text))
