"""Gotchas said and found in commands that failed and then passed; conventions by what they are of."""

import json
from typing import Any

import pytest

from oldhand.errors import BadAnchor, BadArgument, BadLine, RejectedValue
from oldhand.knowledge.gotchas import MEND_MS, Run, error_of, found_in, keep, named
from tests.conftest import Project
from tests.hostile.corpus import COMMON, corpus

FAILED = "collected 3 items\nE   ModuleNotFoundError: No module named 'yaml'\n1 failed in 0.12s"
MINUTE = 60_000


def run(command: str, code: int = 0, output: str = "", changed: tuple[str, ...] = (), at: int = 0) -> Run:
    """A command that was run; `at` in minutes."""
    return Run(command, code, output, changed, at * MINUTE)


def lines(*said: dict[str, Any]) -> str:
    """Runs as lines of JSON."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in said)


MENDED = lines(
    {"command": "pytest -q tests", "exit": 1, "output": FAILED, "at": "2026-01-01T10:00:00"},
    {"command": "vim pyproject.toml", "exit": 0, "changed": ["pyproject.toml"], "at": "2026-01-01T10:05:00"},
    {"command": "pytest -q tests", "exit": 0, "output": "3 passed", "at": "2026-01-01T10:06:00"},
)


# -- found -------------------------------------------------------------------------------------------


def test_what_failed_changed_and_passed_is_the_evidence() -> None:
    (found,) = found_in([
        run("pytest -q tests", 1, FAILED), run("pip install pyyaml", changed=("requirements.txt",), at=1),
        run("pytest -q tests", at=2),
    ])  # fmt: skip
    assert found.command == "pytest tests" and found.changed == ["requirements.txt"] and found.steady
    assert found.error == "ModuleNotFoundError: No module named 'yaml'"
    assert [said.partition(":")[0] for said in found.evidence] == ["failed", "said", "changed", "passed"]


@pytest.mark.parametrize(
    "runs",
    [
        [run("pytest", 1, FAILED)],
        [run("pytest")],
        [run("pytest", 1, "no word of what went wrong"), run("pytest")],
        [run("pytest", 1, FAILED), run("make")],
        [run("pytest", 1, FAILED), run("pytest", at=MEND_MS // MINUTE + 1)],
        [run("pytest", 1, FAILED, at=9), run("pytest", at=3)],
        [run("echo pytest", 1, FAILED), run("pytest")],
        [run("pytest", 1, FAILED), run("pytest tests/a.py")],
        [run("pytest tests/a.py", 1, FAILED), run("pytest tests/b.py")],
        [],
    ],
    ids=["never passed", "never failed", "silent", "another command", "much later", "time runs backwards", "another",
         "a part of it", "another part", "nothing"],
)  # fmt: skip
def test_what_was_not_seen_to_be_mended_is_none(runs: list[Run]) -> None:
    assert found_in(runs) == []


def test_one_that_passes_without_a_change_is_called_unsteady() -> None:
    (found,) = found_in([run("pytest", 1, FAILED), run("pytest", at=1)])
    assert not found.steady and "not steady" in found.text
    (other,) = found_in([run("pytest", 1, FAILED), run("pytest -p no:cacheprovider", at=1)])
    assert other.steady and "no:cacheprovider" in other.text, "the control: another way of running it mended it"


def test_all_that_changed_since_the_first_failure_is_told() -> None:
    (found,) = found_in([
        run("make", 2, "error: first", at=0), run("vi a.c", changed=("a.c",), at=1),
        run("make", 2, "error: second", at=2), run("vi b.c", changed=("b.c", "a.c"), at=3), run("make", at=4),
    ])  # fmt: skip
    assert (found.changed, found.error, found.failures) == (["a.c", "b.c"], "error: second", 2)


@pytest.mark.parametrize(
    ("output", "error"),
    [
        (FAILED, "ModuleNotFoundError: No module named 'yaml'"),
        ("ok\nfatal: not a git repository", "fatal: not a git repository"),
        ("Ошибка: файл не найден\nСделано", "Ошибка: файл не найден"),
        ("3 tests failed", "3 tests failed"),
        ("all good", ""),
        ("\x1b[31mError: red\x1b[0m", "\\x1b[31mError: red\\x1b[0m"),
    ],
)
def test_the_line_that_says_what_went_wrong_is_told(output: str, error: str) -> None:
    assert error_of(output) == error


def test_a_command_is_named_without_its_options() -> None:
    assert named("cd x && FOO=1 python -m pytest -q tests/a.py") == "pytest tests/a.py"
    assert named("") == named("  ;; ") == ""


# -- kept --------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_the_real_one_keeps(project: Project) -> None:
    dry = project.call("gotcha", commands=MENDED, dry_run=True)
    assert len(dry.found) == 1 and dry.dry_run and project.call("status").memories == 0
    kept = project.call("gotcha", commands=MENDED)
    assert kept.found[0].outcome == "remembered"
    memory = project.call("show", name=kept.found[0].id)
    assert memory.memory.trust == "tool" and memory.memory.confidence == 0.5
    assert memory.fields["triggers"] == "on-command:pytest tests" and "pyproject.toml" in memory.fields["evidence"]


def test_the_same_runs_count_once_and_a_later_failure_counts_again(project: Project) -> None:
    project.call("gotcha", commands=MENDED)
    root = project.call("root").root
    again = project.call("gotcha", commands=MENDED)
    assert again.found[0].outcome == "known already" and again.root == root
    later = MENDED.replace("2026-01-01", "2026-02-02").replace("0.12s", "0.34s")
    assert project.call("gotcha", commands=later).found[0].outcome == "found again"
    (listed,) = project.call("gotcha").items
    assert listed.seen == 2


def test_what_was_found_opens_no_session_until_somebody_confirms_it(project: Project) -> None:
    name = project.call("gotcha", commands=MENDED).found[0].id
    assert not any(name[:6] in line for line in project.call("brief").lines)
    with_person = project.memory
    with_person.trust = "user"
    project.call("confirm", name=name)
    with_person.trust = "agent"
    assert any(name[:6] in line for line in project.call("brief").lines)


def test_what_was_rejected_is_left_out_and_says_so(project: Project) -> None:
    name = project.call("gotcha", commands=MENDED).found[0].id
    project.memory.trust = "user"
    project.call("reject", name=name, reason="it was the disk")
    project.memory.trust = "agent"
    found = project.call("gotcha", commands=MENDED.replace("2026-01-01", "2026-02-02")).found[0]
    assert found.outcome.startswith("left out: it was rejected")
    assert project.call("gotcha").items == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Expecting"), ("[]", "command"), ('{"command": ""}', "command"), ('{"command": "x"}', "exit"),
        ('{"command": "x", "exit": true}', "exit"), ('{"command": "x", "exit": 0, "changed": "a"}', "changed"),
        ('{"command": "x", "exit": 0, "changed": [1]}', "changed"),
        ('{"command": "x", "exit": 0, "at": "soon"}', "soon"),
        ("[" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_written(project: Project, line: str, why: str) -> None:
    with pytest.raises(BadLine, match="Line 4 cannot be used") as refused:
        project.call("gotcha", commands=f"{MENDED}\n{line}")
    assert why in str(refused.value)
    assert project.call("status").memories == 0


def test_nasty_commands_and_outputs_come_in_harmless(project: Project) -> None:
    said = []
    for number, text in enumerate(corpus(COMMON)[::4]):
        try:
            json.dumps(text, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            continue
        at = f"2026-01-01T{number // 60:02}:{number % 60:02}:00"
        said.append({"command": f"make {text}", "exit": 1, "output": f"error: {text}", "at": at})
        said.append({"command": f"make {text}", "exit": 0, "changed": [text], "at": at})
    found = project.call("gotcha", commands=lines(*said)).found
    assert len(found) > 20
    for one in project.call("gotcha", limit=500).items:
        assert one.text.isprintable() and one.trigger.isprintable()


# -- said and listed ---------------------------------------------------------------------------------


def test_gotchas_are_listed_the_gravest_first(project: Project) -> None:
    project.call("gotcha", text="The build is slow on Fridays.", severity="info")
    project.call("gotcha", text="Pushing without the VPN hangs.", triggers=["command:git push", "on the train"])
    grave = project.call(
        "gotcha", text="Dropping the table loses the ledger.", severity="critical", resolution="copy it"
    )
    listed = project.call("gotcha").items
    assert [one.severity for one in listed] == ["critical", "warning", "info"]
    assert listed[0].id == grave.memories[0].id and listed[0].resolution == "copy it"
    assert listed[1].trigger == "on the train; before running git push"
    assert [one.severity for one in project.call("gotcha", severity="info").items] == ["info"]
    assert project.call("gotcha", limit=1).left_out == 2


def test_an_occasion_that_is_none_is_refused_and_words_are_kept_as_words(project: Project) -> None:
    with pytest.raises(BadAnchor):
        project.call("gotcha", text="It bites.", triggers=["edit:../x"])
    (one,) = project.call("gotcha", text="It bites.", triggers=["when: nobody looks"]).memories
    assert project.call("show", name=one.id).fields["trigger"] == "when: nobody looks"


def test_conventions_are_listed_by_what_they_are_of(project: Project) -> None:
    project.call("convention", text="Tests are named in words.", area="tests", example="test_a_cart_expires",
                 counter_example="test_cart_2")  # fmt: skip
    project.call("convention", text="Миграции только через make migrate.", area="миграции")
    project.call("convention", text="No commit on Fridays.")
    listed = project.call("convention").items
    assert [one.area for one in listed] == ["tests", "миграции", ""]
    assert (listed[0].example, listed[0].counter_example) == ("test_a_cart_expires", "test_cart_2")
    assert [one.text for one in project.call("convention", area="Миграции").items] == [
        "Миграции только через make migrate."
    ]


def test_what_was_rejected_is_not_taken_in_again_by_its_own_command(project: Project) -> None:
    project.memory.trust = "user"
    for operation, text in (("convention", "Tabs everywhere."), ("gotcha", "The moon."), ("gap", "A moon."),
                            ("remind", "Howl.")):  # fmt: skip
        name = project.call(operation, text=text).memories[0].id
        project.call("reject", name=name)
        with pytest.raises(RejectedValue):
            project.call(operation, text=text)


def test_a_trigger_that_says_too_little_names_the_argument_of_a_gotcha(project: Project) -> None:
    with pytest.raises(BadArgument, match="'command:' cannot be used for 'trigger'"):
        project.call("gotcha", text="It bites.", triggers=["command:"])
    with pytest.raises(BadArgument, match="for 'when'"):
        project.call("remind", text="It bites.", when="command:")


@pytest.mark.parametrize("operation, argument", [("gotcha", "commands"), ("remember", "jsonl")])
def test_the_name_of_a_file_in_place_of_its_lines_is_told_how_to_give_them(
    project: Project, operation: str, argument: str
) -> None:
    for name in ("runs.jsonl", "журнал прогонов.jsonl", "/tmp/nowhere", "runs.jsonl\n"):
        with pytest.raises(BadLine, match=f"oldhand {operation} --{argument} - < FILE"):
            project.call(operation, **{argument: name})
    for bad in ('{"command": ', '{"a": 1}\nruns.jsonl'):
        with pytest.raises(BadLine) as caught:
            project.call(operation, **{argument: bad})
        assert "FILE" not in str(caught.value), "control: a bad line of JSON is no file"


def test_runs_without_a_time_are_kept_once(project: Project) -> None:
    bare = lines(
        {"command": "make y", "exit": 1, "output": "error: no y"}, {"command": "make y", "exit": 0, "changed": ["y.c"]}
    )
    assert project.call("gotcha", commands=bare).found[0].outcome == "remembered"
    again = project.call("gotcha", commands=bare).found[0]
    assert again.outcome == "known already" and "1970" not in str(again.evidence)
    assert project.call("show", name=again.id).memory.valid_from == ""


def test_a_secret_that_a_command_printed_does_not_get_in(project: Project) -> None:
    token = "gh" + "p_x7Kq2Lm9Zt4Rw8Yb3Nc6Vd1Hf5Js0Gp2aQeU"
    runs = [run("make y", 1, f"error: token {token}"), run("make y", changed=("y.c",), at=1)]
    with project.memory.writing() as transaction:
        keep(transaction, project.root, found_in(runs)[0], project.memory.voice, project.memory.screening())
    (listed,) = project.call("gotcha").items
    assert "error: token" in listed.text and token not in listed.text
    assert not [path for path in project.folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
