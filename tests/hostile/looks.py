"""How a text looks to a terminal and to a model: what would move a cursor, and what would close a fence."""

import re
import unicodedata

OUR_COLOURS = re.compile(r"\x1b\[(?:0|1|2|31|32|33|36)m")
OUR_PROGRESS = re.compile(r"\r\x1b\[K")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
_TAG = re.compile(r"<[/\\!\s]*memory")


def controls(printed: str) -> list[str]:
    """The characters of an output that a terminal obeys or nobody sees; our own colours and line breaks aside."""
    rest = OUR_COLOURS.sub("", OUR_PROGRESS.sub("", printed)).replace("\n", "")
    return sorted(
        {
            ascii(c)
            for c in rest
            if c not in _JOINERS and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        }
    )


def fences(block: str) -> int:
    """How many tags of the fence a reader sees who looks through wide letters, marks, joiners and white space."""
    seen = "".join(
        c for c in unicodedata.normalize("NFKD", block)
        if c not in _JOINERS and not unicodedata.combining(c) and unicodedata.category(c) not in ("Cf", "Zs")
    )  # fmt: skip
    return len(_TAG.findall(re.sub(r"\s+", "", seen).casefold()))
