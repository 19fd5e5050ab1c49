"""Listing decisions: which fit what is asked, and how they ended."""

from collections import Counter
from typing import NamedTuple

from oldhand.reasoning.decision_telling import DecisionLine, line_of
from oldhand.reasoning.decisions import CURRENT, EVER, KIND, Decision, every, several
from oldhand.reasoning.outcomes import Ended, all_ended
from oldhand.reasoning.weighing_outcomes import OPEN, STATES
from oldhand.store.by_moment import moments
from oldhand.store.reader import Reader


class Wanted(NamedTuple):
    """Which decisions are listed: as `decision list` takes it, empty for any."""

    state: str = ""
    module: str = ""
    agent: str = ""
    every: bool = False


def listed(reader: Reader, wanted: Wanted, most: int) -> tuple[list[DecisionLine], dict[str, int]]:
    """The latest decisions that fit, at most so many, and how many of all that fit ended how."""
    ends = all_ended(reader)
    standings = EVER if wanted.every else CURRENT
    if wanted.module.strip() or wanted.agent.strip():
        known = {one.id: one for one in every(reader, standings) if fits(one, wanted)}
        made = [(one.at, one.id) for one in known.values()]
    else:  # their words are not asked for: of 10,000 decisions those of a page are read
        known, made = {}, moments(reader, KIND, standings)
    found = [pair for pair in made if wanted.state in ("", _state(ends, pair[1]))]
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    counts = Counter(_state(ends, name) for _, name in found)
    states = {state: counts[state] for state in STATES if counts[state]}
    page = [name for _, name in found[:most]]
    shown = [known[name] for name in page] if known else several(reader, page, standings)
    return [line_of(one, ends.get(one.id)) for one in shown], states


def _state(ends: dict[str, Ended], name: str) -> str:
    return ends[name].state if name in ends else OPEN


def fits(one: Decision, wanted: Wanted) -> bool:
    """Whether a decision is of the module and of the agent that are asked for."""
    return in_module(one, wanted.module) and of_agent(one, wanted.agent)


def in_module(one: Decision, module: str) -> bool:
    """Whether a decision is of a part of the project: by its own module, or by a place that it is tied to."""
    wanted = module.strip().removeprefix("./").rstrip("/").casefold()
    if not wanted:
        return True
    places = (one.module.casefold(), *(anchor.partition(":")[0].casefold() for anchor in one.anchors))
    return any(place == wanted or place.startswith(wanted + "/") for place in places)


def of_agent(one: Decision, agent: str) -> bool:
    """Whether a decision is an agent's, a model's or a person's of this name, or of one that has the name in it."""
    wanted = agent.strip().casefold()
    if not wanted:
        return True
    if wanted == "person":
        return one.stated_by == "person" or (not one.stated_by and one.trust == "user")
    named = (one.agent, one.model, one.said_by)
    return any(wanted in name.casefold() for name in named if name)
