"""Assumptions: what decisions take for granted, whether it was found to hold, and what rests on it.

An assumption is a memory in a slot of its words, so that two decisions which take the same for granted rest on one
assumption. Decisions that only name theirs in their own fields (remembered or imported ones) rest on the same memory,
which comes to be when somebody says whether it holds.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from oldhand.errors import BadArgument, UnknownAssumption
from oldhand.knowledge.assertion import Asserted, assert_, identity, revise, statement
from oldhand.model.identity import SHORTEST_PREFIX, memory_of_slot, short
from oldhand.model.moment import day
from oldhand.model.trust import Voice
from oldhand.reasoning.decisions import CURRENT, DOMAIN, EVER, Decision, every, several
from oldhand.store.by_kind import of_kind
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening
    from oldhand.store.transaction import Transaction

KIND = "assumption"
DEPENDS = "depends_on"
VALIDATED: Final = "validated"
FALSIFIED: Final = "falsified"
Verdict = Literal["validated", "falsified"]
MOST = 100_000  # assumptions that are listed; a project has some hundreds
MOST_RESTING = 1_000  # decisions that are named as resting on one assumption, directly or through others
MOST_EVIDENCE = 100  # pieces kept in one wording: the older ones stand in its history
LONGEST_EVIDENCE = 1_000  # characters of one piece
DIGEST_DIGITS = 32  # of a slot's key: as many as a memory's id has


class Assumption(NamedTuple):
    """An assumption. kept: whether a memory keeps it already, or only decisions name it in their fields; state:
    validated, falsified or empty, as somebody said; evidence: `DAY STATE ACTOR: TEXT`, as it was said; decisions: ids
    of those that rest on it directly; updated: when its wording was said (ms), 0 for one that is not kept; states: what
    each wording says where it is contested."""

    id: str
    text: str
    kept: bool
    state: str
    evidence: tuple[str, ...]
    decisions: tuple[str, ...]
    standing: str
    trust: str
    anchors: tuple[str, ...]
    updated: int
    states: tuple[str, ...] = ()


def key_of(text: str) -> str:
    """The key of an assumption's slot: a digest of its words, spaces and case aside."""
    words = " ".join(text.casefold().split())
    return f"assumption/{sha256(words.encode('utf-8', 'replace')).hexdigest()[:DIGEST_DIGITS]}"


def id_of(text: str) -> str:
    """The id that an assumption with these words has or would have."""
    return memory_of_slot(DOMAIN, key_of(text))


def lay_down(
    transaction: "Transaction", tree: Path, decision: str, texts: Iterable[str], voice: Voice, screening: "Screening"
) -> list[str]:  # fmt: skip
    """Have a decision rest on assumptions, each kept as a memory; their ids. What is there already is not said again,
    and what was erased is not kept.

    Raises what asserting raises (RejectedValue and its kin).
    """
    laid = []
    for text in texts:
        said = statement(tree, KIND, {"text": text}, screening=screening, domain=DOMAIN, key=key_of(text))
        memory = identity(said)
        if transaction.record(memory).get("erased"):
            continue  # with a decision that was forgotten; the field of this one has it still
        if not transaction.record(memory).get("heads"):
            memory = assert_(transaction, said, voice).memory
        _tie(transaction, decision, memory, voice)
        laid.append(memory)
    return laid


def _tie(transaction: "Transaction", decision: str, memory: str, voice: Voice) -> None:
    if not registers(transaction.record(decision)).get(f"to/{DEPENDS}/{memory}"):
        transaction.emit("link", decision, voice.actor, voice.origin, {"rel": DEPENDS, "target": memory})


# -- reading ----------------------------------------------------------------------------------------------


def all_assumptions(reader: Reader) -> list[Assumption]:
    """Every assumption that is kept or that a decision names, the one with most decisions resting on it first."""
    found: dict[str, Assumption] = {}
    for held in reader.several(of_kind(reader, KIND, MOST, standings=EVER), Shelf(EVER, kind=KIND)):
        if held.wordings:
            found[held.id] = _kept(reader, held)
    by_words = {" ".join(one.text.casefold().split()): one.id for one in found.values()}
    for decision in every(reader):
        for text in decision.assumptions:
            name = by_words.setdefault(" ".join(text.casefold().split()), id_of(text))
            known = found.get(name) or Assumption(name, text, False, "", (), (), "", decision.trust, (), 0)
            if decision.id not in known.decisions:
                known = known._replace(decisions=(*known.decisions, decision.id))
            found[name] = known
    return sorted(found.values(), key=lambda one: (-len(one.decisions), one.id))


def assumption(reader: Reader, name: str) -> Assumption:
    """The assumption that a name means: some digits of its id, or its words. Raises UnknownAssumption."""
    wanted = " ".join(name.casefold().split())
    known = all_assumptions(reader)
    digits = len(wanted) >= SHORTEST_PREFIX and all(c in "0123456789abcdef" for c in wanted)
    found = [one for one in known if digits and one.id.startswith(wanted)]
    found = found or [one for one in known if " ".join(one.text.casefold().split()) == wanted]
    if len(found) != 1:
        some = ", ".join(short(one.id) for one in found[:8])
        raise UnknownAssumption(name, f"it fits several: {some}" if found else "nothing here is called so")
    return found[0]


def _kept(reader: Reader, held: Held) -> Assumption:
    content = held.wordings[-1].content
    resting = tuple(edge.source for edge in reader.edges(held.id) if edge.rel == DEPENDS and edge.target == held.id)
    states = tuple(dict.fromkeys(_state(one.content) for one in held.wordings))
    evidence = content.get("evidence", ())
    return Assumption(
        held.id, held.text, True, _state(content), tuple(str(one) for one in evidence), resting, held.standing,
        held.trust, held.anchors, held.wordings[-1].at, states,
    )  # fmt: skip


def _state(content: dict[str, Any]) -> str:
    said = str(content.get("state", ""))
    return said if said in (VALIDATED, FALSIFIED) else ""


def resting_on(reader: Reader, assumption_id: str) -> list[str]:
    """The decisions (ids) that rest on an assumption, directly or through decisions that depend on such, nearest first.

    By ties alone, MOST_RESTING at most; decisions that only name the assumption in their fields are in
    `Assumption.decisions`.
    """
    found: dict[str, None] = {}
    waiting = [assumption_id]
    while waiting and len(found) < MOST_RESTING:
        edges = [edge for name in waiting for edge in reader.edges(name) if edge.rel == DEPENDS and edge.target == name]
        fresh = dict.fromkeys(edge.source for edge in edges if edge.source not in found)
        found |= fresh
        waiting = list(fresh)
    kept = {one.id for one in several(reader, list(found), EVER)}
    return [name for name in found if name in kept]


def under(reader: Reader, decision: Decision) -> list[Assumption]:
    """The assumptions that a decision rests on: those it is tied to, then those it only names."""
    tied = [edge.target for edge in reader.edges(decision.id) if edge.rel == DEPENDS and edge.source == decision.id]
    held = reader.several(tied, Shelf(EVER, kind=KIND)) if tied else []
    found = {one.id: _kept(reader, one) for one in held if one.wordings}
    words = {" ".join(one.text.casefold().split()) for one in found.values()}
    for text in decision.assumptions:
        if " ".join(text.casefold().split()) in words:
            continue
        kept = reader.find(id_of(text))
        if kept is not None and kept.wordings and kept.standing in EVER:
            found[kept.id] = _kept(reader, kept)
        else:
            found[id_of(text)] = Assumption(id_of(text), text, False, "", (), (decision.id,), "", decision.trust, (), 0)
    return list(found.values())


# -- what somebody says of one ----------------------------------------------------------------------------


def settle(
    transaction: "Transaction", tree: Path, one: Assumption, verdict: Verdict, evidence: Sequence[str], voice: Voice,
    screening: "Screening", now_ms: int,
) -> tuple[str, Asserted | None]:  # fmt: skip
    """Say that an assumption was found to hold, or not to; its id, and what saying it did (None: said before).

    Every decision that names it is tied to it. The evidence that was there stays. One who is believed less than those
    who said otherwise overrules nothing: both stand, contested. Raises BadArgument without evidence.
    """
    pieces = [" ".join(piece.split()) for piece in evidence if piece.strip()]
    if not pieces or any(len(piece) > LONGEST_EVIDENCE for piece in pieces):
        why = f"a piece has at most {LONGEST_EVIDENCE:,} characters" if pieces else "say what showed it"
        raise BadArgument("evidence", (pieces or [""])[0][:40], why)
    memory = one.id
    if not one.kept:
        for decision in one.decisions:
            memory = lay_down(transaction, tree, decision, [one.text], voice, screening)[0]
    record = transaction.record(memory)
    content = _content(transaction, record)
    before = [str(piece) for piece in content.get("evidence", ())]
    known = {piece.partition(": ")[2] for piece in before}
    fresh = [piece for piece in pieces if piece not in known]
    if _state(content) == verdict and not fresh and standing(record) in CURRENT:
        return memory, None
    said = [f"{day(now_ms)} {verdict} {voice.actor}: {piece}" for piece in (fresh or pieces)]
    content |= {"state": verdict, "evidence": [*before, *said][-MOST_EVIDENCE:]}
    worded = statement(tree, KIND, content, screening=screening)
    return memory, revise(transaction, memory, worded, voice)


def _content(transaction: "Transaction", record: Any) -> dict[str, Any]:
    body = transaction.body(record["heads"][-1]["revision"]) or b"{}"
    return dict(json.loads(body)["content"])
