"""remember, revise, confirm, dispute, retire, restore: what is said about a memory, and that nothing is lost by it."""

from typing import Any

import pytest

from oldhand.errors import BadLine, Refused, RejectedValue
from tests.conftest import Project

TEXT = "Payments are never retried automatically."


def said(project: Project, text: str = TEXT, **more: Any) -> Any:
    """Remember one thing; what the reply tells of it."""
    return project.call("remember", text=text, **more).memories[0]


def told(project: Project, name: str) -> Any:
    """A memory as `show` tells it."""
    return project.call("show", name=name).memory


# -- remember ----------------------------------------------------------------------------------------


def test_everything_that_was_said_is_told_again(project: Project) -> None:
    (project.root / "pay.py").write_text("x = 1\n", "utf-8")
    one = said(
        project, kind="decision", title="No retries", domain="Decisions", key="pay/retries", confidence=0.85,
        priority=40, tags=["Pay", "gateway"], anchors=["pay.py:1"],
        fields=["reason=double charges", "alternatives=backoff", "alternatives=queue"],
        valid_from="2025-03-14", valid_until="2030-01-01",
    )  # fmt: skip
    shown = project.call("show", name=one.id)
    memory = shown.memory
    assert (memory.text, memory.kind, memory.title, memory.domain, memory.key) == (
        TEXT,
        "decision",
        "No retries",
        "decisions",
        "pay/retries",
    )
    assert (memory.confidence, memory.priority, memory.tags) == (0.85, 40, ["gateway", "pay"])
    assert (memory.valid_from[:10], memory.valid_until) == ("2025-03-14", "2030-01-01T23:59:59.999Z")
    assert [(anchor.anchor, anchor.state) for anchor in memory.anchors] == [("pay.py:1", "holds")]
    assert shown.fields == {"reason": "double charges", "alternatives": "backoff; queue"}
    assert (one.outcome, one.confirmations, one.replaced) == ("remembered", 1, [])


def test_the_same_words_again_confirm_and_add_what_was_not_said(project: Project) -> None:
    first = said(project, tags=["pay"])
    again = said(project, tags=["gateway"], priority=5)
    assert (again.id, again.outcome, again.confirmations) == (first.id, "confirmed", 2)
    assert (told(project, first.id).tags, told(project, first.id).priority) == (["gateway", "pay"], 5)
    said(project, priority=9)
    assert told(project, first.id).priority == 5, "what was said is not overwritten by saying the words again"
    assert said(project, TEXT.replace("é", "é")).id == first.id


def test_a_key_has_one_answer_and_its_history(project: Project) -> None:
    first = said(project, "The shop runs on one host.", key="shop/host")
    second = said(project, "The shop runs on two hosts.", key="shop/host")
    assert (second.id, second.outcome) == (first.id, "changed")
    assert [old.text for old in second.replaced] == ["The shop runs on one host."]
    assert said(project, "The shop runs on two hosts.", key="shop/host").outcome == "confirmed"
    assert said(project, "The shop runs on one host.", key="shop/host", domain="tasks").id != first.id
    assert project.call("status").memories == 2


def test_a_retired_memory_comes_back_when_it_is_said_again(project: Project) -> None:
    name = said(project).id
    project.call("retire", name=name)
    assert said(project).outcome in ("restored", "confirmed")
    assert told(project, name).standing == "active"


def test_a_rejected_value_stays_rejected_and_says_how_to_take_that_back(project: Project) -> None:
    name = said(project).id
    with project.memory.writing() as transaction:
        transaction.emit("reject", name, "user", "cli", {"trust": "user"})
    with pytest.raises(RejectedValue, match="oldhand restore"):
        said(project)
    with pytest.raises(Refused, match="was rejected"):
        project.call("confirm", name=name)
    with pytest.raises(Refused, match="A person takes it back"):
        project.call("restore", name=name)
    assert project.by_person("restore", name=name).standing == "active"


def test_lines_come_in_together_or_not_at_all(project: Project) -> None:
    lines = [
        '{"text": "One."}',
        "",
        '{"text": "Two.", "kind": "gotcha", "fields": {"trigger": "x"}, "tags": ["a"], "confidence": 1}',
    ]
    done = project.call("remember", jsonl="\n".join(lines) + "\n")
    assert [one.text for one in done.memories] == ["One.", "Two."]
    assert told(project, done.memories[1].id).confidence == 1.0
    root = project.call("root").root
    with pytest.raises(BadLine, match="Line 3"):
        project.call("remember", jsonl='{"text":"Three."}\n{"text":"Four."}\n{"text":""}')
    assert project.call("root").root == root


def test_a_line_that_is_there_twice_is_one_memory_confirmed(project: Project) -> None:
    done = project.call("remember", jsonl='{"text":"Same."}\n{"text":"Same."}')
    assert [one.outcome for one in done.memories] == ["remembered", "confirmed"]
    assert done.memories[0].id == done.memories[1].id


@pytest.mark.parametrize(("number", "good"), [(31, True), (32, True), (33, False)])
def test_a_memory_takes_so_many_tags_and_no_more(project: Project, number: int, good: bool) -> None:
    tags = [f"tag{each}" for each in range(number)]
    if good:
        assert len(told(project, said(project, tags=tags).id).tags) == number
    else:
        with pytest.raises(Exception, match="at most 32"):
            said(project, tags=tags)


@pytest.mark.parametrize(("size", "good"), [(1_048_575, True), (1_048_576, True), (1_048_577, False)])
def test_a_text_has_so_many_bytes_and_no_more(project: Project, size: int, good: bool) -> None:
    if good:
        assert len(told(project, said(project, "x" * size).id).text) == size
    else:
        with pytest.raises(Exception, match="at most 1048576"):
            said(project, "x" * size)


@pytest.mark.parametrize("confidence", [0, 0.0001, 0.5, 1])
def test_confidence_is_told_as_it_was_said(project: Project, confidence: float) -> None:
    assert told(project, said(project, confidence=confidence).id).confidence == confidence


def test_a_memory_of_the_person_is_kept_apart(project: Project) -> None:
    said(project, scope="global")
    assert project.call("status").memories == 0
    assert project.call("active", scope="global").total == 1


# -- revise ------------------------------------------------------------------------------------------


def test_a_revision_keeps_the_old_wording_and_what_is_tied(project: Project) -> None:
    name, other = said(project, tags=["pay"]).id, said(project, "The gateway is not idempotent.").id
    project.call("link", source=name, relation="depends_on", target=other)
    done = project.call("revise", name=name, text="Payments are retried once, by hand.")
    assert (done.before, done.changed) == ([TEXT], ["text"])
    shown = project.call("show", name=name)
    assert (shown.memory.text, shown.memory.tags) == ("Payments are retried once, by hand.", ["pay"])
    assert [edge.target for edge in shown.links] == [other]
    assert [event.text for event in project.call("history", name=name).events if event.text] == [
        TEXT, "Payments are retried once, by hand.",
    ]  # fmt: skip
    assert project.call("show", name=done.revision[:12]).memory.id == name, "an address of a wording names its memory"


def test_a_revision_may_change_only_what_is_said_about_a_memory(project: Project) -> None:
    (project.root / "pay.py").write_text("x = 1\n", "utf-8")
    name = said(project, tags=["pay", "old"], anchors=["pay.py"], priority=5).id
    done = project.call(
        "revise",
        name=name,
        untag=["OLD"],
        tags=["new"],
        unanchor=["./pay.py"],
        priority=0,
        domain="tasks",
        confidence=0.5,
    )
    memory = told(project, name)
    assert (memory.text, memory.tags, memory.anchors, memory.priority) == (TEXT, ["new", "pay"], [], 0)
    assert (memory.domain, memory.confidence) == ("tasks", 0.5)
    assert "untag" in done.changed and "text" not in done.changed


def test_a_revision_settles_what_was_contested(project: Project) -> None:
    name = said(project).id
    project.call("dispute", name=name)
    project.call("revise", name=name, text="Payments are retried once.")
    assert told(project, name).standing == "active"


def test_a_revision_back_to_the_old_words_is_a_revision_too(project: Project) -> None:
    name = said(project).id
    for text in ("Payments are retried.", TEXT):
        project.call("revise", name=name, text=text)
    assert told(project, name).text == TEXT
    assert len(project.call("history", name=name).events) == 3


# -- confirm, dispute, retire, restore ---------------------------------------------------------------


def test_confirming_counts_and_settles_disputes(project: Project) -> None:
    name = said(project).id
    disputed = project.call("dispute", name=name, reason="not seen since spring")
    assert (disputed.before, disputed.standing, disputed.disputes) == ("active", "contested", 1)
    confirmed = project.call("confirm", name=name)
    assert (confirmed.standing, confirmed.disputes, confirmed.confirmations) == ("active", 0, 2)
    reasons = [event.reason for event in project.call("history", name=name).events]
    assert "not seen since spring" in reasons


def test_what_is_retired_comes_back_with_all_it_had(project: Project) -> None:
    name = said(project, tags=["pay"], priority=7).id
    project.call("confirm", name=name)
    before = told(project, name)
    assert project.call("retire", name=name, reason="done").standing == "retired"
    with pytest.raises(Refused, match="nothing to retire"):
        project.call("retire", name=name)
    restored = project.call("restore", name=name)
    assert (restored.before, restored.standing) == ("retired", "active")
    after = told(project, name)
    assert (after.tags, after.priority, after.confirmations, after.text) == (
        ["pay"],
        7,
        before.confirmations,
        before.text,
    )


def test_every_change_gives_a_new_root_and_a_refused_one_does_not(project: Project) -> None:
    name = said(project).id
    roots = [project.call("root").root]
    for operation in ("confirm", "dispute", "retire", "restore"):
        roots.append(project.call(operation, name=name).root)
        assert project.call("root").root == roots[-1]
    assert len(set(roots)) == len(roots)
    with pytest.raises(Refused):
        project.call("restore", name=name)
    assert project.call("root").root == roots[-1]
