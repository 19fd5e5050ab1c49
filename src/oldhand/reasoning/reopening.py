"""What makes something that failed worth another try: what it rested on is no longer what it was.

Two things are asked. A dependency that it was tried with has another version now. A place in the code that it is tied
to, a symbol, lines or a text, changed or is gone. A whole file that changed says nothing: files change all the time;
one that is gone does. Nobody concludes that it works now: it is told as a reason to look again.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from oldhand.code.anchors import Checker
from oldhand.code.checked import CHANGED, GONE
from oldhand.code.declared_names import is_manifest
from oldhand.code.dependencies import declared, squeezed
from oldhand.errors import BadAnchor, BadInput
from oldhand.model.anchor import DEPENDENCY, as_noted, parse, split_dependency
from oldhand.model.visible import line
from oldhand.store.fold import registers
from oldhand.store.reader import Held

TAG = "reopened"  # of what a person or agent opened for another try
CHANGED_TAG = "changed-since"  # of what rested on something that changed, as `negative update` found it: hooks, which
# look at no manifest, tell it by that
SAID, SAYS_SO = "somebody says that it is worth another try", "somebody says so"
CHECK_SECONDS = 0.05  # for all places of one memory: what an answer can afford (code.anchors.RECALL_SECONDS)
LONGEST_REASON = 160  # characters of one reason
MOST_REASONS = 3  # told of one memory
MOST_CHECKED = 8  # places and dependencies of one memory that are looked at
_LOCKS = (".lock", "-lock.json", "-lock.yaml", "shrinkwrap.json")  # how files that pin exact versions end

Declared = Callable[[str], Mapping[str, str]]


def reasons(held: Held, checker: Checker | None, declaring: Declared | None = None) -> tuple[str, ...]:
    """Why a memory of something that failed may be worth another try, in words; empty when nothing changed.

    checker: of the working tree, None where there is none to look at (another project, the past); declaring: tells
    what manifests declare of a dependency, from the checker's tree when it is not given.
    """
    found = [SAID] if TAG in held.tags else []
    return tuple(found) + changes(held, checker, declaring)


def changes(held: Held, checker: Checker | None, declaring: Declared | None = None) -> tuple[str, ...]:
    """What changed of what a memory rests on, in words; as `reasons`, without anybody's word."""
    if checker is None or not held.wordings:
        return ()
    found: list[str] = []
    asked = declaring or declares(checker.root)
    content, values = held.wordings[-1].content, registers(held.record)
    known = set()
    for text in _texts(content.get("reopens")):
        if text.startswith(DEPENDENCY):
            name, version = split_dependency(text[len(DEPENDENCY) :])
            known.add(name)
            if why := changed_version(name, version, asked(name)):
                found.append(why)
    for place in list(held.anchors)[:MOST_CHECKED]:
        value = values.get(f"anchor/{place}", "")
        if value and place.removeprefix(DEPENDENCY) not in known and (why := _changed_place(checker, place, value)):
            found.append(why)
    return tuple(dict.fromkeys(found))[:MOST_REASONS]


def declares(root: Path) -> Declared:
    """What the manifests below a folder declare of a dependency, each name read once."""
    known: dict[str, Mapping[str, str]] = {}

    def asked(name: str) -> Mapping[str, str]:
        if name not in known:
            known[name] = declared(root, name)
        return known[name]

    return asked


def with_versions(tree: Path, said: Sequence[str]) -> list[str]:
    """What somebody names as reasons to look again, in its one form: `dep:NAME` with the version there is now.

    Raises BadInput where a text is neither a dependency nor a place in the code.
    """
    asked = declares(tree)
    found = []
    for text in said:
        bare = text.strip()
        if bare.startswith(DEPENDENCY):
            name, version = split_dependency(bare[len(DEPENDENCY) :])
            parse(DEPENDENCY + name)
            version = version or version_of(asked(name))
            found.append(f"{DEPENDENCY}{name}@{version}" if version else DEPENDENCY + name)
        else:
            found.append(str(parse(bare)))
    return list(dict.fromkeys(found))


def version_of(versions: Mapping[str, str]) -> str:
    """The version of a dependency in one word: the exact one of a lock file where there is one, else what is asked for.

    Empty when no manifest names it.
    """
    pinned = [said for path, said in versions.items() if path.endswith(_LOCKS)]
    return _bare(squeezed(next(iter([*pinned, *versions.values()]), "")))


def changed_version(name: str, version: str, versions: Mapping[str, str]) -> str:
    """What changed of a dependency since it had a version, in words; empty when nothing did or nobody can tell.

    version: empty when no manifest named it then. A version and a constraint say different things of one state, so
    only like is compared with like.
    """
    telling = {path: text for path, text in versions.items() if version or is_manifest(path)}  # not what others need
    said = [one for text in telling.values() for one in dict.fromkeys((text, *text.split(", ")))]
    now, version = [_bare(squeezed(one)) for one in said], _bare(version)
    if now and not version:
        return line(f"{name} is in the project: {now[0]}")[:LONGEST_REASON]
    alike = [one for one in now if _exact(one) == _exact(version)]
    if not alike or version in now:
        return ""
    return line(f"{name} was {version}, now {alike[0]}")[:LONGEST_REASON]


def _bare(version: str) -> str:
    """A version without the marks by which a manifest asks for just this one."""
    return version.removeprefix("==")


def _exact(version: str) -> bool:
    """Whether a text is one version and no constraint."""
    said = version.removeprefix("v")
    return said[:1].isdigit() and not set(said) & set("<>~^*,| ")


def _changed_place(checker: Checker, place: str, value: str) -> str:
    """What changed at a place, in words; empty where nothing did."""
    try:
        anchor = as_noted(place, value)
    except (BadAnchor, BadInput):
        return ""
    seen = checker.check(place, value)
    if seen.state == GONE:
        return line(f"{place} is gone")[:LONGEST_REASON]
    if seen.state != CHANGED or anchor.kind == "file":
        return ""
    detail = f": {seen.detail}" if seen.detail else ""
    return line(f"{place} changed since{detail}")[:LONGEST_REASON]


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, (list, tuple)) else []
    return [one for one in items if isinstance(one, str)][:MOST_CHECKED]
