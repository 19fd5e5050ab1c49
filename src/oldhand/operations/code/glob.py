"""The operation `glob`."""

from typing import Literal, NamedTuple

from oldhand.code.content import binary
from oldhand.code.globbing import matching
from oldhand.code.languages import SHEBANG_BYTES, language_of, role_of
from oldhand.code.paths import opened, read_bytes, walk
from oldhand.errors import BadPath, FileTooLarge
from oldhand.knowledge.annotating import notes_an_edit
from oldhand.knowledge.places import CURRENT
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.anchored import tied
from oldhand.store.reader import Reader

MOST_COUNTED = 99  # memories counted of one file: more is "many"


class FileListed(NamedTuple):
    """A file. role: code, test, docs, config, generated, vendored or data; lines: -1 when it is not text, too large,
    a link out or gone; bytes: -1 when it cannot be opened; memories: how many speak of it."""

    file: str
    language: str
    role: str
    lines: int
    bytes: int
    memories: int


class Globbed(NamedTuple):
    """The files that fit a pattern, in order of their paths. total: how many fit; known: of those shown, how many
    memory says something about."""

    pattern: list[str]
    files: list[FileListed]
    total: int
    known: int
    left_out: int
    root: str


@operation(READ)
def glob(
    memory: Memory, pattern: list[str], *, role: Literal["any", "code", "test", "docs", "config"] = "any",
    limit: int = 100,
) -> Globbed:  # fmt: skip
    """List files by pattern, with what each is and how many memories speak of it

    `*` stands for anything within a name, `**` for any number of folders, `?` for a character,
    `{a,b}` for one of several. A pattern without a slash is matched against names in any folder.

    Parameters
    pattern: *.py, src/**/test_*, docs/, {README,CHANGES}*; with `!` before it: but not these
    role: only files of this kind
    limit: at most so many files
    """
    paths = matching(pattern, walk(memory.project.tree, memory.environment))
    if role != "any":
        paths = [path for path in paths if role_of(path) == role]
    with memory.reading() as reader:
        files = [_listed(memory, reader, path) for path in paths[:limit]]
        root = reader.root().root.hex()
    known = sum(file.memories > 0 for file in files)
    return Globbed(pattern, files, len(paths), known, len(paths) - len(files), root)


def _listed(memory: Memory, reader: Reader, path: str) -> FileListed:
    tree = memory.project.tree
    held = reader.several(tied(reader, path, MOST_COUNTED), CURRENT)
    memories = sum(not notes_an_edit(one) for one in held)
    try:
        raw = read_bytes(tree, path)
    except FileTooLarge:
        with opened(tree, path) as (_, status):
            return FileListed(path, language_of(path), role_of(path), -1, status.st_size, memories)
    except BadPath:
        return FileListed(path, language_of(path), role_of(path), -1, -1, memories)
    lines = -1 if binary(raw) else raw.count(b"\n") + (bool(raw) and not raw.endswith(b"\n"))
    return FileListed(path, language_of(path, raw[:SHEBANG_BYTES]), role_of(path), lines, len(raw), memories)
