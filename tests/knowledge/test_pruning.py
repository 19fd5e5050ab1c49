"""prune, and everything together: what had its time is listed with its reason and put away, and comes back.

What people said is never listed and never displaced, whatever is captured, consolidated, compressed and pruned.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.errors import Refused
from oldhand.knowledge.pruning import apply, candidates
from tests.conftest import Project
from tests.knowledge.lifecycle import by_a_person, captured, events, found, later, root, standings
from tests.knowledge.test_lifecycle import CACHE


def reasons(project: Project, **arguments: object) -> dict[str, str]:
    """What prune lists: reasons by text."""
    return {one.text: one.reason for one in project.call("prune", **arguments).candidates}


def test_each_reason_and_that_people_are_never_listed(project: Project) -> None:
    (project.root / "old.py").write_text("x = 1\n", "utf-8")
    for sayer, mark in ((project.call, "agents"), (lambda *a, **k: by_a_person(project, *a, **k), "people")):
        sayer("remember", text=f"Expired for {mark}.", valid_until="2026-01-01")
        one = sayer("remember", text=f"The old way of {mark}.").memories[0].id
        two = sayer("remember", text=f"Quite another road for {mark}.").memories[0].id
        sayer("link", source=two, relation="supersedes", target=one)
        sayer("remember", text=f"Said twice by {mark}.")
        sayer("remember", text=f"Tied to old code by {mark}.", anchors=["old.py"])
        sayer("remember", text=f"Nobody of {mark} ever asks for this.")
    captured(project, "one", "said  TWICE by agents", "said  TWICE by people")
    (project.root / "old.py").unlink()
    project.call("recall", cue="something else altogether")
    later(project, 400)
    listed = reasons(project)
    assert {text: reason for text, reason in listed.items() if reason != "unused"} == {
        "Expired for agents.": "expired", "The old way of agents.": "superseded", "said  TWICE by agents": "duplicate",
        "said  TWICE by people": "duplicate", "Tied to old code by agents.": "gone",
    }  # fmt: skip
    assert listed["Nobody of agents ever asks for this."] == "unused"
    assert [text for text in listed if "people" in text] == ["said  TWICE by people"], "an agent's words, not theirs"


def test_listing_changes_nothing_and_applying_is_undone_one_by_one_for_good(project: Project) -> None:
    name = project.call("remember", text="It held for a while.", valid_until="2026-01-01").memories[0].id
    later(project, 100)
    before = root(project)
    assert reasons(project) == {"It held for a while.": "expired"}
    assert root(project) == before
    assert project.call("prune", apply=True).retired == 1
    assert project.call("recall", cue="what held for a while", deep=True).items
    project.call("restore", name=name)
    assert reasons(project) == {}, "what was put back is not listed again"


def test_a_hundred_prunings_equal_one(project: Project) -> None:
    project.call("remember", jsonl=found(*(f"Fact {n} held." for n in range(30)), valid_until="2026-01-01"))
    later(project, 100)
    project.call("prune", apply=True)
    before = root(project), events(project)
    for _ in range(100):
        assert project.call("prune", apply=True).retired == 0
    assert (root(project), events(project)) == before


def test_what_somebody_confirms_meanwhile_stays(project: Project) -> None:
    name = project.call("remember", text="It held for a while.", valid_until="2026-01-01").memories[0].id
    other = project.call("remember", text="This held, too.", valid_until="2026-01-01").memories[0].id
    later(project, 100)
    with project.memory.reading() as reader:
        listed = candidates(project.memory, reader, 10)
    by_a_person(project, "confirm", name=name)
    with project.memory.writing() as transaction:
        assert apply(transaction, listed, project.memory.voice) == [other]
    assert standings(project)["It held for a while."] == "active"


def test_nothing_is_called_unused_when_the_log_cannot_tell(project: Project) -> None:
    project.call("remember", text="Nobody ever asks for this.")
    later(project, 400)
    project.memory.close()
    (project.folder / "traces.db").unlink()
    for suffix in ("-wal", "-shm"):
        (project.folder / f"traces.db{suffix}").unlink(missing_ok=True)
    later(project, 400)
    assert reasons(project, reason="unused") == {}, "no log: nothing is known of use"


def test_what_was_recalled_is_not_unused(project: Project) -> None:
    project.call("remember", text="Somebody asks for this port 5432.")
    project.call("remember", text="Nobody ever wants that cat.")
    project.call("recall", cue="who asks for port 5432")
    later(project, 400)
    assert set(reasons(project, reason="unused")) == {"Nobody ever wants that cat."}


def test_settings_switch_reasons_off_and_the_limit_is_a_bound(project: Project) -> None:
    project.call("remember", jsonl=found(*(f"Fact {n} held." for n in range(5)), valid_until="2026-01-01"))
    later(project, 100)
    told = project.call("prune", limit=2)
    assert (len(told.candidates), told.more) == (2, True)
    project.call("config_set", name="lifecycle.expired_days", value="0")
    assert reasons(project) == {}


def test_all_of_it_survives_a_rebuild_and_an_export(project: Project, make_project: Callable[[str], Project]) -> None:
    captured(project, "one", *CACHE, "The build needs Node 20.", anchors=["src/auth.py"])
    captured(project, "two", "The build needs Node 20.")
    project.call("consolidate")
    project.call("remember", text="It held for a while.", valid_until="2026-01-01")
    before, known = root(project), standings(project)
    project.call("rebuild")
    assert (root(project), standings(project)) == (before, known)
    project.call("export", file="all.jsonl")
    other = make_project("other")
    (other.root / "all.jsonl").write_bytes((project.root / "all.jsonl").read_bytes())
    other.call("import", file="all.jsonl")
    assert (root(other), standings(other)) == (before, known)
    assert other.call("consolidate").steps == []
    assert other.call("prune", reason="expired").candidates


# -- all together ------------------------------------------------------------------------------------

WORDS = st.sampled_from((*CACHE, "The build needs Node 20.", "The build needs Node 22.", "Тесты требуют Redis."))
STEPS = st.lists(
    st.tuples(st.sampled_from(["person", "capture", "consolidate", "prune", "compress", "later"]), WORDS), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_nothing_that_people_said_is_ever_displaced(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:  # type: ignore[type-arg]
    folder = tmp_path_factory.mktemp("property")
    (folder / "home").mkdir()
    project = Project(folder / "project", folder / "home")
    project.by_person("config_set", name="capture.quota", value="3")
    project.reopened()
    said: dict[str, str] = {}
    days = 0
    for number, (step, text) in enumerate(steps):
        if step == "person":
            said[text] = by_a_person(project, "remember", text=text).memories[0].id
        elif step == "capture":
            captured(project, f"session {number}", text, f"{text} Again {number}.")
        elif step == "consolidate":
            project.call("consolidate")
        elif step == "prune":
            project.call("prune", apply=True)
        elif step == "compress":
            names = [item.id for item in project.call("active", limit=50).items if item.standing == "active"]
            if len(names) > 1:
                with suppress(Refused):  # what saves nothing is not summed up
                    project.call("compress", names=names, retire_inputs=True, allow_loss=True)
        else:
            days += 300
            later(project, days)
    for text, name in said.items():
        told = project.call("show", name=name).memory
        assert (told.standing in ("active", "contested", "superseded"), told.text) == (True, text), told
    assert project.findings() == []
