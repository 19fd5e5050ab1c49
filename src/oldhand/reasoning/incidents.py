"""What somebody tied to a decision: incidents and gotchas that it caused, and decisions that took its place."""

from collections.abc import Mapping

from oldhand.knowledge.history_findings import span
from oldhand.model.identity import short
from oldhand.model.trust import RANK, least
from oldhand.reasoning.decisions import INCIDENT as TAG
from oldhand.reasoning.decisions import Decision, find
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.tied_by import marked
from oldhand.reasoning.weighing_outcomes import INCIDENT, REPLACED, Evidence
from oldhand.store.fold import standing
from oldhand.store.held import Edge
from oldhand.store.reader import Reader
from oldhand.store.tag_setters import UNSAID, Given

DAY_MS = 86_400_000
CAUSED = "caused_by"
NAMED_WEIGHT = 4_000  # of an incident that somebody tied to the decision: it may have had other causes too
CAUSED_WEIGHT = 3_000  # of a gotcha that is said to be caused by it: something bites, which need not be grave
CAUSED_VALUE = 1_000
SUPERSEDES = "supersedes"
SOON_VALUE = 4_000  # of a decision that is replaced at once: as of one that had to be reworked
HELD_HALF = 730  # days after which half of that is forgiven
REPLACED_WEIGHT = 2_000  # a fifth of a trial: why it was replaced is not known
MOST = 20  # incidents and gotchas of one decision that count
LONGEST_SAID = 120  # characters
COUNTED = ("active", "contested")
BITES = ("gotcha", "negative")  # kinds that tell of something that went wrong


def incidents(reader: Reader, one: Decision, ties: Mapping[str, Given]) -> list[Evidence]:
    """What went wrong because of a decision, each by the day on which that was said. ties: who set its tags."""
    found: list[Evidence] = []
    for name in one.incidents[:MOST]:
        trust, at = ties.get(f"{TAG}{name.casefold()}", Given(one.trust, one.at))
        piece = Evidence(_day(at), INCIDENT, 0, NAMED_WEIGHT, name.replace(" ", "_"), f"incident {name}")
        found.append(marked(piece, trust))
    for edge in reader.edges(one.id):
        if edge.rel != CAUSED or edge.target != one.id or len(found) >= MOST:
            continue
        held = reader.find(edge.source)
        if held is None or held.kind not in BITES or standing(held.record) not in COUNTED:
            continue
        text = " ".join(held.text.split())
        text = text if len(text) <= LONGEST_SAID else f"{text[: LONGEST_SAID - 1]}…"
        ref = f"memory:{short(held.id)}"
        piece = Evidence(_day(held.created), INCIDENT, CAUSED_VALUE, CAUSED_WEIGHT, ref, text)
        found.append(marked(piece, least(held.trust, _linked_by(reader, edge))))
    return found


def replacements(reader: Reader, one: Decision) -> list[Evidence]:
    """That another decision took its place, by the day on which that was made. The longer it had held, the less that
    speaks against it: what serves for years is replaced since the world changed."""
    found: list[Evidence] = []
    for edge in reader.edges(one.id):
        if edge.rel == SUPERSEDES and edge.target == one.id and (after := find(reader, edge.source)) is not None:
            held = max(after.at - one.at, 0)
            value = round(SOON_VALUE + (WHOLE - SOON_VALUE) * (1 - 0.5 ** (held / DAY_MS / HELD_HALF)))
            name = after.name if len(after.name) <= LONGEST_SAID else f"{after.name[: LONGEST_SAID - 1]}…"
            said = f"replaced after {span(held)} by: {' '.join(name.split())}"
            found.append(Evidence(_day(after.at), REPLACED, value, REPLACED_WEIGHT, f"memory:{short(after.id)}", said))
    return found[:MOST]


def _day(at: int) -> int:
    return at // DAY_MS * DAY_MS


def _linked_by(reader: Reader, edge: Edge) -> str:
    """The trust of whoever said that something was caused by a decision; where it was not said, an agent's."""
    said: list[str] = []
    for _, event in sorted(reader.history(edge.source), key=lambda pair: pair[1].stamp):
        if event.fields and (event.fields.get("rel"), event.fields.get("target")) == (edge.rel, edge.target):
            said = [*said, str(event.fields.get("trust", UNSAID))] if event.op == "link" else []
    return max(said, key=lambda trust: RANK.get(trust, -1), default=UNSAID)
