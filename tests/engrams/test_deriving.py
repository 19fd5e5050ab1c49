"""What is derived of a session: by rules, from events alone, in English and Russian, never from memory's words."""

import time

import pytest

from oldhand.model.session import CALL, NOTE, OTHER, RESULT, SEARCH, TASK, USAGE, Event, Session
from oldhand.sessions.engram import NO_CONTEXT, derive
from oldhand.sessions.engram_calls import graph
from oldhand.sessions.engram_context import Context, Told
from oldhand.sessions.engram_reasoning import checks, confidence, open_items, reasoning
from oldhand.sessions.engram_saying import spoken
from tests.engrams.made import Story

HERE = Session("claude", "s1", "/srv/shop")


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("I think the cache is stale.", "supposed"), ("Похоже, что кэш устарел.", "supposed"),
        ("Let me try a smaller batch first.", "tried"), ("Попробую уменьшить пакет данных.", "tried"),
        ("That does not work, because cookies are too small.", "gave up"), ("If it does not work, ask.", ""),
        ("This will not work here either.", "gave up"), ("I'm going to abandon this approach.", "gave up"),
        ("Это не сработает, потому что нет прав.", "gave up"), ("Отказываюсь от этого варианта.", "gave up"),
        ("That didn't work because the lock is held.", "gave up"), ("Это не сработало, порт уже занят.", "gave up"),
        ("I'll use SQLite instead.", "turned"), ("Вместо этого возьму готовый разбор.", "turned"),
        ("All tests pass now.", "found"), ("Все тесты прошли, теперь работает.", "found"),
        # What only looks like it.
        ("Let me run the tests to make sure everything works.", ""), ("Does that explain why it didn't work?", ""),
        ("If the port won't match, the driver retries.", ""), ("The function takes two arguments.", ""),
        ("The flag names a path instead of an option.", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_told_for_what_it_is(sentence: str, kind: str) -> None:
    found = reasoning(Story().reply(sentence).events).trail
    assert [step.kind for step in found] == ([kind] if kind else [])


def test_options_are_eliminated_in_the_order_in_which_they_were_given_up() -> None:
    story = Story().reply("Let me try the retry queue. That didn't work because jobs are lost.")
    story.reply("I think a lock would do.").reply("A lock is not an option since two hosts write.")
    found = reasoning(story.events).eliminated
    assert [one.option for one in found] == ["Let me try the retry queue.", "I think a lock would do."]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert "jobs are lost" in found[0].why


def test_a_failure_is_the_reason_of_what_is_given_up_after_it() -> None:
    story = Story().run("make pay", ok=False, output="building\nerror: no gateway\n").reply("The mock still fails.")
    assert reasoning(story.events).eliminated[0].why == "error: no gateway"


def test_code_and_quotations_are_not_what_the_agent_says() -> None:
    text = (
        "```\nthis didn't work at all\n```\n> that didn't work either\n| it won't work | x |\n- The queue is too slow."
    )
    assert list(spoken(text)) == ["The queue is too slow."]


def test_what_memory_told_is_not_taken_for_reasoning() -> None:
    told = "Retrying payments won't work because the gateway is not idempotent"
    story = Story().reply(f"{told}.").reply("The session store is too slow here.")
    context = Context((Told("a" * 32, "gotcha", told, 0, "before", "", (), False),), 20, 1, 0)
    assert [one.option for one in derive(HERE, story.events, context).eliminated] == [
        "The session store is too slow here."
    ]
    assert len(derive(HERE, story.events, NO_CONTEXT).eliminated) == 2  # the control: without it both are the agent's


def test_confidence_falls_with_failures_and_rises_with_checks_that_pass() -> None:
    story = (
        Story().run("pytest -q", ok=False).run("pytest -q", ok=False).run("pytest -q").reply("Confirmed, that was it.")
    )
    values = [point.value for point in confidence(story.events)]
    assert values[0] == 50
    assert values[1] < values[0] > values[2] < values[3] < values[4]
    triggers = [point.trigger for point in confidence(story.events)]
    assert triggers[1] == "failed: pytest -q"
    assert triggers[3] == "passed: pytest -q"


def test_the_persons_correction_and_an_interruption_lower_it() -> None:
    story = Story().prompt("No, use pnpm instead of npm in this project.").note(NOTE, detail={"what": "interrupted"})
    assert [point.trigger.partition(":")[0] for point in confidence(story.events)] == [
        "begin",
        "corrected",
        "interrupted",
    ]


def test_a_long_trajectory_keeps_its_ends_and_its_turns() -> None:
    story = Story()
    for number in range(200):
        story.run(f"pytest -q tests/{number}", ok=number % 3 != 0)
    points = confidence(story.events)
    assert len(points) == 30
    assert points[0].trigger == "begin"
    assert points[-1].at == max(point.at for point in points)
    assert all(5 <= point.value <= 95 for point in points)


@pytest.mark.parametrize(
    ("command", "check"),
    [
        ("pytest -q", True), ("python -m pytest tests", True), ("npm run test:ci 2>&1 | tail -5", True),
        ("cargo clippy", True),
        ("cd api && make lint", True), ("cat tests/test_pay.py", False), ("git log --grep=test", False),
        ("test -f .env", False),
        ("ls build", False), ("sed -n 1,5p check.py", False),
    ],
)  # fmt: skip
def test_a_check_is_told_from_a_command_that_only_names_one(command: str, check: bool) -> None:
    assert checks(command) is check


def test_a_read_that_feeds_an_edit_and_a_failure_that_is_mended_are_tied() -> None:
    story = Story().call(SEARCH, text="charge", output="src/pay.py:3: def charge").read("/srv/shop/src/pay.py")
    story.run("pytest -q", ok=False).edit("/srv/shop/src/pay.py").run("pytest -q")
    ties = {(tie.before, tie.after, tie.how) for tie in graph(story.events, "/srv/shop").ties}
    assert ties == {
        (0, 1, "read for"), (1, 3, "edited for"), (2, 3, "mended by"), (3, 4, "checked by"), (2, 4, "run again"),
    }  # fmt: skip


def test_the_critical_path_is_the_chain_that_took_longest() -> None:
    story = Story().read("a.py").edit("a.py").run("pytest -q", seconds=60).run("make docs", seconds=30)
    made = graph(story.events)
    assert [made.calls[number].what for number in made.critical] == ["a.py", "a.py", "pytest -q"]
    assert made.calls[made.critical[-1]].ms == 60_000


def test_an_edit_that_waited_for_the_person_is_no_long_edit() -> None:
    assert graph(Story().edit("a.py", seconds=900).events).calls[0].ms == 0
    assert graph(Story().run("make", seconds=900).events).calls[0].ms == 900_000


def test_tokens_are_the_hosts_where_it_recorded_them_and_else_estimated() -> None:
    usage = {"model": "m1", "input": 10, "output": 5, "cache_read": 100, "cache_written": 7, "reasoning": 2}
    story = (
        Story()
        .prompt("Do it, please")
        .note(USAGE, detail=usage)
        .note(USAGE, detail=usage)
        .note(USAGE, agent="sub", detail=usage)
    )
    found = {(one.model, one.agent): one for one in derive(HERE, story.events).tokens}
    assert found["m1", ""][2:] == (20, 10, 200, 14, 4, True)
    assert found["m1", "sub"].input == 10
    estimated = derive(HERE, Story().prompt("Do it, please").reply("Done with all of it.").events).tokens[0]
    assert not estimated.recorded
    assert estimated.input > 0 < estimated.output


def test_friction_names_what_failed_twice_and_what_was_refused() -> None:
    story = Story().run("make pay", ok=False).run("make pay", ok=False).run("make docs", ok=False)
    story.call(OTHER, "x", ok=None, result={"refused": True}).prompt("No, we use tabs, not spaces here.")
    found = derive(HERE, story.events).friction
    assert "failed 2 times: make pay" in found
    assert "failed once each: 1 call" in found
    assert "refused by the person: 1 call" in found


def test_open_items_come_from_the_hosts_list_the_last_words_and_new_marks() -> None:
    todos = (
        '{"todos":[{"content":"Write the migration","status":"pending"},{"content":"Old thing","status":"completed"}]}'
    )
    story = Story().reply("We still need to test refunds.").note(CALL, todos, name="TodoWrite", tool=OTHER)
    story.edit("a.py", detail={"new": "x = 1  # TODO: name it", "old": "x = 1"})
    story.reply("Done. The docs still need to be written. Shall I commit it?")
    found = open_items(story.events)
    assert found == (
        "Write the migration", "The docs still need to be written.", "x = 1 # TODO: name it",
        "the agent asks: Shall I commit it?",
    )  # fmt: skip


def test_decisions_subagents_and_work_are_told() -> None:
    story = (
        Story().prompt("Let's go with Redis because carts expire.").call(TASK, text="Find the cart code", name="Task")
    )
    story.note("prompt", "Find the cart code", agent="a1").read("x.py", agent="a1").edit("y.py", agent="a1")
    told = derive(HERE, story.events)
    assert told.decisions == ("person: Let's go with Redis because carts expire.",)
    assert told.subagents[0][:5] == ("a1", "Find the cart code", 0, 2, 0)
    assert told.subagents[0].files == ("y.py",)
    assert dict(told.work)["read"] == 1
    assert told.prompts == ("Let's go with Redis because carts expire.",)


def test_pauses_are_no_work() -> None:
    story = Story().prompt("One")
    story.events.append(Event("reply", story.events[0].at + 3_600_000, "late", "Two hours are three words."))
    story.events.append(Event("reply", story.events[0].at + 3_660_000, "later", "And one more minute."))
    assert derive(HERE, story.events).active_ms == 60_000


def test_the_outcome_says_what_was_edited_after_the_last_check() -> None:
    story = Story().run("pytest -q").edit("a.py").edit("b.py")
    assert derive(HERE, story.events).outcome == "the last check passed (pytest -q), 2 edits after it"
    assert derive(HERE, Story().run("ls").events).outcome == "nothing was checked"


def test_nothing_at_all_is_derived_of_nothing() -> None:
    told = derive(HERE, [])
    assert (told.events, told.trail, told.confidence, told.graph.calls, told.tokens) == (0, (), (), (), ())


def test_hostile_events_are_read_in_bounded_time() -> None:
    began = time.process_time()
    story = Story()
    for text in (
        "instead " * 5000,
        "i think " * 5000,
        "a" * 100_000,
        "(" * 20_000,
        "не " * 8000,
        "\u202e\x1b[2J" * 3000,
    ):
        story.reply(text).prompt(text).run(text[:3000], ok=False, output=text).edit(text[:500])
    story.note(CALL, '{"todos":' * 500, name="TodoWrite", tool=OTHER).note(
        RESULT, detail={"ms": -5, "changed": [1, None]}
    )
    told = derive(HERE, story.events)
    assert all("\n" not in step.text for step in told.trail)
    assert time.process_time() - began < 5.0  # some 0.3 s


def test_ten_thousand_calls_are_a_graph_of_two_thousand() -> None:
    story = Story()
    for number in range(3_500):
        story.read(f"f{number % 50}.py").edit(f"f{number % 50}.py").run(f"pytest -q {number % 7}")
    began = time.process_time()
    made = graph(story.events)
    assert len(made.calls) == 2_000
    assert made.critical
    assert max(tie.after for tie in made.ties) < 2_000
    assert time.process_time() - began < 5.0  # some 0.2 s


def test_what_a_script_asks_of_a_headless_host_is_the_purpose_and_what_nobody_said_is_none() -> None:
    story = Story().prompt("Fix the build.", detail={"source": "sdk"}).prompt("A notice.", detail={"automatic": True})
    story.prompt("Look around.", agent="sub").prompt("<task-notification>done</task-notification>")
    assert derive(HERE, story.events).prompts == ("Fix the build.",)
