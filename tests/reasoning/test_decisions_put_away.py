"""What tells of a decision goes where the decision goes: here, in another replica, and whenever it comes in later."""

from collections.abc import Callable

import pytest

from oldhand.errors import ErasedMemory
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.outcomes import Evidence, evidence_id, word_id
from tests.conftest import Project
from tests.reasoning.test_decisions_erased import decided
from tests.reasoning.test_outcomes_settled import exchange, standing

REASON = "zanzibar was down all night"
PIECE = Evidence(1_735_689_600_000, "revert", 0, 9_000, "c0ffee1", 'takes it back within an hour: Revert "Add it"')
QUIXOTRY = "Use the quixotry engine for parsing"


def resolved(project: Project, decision: str, reason: str = REASON) -> str:
    """The id of a person's word on how a decision ended."""
    project.by_person("decision_resolve", name=decision, outcome="failed", reason=reason)
    return word_id(decision)


def shown(project: Project, decision: str) -> str:
    """The id of what evidence says of it."""
    with project.memory.writing() as transaction:
        voice = project.memory.voice._replace(origin="git", trust="repo")
        assert keep_evidence(transaction, voice, decision, [PIECE], project.memory.screening()).outcome == "remembered"
    return evidence_id(decision)


def holds(project: Project, word: str) -> bool:
    """Whether a word stands in the bytes of the store."""
    return any(word.encode() in path.read_bytes() for path in project.store.folder.glob("memory.db*"))


def put(source: Project, target: Project) -> None:
    """Bring what one replica has to another."""
    (source.root / "memory.jsonl").unlink(missing_ok=True)
    source.by_person("export", file="memory.jsonl")
    (target.root / "brought.jsonl").write_bytes((source.root / "memory.jsonl").read_bytes())
    target.by_person("import", file="brought.jsonl", yes=True)
    for left in (source.root / "memory.jsonl", target.root / "brought.jsonl"):
        left.unlink()


# -- by value -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["forget", "reject"])
def test_an_outcome_that_goes_by_itself_takes_no_other_with_it(project: Project, operation: str) -> None:
    one, other, third = (decided(project, text) for text in ("Retry charges", "Queue mails", "Keep carts in Redis"))
    gone, kept = shown(project, one), shown(project, other)
    if operation == "forget":
        project.by_person("forget", names=[gone], yes=True)
    else:
        project.by_person("reject", name=gone)
    assert standing(project, kept) == "active"
    assert project.call("outcomes_show", name=other).ended.state == "reverted"
    shown(project, third)  # and what others come to later is theirs too
    assert project.call("outcomes_show", name=third).ended.state == "reverted"
    assert project.call("outcomes_show", name=one).ended.state == "open"


def test_words_that_are_forgotten_go_from_outcomes_too(project: Project) -> None:
    """The control: whoever forgets what was said means it wherever it stands."""
    one, other = decided(project, "Retry charges"), decided(project, "Queue mails")
    resolved(project, one)
    (claim,) = project.by_person("remember", text=REASON).memories
    project.by_person("forget", names=[claim.id], yes=True)
    assert not holds(project, "zanzibar")
    with pytest.raises(ErasedMemory):
        resolved(project, other)


# -- rejected -----------------------------------------------------------------------------------------


def told(project: Project) -> str:
    """All that an export of the graph tells."""
    project.by_person("graph_export", file="graph.json", format="json")
    text = (project.root / "graph.json").read_text(encoding="utf-8")
    (project.root / "graph.json").unlink()
    return text


def test_how_a_rejected_decision_ended_is_rejected_and_comes_back_with_it(project: Project) -> None:
    one, other = decided(project, "Retry charges"), decided(project, "Queue mails")
    word, evidence = resolved(project, one), shown(project, one)
    resolved(project, other, "the queue lost mails")
    project.by_person("reject", name=one)
    assert {standing(project, word), standing(project, evidence)} == {"rejected"}
    assert "zanzibar" not in told(project) and "the queue lost mails" in told(project)
    project.by_person("restore", name=one)
    assert {standing(project, word), standing(project, evidence)} == {"active"}
    assert project.call("outcomes_show", name=one).ended.state == "failed"


def test_an_outcome_that_was_rejected_by_itself_stays_so_when_its_decision_comes_back(project: Project) -> None:
    one = decided(project, "Retry charges")
    word, evidence = resolved(project, one), shown(project, one)
    project.by_person("reject", name=evidence)
    project.by_person("reject", name=one)
    project.by_person("restore", name=one)
    assert (standing(project, word), standing(project, evidence)) == ("active", "rejected")


def test_how_a_retired_decision_ended_still_counts(project: Project) -> None:
    """It was made, and what came of it is what one wants to know before the next one."""
    one = decided(project, "Retry charges")
    resolved(project, one)
    project.by_person("retire", name=one)
    assert project.call("outcomes_show", name=one).ended.state == "failed"


def test_an_outcome_that_another_replica_has_follows_when_it_comes(make_project: Callable[[str], Project]) -> None:
    here, there = make_project("here"), make_project("there")
    one = decided(here, "Retry charges")
    exchange(here, there)
    word = resolved(there, one)
    here.by_person("reject", name=one)
    put(there, here)
    assert standing(here, word) == "rejected" and "zanzibar" not in told(here)
    put(here, there)
    assert standing(there, word) == "rejected"
    there.by_person("restore", name=one)
    assert standing(there, word) == "active"
    put(there, here)
    assert standing(here, word) == "active"


# -- erased -------------------------------------------------------------------------------------------


def replicas(make_project: Callable[[str], Project]) -> tuple[Project, Project, str]:
    """Two replicas with one decision, which one of them has forgotten and the other saw fail."""
    here, there = make_project("here"), make_project("there")
    one = decided(here, QUIXOTRY, "Quaggas stay cheap")
    kept = decided(here, "Queue mails")
    exchange(here, there)
    resolved(there, one)
    resolved(there, kept, "the queue lost mails")
    there.call("negative_update")
    assert len(there.call("negative_list").items) == 2
    here.by_person("forget", names=[one], yes=True)
    return here, there, one


@pytest.mark.parametrize("way", ["to the one that forgot", "to the one that did not know"])
def test_what_another_replica_derived_from_an_erased_decision_goes_with_it(
    make_project: Callable[[str], Project], way: str
) -> None:
    here, there, _ = replicas(make_project)
    source, target = (there, here) if way == "to the one that forgot" else (here, there)
    put(source, target)
    assert not holds(target, "quixotry") and not holds(target, "zanzibar") and not holds(target, "Quaggas")
    # the control: what was derived from the other decision is there
    if target is here:
        target.call("negative_update")
    (left,) = target.call("negative_list").items
    assert "Queue mails" in left.tried
    assert not target.call("search", words="quixotry").hits and target.call("search", words="mails").hits


def test_both_replicas_end_alike_and_later_updates_bring_nothing_back(make_project: Callable[[str], Project]) -> None:
    here, there, _ = replicas(make_project)
    for _ in range(3):
        exchange(here, there)
    for project in (here, there):
        project.call("outcomes_update")
        project.call("negative_update")
        assert not holds(project, "quixotry") and not holds(project, "zanzibar")
    for _ in range(2):
        exchange(here, there)
    assert here.call("root").root == there.call("root").root


def test_what_somebody_worded_from_an_erased_decision_waits_in_review(make_project: Callable[[str], Project]) -> None:
    here, there, one = replicas(make_project)
    (claim,) = there.by_person("remember", text="Parsers are slow on weekends.").memories
    there.by_person("link", source=claim.id, relation="derived_from", target=one)
    put(there, here)
    assert standing(here, claim.id) == "quarantined"
    here.by_person("confirm", name=claim.id)  # a person lets it out: then it stays
    decided(there, "Keep carts in Redis")
    put(there, here)
    assert standing(here, claim.id) == "active"


def test_what_tells_of_an_erased_decision_comes_in_by_no_other_way(make_project: Callable[[str], Project]) -> None:
    here, there, _ = replicas(make_project)
    there.by_person("graph_export", file="graph.json", format="json")
    (here.root / "graph.json").write_bytes((there.root / "graph.json").read_bytes())
    done = here.by_person("import", file="graph.json", yes=True)
    assert done.refused and not holds(here, "quixotry") and not holds(here, "zanzibar")
    assert holds(here, "the queue lost mails")  # the control


def test_a_backup_from_before_brings_nothing_of_it_back(project: Project) -> None:
    one, kept = decided(project, QUIXOTRY), decided(project, "Queue mails")
    resolved(project, one)
    resolved(project, kept, "the queue lost mails")
    project.call("negative_update")
    (claim,) = project.by_person("remember", text="Parsers are slow on weekends.").memories
    project.by_person("link", source=claim.id, relation="derived_from", target=one)
    project.by_person("backup")
    project.by_person("forget", names=[one], yes=True)
    assert standing(project, claim.id) == "quarantined"
    project.memory.close()
    project.by_person("store_restore", yes=True)
    project.reopened()
    assert standing(project, claim.id) == "quarantined"
    assert not holds(project, "quixotry") and not holds(project, "zanzibar")
    assert [one.tried for one in project.call("negative_list").items] == ["Queue mails"]


# -- rejected elsewhere -------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["the rejection", "the lesson"])
def test_what_rules_made_of_a_decision_that_another_replica_rejected_goes_with_it(
    make_project: Callable[[str], Project], first: str
) -> None:
    """As `reject` does in one store: the lesson waits in review, whichever of the two comes first."""
    here, there, third = make_project("here"), make_project("there"), make_project("third")
    one, other = decided(here, "Retry charges"), decided(here, "Queue mails")
    exchange(here, there)
    put(here, third)
    for decision in (one, other):
        resolved(there, decision)
    there.call("negative_update")
    here.by_person("reject", name=one)
    sources = [here, there] if first == "the rejection" else [there, here]
    for source in sources:
        put(source, third)
    assert [item.tried for item in third.call("negative_list").items] == ["Queue mails"]
    for _ in range(2):
        exchange(here, there)
    for project in (here, there):
        project.call("negative_update")
        assert [item.tried for item in project.call("negative_list").items] == ["Queue mails"]
    exchange(here, there)
    assert here.call("root").root == there.call("root").root


def test_a_lesson_that_a_person_let_out_of_review_stays_as_later_imports_come(
    make_project: Callable[[str], Project],
) -> None:
    here, there = make_project("here"), make_project("there")
    one = decided(here, "Retry charges")
    exchange(here, there)
    resolved(there, one)
    there.call("negative_update")
    (lesson,) = there.call("negative_list").items
    here.by_person("reject", name=one)
    put(there, here)
    assert standing(here, lesson.id) == "quarantined"
    here.by_person("confirm", name=lesson.id)
    decided(there, "Keep carts in Redis")
    put(there, here)
    assert standing(here, lesson.id) == "active"
