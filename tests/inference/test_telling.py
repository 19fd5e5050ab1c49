"""How the replies read: what is known and what is not, in lines that nobody misreads."""

from oldhand.operations.session.infer import InferredTold
from oldhand.sessions.inferring import Finding, Span, share
from oldhand.surfaces.line_texts import lines
from tests.conftest import Project
from tests.inference.made import HOUR_MS, session
from tests.sessions.made import AT


def told(operation: str, reply: object) -> list[str]:
    """The lines of a reply."""
    return [one.text for one in lines(operation, reply)]


def test_what_a_layer_finds_is_told_with_what_it_is_compared_with() -> None:
    findings = [
        Finding("a" * 12, "Платежи не повторяются.\nEver.", "noise", 0, 20, 90, 300, 12),
        Finding("b" * 12, "", "more trouble", 9, 10, 2, 30, 0),
        Finding("", "edit -> run make test", "follows", 40, 30, 12, 0, 1, 600, 480, 710),
    ]
    took = [Span("command", 40, 30, 900, 4_200)]
    reply = InferredTold("recall", 40, 30, [share("used", 10, 40)], findings, 3, "", took)
    assert told("session_infer", reply) == [
        "From 40 answers of recall:",
        "  used: 10 of 40, 25 % (14.2 to 40.2)",
        "  command took: median 0.9 s, 90 % below 4.2 s (40 calls in 30 sessions)",
        "  aaaaaaaaaaaa noise: Платежи не повторяются. / Ever.",
        "      used 0 of 20 times shown; all 90 of 300; chance 1.2e-05",
        "  bbbbbbbbbbbb more trouble: (no longer there)",
        "      corrected or taken back: 9 of 10 sessions with it, 2 of 30 without; chance below 0.000001",
        "  edit -> run make test: 40 times in 30 sessions, 12 expected; chance 1e-06",
        "      comes next in 60 % (48 to 71)",
        "3 more (--limit).",
        "Other layers: --layer together, corrections, sequences or workflow.",
    ]


def test_too_little_is_told_as_too_little() -> None:
    few = InferredTold("together", 1, 30, [], [], 0, "the spool is broken", [])
    said = ["Not enough data yet: 1 stretch of work, of 30 that it takes.", "the spool is broken"]
    assert told("session_infer", few) == said


def test_the_holdout_says_what_to_do_and_then_what_it_compares(project: Project) -> None:
    nothing = told("session_holdout", project.call("session_holdout"))
    assert nothing[0] == "Memory keeps silent in no session." and "--percent 20" in nothing[1]
    memory = project.call("remember", text="Amounts are integers.").memories[0].id
    for number in range(50):
        silent = number % 2 == 0
        session(project, f"session-{number}", AT + number * HOUR_MS, (memory,), silent, silent or number % 5 == 0)
    said = told("session_holdout", project.call("session_holdout"))
    assert said[1].endswith("25 sessions with memory, 25 without.")
    assert said[2].startswith("  corrections in 100 prompts: 10 with, 50 without; difference -40,")
    assert said[2].endswith(": less with memory")
    assert said[4].endswith(": not enough data yet")
    assert said[-2] == f"  {memory[:12]} helps: Amounts are integers."


def test_injections_are_told_with_what_followed(project: Project) -> None:
    memory = project.call("remember", text="Amounts are integers.").memories[0].id
    session(project, "session-told", AT, (memory, "f" * 32), False, True)
    session(project, "session-silent", AT + HOUR_MS, (memory,), True, False)
    said = told("session_injections", project.call("session_injections"))
    assert said[0] == "Told 1 time; 1 time withheld (the holdout); the latest first."
    assert said[1].endswith("session-silen  SessionStart (withheld)")
    assert said[-3:] == [
        f"      {memory[:12]} claim: Amounts are integers.",
        "      ffffffffffff is no longer there, or no longer told",
        "      then: 1 call, 1 failed; 0 of 2 show afterwards; corrected",
    ]
