"""What is loose, missing or crooked in the graph, each with the next step. Nothing here judges the texts."""

from typing import NamedTuple

from oldhand.graph.cycles import ORDERING, cycles_of
from oldhand.graph.measures import degrees_of
from oldhand.graph.whole import whole
from oldhand.store import graph_faults
from oldhand.store.by_kind import of_kind
from oldhand.store.graph_reading import ALL, Wanted, several
from oldhand.store.held import Edge
from oldhand.store.reader import Reader

REASONING = ("assumption", "negative", "outcome", "plan", "skill")  # kinds that say little when tied to nothing
MOST_NEGATIVES = 5_000  # negative memories whose evidence is looked at: half a second
HUB = 50  # links from which on a memory may be a hub: a person follows no more
TIMES_MEAN = 10  # and so many times the mean number: what a random graph never has
PROBLEM, NOTICE = "problem", "notice"


class Finding(NamedTuple):
    """Something found. what: its name; number: how many; weight: problem, or notice where it may well be meant;
    memories, edges: the first of them; said: what it means; next_step: what to do."""

    what: str
    number: int
    weight: str
    memories: list[str]
    edges: list[Edge]
    said: str
    next_step: str


class Health(NamedTuple):
    """How the graph is. findings: the problems first, each sort once, only those that were found."""

    nodes: int
    edges: int
    findings: list[Finding]


def health_of(reader: Reader, most: int) -> Health:
    """Look the whole graph through; of each finding at most `most` examples. Raises GraphTooLarge."""
    graph = whole(reader, ALL)
    found = [*_loose(reader, most), *_crooked(reader, most), *_missing(reader, most)]
    degrees = [incoming + outgoing for incoming, outgoing in degrees_of(graph)]
    bound = max(HUB, TIMES_MEAN * 2 * graph.edge_count / max(graph.size, 1))
    hubs = sorted((node for node, count in enumerate(degrees) if count >= bound), key=lambda n: (-degrees[n], n))
    found.append(
        Finding(
            "hubs",
            len(hubs),
            NOTICE,
            [graph.id(node) for node in hubs[:most]],
            [],
            f"tied to {HUB} memories or more, and ten times as many as is usual",
            "see whether one memory says several things: `oldhand show NAME`",
        )
    )
    kept = [one for one in found if one.number]
    return Health(graph.size, graph.edge_count, sorted(kept, key=lambda one: one.weight != PROBLEM))


def _loose(reader: Reader, most: int) -> list[Finding]:
    counts, edges = graph_faults.dangling(reader, most)
    awaited = graph_faults.awaited(reader, most)
    told = ", ".join(f"{count:,} {standing}" for standing, count in sorted(counts.items()))
    alone = graph_faults.without(reader, REASONING, most)
    return [
        Finding(
            "dangling", sum(counts.values()), NOTICE, [], edges, f"links to what is not in the graph ({told})",
            "`oldhand unlink SOURCE RELATION TARGET` where the end will not come back",
        ),
        Finding(
            "awaited", awaited.number, NOTICE, awaited.memories, [], "named by links and not here yet",
            "import the memory that they come from once more",
        ),
        Finding(
            "orphans", alone.number, NOTICE, alone.memories, [],
            "outcomes, assumptions, negative knowledge, plans or skills that are tied to nothing",
            "`oldhand link` ties them to what they are about",
        ),
    ]  # fmt: skip


def _crooked(reader: Reader, most: int) -> list[Finding]:
    circles = cycles_of(whole(reader, Wanted(relations=ORDERING)))
    needed, needing = graph_faults.needed_but_aside(reader, most)
    against, sides = graph_faults.contradictions(reader, most)
    return [
        Finding(
            "cycles", len(circles.groups), PROBLEM, [name for group in circles.groups[:most] for name in group[:1]],
            [edge for circle in circles.shortest[:most] for edge in circle][: most * 4],
            "memories that depend on, cause, replace or block one another in a circle",
            "`oldhand graph cycles` shows them; `oldhand unlink` opens one",
        ),
        Finding(
            "needed but aside", needed, PROBLEM, [], needing,
            "what was superseded or retired, and something that holds depends on it still",
            "revise what depends on it, or tie it to the successor",
        ),
        Finding(
            "contradictions", against, PROBLEM, [], sides, "both sides of a contradiction stand",
            "`oldhand review --cause contradiction` settles them",
        ),
    ]  # fmt: skip


def _missing(reader: Reader, most: int) -> list[Finding]:
    open_ = graph_faults.without(reader, ["decision"], most, relation="outcome_of")
    bare = _without_evidence(reader)
    return [
        Finding(
            "decisions without outcome", open_.number, NOTICE, open_.memories, [], "nobody knows yet how they ended",
            "`oldhand outcomes update` derives what evidence says; `oldhand decision resolve` says it",
        ),
        Finding(
            "negative without evidence", len(bare), NOTICE, bare[:most], [],
            "negative knowledge with no evidence and no decision it came of",
            "`oldhand link NAME derived_from DECISION`, or say what shows it",
        ),
    ]  # fmt: skip


def _without_evidence(reader: Reader) -> list[str]:
    """The negative memories that name no evidence and were derived from nothing, by id."""
    lone = set(
        graph_faults.without(reader, ["negative"], MOST_NEGATIVES, relation="derived_from", way="source").memories
    )
    named = several(reader, [name for name in of_kind(reader, "negative", MOST_NEGATIVES) if name in lone])
    return sorted(name for name, node in named.items() if not dict(node.fields).get("evidence"))
