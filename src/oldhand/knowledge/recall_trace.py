"""The trace of a recall: what fixes an answer, so that the same question can be answered again.

It holds the question, what was given and in force with it, which stores were asked at which roots,
and which memories answered: ids and numbers. It holds no text of any memory. Its name is the address
of all that but the moment, so the same question with the same answer from the same memory has the
same name: a reply stays the same byte for byte while nothing has changed.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand import __version__
from oldhand.errors import NotReplayable, OldhandError
from oldhand.knowledge.recalling import Answered, Asked, InForce, RecalledItem, Visited
from oldhand.knowledge.sensing import WEAK
from oldhand.model.canonical import address, encoded
from oldhand.model.identity import SHOWN_DIGITS, short

if TYPE_CHECKING:
    from oldhand.memory import Memory

NAME_DIGITS = SHOWN_DIGITS  # of a trace's name: two of 10 million traces share one with a chance of 1 in 6
MATCH_UNIT = 10_000  # matches are kept as whole ten-thousandths, as they are told
ANCHORS_KEPT = 2  # of one memory: so many stand in an agent's line, which decides what fits the budget
ITEMS_KEPT = 100  # whose anchors are kept: an answer shows 5, and a trace must stay small
DEGRADED_CHARACTERS = 400  # of what was broken: a sentence or two
FOR_REPLAY = frozenset({"asked", "settings", "means", "matches", "now", "stores", "version", "survey"})
"""What a trace holds for `replay` alone, which tells it in full."""


class Means(NamedTuple):
    """What an answer was made with.

    The systems that spoke, the name of the encoder, empty without one, and how many vectors it had.
    """

    systems: tuple[str, ...] = ("1",)
    encoder: str = ""
    vectors: int = 0


class Kept(NamedTuple):
    """A recall as its trace tells it.

    moment: when it was asked, in milliseconds; shown: (memory as 12 digits, match) of what was
    shown, best first; seen: for each store, what its anchors were like; version: of this program;
    survey: by memory, what answers to the survey made of it.
    """

    name: str
    asked: Asked
    settings: InForce
    moment: int
    visited: tuple[Visited, ...]
    seen: tuple[Mapping[str, list[tuple[str, ...]]], ...]
    verdict: str
    shown: tuple[tuple[str, float], ...]
    degraded: str
    means: Means
    version: str
    survey: Mapping[str, int] = {}


def means_of(answered: Answered) -> Means:
    """What an answer was made with."""
    encoders = dict.fromkeys(said.encoder for said in answered.answers if said.encoder)
    return Means(
        ("1", "2") if answered.reply.system > 1 else ("1",),
        ", ".join(encoders),
        sum(said.vectors for said in answered.answers),
    )


def trace_of(asked: Asked, settings: InForce, now_ms: int, answered: Answered) -> dict[str, Any]:
    """What the local log keeps of a recall; `trace` in it is its name."""
    # Only where answers to the survey had a part in it: else its name is what it is without any.
    survey = {"survey": dict(sorted(answered.survey.items()))} if answered.survey else {}
    reply, means = answered.reply, means_of(answered)
    fixed = {
        "asked": {name: value for name, value in asked._asdict().items() if value != Asked._field_defaults.get(name)},
        "settings": settings._asdict(),
        "means": means._asdict(),
        "roots": [[one.scope, one.project, one.root] for one in answered.visited],
        "verdict": reply.verdict,
        "shown": [short(item.id) for item in reply.items],
        "matches": [round(item.match * MATCH_UNIT) for item in reply.items],
        **survey,
    }
    name = address(encoded(fixed)).hex()[:NAME_DIGITS]
    stores = [
        {
            "scope": one.scope, "project": one.project, "root": one.root, "position": one.position,
            "moment": one.moment, "seen": _seen(answered.whole, one),
        }
        for one in answered.visited
    ]  # fmt: skip
    del fixed["roots"]
    kept = {"trace": name, "root": reply.root, "now": now_ms, "stores": stores, "version": __version__}
    return fixed | kept | ({"degraded": reply.degraded[:DEGRADED_CHARACTERS]} if reply.degraded else {})


def _seen(items: list[RecalledItem], store: Visited) -> dict[str, list[tuple[str, ...]]]:
    """What the first anchors of a store's items were like when they were checked."""
    return {
        short(item.id): [
            (anchor.state, anchor.now, anchor.detail) if anchor.detail else (anchor.state, anchor.now)
            for anchor in item.anchors[:ANCHORS_KEPT]
        ]
        for item in items[:ITEMS_KEPT]
        if item.anchors and (item.scope, item.project) == (store.scope, store.project)
    }


def will_be_kept(memory: "Memory") -> bool:
    """Whether the local log will keep what is traced now: there is a store here that can be written, and a log."""
    try:
        return bool(memory.project.remembered and memory.setting("traces.keep") and memory.store().writable)
    except OldhandError:
        return False  # the answer comes from other stores; that this one cannot be opened is said by `doctor`


def kept(detail: Mapping[str, Any], called: str) -> Kept:
    """A recall from what the local log holds of it. called: how the person named it. Raises NotReplayable."""
    if "asked" not in detail:
        raise NotReplayable(called, "its log entry does not hold the question")
    try:
        stores = [dict(store) for store in detail["stores"]]
        seen = [
            {str(name): [_state(*state) for state in states] for name, states in store.pop("seen").items()}
            for store in stores
        ]
        means = Means(
            tuple(map(str, detail["means"]["systems"])),
            str(detail["means"]["encoder"]),
            int(detail["means"]["vectors"]),
        )
        matches = [number / MATCH_UNIT for number in detail["matches"]]
        return Kept(
            str(detail["trace"]), Asked(**detail["asked"]), _in_force(**detail["settings"]), int(detail["now"]),
            tuple(Visited(**store) for store in stores), tuple(seen), str(detail["verdict"]),
            tuple(zip(map(str, detail["shown"]), matches, strict=True)), str(detail.get("degraded", "")), means,
            str(detail["version"]), {str(name): int(value) for name, value in detail.get("survey", {}).items()},
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotReplayable(called, f"its log entry was written by another version or altered ({error})") from None


def _state(state: Any, now: Any, detail: Any = "") -> tuple[str, ...]:
    return str(state), str(now), str(detail)


def _in_force(*, floor: Any, limit: Any, budget_tokens: Any, with_global: Any, deep: Any = WEAK) -> InForce:
    return InForce(int(floor), int(limit), int(budget_tokens), str(with_global), str(deep))
