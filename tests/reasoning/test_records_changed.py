"""Decision records of any other making: options in headings, what stays as a record changes, what it put away."""

import pytest

from tests.conftest import Project
from tests.reasoning.test_adr_records import MADR, record


def test_a_heading_may_say_that_its_option_was_rejected_and_a_sentence_is_no_option() -> None:
    text = (
        "# Keep a VERSION file\n\n## Decision\n\nWe keep the version in a file.\n\n"
        "### Rejected alternative: the manifest alone\n\nScripts cannot read it.\n\n"
        "### Отклонённый вариант: тег в git\n\nЕго забывают.\n\n"
        "### Considered and rejected: a table in the database\n\n- It needs a database.\n\n"
        "## Alternatives\n\n- A service\n- It needs a server of its own\n- We would have to run it\n"
    )
    found = record(text)
    assert found.weighed.alternatives == (
        "the manifest alone", "тег в git", "a table in the database", "A service",
    )  # fmt: skip


def test_what_was_said_beside_a_record_stays_when_the_record_changes(project: Project) -> None:
    folder = project.root / "docs" / "adr"
    folder.mkdir(parents=True)
    file = folder / "0001-use-redis.md"
    file.write_text(MADR, "utf-8")
    name = project.by_person("decision_import", file="docs/adr").records[0].id
    project.by_person(
        "decision_record", of=name, confidence="90%", criteria=["no session is lost"], text="We keep sessions in Redis."
    )
    outcomes = [one.outcome for one in project.by_person("decision_import", file="docs/adr").records]
    assert outcomes == ["older"]  # a person reworded it, and the record is as it was
    file.write_text(MADR.replace("it survives restarts", "it survives every restart and is quick"), "utf-8")
    for outcome in ("changed", "same"):
        (one,) = project.by_person("decision_import", file="docs/adr", trust="user").records
        assert (one.id, one.outcome) == (name, outcome)
        found = project.call("decision_show", name=name).decision
        assert "every restart" in found.text
        assert (found.confidence, found.stated_by, found.criteria) == (9_000, "person", ["no session is lost"])


@pytest.mark.parametrize("status", ["deprecated", "rejected"])
def test_what_a_record_put_away_is_told_as_that_before_the_next_decision(project: Project, status: str) -> None:
    folder = project.root / "docs" / "adr"
    folder.mkdir(parents=True)
    for name, said in (("0001-use-redis.md", status), ("0002-use-more-redis.md", "accepted")):
        text = MADR.replace("status: accepted", f"status: {said}")
        (folder / name).write_text(text.replace("# ", "# More ", 1) if said == "accepted" else text, "utf-8")
    project.by_person("decision_import", file="docs/adr")
    told = project.call("decide", text="Use Redis for the sessions").lines
    ends = [line.rpartition(": ")[2] for line in told if line.startswith("DECIDED")]
    assert sorted(ends) == sorted([f"{status}, as its record says", "still open"])
