"""The operation `audit`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from oldhand.errors import BadExport, CannotAudit, NewerExport
from oldhand.knowledge.auditing import Audit, Concern, Loaded, Part, loaded
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.operations.store import BY_PERSON, named_file

if TYPE_CHECKING:
    from oldhand.exchange.formats import Found

OF_PROJECTS = ("agent-files", "madr")  # formats whose files lie in the project that they speak of


class Audited(NamedTuple):
    """What other memories hold. found: each of them; looked: usual places where there was nothing.

    statements, kinds: of all of them together; loaded: files that a host puts into every session, with the tokens it
    costs each time; tokens: their sum; concerns: what is wrong, the gravest first; notes: what was not looked at;
    next_step: the command that brings it in; markdown: the same as a document, when that was asked for.
    """

    path: str
    found: list[Part]
    looked: list[str]
    statements: int
    kinds: dict[str, int]
    loaded: list[Loaded]
    tokens: int
    concerns: list[Concern]
    notes: list[str]
    next_step: str
    markdown: str


@operation(READ)
def audit(
    memory: Memory, file: str = "", *, from_: Literal[
        "auto", "agent-files", "claude-memory", "server-memory", "basic-memory", "claude-mem", "mem0", "mnemo",
        "lean-ctx", "beads", "madr", "graphml", "graph-json", "cypher",
    ] = "auto", part: str = "", markdown: bool = False,
) -> Audited:  # fmt: skip
    """Report on the memories of other programs: what they hold, and what is wrong with it

    Instructions for agents (CLAUDE.md, AGENTS.md, rules), Claude Code's own memory, server-memory,
    basic-memory, claude-mem, mem0, mnemo, lean-ctx, beads and decision records. Told are duplicates,
    contradictions, files that are not there, secrets (never their values), text that gives orders, what
    is old, what cannot be read, and what each session pays to load it. Nothing is written, and nothing
    is followed out of the folder; no memory of ours need be here.

    Parameters
    file: a file or folder; a relative name starts at the project's root (default: the usual places of this
        project, and for a person their own)
    from: what it is, where that cannot be told (auto: all that is there)
    part: of a memory that keeps those of several projects, whose to look at (default: this project's; * for all)
    markdown: give the report as a Markdown document too
    """
    try:
        reply = _audited(memory, file, "" if from_ == "auto" else from_, part)
    except NewerExport:
        raise  # it says what to do
    except BadExport as error:  # nothing was to be imported
        raise CannotAudit(*error.args) from None
    if not markdown:
        return reply
    from oldhand.knowledge.audit_report import report

    return reply._replace(markdown=report(reply))


def _audited(memory: Memory, file: str, name: str, part: str) -> Audited:
    """The report, without its document. name: of the format, empty for all that is there. Raises BadExport."""
    from oldhand.knowledge import moving_sources as sources

    places, looked = _places(memory, file, name)
    tree = memory.project.tree
    if file and all(one.format in OF_PROJECTS and not root.is_relative_to(tree.resolve()) for root, one in places):
        tree = places[0][0]  # another project's files are meant by the paths in its documents
    done = Audit(tree, memory.now())
    parts, loads = [], []
    for root, one in places:
        size, seen = sources.size_of(one), 0

        def tell(count: int, of: int = size) -> None:
            nonlocal seen
            seen += count
            memory.progress(min(seen, of), of, "Auditing")

        items = sources.items(one, root, part, memory.project.root, tell)
        base = "" if file or root == memory.project.root.resolve() else f"{root}/"
        placed = (item._replace(place=f"{base}{item.place}") for item in items)
        parts.append(done.read(one.format, _called(one.path, memory.project.root), placed))
        loads += [each._replace(file=f"{base}{each.file}") for each in loaded(one, sources.source(one, root))]
    kinds: dict[str, int] = {}
    for each in parts:
        for kind, count in each.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + count
    notes = [f"{done.uncompared:,} statements were not compared with the others"] if done.uncompared else []
    return Audited(
        file, parts, looked, sum(kinds.values()), dict(sorted(kinds.items(), key=lambda pair: -pair[1])), loads,
        sum(one.tokens for one in loads), done.concerns(), notes, _next(parts, places, tree), "",
    )  # fmt: skip


def _places(memory: Memory, file: str, name: str) -> tuple[list[tuple[Path, "Found"]], list[str]]:
    """The memories to look at, each with the folder that nothing is followed out of, and where there was nothing.

    Raises BadExport when a place was named and nothing is there.
    """
    from oldhand.exchange.formats import FORMATS
    from oldhand.knowledge import moving_sources as sources

    if file:
        path = named_file(memory, "file", file)
        if not path.exists():
            raise BadExport(path, "it is not there")
        there = sources.found_at(path)
        found = sources.chosen(path, name) if name else [one for one in there if one.format in FORMATS]
        if not found:
            raise BadExport(path, "no memory of a known format is there; --from says what it is")
        return [(sources.root_of(path), one) for one in found], []
    kept: list[tuple[Path, Found]] = []
    looked = []
    usual = sources.usual_places(memory.project.root, memory.environment)
    for place in usual if memory.trust == BY_PERSON else usual[:1]:
        there = sources.found_at(place.path) if place.path.exists() else []
        there = [one for one in there if one.format in FORMATS and name in ("", one.format)]
        kept += [(sources.root_of(place.path), one) for one in there]
        if not there:
            looked.append(f"{place.what} ({place.path})")
    return kept, looked


def _called(path: Path, root: Path) -> str:
    """A path as people see it: from the project's root on, when it lies there."""
    try:
        inside = path.relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)
    return inside


def _next(parts: list[Part], places: list[tuple[Path, "Found"]], tree: Path) -> str:
    """The command that brings the largest of them in, rehearsing first.

    What the project's own files say is read by `init`, and believed as the project's own.
    """
    ours = {one.path for _, one in places if one.format in OF_PROJECTS and one.path.is_relative_to(tree.resolve())}
    pairs = zip(parts, places, strict=True)
    foreign = [part for part, (_, one) in pairs if one.path not in ours and part.statements]
    if foreign:
        most = max(foreign, key=lambda part: part.statements)
        return f"oldhand import {shlex.quote(most.path)} --from {most.format} --dry-run"
    return "oldhand init" if ours else ""
