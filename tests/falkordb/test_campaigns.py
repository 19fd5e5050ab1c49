"""Long runs, with -m campaign: a server that is killed a hundred times, and a hundred thousand nodes."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.graph_answers import CAUSES, CYCLES, HOPS, PATHS, Question, answers
from oldhand.errors import GraphUnusable
from oldhand.graph.falkordb import embedded
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.graph_reading import skeleton
from tests.conftest import Project
from tests.falkordb.graphs import grown, same
from tests.falkordb.questions import asked
from tests.falkordb.servers import Server, gone, living, needs_falkordb
from tests.falkordb.test_embedded import SYNCING

pytestmark = [needs_falkordb, pytest.mark.campaign, pytest.mark.timeout(3600)]

ROUNDS = 100
EMBEDDED_ROUNDS = 40
NODES = 100_000
LONGEST_LIFE = 1.2  # seconds until a kill: a filling of 1,500 nodes takes about as long


def changed(project: Project, ids: list[str], chance: random.Random) -> None:
    """Say, revise, tie and forget something, so that there is something to follow."""
    fresh = grown(project, chance.randrange(1, 120), seed=chance.randrange(1 << 30))
    project.by_person("retire", name=chance.choice(fresh), reason="old")
    ids += fresh
    project.by_person("revise", name=chance.choice(ids), text=f"Said anew {chance.random()}")
    one = ids.pop(chance.randrange(len(ids)))
    project.by_person("forget", names=[one], yes=True)


def test_a_server_killed_a_hundred_times_loses_nothing(
    make_project: Callable[[str], Project], own_server: Server
) -> None:
    project = make_project("project")
    target = f"{own_server.url}/shop"
    project.by_person("graph_attach", target=target)
    chance = random.Random(7)
    ids = grown(project, 1200, links=3)
    died = 0
    for number in range(ROUNDS):
        changed(project, ids, chance)
        rebuild = chance.random() < 0.5
        life = chance.uniform(0, LONGEST_LIFE if rebuild or not number else 0.3)
        killer = threading.Timer(life, own_server.kill)
        killer.start()
        with Memory(project.root, project.home) as memory:
            try:
                call(memory, "graph_sync", {"rebuild": rebuild})
            except GraphUnusable:
                died += 1
        killer.join()
        own_server.start()
        if chance.random() < 0.3:
            project.call("graph_detach")
            assert project.by_person("graph_attach", target=target).place
        assert project.call("graph_sync").complete and same(project, own_server), number
    print(f"{died} of {ROUNDS} kills met a sync that was under way")
    assert died > ROUNDS // 3


def test_an_embedded_server_or_its_client_killed_loses_nothing(make_project: Callable[[str], Project]) -> None:
    project = make_project("project")
    project.call("graph_attach", target="embedded")
    files = project.folder / embedded.FOLDER
    chance = random.Random(8)
    grown(project, 1200, links=3)
    died = 0
    for number in range(EMBEDDED_ROUNDS):
        grown(project, chance.randrange(1, 120), seed=chance.randrange(1 << 30))
        arguments = [sys.executable, "-c", SYNCING, str(project.root), str(project.home)]
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.3, 2.0))
        doomed = [process.pid] if chance.random() < 0.5 else living(files)
        for one in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        died += process.wait() != 0
        assert gone(files), number
        done = project.call("graph_sync", check=True)
        assert done.complete and not done.differences, (number, done.differing)
    print(f"{died} of {EMBEDDED_ROUNDS} kills met a sync that was under way")
    assert died > EMBEDDED_ROUNDS // 4


def test_a_hundred_thousand_nodes_give_the_same_answers(server: Server, tmp_path: Path) -> None:
    from benchmarks.graph import linked  # whose import nothing else here needs

    made = linked(NODES)
    shutil.copytree(made.root.parent, tmp_path / "copy")
    root, home = tmp_path / "copy" / made.root.name, tmp_path / "copy" / made.home.name
    with Memory(root, home, store=root / ".oldhand", actor="user", trust="user", origin="cli") as memory:
        _circles(memory, random.Random(10))
        call(memory, "graph_attach", {"target": f"{server.url}/large"})
        began = time.monotonic()
        done = call(memory, "graph_sync", {})
        print(f"filled with {done.nodes} nodes and {done.edges} edges in {time.monotonic() - began:.1f} s")
        checked = call(memory, "graph_sync", {"check": True})
        assert checked.checked and not checked.differences, checked.differing
        graph = server.connected().graph("large")
        chance = random.Random(9)
        with memory.reading() as reader:
            rows = graph.read("MATCH (n:Memory) RETURN n.id ORDER BY n.id LIMIT 20000").rows
            ids = [row[0] for row in rows]
            told: dict[str, int] = {}
            for one in _questions(ids, chance):
                ours = answers(reader, one)
                assert asked(graph, one) == ours, one
                told[one.about] = told.get(one.about, 0) + len(ours)
        print(f"answers that were the same: {told}")
        assert all(told[about] > 0 for about in (HOPS, PATHS, CAUSES, CYCLES))


def _circles(memory: Memory, chance: random.Random) -> None:
    """Tie some memories in circles of two to six: chance alone makes none in so large a graph."""
    with memory.reading() as reader:
        ids = [one for one, _ in zip(skeleton(reader), range(20_000), strict=False)]
    with memory.writing() as transaction:
        for length in (2, 3, 4, 5, 6) * 6:
            members = [one.hex() for one in chance.sample(ids, length)]
            for source, target in zip(members, [*members[1:], members[0]], strict=True):
                transaction.emit("link", source, "test", "test", {"rel": "blocks", "target": target})


def _questions(ids: list[str], chance: random.Random) -> list[Question]:
    found = []
    for _ in range(40):
        start, end = chance.sample(ids, 2)
        found += [
            Question(HOPS, start, depth=1), Question(HOPS, start), Question(CAUSES, start, depth=4),
            Question(PATHS, start, end, depth=8),
        ]  # fmt: skip
    return [*found, *(Question(CYCLES, relations=(one,)) for one in ("blocks", "enables", "caused_by", "part_of"))]
