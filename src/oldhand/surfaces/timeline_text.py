"""A timeline as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("timeline",)
SHOWN_DIGITS = 12
LONGEST = 300  # characters of a wording; --json gives all of it
_OPEN = {"current": "now", "contested": "now, contested", "quarantined": "waits in review"}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply as lines: one for each version, and one below it for who said it and how it ended."""
    if not reply.versions:
        yield Line(HEAD, f"Nothing was ever said about {line(reply.about)}.")
        return
    several = len({version.id for version in reply.versions}) > 1
    for version in reply.versions:
        until = _OPEN.get(version.ended, version.until[:10] or version.ended)
        name = f"  [{version.kind} {version.id[:SHOWN_DIGITS]}]" if several else ""
        text = line(version.text) if version.text else "(its bytes were erased)"
        text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        yield Line(HEAD if version.ended in _OPEN else CODE, f"{version.since[:10]} to {until}  {text}{name}")
        yield Line(TAIL, f"  {_facts(version)}")
        if version.backwards:
            yield Line(WARNING, f"  Dates run backwards: {line(version.backwards)}.")
    more = f" {reply.left_out:,} older left out (--limit)." if reply.left_out else ""
    of = f" as of {line(reply.as_of)}" if reply.as_of else ""
    count = len(reply.versions)
    yield Line(
        NOTE if reply.backwards else TAIL, f"{count} version{'s' * (count != 1)} of {line(reply.about)}{of}.{more}"
    )


def _facts(version: Any) -> str:
    """Who said a version, how often it was confirmed, how it ended and why."""
    who = version.origin if version.origin.startswith("repo:") else f"{version.actor} through {version.origin}"
    facts = [f"{version.trust}: {line(who)}"]
    if version.confirmations > 1:
        facts.append(f"said or confirmed {version.confirmations}x")
    if version.ended not in _OPEN:
        by = f" by {version.by[:SHOWN_DIGITS]}" if version.by else ""
        facts.append(f"{version.ended}{by}")
    if version.said[:10] != version.since[:10]:
        facts.append(f"told here on {version.said[:10]}")
    if version.reason:
        facts.append(line(version.reason))
    return " | ".join(facts)
