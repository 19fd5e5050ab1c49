"""What answers silence: what hooks tell at actions, and what is said of that everywhere, by one rule."""

from typing import Any

from oldhand.store.survey_file import AGENT, PERSON
from oldhand.surfaces.line_texts import lines
from tests.conftest import Project
from tests.hooks.hosting import Host
from tests.survey.made import by_agent, by_person, changed, shown, told


def gotcha(project: Project, by: str, severity: str = "warning") -> str:
    """A gotcha about a file, said by a person or by an agent and vouched for by nobody else."""
    path = project.root / "src" / "pay.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text("def charge():\n    pass\n")
    given: dict[str, Any] = {
        "text": "The gateway drops what is retried.", "kind": "gotcha", "anchors": ["src/pay.py"],
        "fields": [f"severity={severity}"],
    }  # fmt: skip
    said = project.by_person("remember", **given) if by == PERSON else project.call("remember", **given)
    return str(said.memories[0].id)


def tells(project: Project, session: str) -> bool:
    """Whether hooks tell the gotcha before an edit in a new session."""
    said = Host(project.root, project.home, session=session).edits("src/pay.py")
    assert (said.code, said.errors) == (0, b"")
    return "gateway drops" in said.context


def noise(project: Project, memory: str, by: str, sessions: int) -> None:
    for number in range(sessions):
        told(project, f"{by}-{number}", memory)
        if by == PERSON:
            by_person(project, f"{by}-{number}", noise=[memory])
        else:
            by_agent(project, f"{by}-{number}", days=number, noise=[memory])


def said_to_be_silent(project: Project, memory: str) -> bool:
    """What `--results`, its JSON and `session injections` say of whether hooks keep a memory silent: all the same."""
    reply = project.call("session_survey", results=True)
    (one,) = [one for one in reply.memories if one.id == memory]
    said = " ".join(line.text for line in lines("session_survey", reply))
    count = project.call("session_injections").silenced
    assert (count, "not told unasked" in said) == (int(one.quiet), one.quiet)
    return bool(one.quiet)


def test_what_people_call_noise_is_not_told_unasked_any_more_and_recall_still_tells_it(project: Project) -> None:
    memory = gotcha(project, PERSON)
    noise(project, memory, PERSON, 1)
    assert tells(project, "s-1")
    noise(project, memory, PERSON, 2)
    assert list(changed(project).quiet) == [memory]
    assert not tells(project, "s-2") and said_to_be_silent(project, memory)
    assert shown(project, "what does the gateway drop") == [memory]
    project.by_person("confirm", name=memory)
    assert tells(project, "s-3"), "a person who confirms it wants it told"
    assert not said_to_be_silent(project, memory)
    told(project, "again", memory)
    by_person(project, "again", noise=[memory])
    assert not tells(project, "s-4"), "until somebody calls it noise again"
    project.by_person("config_set", name="survey.tuning", value="no")
    assert tells(project, "s-5")
    project.reopened()
    assert not said_to_be_silent(project, memory)


def test_agents_silence_only_what_no_person_stands_for(project: Project) -> None:
    memory = gotcha(project, AGENT)
    noise(project, memory, AGENT, 4)
    assert not tells(project, "s-1") and said_to_be_silent(project, memory)
    project.by_person("confirm", name=memory)
    assert tells(project, "s-2") and not said_to_be_silent(project, memory)


def test_many_sessions_of_one_day_are_one_word_of_an_agent(project: Project) -> None:
    memory = gotcha(project, AGENT)
    for number in range(12):
        told(project, f"made-up-{number}", memory)
        by_agent(project, f"made-up-{number}", noise=[memory])
    assert tells(project, "s-1") and not said_to_be_silent(project, memory)
    assert project.by_person("review", cause="noise").items == []
    noise(project, memory, AGENT, 4)
    assert not tells(project, "s-2") and said_to_be_silent(project, memory)
    (waits,) = project.by_person("review", cause="noise").items
    assert waits.why[0].detail.startswith("agents alone called it noise in the survey, no person did")


def test_agents_never_silence_what_a_person_said(project: Project) -> None:
    memory = gotcha(project, PERSON)
    noise(project, memory, AGENT, 6)
    assert memory in changed(project).quiet
    assert tells(project, "s-1") and not said_to_be_silent(project, memory)
    assert project.by_person("review", cause="noise").items == [], "nor do they put it up to be retired"


def test_agents_never_silence_what_is_critical(project: Project) -> None:
    memory = gotcha(project, AGENT, "critical")
    project.call("confirm", name=memory)
    noise(project, memory, AGENT, 6)
    told_at_all = tells(project, "s-1") and not said_to_be_silent(project, memory)
    (project.folder / "spool" / "survey.json").unlink()
    assert told_at_all and tells(project, "s-2")


def test_reminders_are_always_told(project: Project) -> None:
    (project.root / "pay.py").write_text("x = 1\n")
    memory = str(
        project.by_person("remind", text="Tell Anna of the gateway drops.", when=["edit:pay.py"]).memories[0].id
    )
    noise(project, memory, PERSON, 3)
    assert not said_to_be_silent(project, memory)
    said = Host(project.root, project.home, session="s-1").edits("pay.py")
    assert "Tell Anna" in said.context
