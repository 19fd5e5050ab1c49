"""What several see of one session: subagents of it, a second copy of our hooks, and the session after it."""

from pathlib import Path

from oldhand.memory import Memory
from oldhand.model.session import CALL
from tests.hosts.conftest import Place
from tests.hosts.script import Call, Say
from tests.hosts.test_sessions import FENCE
from tests.tidy.house import REPOSITORY

PLUGIN = REPOSITORY / "integrations" / "claude"
GOTCHA = "The payment gateway is not idempotent, so a retry charges twice"


def prepared(place: Place) -> Path:
    """A connected project with a gotcha about a file. Returns the file."""
    file = place.project / "pay.py"
    file.write_text("retries = 0\n", encoding="utf-8")
    place.oldhand("init", "--empty")
    place.oldhand("gotcha", GOTCHA, "--anchor", "pay.py")
    place.connect(place.claude)
    return file


def told_of_the_file(place: Place, name: str, number: int) -> int:
    """How often request `number` of a script holds the line about the file."""
    body = place.claude_model.scripts.asked(name)[number].body
    fences = [fence for text in place.claude.told(body) for fence in FENCE.findall(text)]
    return sum("about pay.py" in fence and GOTCHA in fence for fence in fences)


def test_a_subagent_is_told_by_itself_and_belongs_to_its_session(own_place: Place) -> None:
    place, file = own_place, prepared(own_place)
    scripts = place.claude_model.scripts
    scripts.play("inner", place.claude.reading(file), Say("Looked."))
    asked = {"description": "look", "prompt": "go through script:inner", "subagent_type": "Explore"}
    inner = Call("Agent", {**asked, "run_in_background": False})
    prompt = scripts.play("outer", place.claude.reading(file), inner, place.claude.reading(file))
    assert place.claude.run(place.project, prompt).code == 0
    assert [told_of_the_file(place, "outer", number) for number in range(4)] == [0, 1, 1, 1]
    assert [told_of_the_file(place, "inner", number) for number in range(2)] == [0, 1]
    place.oldhand("session", "drain")
    with Memory(place.project, place.person.memory_home) as memory:
        log = memory.session_log()
        (row,) = log.sessions()
        agents = {event.call: bool(event.agent) for event in log.events(row.session.id, (CALL,))}
    outer = {f"toolu_outer_{step}": False for step in range(3)}
    assert agents == {**outer, "toolu_inner_0": True}


def test_hooks_that_are_there_twice_speak_and_count_once(own_place: Place) -> None:
    place, file = own_place, prepared(own_place)
    prompt = place.claude_model.scripts.play("twice", place.claude.reading(file), place.claude.running("true"))
    assert place.claude.run(place.project, prompt, "--plugin-dir", str(PLUGIN)).code == 0
    body = place.claude_model.scripts.asked("twice")[0].body
    assert sum(len(FENCE.findall(text)) for text in place.claude.told(body)) == 1
    assert told_of_the_file(place, "twice", 1) == 1
    place.oldhand("session", "drain")
    with Memory(place.project, place.person.memory_home) as memory:
        log = memory.session_log()
        (row,) = log.sessions()
        injected = log.injections(row.session.id)
    assert (row.prompts, row.calls) == (1, 2)
    assert len(injected) == 2
