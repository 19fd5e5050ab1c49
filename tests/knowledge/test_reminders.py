"""Reminders: said with an occasion, due or waiting, taken note of once or coming back; and what no occasion is."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from oldhand.errors import BadArgument, BadDate, InOtherScope, OldhandError, Refused
from oldhand.knowledge.occasions import Action, Trigger, interval, matching, read, says
from oldhand.knowledge.reminding import acknowledge, listed
from oldhand.knowledge.shell_words import words_follow
from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.store.reader import Reader
from tests.conftest import BORN, Project
from tests.hostile.corpus import COMMON, corpus

DAY_MS = 86_400_000
LATER = "2099-01-01"


def reminded(project: Project, text: str, **more: Any) -> str:
    """Make a reminder; its id."""
    return str(project.call("remind", text=text, **more).memories[0].id)


def states(project: Project, **more: Any) -> dict[str, str]:
    """How the reminders stand, by text."""
    return {one.text: one.state for one in project.call("remind", **more).items}


# -- how they stand ----------------------------------------------------------------------------------


def test_what_is_due_comes_first_then_what_waits_and_what_comes_later(project: Project) -> None:
    reminded(project, "Renew the certificate.", when=[LATER])
    reminded(project, "Run the migrations first.", when=["command:make migrate"])
    reminded(project, "Call the bank.")
    reminded(project, "Past its day.", when=["2026-01-02"])
    assert list(states(project).items()) == [
        ("Call the bank.", "due"), ("Past its day.", "due"), ("Run the migrations first.", "waiting"),
        ("Renew the certificate.", "later"),
    ]  # fmt: skip
    assert set(states(project, due=True)) == {"Call the bank.", "Past its day."}
    assert project.call("remind", limit=1).left_out == 3


def test_a_day_makes_it_due_and_an_end_makes_it_over(project: Project) -> None:
    reminded(project, "Between two days.", when=["2030-05-01"], until="2030-05-03")
    with project.memory.reading() as reader:
        at = {
            day: listed(reader, _ms(day), 9)[0][0].state
            for day in ("2030-04-30", "2030-05-01", "2030-05-03", "2030-05-05")
        }
    assert at == {"2030-04-30": "later", "2030-05-01": "due", "2030-05-03": "due", "2030-05-05": "over"}


def _ms(day: str) -> int:
    return parse(day, BORN)


def test_one_that_was_taken_note_of_is_put_away_and_says_by_whom_and_when(project: Project) -> None:
    name = reminded(project, "Call the bank.")
    assert project.call("acknowledge", name=name[:8]).state == "done"
    assert states(project) == {}
    (done,) = [event for event in project.call("show", name=name, history=True).history if event.op == "retire"]
    assert done.actor == project.memory.actor and done.reason == "done" and done.at
    project.call("restore", name=name)
    assert states(project) == {"Call the bank.": "due"}, "the control: it is put away, not lost"


def test_two_who_take_note_of_it_at_once_change_it_once(project: Project) -> None:
    once, weekly = reminded(project, "Call the bank."), reminded(project, "Rotate the key.", every="week")
    for name in (once, weekly):
        first, second = project.call("acknowledge", name=name), project.call("acknowledge", name=name)
        assert (first.changed, second.changed) == (True, False)
        assert (first.state, first.next) == (second.state, second.next)
        assert first.root == second.root


def test_one_that_comes_back_is_quiet_until_then(project: Project) -> None:
    name = reminded(project, "Rotate the key.", every="3 days")
    done = project.call("acknowledge", name=name)
    assert done.state == "later" and states(project) == {"Rotate the key.": "later"}
    with project.memory.reading() as reader:
        soon, due = (listed(reader, project.memory.now() + days * DAY_MS, 9)[0][0].state for days in (2, 4))
    assert (soon, due) == ("later", "due")


def test_one_of_every_occasion_goes_on_waiting(project: Project) -> None:
    name = reminded(project, "Run the slow tests.", when=["command:git push"], every="time")
    assert project.call("acknowledge", name=name).state == "waiting"
    assert states(project) == {"Run the slow tests.": "waiting"}


def test_it_can_be_put_off(project: Project) -> None:
    name = reminded(project, "Call the bank.")
    put_off = project.call("acknowledge", name=name, until="in 3 days")
    assert put_off.state == "later" and put_off.changed
    assert states(project) == {"Call the bank.": "later"}
    for wrong in ("2020-01-01", "git push", "edit:a.py", ""):
        if wrong:
            with pytest.raises(BadArgument):
                project.call("acknowledge", name=name, until=wrong)
    ending = reminded(project, "Before the fair.", until="2030-01-01")
    with pytest.raises(BadArgument, match="its own end comes before"):
        project.call("acknowledge", name=ending, until="2031-01-01")


def test_only_a_reminder_is_taken_note_of(project: Project) -> None:
    name = project.call("remember", text="A plain claim.").memories[0].id
    with pytest.raises(Refused, match="no reminder"):
        project.call("acknowledge", name=name)


def test_the_persons_own_reminders_are_kept_apart(project: Project) -> None:
    own = reminded(project, "Stretch.", scope="global")
    assert states(project) == {} and states(project, scope="global") == {"Stretch.": "due"}
    with pytest.raises(InOtherScope):
        project.call("acknowledge", name=own)
    assert project.call("acknowledge", name=own, scope="global").state == "done"


# -- occasions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("edit:./src/pay.py", "on-edit:src/pay.py"),
        ("FILE: src/**/*.sql", "on-file-in:src/**/*.sql"),
        ("on-command:git  push", "on-command:git push"),
        ("prompt:выкладка на прод", "on-prompt:выкладка на прод"),
        ("branch:release/*", "on-branch:release/*"),
        ("2026-12-01", "on-date:2026-12-01"),
        ("date:2026-12-01T09:30", "on-date:2026-12-01T09:30:00.000Z"),
        ("in 3 days", "on-date:2026-01-04"),
        ("after 2 weeks", "on-date:2026-01-15"),
        ("tomorrow", "on-date:2026-01-02"),
        ("any", "on-any"),
    ],
)
def test_an_occasion_has_one_form(said: str, stored: str) -> None:
    assert str(read(said, BORN)) == stored
    assert str(read(stored, BORN)) == stored


@pytest.mark.parametrize(
    "said",
    ["", "git push", "edit:", "edit:**", "edit:../x", "edit:/etc/passwd", "command:", "command:FOO=1", "prompt:?!",
     "when:x", "edit:a\0b", "edit:" + "x" * 400, "every monday"],
)  # fmt: skip
def test_what_is_no_occasion_is_refused_with_examples(said: str) -> None:
    with pytest.raises(OldhandError) as refused:
        read(said, BORN)
    assert refused.value.exit_code == 2


def test_a_date_that_is_none_says_so() -> None:
    with pytest.raises(BadDate, match="months run"):
        read("2026-13-01", BORN)


def test_any_text_is_an_occasion_or_is_refused() -> None:
    for text in corpus(COMMON):
        for said in (text, f"edit:{text}", f"command:{text}", f"prompt:{text}", f"branch:{text}"):
            try:
                trigger = read(said, BORN)
            except OldhandError:
                continue
            for action in (Action("edit", path=text), Action("command", command=text), Action("prompt", text=text)):
                matching([trigger], action, tied=False)


@pytest.mark.parametrize(
    ("trigger", "command", "fires"),
    [
        ("git push", "git push --force origin main", True),
        ("git push", "cd /x && git -C ../y push", True),
        ("git push", "sudo -u me git push", True),
        ("git push", 'git commit -m "git push fails"', False),
        ("git push", "echo git push", False),
        ("git push", "git stash push", False),
        ("git push", "grep -r 'git push' docs", False),
        ("pytest", ".venv/bin/python -m pytest -q", True),
        ("pytest", "uv run pytest -x", True),
        ("pytest", "cat pytest.ini", False),
        ("make migrate", "FOO=1 nice -n 10 make migrate", True),
        ("make migrate", "make migrate-all", False),
        ("git push", "", False),
        ("git push", "(" * 5000, False),
    ],
)
def test_a_command_is_recognised_by_what_it_runs(trigger: str, command: str, fires: bool) -> None:
    assert words_follow(trigger, command) is fires
    assert (matching([Trigger("command", trigger)], Action("command", command=command), False) is not None) is fires


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("deploy", "Please deploying it now", True), ("release notes", "write the release notes", True),
        ("release notes", "release the notes", False), ("релиз", "Готовим релизы на пятницу", True),
        ("релиз", "Готовим отчёт", False), ("deploy", "", False),
    ],
)  # fmt: skip
def test_words_of_a_prompt_count_in_any_form(words: str, text: str, said: bool) -> None:
    assert says(text, words) is said


def test_a_branch_is_a_condition_of_the_other_occasions() -> None:
    triggers = [Trigger("branch", "release/*"), Trigger("command", "git push")]
    on = Action("command", command="git push", branch="release/2")
    assert matching(triggers, on, False) == triggers[1]
    assert matching(triggers, on._replace(branch="main"), False) is None
    assert matching(triggers[:1], Action("prompt", text="go", branch="release/2"), False) == triggers[0]
    assert matching(triggers[:1], Action("prompt", text="go", branch="main"), False) is None


@pytest.mark.parametrize(("said", "kept"), [("week", "7 days"), ("every 3 days", "3 days"), ("time", "time"), ("", "")])
def test_an_interval_has_one_form(said: str, kept: str) -> None:
    assert interval(said) == kept


@pytest.mark.parametrize("said", ["0 days", "sometimes", "-1 days", "99999 weeks", "month"])
def test_what_is_no_interval_is_refused(said: str) -> None:
    with pytest.raises(BadArgument):
        interval(said)


def test_each_time_needs_an_occasion_that_comes_again(project: Project) -> None:
    for when in ([], [LATER]):
        with pytest.raises(BadArgument, match="needs an occasion"):
            project.call("remind", text="Look.", when=when, every="time")
    with pytest.raises(BadArgument, match="over before it begins"):
        project.call("remind", text="Look.", when=[LATER], until="2098-01-01")
    assert project.call("status").memories == 0


# -- several at once ---------------------------------------------------------------------------------


def merged(here: Project, there: Project) -> None:
    """Give each what the other has."""
    for source, target in ((here, there), (there, here)):
        file = here.home / f"{source.root.name}.jsonl"
        source.call("export", file=str(file), yes=True)
        target.call("import", file=str(file))


def test_copies_that_acknowledge_differently_agree_after_a_merge(make_project: Callable[[str], Project]) -> None:
    here, there = make_project("here"), make_project("there")
    weekly, once, late = (
        reminded(here, text, **more)
        for text, more in (("Rotate the key.", {"every": "week"}), ("Call the bank.", {}), ("Renew it.", {}))
    )
    merged(here, there)
    here.call("acknowledge", name=weekly)
    there.call("acknowledge", name=weekly, until="in 20 days")  # the later word
    there.call("acknowledge", name=once)
    here.call("acknowledge", name=late, until="in 2 days")
    there.call("acknowledge", name=late)
    merged(here, there)
    assert here.call("root").root == there.call("root").root
    listed = [{one.text: (one.state, one.starts) for one in project.call("remind").items} for project in (here, there)]
    assert listed[0] == listed[1] and set(listed[0]) == {"Rotate the key."}
    assert listed[0]["Rotate the key."][0] == "later"


ACKNOWLEDGE = (
    "import sys; from pathlib import Path; from oldhand.memory import Memory; from oldhand.operation import call\n"
    "with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory:\n"
    "    sys.stdin.readline()\n"
    "    print(call(memory, 'acknowledge', {'name': sys.argv[3]}).changed)\n"
)


def test_of_many_processes_that_acknowledge_it_at_once_one_changes_it(project: Project) -> None:
    name = reminded(project, "Rotate the key.", every="week")
    project.memory.close()
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", ACKNOWLEDGE, str(project.root), str(project.home), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) for _ in range(6)
    ]  # fmt: skip
    said = [one.communicate("\n", timeout=120)[0].strip() for one in crowd]
    assert sorted(said) == ["False"] * 5 + ["True"]
    project.memory = Memory(project.root, project.home)
    events = [event.op for event in project.call("show", name=name, history=True).history]
    assert events == ["assert", "confirm", "set"]


def test_an_interrupted_acknowledgement_leaves_it_as_it_was(project: Project) -> None:
    name = reminded(project, "Rotate the key.", every="week")
    before = project.call("root").root
    with pytest.raises(KeyboardInterrupt), project.memory.writing() as transaction:
        acknowledge(transaction, Reader(transaction.connection), name, project.memory.voice, "")
        raise KeyboardInterrupt
    assert project.call("root").root == before and states(project) == {"Rotate the key.": "due"}
