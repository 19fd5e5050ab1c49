"""Many at once: no order of arrival and no number of processes changes what a chain, an arc or a checkpoint says."""

import random
import subprocess
import sys

from oldhand.knowledge.goals import PART_OF, tied_in_order
from oldhand.store.fold import fold
from tests.conftest import Project

WORKER = """
import sys
from pathlib import Path
from oldhand.memory import Memory
from oldhand.operation import call
root, home, number = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with Memory(root, home) as memory:
    for step in range(4):
        one = call(memory, "remember", {"text": f"Process {number} remembers thing {step}."}).memories[0].id
        call(memory, "chain_extend", {"name": "story", "names": [one]})
        done = {"name": "shared goal", "text": f"step {number} {step}", "session": f"session-{number}"}
        call(memory, "arc_step", done)
        call(memory, "session_checkpoint", {"text": f"process {number} step {step}", "session": "one-session"})
        call(memory, "session_resume", {"name": "one-session", "session": f"session-{number}"})
"""


def test_processes_at_once_lose_nothing(project: Project) -> None:
    project.call("chain_create", name="story")
    project.call("arc_start", text="a shared goal")
    project.call("session_checkpoint", text="begun", session="one-session")
    project.memory.close()
    command = [sys.executable, "-c", WORKER, str(project.root), str(project.home)]
    running = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, text=True) for n in range(4)]
    told = [one.communicate(timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0] * 4, told
    texts = [one.text for one in project.call("chain_show", name="story").items]
    assert len(texts) == len(set(texts)) == 16
    for number in range(4):  # what one process added stands in the order in which it did
        own = [text for text in texts if text.startswith(f"Process {number} ")]
        assert own == [f"Process {number} remembers thing {step}." for step in range(4)]
    assert project.call("arc_show", name="shared goal").arc.done == 16
    handed = project.call("session_resume", name="one-session", dry_run=True).handed
    assert {one.session for one in handed.taken} == {f"session-{n}" for n in range(4)}
    assert project.call("show", name=handed.id).memory.standing == "active"


def test_the_order_of_a_chain_does_not_depend_on_the_order_of_arrival(project: Project) -> None:
    ids = [project.call("remember", text=f"Fact number {n} holds.").memories[0].id for n in range(8)]
    chain = project.call("chain_create", name="story", names=ids[:5]).chain.id
    project.call("chain_extend", name="story", names=ids[5:], before=ids[2])
    project.call("chain_extend", name="story", names=[ids[0]], without=[ids[3]])
    with project.memory.reading() as reader:
        events = [event for _, event in reader.journal() if chain in (event.memory, event.fields.get("target"))]
    expected = [one.id for one in project.call("chain_show", name="story").items]
    assert expected == [ids[n] for n in (1, 5, 6, 7, 2, 4, 0)]
    shuffled = random.Random(7)
    for _ in range(50):
        shuffled.shuffle(events)
        assert tied_in_order(fold(chain, events), PART_OF) == expected
    assert tied_in_order(fold(chain, events[:3]), PART_OF) != expected  # a part of them says less
