"""Day one: what a project's own documents say, as attributed statements.

Pure reading: files under one root in, statements with their lines out. The same files
give the same statements in the same order. Nothing a document holds can stop the
reading: what cannot be read is named with its reason.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from oldhand.exchange.adr import (
    LONGEST_TEXT,
    Group,
    Passage,
    Record,
    groups,
    hanging,
    iso_date,
    joined,
    key_of,
    read_record,
    settle,
    terminated,
    whole,
    writes_day_first,
)
from oldhand.exchange.markdown import Block, Document, plain, read, sentences, shorten

MOST_FILES = 1_000  # documents; a project with more keeps a library, and its first thousand are the nearest
MOST_BYTES = 512 * 1024  # of one document; hand-written ones are far smaller, larger ones are generated
MOST_STATEMENTS = 80  # of one document: more would let a single long one drown the others
MOST_ENTRIES = 200_000  # files looked at when walking without git's list
SHORTEST_TEXT = 28  # characters of a paragraph that can stand alone
LONGEST_LEAD = 160  # characters of an introduction repeated before each item of its list
LONGEST_LIST = 700  # characters of a list that is quoted as one statement
MOST_COMMANDS = 14  # of one fence; a longer one is a script
MOST_ROWS = 40  # of one table; a longer one is data


class Statement(NamedTuple):
    """One self-contained statement of a document, attributed to its lines."""

    kind: str  # decision | convention | gotcha | claim
    text: str
    title: str
    domain: str
    key: str
    path: str
    line_start: int
    line_end: int
    date: str
    status: str
    supersedes: tuple[str, ...]


class Reading(NamedTuple):
    """What a project's documents say, which were read, and which were not and why."""

    statements: list[Statement]
    files: list[str]
    left_out: list[tuple[str, str]]


_SKIPPED_FOLDERS = re.compile(
    r"(node_modules|bower_components|vendor|third[_-]party|build|dist|out|target|coverage|__\w+__|v?env|site-packages"
    r"|fixtures|test-?data|snapshots|templates|issue_template|pull_request_template|versioned_docs|i18n|locales?"
    r"|translations|changelogs?|licenses|generated|typedoc|javadoc|apidoc|archived?)$"
)
_HIDDEN_READ = (".github", ".cursor")
_SKIPPED_NAMES = re.compile(
    r"(changelog|changes|history|release[-_ ]?notes?|releases|licen[cs]e|copying|notice|authors|contributors"
    r"|maintainers|code[-_]of[-_]conduct|pull_request_template|issue_template|bug_report|feature_request|summary"
    r"|_sidebar|_navbar|funding|codeowners|third[-_]party.*|credits|sponsors|backers|adopters)([-_.][a-z-]+)?$"
    r"|(.*[-_ ])?template\.\w+$"
)
_MARKDOWN = (".md", ".mdx", ".mdc", ".markdown")
_INSTRUCTIONS = re.compile(
    r"(claude|agents?|gemini|copilot-instructions|contributing|conventions|\.?cursorrules|\.?windsurfrules|\.clinerules)"
    r"(\.md)?$|.*\.instructions\.md$|.*\.mdc$"
)
_ADR_FOLDER = re.compile(
    r"(adrs?|m?adr[-_]docs|decisions?|decision[-_ ]?(records?|logs?)|(architecture|architectural|technical|tech)"
    r"[-_ ]?decisions?([-_ ]?(records?|logs?))?|решения)$"
)
_ADR_NAME = re.compile(r"m?adr[-_ ]?\d+|.*[-_]adr[-_]?([a-z]+[-_])?\d+")
_TRANSLATION = re.compile(r"readme[-_.]([a-z]{2}|[a-z]{2}[-_][a-z]{2,4}|[a-z]{5,10})\.md$")
_GENERATED = re.compile(
    r"this (?:file|document|page|readme) (?:is|was|has been) (?:auto\w*[- ])?generated|<!--[^>]{0,200}generated"
    r"|do not edit (?:this file|manually|by hand)|@generated|code generated .{0,80}do not edit",
    re.IGNORECASE,
)


def documents(root: Path, tracked: Sequence[str] | None) -> list[str]:
    """The documents that are read, in order: instructions, README, decision records, then the rest.

    `tracked` is git's list of files and is respected; without it the tree is walked.
    Links are never followed out of the root, nor vendored, built or hidden folders entered.
    """
    return _survey(root, tracked)[0]


def _survey(root: Path, tracked: Sequence[str] | None) -> tuple[list[str], list[tuple[str, str]]]:
    """The documents to read, and those of their kind that are left out with the reason."""
    left: list[tuple[str, str]] = []
    names = tracked if tracked is not None else _walk(root, left)
    ranked: list[tuple[int, int, str]] = []
    for name in dict.fromkeys(names):
        parts = PurePosixPath(name).parts
        rank = _rank(parts)
        if rank is None or name.startswith("/") or ".." in parts:
            continue
        if name.encode("utf-8", "replace").decode() != name:
            left.append((name.encode("utf-8", "replace").decode(), "its name is not UTF-8"))
            continue
        ranked.append((rank, len(parts), name))
    ranked.sort()
    kept: list[str] = []
    names_kept = {name.casefold() for _, _, name in ranked}
    for _, _, name in ranked:
        translated = _TRANSLATION.match(PurePosixPath(name).name.casefold())
        original = str(PurePosixPath(name).parent / "readme.md").casefold()
        reason = f"a translation of {original}" if translated and original in names_kept else _unfit(root, name)
        if not reason and len(kept) >= MOST_FILES:
            reason = f"more than {MOST_FILES} documents"
        if reason:
            left.append((name, reason))
        else:
            kept.append(name)
    return kept, left


def _walk(root: Path, left: list[tuple[str, str]]) -> Iterator[str]:
    """Every file below the root, folders in order, links to folders not entered."""
    seen = 0
    for folder, folders, files in os.walk(
        root, onerror=lambda e: left.append((_below(root, e.filename), "not readable"))
    ):
        folders[:] = sorted(f for f in folders if _enterable(f))
        for file in sorted(files):
            seen += 1
            if seen > MOST_ENTRIES:
                left.append((_below(root, folder), f"more than {MOST_ENTRIES} files: the rest was not looked at"))
                return
            yield _below(root, os.path.join(folder, file))


def _below(root: Path, path: str) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _enterable(folder: str) -> bool:
    lowered = folder.casefold()
    return not _SKIPPED_FOLDERS.match(lowered) and (not folder.startswith(".") or folder in _HIDDEN_READ)


def _rank(parts: tuple[str, ...]) -> int | None:
    """The place of a document in the order of reading; None for what is not read."""
    if not parts or not all(_enterable(part) for part in parts[:-1]):
        return None
    name = parts[-1].casefold()
    folders = [part.casefold() for part in parts[:-1]]
    if _INSTRUCTIONS.match(name):
        return 2 if name.startswith("contributing") else 0
    if not name.endswith(_MARKDOWN) and name != "readme" and name != "readme.txt":
        return None
    if _SKIPPED_NAMES.match(name) or (folders[:1] == [".github"] and name != "readme.md"):
        return None
    if _ADR_NAME.match(name) or any(_ADR_FOLDER.match(folder) for folder in folders):
        return 3
    if name.startswith("readme"):
        return 1 if len(parts) == 1 else 4
    documented = not folders or any(
        f in ("docs", "doc", "documentation", "architecture", "design", "wiki") for f in folders
    )
    return 4 if documented or "architecture" in name else None


def _unfit(root: Path, name: str) -> str:
    """Why a file cannot be read, "" when it can; looks at its entry, not at its content."""
    path = root / name
    try:
        real = os.path.realpath(path)
        if not Path(real).is_relative_to(os.path.realpath(root)):
            return "a link out of the project"
        entry = os.stat(path)
    except (OSError, ValueError):
        return "not there"
    if not stat.S_ISREG(entry.st_mode):
        return "not a regular file"
    return f"larger than {MOST_BYTES // 1024} KiB" if entry.st_size > MOST_BYTES else ""


def _text(root: Path, name: str) -> tuple[str, str]:
    """A document's text, or "" and the reason why there is none."""
    try:
        with open(root / name, "rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        return "", f"not readable: {error.strerror or type(error).__name__}"
    if len(raw) > MOST_BYTES:
        return "", f"larger than {MOST_BYTES // 1024} KiB"
    if b"\x00" in raw:
        return "", "not text"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "", "not UTF-8"
    return (text, "") if text.strip() else ("", "empty")


def read_project(root: Path, tracked: Sequence[str] | None, progress: Callable[[int, int], None]) -> Reading:
    """Read a project's documents. `progress` is told (read, of all) after each of them."""
    names, left = _survey(root, tracked)
    files: list[str] = []
    records: dict[str, Record] = {}
    found: dict[str, list[Statement]] = {}
    texts: dict[str, str] = {}
    for count, name in enumerate(names, 1):
        text, reason = _text(root, name)
        if not reason and text in texts:
            reason = f"the same text as {texts[text]}"
        if (
            not reason
            and _GENERATED.search(text[:400])
            and not _INSTRUCTIONS.match(PurePosixPath(name).name.casefold())
        ):
            reason = "generated"
        if not reason:
            texts[text] = name
            try:
                document = read(text)
                record = read_record(name, document) if _rank(PurePosixPath(name).parts) == 3 else None
                if record:
                    records[name] = record
                else:
                    found[name] = _statements(name, document)
            except Exception as error:  # noqa: BLE001  one document must not cost the others
                reason = f"could not be read: {type(error).__name__}"
        if reason:
            left.append((name, reason))
        else:
            files.append(name)
        progress(count, len(names))
    day_first = writes_day_first(record.date for record in records.values())
    settled = settle(records)
    for name, record in records.items():
        found[name] = _decided(name, record, *settled[name], day_first)
    return Reading(_once(files, found, left), files, left)


def _once(files: Sequence[str], found: dict[str, list[Statement]], left: list[tuple[str, str]]) -> list[Statement]:
    """All statements in the order of their files, each text once, each file within its cap."""
    seen: set[str] = set()
    kept: list[Statement] = []
    for name in files:
        fresh = [s for s in found[name] if s.key or s.text.casefold() not in seen]
        if len(fresh) > MOST_STATEMENTS:
            left.append((name, f"its first {MOST_STATEMENTS} of {len(fresh)} statements were kept"))
        for statement in fresh[:MOST_STATEMENTS]:
            if statement.key or statement.text.casefold() not in seen:
                seen.add(statement.text.casefold())
                kept.append(statement)
    return kept


def _decided(name: str, record: Record, status: str, older: tuple[str, ...], day_first: bool | None) -> list[Statement]:
    """The statements of a decision record: the decision in its slot, then what stands beside it."""
    folder = re.search(r"(?:^|/)(\d{4}-\d\d-\d\d)", name)
    day = iso_date(record.date, day_first) or (iso_date(folder[1]) if folder else "")
    undecided = {"proposed": "Proposed", "rejected": "Rejected", "deprecated": "Deprecated"}.get(status, "")
    text = f"{undecided}: {record.decision.text}" if undecided else record.decision.text
    first, last = record.decision.line_start, record.decision.line_end
    text = shorten(text, LONGEST_TEXT)
    said = Statement("decision", text, record.title, "decisions", key_of(name), name, first, last, day, status, older)
    kept = [said]
    word = "Superseded decision" if status == "superseded" else f"{undecided} decision" if undecided else "Decision"
    for finding in record.findings:
        text = shorten(f"{word} '{record.title}', {finding.label}: {finding.text}", LONGEST_TEXT)
        beside = said._replace(kind="claim", text=text, key="", supersedes=())
        kept.append(beside._replace(line_start=finding.line_start, line_end=finding.line_end))
    return kept


# -- prose ---------------------------------------------------------------------------------------------------------

_ANY = re.IGNORECASE
_BORING = re.compile(
    r"\W*(table of contents|contents|toc|licen[cs](e|ing)|copyright|contributors?|credits|acknowledge?ments?|thanks"
    r"|sponsors?|backers|star history|links|references|further reading|see also|resources|related( projects| links)?"
    r"|community|contact|support|badges|authors?|maintainers|changelog|change log|release notes|translations?|citation"
    r"|citing|stargazers|on this page|navigation|index|code of conduct|screenshots?|next steps|learn more"
    r"|содержание|оглавление|лицензия|авторы|благодарности|ссылки|контакты|поддержка)\W*$",
    _ANY,
)
_GENERIC = re.compile(
    r"[\W\d]*(overview|introduction|intro|summary|description|about|notes?|details?|general|usage|examples?|background"
    r"|context|getting started|quick ?start|requirements|prerequisites|installation|install|set ?up|configuration"
    r"|testing|tests?|running|build(ing)?|development|features|purpose|goals?|motivation|basic usage|options|steps"
    r"|how it works|what|why|how|limitations|conclusion|pros|cons|обзор|введение|описание|примеры?|установка|настройка"
    r"|запуск|требования|использование|решение)\W*$",
    _ANY,
)
_WARNS = re.compile(
    r"\b(?:never|must not|mustn.t|shall not|should not|shouldn.t|cannot be|beware|watch out|gotchas?|pitfalls?|caveats?"
    r"|forbidden|prohibited|banned|not allowed|caution:|warning:|dangerous|careful(?:ly)?)\b|(?:^|[.;:—–(-]\s*)avoid\b"
    r"|(?P<if>\b(?:if|when|that|which|who|where|we|you|they|i|still|why|but)\s+(?:\w+\s+)?)?\b(?:do not|don.t)\b"
    r"(?!\s+(?:have|need|know|want))"
    r"|\b(?:никогда|нельзя|осторожно|внимание|запрещ\w+|избегай\w*|берегись"
    r"|не\s+(?:надо|следует|должн\w+|стоит|\w+(?:йте|ите|ьте|ай|уй|ди|жи)))\b",
    _ANY,
)
_DESCRIBES = re.compile(
    r"\b(overview|structure|layout|architecture|stack|technolog|about|description|project|directory|components?|modules?"
    r"|packages?|glossary|concepts?|background|features?|what is|how it works|files|introduction"
    r"|обзор|структура|архитектура|стек|описание|компоненты)",
    _ANY,
)
_DEFINES = re.compile(r"\W*(?:`[^`]+`(?:\s*\([^)]*\))?|[\w./-]+(?: [\w./-]+){0,4})(?::| [–—-]) (?!`)")
_RULES = re.compile(
    r"\b(rules?|style|conventions?|guidelines?|standards?|practices?|principles|workflow|commits?|policy"
    r"|правила|стиль|соглашения)\b",
    _ANY,
)
_ORDERS = re.compile(
    r"\W*(?:always|never|use|run|add|keep|prefer|write|make|ensure|check|follow|do|don.t|avoid|update|put|create|place"
    r"|set|call|read|test|name|return|import|include|document|commit|open|start|stop|wrap|pass|handle|validate|mark"
    r"|format|lint|remove|treat|всегда|никогда|используй\w*|запуска\w*|пиши\w*|проверя\w*|добавля\w*|не)\b"
    r"|.*\b(?:must|should|shall|never|always(?!-)|required?|mandatory|долж\w+|нужно|обязательно|всегда|нельзя)\b",
    _ANY,
)
_DECIDED = re.compile(
    r"\b(?:(?:we|team) (?:have |has )?(?:decided|chose|chosen|opted|agreed) (?:to|not|on|for|against)|it was decided"
    r"|мы (?:решили|выбрали)|было решено|принято решение)\b",
    _ANY,
)
_CONTINUES = re.compile(
    r"(this|these|those|that|it|they|he|such|then|therefore|however|also|otherwise|instead|additionally|furthermore|thus"
    r"|hence|in this case|for this|as a result|это|эти|он|она|они|также|поэтому|однако|затем|тогда)\b",
    _ANY,
)
_SELF = re.compile(
    r"\W*(?:this|the|these|current) (?:document|instructions|page|guide|section|chapter|file|article|readme|how-to"
    r"|tutorial)\b.{0,60}\b(?:describes?|guides?|explains?|provides?|contains?|outlines?|is to|covers?|is intended"
    r"|shows?|lists?|gives?|defines?|serves?|records?|assumes?)\b"
    r"|\W*(?:in )?th(?:is|e following) (?:document|page|guide|section|how-to|tutorial)s?\b"
    r"|\W*(?:this will\b|here(?:,| we| you| is| are)|as you can see|now,? (?:we|you)|below (?:is|are|you))",
    _ANY,
)
_POINTS = re.compile(
    r"\bplease (?:see|refer|check|read|visit)\b|^\W*(?:see|refer to|read|check out|visit|go to|have a look"
    r"|for (?:more|further|full|detailed)|more (?:details|info)|click|get started with|learn more"
    r"|documentation (?:is|can be)|the full|details|см\.|смотри|подробн\w+)\b",
    _ANY,
)
_EMPTY = re.compile(
    r"\W*(tbd|todo|to be (done|defined|written)|coming soon|wip|work in progress|lorem|n/?a|none)\b", _ANY
)
_DOMAINS = tuple(
    (domain, re.compile(rf"\b({words})\b", _ANY))
    for domain, words in (
        ("issues", r"troubleshoot\w*|known (issues|problems|bugs)|gotchas?|pitfalls?|caveats?|limitations?|faq"),
        ("issues", r"проблемы|ошибки"),
        ("patterns", r"tests?|testing|style|conventions?|guidelines?|patterns?|lint\w*|naming|format\w*|commits?"),
        ("patterns", r"тест\w*|стиль"),
        ("architecture", r"architect\w*|design|structure|components?|modules?|overview|layout|data ?flow"),
        ("architecture", r"архитектур\w*|структур\w*"),
        (
            "dependencies",
            r"dependenc\w*|requirements?|prerequisites|install\w*|stack|packages|зависимост\w*|установк\w*",
        ),
        ("tasks", r"roadmap|to-?do|tasks|milestones?|планы|задачи"),
        ("history", r"history|migrat\w+|upgrad\w+|deprecat\w+|история"),
    )
)
_SHELL = re.compile(r"(bash|sh|shell|zsh|console|shell-?session|terminal|fish|powershell|ps1|cmd|bat|commandline)$")
_COMMAND = re.compile(
    r"(\$|>|❯|%)\s+\S|(\./|sudo |npm |npx |pnpm |yarn |bun |make\b|just |cargo |go |python3? |pip3? |uv |pytest|docker"
    r"|git |gradle|mvn |nix |cabal |stack |bundle |rake |dotnet |kubectl |terraform |helm |cd |tox\b|nox\b|poetry "
    r"|ruff |curl |brew |apt )"
)
_SCRIPTED = re.compile(r"\s*(for|while|if|do|done|fi|then|case|esac|function|elif|else)\b|.*<<|\s*[{}]\s*$")


def _statements(name: str, document: Document) -> list[Statement]:
    """The statements of one document that is no decision record."""
    path = PurePosixPath(name)
    instructs = bool(_INSTRUCTIONS.match(path.name.casefold())) or ".cursor" in path.parts
    prefix, top = _standing(path, document, instructs)
    kept: list[Statement] = []
    for group in _merged(groups(document.blocks)):
        inner = group.path[1:] if group.path[:1] == (top,) else group.path
        if any(_BORING.match(heading) for heading in inner):
            continue
        context = _context(prefix or (top if not inner or _GENERIC.match(inner[-1]) else ""), inner)
        for passage in _passages(group, instructs):
            kept += _stated(name, document, passage, group, context, inner, instructs)
    return kept


def _standing(path: PurePosixPath, document: Document, instructs: bool) -> tuple[str, str]:
    """What a document speaks about, to be named before its statements, and its first heading."""
    top = next((b.text for b in document.blocks if b.kind == "heading" and b.level == 1), "")
    folder = path.parent.as_posix()
    folder = re.sub(r"(^|/)\.(github|cursor)\b.*", "", folder).strip(".")
    if instructs:
        globs = document.meta.get("globs") or document.meta.get("applyto", "")
        return (f"`{globs}`" if globs and globs not in ("*", "**", "**/*") else f"`{folder}`" if folder else " "), top
    title = "" if _GENERIC.match(top) else top or plain(document.meta.get("title", ""))
    if path.parent == PurePosixPath("."):
        return "", top
    stem = path.parent.name if path.stem.casefold() in ("readme", "index") else path.stem
    return title or re.sub(r"[-_]+", " ", stem[:1].upper() + stem[1:]), top


def _context(prefix: str, inner: tuple[str, ...]) -> str:
    """The headings a reader needs to understand a sentence quoted alone."""
    named = [heading.strip(" :") for heading in inner[-1:]]
    if len(inner) > 1 and (_GENERIC.match(inner[-1]) or len(inner[-1]) < 12):
        named = [inner[-2].strip(" :"), *named]
    kept: list[str] = []
    for part in (prefix, *named):
        bare = re.sub(r"^\W*\d+(\.\d+)*[.)]?\s+", "", re.sub(r"^[^\w`(\[«\"]+", "", part))
        if bare and not any(bare.casefold() in other.casefold() for other in kept):
            kept.append(bare)
    return ", ".join(kept)[:200]


def _merged(found: list[Group]) -> list[Group]:
    """Paragraphs that go on from the one before are put together with it."""
    kept: list[Group] = []
    for group in found:
        before = kept[-1] if kept else None
        if (
            before and before.lead and not (before.items or before.extra or group.items or group.extra)
            and before.path == group.path and _CONTINUES.match(group.lead) and not before.lead.endswith(":")
            and len(before.lead) + len(group.lead) < LONGEST_LIST
        ):  # fmt: skip
            kept[-1] = before._replace(lead=f"{terminated(before.lead)} {group.lead}", line_end=group.line_end)
        else:
            kept.append(group)
    return kept


def _passages(group: Group, instructs: bool) -> Iterator[Passage]:
    """A group as one or more passages; the label of a passage is the lead it was taken from."""
    group = _with_commands(group) if group.items and group.extra else group
    commands = [pair for block in group.extra if block.kind == "code" for pair in _commands(block)]
    lead = group.lead
    if commands and not group.items:
        yield from _instructed(group, commands)
    elif not group.items:
        pieces, text = [], ""
        for sentence in sentences(_without_announcement(lead)):
            if text and len(text) + len(sentence) > LONGEST_LIST:
                pieces.append(text)
                text = ""
            text = f"{text} {sentence}".strip()
        for piece in [*pieces, text]:
            if piece and (not pieces or len(piece) > SHORTEST_TEXT):
                yield Passage(piece, group.line_start, group.line_end)
    else:
        yield from _listed(group, instructs)
    for block in group.extra:
        if block.kind == "table":
            yield from _rows(block)


def _with_commands(group: Group) -> Group:
    """The group with the commands between its items put to the items they belong to."""
    items = list(group.items)
    for block in group.extra:
        before = [n for n, item in enumerate(items) if item.line_start < block.line_start]
        commands = [command for _, command in _commands(block)] if block.kind == "code" and before else []
        if commands and len(commands) <= MOST_COMMANDS // 2:
            item = items[before[-1]]
            text = f"{item.text.rstrip(' :.')}: {', then '.join(commands)}"
            items[before[-1]] = item._replace(text=text, line_end=block.line_end)
    return group._replace(items=tuple(items), extra=tuple(b for b in group.extra if b.kind == "table"))


def _without_announcement(lead: str) -> str:
    if not lead.endswith(":"):
        return lead
    parts = sentences(lead)
    return " ".join(parts[:-1])


def _instructed(group: Group, commands: list[tuple[str, str]]) -> Iterator[Passage]:
    """Commands with the words that introduce them: one passage each when they have labels of their own."""
    lead = group.lead.rstrip(" :.")
    start, end = group.line_start, group.line_end
    if lead and len(lead) > 4 * LONGEST_LEAD:
        yield Passage(_without_announcement(group.lead), start, end)
        lead = ""
    if len(commands) > 1 and sum(1 for label, _ in commands if label) * 2 > len(commands):
        if len(lead) > LONGEST_LEAD:
            yield Passage(terminated(lead), start, end)
            lead = ""
        for label, command in commands:
            yield Passage(f"{label or 'then'}: {command}", start, end, lead)
        return
    text = ", then ".join(command for _, command in commands[:6])
    label = lead or commands[0][0]
    yield Passage(f"{label}: {text}" if label else text, start, end)


def _commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a shell fence as (comment that explains it, command in code marks)."""
    lines = [line for line in block.text.replace("\\\n", " ").split("\n") if line.strip()]
    plainly = block.info in ("", "indented", "text", "txt")
    if not lines or (not _SHELL.match(block.info) and not plainly) or any(_SCRIPTED.match(line) for line in lines):
        return []
    prompted = [line for line in lines if re.match(r"\s*[$❯%]\s+\S", line)]
    if plainly and not prompted and not all(_COMMAND.match(line.strip()) or line.strip()[0] == "#" for line in lines):
        return []
    found: list[tuple[str, str]] = []
    label = ""
    for line in prompted or lines:
        line = re.sub(r"\s+", " ", line.strip())
        if line.startswith("#"):
            label = line.strip("# .:")
            continue
        command, _, note = re.sub(r"^[$❯%>]\s+", "", line).partition(" # ")
        if "`" in command or len(command) > 2 * LONGEST_LEAD:
            return []
        if command.strip():
            found.append((note.strip(" .:") or label, f"`{command.strip()}`"))
        label = label if not note else ""
    return found if len(found) <= MOST_COMMANDS else []


def _listed(group: Group, instructs: bool) -> Iterator[Passage]:
    """A list as one passage when it is short or ordered, else an item at a time under its lead."""
    items, lead = group.items, group.lead
    linked = sum(
        1 for item in items if len(item.text) < SHORTEST_TEXT * 2 and not re.search(r"[.`:(]|\s.*\s.*\s", item.text)
    )
    size = sum(len(item.text) for item in items) + len(lead)
    ruling = sum(1 for item in items if _ORDERS.match(item.text)) * 2 >= len(items)
    together = size <= LONGEST_LIST and (group.ordered or not instructs or not ruling or linked == len(items))
    if instructs and any(len(item.text) > 90 for item in items):
        together = False
    if together and (len(items) > 1 or lead):
        yield Passage(whole(group), group.line_start, group.line_end)
        return
    short = lead if len(lead) <= LONGEST_LEAD else ""
    if lead and not short:
        yield Passage(_without_announcement(lead), group.line_start, items[0].line_start)
        short = sentences(lead)[-1] if len(sentences(lead)[-1]) <= LONGEST_LEAD else ""
    batch: list[tuple[int, Passage]] = []
    for number, item in enumerate(items, 1):
        if group.ordered and not instructs:
            if batch and sum(len(i.text) for _, i in batch) + len(item.text) > LONGEST_LIST:
                yield _steps(batch, short)
                batch = []
            batch.append((number, item))
        else:
            yield Passage(shorten(item.text, LONGEST_LIST), item.line_start, item.line_end, short.rstrip(" :."))
    if batch:
        yield _steps(batch, short)


def _steps(batch: list[tuple[int, Passage]], lead: str) -> Passage:
    text = joined([f"{number}) {item.text}" for number, item in batch])
    return Passage(shorten(text, LONGEST_TEXT - 250), batch[0][1].line_start, batch[-1][1].line_end, lead.rstrip(" :."))


def _rows(block: Block) -> Iterator[Passage]:
    """The rows of a table that explains: a name, then what is said about it."""
    header, rows = block.rows[0], block.rows[1:]
    if not rows or len(rows) > MOST_ROWS or len(header) < 2:
        return
    if sum(len(" ".join(row[1:])) for row in rows) < 18 * len(rows):
        return
    for offset, row in enumerate(rows, 2):
        said = [
            f"{h}: {c}" if h and n else c
            for n, (h, c) in enumerate(zip(header[1:], row[1:], strict=False))
            if c.strip(" -–")
        ]
        if row[0] and said:
            yield Passage(f"{row[0]}: {'; '.join(said)}", block.line_start + offset, block.line_start + offset)


def _stated(
    name: str, document: Document, passage: Passage, group: Group, context: str, inner: tuple[str, ...], instructs: bool
) -> list[Statement]:
    """One passage as a statement, or none when it says nothing by itself."""
    body = passage.text.strip()
    if not _says_something(body, bool(passage.label), instructs):
        return []
    if passage.label and passage.label.casefold() not in body.casefold():
        body = f"{passage.label}: {body}"
    known = set(re.findall(r"\w+", body.casefold()))
    missing = [p for p in context.split(", ") if not set(re.findall(r"\w{3,}", p.casefold())) <= known]
    said = ", ".join(missing)
    text = f"{said}{' ' if said.endswith('?') else ': '}{body}" if said else body
    warned = group.tone in ("warning", "caution", "danger") or any(
        not m.group("if") for m in _WARNS.finditer(re.sub(r"`[^`]*`", "", body))
    )
    heads = " ".join(inner)
    kind = "claim"
    if warned and (instructs or group.tone):
        kind = "gotcha"
    elif _DECIDED.search(body):
        kind = "decision"
    elif instructs and _prescribes(heads, passage.text.strip()):
        kind = "convention"
    domain = next((d for d, pattern in _DOMAINS if pattern.search(heads)), "")
    domain = (
        "decisions"
        if kind == "decision"
        else domain or {"gotcha": "issues", "convention": "patterns"}.get(kind, "context")
    )
    day = iso_date(document.meta.get("date", ""))
    title = inner[-1] if inner else context
    return [
        Statement(
            kind,
            shorten(text, LONGEST_TEXT),
            title[:120],
            domain,
            "",
            name,
            passage.line_start,
            passage.line_end,
            day,
            "",
            (),
        )
    ]


def _prescribes(heads: str, said: str) -> bool:
    """Whether a sentence of an instructions file says how to work, rather than what there is."""
    if _ORDERS.match(said) or _RULES.search(heads):
        return True
    return bool(heads) and not _DESCRIBES.search(heads) and not _DEFINES.match(said)


def _says_something(body: str, led: bool, instructs: bool) -> bool:
    """Whether a passage is a statement at all: not a badge, a pointer, a stub or a bare name."""
    words = re.findall(r"[^\W\d_]{2,}", body)
    if len(words) < (2 if (instructs and "`" in body) or led else 4) or (
        len(body) < SHORTEST_TEXT and not instructs and not led
    ):
        return False
    if _EMPTY.match(body) or body.startswith(("http://", "https://", "import ", "{", "<")):
        return False
    if "://" in body and len(re.sub(r"https?://\S+", "", body)) < SHORTEST_TEXT and "`" not in body:
        return False
    if hanging(body) or _SELF.match(body) or (body[0].islower() and not (instructs or led) and " " in body[:20]):
        return False
    return not (_POINTS.search(body) and len(body) < 180 and not instructs and "`" not in body)
