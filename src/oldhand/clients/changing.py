"""What connecting or disconnecting a host would change in each of its files. Nothing is written here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.clients import entries, json_edit, receipts, toml_edit
from oldhand.clients.files import digest, read, text_of
from oldhand.clients.hosts import SERVER, Host, Places, Surroundings
from oldhand.clients.json_tree import Number, parsed
from oldhand.clients.receipts import File, Receipt
from oldhand.errors import AlreadyThere, BrokenHostFile, UnfitHostFile
from oldhand.sessions import hooks_of_hosts

JSON, TOML, WHOLE = "json", "toml", "whole"
LONGEST_SHOWN = 120  # characters of an entry that is not ours, in the error that tells of it


class Part(NamedTuple):
    """A file of a host and what of ours belongs in it. additions: for JSON; text: for a file that is ours alone."""

    path: Path
    form: str
    servers: tuple[str, ...]
    additions: dict[str, Any]
    text: str


class Change(NamedTuple):
    """What happens to a file: from `before` to `after` (None: no file). file: what the receipt is to say of it.

    original: what it held before it was ever connected.
    """

    part: Part
    before: bytes | None
    after: bytes | None
    original: bytes | None
    file: File

    @property
    def changes(self) -> bool:
        """Whether the file changes at all."""
        return self.before != self.after


def parts_of(host: Host, places: Places, around: Surroundings) -> list[Part]:
    """The files of a host and what of ours belongs in each."""
    alone = host.hooks == "file" or places.hooks is None
    together = places.hooks == places.servers
    if host.name == "codex":
        found = [Part(places.servers, TOML, host.servers, entries.server_of(host, around), "")]
    else:
        both = entries.json_additions(host, around, servers=True, hooks=together)
        found = [Part(places.servers, JSON, host.servers, both, "")]
    if places.hooks and host.hooks == "file":
        found.append(Part(places.hooks, WHOLE, (), {}, hooks_of_hosts.plugin(host.name, around.memory_home)))
    elif places.hooks and not together and not alone:
        hooks = entries.json_additions(host, around, servers=False, hooks=True)
        found.append(Part(places.hooks, JSON, (), hooks, ""))
    return found


def noted_parts(host: Host, receipt: Receipt, parts: list[Part], around: Surroundings) -> list[Part]:
    """The files that a receipt names and that are not the host's any more: a variable moved its folder, or the like."""
    known = {str(part.path) for part in parts}
    both = entries.json_additions(host, around, servers=True, hooks=True)
    found = []
    for path in (Path(file.path) for file in receipt.files if file.path not in known):
        form = TOML if path.suffix == ".toml" else JSON if path.suffix.startswith(".json") else WHOLE
        found.append(Part(path, form, host.servers, both if form == JSON else {}, ""))
    return found


def connecting(part: Part, receipt: Receipt, around: Surroundings, *, replace: bool) -> Change:
    """What connecting does to a file.

    replace: whether an entry of somebody else under our name may be replaced. Raises AlreadyThere, BrokenHostFile,
    UnfitHostFile.
    """
    current = read(part.path)
    noted = receipt.of(part.path)
    if current is not None and _there(part, current):
        file = noted or _shared(part, around)
        return Change(part, current, current, current, file)
    base, created, folders = current, current is None, list[str]()
    if noted and current is not None:
        created, folders = noted.created, noted.folders
        known = receipts.original(around.memory_home, noted) if digest(current) == noted.after else None
        if digest(current) == noted.after and (known is not None or created):
            base = known
        else:
            base = stripped(part, current, frozenset())
    elif current is not None:
        base = stripped(part, current, frozenset())
    taken = _taken(part, base)
    if taken is not None and not replace:
        what = f"An MCP server '{SERVER}'" if part.form != WHOLE else f"A file {part.path.name}"
        again = f"It is in {part.path} and not ours: {str(taken)[:LONGEST_SHOWN]}. --yes replaces it until `uninstall`."
        raise AlreadyThere(what, again)
    after, made = _with_ours(part, base)
    file = File(
        str(part.path), created, folders, digest(base), digest(after), made,
        taken if part.form != WHOLE else None,
    )  # fmt: skip
    return Change(part, current, after, base, file)


def _shared(part: Part, around: Surroundings) -> File:
    """What a receipt says of a file that another host's receipt or nobody's tells of already."""
    for other in receipts.every(around.memory_home):
        if found := other.of(part.path):
            return found
    return File(str(part.path), False, [], "", "", [], None)


def _there(part: Part, raw: bytes) -> bool:
    """Whether all of ours is in the file already, and nothing else of ours is."""
    text = text_of(raw, part.path)
    if part.form == WHOLE:
        return text == part.text
    if part.form == TOML:
        return bool(_server_in(toml_edit.read(text, part.path), part.servers) == part.additions)
    if not json_edit.holds(text, part.additions, part.path):
        return False
    root = parsed(text, part.path)
    _, lines = entries.found_in(root.plain() if root else {}, part.servers)
    wanted = part.additions.get("hooks", {})
    return len(lines) == sum(len(ones.values) for ones in wanted.values())


def _server_in(said: Any, servers: tuple[str, ...]) -> Any:
    for name in (*servers, SERVER):
        said = said.get(name) if isinstance(said, Mapping) else None
    return said


def _taken(part: Part, base: bytes | None) -> Any:
    """What stands in our place in the file and is not ours; None when nothing does."""
    if base is None:
        return None
    text = text_of(base, part.path)
    if part.form == WHOLE:
        return text if text.strip() else None
    if part.form == TOML:
        return _server_in(toml_edit.read(text, part.path), part.servers)
    root = parsed(text, part.path)
    if not part.servers or root is None:
        return None
    return _numbered(_server_in(root.plain(), part.servers))


def _numbered(value: Any) -> Any:
    """A value with its numbers as numbers, so that it can be written again."""
    if isinstance(value, Number):
        return float(value.text) if any(mark in value.text for mark in ".eE") else int(value.text)
    if isinstance(value, dict):
        return {name: _numbered(one) for name, one in value.items()}
    return [_numbered(one) for one in value] if isinstance(value, list) else value


def _with_ours(part: Part, base: bytes | None) -> tuple[bytes, list[list[str]]]:
    """The file with ours in it, and the objects that were made for it."""
    if part.form == WHOLE:
        return part.text.encode(), []
    text = text_of(base, part.path) if base is not None else ""
    if part.form == TOML:
        names = (*part.servers, SERVER)
        text = toml_edit.without_tables(text, lambda found: found == names, part.path)
        return toml_edit.with_table(text, names, part.additions, part.path).encode(), []
    made = json_edit.made_by(part.additions, text, part.path)
    after = json_edit.merged(text, part.additions, part.path)
    if not json_edit.holds(after, part.additions, part.path):
        raise AssertionError(f"what was added to {part.path} is not in it")
    return after.encode(), made


def disconnecting(part: Part, receipt: Receipt, around: Surroundings) -> Change | None:
    """What disconnecting does to a file; None when nothing of ours is in it.

    The file gets back the bytes it had when it is as we left it. Otherwise ours is taken out and all else stays.
    """
    current = read(part.path)
    if current is None:
        return None
    noted = receipt.of(part.path)
    if noted and digest(current) == noted.after and (noted.before or noted.created):
        known = receipts.original(around.memory_home, noted)
        if known is not None or noted.created:
            return Change(part, current, known, known, noted)
    after: bytes | None
    if part.form == WHOLE:
        if text_of(current, part.path) != part.text:
            return None  # somebody else's, or ours with changes of the person, who is told
        after = None
    else:
        after = stripped(part, current, _kept(part, current, noted))
        if after == current:
            return None
        if noted and noted.replaced is not None:
            after = _put_back(part, after, noted.replaced)
        if noted and noted.created and _nothing_left(part, after):
            after = None
    return Change(part, current, after, after, noted or File(str(part.path), False, [], "", "", [], None))


def _kept(part: Part, current: bytes, noted: File | None) -> frozenset[tuple[str | int, ...]]:
    """The objects that stay even when they are empty: those that were there before us."""
    if part.form != JSON or not noted:
        return frozenset()
    made = {tuple(one) for one in noted.made}
    mine: set[tuple[str | int, ...]] = set()
    if part.servers:
        mine |= {tuple(part.servers[:size]) for size in range(1, len(part.servers) + 1)}
    mine |= {("hooks",), *(("hooks", event) for event in part.additions.get("hooks", {}))}
    return frozenset(mine - made)


def stripped(part: Part, raw: bytes, kept: frozenset[tuple[str | int, ...]]) -> bytes:
    """The file without anything of ours in it."""
    text = text_of(raw, part.path)
    if part.form == WHOLE:
        return b"" if text == part.text else raw
    if part.form == TOML:
        names = (*part.servers, SERVER)
        if not entries.is_our_server(_server_in(toml_edit.read(text, part.path), part.servers)):
            return raw
        bare = toml_edit.without_tables(text, lambda found: found == names, part.path)
        if _server_in(toml_edit.read(bare, part.path), part.servers) is not None:
            raise UnfitHostFile(part.path, f"{'.'.join(names)} has no header of its own and cannot be taken out alone")
        return bare.encode()
    return json_edit.without(text, entries.rule_of(part.servers), kept, part.path).encode()


def _put_back(part: Part, raw: bytes, replaced: Any) -> bytes:
    """The file with the entry of somebody else that ours took the place of."""
    text = text_of(raw, part.path)
    if part.form == TOML:
        return toml_edit.with_table(text, (*part.servers, SERVER), replaced, part.path).encode()
    wanted: Any = {SERVER: json_edit.Leaf(replaced) if isinstance(replaced, dict) else replaced}
    for name in reversed(part.servers):
        wanted = {name: wanted}
    return json_edit.merged(text, wanted, part.path).encode()


def _nothing_left(part: Part, raw: bytes) -> bool:
    """Whether nothing but the frame is left in a file that we made."""
    text = text_of(raw, part.path)
    try:
        root = parsed(text, part.path) if part.form == JSON else None
    except BrokenHostFile:
        return False
    if root is None:
        return not text.strip()
    return root.kind == "object" and all(one.name == "version" or one.plain() in ({}, []) for one in root.items)
