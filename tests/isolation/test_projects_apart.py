"""Two projects, one person: nothing of one appears in the other unless it is asked for by name, and then labelled."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import call, every, plain
from tests.contract.command import inside
from tests.contract.examples import ELSEWHERE, PERSONAL, SCRIPT, Call, Person, copied, make_person

BY_NAME = {"project", "scope"}  # the arguments that ask for something beyond the project


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person with two projects; not written to."""
    return make_person(tmp_path_factory.mktemp("person"))


@pytest.fixture
def working(person: Person, tmp_path: Path) -> Iterator[tuple[Person, Memory]]:
    """A copy of that person, at work in the project."""
    made = copied(person, tmp_path / "copy")
    with Memory(made.project, made.home) as memory:
        yield made, memory


def asked(memory: Memory, made: Person, one: Call) -> str:
    """The reply of a call as one text, or its error."""
    try:
        return json.dumps(plain(call(memory, one.operation, made.filled(one.arguments))), ensure_ascii=False)
    except OldhandError as error:
        return str(error)


INWARD = [one for one in SCRIPT if not BY_NAME & set(one.arguments)]


@pytest.mark.parametrize("one", INWARD, ids=lambda one: f"{one.operation} {list(one.arguments)}")
def test_no_operation_tells_of_the_other_project_unasked(working: tuple[Person, Memory], one: Call) -> None:
    made, memory = working
    said = asked(memory, made, one)
    assert ELSEWHERE not in said
    assert made.ids["elsewhere"] not in said
    if one.operation not in ("recall", "brief"):  # they tell of the person's own memory, labelled, as is set
        assert PERSONAL not in said
        assert made.ids["personal"] not in said


def test_every_operation_is_among_those_tried() -> None:
    assert {one.name for one in every()} == {one.operation for one in SCRIPT}


def test_the_other_project_answers_when_it_is_named_and_is_labelled(working: tuple[Person, Memory]) -> None:
    made, memory = working
    (item,) = call(memory, "recall", {"cue": ELSEWHERE, "project": "other"}).items
    assert (item.id, item.project) == (made.ids["elsewhere"], "other")
    (hit,) = call(memory, "search", {"words": ELSEWHERE, "project": "other"}).hits
    assert (hit.memory.id, hit.memory.project) == (made.ids["elsewhere"], "other")
    shown = call(memory, "show", {"name": made.ids["elsewhere"], "project": "other"})
    assert (shown.memory.id, shown.memory.project) == (made.ids["elsewhere"], "other")


@pytest.mark.parametrize("operation", ["recall", "search"])
def test_everything_known_is_asked_with_scope_all_and_each_part_is_labelled(
    working: tuple[Person, Memory], operation: str
) -> None:
    made, memory = working
    words = {"recall": "cue", "search": "words"}[operation]
    arguments = {words: f"gateway {PERSONAL} never retried", "scope": "all", "limit": 20}
    reply = call(
        memory, operation, arguments | ({"budget_tokens": 9000, "loose": True} if operation == "recall" else {})
    )
    told = reply.items if operation == "recall" else [hit.memory for hit in reply.hits]
    labels = {item.id: (item.scope, item.project) for item in told}
    assert labels[made.ids["payments"]] == ("project", "")
    assert labels[made.ids["personal"]] == ("global", "")
    assert labels[made.ids["elsewhere"]] == ("project", "other")
    assert len(told) == len({item.id for item in told}), "nothing is told twice"


def test_what_is_the_persons_own_is_labelled_in_a_projects_answer(working: tuple[Person, Memory]) -> None:
    made, memory = working
    (item,) = call(memory, "recall", {"cue": PERSONAL}).items
    assert (item.id, item.scope, item.project) == (made.ids["personal"], "global", "")
    assert call(memory, "recall", {"cue": PERSONAL, "scope": "project"}).items == []
    ran = inside(made.project, made.home, "recall", PERSONAL)
    assert "from your global memory" in ran.out
    assert inside(made.project, made.home, "config", "set", "recall.global", "no").code == 0
    assert PERSONAL not in inside(made.project, made.home, "recall", PERSONAL, "--json").out.replace(
        f'["{PERSONAL}"]', ""
    )


def test_what_is_the_persons_own_is_labelled_in_a_projects_briefing_and_left_out_when_so_set(
    working: tuple[Person, Memory],
) -> None:
    made, memory = working
    told = call(memory, "brief", {"budget_tokens": 300})
    (item,) = [item for item in told.items if PERSONAL in item.text]
    assert (item.id, item.scope, item.section) == (made.ids["personal"], "global", "YOURS")
    assert [line for line in told.lines if PERSONAL in line and line.startswith("YOURS:")]
    assert {other.scope for other in told.items if other != item} == {"project"}
    assert not any(ELSEWHERE in line for line in told.lines)
    assert inside(made.project, made.home, "config", "set", "recall.global", "no").code == 0
    ran = inside(made.project, made.home, "brief", "--json")
    assert ran.code == 0 and json.loads(ran.out)["items"]
    assert PERSONAL not in ran.out and made.ids["personal"] not in ran.out


def test_a_label_stands_in_every_form_of_an_answer(working: tuple[Person, Memory]) -> None:
    made, _ = working
    words = ("recall", ELSEWHERE, "--project", "other")
    assert "from other" in inside(made.project, made.home, *words).out
    assert '"project": "other"' in inside(made.project, made.home, *words, "--json").out
    from oldhand.surfaces.agent_text import rendered

    with Memory(made.project, made.home) as memory:
        assert "project other" in rendered("recall", call(memory, "recall", {"cue": ELSEWHERE, "project": "other"}))


def test_a_root_of_the_project_is_a_moment_for_the_others(working: tuple[Person, Memory]) -> None:
    made, memory = working
    root = call(memory, "remember", {"text": "The shop closes at six."}).root
    call(memory, "remember", {"text": f"A later {PERSONAL} thing.", "scope": "global"})
    for scope in ("both", "all"):
        reply = call(memory, "recall", {"cue": f"{PERSONAL} payments", "as_of": root, "scope": scope, "loose": True})
        assert made.ids["payments"] in [item.id for item in reply.items]
        assert not any("later" in item.text for item in reply.items)
    reply = call(memory, "search", {"words": PERSONAL, "as_of": root, "scope": "all"})
    assert [hit.memory.id for hit in reply.hits] == [made.ids["personal"]]


# -- switched ----------------------------------------------------------------------------------------


def test_a_project_that_lost_its_memory_is_not_answered_for_by_the_one_switched_to(
    working: tuple[Person, Memory], tmp_path: Path
) -> None:
    made, memory = working
    call(memory, "projects_register", {"name": "shop"})
    call(memory, "projects_switch", {"name": "shop"})
    for file in (made.other / ".oldhand").iterdir():
        file.unlink()
    with Memory(made.project, made.home) as again:
        with pytest.raises(OldhandError):
            call(again, "recall", {"cue": "payments", "project": "other"})
        reply = call(again, "recall", {"cue": "payments", "scope": "all"})
        assert {item.project for item in reply.items} == {""}
    bare = tmp_path / "bare"
    bare.mkdir()
    with Memory(bare, made.home) as elsewhere:
        reply = call(elsewhere, "recall", {"cue": "payments"})
        assert [item.id for item in reply.items][:1] == [made.ids["payments"]], "the folder without a memory uses it"
        assert call(elsewhere, "status", {}).project == "shop"


def test_init_in_a_folder_makes_its_own_memory_whatever_was_switched_to(
    working: tuple[Person, Memory], tmp_path: Path
) -> None:
    made, memory = working
    call(memory, "projects_switch", {"name": "other"})
    bare = tmp_path / "bare"
    bare.mkdir()
    assert inside(bare, made.home, "init", "--empty").code == 0
    assert (bare / ".oldhand" / "memory.db").is_file()
    assert inside(bare, made.home, "recall", ELSEWHERE, "--json").out.count(made.ids["elsewhere"]) == 0


def test_the_check_for_leaks_sees_one(working: tuple[Person, Memory]) -> None:
    made, memory = working
    leak = Call("recall", {"cue": ELSEWHERE, "project": "other"})
    assert ELSEWHERE in asked(memory, made, leak)


def test_ids_of_the_other_project_mean_nothing_here(working: tuple[Person, Memory]) -> None:
    made, memory = working
    arguments: dict[str, dict[str, Any]] = {
        "show": {}, "history": {}, "provenance": {}, "graph": {}, "confirm": {}, "dispute": {}, "retire": {},
        "restore": {}, "revise": {"text": "taken over"},
    }  # fmt: skip
    for operation, more in arguments.items():
        for name in ("elsewhere", "personal"):
            with pytest.raises(OldhandError) as caught:
                call(memory, operation, {"name": made.ids[name], **more})
            assert caught.value.exit_code == 3
