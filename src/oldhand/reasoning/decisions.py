"""Decisions as other parts read them: one record, whoever made it and whichever way it came in.

Recorded on purpose, remembered, read from decision records, mined from history, confirmed out of a session: all are
memories of the kind `decision`. Fields that such a memory leaves out are empty here, and what cannot be read as its
field should be read counts as left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from oldhand.errors import AmbiguousId, DamagedObject, NotADecision, UnknownId
from oldhand.model.identity import MEMORY_DIGITS, short
from oldhand.model.session import HOSTS
from oldhand.reasoning.forecasts import WHOLE
from oldhand.store.by_kind import ALL, of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

KIND, DOMAIN = "decision", "decisions"
CURRENT = ("active", "contested")
EVER = (*CURRENT, "superseded", "retired")  # all that were made, without what was rejected or waits in review
COMMIT, PR, INCIDENT = "commit:", "pr:", "incident:"  # begin the tags that tie a decision to what came of it
COMMIT_DIGITS = 40  # digits of a commit in a tag: all of SHA-1, and git finds a SHA-256 commit by them
CHOSEN = 0  # the number of what was chosen among the options; alternatives follow from 1
RISKS = ("low", "medium", "high")
STATERS = ("person", "agent", "model")
LARGEST_ESTIMATE = 525_600  # minutes: a year of days and nights; what is larger is a slip of the keyboard
CLIENT_WORDS = frozenset({"code", "cli", "mcp", "client", "vscode", "agent"})  # behind a host in a client's own name
MOST_NAMED = 8  # decisions that are named when a name fits several
AT_ONCE = 400  # memories read together
_TICKET = re.compile(r"[a-z][a-z0-9]{0,15}-[0-9]{1,10}")  # how trackers number: letters, a dash, digits
_ARGUMENT = re.compile(r"([+-])([0-9]{1,3}) ")


class Argument(NamedTuple):
    """A reason for (`favours`) or against an option: 0 is what was chosen, 1 the first alternative."""

    option: int
    favours: bool
    text: str


class Decision(NamedTuple):
    """A decision as it stands now.

    revision: the address of the wording that leads; confidence: how sure whoever stated it was, in ten-thousandths,
    None where nobody said; stated_by: person, agent or model, empty when unknown; estimate: minutes, None where nobody
    said; read: `DIGEST PATH` of document versions read for it; commits: their ids, 40 digits, or the first 12 where it
    was mined from history; prs, incidents: as they were named; anchors: places of the code; at: when it was made,
    milliseconds since 1970; said_by: the actor of its wording. The other fields are as `model/kinds/decision.py` has
    them.
    """

    id: str
    revision: str
    text: str
    title: str
    reason: str
    alternatives: tuple[str, ...]
    arguments: tuple[Argument, ...]
    confidence: int | None
    stated_by: str
    agent: str
    model: str
    assumptions: tuple[str, ...]
    predicted: str
    criteria: tuple[str, ...]
    risk: str
    estimate: int | None
    module: str
    read: tuple[str, ...]
    domain: str
    tags: tuple[str, ...]
    commits: tuple[str, ...]
    prs: tuple[str, ...]
    incidents: tuple[str, ...]
    anchors: tuple[str, ...]
    standing: str
    trust: str
    at: int
    said_by: str
    overrides: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its title, or its first line."""
        return self.title or next(iter(self.text.strip().splitlines()), "")

    @property
    def options(self) -> tuple[str, ...]:
        """What was chosen, then the alternatives, as `Argument.option` counts them."""
        return (self.name, *self.alternatives)


class Stated(NamedTuple):
    """A confidence as one wording of a decision states it: when (ms), how sure (ten-thousandths), who."""

    at: int
    confidence: int
    stated_by: str
    agent: str
    model: str


def of(reader: Reader, name: str) -> Decision:
    """The decision with this id. Raises UnknownId, NotADecision, DamagedObject."""
    held = reader.get(name if len(name) == MEMORY_DIGITS else reader.resolve(name))
    if held.kind != KIND:
        raise NotADecision(short(held.id), held.kind or "none", _instead(held))
    if not held.wordings:
        raise NotADecision(short(held.id), held.kind, "Its words are erased.")
    return decision_of(held)


def _instead(held: Held) -> str:
    if held.kind == "outcome":
        return "It tells how a decision ended: `oldhand show` names which."
    return f"`oldhand show {short(held.id)}` shows it."


def named(reader: Reader, name: str) -> Decision:
    """The decision that a name means: digits of its id, its title or first line, or words that only its name has.

    Raises UnknownId, AmbiguousId, NotADecision and DamagedObject.
    """
    wanted = " ".join(name.casefold().split())
    try:
        return of(reader, name)
    except UnknownId:
        if not wanted or not any(character.isalpha() for character in wanted):
            raise
        known = [(one, " ".join(one.name.casefold().split())) for one in every(reader)]
        found = [one for one, said in known if said == wanted] or [one for one, said in known if wanted in said]
        if len(found) > 1 and (current := [one for one in found if one.standing in CURRENT]):
            found = current  # one that was replaced yields its name
        if not found:
            raise
        if len(found) > 1:
            raise AmbiguousId(name, ", ".join(short(one.id) for one in found[:MOST_NAMED])) from None
        return found[0]


def every(reader: Reader, standings: Sequence[str] = EVER, domain: str = "") -> Iterator[Decision]:
    """The decisions that stand so, those of one standing after the other, each the latest said first.

    Damaged ones are left out and named by `reader.degradation()`. 0.1 ms each; beside them other memories cost 1 ms
    for a thousand.
    """
    for one in standings:
        yield from several(reader, of_kind(reader, KIND, ALL, standings=(one,), domain=domain), (one,))


def several(reader: Reader, names: Sequence[str], standings: Sequence[str] = ()) -> Iterator[Decision]:
    """Those of some memories that are decisions, in their order; standings: only those that stand so."""
    shelf = Shelf(tuple(standings), kind=KIND)
    for start in range(0, len(names), AT_ONCE):
        for held in reader.several(names[start : start + AT_ONCE], shelf):
            if held.wordings:
                yield decision_of(held)


def find(reader: Reader, name: str) -> Decision | None:
    """The decision with this whole id; None when there is none, when it is erased or cannot be read."""
    try:
        return of(reader, name)
    except (UnknownId, NotADecision, DamagedObject):
        return None


def decision_of(held: Held) -> Decision:
    """A memory of the kind, which has a wording, as a decision."""
    wording = held.wordings[-1]
    said = wording.content

    def many(name: str) -> tuple[str, ...]:
        value = said.get(name, ())
        return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)

    def one(name: str) -> str:
        return str(said.get(name, ""))

    tagged = list(held.tags)
    mined = [wording.origin[len(COMMIT) :]] if wording.origin.startswith(COMMIT) else []
    commits = [*_behind(tagged, COMMIT), *mined]
    incidents = tuple(incident_name(kept) for kept in _behind(tagged, INCIDENT))
    return Decision(
        held.id, wording.revision, one("text"), one("title"), one("reason"), many("alternatives"),
        tuple(arguments_of(many("arguments"))), confidence_of(one("confidence")), _among(one("stated_by"), STATERS),
        agent_name(one("agent")), one("model"), many("assumptions"), one("predicted"), many("criteria"),
        _among(one("risk"), RISKS), _estimate(one("estimate")), one("module"), many("read"), held.domain, held.tags,
        tuple(dict.fromkeys(commits)), _behind(tagged, PR), incidents, held.anchors, held.standing, held.trust,
        held.created if held.valid_from is None else held.valid_from, wording.actor,
        many("overrides"), many("deciders"),
    )  # fmt: skip


def stated(reader: Reader, name: str) -> list[Stated]:
    """Every confidence that the wordings of a decision (its whole id) ever stated, the first first.

    Each change of the stated number is told once. Wordings whose bytes are erased or damaged are passed over.
    """
    import json

    found: list[Stated] = []
    for _, event in sorted(reader.history(name), key=lambda pair: pair[1].stamp):
        body = reader.intact(event.revision) if event.revision else None
        said: dict[str, Any] = json.loads(body)["content"] if body else {}
        sure = confidence_of(str(said.get("confidence", "")))
        if sure is None or (found and found[-1].confidence == sure):
            continue
        who = _among(str(said.get("stated_by", "")), STATERS)
        agent = agent_name(str(said.get("agent", "")))
        found.append(Stated(event.clock[0], sure, who, agent, str(said.get("model", ""))))
    return found


# -- the written forms of fields --------------------------------------------------------------------------


def arguments_of(said: Iterable[str]) -> Iterator[Argument]:
    """The reasons for and against options out of their written form; what has another form is no reason."""
    for text in said:
        found = _ARGUMENT.match(text)
        if found and text[found.end() :].strip():
            yield Argument(int(found[2]), found[1] == "+", text[found.end() :])


def written(one: Argument) -> str:
    """A reason in the form that a memory keeps: `+1 TEXT` for the first alternative."""
    return f"{'+' if one.favours else '-'}{one.option} {one.text}"


def confidence_of(said: str) -> int | None:
    """A kept confidence in ten-thousandths. Also one that somebody wrote as 0.8 or 80% into the field by hand."""
    if said.isascii() and said.isdecimal():
        return int(said) if len(said) <= 5 and int(said) <= WHOLE else None
    return share_of(said)


def share_of(said: str) -> int | None:
    """A share as people write it, 0.8 or 80%, in ten-thousandths; None for anything else."""
    text = said.strip().replace(",", ".")
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    if not re.fullmatch(r"[0-9]{0,3}\.?[0-9]{0,12}", text) or not text.strip("."):
        return None
    value = float(text) * (WHOLE / 100 if percent else WHOLE)
    return round(value) if value <= WHOLE else None


def _estimate(said: str) -> int | None:
    if said.isascii() and said.isdecimal() and len(said) <= 6 and int(said) <= LARGEST_ESTIMATE:
        return int(said)
    return None


def agent_name(said: str) -> str:
    """The one name of an agent, whichever way it comes in: its hooks call it `claude`, over MCP its client calls itself
    `agent:claude-code`."""
    bare = said.removeprefix("agent:")
    host, *rest = bare.casefold().replace("_", "-").split("-")
    return host if host in HOSTS and CLIENT_WORDS.issuperset(rest) else bare


def incident_name(kept: str) -> str:
    """An incident as people write it: tags are kept in lower case, numbers of trackers (INC-7) are written in upper."""
    return kept.upper() if _TICKET.fullmatch(kept) else kept


def _among(said: str, words: Sequence[str]) -> str:
    return said if said in words else ""


def _behind(tags: Iterable[str], prefix: str) -> tuple[str, ...]:
    return tuple(tag[len(prefix) :] for tag in tags if tag.startswith(prefix) and len(tag) > len(prefix))
