"""The operation `grep`."""

from typing import Literal, NamedTuple

from oldhand.code.content import content_of
from oldhand.code.globbing import matching
from oldhand.code.paths import read_bytes, walk
from oldhand.code.searching import LONGEST_SHOWN, Found, Hit, search
from oldhand.errors import BadArgument, BadPath
from oldhand.knowledge.annotating import Note, checker_for, notes_on, touching
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation
from oldhand.store.reader import Reader

BUDGET_TOKENS = 6_000  # of one answer: about 150 lines of code
MOST_CONTEXT = 20  # lines before and after: more is what `read` is for
PER_MATCH = 12  # tokens that a path, a line's number and its intent cost
MOST_ANNOTATED = 30  # files of an answer whose memories are looked up
NOTES_OF_A_FILE = 3  # memories told of one file: `look` tells the rest


class Match(NamedTuple):
    """A line that matched. intent: what it does: definition, use, test, comment or docs; notes: ids of memories."""

    file: str
    line: int
    intent: str
    text: str
    before: list[str]
    after: list[str]
    notes: list[str]


class Skipped(NamedTuple):
    """Files that were not searched: why, how many, and the first of them."""

    reason: str
    files: int
    example: str


class Grepped(NamedTuple):
    """What was found, definitions first.

    matches: lines of code (empty with files_only); files: where they are, by the order of the matches; total: lines
    that matched in all; intents: how many of them do what, as far as they were kept; searched: files read; stopped:
    why the search ended early, empty when it did not; notes: memories that speak of the lines shown.
    """

    pattern: str
    matches: list[Match]
    files: list[str]
    total: int
    left_out: int
    intents: dict[str, int]
    searched: int
    skipped: list[Skipped]
    stopped: str
    notes: list[Note]
    root: str


@operation(READ)
def grep(
    memory: Memory, pattern: str, *, regex: bool = False, ignore_case: bool = False, glob: list[str] = [],
    intent: Literal["any", "definition", "use", "test", "comment", "docs"] = "any", context: int = 0,
    files_only: bool = False, limit: int = 50, budget_tokens: int = BUDGET_TOKENS,
) -> Grepped:  # fmt: skip
    """Search the project's files for a text, with what memory says about the places found

    Definitions come first, then uses, tests, comments and documents. Files that git ignores, binary
    files and very large ones are left out.

    Parameters
    pattern: the text, as it stands in the files
    regex: it is a regular expression (RE2: linear time, no look-around, no backreferences)
    ignore_case: upper and lower case are the same
    glob: only files whose path fits (*.py, src/**, !tests/**)
    intent: only lines that do this
    context: so many lines before and after each
    files_only: only the names of the files
    limit: at most so many lines, or files
    budget_tokens: at most so many tokens (estimated)
    """
    if not 0 <= context <= MOST_CONTEXT:
        raise BadArgument("context", context, f"it is a number of lines from 0 to {MOST_CONTEXT}")
    tree = memory.project.tree
    paths = walk(tree, memory.environment)
    paths = matching(glob, paths) if glob else paths
    found = search(
        tree, paths, pattern, regex=regex, ignore_case=ignore_case,
        progress=lambda done, total: memory.progress(done, total, "Searching"),
    )  # fmt: skip
    hits = [hit for hit in found.hits if intent in ("any", hit.intent)]
    files = list(dict.fromkeys(hit.path for hit in hits))
    if files_only:
        return _reply(memory, pattern, found, hits, files[:limit], max(len(files) - limit, 0))
    with memory.reading() as reader:
        matches, notes = _shown(memory, reader, hits[:limit], context, budget_tokens)
    total = found.total if intent == "any" else len(hits)
    shown = list(dict.fromkeys(match.file for match in matches))
    return _reply(memory, pattern, found, hits, shown, total - len(matches), matches, notes)


def _reply(
    memory: Memory, pattern: str, found: Found, hits: list[Hit], files: list[str], left_out: int,
    matches: list[Match] | None = None, notes: list[Note] | None = None,
) -> Grepped:  # fmt: skip
    intents: dict[str, int] = {}
    for hit in found.hits:
        intents[hit.intent] = intents.get(hit.intent, 0) + 1
    skipped = [Skipped(reason, len(paths), paths[0]) for reason, paths in sorted(found.skipped.items())]
    with memory.reading() as reader:
        root = reader.root().root.hex()
    memory.trace_detail = {"files": found.searched, "matches": found.total}
    return Grepped(
        pattern, matches or [], files, found.total, left_out, intents, found.searched, skipped, found.stopped,
        notes or [], root,
    )  # fmt: skip


def _shown(
    memory: Memory, reader: Reader, hits: list[Hit], context: int, budget: int
) -> tuple[list[Match], list[Note]]:
    """The matches that fit the budget, at least one, and the notes on them."""
    checker = checker_for(memory)
    known: dict[str, list[Note]] = {}
    lines: dict[str, list[str]] = {}
    told: dict[str, Note] = {}
    matches: list[Match] = []
    left = budget
    for hit in hits:
        if hit.path not in known:
            known[hit.path] = notes_on(memory, reader, hit.path, checker) if len(known) < MOST_ANNOTATED else []
        near = sorted(touching(known[hit.path], hit.line, hit.line), key=lambda note: not note.first)
        notes = list({note.id: note for note in near}.values())[:NOTES_OF_A_FILE]
        if context and hit.path not in lines:
            lines[hit.path] = _lines(memory, hit.path)
        before, after = _around(lines.get(hit.path, []), hit.line, context)
        match = Match(hit.path, hit.line, hit.intent, hit.text, before, after, [note.id for note in notes])
        fresh = [note for note in notes if note.id not in told]
        left -= PER_MATCH + sum(estimate(text) + 1 for text in (hit.text, *before, *after))
        left -= sum(PER_MATCH + estimate(note.words) for note in fresh)
        if left < 0 and matches:
            break
        told |= {note.id: note for note in fresh}
        matches.append(match)
    return matches, list(told.values())


def _lines(memory: Memory, path: str) -> list[str]:
    try:
        return content_of(read_bytes(memory.project.tree, path), path).lines()
    except BadPath:
        return []  # it went away since it was searched; the line that matched is told all the same


def _around(lines: list[str], number: int, context: int) -> tuple[list[str], list[str]]:
    before = [_cut(line) for line in lines[max(number - 1 - context, 0) : number - 1]]
    return before, [_cut(line) for line in lines[number : number + context]]


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_SHOWN else line[:LONGEST_SHOWN] + "…"
