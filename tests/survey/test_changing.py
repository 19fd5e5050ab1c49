"""What answers change, by the rules alone and in recall: a little of the ranking. Without answers nothing changes."""

import json
from random import Random
from typing import Any

import pytest

from oldhand.operation import plain
from oldhand.recall import rank
from oldhand.recall.rank import SURVEY, parts_of, unsurveyed
from oldhand.sessions.surveying import Marks, marks, tuning
from oldhand.store.session_survey import Answered
from oldhand.store.survey_file import AGENT, MOST, PERSON, UNIT, VERSION, Tuning, agents_may, read, write
from tests.conftest import Project
from tests.survey.made import DAY_MS, by_agent, by_person, changed, says, shown, told

ONE, TWO = "1" * 32, "2" * 32


def answered(
    voice: str, day: int, useful: tuple[str, ...] = (), noise: tuple[str, ...] = (), host: str = "claude",
    session: str = "",
) -> Answered:  # fmt: skip
    """An answer of a session of its own, on a day of its own."""
    name = session or f"s-{day}"
    return Answered(name, voice, day * DAY_MS, "", "", useful, noise, (), "", "" if voice == PERSON else host)


# -- by the rules alone ------------------------------------------------------------------------------


def test_answers_are_counted_by_session_and_shrunk() -> None:
    assert [Marks(useful=n, people=True).value for n in (0, 1, 4, 16)] == [0, 2000, 5000, 8000]
    assert [Marks(useful=n).value for n in (1, 2, 8)] == [1111, 2000, 5000], "an agent's count half as much"
    assert Marks(useful=3, noise=3, people=True).value == 0
    assert Marks(noise=4, people=True).value == -5000


def test_where_a_person_has_spoken_agents_do_not_count() -> None:
    said = [answered(AGENT, number, useful=(ONE,)) for number in range(9)]
    assert marks(said)[ONE] == Marks(useful=9)
    assert marks([*said, answered(PERSON, 9, noise=(ONE,))])[ONE] == Marks(noise=1, people=True, noise_at=9 * DAY_MS)


@pytest.mark.parametrize(
    ("voice", "noise", "useful", "quiet"),
    [(PERSON, 1, 0, False), (PERSON, 2, 0, True), (PERSON, 5, 1, False), (AGENT, 3, 0, False), (AGENT, 4, 0, True)],
)
def test_it_takes_two_sessions_of_a_person_or_four_days_of_agents_to_silence(
    voice: str, noise: int, useful: int, quiet: bool
) -> None:
    said = [answered(voice, number, noise=(ONE,)) for number in range(noise)]
    said += [answered(voice, 50 + number, useful=(ONE,)) for number in range(useful)]
    assert (ONE in tuning(marks(said), {}).quiet) is quiet


def test_the_order_of_answers_changes_nothing() -> None:
    draw = Random(1)
    said = [
        answered(draw.choice((PERSON, AGENT)), number, *draw.sample(((ONE,), (TWO,)), 2)) for number in range(40)
    ]  # fmt: skip
    first = tuning(marks(said), {})
    draw.shuffle(said)
    again = tuning(marks(said), {})
    assert (first.values, first.quiet, first.agents) == (again.values, again.quiet, again.agents)


def test_agents_answers_of_one_day_and_one_host_count_once_a_memory() -> None:
    def said(**more: Any) -> list[Answered]:
        return [answered(AGENT, 3, useful=(ONE,), session=f"s-{number}", **more) for number in range(12)]

    assert marks(said())[ONE] == Marks(useful=1)
    assert marks([*said(), *said(host="codex")])[ONE] == Marks(useful=2), "another host is another agent"
    made_up = [answered(AGENT, 3, useful=(ONE,), session=f"x-{n}", host=f"host-{n}") for n in range(12)]
    assert marks(made_up)[ONE] == Marks(useful=1), "names of hosts cost nothing either"
    by_people = [answered(PERSON, 3, useful=(ONE,), session=f"s-{number}") for number in range(12)]
    assert marks(by_people)[ONE] == Marks(useful=12, people=True), "a person's count by session"


def test_of_agents_answers_of_one_day_the_latest_that_speaks_of_a_memory_counts() -> None:
    early = answered(AGENT, 3, useful=(ONE,))
    late = early._replace(session="s-late", at=early.at + 1, useful=(TWO,), noise=(ONE,))
    for said in ([early, late], [late, early]):
        assert marks(said) == {ONE: Marks(noise=1, noise_at=late.at), TWO: Marks(useful=1)}
    wrong = early._replace(session="s-wrong", at=early.at + 2, useful=(), wrong=(ONE,))
    assert marks([early, wrong, wrong._replace(session="s-again")])[ONE] == Marks(useful=1, wrong=1)


def test_no_answers_of_agents_push_out_those_of_people() -> None:
    names = [f"{number:032x}" for number in range(2 * MOST)]
    said = [answered(AGENT, day, noise=tuple(names)) for day in range(9)]
    said += [answered(PERSON, 9 + day, noise=(ONE,)) for day in range(2)]
    found = tuning(marks(said), {})
    assert list(found.values) == [ONE] and ONE in found.quiet
    assert (len(found.agents), len(found.quiet)) == (MOST, MOST)


@pytest.mark.parametrize(
    ("counts", "raised", "lowered"),
    [
        ({"agent": 3}, 0, -7), ({"tool": 1, "web": 2, "agent": 1}, 0, -7), ({}, 0, -7), ({"repo": 1}, 7, -7),
        ({"user": 1}, 7, 0), ({"user": 1, "agent": 5}, 7, 0),
    ],
)  # fmt: skip
def test_agents_lower_nothing_of_people_and_raise_nothing_of_agents(
    counts: dict[str, int], raised: int, lowered: int
) -> None:
    assert (agents_may(7, counts), agents_may(-7, counts)) == (raised, lowered)


def test_the_largest_file_is_read_whole(project: Project) -> None:
    names = [f"{number:032x}" for number in range(MOST)]
    far = 2**52
    most = Tuning(dict.fromkeys(names, -UNIT), dict.fromkeys(names, (PERSON, far, far)), dict.fromkeys(names, -UNIT))
    (project.folder / "spool").mkdir()
    assert write(project.folder, most)
    found = read(project.folder)
    assert (found.values, found.quiet, found.agents) == (most.values, most.quiet, most.agents)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", '{"v":1,"values":{"' + ONE + '":1}}', '{"v":2,"values":[],"quiet":3}', "[" * 100_000, '{"v":2}',
        '{"v":2,"values":{"' + ONE + '":10001,"x":1,"' + TWO + '":"1"},"quiet":{"' + ONE + '":["god",1,1]}}',
        '{"v":2,"agents":{"' + ONE + '":-10001,"' + TWO + '":true}}', '{"v":2,"agents":[1]}', "\xff",
    ],
)  # fmt: skip
def test_a_broken_file_changes_nothing(project: Project, text: str) -> None:
    (project.folder / "spool").mkdir()
    (project.folder / "spool" / "survey.json").write_text(text, "latin-1")
    found = read(project.folder)
    assert (found.values, found.quiet, found.agents) == ({}, {}, {})


def test_a_link_in_the_files_place_is_not_followed(project: Project) -> None:
    elsewhere = project.root / "elsewhere.json"
    elsewhere.write_text(json.dumps({"v": VERSION, "values": {ONE: 5}, "quiet": {}}))
    (project.folder / "spool").mkdir()
    (project.folder / "spool" / "survey.json").symlink_to(elsewhere)
    assert read(project.folder).values == {}
    assert write(project.folder, Tuning({TWO: 7}, {})) and read(project.folder).values == {TWO: 7}
    assert json.loads(elsewhere.read_text())["values"] == {ONE: 5}


# -- recall ------------------------------------------------------------------------------------------

ALIKE = ("The cart service keeps its sessions in Redis.", "The cart service keeps its prices in Redis.")


def test_of_two_that_match_alike_the_useful_one_comes_first_and_explain_says_so(project: Project) -> None:
    one, two = (says(project, text) for text in ALIKE)
    cue = "cart service Redis"
    first, second = shown(project, cue)
    for number in range(4):
        told(project, f"session-{number}", one, two)
        by_person(project, f"session-{number}", useful=[second], noise=[first])
    reply = project.call("recall", cue=cue, explain=True)
    assert [item.id for item in reply.items] == [second, first]
    assert "called useful (above 0) or noise in the survey of sessions: 0.50, weight 0.02, adds +0.010" in " ".join(
        reply.items[0].why
    )
    project.by_person("config_set", name="survey.tuning", value="no")
    project.reopened()
    assert shown(project, cue) == [first, second], "the setting takes it back"
    project.by_person("config_reset", name="survey.tuning", scope="project")
    project.reopened()
    for number in range(4):
        by_person(project, f"session-{number}", clear=True)
    assert shown(project, cue) == [first, second], "and so does taking the answers back"


def for_twelve_days(project: Project, useful: str, noise: str) -> None:
    """Have the agent of another session each day call one memory useful and one noise."""
    for day in range(12):
        told(project, f"session-{day}", useful, noise)
        by_agent(project, f"session-{day}", days=day, useful=[useful], noise=[noise])


def test_no_agent_raises_its_own_words_above_a_persons(project: Project) -> None:
    persons = str(project.by_person("remember", text=ALIKE[0]).memories[0].id)
    own = says(project, ALIKE[1])
    cue = "cart service Redis"
    assert shown(project, cue) == [persons, own]
    before = json.dumps(plain(project.call("recall", cue=cue, explain=True)), sort_keys=True)
    for_twelve_days(project, own, persons)
    assert changed(project).agents == {persons: -6000, own: 6000}, "the answers are kept"
    assert json.dumps(plain(project.call("recall", cue=cue, explain=True)), sort_keys=True) == before
    reply = project.call("session_survey", results=True)
    assert {one.id: (one.ranking, one.quiet, one.people) for one in reply.memories} == {
        persons: (0, False, False), own: (0, False, False)
    }  # fmt: skip
    for number in range(12):
        by_person(project, f"session-{number}", useful=[own], noise=[persons])
    assert shown(project, cue) == [own, persons], "a person's answers do move them"


def test_agents_raise_what_a_person_stands_for_and_lower_what_agents_said(project: Project) -> None:
    first, second = (says(project, text) for text in ALIKE)
    cue = "cart service Redis"
    first, second = shown(project, cue)
    for_twelve_days(project, second, first)
    assert shown(project, cue) == [second, first], "the one that agents alone said fell"
    assert [one.ranking for one in project.call("session_survey", results=True).memories if one.id == first] == [-6000]
    project.by_person("confirm", name=second)
    reply = project.call("recall", cue=cue, explain=True)
    assert "in the survey of sessions: 0.60" in " ".join(reply.items[0].why), "a person stands for it now"


def test_what_a_person_confirms_later_no_former_answer_of_agents_lowers(project: Project) -> None:
    one, other = (says(project, text) for text in ALIKE)
    for_twelve_days(project, other, one)

    def why() -> str:
        reply = project.call("recall", cue="cart service Redis", explain=True)
        return " ".join(next(item.why for item in reply.items if item.id == one))

    assert "in the survey of sessions: -0.60" in why()
    project.by_person("confirm", name=one)
    assert "in the survey of sessions" not in why()


def test_a_recall_that_agents_answers_moved_is_replayed(project: Project) -> None:
    one, other = (says(project, text) for text in ALIKE)
    for_twelve_days(project, other, one)
    assert shown(project, "cart service Redis")[0] == other
    project.by_person("confirm", name=one)
    shown(project, "cart service Redis")
    project.memory.traces().flush()
    logged = project.call("logs", operation="recall").entries
    for entry in logged[-2:]:
        assert project.call("replay", trace=str(entry.number)).same, entry.number


def test_no_answers_overturn_a_clear_match(project: Project) -> None:
    right = says(project, "Payments are never retried automatically by the gateway.")
    other = says(project, "Payments of suppliers are listed in the ledger.")
    (project.folder / "spool").mkdir(exist_ok=True)
    assert write(project.folder, Tuning({right: -UNIT, other: UNIT}, {}))
    assert shown(project, "are payments retried automatically by the gateway")[0] == right
    assert SURVEY / rank.MOST < 0.021, "of the whole score"


def test_how_sure_an_answer_is_does_not_depend_on_answers(project: Project) -> None:
    ids = [says(project, f"{text} Number {n}.") for n, text in enumerate(ALIKE * 6)]
    before = project.call("recall", cue="cart service Redis")
    (project.folder / "spool").mkdir(exist_ok=True)
    assert write(project.folder, Tuning(dict.fromkeys(ids, UNIT // 2), {}))
    after = project.call("recall", cue="cart service Redis")
    assert (after.verdict, after.confidence) == (before.verdict, before.confidence)
    assert [item.match for item in after.items] == [item.match for item in before.items]


def test_without_answers_every_reply_has_the_same_bytes(project: Project) -> None:
    for number in range(30):
        says(project, f"{ALIKE[number % 2]} Note {number} of the кассы.")
    cues = ("cart service", "кассы Redis", "note 7", "nothing such")

    def replies() -> list[str]:
        return [json.dumps(plain(project.call("recall", cue=cue, explain=True)), sort_keys=True) for cue in cues]

    before = replies()
    (project.folder / "spool").mkdir(exist_ok=True)
    assert write(project.folder, Tuning({"f" * 32: UNIT}, {}))  # of a memory that none of the answers holds
    assert replies() == before
    assert write(project.folder, Tuning({shown(project, cues[0])[1]: UNIT}, {}))
    assert replies() != before


def test_a_recall_is_replayed_with_what_was_answered_then(project: Project) -> None:
    one, two = (says(project, text) for text in ALIKE)
    cue = "cart service Redis"
    first, second = shown(project, cue)
    for number in range(4):
        told(project, f"session-{number}", one, two)
        by_person(project, f"session-{number}", useful=[second], noise=[first])
    assert shown(project, cue) == [second, first]
    project.memory.traces().flush()
    for number in range(4):
        by_person(project, f"session-{number}", clear=True)
    assert shown(project, cue, limit=9) == [first, second]
    project.memory.traces().flush()
    logged = project.call("logs", operation="recall").entries
    for number in (logged[-1].number, logged[-2].number):
        assert project.call("replay", trace=str(number)).same, number


def test_what_was_known_at_another_time_is_told_as_then(project: Project) -> None:
    one, two = (says(project, text) for text in ALIKE)
    root = project.call("root").root
    cue = "cart service Redis"
    first, second = shown(project, cue, as_of=root)
    (project.folder / "spool").mkdir(exist_ok=True)
    assert write(project.folder, Tuning({second: UNIT, first: -UNIT}, {})) and {one, two} == {first, second}
    assert shown(project, cue, as_of=root) == [first, second] != shown(project, cue)


def test_the_part_of_the_survey_can_be_taken_out_of_a_score() -> None:
    from oldhand.recall.rank import Signals, score_of
    from oldhand.recall.reading import Reading

    reading = Reading(0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0, (), frozenset())
    bare = Signals(0.0, reading, prior=0.5)
    bare = bare._replace(score=score_of(bare))
    tuned = bare._replace(survey=0.5)
    tuned = tuned._replace(score=score_of(tuned))
    assert tuned.score > bare.score and "survey" in parts_of(tuned) and "survey" not in parts_of(bare)
    assert unsurveyed(tuned).score == pytest.approx(bare.score) and unsurveyed(bare) is bare
