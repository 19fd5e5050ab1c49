"""Checks as people and agents meet them: when a decision is recorded, in the log, and by the person's policy."""

from typing import Any

import pytest

from oldhand.errors import BadArgument, NeedsConsent, SafetyRefused
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project

RASH = {"text": "Move the ledger to another database", "confidence": "0.99", "risk": "high"}
ONE_SIDED = {
    "text": "Choose Kafka for events", "alternatives": ["RabbitMQ"], "for_": ["throughput", "replay"],
    "against": ["RabbitMQ: slow"], "confidence": "0.8",
}  # fmt: skip
BALANCED = {
    "text": "Keep carts in Redis", "alternatives": ["Memcached"], "for_": ["survives a restart", "Memcached: simple"],
    "against": ["one more service"], "confidence": "0.8",
}  # fmt: skip


def given(said: dict[str, Any]) -> dict[str, Any]:
    return {name.rstrip("_"): value for name, value in said.items()}


def record(project: Project, said: dict[str, Any], **more: Any) -> Any:
    return project.call("decision_record", **given(said | more))


def by_person(project: Project, said: dict[str, Any], **more: Any) -> Any:
    return project.by_person("decision_record", **given(said | more))


def checks(reply: Any) -> set[str]:
    return {sign.check for sign in reply.signs}


def policy(project: Project, said: str) -> None:
    project.by_person("config_set", name="safety.policy", value=said, scope="person")
    project.memory.forget_settings()


def log(project: Project) -> dict[tuple[str, str], Any]:
    return {(one.text, one.check): one for one in project.call("safety_log", limit=500).items}


def test_recording_tells_at_most_two_signs_and_keeps_all_of_them(project: Project) -> None:
    reply = record(project, RASH, reason="obviously the best")
    assert checks(reply) == {"no-alternatives", "unbacked-confidence"}
    assert not record(project, BALANCED).signs, "a weighed decision is told nothing"
    kept = log(project)
    assert {check for _, check in kept} == {"no-alternatives", "unbacked-confidence"}
    assert all(one.told and one.state == "open" and one.went == -1 for one in kept.values())
    counted = {one.id: one for one in project.call("safety_checks").checks}
    assert counted["unbacked-confidence"].fired == 1 and counted["unbacked-confidence"].state == "too few cases"
    assert project.call("safety_checks").decisions == 2, "what was checked without a sign counts too"


def test_how_a_decision_ended_is_held_against_what_was_seen_in_it(project: Project) -> None:
    rash = record(project, RASH).decision.id
    calm = record(project, BALANCED).decision.id
    project.by_person("decision_resolve", name=rash, outcome="failed", reason="two days without bookings")
    project.by_person("decision_resolve", name=calm, outcome="confirmed")
    one = log(project)[RASH["text"], "unbacked-confidence"]
    assert one.state == "failed" and one.went == 0
    told = {one.id: one for one in project.call("safety_checks").checks}["unbacked-confidence"]
    assert (told.ended, told.badly, told.otherwise) == (1, 1.0, 0.0)
    assert 0 < told.badly_low < told.badly_high == 1.0, "the interval of one case is wide"


def test_the_same_check_is_not_told_again_about_the_same_part_until_the_cooldown_is_over(project: Project) -> None:
    assert checks(record(project, ONE_SIDED)) == {"one-sided"}
    again = record(project, ONE_SIDED, text="Choose Pulsar for invoices")
    assert not again.signs
    assert ("Choose Pulsar for invoices", "one-sided") in log(project), "it is seen all the same"
    elsewhere = record(project, ONE_SIDED, text="Choose NATS for mail", module="mail")
    assert checks(elsewhere) == {"one-sided"}, "another part is another matter"
    other = Memory(project.root, project.home, actor="other-agent")
    with other:
        assert checks(call(other, "decision_record", given(ONE_SIDED | {"text": "Choose Redis for jobs"}))) == {
            "one-sided"
        }
    project.by_person("config_set", name="safety.cooldown_hours", value="0")
    project.memory.forget_settings()
    assert checks(record(project, ONE_SIDED, text="Choose ZeroMQ for chat")) == {"one-sided"}


def test_the_cooldown_is_in_the_local_log_alone(project: Project) -> None:
    record(project, ONE_SIDED)
    (project.folder / "traces.db").unlink()
    project.reopened()
    assert checks(record(project, ONE_SIDED, text="Choose Pulsar for invoices")) == {"one-sided"}


def test_where_very_many_were_checked_the_latest_of_them_count(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    from oldhand.reasoning import safety_scoring as scoring
    from oldhand.store import by_tag

    names = [
        record(project, BALANCED | {"text": f"Cache{number} holds table{number}"}).decision.id for number in range(5)
    ]
    project.call("remember", text="Some decision nobody checked", kind="decision")
    found = {}
    for many in (2_000, 2):
        monkeypatch.setattr(by_tag, "MANY", many)
        scoring._last.clear()
        with project.memory.reading() as reader:
            found[many] = list(scoring.looked(reader).tags)
    assert set(found[2]) == set(found[2_000]) == set(names)
    monkeypatch.setattr(scoring, "WINDOW", 3)
    scoring._last.clear()
    with project.memory.reading() as reader:
        assert set(scoring.looked(reader).tags) == set(names[2:])


def test_by_default_nothing_is_refused(project: Project) -> None:
    assert record(project, RASH).outcome == "remembered"


def test_a_policy_to_block_refuses_before_anything_is_written_until_a_reason_is_given(project: Project) -> None:
    policy(project, "advise unbacked-confidence=block")
    before = project.call("root").root
    with pytest.raises(SafetyRefused, match=r'--override "unbacked-confidence=REASON"'):
        record(project, RASH)
    assert project.call("root").root == before and not log(project)
    with pytest.raises(SafetyRefused):
        record(project, RASH, override=["one-sided=another check altogether"])
    done = record(project, RASH, override=["unbacked-confidence=the contract leaves us no other way"])
    assert done.outcome == "remembered"
    one = log(project)[RASH["text"], "unbacked-confidence"]
    assert one.override == "the contract leaves us no other way"
    (held,) = [one for one in project.call("active", limit=50).items if one.kind == "decision"]
    assert held.trust == "agent", "an agent's override has an agent's trust"


def test_a_policy_to_ask_needs_a_yes(project: Project) -> None:
    policy(project, "one-sided=ask")
    with pytest.raises(NeedsConsent, match="strongest reason against"):
        record(project, ONE_SIDED)
    assert record(project, ONE_SIDED, yes=True).outcome == "remembered"
    assert record(project, RASH).outcome == "remembered", "the others advise"


def test_a_policy_for_agents_leaves_people_with_advice(project: Project) -> None:
    policy(project, "block:agents")
    with pytest.raises(SafetyRefused):
        record(project, RASH)
    assert checks(by_person(project, RASH)) == {"no-alternatives", "unbacked-confidence"}


def test_a_policy_of_off_tells_nothing_and_still_keeps_score(project: Project) -> None:
    policy(project, "advise unbacked-confidence=off")
    assert checks(record(project, RASH)) == {"no-alternatives"}
    assert not log(project)[RASH["text"], "unbacked-confidence"].told


@pytest.mark.parametrize("wrong", [
    "forbid", "one-sided", "one-sided=maybe", "no-such-check=block", "advise block", "one-sided=ask one-sided=block",
    "=block=", "block:people", "\x1b[2J",
])  # fmt: skip
def test_a_policy_that_is_none_is_refused_with_what_is_accepted(project: Project, wrong: str) -> None:
    with pytest.raises(BadArgument, match=r"it is advise, ask, block or off|one policy is kept"):
        policy(project, wrong)


@pytest.mark.parametrize(
    "wrong", ["because I say so", "one-sided", "one-sided=", "one-sided=ok", "no-check=a good reason"]
)
def test_an_override_that_is_none_is_refused(project: Project, wrong: str) -> None:
    with pytest.raises(BadArgument, match=r"CHECK=REASON|why the decision is right"):
        record(project, RASH, override=[wrong])


def test_no_agent_and_no_project_changes_the_policy(project: Project) -> None:
    from oldhand.errors import OldhandError

    for scope in ("person", "project"):
        with pytest.raises(OldhandError):
            project.call("config_set", name="safety.policy", value="advise", scope=scope)
    (project.folder / "settings.json").write_text('{"safety.policy": "block"}')
    project.memory.forget_settings()
    assert project.memory.setting("safety.policy") == "advise"
    assert record(project, RASH).outcome == "remembered"


def test_a_sign_that_is_heeded_is_told_apart_from_a_false_alarm(project: Project) -> None:
    name = record(project, ONE_SIDED).decision.id
    project.call(
        "decision_record", of=name, against=["it takes three people to run"], **{"for": ["RabbitMQ: we know it"]}
    )  # fmt: skip
    (one,) = log(project).values()
    assert one.heeded and one.check == "one-sided"
    told = {one.id: one for one in project.call("safety_checks").checks}["one-sided"]
    assert (told.fired, told.heeded, told.ended) == (1, 1, 0)


def test_how_many_are_told_is_a_setting_and_none_is_a_choice(project: Project) -> None:
    project.by_person("config_set", name="safety.most", value="0", scope="person")
    project.memory.forget_settings()
    assert not record(project, RASH).signs
    assert log(project), "what was seen is kept"


def test_an_open_question_is_told_before_it_is_answered_and_not_after(project: Project) -> None:
    question = project.call("ask", question="Who operates the Redis cluster for carts at night?").memories[0].id
    said = BALANCED | {"text": "Carts live in the Redis cluster, operated at night by whoever is awake"}
    reply = record(project, said)
    assert checks(reply) == {"open-questions"} and "operates the Redis cluster" in reply.signs[0].evidence
    answer = project.call("remember", text="The platform team operates the Redis cluster at night.").memories[0].id
    project.call("link", source=answer, relation="answers", target=question)
    again = record(
        project, said | {"text": "Carts stay in the Redis cluster, operated at night by them", "module": "c"}
    )
    assert "open-questions" not in checks(again)


def test_a_question_that_the_decision_answers_is_none_that_it_turns_on(project: Project) -> None:
    project.call("ask", question="Which Redis cluster do carts live in, operated by whom?")
    said = BALANCED | {"text": "Carts live in the second Redis cluster, operated by the platform team"}
    assert not record(project, said).signs


def test_a_single_bite_of_last_week_is_held_against_the_record_of_the_matter(project: Project) -> None:
    for number in range(5):
        made = record(project, BALANCED | {"text": f"Afternoon deploy window of carts number {number}"}).decision.id
        project.by_person("decision_resolve", name=made, outcome="confirmed")
    said = BALANCED | {"text": "Close the afternoon deploy window of carts, some were lost"}
    assert "recent-incident" not in checks(record(project, said)), "nothing happened"
    project.call("gotcha", text="Carts were lost in an afternoon deploy")
    after = record(project, said | {"text": "No afternoon deploy window of carts, some were lost", "module": "deploy"})
    assert "recent-incident" in checks(after)


def test_a_way_back_is_told_with_what_replaced_it(project: Project) -> None:
    first = record(project, BALANCED).decision.id
    second = record(
        project, BALANCED | {"text": "Carts move to Postgres"}, supersedes=[first], reason="Redis lost them"
    )
    back = record(
        project, BALANCED | {"text": "Keep the carts in Redis"}, supersedes=[second.decision.id], module="carts"
    )
    assert "reversal" in checks(back)


def test_a_decision_and_words_are_checked_by_hand(project: Project) -> None:
    name = record(project, ONE_SIDED).decision.id
    assert checks(project.call("safety_check", about=name[:12])) == {"one-sided"}
    assert checks(project.call("safety_check", about="Мы уже вложили полгода, бросать обидно")) == {"spent-words"}
    assert not project.call("safety_check", about="The API must return 404").signs


def test_what_came_after_a_decision_is_not_held_against_it(project: Project) -> None:
    texts = [f"Retry payments with backoff, attempt {number}" for number in range(4)]
    names = [record(project, BALANCED | {"text": text}, module=f"m{at}").decision.id for at, text in enumerate(texts)]
    for name in names[:3]:
        project.by_person("decision_resolve", name=name, outcome="failed")
    assert not project.call("safety_check", about=names[3]).signs, "nobody knew it then"
    fifth = record(project, BALANCED | {"text": "Retry payments with backoff, attempt 5"}, module="m5")
    assert checks(fifth) == {"escalation"}


def test_a_check_that_proves_wrong_is_no_longer_told_and_goes_on_looking(project: Project) -> None:
    """One-sided decisions that all go well, and weighed ones that all fail: here the check is worth nothing."""
    for number in range(25):
        wrong = record(project, ONE_SIDED | {"text": f"Queue{number} carries topic{number}"}, module=f"a{number}")
        project.by_person("decision_resolve", name=wrong.decision.id, outcome="confirmed")
        if number == 0:
            assert checks(wrong) == {"one-sided"}, "before anything is known it is told"
        right = record(project, BALANCED | {"text": f"Cache{number} holds table{number}"}, module=f"b{number}")
        project.by_person("decision_resolve", name=right.decision.id, outcome="failed")
    told = {one.id: one for one in project.call("safety_checks").checks}["one-sided"]
    assert (told.state, told.ended, told.badly, told.otherwise) == ("quieted", 25, 0.0, 1.0)
    assert told.more_high < 0
    quiet = record(project, ONE_SIDED | {"text": "Queue99 carries topic99"}, module="c")
    assert checks(quiet) == {"calibration"}, "half of them went well, and this one says 0.8"
    assert ("Queue99 carries topic99", "one-sided") in log(project)
    assert project.call("safety_check", about=quiet.decision.id).quieted == ["one-sided"]
    policy(project, "one-sided=advise")
    again = record(project, ONE_SIDED | {"text": "Queue98 carries topic98", "confidence": "0.5"}, module="d")
    assert checks(again) == {"one-sided"}
    named = {one.id: one for one in project.call("safety_checks").checks}["one-sided"]
    assert named.state == "proved wrong", "what a person names is told all the same, and the truth with it"


def test_bad_input_is_told(project: Project) -> None:
    from oldhand.errors import MissingArgument, NotADecision, UnknownId

    claim = project.call("remember", text="Postgres listens on 5433 in CI").memories[0].id
    for about, error in ((claim, NotADecision), ("abcdef12", UnknownId), ("  ", MissingArgument)):
        with pytest.raises(error):
            project.call("safety_check", about=about)
    with pytest.raises(BadArgument, match="the checks are"):
        project.call("safety_log", check="optimism")


def test_the_router_tells_a_decision_from_the_rest(project: Project) -> None:
    said = project.call("router_test", text="Should we use Redis or Memcached for sessions?")
    assert said.kind == "decision" and said.signs and "decide" in said.next
    assert project.call("router_test", text="Redis или Memcached для сессий, что лучше?").kind == "decision"
    assert project.call("router_test", text="Why did the deploy fail yesterday?").kind == "learning"
    plain = project.call("router_test", text="All writes must go through the repository layer")
    assert plain.kind == "tactical" and not plain.next
