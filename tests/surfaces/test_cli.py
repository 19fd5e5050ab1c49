"""The command line's manners: colour and width, pipes, standard input, exit codes, interruption, help, completion."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand import errors
from tests.conftest import Project
from tests.contract.command import ENOUGH_SECONDS, inside, outside
from tests.contract.terminal import on_terminal
from tests.surfaces.peers import command, environment

COLOUR = re.compile(r"\x1b\[[0-9;]+m")
PAYMENTS = "Payments are never retried automatically; the gateway is not idempotent, and customers were charged twice."
WIDE = 110  # columns: wider terminals are not filled


@pytest.fixture
def shop(project: Project) -> Iterator[Project]:
    """A project that knows something."""
    project.call("remember", text=PAYMENTS, kind="decision", title="No retries")
    project.call("remember", text="Цены хранятся в копейках.", tags=["money"])
    project.memory.close()
    yield project


# -- colour and width --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
    ids=str,
)  # fmt: skip
def test_a_terminal_gets_colour_unless_it_is_asked_not_to(
    shop: Project, variables: dict[str, str], coloured: bool
) -> None:
    ran = on_terminal(shop.root, shop.home, "recall", "payments", **variables)
    assert ran.code == 0
    assert bool(COLOUR.search(ran.out)) == coloured


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False), ({"FORCE_COLOR": "1"}, True), ({"CLICOLOR_FORCE": "1"}, True), ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
    ids=str,
)  # fmt: skip
def test_a_pipe_gets_colour_only_when_it_is_forced(shop: Project, variables: dict[str, str], coloured: bool) -> None:
    ran = inside(shop.root, shop.home, "recall", "payments", **variables)
    assert bool(COLOUR.search(ran.out)) == coloured


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_texts_are_wrapped_to_the_terminal_and_stand_on_one_line_in_a_pipe(shop: Project, columns: int) -> None:
    ran = on_terminal(shop.root, shop.home, "show", shop_memory(shop), columns=columns, NO_COLOR="1")
    text = ran.out.partition("  [decision")[0].split("\n")
    assert all(len(line) <= min(columns, WIDE) + 2 for line in text), "the sign before the first line may stand out"
    assert " ".join(" ".join(text).split()).endswith(PAYMENTS)
    assert (len(text) > 2) == (columns < 60)
    assert PAYMENTS in inside(shop.root, shop.home, "recall", "payments", COLUMNS=str(columns)).out


def shop_memory(shop: Project) -> str:
    """The id of what is known about payments."""
    return str(json.loads(inside(shop.root, shop.home, "active", "--kind", "decision", "--json").out)["items"][0]["id"])


def test_symbols_come_with_words_and_plain_forms_where_they_cannot_be_shown(shop: Project) -> None:
    shown = on_terminal(shop.root, shop.home, "recall", "payments", NO_COLOR="1").out
    plain = on_terminal(shop.root, shop.home, "recall", "payments", NO_COLOR="1", PYTHONIOENCODING="ascii").out
    assert shown.startswith("● ") and plain.startswith("* ")
    assert plain.isascii()
    for printed in (shown, plain):
        assert "Strong match" in printed


# -- json --------------------------------------------------------------------------------------------


def test_json_is_one_line_and_the_same_in_a_pipe_and_on_a_terminal(shop: Project) -> None:
    piped = inside(shop.root, shop.home, "active", "--json").out
    assert piped.count("\n") == 1
    assert on_terminal(shop.root, shop.home, "active", "--json", columns=40).out == piped
    assert inside(shop.root, shop.home, "active", "--json", FORCE_COLOR="1").out == piped
    plain = outside(shop.root, shop.home, "active", "--json", PYTHONIOENCODING="ascii").out
    assert plain.isascii() and json.loads(plain) == json.loads(piped)


def test_an_error_goes_to_standard_error_or_with_json_to_standard_output(shop: Project) -> None:
    plain = inside(shop.root, shop.home, "show", "abcdef1234")
    assert (plain.code, plain.out) == (3, "")
    record = inside(shop.root, shop.home, "show", "abcdef1234", "--json")
    assert (record.code, record.err) == (3, "")
    assert json.loads(record.out)["error"] == {
        "code": "UnknownId", "message": plain.err.strip(), "exit_code": 3,
    }  # fmt: skip


# -- exit codes --------------------------------------------------------------------------------------


def test_exit_codes_are_those_that_the_help_documents() -> None:
    documented = inside(Path.cwd(), Path.cwd(), "--help").out
    codes = {
        int(code)
        for code in re.findall(
            r"\b(\d+) (?:done|bad|unknown|no|unusable|busy|disk|not|damage|refused|missing|anything)", documented
        )
    }

    def tree(error: type[errors.OldhandError]) -> set[int]:
        return {error.exit_code}.union(*(tree(below) for below in error.__subclasses__()))

    assert codes - {0} == tree(errors.OldhandError)


def test_nothing_known_is_an_answer_and_no_failure(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "recall", "kubernetes")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Nothing known about this.")


def test_damage_is_told_by_the_exit_code(shop: Project) -> None:
    import apsw

    assert inside(shop.root, shop.home, "verify").code == 0
    shop.damaged = True
    connection = apsw.Connection(str(shop.folder / "memory.db"))
    connection.execute("UPDATE objects SET body = CAST('x' || substr(body, 2) AS BLOB)")
    connection.close()
    assert inside(shop.root, shop.home, "verify").code == 9


# -- pipes, interruption, standard input -------------------------------------------------------------


def shell(folder: Path, home: Path, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which `oldhand` is this one."""
    script = f'oldhand() {{ "{sys.executable}" -m oldhand "$@"; }}\n' + script
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        timeout=ENOUGH_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    "words", ["active -n 500", "active --json -n 500", "help", "--help", "recall --help", "nothing --json"]
)
def test_a_reader_that_goes_away_is_no_error_worth_a_word(project: Project, words: str) -> None:
    for number in range(30):
        project.call("remember", text=f"{number} " + "word " * 400)
    project.memory.close()
    done = shell(
        project.root, project.home, f"set -o pipefail; oldhand {words} | head -c 10 >/dev/null; oldhand {words} | true"
    )
    assert done.stderr == b""


def test_a_closed_output_is_no_crash(shop: Project) -> None:
    for closing in (">&-", "2>&-", "<&-", ">&- 2>&- <&-"):
        done = shell(shop.root, shop.home, f"oldhand remember 'Said with {closing}' {closing}")
        assert b"Traceback" not in done.stderr
        assert done.returncode == 0
    done = shell(shop.root, shop.home, "oldhand remember - <&-")
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    assert shop.call("status").memories == 6
    assert not shop.findings()


@pytest.mark.parametrize("words", [("logs", "--follow"), ("remember", "-")])
def test_an_interruption_ends_with_130_and_one_line(shop: Project, words: tuple[str, ...]) -> None:
    """SIGINT after the command has begun: what it waits for tells that it has."""
    process = subprocess.Popen(
        command(*words), cwd=shop.root, env=environment(shop.home), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin and process.stdout
    if words[0] == "logs":
        process.stdout.read(1)
    else:
        process.stdin.write(b"half a ")
        process.stdin.flush()
        wait_until_reading(process.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=ENOUGH_SECONDS)
    assert (process.returncode, err.decode()) == (130, "Interrupted.\n")
    assert shop.call("status").memories == 2


def wait_until_reading(pid: int) -> None:
    """Return when a process has taken everything out of its standard input and waits in a read."""
    while True:
        said = Path(f"/proc/{pid}/syscall").read_text("ascii")
        if said.split()[:2] == ["0", "0x0"]:
            return
        os.sched_yield()


def test_a_dash_reads_standard_input_without_the_shells_last_line_break(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "remember", "-", "--json", stdin="Два\nстроки\n".encode())
    assert json.loads(ran.out)["memories"][0]["text"] == "Два\nстроки"
    ran = inside(shop.root, shop.home, "recall", "-", stdin=b"payments retried\r\n")
    assert PAYMENTS in ran.out
    ran = inside(
        shop.root, shop.home, "remember", "--jsonl", "-", stdin=b'{"text":"one more"}\n\n{"text":"and another"}\n'
    )
    assert ran.out.count("remembered") == 2
    ran = inside(shop.root, shop.home, "remember", "--jsonl=-", stdin=b'{"text":"by equals"}')
    assert ran.out.startswith("remembered")


def test_a_dash_for_a_file_is_no_standard_input(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "export", "-", "--format", "facts", stdin=b"not read")
    assert ran.code == 0 and ran.out.startswith("{")
    ran = inside(shop.root, shop.home, "import", "-", stdin=b"{}")
    assert ran.code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["--limit=1", "--kind=decision"], ["--limit", "1", "--kind", "decision"],
        ["-n", "1", "-k", "decision"], ["-n1", "-kdecision"],
    ],
)  # fmt: skip
def test_options_may_be_written_in_every_usual_way(shop: Project, words: list[str]) -> None:
    assert json.loads(inside(shop.root, shop.home, "active", *words, "--json").out)["total"] == 1


def test_lists_are_given_by_repeating_and_texts_may_begin_with_a_dash(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "remember", "Tagged.", "--tag", "a", "--tag=b", "--tags", "c", "--json")
    name = json.loads(ran.out)["memories"][0]["id"]
    assert json.loads(inside(shop.root, shop.home, "show", name, "--json").out)["memory"]["tags"] == ["a", "b", "c"]
    ran = inside(shop.root, shop.home, "remember", "--json", "--", "-fno-exceptions is set")
    assert json.loads(ran.out)["memories"][0]["text"] == "-fno-exceptions is set"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["decision", "record", "Use Redis", "--confidence", "-5%"], "'-5%' is no confidence"),
        (["decision", "record", "Use Redis", "--confidence", "-0.5"], "'-0.5' is no confidence"),
        (["recall", "x", "-n", "-5%"], "'-5%' cannot be used for 'limit'"),
        (["decision", "record", "Use Redis", "--estimate", "-2h"], "'-2h' cannot be used for 'estimate'"),
        # The control: two dashes or a letter are a flag, known or mistyped, and no value.
        (["decision", "record", "Use Redis", "--confidence", "--agent", "me"], "--confidence needs a value after it"),
        (["decision", "record", "Use Redis", "--confidence"], "is written --confidence=-VALUE"),
        (["decision", "record", "Use Redis", "--confidence", "-x"], "--confidence needs a value after it"),
    ],
)  # fmt: skip
def test_a_value_that_begins_with_a_dash_is_judged_by_the_operation(shop: Project, words: list[str], said: str) -> None:
    ran = inside(shop.root, shop.home, *words)
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_behind_two_dashes_no_word_is_joined_to_a_flag(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "remember", "--json", "--", "-5% since May")
    assert json.loads(ran.out)["memories"][0]["text"] == "-5% since May"
    ran = inside(shop.root, shop.home, "remember", "Sales fell.", "--title", "-5%", "--json")
    name = json.loads(ran.out)["memories"][0]["id"]
    assert json.loads(inside(shop.root, shop.home, "show", name, "--json").out)["memory"]["title"] == "-5%"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["graph"], "'graph' needs 'name': at least 6 characters of its id. Or give one of its commands: attach, "),
        (["plan"], "Or give one of its commands: accuracy, "),
        (["graph", "neighbors", "abcdef"], "Did you mean `oldhand graph neighbours`?"),
        (["graph", "path"], "Did you mean `oldhand graph paths`?"),
        (["review", "acept"], "Did you mean `oldhand review accept`?"),
        # The control: what may be the beginning of an id, or is like no command, is a name.
        (["graph", "abcdef"], "Nothing here is called 'abcdef'"), (["graph", "payments"], "is called 'payments'"),
    ],
)  # fmt: skip
def test_a_group_that_is_a_command_too_tells_both(shop: Project, words: list[str], said: str) -> None:
    ran = inside(shop.root, shop.home, *words)
    assert ran.code in (2, 3) and said in ran.err and ran.err.count("\n") == 1


def test_a_folder_may_be_named_and_does_not_hide_an_argument_of_that_name(shop: Project, tmp_path: Path) -> None:
    assert PAYMENTS in inside(tmp_path, shop.home, "recall", "payments", "--folder", str(shop.root)).out
    ran = inside(tmp_path, shop.home, "projects", "register", str(shop.root), "--name", "shop", "--json")
    assert json.loads(ran.out)["folder"] == str(shop.root)


def test_consent_is_asked_for_on_a_terminal_and_needed_elsewhere(shop: Project) -> None:
    assert inside(shop.root, shop.home, "config", "set", "recall.limit", "9").code == 0
    ran = inside(shop.root, shop.home, "config", "reset")
    assert ran.code == 10 and ran.err.endswith("Run it again with --yes to go on.\n")
    refused = on_terminal(shop.root, shop.home, "config", "reset", typed=b"n\n")
    assert refused.code == 10 and "Go on? [y/N]" in refused.out
    assert on_terminal(shop.root, shop.home, "config", "reset", typed=b"y\n").code == 0
    assert inside(shop.root, shop.home, "config", "reset", "--yes").code == 0


def test_progress_is_shown_on_a_terminal_only(shop: Project) -> None:
    (shop.root / "README.md").write_text("# Shop\n\nThe shop keeps its prices in whole cents.\n", "utf-8")
    assert inside(shop.root, shop.home, "init").err == ""
    assert "Reading this project's own words" in on_terminal(shop.root, shop.home, "init").out


def test_a_command_run_by_an_agent_is_believed_as_an_agents(shop: Project) -> None:
    for variables, trust in (
        ({}, "user"),
        ({"CLAUDECODE": "1"}, "agent"),
        ({"CLAUDECODE": "1", "OLDHAND_ACTOR": "claude"}, "agent"),
    ):
        ran = inside(shop.root, shop.home, "remember", f"Said with {variables}.", "--json", **variables)
        name = json.loads(ran.out)["memories"][0]["id"]
        told = json.loads(inside(shop.root, shop.home, "show", name, "--json").out)["memory"]
        assert (told["trust"], told["actor"]) == (trust, variables.get("OLDHAND_ACTOR", trust))
