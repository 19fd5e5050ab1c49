"""What an agent's words may not pass for at the opening of a session: a person's leave, or a line of ours.

An agent may have been talked into saying that somebody approved something. Nothing here can know whether that is so;
such words stay, with a mark that only an agent says so.
"""

import re

from oldhand.model.lazy_pattern import LazyPattern

CLAIMED = "an agent claims: "  # stands before what says that a person approved something
_WHO = r"owner|user|person|human|maintainer|boss|admin|administrator|operator|manager|customer|client"
_LEAVE = (
    r"approved|authori[sz]ed|confirmed|allowed|permitted|agreed|consented|accepted|signed off|waived|gave|granted"
    r"|approves|authori[sz]es|allows|permits|agrees|ordered|told|said|wants"
)
_WHO_RUSSIAN = r"владел|пользовател|человек|хозя|началь|заказчик|админ"
_LEAVE_RUSSIAN = r"одобр|разреш|подтверд|согла|позвол|утверд|велел|сказал|приказ"
REACH = 60  # characters between who and what, within a sentence
_CLAIM = LazyPattern(
    rf"\b(?:{_WHO})\b[^.!?]{{0,{REACH}}}\b(?:{_LEAVE})\b|\b(?:{_LEAVE})\b[^.!?]{{0,{REACH}}}\b(?:{_WHO})\b"
    rf"|\b(?:{_WHO_RUSSIAN})[^.!?]{{0,{REACH}}}\b(?:{_LEAVE_RUSSIAN})"
    rf"|\b(?:{_LEAVE_RUSSIAN})[^.!?]{{0,{REACH}}}\b(?:{_WHO_RUSSIAN})",
    re.IGNORECASE,
)
_NAMES = tuple(_WHO.split("|"))
_VERBS = tuple(verb.partition("[")[0] for verb in _LEAVE.split("|"))  # of two spellings what both begin with
# Words that begin lines of ours, at an opening or in a briefing.
_LABELS = LazyPattern(
    r"\b(?:HANDOFF|CHECKPOINT|BESIDE|TAKEN|NEXT|OPEN|FAILING|DONE|FILES|COMMITS|MOVED|SINCE|NOW|RULE|RULES|GOTCHA|GOTCHAS"
    r"|DECISION|DECISIONS|CONSTRAINT|FACT|ARC|SYSTEM|MEMORY)\b(?=[A-Z ]{0,20}:)|\bGOTCHA(?= CRITICAL\b)"
)


def marked(text: str) -> str:
    """A text with a mark before it when it says that a person approved something; else as it is."""
    if text.isascii():  # then it says so in English or not at all: most texts need no pattern, which is slow to compile
        said = text.lower()
        if not any(word in said for word in _NAMES) or not any(word in said for word in _VERBS):
            return text
    return CLAIMED + text if _CLAIM.search(text) else text


def unlabelled(text: str) -> str:
    """A text in which no word stands as the label of a line of ours: such a word is in small letters."""
    if ":" not in text and "CRITICAL" not in text:
        return text  # no label ends without one of them
    return _LABELS.sub(lambda found: found[0].lower(), text)
