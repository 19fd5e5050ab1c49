"""Plain text: what inline Markdown says, its sentences, and shortening that keeps them whole."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence


def terminated(text: str) -> str:
    """The text as a sentence: with a full stop unless it ends in punctuation."""
    text = text.rstrip(" ;,")
    return text if not text or text[-1] in ".!?…:" or text[-2:-1] in (".", "!", "?") else text + "."


def joined(texts: Sequence[str]) -> str:
    """Items as running text: sentences after one another, fragments parted by semicolons."""
    if not texts:
        return ""
    full = sum(1 for text in texts if text[-1:] in ".!?" or len(text) > 110)
    if full * 2 >= len(texts):
        return " ".join(terminated(text) for text in texts)
    return terminated("; ".join(text.rstrip(" .;,") for text in texts))


LONGEST_BLOCK = 8_000  # characters; bounds the work of every pattern on one block
LONGEST_SPAN = 80  # characters of a code span over several lines; a longer one is a listing in the wrong marks
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^\[\]]*\])")
_SHORTCUT = re.compile(r"\[(\^?)([^\[\]]{1,200})\](?![(\[:])")
AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|figure|font"
    r"|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|picture|s|samp|small|source|span|strong"
    r"|strike|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul|var|video|[A-Z]\w+)"
    r"(?:\s[^<>]*|\s*/)?>"
)
_STRUCK = re.compile(r"~~[^~]+~~")
_STRONG = re.compile(r"(\*\*\*?)(?=[^\s*])([^*]*[^*\s])\1")
_STAR = re.compile(r"(?<![\w/*.])\*(?=[^\s*])([^*]*[^*\s/])\*(?![\w*])")
_STRAY = re.compile(r"(?<![\w/*.])\*\*(?![/*.])|(?<=\w)\*\*(?![\w/*.])")
_UNDERSCORE = re.compile(r"(?<![\w/])(_{1,3})(?=[^\s_])([^\n]*?[^\s_])\1(?!\w)")
_SHORTCODE = re.compile(r"(?<!\S):[a-z][a-z_]+:(?=\s|$|[.,;])")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…][\"'»”)\]*]*\s+(?=[\"'«“(`\[]*(?:[A-ZА-ЯЁÀ-ÞЀ-Џ0-9]|`))")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|fig|no|ca|dr|mr|ms|st|[a-z]"
    r"|т\.\s?е|т\.\s?д|т\.\s?п|т\.\s?к|др|пр|рис|см|напр|г|стр|им))\.$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Inline Markdown as plain text on one line; code spans keep their backticks."""
    if len(text) > LONGEST_BLOCK:
        text = text[:LONGEST_BLOCK]
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        literal = found[0] if found[0][0] == "`" else found[1]
        if "\n" in literal and len(literal) > LONGEST_SPAN:
            return ""
        held.append(_SPACE.sub(" ", literal))
        return f"\x00{len(held) - 1}\x00"

    text = CODE_SPAN.sub(hold, text.replace("\x00", ""))
    text = _ESCAPE.sub(hold, text) if "\\" in text else text
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
        text = _SHORTCUT.sub(lambda m: "" if m[1] else m[0], text)
    if "<" in text:
        text = TAG.sub(" ", AUTOLINK.sub(r"\1", text))
    if "*" in text:
        text = _STRAY.sub("", _STAR.sub(r"\1", _STRONG.sub(r"\2", text)))
    if "_" in text:
        text = _UNDERSCORE.sub(r"\2", text)
    if "~~" in text:
        text = _STRUCK.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    text = _SHORTCODE.sub("", text)
    text = re.sub(r"\x00(\d+)\x00", lambda m: held[int(m[1])], text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
    return _SPACE.sub(" ", text).strip()


def sentences(text: str) -> list[str]:
    """Split plain text into whole sentences; code spans and abbreviations hold together."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()]
        if piece.count("`") % 2 or _ABBREVIATION.search(text[max(0, end.start() - 8) : end.start() + 1]):
            continue
        found.append(piece.strip())
        start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def shorten(text: str, limit: int) -> str:
    """As many whole sentences as fit; a first sentence that is too long ends in an ellipsis."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) + 1 > limit:
            break
        kept = f"{kept} {sentence}".strip()
    if kept:
        return kept
    from oldhand.model.excerpt import head
    from oldhand.model.secrets import find

    cut = head(text, limit - 2, find)  # no part of a secret stays on the cut
    at = max(cut.rfind("; "), cut.rfind(". "))
    cut = cut[: at if at > limit // 2 else max(cut.rfind(" "), 1)]
    if cut.count("`") % 2:
        cut = cut[: cut.rindex("`")]
    return cut.rstrip(" ,;:(—-") + " …"
