"""JSON Schema (draft 2020-12) of what an operation takes and of what it replies.

Both are read from the operation's own types, so that a surface, a client or a test can check a
document without running anything. Pure: nothing is opened, nothing is printed.
"""

import types
import typing
from collections.abc import Container
from typing import Any, Literal, Union

from oldhand.operation import Operation, Parameter, is_record

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def input_schema(operation: Operation, only: Container[str] | None = None) -> dict[str, Any]:
    """The schema of the object of arguments that `operation` takes.

    only: the parameters to show, all of them when None. The dialect is not named in it, because the
    schema is meant to stand inside other documents (a tool definition, a list of operations).
    """
    shown = [parameter for parameter in operation.parameters if only is None or parameter.name in only]
    schema: dict[str, Any] = {"type": "object"}
    if shown:
        schema["properties"] = {parameter.name: _parameter_schema(parameter) for parameter in shown}
    if required := [parameter.name for parameter in shown if parameter.required]:
        schema["required"] = required
    return schema | {"additionalProperties": False}


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    schema = _type_schema(parameter.type, {}, {})
    if parameter.takes_numbers:
        either: dict[str, Any] = {"type": ["string", "number"]}  # not `anyOf`, which some hosts cannot read
        schema = schema | {"items": either} if schema["type"] == "array" else either
    schema = schema | {"description": parameter.help}
    return schema if parameter.required else schema | {"default": parameter.default}


def reply_schema(operation: Operation) -> dict[str, Any]:
    """The schema of the record that `operation` replies with, as `oldhand.operation.plain` makes it.

    Every field is always there, and no others are. Records inside it are named under `$defs`.
    """
    definitions: dict[str, Any] = {}
    names: dict[Any, str] = {}
    whole = _record_schema(operation.returns, definitions, names)
    return {"$schema": DIALECT} | whole | ({"$defs": definitions} if definitions else {})


def _record_schema(record: Any, definitions: dict[str, Any], names: dict[Any, str]) -> dict[str, Any]:
    fields = typing.get_type_hints(record)
    schema: dict[str, Any] = {"type": "object"}
    if said := " ".join((record.__doc__ or "").split()):
        schema["description"] = said
    schema["properties"] = {name: _type_schema(fields[name], definitions, names) for name in record._fields}
    return schema | {"required": list(record._fields), "additionalProperties": False}


def _type_schema(kind: Any, definitions: dict[str, Any], names: dict[Any, str]) -> dict[str, Any]:
    """The schema of one type. Raises TypeError for a type that JSON cannot carry, so that its author hears of it."""
    if kind is Any:
        return {}
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if is_record(kind):
        return {"$ref": f"#/$defs/{_defined(kind, definitions, names)}"}
    origin, parts = typing.get_origin(kind) or kind, typing.get_args(kind)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_type_schema(part, definitions, names) for part in parts]}
    if origin is dict:
        values = {"additionalProperties": _type_schema(parts[1], definitions, names)} if parts else {}
        return {"type": "object"} | values
    if origin is tuple and parts and parts[-1] is not Ellipsis:
        listed = [_type_schema(part, definitions, names) for part in parts]
        return {"type": "array", "prefixItems": listed, "minItems": len(listed), "maxItems": len(listed)}
    if origin in (list, tuple):
        return {"type": "array"} | ({"items": _type_schema(parts[0], definitions, names)} if parts else {})
    raise TypeError(f"{kind} has no JSON Schema: replies carry texts, numbers, records, lists and dictionaries")


def _defined(record: Any, definitions: dict[str, Any], names: dict[Any, str]) -> str:
    """The name under `$defs` of a record, described there when it is met for the first time."""
    if record not in names:
        name = record.__name__
        while name in definitions:  # two records of the same name, from different modules
            name += "_"
        names[record] = name
        definitions[name] = {}  # holds the name while a record that contains itself is described
        definitions[name] = _record_schema(record, definitions, names)
    return names[record]
