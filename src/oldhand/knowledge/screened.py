"""What passes the one door of all operations is screened for secrets: arguments, errors and what is traced.

Texts that are remembered are screened once more where they become statements, which other ways than arguments lead to.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from oldhand.model.secrets import masked

if TYPE_CHECKING:
    from oldhand.errors import OldhandError
    from oldhand.knowledge.redaction import Finder
    from oldhand.memory import Memory

PROSE = frozenset(
    {
        "text", "title", "reason", "fields", "question", "area", "example", "counter_example", "triggers",
        "resolution", "commands", "note", "message", "jsonl", "done", "next", "open", "steps", "about",
        "missing", "conclusion", "evidence", "advice", "applies",
        "alternatives", "for", "against", "assumptions", "predicted", "criteria", "because", "override", "document",
        "became",
    }
)  # fmt: skip
"""Parameters that are sentences: --redact replaces the secrets in them. In all others a secret is refused."""
UNSCREENED = frozenset({"content", "old", "new", "jsonl"})
"""Texts of files, which are written as they are, and many memories at once, which are screened one by one."""
QUESTIONS = frozenset({"cue", "task", "words", "query"})
"""Parameters of what reads that ask in words; the others name places and things, and are kept nowhere."""
OWN_PATTERNS = ("secrets.patterns", "secrets.allow")  # settings whose values describe secrets and may look like some
LEAST_TRACED = 8  # characters: shorter texts in a trace hold no secret
LEAST_NAME = 16  # characters: shorter names hold no token
_HEX = "0123456789abcdef"


AUTOMATIC = frozenset({"capture"})
"""Operations that programs call unasked: they replace the secrets in their prose by themselves, and count them."""


def arguments(
    memory: "Memory", given: dict[str, Any], *, redact: bool, automatic: bool = False
) -> dict[str, Any]:  # fmt: skip
    """The arguments of an operation that writes. Raises SecretFound unless the secret stands in prose and `redact`.

    automatic: the operation is one of AUTOMATIC, and screens its prose itself.
    """
    if given.get("name") in OWN_PATTERNS:
        return given
    from oldhand.knowledge.redaction import NAMED_ADVICE

    prose = memory.screening(deliberate=True, redact=redact)
    named = memory.screening(deliberate=True, advice=NAMED_ADVICE)
    clean = {}
    for name, value in given.items():
        if isinstance(value, (str, list)) and name not in UNSCREENED and not (automatic and name in PROSE):
            what = "text" if name == "text" else f"'{name}'"
            value = (prose if name in PROSE else named).cleaned(value, what)
        clean[name] = value
    return clean


def questions(memory: "Memory", given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of what reads, with the secrets in what is asked replaced: the local log keeps it.

    Their marks carry the fingerprint, so that what was remembered with the same secret left out is found.
    """
    asked = {name: value for name, value in given.items() if name in QUESTIONS and isinstance(value, str)}
    return {**given, **memory.screening().cleaned(asked)} if asked else given


def name(said: str) -> str:
    """The name of an actor or a way in, without secrets; a short one holds none."""
    return said if len(said) < LEAST_NAME else masked(said)


def error(raised: "OldhandError") -> None:
    """Replace the secrets that an error would repeat."""
    raised.args = tuple(_said(argument) for argument in raised.args)


def _said(argument: object) -> object:
    text = str(argument)
    clean = masked(text)
    return argument if clean == text else clean


def trace(detail: Mapping[str, Any], finder: "Callable[[], Finder]") -> dict[str, Any]:
    """What the local log keeps of a call, with its secrets replaced. finder: gives what finds them."""
    return {str(name): _traced(value, finder) for name, value in detail.items()}


def _traced(value: Any, finder: "Callable[[], Finder]") -> Any:
    if isinstance(value, str):
        return value if len(value) < LEAST_TRACED or not value.strip(_HEX) else masked(value, finder())
    if isinstance(value, (list, tuple)):
        return [_traced(item, finder) for item in value]
    if isinstance(value, dict):
        return {name: _traced(item, finder) for name, item in value.items()}
    return value
