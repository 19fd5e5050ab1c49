"""Traces of recalls: how they are named and found, what they hold, and what becomes of them."""

import stat
from collections.abc import Callable
from typing import Any

import apsw
import pytest

from oldhand.errors import AmbiguousId, NotReplayable, OldhandError, TooShortId, UnknownTrace, UnusableStore
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.traces import TRIM_EVERY
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.contract.command import inside
from tests.operations.test_replay import again, alter, given
from tests.operations.test_saying import said


def test_a_trace_is_named_by_prefix_by_number_or_as_the_last(project: Project) -> None:
    said(project, "Payments are never retried")
    first, second = (project.call("recall", cue=cue) for cue in ("payments", "retried"))
    entry = next(one for one in project.call("logs", operation="recall").entries if one.trace == first.trace)
    for name in (
        first.trace,
        first.trace[:6],
        first.trace.upper(),
        f" {first.trace} ",
        f"#{entry.number}",
        str(entry.number),
    ):
        assert project.call("replay", trace=name).then.trace == first.trace
    assert project.call("replay").then.trace == project.call("replay", trace="last").then.trace == second.trace
    assert (entry.cue, project.call("replay", trace=first.trace).then.number) == ("payments", entry.number)


def test_the_same_answer_to_the_same_question_has_the_same_name(project: Project) -> None:
    said(project, "Payments are never retried")
    names = [project.call("recall", cue="payments").trace for _ in range(2)]
    others = [project.call("recall", cue="payments", **more).trace for more in ({"limit": 3}, {"loose": True})]
    said(project, "The gateway is Stripe")
    later = project.call("recall", cue="payments").trace
    assert names[0] == names[1] and len({names[0], *others, later}) == 4
    assert len(names[0]) == 12 and int(names[0], 16) >= 0
    assert again(project, names[0]).verdict == "strong"


def test_an_ambiguous_a_short_and_an_unknown_name_are_told_apart(project: Project) -> None:
    said(project, "Payments are never retried")
    for number in range(2):
        project.call("recall", cue=f"payments {number}")
        alter(project, lambda detail, number=number: detail | {"trace": f"abcdef00000{number}"})  # type: ignore[misc]
    with pytest.raises(AmbiguousId, match=r"abcdef000000, abcdef000001"):
        project.call("replay", trace="abcdef0000")
    assert project.call("replay", trace="abcdef000001").then.cue == "payments 1"
    with pytest.raises(TooShortId):
        project.call("replay", trace="abcde")
    for unknown in ("abcdef999999", "payments", "", "#9999", "９９", "a" * 65, "#" + "9" * 18):
        with pytest.raises(UnknownTrace, match="oldhand logs --operation recall"):
            project.call("replay", trace=unknown)


def test_a_trace_that_is_no_recall_or_was_altered_is_refused(project: Project) -> None:
    said(project, "Payments are never retried")
    with pytest.raises(NotReplayable, match="'remember', which is no recall"):
        project.call("replay", trace="1")
    with pytest.raises(OldhandError):
        project.call("recall", cue="payments", kind="rumour")
    failed = project.call("logs", outcome="error").entries[-1]
    with pytest.raises(NotReplayable, match="UnknownKind"):
        project.call("replay", trace=f"#{failed.number}")
    spoiled: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (
        lambda detail: {"verdict": "strong", "shown": []},
        lambda detail: detail | {"asked": {"cue": 5}},
        lambda detail: detail | {"asked": {"cue": "x", "colour": "red"}},
        lambda detail: detail | {"stores": [{}]},
        lambda detail: detail | {"settings": {"floor": "high"}},
        lambda detail: {name: value for name, value in detail.items() if name != "means"},
    )
    for spoil in spoiled:
        project.call("recall", cue="payments")
        alter(project, spoil)
        with pytest.raises(NotReplayable):
            project.call("replay")


def test_traces_that_were_trimmed_are_unknown_and_the_rest_is_answered(project: Project) -> None:
    said(project, "Payments are never retried")
    project.by_person("config_set", name="traces.keep", value="3")
    project.reopened()
    project.reopened()
    first = project.call("recall", cue="payments")
    for number in range(TRIM_EVERY):
        last = project.call("recall", cue="payments retried", limit=1 + number % 5)
    with pytest.raises(UnknownTrace, match="keeps the latest 3 entries"):
        project.call("replay", trace=first.trace)
    assert again(project, last.trace).verdict == "strong"


def test_a_log_that_is_switched_off_keeps_nothing_and_forgets_what_it_had(project: Project) -> None:
    said(project, "Payments are never retried")
    one = project.call("recall", cue="quokka payments")
    project.by_person("config_set", name="traces.keep", value="0")
    project.reopened()
    project.reopened()
    assert project.call("recall", cue="wombat payments").trace == ""
    with pytest.raises(UnknownTrace, match="switched off"):
        project.call("replay", trace=one.trace)
    with pytest.raises(UnknownTrace, match="switched off"):
        project.call("replay")
    project.memory.close()
    held = b"".join(path.read_bytes() for path in project.folder.glob("traces.db*"))
    assert b"quokka" not in held and b"wombat" not in held


def test_a_memory_that_can_only_be_read_leaves_no_trace(project: Project) -> None:
    said(project, "Payments are never retried")
    project.memory.close()
    for path in project.folder.glob("traces.db*"):
        path.unlink()
    reading = Memory(project.root, project.home)
    reading.adopt(type(project.store).open(project.folder, writable=False))
    reply = call(reading, "recall", {"cue": "payments"})
    assert reply.verdict == "strong" and reply.trace == ""
    assert call(reading, "recall", {"cue": "kubernetes ingres"}).items == []  # what is spelt alike is looked for too
    with pytest.raises(UnknownTrace, match="can only be read"):
        call(reading, "replay", {})
    reading.close()


def test_a_damaged_log_is_said_and_recall_goes_on(project: Project) -> None:
    said(project, "Payments are never retried")
    project.memory.close()
    for path in project.folder.glob("traces.db*"):
        path.unlink()
    (project.folder / "traces.db").write_bytes(b"no database" * 1000)
    project.reopened()
    assert project.call("recall", cue="payments").verdict == "strong"
    with pytest.raises(UnusableStore, match="local log"):
        project.call("replay")


def test_a_log_of_an_earlier_version_is_taken_up(project: Project) -> None:
    said(project, "Payments are never retried")
    project.memory.close()
    old = apsw.Connection(str(project.folder / "traces.db"))
    old.execute("DROP INDEX traces_recall; UPDATE traces SET operation='recall', detail='{}'").fetchall()
    old.close()
    project.reopened()
    one = project.call("recall", cue="payments")
    assert again(project, one.trace).verdict == "strong"
    with pytest.raises(NotReplayable, match="does not hold the question"):
        project.call("replay", trace="1")


def test_another_writer_between_the_answer_and_its_trace_changes_nothing(project: Project) -> None:
    """The view that answers is the one whose root is traced, whatever is written while it is read."""
    said(project, "Payments are never retried")
    project.call("recall", cue="warm")
    writer = Memory(project.root, project.home)
    told = project.memory.now

    def late() -> int:
        call(writer, "remember", {"text": f"Payments are written meanwhile {told()}"})
        return told()

    project.memory.now = late  # type: ignore[method-assign]
    answers = [given(project.call("recall", cue="payments", limit=20)) for _ in range(5)]
    project.memory.now = told  # type: ignore[method-assign]
    writer.close()
    assert len({len(one.shown) for one in answers}) == 5
    assert [again(project, one.trace) for one in answers] == answers


def test_the_trace_holds_the_question_and_no_text_of_a_memory(project: Project) -> None:
    (project.root / "a.py").write_text("x = 1\n", "utf-8")
    said(project, "Zebrafinch payments", title="Quokkatitle", tags=["wombattag"], key="lemur/key", anchors=["a.py:1"])
    one = project.call("recall", cue="payments of axolotl", explain=True)
    assert one.items[0].text == "Zebrafinch payments"
    project.memory.close()
    held = b"".join(path.read_bytes() for path in project.folder.glob("traces.db*"))
    assert b"axolotl" in held and one.trace.encode() in held
    assert not [word for word in (b"Zebrafinch", b"Quokka", b"wombat", b"lemur", b"a.py") if word in held]
    assert stat.S_IMODE((project.folder / "traces.db").stat().st_mode) == 0o600


def test_the_trace_is_told_when_it_is_asked_for(project: Project) -> None:
    said(project, "Payments are never retried")
    silent, explained = (project.call("recall", cue="payments", explain=explain) for explain in (False, True))
    assert explained.trace in rendered("recall", explained) and silent.trace not in rendered("recall", silent)
    project.memory.close()
    for words, there in ((["--explain"], True), (["--json"], True), ([], False)):
        out = inside(project.root, project.home, "recall", "payments", *words).out
        assert (explained.trace in out or silent.trace in out) is there
    printed = inside(project.root, project.home, "replay").out
    assert 'asked: "payments"' in printed and "The same answer as then: strong, 1 shown." in printed
