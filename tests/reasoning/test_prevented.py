"""What was tried, was told, and was then left alone: kept where a session shows it, and nowhere else."""

from collections.abc import Callable

import pytest

from oldhand.model.session import THOUGHT
from oldhand.reasoning.negative_telling import held_ones
from oldhand.reasoning.prevented import IGNORED, PREVENTED, Shown, verdict
from oldhand.reasoning.prevented_keeping import cases
from oldhand.store.reader import Held
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.engrams.made import Story, logged


def tried(project: Project, **said: object) -> str:
    """Record something that was tried; its id."""
    fields = {"conclusion": "customers were charged twice", **said}
    return str(project.by_person("negative_record", **fields).negative.id)


@pytest.fixture
def celery(project: Project) -> str:
    """Something that was tried, with a name that doing it has to leave in an edit or a command."""
    return tried(
        project, text="Run the mails through celery", conclusion="the broker lost jobs on restart",
        advice="use the database queue of `jobs_table`", reopens=["dep:celery"],
        triggers=["command:pip install celery"],
    )  # fmt: skip


@pytest.fixture
def prose(project: Project) -> str:
    """Something that was tried and that only words tell."""
    return tried(
        project, text="exponential backoff for gateway payments", advice="queue the payment and tell support"
    )  # fmt: skip


def shown(project: Project, name: str, at: int, *, call: str = "", withheld: bool = False) -> None:
    """Note that a memory was put before the session, or withheld from it."""
    key = f"before:{call or at}:{name[:12]}:1"
    project.memory.session_log().note_injection(
        Injection("5f1c0001-aaaa-bbbb", at, "before", "src/mail.py", "", (name,), 30, withheld, key)
    )


def story() -> Story:
    """A session in which the person asks for what was tried; what follows is up to the test."""
    return Story().prompt("Please send the mails through celery, they block the request.")


def told(project: Project, made: Story, name: str, **more: object) -> Story:
    """Have the memory told now, in a session that is put into the log when it is complete."""
    shown(project, name, made.events[-1].at + 1, **more)  # type: ignore[arg-type]
    return made


def instead(made: Story) -> Story:
    """Work that does what is advised instead."""
    made.reply("Celery was tried here and lost jobs, so I will not use it.")
    return made.edit("src/mail.py", text="jobs_table.insert(queue='mail', body=body)").run("pytest -q")


def counts(project: Project, name: str) -> tuple[int, int]:
    """How often it was left alone, and done all the same, as the memory tells it after an update."""
    project.call("negative_update")
    one = project.call("negative_show", name=name).negative
    return one.prevented, one.ignored


# -- prevented -------------------------------------------------------------------------------------------


def test_what_was_wanted_told_and_not_done_is_kept_with_how_sure_and_why(project: Project, celery: str) -> None:
    made = instead(told(project, story(), celery))
    logged(project, made)
    assert counts(project, celery) == (1, 0)
    reply = project.call("negative_show", name=celery)
    assert reply.negative.shown == 1
    (case,) = reply.prevented
    assert case.kind == "outcome" and "5f1c0001" in case.text and "did not do it" in case.text
    assert case.how.startswith("95% sure: wanted before it was told; not done in 2 later")
    assert "the agent says so" in case.how and "what is advised" in case.how


def test_it_is_kept_once_however_often_one_looks(project: Project, celery: str) -> None:
    logged(project, instead(told(project, story(), celery)))
    assert counts(project, celery) == (1, 0)
    root = project.call("status").root
    again = project.call("negative_update")
    assert (again.prevented, again.root) == (0, root)
    assert counts(project, celery) == (1, 0)


def test_what_memory_answers_when_it_is_asked_counts_as_telling(project: Project, celery: str) -> None:
    assert project.call("recall", cue="celery for mails").items[0].id == celery
    now = project.memory.now()
    made = Story(now - 2_000).run(
        'oldhand recall "celery for mails"',
        output=f'o "Run the mails through celery" did not work  [negative {celery[:12]}]',
    )
    logged(project, instead(made))
    with project.memory.reading() as reader:
        found, looked, *_ = cases(project.memory, reader, now + 3_600_000)
        assert [(one.negative, one.verdict.what) for one in found] == [(celery, PREVENTED)], "who asks for it wants it"
        assert looked == 1 and not cases(project.memory, reader, now + 60_000)[0], "the session was still at work then"


def test_words_alone_need_both_the_advice_and_a_word_of_the_agent(project: Project, prose: str) -> None:
    made = Story().prompt("Add exponential backoff for the gateway payments.")
    told(project, made, prose).reply("I will not add exponential backoff for gateway payments: it charged twice.")
    made.edit("src/pay.py", text="queue(payment); support.tell(payment)").run("pytest -q")
    logged(project, made)
    assert counts(project, prose) == (1, 0)


def test_russian_words_count_alike(project: Project) -> None:
    name = tried(project, text="Кэшировать цены в памяти процесса", advice="хранить цены в таблице снимков")
    made = Story().prompt("Давай кэшировать цены в памяти процесса.")
    told(project, made, name).reply("Не будем кэшировать цены в памяти процесса: это уже откатывали.")
    made.edit("src/prices.py", text="# хранить цены в таблице снимков\nснимки.сохранить(цены)").run("pytest -q")
    logged(project, made)
    assert counts(project, name) == (1, 0)


# -- controls: none of these is a prevention -------------------------------------------------------------


def _never_shown(project: Project, name: str) -> Story:
    return instead(story())


def _withheld(project: Project, name: str) -> Story:
    return instead(told(project, story(), name, withheld=True))


def _nobody_wanted_it(project: Project, name: str) -> Story:
    return instead(told(project, Story().prompt("Make the mails faster."), name))


def _not_wanted_from_the_start(project: Project, name: str) -> Story:
    return instead(told(project, Story().prompt("Make the mails faster, but do not use celery."), name))


def _nothing_was_done(project: Project, name: str) -> Story:
    return told(project, story(), name).reply("Celery was tried here, so I will not use it.")


def _all_that_was_done_failed(project: Project, name: str) -> Story:
    made = told(project, story(), name).reply("I will not use celery.")
    return made.run("psql -c 'create table jobs_table'", ok=False)


def _no_sign_of_a_change_of_mind(project: Project, name: str) -> Story:
    return told(project, story(), name).edit("README.md", text="The mails are slow.").run("pytest -q")


def _done_and_taken_back(project: Project, name: str) -> Story:
    made = told(project, story(), name).edit("src/mail.py", text="from celery import Celery")
    return instead(made.run("git checkout -- src/mail.py"))


def _told_only_afterwards(project: Project, name: str) -> Story:
    made = story().edit("src/mail.py", text="from celery import Celery").run("pytest -q")
    return told(project, made, name)


NEITHER: dict[str, Callable[[Project, str], Story]] = {
    one.__name__.strip("_"): one
    for one in (
        _never_shown, _withheld, _nobody_wanted_it, _not_wanted_from_the_start, _nothing_was_done,
        _all_that_was_done_failed, _no_sign_of_a_change_of_mind, _done_and_taken_back, _told_only_afterwards,
    )
}  # fmt: skip


@pytest.mark.parametrize("case", NEITHER)
def test_no_prevention_is_made_up(project: Project, celery: str, case: str) -> None:
    logged(project, NEITHER[case](project, celery))
    assert counts(project, celery) == (0, 0)


def test_a_session_that_is_still_at_work_is_not_judged(project: Project, celery: str) -> None:
    made = Story(project.memory.now() - 60_000).prompt("Please send the mails through celery.")
    logged(project, instead(told(project, made, celery)))
    assert counts(project, celery) == (0, 0)


# -- done all the same -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "work",
    [
        lambda made: made.edit("src/mail.py", text="from celery import Celery\napp = Celery()"),
        lambda made: made.run("pip install 'celery>=5'"),
        lambda made: made.run("uv add celery==5.3.1"),
        lambda made: made.run("cat > src/mail.py <<'END'\nimport celery\nEND"),
    ],
    ids=["an edit", "a command that it warns of", "another package manager", "a file written by a command"],
)
def test_shown_and_done_all_the_same_is_no_prevention(
    project: Project, celery: str, work: Callable[[Story], Story]
) -> None:  # fmt: skip
    made = work(told(project, story(), celery)).reply("Done. I know that celery was not liked here.").run("pytest -q")
    logged(project, made)
    assert counts(project, celery) == (0, 1)
    assert "did it all the same" in project.call("negative_show", name=celery).ignored[0].text


@pytest.mark.parametrize(
    "command",
    ["grep -rn celery src", "git log --grep celery", "pip uninstall celery", "echo celery", "# pip install celery"],
)
def test_to_look_for_it_is_not_to_do_it(project: Project, celery: str, command: str) -> None:
    made = told(project, story(), celery).run(command)
    logged(project, instead(made))
    assert counts(project, celery) == (1, 0)


def test_the_very_call_that_it_was_told_at_counts_as_done(project: Project, celery: str) -> None:
    made = story().run("pip install celery")
    call = made.events[-2]
    shown(project, celery, call.at + 1, call=call.call)
    logged(project, made.run("pytest -q"))
    assert counts(project, celery) == (0, 1)


def test_a_call_that_was_refused_was_not_done(project: Project, celery: str) -> None:
    made = Story().prompt("The mails block the request.").run("pip install celery", ok=False)
    call = made.events[-2]
    shown(project, celery, call.at + 1, call=call.call)
    logged(project, instead(made))
    assert counts(project, celery) == (1, 0), "the command itself shows that it was wanted"


def test_what_another_subagent_does_says_nothing(project: Project, celery: str) -> None:
    (held,) = [one for one in _held(project) if one.id == celery]
    made = story()
    at = made.events[-1].at + 1
    made.run("pip install celery", agent="helper").note(THOUGHT, "I will not use celery.")
    made.edit("src/mail.py", text="jobs_table.insert()")
    found = verdict(held, Shown(at), made.events)
    assert found is not None and found.what == PREVENTED
    theirs = verdict(held, Shown(at, agent="helper"), made.events)
    assert theirs is not None and theirs.what == IGNORED


def _held(project: Project) -> list[Held]:
    with project.memory.reading() as reader:
        return list(held_ones(reader))


# -- decisions -------------------------------------------------------------------------------------------


def test_a_decision_against_it_after_it_was_told_is_a_prevention(project: Project, celery: str) -> None:
    project.call("negative_show", name=celery)
    project.call("decision_record", text="Mails wait in a table", alternatives=["Run the mails through celery"])
    assert counts(project, celery) == (1, 0)
    assert project.call("negative_show", name=celery).prevented[0].kind == "decision"


def test_a_decision_for_it_is_none_and_the_memory_warns_against_it(project: Project, celery: str) -> None:
    project.call("negative_show", name=celery)
    project.call("decision_record", text="Run the mails through celery again", alternatives=["a table"])
    assert counts(project, celery) == (0, 1)


@pytest.mark.parametrize("alternatives", [["Redis streams"], []])
def test_a_decision_on_something_else_is_neither(project: Project, celery: str, alternatives: list[str]) -> None:
    project.call("negative_show", name=celery)
    project.call("decision_record", text="Mails wait in a table", alternatives=alternatives)
    assert counts(project, celery) == (0, 0)


@pytest.mark.parametrize(
    ("text", "alternatives", "expected"),
    [
        ("A table holds the mails instead of celery", ["Run the mails through celery"], (1, 0)),
        ("A table holds the mails instead of celery", [], (1, 0)),
        ("A table holds the mails, not celery", ["Run the mails through celery"], (1, 0)),
        ("Письма ждут в таблице вместо celery", ["Run the mails through celery"], (1, 0)),
        ("Instead of a table, run the mails through celery", [], (0, 1)),
        ("Run the mails through celery instead of a table", ["A table"], (0, 1)),
        # What leaves it open is no verdict.
        ("Drop celery", [], (0, 0)),
        ("Do not use celery", ["cron"], (0, 0)),
        ("Вместо таблицы берём celery", [], (0, 0)),
        ("Run the mails through celery with acks late", ["Run the mails through celery"], (0, 0)),
    ],
)
def test_a_rejected_thing_that_the_sentence_names_is_not_what_was_decided(
    project: Project, celery: str, text: str, alternatives: list[str], expected: tuple[int, int]
) -> None:
    project.call("negative_show", name=celery)
    project.call("decision_record", text=text, alternatives=alternatives)
    assert counts(project, celery) == expected


def test_a_decision_that_was_made_before_it_was_told_is_neither(project: Project, celery: str) -> None:
    project.call("decision_record", text="Mails wait in a table", alternatives=["Run the mails through celery"])
    project.call("negative_show", name=celery)
    assert counts(project, celery) == (0, 0)


# -- a word ----------------------------------------------------------------------------------------------


def test_somebody_says_so_and_takes_it_back(project: Project, celery: str) -> None:
    other = project.call("remember", text="Mails wait in a table.").memories[0].id
    said = project.by_person("negative_prevented", name=celery, by=other)
    assert (said.negative.prevented, said.changed, said.target.id) == (1, True, other[:12])
    again = project.by_person("negative_prevented", name=celery, by=other)
    assert not again.changed
    back = project.by_person("negative_prevented", name=celery, by=other, undo=True)
    assert (back.negative.prevented, back.outcome) == (0, "taken back")


def test_what_somebody_took_back_is_not_derived_again(project: Project, celery: str) -> None:
    logged(project, instead(told(project, story(), celery)))
    assert counts(project, celery) == (1, 0)
    case = project.call("negative_show", name=celery).prevented[0]
    project.by_person("negative_prevented", name=celery, by=case.id, undo=True)
    project.memory.session_log().set_mark("negative:prevented", "0")
    assert counts(project, celery) == (0, 0)


def test_what_sessions_show_quotes_nothing_of_them(project: Project, celery: str) -> None:
    made = told(project, story(), celery).reply("MARZIPAN: I will not use celery.")
    logged(project, instead(made))
    counts(project, celery)
    name = project.call("negative_show", name=celery).prevented[0].id
    shown_ = project.call("show", name=name)
    assert "MARZIPAN" not in str(shown_)
