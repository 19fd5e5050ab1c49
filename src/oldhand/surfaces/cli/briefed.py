"""The briefing for people: the same memories that an agent gets, one a line, with their stars."""

from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.cli.render import SHOWN_DIGITS, SHOWN_ROOT
from oldhand.surfaces.cli.screen import Screen


def briefed(screen: Screen, reply: Any) -> str:
    """A briefing: on a terminal one memory a line, in a pipe just what an agent gets."""
    if not reply.lines:
        return f"{too_small(reply) or 'Nothing to tell yet.'}\n"
    tail = f"{reply.shown} of {reply.memories} memories, about {reply.tokens} tokens, root {reply.root[:SHOWN_ROOT]}."
    if not screen.terminal:  # in a pipe just what an agent gets
        return "\n".join(map(line, reply.lines)) + "\n" + tail + "\n"
    shown, section = [], ""
    for one in reply.items:
        if one.section != section:
            section = one.section
            shown.append(screen.style(section.capitalize(), "bold"))
        rated = f"  {screen.symbol('★', '*') * one.stars}" if one.stars else ""
        name = f"{one.name}: " if one.name else ""
        label = screen.style(f"[{one.id[:SHOWN_DIGITS]}]", "cyan")
        shown.append(f"{screen.wrapped(name + one.text, '  ')}{screen.style(rated, 'yellow')}  {label}")
    return "\n".join(shown) + "\n" + screen.style(tail, "dim") + "\n"


def too_small(reply: Any) -> str:
    """That the budget is too small to tell anything; empty when it is not."""
    if not reply.needed:
        return ""
    return f"The budget is too small to tell anything. `oldhand brief --budget-tokens {reply.needed}` tells something."
