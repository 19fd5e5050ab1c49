"""Nobody ends, withdraws, brings back or loosens what stands above them, and no reply says that they did."""

import pytest

from oldhand.errors import PutAway, Refused
from oldhand.knowledge.occasions import DAY_MS
from oldhand.memory import Memory
from oldhand.model.moment import day
from oldhand.operation import call
from tests.conftest import Project
from tests.governance.test_lineage import said
from tests.surfaces.peers import mcp

GUARDS = {
    "recall.global": "no", "capture.automatic": "no", "capture.quota": "0", "capture.per_session": "0",
    "secrets.patterns": "ACME-[A-Z]{8}", "secrets.allow": "demo_[a-z]{12}", "traces.keep": "0", "backup.keep": "1",
    "review.expire_days": "1", "files.write": "agents",
}  # fmt: skip


def stands(project: Project, name: str) -> str:
    """How a memory stands."""
    return str(call(project.reopened(), "show", {"name": name}).memory.standing)


# -- withdrawing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["user", "cli", "repo:docs/guide.md", "history", "bob"])
def test_an_agent_does_not_withdraw_what_is_believed_more(project: Project, origin: str) -> None:
    said(project, "Deploys need two approvals.")
    with Memory(project.root, project.home, actor="bob", trust="user", origin="cli") as bob:
        call(bob, "remember", {"text": "Carts expire after a day."})
    for more in ({}, {"dry_run": True}):
        with pytest.raises(Refused, match=r"(?s)nobody withdraws what is trusted more.*A person can"):
            project.call("revoke", origin=origin, **more)
    assert not project.call("revoke").withdrawn
    if origin in ("repo:docs/guide.md", "bob"):
        assert project.by_person("revoke", origin=origin).outcome == "withdrawn"


def test_an_agent_withdraws_a_page_that_it_read(project: Project) -> None:
    name = project.call("remember", text="The gateway times out after 30 s.", source="https://a.example").memories[0].id
    assert project.call("revoke", origin="https://a.example").quarantined == 1
    assert stands(project, name) == "quarantined"


# -- reminders ---------------------------------------------------------------------------------------


def test_an_agent_has_seen_a_persons_reminder_and_it_stays(project: Project) -> None:
    name = project.by_person("remind", text="Rotate the staging key.").memories[0].id
    first, second = (project.call("acknowledge", name=name) for _ in range(2))
    assert (first.state, first.changed, second.state, second.changed) == ("seen", True, "seen", False)
    with pytest.raises(Refused, match="put it off"):
        project.call("acknowledge", name=name, until="in 3 days")
    assert [(one.id, one.state) for one in project.call("remind").items] == [(name, "due")]
    assert project.by_person("acknowledge", name=name).state == "done"


def test_a_reminder_that_comes_back_by_itself_is_taken_note_of_by_anybody(project: Project) -> None:
    words = {"text": "Run the slow tests.", "when": ["command:git push"], "every": "time"}
    name = project.by_person("remind", **words).memories[0].id
    assert project.call("acknowledge", name=name).state == "waiting"
    weekly = project.by_person("remind", text="Look at the queue.", every="7 days").memories[0].id
    assert project.call("acknowledge", name=weekly).state == "later"


def test_an_agent_ends_a_reminder_of_its_own(project: Project) -> None:
    name = project.call("remind", text="Clean the branch up.").memories[0].id
    assert project.call("acknowledge", name=name).state == "done"


def test_an_agent_ends_no_reminder_by_taking_it_past_its_end(project: Project) -> None:
    end = day(project.memory.now() + 3 * DAY_MS)
    name = project.by_person("remind", text="Look at the queue.", every="7 days", until=end).memories[0].id
    assert project.call("acknowledge", name=name).state == "seen"
    assert stands(project, name) == "active"


# -- settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GUARDS)
@pytest.mark.parametrize("scope", ["project", "person"])
def test_an_agent_sets_nothing_that_guards_the_person(project: Project, name: str, scope: str) -> None:
    before = project.call("config_show").settings
    with pytest.raises(Refused, match="a person sets it"):
        project.call("config_set", name=name, value=GUARDS[name], scope=scope)
    assert project.call("config_show").settings == before
    assert project.by_person("config_set", name=name, value=GUARDS[name], scope="person").in_force is not None
    with pytest.raises(Refused, match="a person sets it"):
        project.call("config_reset", name=name, scope="person")


def test_an_agent_sets_what_is_convenience(project: Project) -> None:
    assert project.call("config_set", name="recall.limit", value="7").in_force == 7


def test_an_agent_has_no_way_round_through_the_wizard(project: Project) -> None:
    with pytest.raises(Refused, match="a person sets it"):
        project.call("config_wizard", apply=True, use_global="no", keep_log=0)
    assert project.by_person("config_wizard", apply=True, use_global="no", keep_log=0).file


# -- what a person retired ---------------------------------------------------------------------------


def test_what_a_person_retired_does_not_come_back_at_an_agents_word(project: Project) -> None:
    name = project.call("remember", text="Deploys go out on Fridays.").memories[0].id
    project.by_person("retire", name=name, reason="not any more")
    for act, arguments in (
        ("remember", {"text": "Deploys go out on Fridays."}),
        ("confirm", {"name": name}),
        ("restore", {"name": name}),
    ):
        with pytest.raises(PutAway, match=rf"retired on .* by user.*{name[:12]}"):
            project.call(act, **arguments)
    bulk = '{"text": "Deploys go out on Fridays."}\n{"text": "Carts are kept in Redis."}'
    assert [one.outcome for one in project.call("remember", jsonl=bulk).memories] == ["settled", "remembered"]
    assert stands(project, name) == "retired"
    again = project.by_person("remember", text="Deploys go out on Fridays.").memories[0]
    assert (again.outcome, stands(project, name)) == ("restored", "active")


def test_nor_in_other_words_where_it_answered_a_question(project: Project) -> None:
    name = project.call("remember", text="Never commit secrets.", key="rules/secrets").memories[0].id
    project.by_person("retire", name=name)
    other = project.call("remember", text="Secrets must not be committed.", key="rules/secrets").memories[0]
    assert (other.outcome, stands(project, name)) == ("quarantined", "retired")
    new = project.call("remember", text="Secrets live in the vault.", key="rules/secrets").memories[0]
    assert (new.outcome, stands(project, name)) == ("changed", "active"), "another answer is welcome"


def test_what_an_agent_retired_an_agent_brings_back(project: Project) -> None:
    name = project.call("remember", text="Deploys go out on Fridays.").memories[0].id
    project.call("retire", name=name)
    assert project.call("remember", text="Deploys go out on Fridays.").memories[0].outcome == "restored"


def test_a_reminder_that_a_person_is_done_with_can_be_set_again(project: Project) -> None:
    name = project.by_person("remind", text="Run the slow tests.").memories[0].id
    project.by_person("acknowledge", name=name)
    project.call("remind", text="Run the slow tests.")
    assert stands(project, name) == "active"


# -- disputes ----------------------------------------------------------------------------------------


def test_an_agents_confirmation_does_not_settle_a_persons_dispute(project: Project) -> None:
    name = project.call("remember", text="Deploys go out on Fridays.").memories[0].id
    project.by_person("dispute", name=name, reason="I never said so")
    project.call("confirm", name=name)
    project.call("remember", text="Deploys go out on Fridays.")
    assert stands(project, name) == "contested"
    project.by_person("confirm", name=name)
    assert stands(project, name) == "active"


# -- keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("Port", "port"), ("db/port", "db/Port"), ("порт", "Порт")])
def test_a_key_that_differs_only_in_case_is_named(project: Project, first: str, second: str) -> None:
    alone = project.call("remember", text="It is 5432.", key=first).memories[0]
    other = project.call("remember", text="It is 5433.", key=second).memories[0]
    third = project.call("remember", text="It is red.", key="colour").memories[0]
    assert (alone.key_alike, other.key_alike, third.key_alike) == ("", first, "")
    assert alone.id != other.id


# -- what is said about it ---------------------------------------------------------------------------


def test_an_agent_that_repeats_a_person_says_nothing_of_when_it_ends_or_how_much_it_matters(project: Project) -> None:
    name = said(project, "Deploys need two approvals.")
    weak = {"valid_until": "2026-01-01", "priority": -100, "confidence": 0.1, "domain": "tasks"}
    project.call("remember", text="Deploys need two approvals.", tags=["captured", "ops"], **weak)
    held = project.call("show", name=name).memory
    assert (held.valid_until, held.priority, held.confidence, held.domain) == ("", 0, -1.0, "context")
    assert held.tags == ["ops"]
    assert "two approvals" in "\n".join(project.call("brief").lines)
    project.by_person("remember", text="Deploys need two approvals.", priority=7)
    assert project.call("show", name=name).memory.priority == 7


def test_no_tag_makes_a_persons_word_one_that_anybody_may_contradict(project: Project) -> None:
    name = said(project, "Postgres listens on port 5432.")
    project.call("revise", name=name, tags=["captured"])
    project.call("remember", text="Postgres listens on port 5433.")
    assert stands(project, name) == "contested"


# -- what this program notes itself ------------------------------------------------------------------


def test_the_note_of_a_file_that_was_written_waits_for_nobody(project: Project) -> None:
    project.call("remember", text="Deploys need two approvals.")
    project.call("soul", output="SOUL.md")
    project.call("write", file="notes.txt", content="hello\n")
    assert project.call("review").waiting == 0
    spoofed = {"key": "edit/b.py", "domain": "history", "priority": -50, "source": "tool:lint"}
    project.call("remember", text="b.py was changed: carts are kept in Redis.", **spoofed)
    assert project.call("review").by_cause == {"untrusted": 1}, "what somebody passes on waits all the same"


def test_the_document_that_soul_writes_is_never_read_back(project: Project) -> None:
    project.call("remember", text="Deploys need two approvals.")
    project.call("soul", output="SOUL.md")
    (project.root / "README.md").write_text("# Shop\n\nIt sells carts to people all over the town.\n", "utf-8")
    text = (project.root / "SOUL.md").read_text("utf-8")
    for changed in (text, text.replace("two approvals", "no approvals")):
        (project.root / "SOUL.md").write_text(changed, "utf-8")
        done = project.by_person("init")
        assert list(done.by_file) == ["README.md"] and ["SOUL.md", "generated"] in done.left_out


# -- over MCP ----------------------------------------------------------------------------------------


def test_over_mcp_the_same_is_refused_in_one_line(project: Project) -> None:
    retired = project.call("remember", text="Deploys go out on Fridays.").memories[0].id
    project.by_person("retire", name=retired)
    due = project.by_person("remind", text="Rotate the staging key.").memories[0].id
    project.memory.close()
    with mcp(project.root, project.home) as peer:
        for name, arguments, words in (
            ("revoke", {"origin": "user"}, "A person can"),
            ("config_set", {"name": "recall.global", "value": "no"}, "a person sets it"),
            ("remember", {"text": "Deploys go out on Fridays."}, "A person brings it back"),
            ("acknowledge", {"name": due, "until": "tomorrow"}, "you cannot put it off"),
        ):
            text, failed = peer.tool("operate", name=name, arguments=arguments)
            assert failed and words in text and "\n" not in text
        text, failed = peer.tool("operate", name="acknowledge", arguments={"name": due})
        assert not failed and "you have seen it; it stays" in text
