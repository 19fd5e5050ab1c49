"""Skills: what decisions about a subject came to, distilled from those whose outcome is known."""

import random
from typing import Any

import pytest

from oldhand.errors import AmbiguousId, PutAway, UnknownSkill
from oldhand.reasoning.skill_distilling import agreed, quality, slug
from oldhand.reasoning.skill_subjects import FEWEST, identity
from oldhand.reasoning.skill_zones import Share
from oldhand.reasoning.skills import Pattern, fitting, read_pattern, written
from tests.conftest import Project
from tests.reasoning.resolved import AGENT, AT, DAY_MS, GIT, PERSON, WHOLE, Made, drawn, make, option

GOOD, BAD = [WHOLE] * 11 + [0], [0] * 9


def sessions(project: Project, **said: Any) -> list[str]:
    """Sessions: Redis goes well, Memcached badly, PostgreSQL both ways."""
    return make(project, [
        *option("Redis", GOOD, **said), *option("Memcached", BAD, **said),
        *option("PostgreSQL", [WHOLE, 0, WHOLE, 0, WHOLE, WHOLE], **said),
    ])  # fmt: skip


def distilled(project: Project, subject: str = "") -> dict[str, Any]:
    """What distilling made, by name."""
    return {one.skill.name: one for one in project.by_person("skill_distill", subject=subject).items}


def zones(skill: Any) -> dict[str, list[str]]:
    return {zone: [one.text for one in skill.patterns if one.zone == zone] for zone in ("green", "yellow", "red")}


# -- what is distilled -------------------------------------------------------------------------------------


def test_what_went_better_and_worse_is_told_with_its_counts(project: Project) -> None:
    ids = sessions(project)
    (made,) = distilled(project).values()
    assert (made.outcome, made.skill.name, made.skill.rule) == ("remembered", "sessions", "word")
    assert zones(made.skill) == {"green": ["redis"], "yellow": [], "red": ["memcached"]}
    green = made.skill.patterns[0]
    assert (green.went, green.trials, green.rest_went, green.rest_trials) == (11.0, 12.0, 4.0, 15.0)
    assert green.low < 11 / 12 < green.high <= 1.0
    assert set(green.ids) <= {one[:12] for one in ids[:12]}, "each pattern names decisions that have it"
    assert (made.skill.went, made.skill.trials, made.skill.resolved) == (15.0, 27.0, 27)


@pytest.mark.parametrize("many", [3, 10, 40, 200])
def test_options_that_make_no_difference_get_no_zone(project: Project, many: int) -> None:
    draw = random.Random(many)
    make(project, [*option("Redis", drawn(draw, many, 0.6)), *option("Memcached", drawn(draw, many, 0.6))])
    for one in distilled(project).values():
        assert not zones(one.skill)["green"] and not zones(one.skill)["red"], zones(one.skill)


@pytest.mark.parametrize(("many", "found"), [(3, False), (8, True), (60, True)])
def test_a_good_option_is_found_once_there_is_enough_of_it(project: Project, many: int, found: bool) -> None:
    make(project, [*option("Redis", [WHOLE] * many), *option("Memcached", [0] * many)])
    told = [zones(one.skill) for one in distilled(project).values()]
    assert ([one["green"] for one in told] == [["redis"]]) is found


def test_too_few_decisions_make_no_skill(project: Project) -> None:
    make(project, option("Redis", [WHOLE] * (FEWEST - 1)))
    assert project.by_person("skill_distill").items == []
    make(project, option("Memcached", [0]))
    assert len(project.by_person("skill_distill").items) == 1, "the control: one more, and there is one"


def test_open_decisions_and_those_without_weight_count_for_nothing(project: Project) -> None:
    make(project, option("Redis", [None] * 20))
    reply = project.by_person("skill_distill")
    assert (reply.items, reply.resolved, reply.open) == ([], 0, 20)


def test_how_many_are_open_still_is_told_since_failures_show_sooner(project: Project) -> None:
    make(project, [*option("Redis", [None] * 10), *option("Memcached", [0] * 9)])
    project.by_person("skill_distill", subject="sessions")
    shown = project.by_person("skill_show", name="sessions").skill
    assert (shown.resolved, shown.of) == (9, 19)
    make(project, option("Valkey", [WHOLE] * 9, "queues"))
    project.by_person("skill_distill")
    with project.memory.reading() as reader:
        line = fitting(reader, "sessions")
        assert line is not None and "(10 more are open)" in line.text


def test_weak_evidence_needs_more_decisions(project: Project) -> None:
    make(project, [one._replace(weight=2_000) for one in option("Redis", [WHOLE] * 10)])
    assert project.by_person("skill_distill").items == [], "ten hints are worth two trials"


def test_reasons_and_dependencies_are_patterns_too(project: Project) -> None:
    make(project, [
        *option("Redis", [WHOLE] * 10, reason="measured under load"),
        *option("Valkey", [0] * 10, reason="everybody praises it"),
    ])  # fmt: skip
    (made,) = distilled(project).values()
    assert zones(made.skill)["green"] == ["redis, load, measured"], "what always comes together is one"


def test_a_module_a_tag_and_a_word_of_one_name_are_one_subject(project: Project) -> None:
    some = option("Redis", [WHOLE] * 3, tags=["Sessions"]) + option("Valkey", [WHOLE] * 3, module="sessions")
    make(project, some + option("Memcached", [0] * 3))
    (made,) = distilled(project).values()
    assert (made.skill.rule, made.skill.trials) == ("module", 9.0)


def test_the_subject_itself_is_held_against_all_other_decisions(project: Project) -> None:
    make(
        project, [*option("Redis", [0] * 12, module="src/pay"), *option("Qt", [WHOLE] * 12, "windows", module="src/ui")]
    )
    made = distilled(project)
    assert (made["src-pay"].skill.against, made["src-ui"].skill.against) == ("red", "green")
    assert (made["src-pay"].skill.elsewhere_went, made["src-pay"].skill.elsewhere_trials) == (12.0, 12.0)


def test_russian_decisions_make_a_skill_with_a_latin_name(project: Project) -> None:
    texts = [(f"Хранить сессии в {store} для раздела {number}", well) for store, well in
             (("Redis", WHOLE), ("Memcached", 0)) for number in range(8)]  # fmt: skip
    make(project, [Made(text, well) for text, well in texts])
    made = distilled(project)
    assert "sessii" in made and zones(made["sessii"].skill)["green"] == ["redis"]
    assert project.by_person("skill_show", name="сессии").skill.name == "sessii"


def test_the_order_in_which_decisions_came_makes_no_difference(make_project: Any) -> None:
    told = []
    for name, order in (("one", 1), ("two", -1)):
        place = make_project(name)
        make(place, [*option("Redis", GOOD), *option("Memcached", BAD)][::order])
        told.append([zones(one.skill) for one in distilled(place).values()])
    assert told[0] == told[1]


# -- what is kept ------------------------------------------------------------------------------------------


def test_the_same_evidence_writes_no_event(project: Project) -> None:
    sessions(project)
    project.by_person("skill_distill")
    root, length = project.by_person("root").root, project.by_person("log", limit=1).total
    again = project.by_person("skill_distill")
    assert [one.outcome for one in again.items] == ["unchanged"]
    assert (project.by_person("root").root, project.by_person("log", limit=1).total) == (root, length)


def test_more_outcomes_are_a_new_wording_of_the_same_memory(project: Project) -> None:
    sessions(project)
    (first,) = distilled(project).values()
    make(project, option("SQLite", [0] * 6))
    shown = project.by_person("skill_show", name="sessions").skill
    assert shown.due == ["6 more decisions ended since it was distilled"]
    (second,) = distilled(project).values()
    assert (second.outcome, second.skill.id) == ("changed", first.skill.id)
    assert len(project.by_person("history", name=first.skill.id).events) > 1
    assert project.by_person("skill_show", name="sessions").skill.due == []


def test_a_dry_run_writes_nothing_and_tells_the_same(project: Project) -> None:
    sessions(project)
    root = project.by_person("root").root
    would = project.by_person("skill_distill", dry_run=True)
    assert project.by_person("root").root == root
    made = project.by_person("skill_distill")
    assert [one.skill.patterns for one in would.items] == [one.skill.patterns for one in made.items]


def test_a_decision_that_turns_out_badly_later_is_told_before_it_is_distilled_again(project: Project) -> None:
    ids = sessions(project)
    project.by_person("skill_distill")
    project.by_person("decision_resolve", name=ids[0], outcome="reverted", reason="it leaked memory")
    shown = project.by_person("skill_show", name="sessions")
    assert shown.skill.due == ["outcomes of its decisions changed since it was distilled"]
    assert next(one.ending for one in shown.decisions if one.id == ids[0]).endswith("(it leaked memory)")
    assert shown.decisions[0].bad, "what went badly comes first"


def test_a_skill_is_believed_as_far_as_the_least_of_its_inputs(project: Project) -> None:
    make(project, [*option("Redis", GOOD, voice=PERSON), *option("SQLite", GOOD, voice=PERSON)])
    assert distilled(project)["sessions"].skill.trust == "repo", "its outcomes come from git"
    make(project, option("Memcached", BAD, voice=AGENT))
    assert distilled(project)["sessions"].skill.trust == "agent"


def test_who_distils_makes_no_difference(make_project: Any) -> None:
    trusts = []
    for name in ("by-person", "by-agent"):
        place = make_project(name)
        sessions(place)
        reply = place.by_person("skill_distill") if name == "by-person" else place.call("skill_distill")
        trusts.append([one.skill.trust for one in reply.items])
    assert trusts == [["repo"], ["repo"]]


def test_a_rejected_decision_takes_its_skill_along_until_it_is_distilled_again(project: Project) -> None:
    ids = sessions(project)
    (made,) = distilled(project).values()
    project.by_person("reject", name=ids[0], reason="it was never made")
    assert project.by_person("show", name=made.skill.id).memory.standing == "quarantined"
    (anew,) = distilled(project).values()
    assert (anew.outcome, anew.skill.standing) == ("restored", "active")
    assert anew.skill.trials == made.skill.trials - 1
    provenance = project.by_person("provenance", name=made.skill.id)
    assert ids[0] not in str(provenance)


def test_a_forgotten_decision_leaves_no_word_in_a_skill(project: Project) -> None:
    ids = sessions(project)
    project.by_person("skill_distill")
    project.by_person("forget", names=[ids[12]], yes=True)
    reply = project.by_person("skill_distill")
    assert all(ids[12][:12] not in one.ids for item in reply.items for one in item.skill.patterns)
    assert not project.findings()


def test_a_skill_that_a_person_retired_comes_back_only_when_it_is_named(project: Project) -> None:
    sessions(project)
    (made,) = distilled(project).values()
    project.by_person("retire", name=made.skill.id, reason="we know better")
    assert distilled(project)["sessions"].outcome == "put away"
    with pytest.raises(PutAway):
        project.call("skill_distill", subject="sessions")
    assert distilled(project, "sessions")["sessions"].skill.standing == "active"


def test_a_skill_whose_decisions_make_none_any_more_is_put_away_and_comes_back(project: Project) -> None:
    ids = make(project, [*option("Redis", [WHOLE] * 3), *option("SQLite", [WHOLE] * (FEWEST - 3))])
    project.by_person("skill_distill")
    project.by_person("decision_resolve", name=ids[0], outcome="abandoned")
    reply = project.by_person("skill_distill")
    assert (reply.items, reply.retired) == ([], 1)
    assert project.by_person("skill_list").items == []
    make(project, option("Memcached", [0] * 2))
    assert distilled(project)["sessions"].outcome in ("restored", "changed")
    assert [one.name for one in project.by_person("skill_list").items] == ["sessions"]


# -- how to go about it ------------------------------------------------------------------------------------


def test_advice_names_the_memories_that_say_it_and_follows_them(project: Project) -> None:
    (project.root / "src" / "pay").mkdir(parents=True)
    (project.root / "src" / "pay" / "a.py").write_text("x = 1\n", encoding="utf-8")
    make(project, option("Redis", GOOD, module="src/pay", criteria=["p95 below 100 ms"]))
    rule = (
        project.by_person("remember", text="Amounts are whole cents", kind="convention", anchors=["src/pay/a.py"])
        .memories[0]
        .id
    )
    tried = project.by_person(
        "negative_record", text="float amounts", conclusion="cents were lost", advice="whole cents",
        anchors=["src/pay"],
    ).negative.id  # fmt: skip
    made = distilled(project)["src-pay"].skill.name
    shown = project.by_person("skill_show", name=made)
    assert [(one.sort, one.text) for one in shown.advice if one.sort == "criterion"] == [
        ("criterion", "p95 below 100 ms")
    ]
    assert [one.id for one in shown.advice if one.sort == "convention"] == [rule]
    assert [(one.id, one.instead) for one in shown.advice if one.sort == "avoid"] == [(tried, "whole cents")]
    project.by_person("negative_expire", name=tried)
    project.by_person("revise", name=rule, text="Amounts are whole cents of the account's currency")
    shown = project.by_person("skill_show", name=made)
    assert [one.sort for one in shown.advice] == ["criterion", "convention"] and shown.gone == 1
    assert shown.advice[1].text.endswith("currency"), "nothing is copied, so nothing goes stale"


def test_what_two_skills_say_otherwise_of_one_pattern_is_told(project: Project) -> None:
    make(project, [
        *option("Redis", [WHOLE] * 12, "sessions", module="web"), *option("SQLite", [0] * 12, "sessions", module="web"),
        *option("Redis", [0] * 12, "queues", module="jobs"), *option("SQLite", [WHOLE] * 12, "queues", module="jobs"),
    ])  # fmt: skip
    project.by_person("skill_distill")
    assert any("redis went worse in jobs" in one for one in project.by_person("skill_show", name="web").conflicts)


# -- names and lines ---------------------------------------------------------------------------------------


def test_a_name_that_means_no_skill_or_several_is_told(project: Project) -> None:
    with pytest.raises(UnknownSkill):
        project.by_person("skill_show", name="sessions")
    with pytest.raises(UnknownSkill):
        project.by_person("skill_distill", subject="sessions")
    make(project, [*option("Redis", GOOD, module="src/one"), *option("Valkey", GOOD, "queues", module="src/two")])
    project.by_person("skill_distill")
    with pytest.raises(AmbiguousId):
        project.by_person("skill_show", name="src")
    assert project.by_person("skill_show", name="SRC/one").skill.name == "src-one"


def test_a_skill_fits_who_speaks_of_its_subject_or_touches_its_files(project: Project) -> None:
    sessions(project, module="src/sessions")
    with project.memory.reading() as reader:
        assert fitting(reader, "sessions") is None, "there is none yet"
    project.by_person("skill_distill")
    with project.memory.reading() as reader:
        by_word, by_place = fitting(reader, "where do sessions go?"), fitting(reader, "", ["src/sessions/a.py"])
        assert by_word is not None and by_word == by_place and "better with redis" in by_word.text
        assert fitting(reader, "paint the shed", ["src/other.py"]) is None


def test_texts_and_places_as_long_as_arguments_may_be_cost_nothing_much(project: Project) -> None:
    sessions(project, module="src/sessions")
    project.by_person("skill_distill")
    with project.memory.reading() as reader:
        assert fitting(reader, "x/" * 500_000, ["a/" * 500_000]) is None
        assert fitting(reader, "sessions " + "word " * 500_000, ["/" * 500_000]) is not None


def test_a_skill_without_anything_sure_is_told_to_nobody_unasked(project: Project) -> None:
    make(project, option("Redis", [WHOLE, 0, WHOLE, 0, WHOLE, 0]))
    project.by_person("skill_distill")
    with project.memory.reading() as reader:
        assert fitting(reader, "sessions") is None


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("src/Pay API", "src-pay-api"),
        ("Сессии щётка", "sessii-schetka"),
        ("日本", ""),
        ("--x--", "x"),
        ("a" * 99, "a" * 40),
    ],
)
def test_names_are_what_hosts_allow(said: str, plain: str) -> None:
    assert slug(said) == plain


def test_subjects_are_known_again_however_they_are_written() -> None:
    assert identity("Sessions") == identity(" session ") == "session"
    assert identity("src/pay") == "src/pay"


def test_patterns_come_back_as_they_were_written() -> None:
    one = Pattern("choice", "redis, in a cluster", Share(9.5, 10.0), 0.72, 0.98, Share(4.0, 9.0), ("a1b2c3d4e5f6",))
    assert read_pattern(written(one)) == one
    assert read_pattern("choice 1 2 3 red") is None and read_pattern("x -1 2 3 4 5 6 a b") is None


def test_quality_needs_all_of_what_it_is_made_of() -> None:
    many = quality(Share(80, 100), 100, 100, 1.0)
    assert many > quality(Share(8, 10), 10, 10, 1.0) > quality(Share(3, 5), 5, 5, 1.0)
    assert quality(Share(80, 100), 100, 400, 1.0) < many and quality(Share(80, 100), 100, 100, 0.0) == 0.0
    assert agreed([(10_000, 10_000), (5_000, 10_000)]) == 0.5


def test_time_alone_writes_nothing_and_takes_from_what_is_told(project: Project, monkeypatch: Any) -> None:
    sessions(project)
    project.by_person("skill_distill")
    root = project.by_person("root").root
    before = project.by_person("skill_show", name="sessions").skill
    from oldhand.memory import Memory

    monkeypatch.setattr(Memory, "now", staticmethod(lambda: AT + 730 * DAY_MS))
    after = project.by_person("skill_show", name="sessions").skill
    assert (after.quality, after.now) == (before.quality, pytest.approx(before.quality / 2, abs=0.01))
    assert "nothing new was seen" in after.due[0]
    assert project.by_person("skill_distill").items[0].outcome == "unchanged" and project.by_person("root").root == root
    assert GIT.trust == "repo"
