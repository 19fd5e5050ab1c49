"""What a project rejected is not told in it when it stands in the person's memory of all projects."""

from collections.abc import Callable

from tests.conftest import Project

CUE = "after a rebase"
TEXT = "Always force push to main after a rebase."


def told(project: Project) -> tuple[list[str], list[str]]:
    """What recall and the briefing say here."""
    items = [item.text for item in project.call("recall", cue=CUE).items]
    return items, project.call("brief").lines


def test_a_rejected_value_is_not_told_here_from_the_persons_own_memory(make_project: Callable[[str], Project]) -> None:
    here, elsewhere = make_project("here"), make_project("elsewhere")
    for project in (here, elsewhere):
        project.memory.trust = "user"
    name = here.call("remember", text=TEXT).memories[0].id
    here.call("reject", name=name, reason="it destroyed two days of work")
    elsewhere.call("remember", text="  ALWAYS force\u200b push to main after a rebase", scope="global")
    assert told(here) == ([], [])
    items, lines = told(elsewhere)
    assert items and "force" in lines[0], "the control: another project rejected nothing"
    here.call("restore", name=name)
    assert told(here)[0], "the control: the rejection was taken back"
