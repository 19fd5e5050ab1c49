"""Decision records of any other making: options in headings, what stays as a record changes, what it put away."""

import pytest

from oldhand.model.identity import memory_of_slot
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


def brought(project: Project, said: str = "", **more: str) -> tuple[str, str]:
    """Write the record, with other words where `said` gives them, and import it; (memory, outcome)."""
    folder = project.root / "docs" / "adr"
    folder.mkdir(parents=True, exist_ok=True)
    text = MADR.replace("it survives restarts", said) if said else MADR
    (folder / "0001-use-redis.md").write_text(text, "utf-8")
    (one,) = project.by_person("decision_import", file="docs/adr", **more).records
    return one.id, one.outcome


def test_a_person_who_only_adds_to_a_record_leaves_its_words_to_it(project: Project) -> None:
    """Who says how sure they are says nothing of how the record is worded."""
    name, _ = brought(project)
    project.by_person("decision_record", of=name, confidence="70%")
    for said in ("it survives every restart", "переживает каждый перезапуск"):
        assert brought(project, said) == (name, "changed")
        found = project.call("decision_show", name=name).decision
        assert said in found.text and (found.confidence, found.stated_by, found.standing) == (7_000, "person", "active")
        assert brought(project, said) == (name, "same")
    project.by_person("decision_record", of=name, criteria=["no session is lost"])
    assert brought(project, "it is quick") == (name, "changed")
    found = project.call("decision_show", name=name).decision
    assert (found.confidence, found.criteria) == (7_000, ["no session is lost"])
    assert not project.by_person("review").waiting


@pytest.mark.parametrize("how", ["words it", "confirms it"])
def test_a_person_who_stands_for_the_words_is_asked(project: Project, how: str) -> None:
    """The control: the record says otherwise than a person, who settles it."""
    name, _ = brought(project)
    if how == "words it":
        project.by_person("decision_record", of=name, text="We keep sessions in Redis.", confidence="70%")
    else:
        project.by_person("decision_record", of=name, confidence="70%")
        project.by_person("confirm", name=name)
    assert brought(project, "it is quick") == (name, "contested")
    (item,) = project.by_person("review").items
    assert item.name == name[:12]


def test_who_is_believed_less_than_the_record_replaces_no_words_of_it(project: Project) -> None:
    """The control: an agent may not say of a folder that it is the project's record."""
    name, _ = brought(project)
    project.by_person("decision_record", of=name, confidence="70%")
    assert brought(project, "it is quick", trust="agent") == (name, "contested")


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


def read_at_first(project: Project, said: str = "") -> str:
    """Write the record and have `init` read it; the id of its decision."""
    folder = project.root / "docs" / "adr"
    folder.mkdir(parents=True, exist_ok=True)
    text = MADR.replace("it survives restarts", said) if said else MADR
    (folder / "0001-use-redis.md").write_text(text, "utf-8")
    project.by_person("init")
    return memory_of_slot("decisions", "adr/docs/adr/0001-use-redis")


def test_init_reads_of_a_record_what_an_import_reads(project: Project) -> None:
    name = read_at_first(project)
    found = project.call("decision_show", name=name).decision
    assert [one.name for one in found.options][1:] == ["Memcached", "std::map"] and found.deciders
    (one,) = project.by_person("decision_import", file="docs/adr").records
    assert (one.id, one.outcome) == (name, "same")
    root = project.call("root").root
    assert project.by_person("init").changed == 0 and project.call("root").root == root


def test_what_a_person_added_stays_as_init_reads_the_record_anew(project: Project) -> None:
    name = read_at_first(project)
    project.by_person("decision_record", of=name, confidence="70%")
    for said in ("it survives every restart", "переживает каждый перезапуск"):
        read_at_first(project, said)
        found = project.call("decision_show", name=name).decision
        assert said in found.text and (found.confidence, found.standing) == (7_000, "active")
        assert len(found.options) == 3
    project.by_person("decision_record", of=name, text="We keep sessions in Redis.")
    read_at_first(project, "it is quick")  # the control: now the words are a person's
    assert project.call("decision_show", name=name).decision.text == "We keep sessions in Redis."


def test_init_takes_the_options_that_a_record_gets_later(project: Project) -> None:
    folder = project.root / "docs" / "adr"
    folder.mkdir(parents=True)
    text = "# 1. Keep orders in Postgres\n\n## Status\n\nAccepted\n\n## Decision\n\nWe keep orders in Postgres.\n"
    for more in ("", "\n## Considered Options\n\n- Postgres\n- MongoDB\n"):
        (folder / "0001-orders.md").write_text(text + more, "utf-8")
        project.by_person("init")
    name = memory_of_slot("decisions", "adr/docs/adr/0001-orders")
    assert "MongoDB" in [one.name for one in project.call("decision_show", name=name).decision.options]
    assert project.by_person("init").changed == 0
