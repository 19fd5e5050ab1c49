"""The notes of basic-memory: Markdown with `- [category] observation #tag (context)` and `- relation [[Note]]`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from oldhand.exchange.foreign import Foreign, Item, Skipped, Source, Tie, line_of, tags_of
from oldhand.exchange.foreign_files import document, files_below, named
from oldhand.exchange.markdown import LONGEST_LINE
from oldhand.exchange.markdown import read as read_markdown
from oldhand.exchange.prose import plain

NAME = "basic-memory"
WHAT = "the Markdown notes of basic-memory"
LOOKED_INTO = 40  # notes of a folder that are opened to see whether they are of this format
_KINDS = {
    "decision": "decision", "gotcha": "gotcha", "problem": "gotcha", "issue": "gotcha", "bug": "gotcha",
    "warning": "gotcha", "convention": "convention", "rule": "convention", "preference": "convention",
    "question": "question", "gap": "gap", "todo": "gap",
}  # fmt: skip
_DOMAINS = {
    "decision": "decisions", "gotcha": "issues", "problem": "issues", "issue": "issues", "bug": "issues",
    "convention": "patterns", "rule": "patterns", "tech": "architecture", "design": "architecture",
    "architecture": "architecture", "dependency": "dependencies", "todo": "tasks",
}  # fmt: skip
_TIES = {
    "depends_on": "depends_on", "requires": "depends_on", "part_of": "part_of", "replaces": "supersedes",
    "supersedes": "supersedes", "contradicts": "contradicts", "caused_by": "caused_by", "answers": "answers",
    "derived_from": "derived_from", "blocks": "blocks", "enables": "enables",
}  # fmt: skip
_OBSERVATION = re.compile(r"\s{0,12}[-*]\s{1,8}\[([^\[\]()]{1,60})\]\s{1,8}(\S.*)")
_RELATION = re.compile(r"\s{0,12}[-*]\s{1,8}([^\[\]]{0,80})\[\[([^\[\]]{1,200})\]\](.{0,300})")
_BARE = re.compile(r"\[\[([^\[\]]{1,200})\]\]")
_PERMALINK = re.compile(r"^permalink:[ \t]*['\"]?[^\s/'\"]", re.MULTILINE)
_TAG = re.compile(r"(?<!\S)#([^\s#,;.()]{1,60})")
_CONTEXT = re.compile(r"\(([^()]{1,200})\)\s*\Z")
_BOXES = frozenset({" ", "x", "X", "-"})


def looks_like(text: str) -> bool:
    """Whether a note is of this format: its frontmatter says its permalink, which is no address of a web page."""
    found = _PERMALINK.search(text[:4000]) if text.startswith("---") else None
    return bool(found) and "\ntitle:" in text[:4000]


def is_folder(folder: Path, source: Source) -> bool:
    """Whether one of the first notes of a folder is of this format."""
    for count, path in enumerate(files_below(folder, (".md",))):
        if count >= LOOKED_INTO or isinstance(path, Skipped):
            return False
        text = document(path, source)
        if isinstance(text, str) and looks_like(text):
            return True
    return False


def read(source: Source) -> Iterator[Item]:
    """Each observation is a memory, and what else a note says is taken apart into statements."""
    paths = files_below(source.path, (".md",)) if source.path.is_dir() else [source.path]
    for path in paths:
        if isinstance(path, Skipped):
            yield path
            continue
        text = document(path, source)
        if isinstance(text, Skipped):
            yield text
        elif not looks_like(text):
            yield Skipped(named(path, source.root), "it is no note of basic-memory", fault=False)
        else:
            yield from _note(text, named(path, source.root), source)


def _note(text: str, name: str, source: Source) -> Iterator[Item]:
    meta = read_markdown(text).meta
    title = line_of(meta.get("title", "")) or Path(name).stem
    permalink = line_of(meta.get("permalink", ""))
    rest: list[str] = []
    found: list[Item] = []
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        line = line[:LONGEST_LINE]
        fenced ^= line.lstrip().startswith("```")
        observed = None if fenced else _OBSERVATION.match(line)
        related = None if fenced else _RELATION.match(line)
        place = f"{name}:{number}"
        if observed and observed[1] not in _BOXES and not observed[2].startswith("("):
            found.append(_observation(observed, title, meta, place))
            rest.append("")
        elif related:
            found += _relation(related, title, place)
            rest.append("")
        else:
            found += [Tie(title, "relates_to", target, place) for target in _targets(line, title)]
            rest.append(_BARE.sub(lambda found: found[1].rpartition("|")[2], line))
    created, updated = _dates(meta)
    prose = [said._replace(created=created, updated=updated) for said in source.split(name, "\n".join(rest))]
    yield from _headed([*found, *prose], title, permalink, name)


def _headed(items: list[Item], title: str, permalink: str, name: str) -> Iterator[Item]:
    """The items with the first memory going by the names of the note, so that ties to the note find it."""
    stem = name.rpartition("/")[2].removesuffix(".md")
    first = True
    for item in items:
        if first and isinstance(item, Foreign):
            yield item._replace(id=title, aliases=tuple({permalink, stem, name.removesuffix(".md")} - {"", title}))
            first = False
        elif not isinstance(item, Tie):
            yield item
    if first:
        yield Skipped(name, "the note says nothing", fault=False)
    else:
        yield from (item for item in items if isinstance(item, Tie))


def _observation(found: re.Match[str], title: str, meta: Mapping[str, str], place: str) -> Foreign:
    category, said = line_of(found[1], 60).casefold(), found[2].strip()
    context = _CONTEXT.search(said)
    tags = [category, *_TAG.findall(said), *_named(meta.get("tags", ""))]
    said = plain(_TAG.sub("", said[: context.start()] if context else said))
    words = f"{said} ({plain(context[1])})" if context else said
    told = words if title.casefold() in words.casefold() else f"{title}: {words}"
    created, updated = _dates(meta)
    return Foreign(
        told, place, kind=_KINDS.get(category, "claim"), title=title, domain=_DOMAINS.get(category, ""),
        tags=tags_of(tags), created=created, updated=updated,
    )  # fmt: skip


def _relation(found: re.Match[str], title: str, place: str) -> list[Item]:
    words, target = line_of(found[1], 80).strip(" :\"'"), line_of(found[2]).split("|")[0]
    known = _TIES.get(words.casefold().replace(" ", "_").replace("-", "_"), "")
    if not target or target == title:
        return []
    if known or not words:
        return [Tie(title, known or "relates_to", target, place)]
    said = Foreign(f"{title} {words.replace('_', ' ')} {target}.", place, title=title)
    return [said, Tie(title, "relates_to", target, place)]


def _targets(line: str, title: str) -> list[str]:
    targets = (line_of(one).split("|")[0] for one in _BARE.findall(line)) if "[[" in line else ()
    return [target for target in targets if target and target != title]


def _named(tags: str) -> list[str]:
    return [tag.strip(" #\"'") for tag in tags.split(",")]


def _dates(meta: Mapping[str, str]) -> tuple[str, str]:
    """When a note was made and when it was changed, as its frontmatter says."""
    created = line_of(meta.get("created", "") or meta.get("date", ""), 40)
    return created, line_of(meta.get("modified", "") or meta.get("updated", ""), 40)
