"""What went wrong in a session as far as events tell it: the person corrected the agent, or work was taken back."""

import re

from oldhand.model.session import CALL, COMMAND, PROMPT, Event
from oldhand.sessions.correcting import corrections
from oldhand.sessions.said import typed

CORRECTED, REVERTED = "corrected", "work taken back"
LONGEST_COMMAND = 2_000  # characters of a command that are looked through
# How a message begins that refuses what was done. It is no statement that holds on, as `correcting` finds them.
_REFUSED = re.compile(
    r"\s*(?:(?:no|nope|нет)(?=[,.!;: ]{1,2}(?!problem|worries|need|проблем))|wrong\b|stop\b|undo\b|revert\b"
    r"|roll ?back\b|that'?s (?:wrong|not )|this is (?:wrong|not )|not what i\b|неверно\b|неправильно\b|не то\b|не так\b"
    r"|стоп\b|откати\w{0,2}\b|верни\w{0,2}\b|отмени\w{0,2}\b)",
    re.IGNORECASE,
)
# Commands that take work back.
_TAKEN_BACK = re.compile(
    r"\bgit +(?:-\w+ +\S+ +)?(?:revert\b|restore +(?!--staged)\S|reset +--hard\b|checkout +(?:\S+ +)?-- +\S"
    r"|stash +drop\b|clean +-\w*f)"
)


def corrects(event: Event) -> bool:
    """Whether an event is a message by which a person corrects the agent."""
    return event.kind == PROMPT and typed(event) and bool(_REFUSED.match(event.text) or corrections(event.text))


def takes_back(event: Event) -> bool:
    """Whether an event is a command that takes work back."""
    command = event.kind == CALL and event.tool == COMMAND
    return command and bool(_TAKEN_BACK.search(event.text[:LONGEST_COMMAND]))
