"""A host is killed, or our server under it: nothing of ours stays behind, and what was answered is kept."""

import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from oldhand.store.verify import verify
from tests.crash.killing import missing
from tests.hosts.agents import Host, Session
from tests.hosts.conftest import Place
from tests.hosts.processes import end_all, gone_within, need_proc, ours
from tests.hosts.script import Call, Step

SEED = 20_261_122
GONE_SECONDS = 5.0  # within so long after the death of a host nothing of ours runs
STEPS = 6  # things that a session does, if it is left to
STARTING_SECONDS = 1.5  # a host killed before it asked its model is killed within so long
BETWEEN_SECONDS = 0.3  # one killed later is killed within so long after a request
REQUEST_SECONDS = 60.0  # a host that asks nothing for so long hangs


def steps(host: Host, name: str) -> list[Step]:
    """What a session does: it remembers, and runs a command between."""
    return [
        host.running("true") if number % 3 == 2 else Call("mcp__oldhand__remember", {"text": fact(name, number)})
        for number in range(STEPS)
    ]


def fact(name: str, number: int) -> str:
    """What step `number` of a session remembers."""
    return f"Session {name} learned fact {number}"


def answered(host: Host, name: str) -> set[str]:
    """What the session remembered and was told so, as the model saw it."""
    said = [result for one in host.model.scripts.asked(name) for result in host.results(one.body)]
    return {fact(name, number) for number, text in said if "remembered" in text and number % 3 != 2}


def wait(session: Session, seconds: float) -> None:
    """Let the session live for so long, if it does not end before."""
    try:
        session.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def kill_host(place: Place, host: Host, name: str, chance: random.Random) -> None:
    """Begin a session and kill the host at some moment: while it starts, or while it works."""
    scripts = host.model.scripts
    prompt = scripts.play(name, *steps(host, name))
    with host.start(place.project, prompt) as session:
        after = chance.randrange(STEPS + 1)
        if after:
            scripts.wait_for(name, after, REQUEST_SECONDS)
        wait(session, chance.uniform(0, BETWEEN_SECONDS if after else STARTING_SECONDS))
        session.kill(chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)))
        left = gone_within(place.person.home, GONE_SECONDS)
        end_all(place.person.home)
    assert not left, f"{host.name} was killed after {after} requests; still there: {left}"


def kill_server(place: Place, host: Host, name: str, chance: random.Random) -> None:
    """Begin a session and kill our server under it: the host goes on to its end, and is not hurt."""
    scripts = host.model.scripts
    prompt = scripts.play(name, *steps(host, name))
    during = chance.randrange(STEPS)
    scripts.hold(name, during)
    with host.start(place.project, prompt) as session:
        assert scripts.wait_for(name, during + 1, REQUEST_SECONDS)
        servers = [process for process in ours(place.person.home) if process.command.endswith(" mcp")]
        for process in servers:
            os.kill(process.number, signal.SIGKILL)
        scripts.release(name)
        said = session.end()
        left = gone_within(place.person.home, GONE_SECONDS)
        end_all(place.person.home)
    assert servers, f"no server ran under {host.name} at step {during}: {said}"
    assert said.code == 0, said
    assert not left


def kill_many(place: Place, kills: int, seed: int) -> None:
    """Kill hosts and servers, so many together, and look what is left."""
    need_proc()
    chance = random.Random(seed)
    place.oldhand("init", "--empty")
    told: set[str] = set()
    for host in (place.claude, place.codex):
        place.connect(host)
    for number in range(kills):
        host = place.claude if number % 2 else place.codex
        name = f"life-{number}"
        kill = kill_server if number % 4 >= 2 else kill_host
        kill(place, host, name, chance)
        told |= answered(host, name)
    folder = place.project / ".oldhand"
    assert told, "some sessions lived long enough to remember something"
    assert not missing(folder, told)
    assert not [finding for finding in verify(folder).findings if finding.damage]
    print(f"{kills} kills: {len(told)} memories had been answered, none is lost")


def test_nothing_of_ours_outlives_a_host_that_is_killed(own_place: Place) -> None:
    kill_many(own_place, 10, SEED)


def test_a_process_that_stays_is_seen(own_place: Place, tmp_path: Path) -> None:
    need_proc()
    environment = own_place.person.environment()
    with Session(["sh", "-c", ": oldhand; tail -f /dev/null; :"], tmp_path, environment):
        assert gone_within(own_place.person.home, 0.1)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_nothing_of_ours_outlives_two_hundred_kills(own_place: Place) -> None:
    kill_many(own_place, 200, SEED + 1)
