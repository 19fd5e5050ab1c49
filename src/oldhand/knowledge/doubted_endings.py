"""Decisions whose bad end only the tie of an agent, or of an import, shows: a person may say whether that is so.

What follows from such a tie is believed no more than who set it (decision 47), so it takes nothing out of answers. It
is put up in review, for else nobody would ever be asked.
"""

from typing import NamedTuple

from oldhand.knowledge.ended_badly import BADLY, EVIDENCE, WORD, believed, outcomes_of, state_of
from oldhand.knowledge.trusting import PERSON
from oldhand.model.trust import RANK
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.tag_setters import given

TIES = ("commit:", "pr:", "incident:")  # begin the tags that tie a decision to what came of it
# What tells that evidence rests on a tie that is believed less than the repository, by its trust: as evidence itself
# ends (reasoning.tied_by).
MARKS = {"web": "(tied by an import)"}
MARK = "(tied by an agent)"  # of any other


class Doubted(NamedTuple):
    """A bad end that only such a tie shows. text: the evidence, without mark; mark: who tied it; updated: since when
    that is known, ms."""

    state: str
    text: str
    mark: str
    updated: int


def doubted(reader: Reader, decision: Held) -> Doubted | None:
    """The bad end of a decision that rests on the tie of an agent or an import.

    None where it ended otherwise, or where what is believed more, or a person's word, tells how it ended.
    """
    said = outcomes_of(reader, decision)
    word, evidence = said.get(WORD + decision.id), said.get(EVIDENCE + decision.id)
    if evidence is None or (word is not None and any(one.trust == PERSON for one in word.wordings)):
        return None
    latest = evidence.wordings[-1]
    if any(map(believed, evidence.wordings)) or (state := state_of(latest)) not in BADLY:
        return None
    mark = MARKS.get(latest.trust, MARK)
    return Doubted(state, str(latest.content.get("text", "")).removesuffix(mark).rstrip(), mark, evidence.updated)


def doubted_ties(reader: Reader, decision: Held) -> list[str]:
    """The ties of a decision that are believed less than the repository, as tags, in their order."""
    values = registers(decision.record)
    return sorted(
        tag for tag, one in given(reader, [decision.id], TIES).get(decision.id, {}).items()
        if values.get(f"tag/{tag}") and RANK.get(one.trust, -1) < RANK["repo"]
    )  # fmt: skip
