"""Source text taken apart without a parser, written anew with other white space, or changed by one token."""

import random
import re
from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).with_name("samples")
LANGUAGES = tuple(sorted(path.stem for path in SAMPLES.glob("*.txt")))
FREE = frozenset(("java", "rust", "php", "sql"))  # a line may end anywhere
HASH = frozenset(("python", "ruby", "bash"))
UNCOMMENTED = frozenset(("tsx",))  # a comment inside markup is text

_STRINGS = r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`'
_QUOTED = r"|'(?:[^'\\\n]|\\.)*'"
_SPECIAL = {
    "python": r'[a-z]{0,2}"""[^"]*"""|',
    "rust": r"r#\"[^\"]*\"#|'(?:[^'\\]|\\.)'|",
    "cpp": r'R"\([^)]*\)"|',
    "ruby": r"%w\[[^\]]*\]|",
    "javascript": r"(?<=\()/[^/\n]+/|",
    "typescript": r"(?<== )/\^a\[b?/\]b\$/gi|",
}


class Piece(NamedTuple):
    """A piece of source: "space", "comment", "string" or "token"."""

    kind: str
    text: str


def sample(language: str) -> str:
    """The sample of a language."""
    return (SAMPLES / f"{language}.txt").read_text(encoding="utf-8")


def pieces(language: str, text: str) -> list[Piece]:
    """A text taken apart; what the pieces say, put together, is the text."""
    comment = r"#[^\n]*" if language in HASH else r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
    if language == "sql":
        comment = r"--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
    if language == "python":
        comment += r'|"""[^"]*"""(?=\n)'
    if language in ("bash", "javascript"):
        comment = r"\A#![^\n]*|" + (r"(?<=\n)[ ]*#[^\n]*" if language == "bash" else comment)
    quoted = "" if language == "rust" else _QUOTED
    special = _SPECIAL.get(language, "").removeprefix(r'[a-z]{0,2}"""[^"]*"""|')
    pattern = rf"(?P<space>\s+)|(?P<comment>{comment})|(?P<string>{special}{_STRINGS}{quoted})|(?P<token>\w+|[^\w\s])"
    return [Piece(match.lastgroup or "", match[0]) for match in re.finditer(pattern, text)]


def reformatted(language: str, text: str, chance: random.Random) -> str:
    """The same program with other white space, other blank lines and other comments."""
    if language == "python":
        return _python(text, chance)
    out: list[str] = []
    protected = False
    for piece in pieces(language, text):
        after_line_comment = out and out[-1].startswith(("//", "--", "#"))
        if piece.kind == "comment" and language not in UNCOMMENTED and not piece.text.startswith("#!"):
            out.append(chance.choice((piece.text, piece.text.replace("s", "z"))))
        elif piece.kind == "space":
            continued = bool(out) and out[-1] == "\\"
            protected = protected and (continued or "\n" not in piece.text)
            keeps_line = protected or after_line_comment
            out.append(piece.text if keeps_line else _space(language, piece.text, chance))
        else:
            protected = protected or (piece.text == "#" and language in ("c", "cpp", "csharp"))
            out.append(piece.text)
    return "".join(out)


def _space(language: str, text: str, chance: random.Random) -> str:
    line_comment = "# note" if language in HASH else "-- note" if language == "sql" else "// note"
    if "\n" not in text:
        wide = [" ", "  ", "\t"] + (["\n", "\n\n    ", " /* note */ "] if language in FREE else [])
        return chance.choice(wide)
    choices = ["\n", "\n\n\n", "\r\n", "\n        ", "\n\t", " \n  "]
    if language not in UNCOMMENTED:
        choices += [f"\n{line_comment}\n", f"\n    {line_comment} «ё»\n    "]
    if language in FREE:
        choices += [" ", "  "] if not text.startswith("\n\n") else []
    return chance.choice(choices)


def _python(text: str, chance: random.Random) -> str:
    """Python with another width of indentation, other comments, blank lines and spaces between tokens."""
    width = chance.choice((1, 2, 4, 8))
    out: list[str] = []
    for line in text.split("\n"):
        bare = line.lstrip(" ")
        depth = (len(line) - len(bare)) // 4
        if chance.random() < 0.2:
            note = " " * width * depth + "# другое"  # the parser takes one that is further left for the end of a block
            out.append(chance.choice(("", note, "\t")))
        if not bare.startswith('"""') and '"""' not in bare:
            spaced = [chance.choice((" ", "  ")) if p.kind == "space" else p.text for p in pieces("python", bare)]
            bare = "".join(spaced) + chance.choice(("", "", "  # note"))
        out.append(" " * width * depth + bare if bare.strip() else "")
    return "\n".join(out)


# A comma, a bracket or a semicolon may be what only formatting puts there; the rules for them have tests of their own.
_PERHAPS_LAYOUT = frozenset(",;()|'\"`")


def changed(language: str, text: str, chance: random.Random) -> tuple[str, str]:
    """The text with one token replaced, deleted or exchanged with the next, and what was done."""
    found = pieces(language, text)
    counting = [
        number
        for number, piece in enumerate(found)
        if piece.kind in ("token", "string")
        and not _PERHAPS_LAYOUT.intersection(piece.text[:1] * (piece.kind == "token"))
    ]
    number = chance.choice(counting)
    piece = found[number]
    deed = chance.choice(("replace", "delete", "exchange"))
    if deed == "exchange":
        others = [n for n in counting if n > number and found[n].text != piece.text][:1]
        for other in others:
            found[number], found[other] = found[other], found[number]
        if others:
            return "".join(p.text for p in found), f"exchange {piece.text!r} and {found[number].text!r}"
        deed = "replace"
    if deed == "delete" and piece.kind == "token":
        found[number] = Piece("token", " ")
    else:
        new = piece.text[:-1] + "ъ" + piece.text[-1:] if piece.kind == "string" else "ъ" + piece.text
        found[number] = Piece(piece.kind, new)
    return "".join(p.text for p in found), f"{deed} {piece.text!r}"
