"""Changing a file of the project: who may, what memory said about the lines touched, and a note of what was done.

The note is a claim of the trust `tool` with a low priority and an end, in one slot for each file: however
often a file is edited, it never stands before what people said, and it never piles up.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.content import Content, content_of, digest_of
from oldhand.code.difference import Hunk, counts, hunks, unified
from oldhand.code.languages import SHEBANG_BYTES, language_of
from oldhand.code.paths import LARGEST_FILE, read_bytes
from oldhand.code.replacing import put, target_of
from oldhand.errors import BadArgument, BinaryFile, FileChanged, NoSuchFile, OldhandError, Refused, TooLong
from oldhand.knowledge.annotating import EDIT_DOMAIN, EDIT_KEY, EDIT_TRUST, Note, notes_on, touching
from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.file_names import file_named
from oldhand.model.identity import LONGEST_KEY
from oldhand.model.trust import least
from oldhand.model.visible import escaped
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.memory import Memory

BY_PERSON = "user"  # the trust of who may write everything
REASON = " Reason given: "  # between what was changed and why, in the note of a change
NOTED_PRIORITY = -50  # below everything that was said with a priority, and below what was said without one
NOTED_DAYS = 30  # after which nobody asks what was edited; git knows it for longer
DAY_MS = 86_400_000
SYMBOLS_NAMED = 3  # symbols named in the claim
LONGEST_REASON = 300  # characters of the reason given for a change
SHORTEST_DIGEST = 8  # digits of a digest that are enough to say which state of a file is meant
NEW = "new"  # as `expect`: the file must not be there yet
# Files and folders that other programs run or obey as soon as they are there: for an agent, writing one is
# running something. In lower case; a name that ends in a slash is a folder.
OBEYED = (
    ".github/workflows/", ".github/actions/", ".gitlab-ci.yml", ".circleci/", ".buildkite/", "jenkinsfile",
    ".vscode/", ".idea/", ".devcontainer/", ".claude/", ".codex/", ".cursor/", ".gemini/", ".windsurf/", ".opencode/",
    ".mcp.json", ".husky/", ".githooks/", ".gitmodules", ".gitattributes", ".pre-commit-config.yaml", "lefthook.yml",
    ".envrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".cargo/", "conftest.py", "claude.md", "claude.local.md", "agents.md",
    "gemini.md", "copilot-instructions.md", ".cursorrules", ".windsurfrules", ".clinerules", ".clinerules/",
)  # fmt: skip


class Stale(NamedTuple):
    """A memory that speaks of what was changed. before, after: whether its anchor said so before and says so now;
    after a dry run it is what could become of it: may change."""

    id: str
    kind: str
    text: str
    anchor: str
    before: str
    after: str
    trust: str


class FileWritten(NamedTuple):
    """What became of a file.

    action: created, replaced, edited or unchanged (would be, in a dry run); times: replacements made; added,
    removed: lines; digest: of the file's bytes now, for the next `expect`; diff: in a dry run, what would change;
    stale: the memories that speak of the lines touched, to be confirmed or revised; claim: the memory that notes
    the change, empty when there is none; problems: what did not go as usual.
    """

    file: str
    action: str
    dry_run: bool
    times: int
    added: int
    removed: int
    bytes: int
    digest: str
    diff: list[str]
    stale: list[Stale]
    claim: str
    problems: list[str]
    root: str


class Wanted(NamedTuple):
    """A file as it shall be. action: what that does to it; times: replacements made."""

    raw: bytes
    action: str
    times: int = 0


Maker = Callable[[str, bytes | None, Content | None], Wanted]  # (path, bytes and content now) -> what it shall be
Wish = Callable[[bytes | None], Wanted]  # the same for one file, its expectations checked


def change(
    memory: "Memory", file: str, make: Maker, *, expect: str = "", reason: str = "", dry_run: bool = False
) -> FileWritten:  # fmt: skip
    """Change one file: find it, have `make` say what it shall hold, put that in place, and note it.

    expect: the digest of the file as the caller read it, or NEW. Raises BadPath and its kin, Refused,
    FileChanged, AlreadyThere, NotWritable and StorageFull; the file is then as it was.
    """
    memory.store()  # without a memory nothing is noted, so nothing is written either
    path = file_named(memory, file)
    target = target_of(memory.project.tree, path)
    for name in {path, target.path}:
        _permit(memory, name)
    if len(reason) > LONGEST_REASON:
        raise TooLong("reason", len(reason.encode()), LONGEST_REASON)

    def wish(before: bytes | None) -> Wanted:
        _expected(path, expect, before)
        wanted = make(path, before, _content(before, path))
        if len(wanted.raw) > LARGEST_FILE:
            raise TooLong("content", len(wanted.raw), LARGEST_FILE)
        return wanted if before != wanted.raw else wanted._replace(action="unchanged")

    return _changed(memory, path, wish, reason, dry_run)


def _changed(memory: "Memory", path: str, wish: Wish, reason: str, dry_run: bool) -> FileWritten:
    """Write what is wished unless it is only asked about, and tell what that does."""
    before = _present(memory, path)
    wanted = wish(before)
    with memory.reading() as reader:
        notes = notes_on(memory, reader, path) if before is not None else []
    writing = not dry_run and wanted.action != "unchanged"
    claim = problem = ""
    if writing:
        before, wanted, claim, problem = _written(memory, path, before, wanted, wish, reason)
    old, new = _lines(before, path), _lines(wanted.raw, path)
    found = hunks(old, new)
    stale, root = _stale(memory, path, _touched(notes, found), not writing)
    added, removed = counts(found)
    memory.trace_detail = {"place": path, "added": added, "removed": removed, "stale": len(stale)}
    return FileWritten(
        path, wanted.action, dry_run, wanted.times, added, removed, len(wanted.raw), digest_of(wanted.raw),
        unified(old, new, found) if dry_run else [], stale, claim, [problem] if problem else [], root,
    )  # fmt: skip


def _written(
    memory: "Memory", path: str, before: bytes | None, wanted: Wanted, wish: Wish, reason: str
) -> tuple[bytes | None, Wanted, str, str]:
    """Put the file in place and note that: what it took the place of, what it is, the claim, why there is none.

    The memory's lock is held meanwhile: of two who write through it at once, the second works on what the first
    made of the file.
    """
    done, words = False, _words(path, before, wanted, reason)
    try:
        with memory.writing() as transaction:
            if (now := _present(memory, path)) != before:
                before, wanted = now, wish(now)
                words = _words(path, before, wanted, reason)
            if wanted.action == "unchanged":
                return before, wanted, "", ""
            put(memory.project.tree, target_of(memory.project.tree, path), wanted.raw)
            done = True
            return before, wanted, _noted(memory, transaction, path, words), ""
    except OldhandError as error:
        if not done:
            raise
        return before, wanted, "", f"the file is written, but that is not noted: {error}"


def _permit(memory: "Memory", path: str) -> None:
    """Refuse an agent where only a person may write. Raises Refused."""
    if memory.trust == BY_PERSON:
        return
    if memory.setting("files.write") != "agents":
        raise Refused(
            "Files are changed by a person only here (the setting files.write). Use the host's own tools, or ask for "
            "`oldhand config set files.write agents --scope person`."
        )
    names = f"/{path.casefold()}/"
    for obeyed in OBEYED:
        if f"/{obeyed.rstrip('/')}/" in names:
            raise Refused(
                f"'{path}' is run or obeyed by other programs without anybody asking, so a person writes it: on the "
                "command line, or through the host's own tools, which ask."
            )


def _present(memory: "Memory", path: str) -> bytes | None:
    try:
        return read_bytes(memory.project.tree, path)
    except NoSuchFile:
        return None


def _content(raw: bytes | None, path: str) -> Content | None:
    """What a file holds; None when it is not there or no text."""
    try:
        return content_of(raw, path) if raw is not None else None
    except BinaryFile:
        return None


def _lines(raw: bytes | None, path: str) -> list[str]:
    content = _content(raw, path)
    return content.lines() if content else []


def _expected(path: str, expect: str, before: bytes | None) -> None:
    said = expect.strip().lower()
    if not said:
        return
    if said == NEW:
        if before is not None:
            raise FileChanged(path, "it is there already")
        return
    if len(said) < SHORTEST_DIGEST or said.strip("0123456789abcdef"):
        raise BadArgument("expect", expect, f"give the digest that `read` replied, or {NEW}")
    if before is None:
        raise FileChanged(path, "it is gone")
    if not digest_of(before).startswith(said[: len(digest_of(before))]):
        raise FileChanged(path, f"its digest is {digest_of(before)} now")


def _touched(notes: Sequence[Note], found: Sequence[Hunk]) -> list[Note]:
    """The notes on the lines that change, those on the whole file last."""
    touched: dict[Note, None] = {}
    for hunk in found:
        first, last = (hunk.first, hunk.last) if hunk.last >= hunk.first else (hunk.first - 1, hunk.first)
        touched |= dict.fromkeys(touching(notes, max(first, 1), max(last, 1)))
    return sorted(touched, key=lambda note: (not note.first, note.first))


def _stale(memory: "Memory", path: str, notes: Sequence[Note], only_said: bool) -> tuple[list[Stale], str]:
    """The memories touched, with what their anchors say now, and the root."""
    with memory.reading() as reader:
        root = reader.root().root.hex()
        now = notes_on(memory, reader, path) if notes and not only_said else []
    after = {(note.id, note.anchor): note.state for note in now}
    states = [(note, "may change" if only_said else after.get((note.id, note.anchor), "moved")) for note in notes]
    return [Stale(n.id, n.kind, n.text, n.anchor, n.state, state, n.trust) for n, state in states], root


def _words(path: str, before: bytes | None, wanted: Wanted, reason: str) -> str:
    """A change in words."""
    found = hunks(_lines(before, path), _lines(wanted.raw, path))
    added, removed = counts(found)
    text = f"{escaped(path)} was {wanted.action}: +{added} -{removed} lines{_where(path, wanted, found)}."
    if said := " ".join(reason.split()).rstrip("."):
        text += f"{REASON}{escaped(said)}."
    return text


def edit_key(path: str) -> str:
    """The key under which changes of a file are noted."""
    key = EDIT_KEY + escaped(path)
    return key if len(key) <= LONGEST_KEY else EDIT_KEY + digest_of(path.encode())


def _noted(memory: "Memory", transaction: Transaction, path: str, text: str) -> str:
    """Note the change in the slot of this file; the id of the claim.

    A reason that may not stand by itself (it gives orders) waits in review with its sentence. That the file was
    changed, and by whom, is noted all the same: it decides how far the file's words are believed.
    """
    now = memory.now()
    claim = statement(
        memory.project.tree, "claim", {"text": text}, screening=memory.screening(), domain=EDIT_DOMAIN,
        key=edit_key(path), priority=NOTED_PRIORITY,
        anchors_said=[path] if path.isprintable() else [], valid_until=now + NOTED_DAYS * DAY_MS,
    )  # fmt: skip
    voice = memory.voice._replace(trust=least(memory.trust, EDIT_TRUST))
    done = assert_(transaction, claim, voice)
    bare = text.partition(REASON)[0]
    if done.outcome == "quarantined" and bare != text:
        return _noted(memory, transaction, path, bare)
    return done.memory


def _where(path: str, wanted: Wanted, found: Sequence[Hunk]) -> str:
    """The lines and symbols that changed, as the file is now, in words."""
    if not found or wanted.action == "created":
        return ""
    first, last = found[0].new_first, max(found[-1].new_last, found[0].new_first)
    names = _symbols(path, wanted.raw, found)
    inside = f", in {', '.join(names)}" if names else ""
    return f" at {first}-{last}{inside}" if last > first else f" at {first}{inside}"


def _symbols(path: str, raw: bytes, found: Sequence[Hunk]) -> list[str]:
    """The innermost symbols that hold the changes; none where no grammar tells."""
    language = language_of(path, raw[:SHEBANG_BYTES])
    if not language:
        return []
    try:
        from oldhand.code.syntax import parse

        parsed = parse(language, raw)
    except OldhandError:
        return []  # without the extra `code` the lines are told alone
    names: dict[str, None] = {}
    for hunk in found:
        low, high = hunk.new_first, max(hunk.new_last, hunk.new_first)
        holding = [one for one in (parsed.symbols if parsed else ()) if one.first <= low and high <= one.last]
        if holding:
            names[min(holding, key=lambda one: one.last - one.first).name] = None
    return list(names)[:SYMBOLS_NAMED]
