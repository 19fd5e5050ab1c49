"""The kinds of memory: one typed record in one file each; adding a kind is adding a file.

A record's fields are strings or tuples of strings. `text` is the statement itself and is required;
fields with their default value are left out of the stored content, so adding a field later changes
no address.
"""

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from oldhand.errors import BadField, MissingArgument, TooLong, UnknownKind
from oldhand.model.canonical import encoded, normal

# Kinds that are a record of work and no knowledge: recall, briefings and what is told of a place never meet them,
# because the search index holds none of their words and no path leads to them. Their own commands find them.
ASIDE = frozenset({"assumption", "engram", "handoff", "outcome", "plan", "skill"})
# Fields that say something about a memory and nothing of what it says: no search looks among them.
BESIDE = frozenset({"agent", "confidence", "estimate", "model", "overrides", "read", "stated_by"})
LONGEST_TEXT = 1_048_576  # bytes of UTF-8 in one field: longer things are documents, not memories


@cache
def names() -> tuple[str, ...]:
    """The kinds there are, in alphabetical order."""
    return tuple(sorted(name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py") and name[0] != "_"))


@cache
def record_of(kind: str) -> type[NamedTuple]:
    """The record type of `kind`. Raises UnknownKind."""
    module = import_module(f"{__name__}.{known(kind or '?')}")
    return getattr(module, kind.capitalize())  # type: ignore[no-any-return]


def known(kind: str) -> str:
    """`kind`, which may be empty. Raises UnknownKind for one that no memory can have."""
    if kind and kind not in names():
        raise UnknownKind(kind, ", ".join(names()))
    return kind


@cache
def defaults_of(kind: str) -> dict[str, Any]:
    """The optional fields of `kind` with their defaults."""
    return dict(record_of(kind)._field_defaults)


def content(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a memory of `kind`, checked and in normal form, without defaults.

    Raises UnknownKind, BadField for a field the kind has not or of the wrong type, MissingArgument
    for an empty text, TooLong and BadText.
    """
    defaults = defaults_of(kind)
    checked: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "text":
            checked["text"] = bounded(value, "text")
        elif name not in defaults:
            raise BadField(name, kind, f"its fields are text, {', '.join(defaults)}")
        elif isinstance(defaults[name], tuple):
            items = [value] if isinstance(value, str) else value
            if not isinstance(items, (list, tuple)):
                raise BadField(name, kind, "it must be text or a list of texts")
            if items:
                checked[name] = [bounded(item, name) for item in items]
        elif not isinstance(value, str):
            raise BadField(name, kind, "it must be text")
        elif value:
            checked[name] = bounded(value, name)
    if not str(checked.get("text", "")).strip():
        raise MissingArgument("remember", "text", "an empty text says nothing")
    return checked


def bounded(value: object, what: str) -> str:
    """`value` as text in normal form of at most LONGEST_TEXT bytes. Raises BadField, TooLong, BadText."""
    if not isinstance(value, str):
        raise BadField(what, "memory", "it must be text")
    if len(value) > LONGEST_TEXT:
        raise TooLong(what, len(value.encode("utf-8", "replace")), LONGEST_TEXT)
    text = normal(value, what)
    if not text.isascii() and len(text.encode()) > LONGEST_TEXT:
        raise TooLong(what, len(text.encode()), LONGEST_TEXT)
    return text


def body(kind: str, checked_content: dict[str, Any], inputs: tuple[str, ...] = ()) -> bytes:
    """The canonical bytes of a revision: kind, content and the sorted addresses it was made from."""
    return encoded({"content": checked_content, "inputs": sorted(inputs), "kind": kind})
