"""The operation `help`."""

import json
import typing
from typing import Any, Literal, NamedTuple

from oldhand import errors
from oldhand.memory import Memory
from oldhand.model import kinds
from oldhand.operation import READ, Operation, Parameter, every, find, operation, places
from oldhand.operations import GROUPS

TOPICS = ("kinds", "errors", "dates")
SAMPLES = {
    "name": "d41c07a9e2b1", "cue": "why do we not retry payments", "text": "Payments are never retried automatically",
    "relation": "depends_on", "source": "d41c07a9e2b1", "target": "77be90c1f03d", "value": "10", "file": "memory.jsonl",
    "config name": "recall.limit", "projects name": "website",
    "path": "src/pay/client.py", "folder": "../other", "reason": "the gateway changed",
}  # fmt: skip
DATES = (
    ("2026-11-20", "a day: its beginning where something starts, its end where something ends or with --as-of"),
    ("2026-11-20T09:30", "a time, in UTC unless it says its zone (2026-11-20T09:30+02:00)"),
    ("now, today, yesterday", "as they say"),
    ("3 days ago", "minutes, hours, days or weeks back from now"),
    ("9f3a12c4", "with --as-of: a recorded root, at least 6 of its digits"),
)


class HelpLine(NamedTuple):
    """One line: a name (a command, an argument, a kind, an error, a way to write a date) and what it means."""

    name: str
    meaning: str


class HelpPart(NamedTuple):
    """A part of the help with its heading."""

    title: str
    lines: list[HelpLine]


class Help(NamedTuple):
    """Help. about: what it is about in words; usage and example: for one operation, else empty."""

    topic: str
    about: str
    usage: str
    example: str
    parts: list[HelpPart]


@operation(READ)
def help_(memory: Memory, topic: list[str] = []) -> Help:
    """Explain an operation, or a topic: kinds, errors, dates

    Parameters
    topic: an operation (recall, config set), or kinds, errors or dates; without one, all operations
    """
    said = " ".join(topic).strip()
    if not said:
        return _overview()
    if said in TOPICS:
        return {"kinds": _kinds, "errors": _errors, "dates": _dates}[said]()
    return _one(find(said))


def _overview() -> Help:
    parts = []
    groups = places()
    for group, (title, _) in GROUPS.items():
        lines = [HelpLine(" ".join(one.command), one.summary) for one in every() if groups[one.name][0] == group]
        if lines:
            parts.append(HelpPart(title, lines))
    parts.append(HelpPart("Topics", [HelpLine(topic, f"oldhand help {topic}") for topic in TOPICS]))
    return Help("", "Every operation, by group. `oldhand help OPERATION` tells more.", "", "", parts)


def _one(one: Operation) -> Help:
    """Help for one operation, from its own definition."""
    usage = " ".join(["oldhand", *one.command, *(_shown(p) for p in one.parameters if p.positional)])
    options = [p for p in one.parameters if not p.positional]
    parts = [
        HelpPart(title, [HelpLine(_flag(p), p.help + _default(p)) for p in chosen])
        for title, chosen in (("Arguments", [p for p in one.parameters if p.positional]), ("Options", options))
        if chosen
    ]
    words = [
        SAMPLES.get(f"{one.command[0]} {p.name}", SAMPLES.get(p.name, p.name))
        for p in one.parameters
        if p.positional and (p.required or p.name in ("text", "file"))
    ]
    quoted = [json.dumps(word, ensure_ascii=False) if " " in word else word for word in words]
    return Help(
        " ".join(one.command), one.description, usage + (" [OPTIONS]" if options else ""),
        " ".join(["oldhand", *one.command, *quoted]), parts,
    )  # fmt: skip


def _shown(parameter: Parameter) -> str:
    return parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]"


def _flag(parameter: Parameter) -> str:
    return parameter.name.upper() if parameter.positional else "--" + parameter.name.replace("_", "-")


def _default(parameter: Parameter) -> str:
    """What counts when an option is not given, where that says something; and what it may be."""
    choices = ""
    if typing.get_origin(parameter.type) is Literal:
        choices = f" [{'|'.join(str(choice) for choice in typing.get_args(parameter.type) if choice != '')}]"
    nothing: tuple[Any, ...] = ("", False, [], 0, -1, -1.0)
    said = "" if parameter.required or parameter.default in nothing else f" (default: {parameter.default})"
    return choices + said


def _kinds() -> Help:
    """Every kind with its fields; the text itself is a field of all."""
    parts = []
    for kind in kinds.names():
        record = kinds.record_of(kind)
        fields = [HelpLine("text", "the statement itself; required")]
        for name, default in kinds.defaults_of(kind).items():
            fields.append(HelpLine(name, "several texts" if isinstance(default, tuple) else "text"))
        parts.append(HelpPart(f"{kind}: {(record.__doc__ or '').strip()}", fields))
    about = "The kinds of memory and their fields, given to `remember` with --kind and --fields NAME=VALUE."
    return Help(
        "kinds", about, "", 'oldhand remember --kind gotcha --fields trigger=deploy "Deploys fail on Fridays"', parts
    )


def _errors() -> Help:
    """Every error by exit code, with the message it gives."""
    by_code: dict[int, list[HelpLine]] = {}
    for error in _tree(errors.OldhandError):
        said = (error.__doc__ or "").strip()
        meaning = "a group of errors, or said in full by its message" if said == "{0}" else said
        by_code.setdefault(error.exit_code, []).append(HelpLine(error.__name__, meaning))
    parts = [HelpPart(f"exit code {code}", lines) for code, lines in sorted(by_code.items())]
    about = (
        "Every error, by the exit code of the command. The name stands in --json replies; {0} and {1} are filled in."
    )
    return Help("errors", about, "", "", parts)


def _tree(error: type[errors.OldhandError]) -> list[type[errors.OldhandError]]:
    return [error, *(below for child in error.__subclasses__() for below in _tree(child))]


def _dates() -> Help:
    lines = [HelpLine(written, meaning) for written, meaning in DATES]
    return Help(
        "dates",
        "How dates and times are written. They are kept in UTC, to the millisecond.",
        "",
        "",
        [HelpPart("Written as", lines)],
    )
