"""Evidence put together: what names a state, what counts, and which piece is told for it."""

import pytest

from oldhand.reasoning.weighing_outcomes import (
    AGENT,
    INCIDENT,
    REPLACED,
    REVERT,
    REWORK,
    SURVIVAL,
    TESTS,
    Evidence,
    deciding,
    weighed,
)
from tests.conftest import Project


def piece(source: str, value: int, weight: int, ref: str = "") -> Evidence:
    """A piece of evidence."""
    return Evidence(0, source, value, weight, ref or f"{source}{weight}", source)


STOOD = piece(SURVIVAL, 10_000, 4_000)


@pytest.mark.parametrize(
    ("weights", "state"), [((2_500, 2_000), "reworked"), ((2_500, 1_900), "survived"), ((1_000,) * 9, "survived")]
)
def test_two_pieces_of_rework_name_the_state_together(weights: tuple[int, ...], state: str) -> None:
    fixes = [piece(REWORK, 2_500, weight, f"c{n}") for n, weight in enumerate(weights)]
    assert weighed([*fixes, STOOD]).state == state


def test_many_trifling_fixes_add_nothing_beyond_the_two_weightiest() -> None:
    fixes = [piece(REWORK, 2_500, 500, f"c{n}") for n in range(36)]
    assert weighed([*fixes, STOOD]) == weighed([*fixes[:2], STOOD])
    assert weighed([*fixes, STOOD]).value > 8_000 and weighed([*fixes, STOOD]).weight < 5_000
    weighty = [piece(REWORK, 2_500, 3_000), piece(REWORK, 2_500, 1_600)]  # the control: what is no trifle counts
    assert weighed([*weighty, STOOD]).value < 8_000 and weighed([*weighty, STOOD]).state == "reworked"


@pytest.mark.parametrize(("value", "state"), [(4_000, "reworked"), (7_000, "reworked"), (7_100, "survived")])
def test_a_decision_that_was_replaced_had_held_or_had_not(value: int, state: str) -> None:
    assert weighed([piece(REPLACED, value, 2_000)]).state == state
    assert weighed([piece(REPLACED, value, 2_000), piece(REVERT, 0, 9_000)]).state == "reverted"


@pytest.mark.parametrize(
    ("pieces", "source"),
    [
        ([STOOD, piece(REWORK, 2_500, 4_100)], REWORK), ([STOOD], SURVIVAL),
        ([STOOD, piece(INCIDENT, 0, 9_000)], INCIDENT),
        ([STOOD, piece(TESTS, 10_000, 2_000), piece(TESTS, 1_500, 1_000)], TESTS),
        ([piece(REPLACED, 4_000, 2_000), piece(SURVIVAL, 10_000, 2_400)], REPLACED),
        ([STOOD, piece(REVERT, 0, 6_000)], REVERT), ([piece(SURVIVAL, 10_000, 100)], SURVIVAL),
        ([STOOD._replace(weight=2_000), piece(AGENT, 10_000, 5_000)._replace(said="confirmed: x")], AGENT),
    ],
)  # fmt: skip
def test_the_piece_that_is_told_speaks_for_the_state_that_is_named(pieces: list[Evidence], source: str) -> None:
    for told in (pieces, pieces[::-1]):
        made = deciding(told)
        assert made is not None and made.source == source
    assert deciding([]) is None
    undone = [piece(REVERT, 0, 0, "back"), piece(REVERT, 10_000, 0, "again")]  # of what counts no more the latest
    assert [one.ref for told in (undone, undone[::-1]) if (one := deciding(told))] == ["again", "again"]


@pytest.mark.parametrize(("made", "state"), [("2024-12-01", "reworked"), ("2021-12-01", "survived")])
def test_what_another_decision_supersedes_is_told_with_its_successor(project: Project, made: str, state: str) -> None:
    old = project.by_person("decision_record", text="Keep carts in Redis.", made=made).decision.id
    other = project.by_person("decision_record", text="Log as JSON.", made=made).decision.id
    new = project.by_person(
        "decision_record", text="Keep carts in Postgres.", supersedes=[old], made="2025-01-01"
    ).decision.id
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=old).ended
    assert (shown.state, [(one.source, one.ref) for one in shown.evidence]) == (
        state,
        [("replaced", f"memory:{new[:12]}")],
    )
    assert [project.call("outcomes_show", name=one).ended.state for one in (other, new)] == ["open", "open"]
    assert project.call("outcomes_update").changed == 0
