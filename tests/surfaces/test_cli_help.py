"""Help and completion of the command line: every command explains itself, and shells complete what there is."""

import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.operation import Operation, every
from oldhand.operations import GROUPS
from oldhand.surfaces.cli.completion import SHELLS
from tests.conftest import Project
from tests.contract.command import ENOUGH_SECONDS, inside, outside
from tests.surfaces.peers import environment


@pytest.mark.parametrize("operation", every(), ids=lambda one: one.name)
def test_every_command_explains_itself_and_each_of_its_options(tmp_path: Path, operation: Operation) -> None:
    for flag in ("--help", "-h"):
        ran = inside(tmp_path, tmp_path / "home", *operation.command, flag)
        assert (ran.code, ran.err) == (0, "")
        assert operation.summary in ran.out
        for parameter in operation.parameters:
            assert parameter.name in ran.out or f"--{parameter.name.replace('_', '-')}" in ran.out
        assert "--json" in ran.out and "--folder" in ran.out
    assert not (tmp_path / ".oldhand").exists()


def test_the_overview_names_every_command_and_group(tmp_path: Path) -> None:
    overview = inside(tmp_path, tmp_path, "--help").out
    assert overview == inside(tmp_path, tmp_path).out == inside(tmp_path, tmp_path, "-h").out
    for operation in every():
        assert operation.summary[1:] in overview
    for group, (title, _) in GROUPS.items():
        assert title in overview
        alone = inside(tmp_path, tmp_path, group)
        if group not in {one.command[0] for one in every() if len(one.command) == 1}:
            assert alone.code == 0 or alone.code == 2


def test_the_version_is_told(tmp_path: Path) -> None:
    import oldhand

    for flag in ("--version", "-V"):
        assert inside(tmp_path, tmp_path, flag).out == f"oldhand {oldhand.__version__}\n"


@pytest.mark.parametrize("operation", [one for one in every() if len(one.command) > 1], ids=lambda one: one.name)
def test_a_grouped_command_answers_to_its_whole_name(tmp_path: Path, operation: Operation) -> None:
    whole = inside(tmp_path, tmp_path, *operation.command, "--help")
    assert whole.code == 0
    joined = inside(tmp_path, tmp_path, "_".join(operation.command), "--help")
    assert joined.out == whole.out


# -- completion --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_is_printed_for_each_shell(tmp_path: Path, shell: str) -> None:
    ran = inside(tmp_path, tmp_path, "completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert "oldhand" in ran.out and "recall" in ran.out


def completed(tmp_path: Path, *words: str) -> set[str]:
    """What bash offers after these words, the last of which is unfinished."""
    script = inside(tmp_path, tmp_path, "completion", "bash").out
    line = " ".join(f'"{word}"' for word in words)
    ask = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _oldhand; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, check=True, timeout=ENOUGH_SECONDS)
    assert done.stderr == b""
    return set(done.stdout.decode().split())


def test_bash_understands_the_script_and_completes_commands_groups_and_flags(tmp_path: Path) -> None:
    script = inside(tmp_path, tmp_path, "completion", "bash").out
    assert subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=True).stderr == b""
    assert completed(tmp_path, "oldhand", "rec") == {"recall"}
    assert {"recall", "remember", "config", "mcp", "serve"} <= completed(tmp_path, "oldhand", "")
    assert completed(tmp_path, "oldhand", "config", "v") == {"validate"}
    assert {"--limit", "--json", "--as-of"} <= completed(tmp_path, "oldhand", "recall", "--")
    assert completed(tmp_path, "oldhand", "config", "set", "--sc") == {"--scope"}
    assert completed(tmp_path, "oldhand", "nothing-of-this-name", "--") == set()


def test_every_command_is_offered_by_completion(tmp_path: Path) -> None:
    first = completed(tmp_path, "oldhand", "")
    for operation in every():
        assert operation.command[0] in first
        if len(operation.command) > 1:
            assert operation.command[1] in completed(tmp_path, "oldhand", operation.command[0], "")


def test_an_unknown_shell_is_told_which_there_are(tmp_path: Path) -> None:
    ran = inside(tmp_path, tmp_path, "completion", "tcsh")
    assert ran.code == 2 and "bash, zsh, fish" in ran.err
    assert inside(tmp_path, tmp_path, "completion").code == 2


# -- warnings and locales ----------------------------------------------------------------------------


def test_python_has_nothing_to_warn_of(project: Project) -> None:
    project.call("remember", text="Payments are never retried.")
    project.memory.close()
    for words in (
        ["recall", "payments"],
        ["remember", "Another."],
        ["status"],
        ["active", "--json"],
        ["show", "d4"],
        ["--help"],
        ["verify"],
    ):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "warn_default_encoding", "-X", "dev", "-m", "oldhand", *words],
            cwd=project.root, env=environment(project.home), capture_output=True, timeout=ENOUGH_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 3)
        assert b"Warning" not in done.stderr and b"Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    "variables", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LANG": ""}]
)
def test_a_plain_locale_does_not_break_texts_of_other_scripts(project: Project, variables: dict[str, str]) -> None:
    project.memory.close()
    text = "Цены хранятся в копейках."
    assert outside(project.root, project.home, "remember", text, **variables).code == 0
    for words in (("recall", "цена копейки"), ("active",), ("brief",), ("active", "--json")):
        ran = outside(project.root, project.home, *words, **variables)
        assert (ran.code, ran.err) == (0, "")
        assert text in ran.out or "\\u0426\\u0435\\u043d\\u044b" in ran.out


# -- groups within groups ----------------------------------------------------------------------------


def test_a_group_lists_the_groups_within_it_and_each_of_them_its_commands(tmp_path: Path) -> None:
    said = inside(tmp_path, tmp_path, "decision").out
    assert "decision record" in said and "\n  outcomes " in said and "`decision` may be left out" in said
    of_negative = inside(tmp_path, tmp_path, "negative").out
    assert inside(tmp_path, tmp_path, "decision", "negative").out == of_negative
    assert "negative list" in of_negative and "Groups within" not in of_negative


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("decision", "recrod"), "`oldhand decision record`"), (("decision", "outcome"), "`oldhand decision outcomes`"),
        (("decision", "negative", "lst"), "`oldhand negative list`"), (("dcision", "list"), "'decision'"),
    ],
)  # fmt: skip
def test_a_mistyped_command_is_answered_with_the_nearest_one_of_its_group(
    tmp_path: Path, words: tuple[str, ...], near: str
) -> None:
    ran = inside(tmp_path, tmp_path, *words)
    assert ran.code == 2 and f"Did you mean {near}?" in ran.err


def test_completion_offers_the_groups_within_a_group(tmp_path: Path) -> None:
    said = inside(tmp_path, tmp_path, "completion", "bash").out
    assert '"decision outcomes"|"decision calibration"' in said
    line = next(one for one in said.splitlines() if one.strip().startswith('"decision") words='))
    assert {"record", "show", "negative", "outcomes"} <= set(line.split('words="')[1].split('"')[0].split())
