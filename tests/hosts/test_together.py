"""Two hosts, four sessions, one repository, all at once: nothing lost, nothing doubled."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from oldhand.memory import Memory
from oldhand.model.session import CALL, RESULT, Event
from oldhand.store.shelf import Shelf
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.hosts.agents import Host
from tests.hosts.conftest import Place
from tests.hosts.processes import gone_within, need_proc
from tests.hosts.script import Call, Step

SESSIONS = 4
GONE_SECONDS = 5.0
MOST_SESSIONS = 1_000  # more than a campaign has


def fact(name: str, number: int) -> str:
    """What step `number` of a session remembers."""
    return f"The {name} session found out fact {number}"


def steps(host: Host, name: str, file: Path, facts: int) -> list[Step]:
    """What a session does: it remembers facts, and between them edits a file of its own."""
    found: list[Step] = []
    for number in range(facts):
        found.append(Call("mcp__oldhand__remember", {"text": fact(name, number)}))
        if number:
            found.append(host.editing(file, str(number - 1), str(number)))
        else:
            found.append(host.adding(file, str(number)))
    return found


def remembered(folder: Path) -> Counter[str]:
    """Every statement of the store, and how often it stands there."""
    with Store.open(folder) as store, store.read() as reader:
        return Counter(held.text for held in reader.memories(Shelf()))


def sessions_told(place: Place) -> set[tuple[str, ...]]:
    """The calls of each session in the local log, in order; a call whose result is missing or doubled is marked."""
    with Memory(place.project, place.person.memory_home) as memory:
        log = memory.session_log()
        rows = log.sessions(limit=MOST_SESSIONS)
        told = {row.session.id: list(log.events(row.session.id, (CALL, RESULT))) for row in rows}
    assert len(told) == len(rows)
    return {calls_told(events) for events in told.values()}


def calls_told(events: list[Event]) -> tuple[str, ...]:
    """The calls among these events, in order; one that has not exactly one result is marked."""
    results = Counter(event.call for event in events if event.kind == RESULT)
    calls = [event.call for event in events if event.kind == CALL]
    return tuple(
        call.removeprefix("toolu_").removeprefix("call_") if results[call] == 1 else f"{call}: {results[call]} results"
        for call in calls
    )


def test_a_result_that_is_lost_or_doubled_is_seen() -> None:
    call, result = (
        Event(kind=CALL, at=1, key="toolu_a_0", call="toolu_a_0"),
        Event(kind=RESULT, at=2, key="toolu_a_0", call="toolu_a_0"),
    )
    assert calls_told([call, result]) == ("a_0",)
    assert calls_told([call]) != ("a_0",)
    assert calls_told([call, result, result]) != ("a_0",)


def work_together(place: Place, rounds: int, facts: int) -> None:
    """So many times, four sessions of two hosts work at once in one repository."""
    need_proc()
    place.oldhand("init", "--empty")
    hosts = (place.claude, place.codex)
    for host in hosts:
        place.connect(host)
    wanted: Counter[str] = Counter()
    called: set[tuple[str, ...]] = set()
    for turn in range(rounds):
        with ExitStack() as running:
            sessions = []
            for number in range(SESSIONS):
                host = hosts[number % len(hosts)]
                name = f"{host.name}-{turn}-{number}"
                wanted.update(fact(name, one) for one in range(facts))
                work = steps(host, name, place.project / f"{name}.txt", facts)
                called.add(tuple(f"{name}_{step}" for step in range(len(work))))
                prompt = host.model.scripts.play(name, *work)
                sessions.append(running.enter_context(host.start(place.project, prompt)))
            for session in sessions:
                said = session.end()
                assert said.code == 0, said
    assert not gone_within(place.person.home, GONE_SECONDS)
    folder = place.project / ".oldhand"
    found = remembered(folder)
    assert {text: found[text] for text in wanted} == wanted
    place.oldhand("session", "drain")
    assert sessions_told(place) == called
    assert not [finding for finding in verify(folder).findings if finding.damage]


def test_four_sessions_of_two_hosts_lose_and_double_nothing(own_place: Place) -> None:
    work_together(own_place, rounds=1, facts=4)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_many_sessions_of_two_hosts_lose_and_double_nothing(own_place: Place) -> None:
    work_together(own_place, rounds=20, facts=12)
