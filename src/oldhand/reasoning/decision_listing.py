"""Listing decisions: which fit what is asked, and how they ended."""

from collections import Counter
from typing import NamedTuple

from oldhand.reasoning.decision_telling import DecisionLine, line_of
from oldhand.reasoning.decisions import CURRENT, EVER, Decision, every
from oldhand.reasoning.outcomes import Ended, all_ended
from oldhand.reasoning.weighing_outcomes import OPEN, STATES
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
    found = [one for one in every(reader, EVER if wanted.every else CURRENT) if fits(one, wanted)]
    if wanted.state:
        found = [one for one in found if _state(ends, one) == wanted.state]
    found.sort(key=lambda one: (-one.at, one.id))
    counts = Counter(_state(ends, one) for one in found)
    states = {state: counts[state] for state in STATES if counts[state]}
    return [line_of(one, ends.get(one.id)) for one in found[:most]], states


def _state(ends: dict[str, Ended], one: Decision) -> str:
    return ends[one.id].state if one.id in ends else OPEN


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
