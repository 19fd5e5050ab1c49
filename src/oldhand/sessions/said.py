"""What people and agents say in sessions, sentence by sentence: without code, quotations, pasted texts and commands.

What nobody typed is no saying of a person: automatic prompts, expanded commands, notices of the host, plans.
"""

import re
from collections.abc import Iterator

from oldhand.exchange.prose import sentences
from oldhand.model.session import PROMPT, Event

LONGEST_SAID = 2000  # characters of a message that is read as talk; longer ones are pasted, or plans
LONGEST_SENTENCE = 300  # characters: a longer one is a list, or was not punctuated
FEWEST_WORDS = 3
TYPED = frozenset({"", "user", "human", "typed", "queued", "paste", "voice", "suggestion", "keyboard"})  # by a person
_MACHINE = re.compile(
    r"\s*(?:<[a-zA-Z]|\[Request interrupted|\[Image|Caveat: |This session is being continued"
    r"|Implement the following plan|Operation stopped by hook|Stop hook feedback|Base directory for this skill"
    r"|You are |# |---\n|\{|\$ )"
)
_LISTED = re.compile(r"\s{0,8}(?:[-*+•]|\d{1,3}[.)]|>|\||#{1,6} |\*\*|[@/]\S|\$ )")
_FENCE = re.compile(r"\s{0,8}(?:```|~~~)")


def typed(event: Event) -> bool:
    """Whether a prompt was typed by a person in the session itself."""
    source = event.detail.get("source", "")
    automatic = bool(event.detail.get("automatic")) or bool(event.agent)
    return event.kind == PROMPT and not automatic and source in TYPED and not _MACHINE.match(event.text)


def statements(text: str) -> Iterator[str]:
    """The sentences of a message that state something: no question, no code, nothing quoted or listed."""
    if len(text) > LONGEST_SAID:
        return
    for paragraph in _paragraphs(text):
        for sentence in sentences(paragraph):
            said = " ".join(sentence.split())
            if said.endswith("?") or len(said) > LONGEST_SENTENCE or len(said.split()) < FEWEST_WORDS:
                continue
            yield said


def _paragraphs(text: str) -> Iterator[str]:
    """Lines of talk, one paragraph each: a line break ends a sentence where people type."""
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line.strip() and not _LISTED.match(line):
            yield line.strip()
