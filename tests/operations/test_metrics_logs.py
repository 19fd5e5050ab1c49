"""The local log and the figures made of it: what was called and asked, never what was remembered."""

import json
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadDate, OldhandError, UnknownOperation, UnusableStore
from oldhand.memory import Memory
from oldhand.operation import call

SECRET = "zebrafinch quokka lighthouse"


@pytest.fixture
def busy(project: Any) -> Any:
    """A project in which something was remembered, recalled, and asked for in vain."""
    project.call("remember", text=f"The word is {SECRET}", tags=["quaggatag"], key="wombat/key")
    project.call("recall", cue=SECRET)
    project.call("recall", cue="entirely unrelated xylophone")
    for _ in range(2):
        with pytest.raises(OldhandError):
            project.call("show", name="abcdef012345")
    return project


def test_the_log_tells_what_was_called_oldest_first(busy: Any) -> None:
    said = busy.call("logs").entries
    assert [(one.operation, one.outcome) for one in said] == [
        ("remember", "ok"), ("recall", "ok"), ("recall", "ok"), ("show", "UnknownId"), ("show", "UnknownId"),
    ]  # fmt: skip
    assert all(one.ms > 0 and one.at.endswith("Z") and one.surface == "python" for one in said)
    assert json.loads(said[1].detail)["verdict"] == "strong"


def test_the_log_holds_what_was_asked_of_recall_and_never_what_was_remembered(busy: Any) -> None:
    busy.call("recall", cue="entirely unrelated " * 20)
    said = busy.call("logs", operation="recall").entries
    assert [one.cue for one in said[:2]] == [SECRET, "entirely unrelated xylophone"]
    assert len(said[2].cue) <= 80 and all(len(one.trace) == 12 for one in said)
    assert json.loads(said[0].detail).keys() == {"root", "shown", "verdict"}
    busy.call("remember", text="capybara", tags=["quaggatag"], key="wombat/key")
    busy.memory.close()
    held = b"".join(path.read_bytes() for path in busy.folder.glob("traces.db*"))
    words = ["capybara", "The word is", "quaggatag", "wombat", "abcdef012345"]
    assert b"remember" in held and b"xylophone" in held and not [word for word in words if word.encode() in held]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"operation": "recall"}, 2), ({"outcome": "error"}, 2), ({"outcome": "ok"}, 3), ({"outcome": "UnknownId"}, 2),
        ({"surface": "cli"}, 0), ({"surface": "python"}, 5), ({"text": "nothing known"}, 1), ({"text": "REMEMBER"}, 1),
        ({"since": "1 hour ago"}, 5), ({"until": "1 hour ago"}, 0), ({"since": "today", "until": "today"}, 5),
        ({"operation": "recall", "text": "strong"}, 1), ({"limit": 2}, 2), ({"limit": 0}, 5), ({"after": 3}, 2),
    ],
)  # fmt: skip
def test_the_log_can_be_searched(busy: Any, wanted: dict[str, Any], count: int) -> None:
    assert len(busy.call("logs", **wanted).entries) == count


def test_the_log_is_followed_by_number(busy: Any) -> None:
    first = busy.call("logs", limit=2)
    assert [one.number for one in first.entries] == [4, 5] and first.last == 5
    then = busy.call("logs", after=first.last)
    assert [one.operation for one in then.entries] == ["logs"]
    assert busy.call("logs", after=99).last == 99


def test_a_wrong_question_to_the_log_is_refused(busy: Any) -> None:
    with pytest.raises(UnknownOperation):
        busy.call("logs", operation="remembr")
    with pytest.raises(BadDate):
        busy.call("logs", since="2026-13-01")


def test_a_broken_log_is_said_and_memory_still_works(busy: Any) -> None:
    busy.memory.close()
    for path in busy.folder.glob("traces.db*"):
        path.unlink()
    (busy.folder / "traces.db").write_bytes(b"this is no database at all" * 50)
    busy.reopened()
    with pytest.raises(UnusableStore, match="local log"):
        busy.call("logs")
    assert busy.call("recall", cue=SECRET).verdict == "strong"


def test_the_figures_are_those_of_the_log(busy: Any) -> None:
    figures = busy.call("metrics")
    assert figures.basis == "measured" and figures.since
    assert (figures.calls, figures.errors, figures.writes, figures.events) == (5, 2, 1, 1)
    assert {one.operation: (one.calls, one.errors) for one in figures.operations} == {
        "recall": (2, 0), "remember": (1, 0), "show": (2, 2),
    }  # fmt: skip
    assert all(0 < one.p50_ms <= one.p95_ms for one in figures.operations)
    assert [(one.verdict, one.answers, one.share) for one in figures.verdicts] == [
        ("strong", 1, 0.5), ("weak", 0, 0.0), ("nothing known", 1, 0.5),
    ]  # fmt: skip
    assert figures.standings == {"active": 1} and figures.store_bytes > 10_000 and figures.text == ""


def test_the_figures_can_start_at_a_date(busy: Any) -> None:
    assert busy.call("metrics", since="1 hour ago").calls == 5
    busy.memory.close()
    with Memory(busy.root, busy.home) as memory:
        later = call(memory, "metrics", {"since": "2999-01-01"})
    assert later.calls == 0 and later.since == "" and later.operations == []


def test_the_figures_of_percentiles_are_nearest_ranks() -> None:
    from oldhand.operations.server.metrics import _at

    assert [_at(list(range(1, 101)), percent) for percent in (50, 95)] == [50, 95]
    assert [_at([7], percent) for percent in (50, 95)] == [7, 7]
    assert [_at([1, 2], percent) for percent in (50, 95)] == [1, 2]


def test_the_text_for_prometheus_is_well_formed(busy: Any) -> None:
    text = busy.call("metrics", format="prometheus").text
    described = set()
    for line in text.splitlines():
        if line.startswith("# "):
            described.add(line.split()[2])
            assert line.startswith("# TYPE ") or line.endswith("(measured)")
        else:
            name, _, value = line.rpartition(" ")
            assert name.partition("{")[0] in described and float(value) >= 0
    assert 'oldhand_answers{verdict="nothing known"} 1' in text and text.endswith("\n")


def test_an_empty_log_gives_empty_figures(project: Any) -> None:
    project.by_person("config_set", name="traces.keep", value="0")
    project.reopened()
    project.reopened()
    project.call("remember", text="unlogged")
    before = project.call("metrics").calls
    project.call("recall", cue="unlogged")
    assert project.call("metrics").calls == before
    assert Path(project.folder / "memory.db").exists()
