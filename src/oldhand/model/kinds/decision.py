"""The kind `decision`."""

from typing import NamedTuple


class Decision(NamedTuple):
    """A choice that was made: why (`reason`), and what else was considered (`alternatives`).

    `arguments` are `+N TEXT` for and `-N TEXT` against an option: 0 is what was chosen, 1 the first alternative.
    `confidence` is how sure whoever stated it was that it goes well, in ten-thousandths; `stated_by` says who that was:
    person, agent or model; `agent` and `model` name them. `assumptions` are what has to hold; `predicted` is what is
    expected of it, `criteria` how one will know, `risk` low, medium or high, `estimate` the expected effort in minutes.
    `module` is the part of the project it is of; `read` are `DIGEST PATH` of the document versions read for it.
    `deciders` are the people who made it, as a decision record names them.
    `overrides` are `CHECK REASON`: why a check of its safety that asked was passed by.
    """

    text: str
    title: str = ""
    reason: str = ""
    alternatives: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    confidence: str = ""
    stated_by: str = ""
    agent: str = ""
    model: str = ""
    assumptions: tuple[str, ...] = ()
    predicted: str = ""
    criteria: tuple[str, ...] = ()
    risk: str = ""
    estimate: str = ""
    module: str = ""
    read: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
