"""What a decision led to, in order of time: what was assumed and expected, what was done, what came of it.

Each step names what a person can open to check it: a commit (`git show`), a session (`oldhand session show`), or a
memory (`oldhand show`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.git import ask
from oldhand.errors import OldhandError
from oldhand.model.identity import SHOWN_DIGITS, short
from oldhand.model.moment import iso
from oldhand.model.session import CALL, COMMAND, EDIT, RESULT, WRITE
from oldhand.reasoning.causal_actions import looks
from oldhand.reasoning.causal_assumptions import Assumption, under
from oldhand.reasoning.decisions import CURRENT, EVER, Decision
from oldhand.reasoning.outcomes import Ended, ended
from oldhand.reasoning.weighing_outcomes import CARRIED
from oldhand.sessions.commands import runs
from oldhand.sessions.engram_keeping import fields_of, of_commit
from oldhand.sessions.engram_telling import number
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Held, Reader

MOST_COMMITS = 100  # of one decision that are told; what has more is a project
BEFORE = 30 * 86_400  # seconds; a decision may be dated some weeks later than it was first written down
MOST_ACTIONS = 50  # actions of one session that are told; `oldhand session show` has all
DAY, SECOND = 10, 19  # characters of a moment up to its day and its second
LONGEST_COMMAND = 200  # characters of a command
DECIDED, COMMIT, ENGRAM, ACTION, OUTCOME, WORD, ASSUMED, NEGATIVE, FOLLOWED = (
    "decided", "commit", "engram", "action", "outcome", "word", "assumption", "negative", "followed",
)  # fmt: skip
_HEX = frozenset("0123456789abcdef")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_ORDER = (DECIDED, ASSUMED, ACTION, COMMIT, ENGRAM, OUTCOME, WORD, NEGATIVE, FOLLOWED)


class Step(NamedTuple):
    """One thing that happened. at: when, empty where nobody knows; sort: decided, assumption (found to hold or not),
    action (in a session), commit, engram, outcome (a piece of evidence), word, negative (what was learned from it) or
    followed (a decision that replaced or refers to it); said: what it was; because: why it is counted as an effect of
    the decision; ref: what can be opened; open: the command that opens it."""

    at: str
    sort: str
    said: str
    because: str
    ref: str
    open: str


class Assumed(NamedTuple):
    """What was taken for granted. state: validated, falsified or empty; evidence: what was said to show it."""

    id: str
    text: str
    state: str
    evidence: list[str]


class Trail(NamedTuple):
    """A decision with what came of it. confidence: as it is stated now, ten-thousandths, -1 for none; value, weight: as
    outcomes have them; left_out: actions that are not told; behind: that outcomes are older than the history, in
    words, empty where they are not."""

    id: str
    title: str
    text: str
    decided: str
    predicted: str
    criteria: list[str]
    confidence: int
    risk: str
    assumed: list[Assumed]
    state: str
    value: int
    weight: int
    steps: list[Step]
    left_out: int
    behind: str = ""


class _Commit(NamedTuple):
    sha: str
    time: int
    subject: str
    because: str


def trail(memory: "Memory", reader: "Reader", decision: Decision) -> Trail:
    """The way from a decision to what came of it."""
    end = ended(reader, decision.id)
    grounds = under(reader, decision)
    commits = _commits(memory, decision, end)
    engrams = _engrams(reader, decision, commits)
    actions, left_out = _actions(memory, decision, engrams)
    steps = [
        Step(iso(decision.at), DECIDED, decision.name, f"said by {decision.said_by}", short(decision.id),
             f"oldhand decision show {short(decision.id)}"),
        *(_of_assumption(one, piece) for one in grounds for piece in one.evidence),
        *(Step(iso(one.time) if one.time else "", COMMIT, one.subject, one.because, one.sha,
               f"git show {one.sha[:12]}" if one.time else "") for one in commits),
        *(_of_engram(one) for one in engrams), *actions, *_of_outcome(end, _times(memory, end)),
        *_of_memories(reader, decision),
    ]  # fmt: skip
    assumed = [Assumed(one.id, one.text, one.state, list(one.evidence)) for one in grounds]
    confidence = -1 if decision.confidence is None else decision.confidence
    return Trail(
        decision.id, decision.name, decision.text, iso(decision.at), decision.predicted, list(decision.criteria),
        confidence, decision.risk, assumed, end.state, end.value, end.weight, sorted(steps, key=_when), left_out,
    )  # fmt: skip


def _when(step: Step) -> tuple[bool, str, int]:
    # Git knows seconds: within one the order is that of _ORDER. Of a day alone: after what has its time.
    at = step.at[:SECOND] if len(step.at) > DAY else f"{step.at}~"
    return not step.at, at, _ORDER.index(step.sort)


def _of_assumption(one: Assumption, piece: str) -> Step:
    """A piece of evidence, `DAY STATE ACTOR: TEXT`, as a step."""
    head, _, said = piece.partition(": ")
    when, _, who = head.partition(" ")
    return Step(when, ASSUMED, f'"{one.text}" {who}: {said}', "it rests on this", short(one.id),
                f"oldhand show {short(one.id)}")  # fmt: skip


# -- interventions ----------------------------------------------------------------------------------------


def _commits(memory: "Memory", decision: Decision, end: Ended) -> list[_Commit]:
    """The commits that carry a decision: naming it in their message, tied to it, or found to carry it when outcomes
    were derived, which is less sure. Those that git does not know here have no time."""
    tree, environment = memory.project.tree, memory.environment
    found: dict[str, _Commit] = {}
    tied = dict.fromkeys(filter(_names_commit, decision.commits), "tied to the decision")
    sure = {
        one.ref: f"it carries the decision, {one.value // 100} % sure"
        for one in end.evidence
        if one.source == CARRIED and _names_commit(one.ref)
    }
    carriers = list({**sure, **tied}.items())[:MOST_COMMITS]
    if memory.project.git is not None:
        words = ("log", "--all", "-z", "--format=%H%x01%ct%x01%s", "-n", str(MOST_COMMITS), "--fixed-strings")
        since = f"--since=@{max(decision.at // 1000 - BEFORE, 0)}"  # older commits cannot name it: so git stops there
        said = ask(tree, environment, *words, since, f"--grep=Oldhand-Decision: {short(decision.id)}")
        for one in _read(said):
            found[one.sha] = one._replace(because="its message names the decision")
        for sha, why in carriers:
            known = ask(tree, environment, "log", "-1", "-z", "--format=%H%x01%ct%x01%s", "--end-of-options", sha)
            for one in _read(known):
                if one.sha not in found or sha in tied:
                    found[one.sha] = one._replace(because=why)
    for sha, why in carriers:
        if not any(known.startswith(sha) for known in found):
            found[sha] = _Commit(sha, 0, "git does not know it here: rebased, or of another repository", why)
    return list(found.values())


def _names_commit(text: str) -> bool:
    return len(text) >= SHOWN_DIGITS and set(text) <= _HEX


def _read(output: bytes | None) -> Iterator[_Commit]:
    for record in (output or b"").decode("utf-8", "replace").split("\0"):
        sha, _, rest = record.strip("\n").partition("\x01")
        time, _, subject = rest.partition("\x01")
        if sha and time.isdecimal():
            yield _Commit(sha, min(int(time), 253_402_300_799) * 1000, subject, "")


def _engrams(reader: "Reader", decision: Decision, commits: Iterable[_Commit]) -> "list[Held]":
    """The engrams of those commits: which sessions made them."""
    found: dict[str, Held] = {}
    for commit in commits:
        for held in of_commit(reader, commit.sha):
            found.setdefault(held.id, held)
    return list(found.values())


def _of_engram(held: "Held") -> Step:
    fields = fields_of(held)
    at, name = number(fields["at"]), str(fields["name"])
    said = f"session {str(fields['session'])[:8]} ({fields['host']}): {held.title or held.text}"
    because = f"it made {str(fields['commit'])[:12]}"
    return Step(iso(at) if at else "", ENGRAM, said, because, name, _command("oldhand engram show", name))


def _actions(memory: "Memory", decision: Decision, engrams: "Sequence[Held]") -> tuple[list[Step], int]:
    """What was run and changed in the sessions that made the commits, from the decision to the last commit of each.

    A log that cannot be used has nothing to tell; `doctor` says what is wrong with it.
    """
    try:
        return _acted(memory, decision, engrams)
    except OldhandError:
        return [], 0


def _acted(memory: "Memory", decision: Decision, engrams: "Sequence[Held]") -> tuple[list[Step], int]:
    log = memory.session_log()
    until: dict[str, int] = {}
    for held in engrams:
        fields = fields_of(held)
        session = str(fields["session"])
        until[session] = max(until.get(session, 0), number(fields["at"]))
    steps: list[Step] = []
    left_out = 0
    for session, last in sorted(until.items()):
        events = [
            one for one in log.events(session, (CALL, RESULT), since=decision.at) if not last or one.at <= last
        ]  # fmt: skip
        told = [
            (one.at, f"{one.tool} {one.target}") for one in events
            if one.kind == CALL and one.tool in (EDIT, WRITE) and one.target
        ] + [
            (run.at, f"{COMMAND} {run.command[:LONGEST_COMMAND]} (exit {run.exit})") for run in runs(events)
            if not looks(run.command)
        ]  # fmt: skip
        told.sort()
        left_out += max(len(told) - MOST_ACTIONS, 0)
        steps += [
            Step(iso(at), ACTION, said, "in a session that made one of its commits", session,
                 _command("oldhand session show", session)) for at, said in told[-MOST_ACTIONS:]
        ]  # fmt: skip
    return steps, left_out


def _command(words: str, name: str) -> str:
    """A command that opens what is named so; none for a name that a shell could take for more than a name."""
    return f"{words} {name}" if name and set(name) <= _PLAIN and name[0] != "-" else ""


# -- outcomes ---------------------------------------------------------------------------------------------


def _times(memory: "Memory", end: Ended) -> dict[str, int]:
    """When the commits were made that are evidence, in milliseconds: what is kept of evidence is its day alone."""
    shas = list(dict.fromkeys(one.ref for one in end.evidence if _names_commit(one.ref)))[:MOST_COMMITS]
    if not shas or memory.project.git is None:
        return {}
    words = ("log", "--no-walk", "--ignore-missing", "-z", "--format=%H%x01%ct%x01%s", "--end-of-options")
    known = {one.sha: one.time for one in _read(ask(memory.project.tree, memory.environment, *words, *shas))}
    return {ref: time for ref in shas for sha, time in known.items() if sha.startswith(ref)}


def _of_outcome(end: Ended, times: Mapping[str, int]) -> Iterator[Step]:
    for one in end.evidence:
        if one.source == CARRIED:
            continue  # it tells of a commit, not of an end
        said = f"{one.source}: {one.said} (went {one.value // 100} %, counts {one.weight / 10_000:.2f})"
        commit = _names_commit(one.ref)
        at = iso(times[one.ref]) if one.ref in times else iso(one.at)[:DAY]
        yield Step(at, OUTCOME, said, "evidence of how it ended", one.ref,
                   f"git show {one.ref[:12]}" if commit else "")  # fmt: skip
    if end.word is not None:
        said = f"{end.word.state}: {end.word.reason}" if end.word.reason else end.word.state
        yield Step(iso(end.word.at), WORD, said, f"said by {end.word.by}", short(end.decision),
                   f"oldhand decision show {short(end.decision)}")  # fmt: skip


def _of_memories(reader: "Reader", decision: Decision) -> Iterator[Step]:
    """What was learned from it, and the decisions that came after it."""
    edges = [edge for edge in reader.edges(decision.id) if edge.target == decision.id]
    held = {one.id: one for one in reader.several([edge.source for edge in edges], Shelf(EVER))} if edges else {}
    for edge in edges:
        one = held.get(edge.source)
        if one is None or not one.wordings:
            continue
        name = short(one.id)
        if one.kind == "negative":
            why = f"{edge.rel.replace('_', ' ')} it"
            why = why if one.standing in CURRENT else f"{why}, but is {one.standing} now"
            yield Step(iso(one.created), NEGATIVE, one.text, why, name, f"oldhand negative show {name}")
        elif one.kind == "decision":
            why = f"it {edge.rel.replace('_', ' ')} this one"
            yield Step(
                iso(one.created), FOLLOWED, one.title or one.text, why, name, f"oldhand decision show {name}"
            )  # fmt: skip
