"""Assumptions: what rests on them, who says that they hold, and what speaks for and against them by itself."""

from typing import Any

import pytest

from oldhand.errors import BadArgument, UnknownAssumption
from oldhand.reasoning.causal_assumptions import FALSIFIED, Assumption, id_of, resting_on, under
from oldhand.reasoning.decisions import of
from oldhand.store.reader import Reader
from tests.conftest import Project
from tests.reasoning.decided import WHOLE, decide, ends

FITS, STEADY = "Sessions fit into 2 GB", "Сеть надёжна"


def falsified_under(reader: Reader, name: str) -> list[Assumption]:
    """What a decision takes for granted and somebody found not to hold."""
    return [one for one in under(reader, of(reader, name)) if FALSIFIED in (one.state, *one.states)]


def recorded(project: Project, text: str, *assumptions: str) -> str:
    """A decision of a person that rests on assumptions; its id."""
    return str(project.by_person("decision_record", text=text, assumptions=list(assumptions)).decision.id)


def told(project: Project, name: str) -> Any:
    """One assumption as it is told."""
    (one,) = project.call("causal_assumptions", name=name).items
    return one


def test_two_decisions_that_assume_the_same_rest_on_one_assumption(project: Project) -> None:
    first = recorded(project, "Use Redis for sessions", FITS, STEADY)
    second = recorded(project, "Keep carts in memory", "sessions fit  into 2 GB")
    fits, steady = project.call("causal_assumptions").items
    assert {one.id for one in fits.decisions} == {first, second} and fits.kept and fits.state == "unknown"
    assert fits.id == id_of(FITS) and [one.id for one in steady.decisions] == [first]
    with project.memory.reading() as reader:
        assert set(resting_on(reader, fits.id)) == {first, second} and resting_on(reader, first) == []


def test_one_that_only_a_field_of_a_decision_names_is_listed_and_can_be_settled(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", None, assumptions=[FITS])
    (before,) = project.call("causal_assumptions").items
    assert not before.kept and [each.id for each in before.decisions] == [one]
    done = project.by_person("causal_falsify", name=FITS, evidence=["du says 5 GB"])
    assert done.assumption.id == before.id and done.assumption.kept
    with project.memory.reading() as reader:
        assert [each.id for each in falsified_under(reader, one)] == [before.id]
        assert resting_on(reader, before.id) == [one]


def test_what_is_found_not_to_hold_names_what_rests_on_it_also_through_others(project: Project) -> None:
    ground = recorded(project, "Use Redis for sessions", FITS)
    above = recorded(project, "Scale the session service by two")
    project.by_person("link", source=above, relation="depends_on", target=ground)
    other = recorded(project, "Deploy on Fridays", STEADY)
    done = project.by_person("causal_falsify", name=FITS, evidence=["c0ffee1: out of memory"])
    assert [one.id for one in done.resting] == [ground, above] and other not in {one.id for one in done.resting}
    assert done.outcome == "changed" and done.assumption.state == "falsified" and done.assumption.by == "word"
    listed = project.call("causal_assumptions")
    assert [one.state for one in listed.items] == ["falsified", "unknown"]
    assert listed.counts == {"falsified": 1, "unknown": 1}
    assert [one.text for one in project.call("causal_assumptions", state="falsified").items] == [FITS]
    similar = project.call("decide", text="Use Redis for sessions of the shop").similar
    assert any(FITS in one.falsified for one in similar)


def test_the_same_word_by_the_same_evidence_changes_nothing(project: Project) -> None:
    recorded(project, "Use Redis for sessions", FITS)
    project.by_person("causal_validate", name=FITS, evidence=["du says 1 GB"])
    root = project.call("root").root
    assert project.by_person("causal_validate", name=FITS, evidence=["du  says 1 GB"]).outcome == "unchanged"
    assert project.call("root").root == root
    more = project.by_person("causal_validate", name=FITS, evidence=["monitoring of May"])
    assert len(more.assumption.evidence) == 2 and more.outcome == "changed"


def test_evidence_stays_when_somebody_comes_to_think_otherwise(project: Project) -> None:
    recorded(project, "Use Redis for sessions", FITS)
    project.by_person("causal_validate", name=FITS, evidence=["du says 1 GB"])
    done = project.by_person("causal_falsify", name=FITS, evidence=["du says 5 GB"])
    assert done.assumption.state == "falsified"
    assert [piece.partition(" ")[2] for piece in done.assumption.evidence] == [
        "validated user: du says 1 GB", "falsified user: du says 5 GB",
    ]  # fmt: skip


def test_an_agent_does_not_overrule_a_person(project: Project) -> None:
    one = recorded(project, "Use Redis for sessions", FITS)
    project.by_person("causal_validate", name=FITS, evidence=["du says 1 GB"])
    done = project.call("causal_falsify", name=FITS, evidence=["I think it does not"])
    assert done.outcome == "contested" and done.assumption.state == "contested"
    with project.memory.reading() as reader:  # that it may not hold is told where it matters
        assert [each.text for each in falsified_under(reader, one)] == [FITS]


def test_a_memory_that_is_tied_to_it_speaks_by_itself_until_somebody_does(project: Project) -> None:
    recorded(project, "Use Redis for sessions", FITS, STEADY)
    against = project.call("remember", text="The session dump of May had 5 GB.").memories[0].id
    for_it = project.call("remember", text="The network had no outage in two years.").memories[0].id
    fits, steady = id_of(FITS), id_of(STEADY)
    assert told(project, fits).state == "unknown"
    project.call("link", source=against, relation="contradicts", target=fits)
    project.call("link", source=for_it, relation="answers", target=steady)
    first, second = told(project, fits), told(project, steady)
    assert (first.state, first.by) == ("falsified", "tie")
    assert first.signs[0].ref == against[:12]
    assert (second.state, second.by) == ("validated", "tie")
    project.by_person("causal_validate", name=fits, evidence=["that dump was of two shops"])
    assert told(project, fits).by == "word"


def test_how_a_decision_ended_is_a_weak_sign_and_settles_nothing(project: Project) -> None:
    one = recorded(project, "Use Redis for sessions", FITS)
    ends(project, one, 0)
    shown = told(project, FITS)
    assert shown.state == "unknown"
    assert [(sign.favours, sign.strong) for sign in shown.signs] == [(False, False)]
    good = recorded(project, "Keep carts in memory", STEADY)
    ends(project, good, WHOLE)
    assert [sign.favours for sign in told(project, STEADY).signs] == [True]


def test_a_place_that_changed_is_a_sign_to_look_again(project: Project) -> None:
    (project.root / "limits.conf").write_text("maxmemory 2gb\n")
    recorded(project, "Use Redis for sessions", FITS)
    project.by_person("revise", name=id_of(FITS), anchors=["limits.conf"])
    assert told(project, FITS).signs == []
    (project.root / "limits.conf").unlink()
    (sign,) = told(project, FITS).signs
    assert not sign.favours and not sign.strong and "limits.conf" in sign.said


def test_assumptions_are_no_knowledge_and_are_not_recalled(project: Project) -> None:
    recorded(project, "Use Redis for sessions", FITS)
    project.by_person("causal_falsify", name=FITS, evidence=["du says 5 GB"])
    assert all(one.kind != "assumption" for one in project.call("recall", cue="sessions fit into 2 GB").items)


@pytest.mark.parametrize(
    ("name", "error"), [("nothing of the kind", UnknownAssumption), ("abcdef12", UnknownAssumption)]
)
def test_what_names_no_assumption_is_refused(project: Project, name: str, error: type[Exception]) -> None:
    recorded(project, "Use Redis for sessions", FITS)
    with pytest.raises(error, match="causal assumptions"):
        project.by_person("causal_validate", name=name, evidence=["x"])


@pytest.mark.parametrize("evidence", [[], [""], ["   "], ["x" * 2_000]])
def test_without_evidence_nothing_is_settled(project: Project, evidence: list[str]) -> None:
    recorded(project, "Use Redis for sessions", FITS)
    with pytest.raises(BadArgument):
        project.by_person("causal_validate", name=FITS, evidence=evidence)
    assert told(project, FITS).state == "unknown"
