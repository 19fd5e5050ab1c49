"""What an agent's words may not pass for at the opening of a session: a person's leave, or a line of ours.

An agent may have been talked into saying that somebody approved something. Nothing here can know whether that is so;
such words stay, with a mark that only an agent says so.
"""

import re

CLAIMED = "an agent claims: "  # stands before what says that a person approved something
_WHO = r"owner|user|person|human|maintainer|boss|admin|administrator|operator|manager|customer|client"
_LEAVE = (
    r"approved|authori[sz]ed|confirmed|allowed|permitted|agreed|consented|accepted|signed off|waived|gave|granted"
    r"|approves|authori[sz]es|allows|permits|agrees|ordered|told|said|wants"
)
_WHO_RUSSIAN = r"владел|пользовател|человек|хозя|началь|заказчик|админ"
_LEAVE_RUSSIAN = r"одобр|разреш|подтверд|согла|позвол|утверд|велел|сказал|приказ"
REACH = 60  # characters between who and what, within a sentence
_CLAIM = re.compile(
    rf"\b(?:{_WHO})\b[^.!?]{{0,{REACH}}}\b(?:{_LEAVE})\b|\b(?:{_LEAVE})\b[^.!?]{{0,{REACH}}}\b(?:{_WHO})\b"
    rf"|\b(?:{_WHO_RUSSIAN})[^.!?]{{0,{REACH}}}\b(?:{_LEAVE_RUSSIAN})"
    rf"|\b(?:{_LEAVE_RUSSIAN})[^.!?]{{0,{REACH}}}\b(?:{_WHO_RUSSIAN})",
    re.IGNORECASE,
)
# Words that begin lines of ours, at an opening or in a briefing.
_LABELS = re.compile(
    r"\b(?:HANDOFF|CHECKPOINT|TAKEN|NEXT|OPEN|FAILING|DONE|FILES|COMMITS|MOVED|SINCE|NOW|RULE|RULES|GOTCHA|GOTCHAS"
    r"|DECISION|DECISIONS|CONSTRAINT|FACT|ARC|SYSTEM|MEMORY)\b(?=[A-Z ]{0,20}:)|\bGOTCHA(?= CRITICAL\b)"
)


def marked(text: str) -> str:
    """A text with a mark before it when it says that a person approved something; else as it is."""
    return CLAIMED + text if _CLAIM.search(text) else text


def unlabelled(text: str) -> str:
    """A text in which no word stands as the label of a line of ours: such a word is in small letters."""
    return _LABELS.sub(lambda found: found[0].lower(), text)
