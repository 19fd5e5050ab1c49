"""What a line that was found does with a name: defines it, uses it, tests it, comments on it or documents it."""

import re
from itertools import islice

INTENTS = ("definition", "use", "test", "comment", "docs")  # in the order in which they are shown
_NAME = re.compile(r"[^\W\d]\w*")
_DEFINERS = frozenset({
    "def", "class", "function", "function*", "func", "fn", "fun", "interface", "type", "struct", "enum", "trait",
    "module", "mod", "namespace", "const", "let", "var", "val", "static", "macro_rules!", "#define", "record",
    "object", "protocol", "typedef", "sub", "table", "view", "trigger", "procedure", "annotation", "union",
})  # fmt: skip
# Words that may stand between those and the name.
_MODIFIERS = frozenset({"mut", "async", "export", "default", "public", "private", "protected", "final", "pub"})
# Words before or in the place of a name in `name(…) {` that make it no definition.
_CONTROL = frozenset({
    "if", "while", "for", "switch", "catch", "return", "else", "new", "throw", "await", "case", "do", "yield", "in",
    "not", "and", "or", "elif", "when", "unless", "match",
})  # fmt: skip
_MOST_NAMES = 8  # names in what matched that are looked at
_HASH = frozenset({"python", "ruby", "bash", "php", ""})
_SLASHES = frozenset(
    {"typescript", "tsx", "javascript", "go", "rust", "java", "c", "cpp", "csharp", "php", "kotlin", "swift"}
)
_DASHES = frozenset({"sql"})
_LATER = frozenset({"generated", "vendored", "data"})  # roles shown after everything that people wrote


def intent_of(line: str, start: int, end: int, role: str, language: str) -> str:
    """The intent of a match in a line of a file: one of INTENTS.

    start, end: the characters of `line` that matched; role and language: the file's (oldhand.code.languages).
    """
    if role == "docs":
        return "docs"
    if role == "test":
        return "test"
    if _in_comment(line[:start], language):
        return "comment"
    return "definition" if language and _defines(line, start, end) else "use"


def place_of(intent: str, role: str) -> int:
    """Where a match stands in a ranked list: lower is earlier."""
    return INTENTS.index(intent) + (len(INTENTS) if role in _LATER else 0)


def _in_comment(before: str, language: str) -> bool:
    bare = before.lstrip()
    if bare.startswith(("/*", "* ", "*/", "<!--")) or bare == "*":
        return True
    marks = [("#", _HASH), ("//", _SLASHES), ("--", _DASHES)]
    for mark, languages in marks:
        if language in languages:
            at = before.find(mark)
            if at >= 0 and (at == 0 or before[at - 1] in " \t") and not _open_quote(before[:at]):
                return True
    return False


def _open_quote(before: str) -> bool:
    """Whether a text ends inside quotes, as far as one line tells."""
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def _defines(line: str, start: int, end: int) -> bool:
    """Whether one of the names in what matched is a name that the line defines."""
    names = [found.span() for found in islice(_NAME.finditer(line, start, end), _MOST_NAMES)]
    return any(_defined_at(line, low, high) for low, high in names)


def _defined_at(line: str, start: int, end: int) -> bool:
    if _part_of_name(line[start - 1 : start]) or _part_of_name(line[end : end + 1]):
        return False
    words, after = line[:start].split(), line[end:].lstrip()
    while len(words) > 1 and words[-1].lower() in _MODIFIERS:
        words.pop()
    if words and words[-1].lower() in _DEFINERS:
        return True
    if words[:1] == ["func"] and line[:start].rstrip().endswith(")"):  # a method of Go
        return True
    if words[-2:-1] == ["def"] and words[-1].endswith("."):  # `def self.name` of Ruby
        return True
    return _assigns(start, after) or _opens_body(words, line[start:end], after, line)


def _part_of_name(character: str) -> bool:
    return character.isalnum() or character == "_"


def _assigns(start: int, after: str) -> bool:
    """`NAME = …` or `NAME: type = …` at the start of a line: a name of the whole file."""
    if start or after.startswith("=="):
        return False
    return after.startswith("=") or (after.startswith(":") and "=" in after and not after.startswith("::"))


def _opens_body(words: list[str], name: str, after: str, line: str) -> bool:
    """`type name(…) {`, as C, Java, C# and methods of JavaScript have it."""
    if not after.startswith("(") or not line.rstrip().endswith("{") or name in _CONTROL:
        return False
    return all(word not in _CONTROL and not any(sign in word for sign in "=(.!+?") for word in words)
