"""The corpus of hostile paths against every operation that takes one: nothing outside is read, written or told."""

import json
import os
import sys
import time
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.operation import call, every, find, plain
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.hostile.paths import CANARY, LEAST, Watch, cases, furnish, state

SOON = 5.0  # seconds for one call, on a machine with much else to do
# Every parameter that holds a text is one or the other; a new operation says which.
PATHS = frozenset(
    {
        "place",
        "path",
        "file",
        "to",
        "folder",
        "anchors",
        "unanchor",
        "glob",
        "output",
        "paths",
        "junit",
        "document",
    }
)
PATHS_OF = frozenset({
    ("negative_record", "reopens"), ("negative_record", "triggers"), ("decide", "places"), ("decision_record", "read"),
    ("decision_context", "places"),
    ("remind", "when"), ("gotcha", "triggers"), ("glob", "pattern"), ("blame", "target"), ("impact", "target"),
    ("model_install", "source"), ("engram_rewind", "worktree"),
})  # fmt: skip
NO_PATHS = frozenset({
    "first", "second", "names", "holds", "cause", "root", "session", "way", "query", "undo", "origin",
    "answers", "area", "asked_of", "command", "counter_example", "every", "example", "question",
    "resolution", "host", "branch", "about", "arc", "before", "commit", "done", "next", "open", "step", "steps",
    "without", "useful", "noise", "wrong", "missing",
    "alternatives", "for", "against", "confidence", "assumptions", "predicted", "criteria", "estimate", "supersedes",
    "because", "made", "agent", "of", "override", "commits", "prs", "incidents", "unlink",
    "check", "param", "stale", "subject", "took", "became", "decisions",
    "conclusion", "evidence", "advice", "applies", "module", "by",
    "actor", "as_of", "content", "cue", "domain", "expect", "fields", "key", "kind", "mark", "model", "name", "new",
    "old", "op", "operation", "outcome", "part", "pattern", "project", "reason", "relation", "since", "source",
    "standing",
    "surface", "tag", "tags", "target", "text", "title", "topic", "trace", "untag", "until", "valid_from",
    "valid_until", "value", "words", "task",
})  # fmt: skip
BEHIND = {
    ("remind", "when"): "edit:",
    ("gotcha", "triggers"): "edit:",
    ("negative_record", "triggers"): "edit:",
}  # what stands before the path
IN_LINES = frozenset({("remember", "jsonl"), ("capture", "jsonl"), ("gotcha", "commands")})  # paths stand inside
# What these are for lies outside the project: another project, an unpacked package. They still tell nothing of it.
BEYOND = frozenset({("projects_register", "folder"), ("model_install", "source")})
# What an operation needs beside the path, so that it does its worst.
BESIDE: dict[str, dict[str, Any]] = {
    "capture": {"text": "Something about a place.", "session": "one"}, "soul": {"yes": True},
    "remind": {"text": "Look at it."}, "gotcha": {"text": "It bites."},
    "convention": {"text": "So it is done."}, "negative_record": {"text": "So it was done.", "conclusion": "It broke."},
    "decide": {"text": "Which way?"}, "decision_context": {"text": "Which way?"},
    "skill_export": {"name": "payments", "yes": True}, "decision_record": {"text": "So it was decided."},
    "plan_record": {"text": "So it is planned."}, "plan_validate": {"text": "So it is planned."},
    "gap": {"text": "It is missing."}, "ask": {"question": "Who knows it?"},
    "write": {"content": "evil\n", "yes": True}, "edit": {"old": CANARY[:6], "new": "evil", "all": True},
    "read": {}, "remember": {"text": "Something about a place."}, "grep": {"pattern": CANARY[:6]},
    "revise": {}, "export": {"yes": True}, "import": {"strategy": "append", "yes": True},
    "graph_export": {"yes": True}, "calibration_plot": {"yes": True}, "graph_import": {"yes": True},
    "session_import": {"yes": True}, "store_restore": {"yes": True}, "engram_rewind": {"name": "e4e4e4e4e4e4"},
    "model_install": {"dry_run": True}, "anchors_verify": {"follow": True}, "impact": {},
}  # fmt: skip


def text_parameters() -> list[tuple[str, str, Any]]:
    """(operation, parameter, type) of every parameter that holds a text or texts."""
    return [
        (operation.name, parameter.name, parameter.type)
        for operation in every() for parameter in operation.parameters
        if parameter.type is str or typing.get_origin(parameter.type) is list
    ]  # fmt: skip


def is_path(operation: str, parameter: str) -> bool:
    """Whether a parameter names files of the project."""
    return parameter in PATHS or (operation, parameter) in PATHS_OF | IN_LINES


TAKING = [(operation, parameter) for operation, parameter, _ in text_parameters() if is_path(operation, parameter)]


def test_every_text_parameter_is_known_to_be_a_path_or_none() -> None:
    """A new operation is tried with the corpus as soon as it is here, or its author says that it takes no path."""
    unknown = [
        f"{operation}.{parameter}" for operation, parameter, _ in text_parameters()
        if not is_path(operation, parameter) and parameter not in NO_PATHS
    ]  # fmt: skip
    assert not unknown, "say in PATHS or NO_PATHS what these are"
    assert not PATHS & NO_PATHS
    assert {"read", "write", "edit", "grep", "glob", "look", "remember"} <= {operation for operation, _ in TAKING}


class Yard:
    """A project with the folders around it, watched."""

    def __init__(self, folder: Path) -> None:
        (folder / "home").mkdir(parents=True)
        self.outside, self.evil = folder / "outside", folder / "project_evil"
        self.project = Project(folder / "project", folder / "home")
        furnish(self.project.root, self.outside, self.evil)
        self.memory = self.project.call("remember", text="Something that is known.").memories[0].id
        self.cases = cases(self.project.root, self.outside, self.evil)
        self.closed = (self.project.root / ".git", self.project.root / "sub" / ".git")
        self.before = state(self.outside, self.evil, *self.closed)
        self.watch = Watch(self.outside, self.outside / "sub", self.evil)

    def arguments(self, operation: str, parameter: str, case: str) -> dict[str, Any]:
        """The arguments with which an operation is tried."""
        if (operation, parameter) in IN_LINES:
            line = json.dumps({"text": "Something about a place.", "anchors": [case]})
            if parameter == "commands":
                failed, passed = {"command": "make", "exit": 2, "output": "error: no"}, {"command": "make", "exit": 0}
                line = f"{json.dumps(failed)}\n{json.dumps(passed | {'changed': [case]})}"
            return {name: value for name, value in BESIDE[operation].items() if name != "text"} | {parameter: line}
        known = find(operation).parameter(parameter)
        case = BEHIND.get((operation, parameter), "") + case
        given: dict[str, Any] = {parameter: [case] if typing.get_origin(known.type) is list else case}
        if operation == "revise":
            given["name"] = self.memory
        return BESIDE.get(operation, {}) | given


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """A yard of its own for each test: what one writes does not hide anything from the next."""
    made = Yard(tmp_path)
    yield made
    made.watch.close()
    made.project.memory.close()
    assert not [finding for finding in verify(made.project.folder).findings if finding.damage]


def test_the_corpus_is_as_large_as_it_should_be(yard: Yard) -> None:
    assert len(yard.cases) >= LEAST


@pytest.mark.skipif(sys.platform != "linux", reason="the watch is inotify's")
@pytest.mark.parametrize(("operation", "parameter"), TAKING, ids=lambda value: value)
def test_nothing_outside_is_read_written_or_told(yard: Yard, operation: str, parameter: str) -> None:
    yard.watch.noted()
    beyond = (operation, parameter) in BEYOND
    faults, slow = [], []
    for case in yard.cases:
        started = time.perf_counter()
        try:
            said = json.dumps(plain(call(yard.project.memory, operation, yard.arguments(operation, parameter, case))))
        except OldhandError as error:
            said = str(error)
        except Exception as error:  # noqa: BLE001  any other failure is told below, with its case
            faults.append((case[:60], f"{type(error).__name__}: {error}"[:200], yard.watch.noted()))
            continue
        if (took := time.perf_counter() - started) > SOON:
            slow.append((case[:60], took))
        touched = [] if beyond else yard.watch.noted()
        if CANARY in said or touched:
            faults.append((case[:60], said[:200], touched))
    assert not faults, "\n".join(map(str, faults[:10]))
    assert not slow, slow
    assert state(yard.outside, yard.evil, *yard.closed) == yard.before
    kept = [path for path in yard.project.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if CANARY.encode() in path.read_bytes()]


# -- the controls: what would be seen ------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="the watch is inotify's")
def test_the_watch_sees_a_file_that_is_read_or_made(yard: Yard) -> None:
    yard.watch.noted()
    os.stat(yard.outside / "canary.txt")
    assert not yard.watch.noted()
    (yard.project.root / "out-file").read_bytes()
    assert [name for name in yard.watch.noted() if name.startswith("canary.txt")]
    (yard.outside / "made.txt").write_bytes(b"")
    assert [name for name in yard.watch.noted() if name.startswith("made.txt")]
    assert state(yard.outside, yard.evil, *yard.closed) != yard.before
    (yard.outside / "made.txt").unlink()


def test_the_corpus_reaches_out_where_nobody_checks(yard: Yard) -> None:
    """A path joined to the project's folder and opened, as programs do, finds the canary dozens of times."""
    found = 0
    for case in yard.cases:
        path = os.path.join(yard.project.root, case)
        try:
            found += os.path.isfile(path) and os.path.getsize(path) < 10_000 and CANARY in Path(path).read_text("utf-8")
        except (OSError, ValueError):
            continue
    yard.watch.noted()
    assert found >= 30
