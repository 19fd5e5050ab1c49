"""The operation `safety check`."""

import re
from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.reasoning import safety_scoring as scoring
from oldhand.reasoning.deciding import Said, drafted
from oldhand.reasoning.decisions import of
from oldhand.reasoning.safety import check as signs_of
from oldhand.reasoning.safety_sign import Sign

_IS_ID = re.compile(r"[0-9a-f]{6,64}")  # what could only be an id: no decision is said in one such word


class Checked(NamedTuple):
    """What the checks see in a decision. decision: its id, empty for a text; text: its words; signs: all of them, the
    strongest first; quieted: ids of checks among them that are not told elsewhere, because they proved wrong here."""

    decision: str
    text: str
    signs: list[Sign]
    quieted: list[str]
    root: str


@operation(READ)
def check(memory: Memory, about: str) -> Checked:
    """Tell the signs of bias in a decision, and the question for each

    It looks at how the decision is built, at how the like of it ended, and at its words last. A sign is a fact
    with a question and no verdict. Here every sign is told; `decide` and `decision record` tell the most precise.

    Parameters
    about: at least 6 characters of a decision's id, or the words of one that is not recorded
    """
    named = about.strip().lower()
    with memory.reading() as reader:
        decision = of(reader, named) if _IS_ID.fullmatch(named) else drafted(memory, Said(about))
        found = signs_of(reader, decision)
        enough = scoring.enough(reader, [one.check for one in found])
        seen = scoring.scores(scoring.looked(reader)) if enough else {}
        quiet = [one.check for one in found if one.check in seen and seen[one.check].state == scoring.QUIET]
        if decision.id:
            memory.trace_detail = {"memory": short(decision.id)}
        return Checked(decision.id, decision.text, found, quiet, reader.root().root.hex())
