"""Rust."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
[(line_comment) (block_comment) (shebang)] @comment
[(string_literal) (raw_string_literal) (char_literal) (lifetime)] @atom
[(tuple_expression) (tuple_pattern) (tuple_type)] @group
(match_arm) @item
(match_arm "," @skip)
(match_arm value: (block . "{" @skip . NOTES . (_expression) . NOTES . "}" @skip .))
(closure_expression body: (block . "{" @skip . NOTES . (_expression) . NOTES . "}" @skip .))
[(attribute_item) (inner_attribute_item)] @attribute
[(function_item) (function_signature_item) (struct_item) (union_item) (enum_item) (trait_item) (type_item)] @symbol
[(const_item) (static_item) (mod_item) (macro_definition)] @symbol
(impl_item) @scope
[(use_declaration) (extern_crate_declaration)] @import
(mod_item !body) @import
""".replace("NOTES", "[(line_comment) (block_comment)]*")
_LONGEST_USE = 20_000  # characters of one `use` taken apart
_USE_PART = re.compile(r"[{},]|[^{},\s][^{},]*")


def _name(node: "Node") -> str:
    if node.type != "impl_item":
        return text(node.child_by_field_name("name"))
    implemented = node.child_by_field_name("type")
    while implemented is not None and implemented.type in ("generic_type", "reference_type", "scoped_type_identifier"):
        inner = implemented.child_by_field_name("name") or implemented.child_by_field_name("type")
        if inner is None:
            break
        implemented = inner
    return "".join(text(implemented).split())


def _imports(node: "Node") -> Iterable[Import]:
    line = line_of(node)
    if node.type == "mod_item":
        yield Import(f"mod {text(node.child_by_field_name('name'))}", (), line)
    elif node.type == "extern_crate_declaration":
        yield Import(text(node.child_by_field_name("name")), (), line)
    else:
        yield from _used(text(node.child_by_field_name("argument"))[:_LONGEST_USE], line)


def _used(written: str, line: int) -> Iterable[Import]:
    """One import for each path of a `use`: `a::{b, c::{D, E}}` is `a` with b, `a::c` with D and E."""
    prefixes, ahead = [""], ""
    taken: dict[str, list[str]] = {}
    for part in _USE_PART.findall(written):
        if part == "{":
            prefixes.append(prefixes[-1] + ahead)
            ahead = ""
            continue
        if part == "}":
            prefixes = prefixes[:-1] or [""]
        elif part != ",":
            ahead = part.partition(" as ")[0].strip()
            if not ahead.endswith("::"):
                path, _, last = (prefixes[-1] + ahead).rpartition("::")
                taken.setdefault(path or last, []).append(last if path else "")
    for path, names in taken.items():
        yield Import(path, tuple(n for n in names if n), line)


GRAMMAR = Grammar(
    package="tree_sitter_rust",
    function="language",
    symbols={
        "function_item": "function",
        "function_signature_item": "function",
        "struct_item": "struct",
        "union_item": "struct",
        "enum_item": "enum",
        "trait_item": "trait",
        "type_item": "type",
        "const_item": "constant",
        "static_item": "variable",
        "mod_item": "module",
        "macro_definition": "macro",
    },
    query=_QUERY,
    keywords=words("""
        as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i16 i32 i64 i8
        if impl in isize let loop match mod move mut pub ref return self Self static str struct super trait true
        type u16 u32 u64 u8 unsafe use usize where while
    """),
    name=_name,
    imports=_imports,
)
