"""How a checkpoint is told to an agent: as lines, within a budget of tokens, with whose words they are."""

from collections.abc import Sequence

from oldhand.knowledge.claims_of_agents import marked, unlabelled
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.model.tokens import estimate
from oldhand.model.visible import fenced
from oldhand.recall.render import clipped
from oldhand.sessions.handed import AGENT, HANDOFF, LOG, PERSON, Handed, taker

LONGEST_PART = 300  # characters of one item in a line for an agent
LONGEST_TEXT = 600  # characters of what a session is about there
SHOWN_COMMIT = 7
MOST_BESIDE = 3  # things that are next of what stands beside a person's words
_OURS = str.maketrans({"|": "/"})  # what parts items in a line
BESIDE = "BESIDE"  # begins the line of what is said beside a person's words
WHOSE = {PERSON: "a person's words", AGENT: "the agent's words", LOG: "from its log"}
SHOWN_SESSION = 8  # characters of a session's name


def sections_of(one: Handed, mine: str, branch: str, beside: Sequence[Handed] = ()) -> list[tuple[str, list[str]]]:
    """The sections of a checkpoint, the most needed first. beside: of the same session, where a person worded it."""
    own = bool(mine) and taker(one.session) == mine
    where = f" on {one.branch}" if one.branch and one.branch != branch else ""
    at = f" at {one.commit[:SHOWN_COMMIT]}" if one.commit else ""
    who = "this session" if own else f"session {one.session[:SHOWN_SESSION]}" if one.session else one.actor
    state = "stopped" if one.made == HANDOFF else "stood"
    facts = f"{who} {state}{where}{at}, {one.at[:10]}, {WHOSE.get(one.by, one.by)}"
    said = unlabelled if one.by == PERSON else _agents
    head = f"{one.id[:SHORTEST_PREFIX]} {facts}: {said(clipped(' '.join(one.text.split()), LONGEST_TEXT))}"
    others = [taken.session[:SHOWN_SESSION] for taken in one.taken if taken.session != mine]
    sections = [
        (HANDOFF.upper() if one.made == HANDOFF else "CHECKPOINT", [head]),
        ("TAKEN", [f"session {name} goes on with it already" for name in others]),
        ("NEXT", list(map(said, one.next))), ("OPEN", list(map(said, one.open))),
        *((BESIDE, _in_short(other)) for other in beside),
        ("FAILING", [_agents(line) for other in (one, *beside) for line in other.failing]),
        ("DONE", list(map(said, one.done))),
        ("FILES", list(dict.fromkeys(file.path for part in (one, *beside) for file in part.files))),
        ("COMMITS", [unlabelled(commit) for part in (one, *beside) for commit in part.commits]),
    ]  # fmt: skip
    return [(name, list(items)) for name, items in sections if items]


def _in_short(one: Handed) -> list[str]:
    """What an agent or the log says of a session, in the items of one section."""
    text = _agents(clipped(" ".join(one.text.split()), LONGEST_PART))
    items = [f"{one.id[:SHORTEST_PREFIX]} {one.at[:10]}, {WHOSE.get(one.by, one.by)}: {text}"]
    return [*items, *(f"next: {_agents(said)}" for said in one.next[:MOST_BESIDE])]


def _agents(text: str) -> str:
    """An agent's words as they are told to the next one: neither a person's leave nor a line of ours."""
    return marked(unlabelled(text))


def within(sections: Sequence[tuple[str, Sequence[str]]], budget_tokens: int) -> list[str]:
    """Sections as lines (`NAME:item|item`) that cost no more than a budget, the first ones whole if they fit.

    Each item is made safe: it cannot close the fence, and has no sign that parts items.
    """
    lines: list[str] = []
    left = budget_tokens
    for name, items in sections:
        line = ""
        for item in items:
            said = fenced(clipped(" ".join(item.split()), LONGEST_PART if line or lines else LONGEST_TEXT + 100))
            said = said.translate(_OURS)
            longer = f"{line}|{said}" if line else f"{name}:{said}"
            if estimate(longer + "\n") > left:
                longer = _shortened(line, name, said, left)
                line = longer or line
                break
            line = longer
        if line:
            lines.append(line)
            left -= estimate(line + "\n")
    return lines


def _shortened(line: str, name: str, said: str, left: int) -> str:
    """The first item of a section, cut until it fits; empty when not even its beginning does."""
    if line:
        return ""
    for most in (240, 160, 80, 40):
        cut = f"{name}:{clipped(said, most)}"
        if len(said) > most // 2 and estimate(cut + "\n") <= left:
            return cut
    return ""
