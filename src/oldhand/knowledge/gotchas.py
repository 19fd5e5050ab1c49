"""Gotchas: what bites, listed by how bad it is, and candidates found where a command failed and then passed.

A failing command that passes later was mended by what changed in between. What failed, what changed and what passed
are kept as evidence; nobody has said that the one mended the other, so what is found is believed no more than the
output of a tool.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadArgument, BadLine, OldhandError
from oldhand.knowledge.admission import turned_away
from oldhand.knowledge.assertion import assert_, confirm, identity, statement
from oldhand.knowledge.json_lines import looks_like_a_name, text_expected
from oldhand.knowledge.occasions import Trigger, in_words
from oldhand.knowledge.severity import SEVERITIES as SEVERITIES
from oldhand.knowledge.severity import UNSTATED as UNSTATED
from oldhand.knowledge.severity import severity_of as severity_of
from oldhand.knowledge.shell_words import programs
from oldhand.model.moment import iso
from oldhand.model.moment import parse as parse_moment
from oldhand.model.trust import Voice, least
from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

KIND = "gotcha"
DOMAIN = "issues"  # the room of what was found
FOUND_TRUST = "tool"  # of what was found: nobody said it, a program saw it
FOUND_ORIGIN = "tool:commands"
FOUND_CONFIDENCE = 0.5  # what changed in between may have mended it, or not
CURRENT = ("active", "contested")
MOST_LISTED = 1_000  # gotchas put in order at once
MOST_RUNS = 5_000  # runs read at once: a long session has some hundreds
LONGEST_LINE = 200_000  # characters of one line of runs: its output may be long
MEND_MS = 2 * 3600 * 1000  # a failure that passes later than this was mended by something that nobody saw
LONGEST_OUTPUT = 20_000  # characters of an output that are read for its error: the end, where errors stand
PYTEST_MARK = "E "  # what pytest puts before the lines of an error
READ_OF_LINE = 1_000  # characters of a line of output that are looked at
ENDS = (".", "!", "?", "…", ":")  # of an error that needs no full stop of ours behind it
LONGEST_ERROR = 160  # characters of an error told
LONGEST_COMMAND = 120  # characters of a command told
MOST_FILES = 8  # files named that changed in between
NOTHING = "nothing"  # what changed when nothing did: the same command failed and passed, so it is not steady
# Lines of an output that say what went wrong, in the words that programs use; the last such line is told. A line
# that names the error goes before one that only says that something failed.
_NAMED = re.compile(
    r"(?:Error|Exception|Warning)\b *[:(]|error\[|\berror:|ERR!|\bfatal\b|\bpanic|denied|not found|no such|cannot"
    r"|refused|undefined|unresolved|timed? ?out|не найден|отказано|ошибка:", re.IGNORECASE,
)  # fmt: skip
_FAILED = re.compile(r"error|exception|fail|ошибк|не удалось", re.IGNORECASE)
_CHANGING = re.compile(r"0x[0-9a-fA-F]{4,16}|[0-9]{1,20}")  # what differs from one run to the next


class Run(NamedTuple):
    """A command that was run. at: milliseconds; changed: files that changed since the run before it."""

    command: str
    exit: int
    output: str
    changed: tuple[str, ...]
    at: int


class Candidate(NamedTuple):
    """A gotcha that may be one: what failed, what it said, what changed, what passed.

    key: names the same failure of the same command whenever it comes; steady: False when nothing changed between
    failure and success; id, outcome: the memory that keeps it and what became of it (remembered, found again, known
    already, or why it was left out), empty before it is kept.
    """

    key: str
    text: str
    command: str
    error: str
    changed: list[str]
    passed: str
    failures: int
    evidence: list[str]
    steady: bool
    at: int
    id: str = ""
    outcome: str = ""


class Listed(NamedTuple):
    """A gotcha as listings tell it. seen: how often it was said, confirmed or found again."""

    id: str
    text: str
    severity: str
    trigger: str
    resolution: str
    seen: int
    trust: str
    standing: str
    anchors: list[str]
    since: str


def runs(text: str, now_ms: int) -> list[Run]:
    """The runs in lines of JSON: command, exit, and as far as known output, changed (paths) and at (a time).

    Raises BadLine with the number of the first line that cannot be used.
    """
    found: list[Run] = []
    for number, said in enumerate(text.split("\n"), 1):
        if not said.strip():
            continue
        if len(found) >= MOST_RUNS:
            raise BadLine(number, f"there are more than {MOST_RUNS:,} runs; give fewer at once")
        if len(said) > LONGEST_LINE:
            raise BadLine(number, f"it has more than {LONGEST_LINE:,} characters")
        if looks_like_a_name(text):
            raise BadLine(number, text_expected("gotcha --commands"))
        try:
            found.append(_run(json.loads(said), found[-1].at if found else 0, now_ms))
        except (ValueError, RecursionError, OldhandError) as error:
            raise BadLine(number, clipped(line(str(error)).rstrip("."), LONGEST_ERROR)) from None
    return found


def _run(said: Any, before: int, now_ms: int) -> Run:
    if not isinstance(said, dict) or not isinstance(said.get("command"), str) or not said["command"].strip():
        raise ValueError('it is no object with a "command"')
    code, output, changed, at = (said.get(name) for name in ("exit", "output", "changed", "at"))
    if isinstance(code, bool) or not isinstance(code, int):
        raise ValueError('"exit" is the whole number that the command ended with')
    if not isinstance(output, (str, type(None))) or not isinstance(changed, (list, type(None))):
        raise ValueError('"output" is a text and "changed" a list of paths')
    if not all(isinstance(path, str) for path in changed or ()):
        raise ValueError('"changed" is a list of paths')
    if isinstance(at, bool) or not isinstance(at, (int, str, type(None))):
        raise ValueError('"at" is a time, or milliseconds since 1970')
    moment = parse_moment(at, now_ms) if isinstance(at, str) else at if at is not None else before
    return Run(said["command"], code, (output or "")[-LONGEST_OUTPUT:], tuple(changed or ()), moment)


def found_in(sequence: Sequence[Run]) -> list[Candidate]:
    """The gotchas that a sequence of runs suggests, in the order in which they were mended.

    The same command failed with an error that it told and then passed within MEND_MS. The last failure before it
    passes tells what was wrong; all that changed since the first failure is what may have mended it. What failed
    without saying why, or was never seen to pass, suggests nothing.
    """
    failing: dict[str, list[tuple[int, Run, list[str]]]] = {}
    found: dict[str, Candidate] = {}
    for number, run in enumerate(sequence):
        words = _last_program(run.command)
        if not words:
            continue
        if run.exit:
            failing.setdefault(words[0], []).append((number, run, words))
            continue
        open_ = failing.get(words[0], [])
        waiting = [one for one in open_ if _same(one[2], words)]
        failing[words[0]] = [one for one in open_ if one not in waiting]
        waiting = [one for one in waiting if 0 <= run.at - one[1].at <= MEND_MS]
        if waiting and (error := error_of(waiting[-1][1].output)):
            between = sequence[waiting[0][0] + 1 : number + 1]
            changed = list(dict.fromkeys(path for one in between for path in one.changed if path.isprintable()))
            failed = waiting[-1][1]
            candidate = _candidate(named(failed.command), error, changed, failed, run, len(waiting))
            known = found.get(candidate.key)
            found[candidate.key] = candidate._replace(failures=candidate.failures + (known.failures if known else 0))
    return list(found.values())


def named(command: str) -> str:
    """What a command is called when its options are left aside: its program and the first word after it, if one.

    Of `cd x && make migrate` that is `make migrate`: the last command of a line decides how the line ends.
    """
    words = [word for word in _last_program(command) if not word.startswith("-")][:2]
    return " ".join(clipped(word, LONGEST_COMMAND) for word in words)


def _last_program(command: str) -> list[str]:
    """The words of the last program that a line runs; none where a name among them could not be shown."""
    words = (list(programs(command)) or [[]])[-1]
    return words if all(map(str.isprintable, words[:2])) else []


def _same(failed: Sequence[str], passed: Sequence[str]) -> bool:
    """Whether what passed is the command that failed: the same words, or the same with options added."""
    if [word for word in failed if word[:1] != "-"] == [word for word in passed if word[:1] != "-"]:
        return True
    wanted, added = list(failed), False
    for word in passed:
        if wanted and word == wanted[0]:
            wanted.pop(0)
            added = False
        elif word.startswith("-"):
            added = True
        elif added:
            added = False  # the value of the option before it
        else:
            return False
    return not wanted


def error_of(output: str) -> str:
    """The last line of an output that says what went wrong, in at most LONGEST_ERROR characters; empty for none."""
    named = failed = ""
    for text in output[-LONGEST_OUTPUT:].splitlines():
        if _NAMED.search(text[:READ_OF_LINE]):
            named = text
        elif _FAILED.search(text[:READ_OF_LINE]):
            failed = text
    said = " ".join(line(named or failed).split()).removeprefix(PYTEST_MARK)
    return clipped(said, LONGEST_ERROR)


def _candidate(name: str, error: str, changed: list[str], failed: Run, passed: Run, failures: int) -> Candidate:
    shown = ", ".join(changed[:MOST_FILES]) + (f" and {len(changed) - MOST_FILES} more" if changed[MOST_FILES:] else "")
    kind = " ".join(_CHANGING.sub("#", error).split()).casefold()
    steady = bool(changed) or passed.command != failed.command
    if changed:
        mended = f"It passed after a change of {shown}."
    elif steady:
        mended = f"It passed as `{clipped(line(passed.command), LONGEST_COMMAND)}`."
    else:
        mended = "It passed when it was run again: it is not steady."
    stop = "" if error.endswith(ENDS) else "."
    evidence = [
        f"failed: {clipped(line(failed.command), LONGEST_COMMAND)} (exit {failed.exit}{_on(failed.at)})",
        f"said: {error}", f"changed: {shown or NOTHING}",
        f"passed: {clipped(line(passed.command), LONGEST_COMMAND)} (exit 0{_on(passed.at)})",
    ]  # fmt: skip
    return Candidate(
        f"gotcha/{name}: {kind}"[:LONGEST_ERROR], f"`{name}` failed with: {error}{stop} {mended}", name, error,
        changed[:MOST_FILES], passed.command, failures, evidence, steady, passed.at,
    )  # fmt: skip


def _on(moment: int) -> str:
    """When something was, in words; nothing when that is not known."""
    return f", {iso(moment)}" if moment else ""


def keep(transaction: Transaction, tree: Path, candidate: Candidate, voice: Voice, screening: "Screening") -> Candidate:
    """Take in what was found, in the slot of its failure: finding it again counts it and adds nothing.

    The same runs read twice count once: a gotcha is counted again only for a success later than the last one.
    """
    said = statement(
        tree, KIND, {
            "text": candidate.text, "resolution": resolution_of(candidate), "severity": UNSTATED,
            "triggers": [str(Trigger("command", candidate.command))], "evidence": candidate.evidence,
        }, screening=screening, domain=DOMAIN, key=candidate.key, confidence=FOUND_CONFIDENCE,
        valid_from=candidate.at or None,
    )  # fmt: skip
    voice = voice._replace(trust=least(voice.trust, FOUND_TRUST), origin=FOUND_ORIGIN)
    memory = identity(said)
    if why := turned_away(transaction, said, memory):
        return candidate._replace(id=memory, outcome=f"left out: {why}")
    record = transaction.record(memory)
    if not record.get("heads"):
        return candidate._replace(id=assert_(transaction, said, voice).memory, outcome="remembered")
    if candidate.at <= registers(record).get("valid_from", 0):
        return candidate._replace(id=memory, outcome="known already")
    confirm(transaction, memory, voice)
    transaction.emit("set", memory, voice.actor, voice.origin, {"valid_from": candidate.at})
    return candidate._replace(id=memory, outcome="found again")


def resolution_of(candidate: Candidate) -> str:
    """What seems to have helped, said as a guess."""
    if candidate.changed:
        return f"seen to pass after a change of {', '.join(candidate.changed)}"
    if candidate.steady:
        return f"seen to pass as: {clipped(line(candidate.passed), LONGEST_COMMAND)}"
    return "run it again"


def sayings(triggers: Iterable[str]) -> tuple[list[str], str]:
    """Triggers as people give them: those that a program can tell (`command:git push`), and the rest as words."""
    from oldhand.knowledge.occasions import WAYS, read

    told, words = [], []
    for text in triggers:
        way = text.strip().removeprefix("on-").partition(":")[0].strip().casefold()
        if ":" in text and way in WAYS:
            try:
                told.append(str(read(text, 0)))
            except BadArgument as error:  # it names the argument of `remind`
                raise BadArgument("trigger", *error.args[1:]) from None
        elif text.strip():
            words.append(text.strip())
    return list(dict.fromkeys(told)), "; ".join(words)


def listed(reader: Reader, limit: int, severity: str = "") -> tuple[list[Listed], int]:
    """The gotchas, the gravest and then the most often seen first; and how many more there are."""
    names = of_kind(reader, KIND, MOST_LISTED, standings=CURRENT)
    held = reader.several(names, Shelf(CURRENT)) if names else []
    found = [one for one in map(_listed, held) if severity in ("", one.severity)]
    order = {one.id: at for at, one in enumerate(held)}
    found.sort(key=lambda one: (SEVERITIES.index(one.severity), -one.seen, order[one.id]))
    beyond = 0 if severity else max(how_many(reader, (KIND,), CURRENT) - len(held), 0)
    return found[:limit], max(len(found) - limit, 0) + beyond


def _listed(held: Held) -> Listed:
    content = held.wordings[-1].content if held.wordings else {}
    triggers = [str(content.get("trigger", "")), *(in_words(str(one)) for one in content.get("triggers", ()))]
    return Listed(
        held.id, held.text, severity_of(content), "; ".join(filter(None, triggers)), str(content.get("resolution", "")),
        held.confirmations, held.trust, held.standing, list(held.anchors), iso(held.updated),
    )  # fmt: skip
