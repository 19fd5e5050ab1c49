"""Domains: the rooms in which memories are kept. Users may add their own."""

import re

from oldhand.errors import BadArgument
from oldhand.model.canonical import normal

DOMAINS = ("architecture", "decisions", "patterns", "tasks", "issues", "dependencies", "history", "context")
DEFAULT_DOMAIN = "context"

_NAME = re.compile(r"[^\W_][\w.-]{0,63}\Z")  # a short word in any script: it appears in tables and slots


def checked(name: str) -> str:
    """`name` as a domain, lower-cased; BadArgument when it is not a short word."""
    lowered = normal(normal(name.strip(), "domain").casefold(), "domain")  # folding can take a character apart
    if not _NAME.match(lowered):
        raise BadArgument("domain", name, f"a domain is one short word, for example {', '.join(DOMAINS[:3])}")
    return lowered


def wanted(name: str) -> str:
    """`name` as a domain to look in, or empty when none is named. Raises BadArgument."""
    return checked(name) if name else ""
