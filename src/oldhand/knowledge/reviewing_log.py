"""What the local logs put up for review: memories that are noise in answers or were called so, and those never shown.

Nothing is changed by it: an item says what was counted, and somebody decides. What is read of the logs is bounded. A
memory that somebody reworded or confirmed begins anew: what was counted before says nothing of it any more.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import OldhandError
from oldhand.knowledge.chance import FALSE_RATE, disuse, noise
from oldhand.knowledge.utility import DIRECT, SOON_MS, TOUCHED, tied_to_files, turned_to
from oldhand.model.identity import SHOWN_DIGITS, short
from oldhand.store import survey_file
from oldhand.store.waiting import Candidate, idle, named

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader
    from oldhand.store.traces import Trace

DAY_MS = 86_400_000
FEWEST_ANSWERS = 30  # of recall, before noise in them is looked for, as in `session infer`
LEAST_SHOWN = 5  # answers that showed a memory: of fewer nobody can tell
MOST_NOISE = 10  # memories that are put up for being noise: the clearest; `session infer` tells of all
MOST_FOLLOWED = 1_000  # entries of the log in which something was turned to; reading them takes some 4 ms
WITHIN = 5_000  # latest entries of the log among which these are looked for
MOST_FILES = 60  # files looked up whose memories were turned to
ENOUGH_RECALLS = 100  # in the log, before it says that something was never shown: as for the health of knowledge
ENOUGH_DAYS = 14  # that they span; or the log is full of them
SETTLED_DAYS = 30  # since somebody last said or confirmed it: what is new has not had its chance
MOST_IDLE = 300  # memories looked through for those never shown, the least important and oldest first
MOST_NEVER = 10  # of them that are put up: more is a matter for `prune`
MOST_TOLD = 500  # times that hooks told something, the latest, that are looked at
MOST_BRIEFINGS = 200  # the same of briefings
SPOKEN_OF = frozenset({"claim", "decision", "convention", "summary"})  # kinds that wait to be asked for
STANDING = ("active", "contested")  # what is told
WORDED = frozenset({"assert", "revise", "confirm", "restore"})  # what somebody says of a memory
CALLED_NOISE = {
    survey_file.PERSON: "people called it noise in the survey, and nobody useful",
    survey_file.AGENT: "agents alone called it noise in the survey, no person did; nobody called it useful",
}


class Logged(NamedTuple):
    """An answer of recall. shown: memories by 12 digits; used: those of them that somebody turned to."""

    at: int
    shown: tuple[str, ...]
    used: frozenset[str]


class Found(NamedTuple):
    """A memory to look at. since: when the latest of what speaks for it happened, ms: while that goes on, it waits;
    detail: what was counted, in words."""

    memory: Candidate
    since: int
    detail: str


Recalls = list[tuple[int, str, list[object]]]  # when, over which surface, what was shown


def noisy(memory: "Memory", reader: "Reader", recalls: Recalls) -> Iterator[Found]:
    """The memories that are noise: called so in the survey, or used less often than others when answers show them."""
    said = set()
    for one in _called_noise(memory, reader):
        said.add(one.memory.id)
        yield one
    if len(recalls) >= FEWEST_ANSWERS:
        yield from (one for one in _unused(memory, reader, recalls) if one.memory.id not in said)


def _called_noise(memory: "Memory", reader: "Reader") -> Iterator[Found]:
    """What the survey called noise and nobody confirmed since. Agents alone put up nothing that a person stands for."""
    from oldhand.store.fold import counted

    quiet = survey_file.read(memory.project.store).quiet
    if not quiet or memory.setting("survey.tuning") != "yes":
        return
    for one in named(reader, sorted(quiet)):
        by, confirmed, at = quiet[one.id]
        people = counted(one.record).get(survey_file.PERSON, 0)
        if one.standing in STANDING and people <= (confirmed if by == survey_file.PERSON else 0):
            yield Found(one, at, CALLED_NOISE[by])


def _unused(memory: "Memory", reader: "Reader", recalls: Recalls) -> Iterator[Found]:
    """What answers show and nobody turns to, by the exact test of `session infer --layer recall`."""
    logged = answers(memory, reader, recalls)
    shown, used = _counts(logged)
    often = {name: count for name, count in shown.items() if count >= LEAST_SHOWN}
    clear = noise(often, used)
    if not clear:
        return
    all_shown, all_used = sum(shown.values()), sum(used.values())
    limit = FALSE_RATE * len(clear) / len(often)  # below it a test is found, by Benjamini and Hochberg
    for one in clear[:MOST_NOISE]:
        for candidate in named(reader, [one.name]):
            last = last_said(reader, candidate.id)
            since = [answer for answer in logged if answer.at > last and one.name in answer.shown]
            times = sum(one.name in answer.used for answer in since)
            # What was counted before somebody last spoke of it does not count: the rest must be as clear by itself.
            if candidate.standing not in STANDING or len(since) < LEAST_SHOWN or candidate.kind == "reminder":
                continue
            if len(since) < one.shown and disuse(times, len(since), all_used, all_shown) > limit:
                continue
            others = round(100 * (all_used - one.used) / max(all_shown - one.shown, 1))
            detail = f"used after {times} of {len(since)} answers that showed it; others after {others} %"
            yield Found(candidate, since[-1].at, detail)


def answers(memory: "Memory", reader: "Reader", recalls: Recalls) -> list[Logged]:
    """The answers in the log with what was turned to soon after, over the same surface; oldest first."""
    from oldhand.store.trace_log import followed

    first = recalls[0][0] if recalls else 0
    try:
        after = followed(memory.traces(), sorted(DIRECT | TOUCHED), first, MOST_FOLLOWED, WITHIN)
    except OldhandError:
        return []  # `health` and `logs` tell of a damaged log
    return matched(recalls, after, tied_to_files(after, reader, MOST_FILES))


def matched(recalls: Recalls, after: "list[Trace]", tied: Mapping[str, frozenset[str]]) -> list[Logged]:
    """Answers with their uses: each use counts for the last answer over the same surface that showed the memory."""
    found = [(at, surface, tuple(dict.fromkeys(_names(shown)))) for at, surface, shown in recalls]
    used: list[set[str]] = [set() for _ in found]
    waiting: dict[tuple[str, str], int] = {}
    number = 0
    for trace in after:
        while number < len(found) and found[number][0] <= trace.at:
            waiting |= {(found[number][1], name): number for name in found[number][2]}
            number += 1
        for name in turned_to(trace, tied):
            place = waiting.get((trace.surface, name))
            if place is not None and trace.at - found[place][0] <= SOON_MS:
                used[place].add(name)
                del waiting[trace.surface, name]
    return [Logged(at, shown, frozenset(names)) for (at, _, shown), names in zip(found, used, strict=True)]


def _names(shown: list[object]) -> Iterator[str]:
    """The names in what another version may have written."""
    for name in shown:
        if isinstance(name, str) and len(name) == SHOWN_DIGITS and not name.strip("0123456789abcdef"):
            yield name


def _counts(logged: list[Logged]) -> tuple[dict[str, int], dict[str, int]]:
    shown: dict[str, int] = {}
    used: dict[str, int] = {}
    for one in logged:
        for name in one.shown:
            shown[name] = shown.get(name, 0) + 1
            used[name] = used.get(name, 0) + (name in one.used)
    return shown, used


def last_said(reader: "Reader", memory: str) -> int:
    """When somebody last said, reworded or confirmed a memory, ms; 0 when nobody is known to have."""
    return max((event.clock.wall for _, event in reader.history(memory) if event.op in WORDED), default=0)


def never_shown(memory: "Memory", reader: "Reader", recalls: Recalls, most: int, now: int) -> Iterator[Found]:
    """The memories that no answer, briefing or hook of the log showed, the least important and oldest first.

    recalls: the latest, at most `most`. Nothing while the log is short.
    """
    if len(recalls) < ENOUGH_RECALLS:
        return
    first = recalls[0][0]
    if len(recalls) < most and now - first < ENOUGH_DAYS * DAY_MS:
        return
    before = min(first, now - SETTLED_DAYS * DAY_MS)
    waiting = idle(reader, before, sorted(SPOKEN_OF), MOST_IDLE)
    if not waiting:
        return
    shown = {name for _, _, names in recalls for name in _names(names)}
    shown |= _told(memory, first)
    count = 0
    for one in waiting:
        if short(one.id) in shown or last_said(reader, one.id) >= before:
            continue
        yield Found(
            one, recalls[-1][0], f"none of the latest {len(recalls):,} answers showed it, no briefing and no hook"
        )
        count += 1
        if count >= MOST_NEVER:
            return


def _told(memory: "Memory", since: int) -> set[str]:
    """What briefings and hooks told since a time, by 12 digits."""
    from oldhand.store.trace_log import Wanted, entries

    found: set[str] = set()
    try:
        for _, trace in entries(memory.traces(), Wanted("brief", "ok", since=since), MOST_BRIEFINGS):
            shown = trace.detail.get("shown", [])
            found.update(_names(shown if isinstance(shown, list) else []))
        for one in memory.session_log().injections(since=since, limit=MOST_TOLD):
            found.update(name[:SHOWN_DIGITS] for name in one.memories)
    except OldhandError:
        return found  # `health` and `doctor` tell of damaged logs
    return found
