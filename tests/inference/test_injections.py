"""What was told, when, to whom, and what followed."""

from oldhand.model.session import CALL, COMMAND, EDIT, PROMPT, REPLY, RESULT, Event, Session
from oldhand.sessions.injections import STEPS
from oldhand.store.session_log import Noted
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.sessions.made import AT

NAME = "7a7a0001-session"


def remembered(project: Project, text: str, **said: object) -> str:
    """The whole id of a memory."""
    return str(project.call("remember", text=text, **said).memories[0].id)


def called(number: int, tool: str, text: str = "", target: str = "", ok: bool = True, agent: str = "") -> list[Event]:
    """A call and its result, so many seconds after the start."""
    at, name = AT + number * 1000, f"c{number}"
    return [
        Event(CALL, at, name, text, agent, tool, tool, name, target),
        Event(RESULT, at, name, "", agent, tool, tool, name, target, ok),
    ]


def told(project: Project, events: list[Event], memories: tuple[str, ...], **said: object) -> None:
    """A session in whose second second something was told before an edit."""
    injection = Injection(NAME, AT + 2000, "before", "src/pay.py", "", memories, 30, key="i1")._replace(**said)  # type: ignore[arg-type]
    project.memory.session_log().note(
        Noted((Session("claude", NAME, "/srv/shop", AT),), tuple((NAME, one) for one in events), (injection,))
    )


def only(project: Project, **asked: object) -> object:
    """The one injection that is told of."""
    lines = project.call("session_injections", **asked).injections
    assert len(lines) == 1
    return lines[0]


def test_what_shows_of_a_memory_afterwards_is_told(project: Project) -> None:
    (project.root / "src").mkdir()
    (project.root / "src" / "ledger.py").write_text("x = 1\n")
    tied = remembered(project, "Amounts are integers.", anchors=["src/ledger.py"])
    said = remembered(project, "Stripe webhooks arrive twice, so deduplicate idempotency tokens nightly.")
    idle = remembered(project, "Deploys happen every Thursday from Frankfurt cluster machines.")
    events = [
        *called(1, EDIT, "x", "/srv/shop/src/pay.py"),
        *called(3, EDIT, "y", "/srv/shop/src/ledger.py"),
        Event(REPLY, AT + 4000, "r", "Since Stripe webhooks arrive twice I deduplicate by idempotency tokens nightly."),
        *called(5, COMMAND, "make test", ok=False),
        *called(6, COMMAND, "git checkout -- src/pay.py"),
        Event(PROMPT, AT + 7000, "p", "No, that's wrong: keep the retry."),
    ]
    told(project, events, (tied, said, idle))
    one = only(project)
    assert [memory.how for memory in one.memories] == [["file touched"], ["words taken up"], []]  # type: ignore[attr-defined]
    assert (one.used, one.calls, one.failed, one.then) == (2, 3, 1, ["corrected", "work taken back"])  # type: ignore[attr-defined]
    assert (one.session, one.about, one.tokens, one.withheld) == (NAME, "src/pay.py", 30, False)  # type: ignore[attr-defined]


def test_what_comes_after_many_steps_or_came_before_is_not_put_to_it(project: Project) -> None:
    (project.root / "ledger.py").write_text("x = 1\n")
    tied = remembered(project, "Amounts are integers.", anchors=["ledger.py"])
    events = [event for number in range(3, 3 + STEPS) for event in called(number, COMMAND, "make")]
    events += [Event(PROMPT, AT, "p0", "No, that's wrong."), *called(100, EDIT, "y", "/srv/shop/ledger.py", ok=False)]
    events += [Event(PROMPT, AT + 101_000, "p1", "Undo that.")]
    told(project, events, (tied,))
    one = only(project, name=NAME[:8])
    assert (one.memories[0].how, one.calls, one.failed, one.then) == ([], STEPS, 0, [])  # type: ignore[attr-defined]


def test_what_was_withheld_and_what_is_gone_is_told_as_such(project: Project) -> None:
    (project.root / "ledger.py").write_text("x = 1\n")
    tied = remembered(project, "Amounts are integers.", anchors=["ledger.py"])
    told(project, called(3, EDIT, "y", "/srv/shop/ledger.py"), (tied, "f" * 32), withheld=True)
    one = only(project)
    assert one.withheld and one.used == 0  # type: ignore[attr-defined]
    assert [(memory.text, memory.how) for memory in one.memories] == [("Amounts are integers.", []), ("", [])]  # type: ignore[attr-defined]


def test_what_was_rejected_since_is_not_told_again(project: Project) -> None:
    memory = remembered(project, "Run everything as root.")
    told(project, [], (memory,))
    assert only(project).memories[0].text == "Run everything as root."  # type: ignore[attr-defined]
    project.by_person("reject", name=memory)
    assert only(project).memories[0].text == ""  # type: ignore[attr-defined]


def test_what_a_subagent_was_told_is_followed_in_what_it_did(project: Project) -> None:
    (project.root / "ledger.py").write_text("x = 1\n")
    tied = remembered(project, "Amounts are integers.", anchors=["ledger.py"])
    told(project, called(3, EDIT, "y", "/srv/shop/ledger.py"), (tied,), agent="sub")
    assert only(project).used == 0  # type: ignore[attr-defined]
    told(project, called(4, EDIT, "y", "/srv/shop/ledger.py", agent="sub"), (tied,), agent="sub")
    assert only(project).used == 1  # type: ignore[attr-defined]


def test_the_latest_come_first_and_within_the_limit(project: Project) -> None:
    memory = remembered(project, "Amounts are integers.")
    for number in range(5):
        told(project, [], (memory,), at=AT + number * 1000, key=f"i{number}", action=f"file{number}.py")
    lines = project.call("session_injections", limit=2).injections
    assert [one.about for one in lines] == ["file4.py", "file3.py"]
    assert project.call("session_injections", limit=0).injections == []
    assert project.call("session_injections", since="2100-01-01").injections == []


def test_nothing_told_is_said_so(project: Project) -> None:
    assert project.call("session_injections") == ([], "", 0)


def test_the_command_that_was_warned_of_does_not_show_its_own_warning(project: Project) -> None:
    said = "terraform apply destroys staging volumes"
    trap = str(project.call("gotcha", text=said, triggers=["command:terraform apply"]).memories[0].id)
    warned = {"action": "terraform apply staging volumes", "key": f"before:c2:{trap[:12]}:1"}
    ran = called(2, COMMAND, "terraform apply staging volumes")
    told(project, [*ran, *called(3, COMMAND, "make test")], (trap,), **warned)
    one = only(project)
    assert [memory.how for memory in one.memories] == [["command avoided"]]  # type: ignore[attr-defined]
    assert one.calls == 1  # type: ignore[attr-defined]


def test_a_later_run_of_what_was_warned_of_and_words_taken_up_later_count(project: Project) -> None:
    said = "terraform apply destroys staging volumes"
    trap = str(project.call("gotcha", text=said, triggers=["command:terraform apply"]).memories[0].id)
    again = [*called(2, COMMAND, "terraform apply"), *called(3, COMMAND, "terraform apply")]
    reply = Event(REPLY, AT + 4000, "r", "I remember that it destroys staging volumes, so terraform waits.")
    told(project, [*again, reply], (trap,), action="terraform apply")  # a host that gives calls no names
    assert [memory.how for memory in only(project).memories] == [["words taken up"]]  # type: ignore[attr-defined]
