"""Decisions as replies tell them: in a listing, and whole."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.history import commits as commits_of
from oldhand.code.history import head
from oldhand.model.moment import day, iso
from oldhand.reasoning.causal_assumptions import under
from oldhand.reasoning.deciding import percent, trailer
from oldhand.reasoning.decisions import CHOSEN, Decision, find
from oldhand.reasoning.documents_read import DocumentRead, since
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_telling import OutcomeTold, told
from oldhand.reasoning.outcomes import Ended
from oldhand.reasoning.tied_by import SAID, tied_by
from oldhand.reasoning.weighing_outcomes import CARRIED, OPEN, Evidence
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory

SUPERSEDES = "supersedes"
QUIET_TAGS = ("safety:", "commit:", "pr:", "incident:")  # told elsewhere, or kept for the checks alone
MOST_NAMED = 2  # people who decided, in a listing
MOST_COMMITS = 10  # of one decision of which git is asked what they say: 5 ms each
AGAINST = WHOLE // 2  # value below which a piece of evidence speaks against a decision
PUT_AWAY = ("rejected", "deprecated")  # what records say that decide nothing any more
LONGEST_STATE = 120  # characters of a decision's name in a line of another


class DecisionLine(NamedTuple):
    """A decision in a listing.

    at: the day it was made; name: its title or first line; state: how it ended as far as is known (open, survived,
    confirmed, reworked, reverted, failed, abandoned); confidence: as it was stated, in ten-thousandths, -1 where nobody
    said; by: who stated it, or said it; standing: whether it is in force (active), contested, superseded or retired.
    """

    id: str
    at: str
    name: str
    state: str
    confidence: int
    by: str
    module: str
    alternatives: int
    standing: str
    trust: str


class OptionTold(NamedTuple):
    """An option with the reasons for and against it. chosen: whether it is what was decided."""

    name: str
    chosen: bool
    pros: list[str]
    cons: list[str]


class AssumptionTold(NamedTuple):
    """What a decision takes for granted. state: validated, falsified, or empty while nobody knows."""

    id: str
    text: str
    state: str


class CommitTold(NamedTuple):
    """A commit that a decision is tied to. subject, at: empty where git does not know it here."""

    commit: str
    subject: str
    at: str


class Neighbour(NamedTuple):
    """A decision that this one replaced or that replaced it, and why, as far as somebody said so."""

    id: str
    name: str
    at: str
    reason: str


class DecisionTold(NamedTuple):
    """A decision whole. Numbers in ten-thousandths, -1 where nobody said; estimate in minutes, -1 likewise.

    options: what was chosen first; read: the documents read for it and whether they changed since; outcome: how it
    ended, with the evidence; trailer: the line that ties a commit to it; the rest is as `decision record` takes it.
    """

    id: str
    revision: str
    at: str
    title: str
    text: str
    reason: str
    options: list[OptionTold]
    confidence: int
    stated_by: str
    agent: str
    model: str
    deciders: list[str]
    assumptions: list[AssumptionTold]
    predicted: str
    criteria: list[str]
    risk: str
    estimate: int
    module: str
    domain: str
    tags: list[str]
    anchors: list[str]
    read: list[DocumentRead]
    commits: list[CommitTold]
    prs: list[str]
    incidents: list[str]
    supersedes: list[Neighbour]
    superseded_by: list[Neighbour]
    overrides: list[str]
    standing: str
    trust: str
    said_by: str
    outcome: OutcomeTold
    trailer: str


def line_of(one: Decision, end: Ended | None) -> DecisionLine:
    """A decision as listings tell it. end: how it ended, None while nothing is known."""
    return DecisionLine(
        one.id, day(one.at), one.name, end.state if end else OPEN, -1 if one.confidence is None else one.confidence,
        who(one), one.module, len(one.alternatives), one.standing, one.trust,
    )  # fmt: skip


def who(one: Decision) -> str:
    """Who made a decision: the agent and its model, whom a record names, a person, an agent; empty where none is."""
    named = "/".join(filter(None, (one.agent, one.model))) or ", ".join(one.deciders[:MOST_NAMED])
    if named:
        return named
    return "person" if one.stated_by == "person" or one.trust == "user" else one.said_by if one.trust == "agent" else ""


def told_of(memory: "Memory", reader: Reader, one: Decision) -> DecisionTold:
    """A decision whole, with what its documents and commits are now."""
    before, after = succession(reader, one)
    return DecisionTold(
        one.id, one.revision, iso(one.at), one.title, one.text, one.reason, options_of(one),
        -1 if one.confidence is None else one.confidence, one.stated_by, one.agent, one.model, list(one.deciders),
        [AssumptionTold(each.id, each.text, each.state) for each in under(reader, one)],
        one.predicted, list(one.criteria), one.risk, -1 if one.estimate is None else one.estimate, one.module,
        one.domain, [tag for tag in one.tags if not tag.startswith(QUIET_TAGS)], list(one.anchors),
        since(memory, one.read), _commits(memory, one), list(one.prs), list(one.incidents), before, after,
        list(one.overrides), one.standing, one.trust, one.said_by, told(reader, one), trailer(one.id),
    )  # fmt: skip


def options_of(one: Decision) -> list[OptionTold]:
    """The options of a decision with their reasons; reasons about an option that is not named count as the chosen's."""
    found = [OptionTold(name, number == CHOSEN, [], []) for number, name in enumerate(one.options)]
    for each in one.arguments:
        option = found[each.option if each.option < len(found) else CHOSEN]
        (option.pros if each.favours else option.cons).append(each.text)
    return found


def _commits(memory: "Memory", one: Decision) -> list[CommitTold]:
    """The commits of a decision, and what git says of them here."""
    found = []
    for number, commit in enumerate(one.commits):
        known = None
        if memory.project.git is not None and number < MOST_COMMITS:
            whole = head(memory.project.tree, memory.environment, commit)
            read = commits_of(memory.project.tree, memory.environment, until=whole, limit=1, lines=False)
            known = next(iter(read), None) if whole else None
        found.append(CommitTold(commit, known.subject, day(known.time)) if known else CommitTold(commit, "", ""))
    return found


def succession(reader: Reader, one: Decision) -> tuple[list[Neighbour], list[Neighbour]]:
    """The decisions that one replaced, and those that replaced it."""
    before: list[Neighbour] = []
    after: list[Neighbour] = []
    for edge in reader.edges(one.id):
        if edge.rel != SUPERSEDES:
            continue
        other = find(reader, edge.target if edge.source == one.id else edge.source)
        if other is None:
            continue  # erased, or no decision
        said = Neighbour(other.id, other.name, day(other.at), _why(reader, edge.source, edge.target))
        (before if edge.source == one.id else after).append(said)
    return before, after


def _why(reader: Reader, newer: str, older: str) -> str:
    """Why one memory replaced another, as it was said when they were tied; empty when nothing was said."""
    said = [
        str(event.fields.get("reason", ""))
        for _, event in reader.history(newer)
        if event.op == "link" and event.fields.get("rel") == SUPERSEDES and event.fields.get("target") == older
    ]
    return said[-1] if said else ""


def ending(one: Decision, end: Ended) -> str:
    """How a decision ended in a few words: `reverted after 6 days (c0ffee1)`; `still open` when nothing is known, or
    what its record says of it where it was put away."""
    if end.state == OPEN:
        said = next((tag for tag in PUT_AWAY if tag in one.tags), "")
        return f"{said}, as its record says" if said and one.standing == "retired" else "still open"
    parts = [end.state]
    against = [piece for piece in end.evidence if piece.value < AGAINST] if end.word is None else []
    worst = max(against, key=lambda piece: ((WHOLE - piece.value) * piece.weight, -piece.at, piece.ref), default=None)
    at = worst.at if worst else end.at  # what says it most, not what came last
    if at and end.state in ("reverted", "reworked", "failed"):
        # From the commits that carry it on: records bear dates of long before, some those of the record they began as.
        begun = max((piece.at for piece in end.evidence if piece.source == CARRIED and piece.at <= at), default=0)
        days = max(at - max(one.at, begun), 0) // 86_400_000
        parts.append(f"after {days} day{'s' * (days != 1)}" if days else "within a day")
    if end.word is not None and end.word.reason:
        reason = " ".join(end.word.reason.split())
        parts.append(f"({reason if len(reason) <= LONGEST_STATE else reason[: LONGEST_STATE - 1] + '…'})")
    elif worst is not None and worst.ref and end.state not in ("confirmed", "survived"):
        parts.append(f"({worst.ref[:12]}{who_tied(worst)})")
    return " ".join(parts)


def who_tied(piece: Evidence) -> str:
    """That a piece of evidence rests on the tie of one who is believed less than git; empty where it does not."""
    return f", {SAID[tied][2:-1]}" if (tied := tied_by(piece)) in SAID else ""


def sure(one: Decision) -> str:
    """The stated confidence as people read it; empty where nobody stated one."""
    return "" if one.confidence is None else percent(one.confidence)
