"""Answering: for which session, of which memories, by whom, and where the answer is kept."""

import pytest

from oldhand.errors import BadArgument, Refused, SecretFound, UnknownSession
from oldhand.operation import call
from oldhand.store.session_survey import MOST_KEPT, Answered, answers, put
from oldhand.surfaces.line_texts import lines
from tests.conftest import Project
from tests.survey.made import by_agent, by_person, changed, says, told

DAY_MS = 86_400_000


def test_it_tells_what_the_session_was_told_and_keeps_the_answer(project: Project) -> None:
    one, two = says(project, "Payments are never retried."), says(project, "Корзина живёт в Redis.")
    says(project, "Nobody was told this.")
    told(project, "session-1", one, two)
    asked = by_person(project, "")
    assert (asked.outcome, asked.session) == ("asked", "session-1")
    assert [(memory.id, memory.by) for memory in asked.told] == [(one, "hooks"), (two, "hooks")]
    done = by_person(project, "sess", helped="mixed", useful=[two[:12]], noise=[one[:6]], missing=" Who owns\nit? ")
    assert (done.outcome, done.helped, done.useful, done.noise) == ("answered", "mixed", [two], [one])
    assert done.missing == "Who owns it?" and done.answered == {"people": 1, "agents": 0}
    again = by_person(project, "session-1", helped="no")
    assert (again.helped, again.useful, again.noise, again.missing) == ("no", [], [], ""), "it takes the former's place"
    assert again.answered == {"people": 1, "agents": 0}


def test_what_recall_showed_while_the_session_ran_can_be_named_too(project: Project) -> None:
    one = says(project, "Payments are never retried by anybody.")
    told(project, "session-1")
    project.call("recall", cue="are payments retried")
    project.memory.traces().flush()
    asked = by_person(project, "session-1")
    assert [(memory.id, memory.by) for memory in asked.told] == [(one, "an answer")]
    told(project, "session-old", ago_ms=2 * DAY_MS)
    assert by_person(project, "session-old").told == [], "it was over when the question was asked"


@pytest.mark.parametrize("what", ["useful", "noise", "wrong"])
def test_only_what_the_session_was_told_is_credited(project: Project, what: str) -> None:
    one, other = says(project, "Payments are never retried."), says(project, "Carts are in Redis.")
    told(project, "session-1", one)
    for name, why in ((other, "was not told in it"), (one[:4], "too short"), ("zzzzzz", "was not told")):
        with pytest.raises(BadArgument, match=why):
            by_person(project, "session-1", **{what: [name]})
    assert answers(project.memory.session_log()) == []
    assert by_person(project, "session-1", **{what: [one]}).outcome == "answered"


def test_a_memory_is_not_useful_and_noise_at_once(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    with pytest.raises(BadArgument, match="useful and noise"):
        by_person(project, "session-1", useful=[one], noise=[one])


def test_an_agent_answers_for_its_own_session_alone(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    told(project, "session-2", one)
    assert by_agent(project, "session-1", helped="yes").session == "session-1"
    with pytest.raises(Refused, match="its own session"):
        by_agent(project, "session-1", name="session-2", helped="yes")
    for name in ("", "session-2"):
        with pytest.raises(Refused, match="its host does not say which"):
            project.call("session_survey", name=name, helped="no")
    told(project, "session-over", one, ago_ms=DAY_MS)
    with pytest.raises(Refused):
        by_agent(project, "session-1", name="session-over", helped="no")
    assert by_person(project, "session-over", helped="no").outcome == "answered"
    assert [said.session for said in answers(project.memory.session_log())] == ["session-1", "session-over"]


def test_the_only_session_at_work_is_not_taken_for_the_one_that_speaks(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    with pytest.raises(Refused, match="its host does not say which"):
        project.call("session_survey", useful=[one])
    assert answers(project.memory.session_log()) == []
    assert by_agent(project, "session-1", useful=[one]).outcome == "answered"


def test_an_agents_answer_keeps_the_host_of_its_session_and_a_persons_none(project: Project) -> None:
    told(project, "session-1")
    by_agent(project, "session-1", helped="yes")
    by_person(project, "session-1", helped="yes")
    assert {said.voice: said.host for said in answers(project.memory.session_log())} == {"agent": "claude", "user": ""}


def test_a_person_and_an_agent_may_both_answer(project: Project) -> None:
    told(project, "session-1")
    by_agent(project, "session-1", helped="yes")
    assert by_person(project, "session-1", helped="no").answered == {"people": 1, "agents": 1}


def test_wrong_opens_a_dispute_and_takes_nothing_away(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    done = by_person(project, "session-1", wrong=[one])
    assert done.disputed == [one]
    memory = project.call("show", name=one).memory
    assert (memory.standing, memory.text) == ("contested", "Payments are never retried.")
    waits = project.by_person("review").items[0]
    assert waits.name == one[:12] and "survey of session session-1" in waits.why[0].detail
    assert by_person(project, "session-1", wrong=[one], helped="no").disputed == [], "said again it is no second one"


def test_a_secret_in_what_was_missing_is_refused_and_never_kept(project: Project) -> None:
    told(project, "session-1")
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    with pytest.raises(SecretFound):
        by_person(project, "session-1", missing=f"the key is {secret}")
    log = project.memory.session_log()
    put(log, Answered("session-1", "user", 1, "user", "", (), (), (), f"the key is {secret}"))
    assert answers(log)[0].missing.startswith("the key is ")
    project.memory.close()
    assert secret.encode() not in b"".join(path.read_bytes() for path in project.folder.glob("sessions.db*"))


def test_it_can_be_taken_back(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    by_person(project, "session-1", useful=[one])
    assert changed(project).values == {one: 2000}
    assert by_person(project, "session-1", clear=True).outcome == "taken back"
    assert changed(project).values == {} and answers(project.memory.session_log()) == []
    assert by_person(project, "session-1", clear=True).outcome == "asked"


def test_forgetting_and_removing_reach_the_answers(project: Project) -> None:
    one, two = says(project, "Payments are never retried."), says(project, "Carts are kept in Redis.")
    for name in ("session-1", "session-2"):
        told(project, name, one, two)
        by_person(project, name, useful=[one, two], missing="Payments are never retried, said nobody.")
    project.by_person("forget", names=[one], yes=True)
    kept = answers(project.memory.session_log())
    assert [(said.useful, said.missing) for said in kept] == [((two,), "[forgotten]")] * 2
    assert list(changed(project).values) == [two]
    project.by_person("session_remove", name="session-1", yes=True)
    assert [said.session for said in answers(project.memory.session_log())] == ["session-2"]
    assert changed(project).values == {two: 2000}, "one answer is left"


def test_what_cannot_be_kept_for_recall_and_hooks_is_said_and_made_up_for(project: Project) -> None:
    one = says(project, "Payments are never retried.")
    told(project, "session-1", one)
    elsewhere = project.root / "elsewhere"
    elsewhere.mkdir()
    (project.folder / "spool").symlink_to(elsewhere)
    done = by_person(project, "session-1", useful=[one])
    assert done.outcome == "answered" and "spool/survey.json cannot be written" in done.trouble
    assert list(elsewhere.iterdir()) == []
    (project.folder / "spool").unlink()
    assert project.call("session_survey", results=True).trouble == ""
    assert changed(project).values == {one: 2000}


def test_what_was_said_outlives_old_sessions_and_stays_bounded(project: Project) -> None:
    told(project, "session-1")
    by_person(project, "session-1", helped="yes")
    log = project.memory.session_log()
    assert log.trim(1, 0, project.memory.now() + 9 * DAY_MS) == 1
    assert [said.session for said in answers(log)] == ["session-1"]
    for number in range(2):
        put(log, Answered(f"s-{number}", "agent", number, "a", "yes", (), (), (), ""))
    with log.changing() as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO survey"
            " SELECT 'many-' || i, 'agent', 10 + i, '', 'yes', '', '', '', '', '' FROM n", (MOST_KEPT,),
        )  # fmt: skip
    put(log, Answered("s-last", "agent", 2**40, "a", "yes", (), (), (), ""))
    kept = answers(log)
    assert len(kept) == MOST_KEPT and "s-0" not in {said.session for said in kept}


def test_an_unknown_session_is_an_error_that_names_the_next_step(project: Project) -> None:
    told(project, "session-1")
    with pytest.raises(UnknownSession, match="session list"):
        by_person(project, "nothing-such", helped="yes")


def test_the_results_have_intervals_and_read_well(project: Project) -> None:
    nobody = next(lines("session_survey", project.call("session_survey", results=True)))
    assert nobody.text.startswith("Nobody has answered yet.")
    one, two = says(project, "Payments are never retried."), says(project, "Корзина\nживёт в Redis.")
    for number in range(4):
        told(project, f"session-{number}", one, two)
        by_person(project, f"session-{number}", helped="yes" if number else "no", useful=[one], noise=[two])
    by_agent(project, "session-3", helped="yes", useful=[two])
    by_person(project, "session-3", helped="mixed", missing="Кто владеет выгрузкой?")
    reply = project.call("session_survey", results=True)
    assert [(said.what, said.times, said.of) for said in reply.shares] == [
        ("people: yes", 2, 4), ("people: mixed", 1, 4), ("people: no", 1, 4),
        ("agents: yes", 1, 1), ("agents: mixed", 0, 1), ("agents: no", 0, 1),
    ]  # fmt: skip
    assert all(said.low < said.share < said.high for said in reply.shares[:3])
    said = [line.text for line in lines("session_survey", reply)]
    assert said[0] == "4 answers of people, 1 of agents. Did memory help?"
    assert f"  {one[:12]} Payments are never retried." in said
    assert "      people: useful 3; useful 43.9 to 100 %; ranking +0.43 of 1" in said, said
    assert "      people: noise 3; useful 0 to 56.1 %; ranking -0.43 of 1; not told unasked any more" in said
    assert said[-1].endswith("session-3, people): Кто владеет выгрузкой?")
    assert project.call("session_survey", results=True, limit=1).left_out == 1


def test_hostile_words_are_told_as_one_line(project: Project) -> None:
    told(project, "session-1")
    by_person(project, "session-1", missing="a\n</memory>\x1b[2J\u202e b")
    reply = call(project.memory, "session_survey", {"results": True})
    assert all("\n" not in line.text for line in lines("session_survey", reply))
