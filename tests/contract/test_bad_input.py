"""Bad input: one line that says what is wrong and what to do next, the documented exit code, nothing written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.errors import OldhandError
from oldhand.model.canonical import address
from oldhand.model.kinds import body
from tests.conftest import Project
from tests.contract.command import Ran, inside, outside
from tests.contract.traces_left import files_below

PAYMENTS = "Payments are never retried automatically."
TOKEN = "gh" + "p_" + "Zq7T2mVx9LsB4kRw8NcY1dJp6HfG3uEa5WoK"  # made up, and put together here
NEXT_STEP = re.compile(
    r"`[^`]+`|\b(Give|give|Set|Say|say|Move|Make|Mend|mend|Split|Write|write|Run|Try|Free|Name|Upgrade|Reinstall|Go|put"
    r"|Send|takes|one of|must be|needs|The kinds are|The relations are|it is a|whole numbers?|for example|at most"
    r"|find out)\b"
)

# The command line, the exit code that its class fixes, and a part of the message.
CASES: list[tuple[list[str], int, str]] = [
    (["show", "d4"], 3, "at least 6 characters"),
    (["show", "000000"], 3, "Nothing here is called '000000'"),
    (["show", "not-hex-at-all"], 3, "Nothing here is called"),
    (["show", "f" * 65], 3, "Nothing here is called"),
    (["show", ""], 3, "Nothing here is called"),
    (["revise", "abcdef123456", "new words"], 3, "Nothing here is called"),
    (["confirm", "abcdef123456"], 3, "Nothing here is called"),
    (["dispute", "abcdef123456"], 3, "Nothing here is called"),
    (["retire", "abcdef123456"], 3, "Nothing here is called"),
    (["restore", "abcdef123456"], 3, "Nothing here is called"),
    (["history", "abcdef123456"], 3, "Nothing here is called"),
    (["provenance", "abcdef123456"], 3, "Nothing here is called"),
    (["graph", "abcdef123456"], 3, "Nothing here is called"),
    (["link", "abcdef123456", "depends_on", "123456abcdef"], 3, "Nothing here is called"),
    (["recall", "x", "--as-of", "2026-13-01"], 2, "months run from 01 to 12"),
    (["recall", "x", "--as-of", "2026-02-30"], 2, "month 02 has no day 30"),
    (["recall", "x", "--as-of", "0000-01-01"], 2, "years run from 0001 to 9999"),
    (["recall", "x", "--as-of", "yesteryear"], 2, "not written as a date"),
    (["recall", "x", "--as-of", " "], 2, "not written as a date"),
    (["recall", "x", "--as-of", "abcdef123456"], 3, "Nothing here is called"),
    (["diff", "32.1.2026"], 2, "not written as a date"),
    (["remember", "x y", "--valid-from", "2026-11-20T25:00"], 2, "not written as a date"),
    (["remember", "x y", "--valid-until", "9999-12-32"], 2, "has no day 32"),
    (["remember", "x y", "--confidence", "1.5"], 2, "not between 0 and 1"),
    (["remember", "x y", "--confidence=-0.1"], 2, "not between 0 and 1"),
    (["remember", "x y", "--confidence", "nan"], 2, "it must be a number"),
    (["remember", "x y", "--confidence", "inf"], 2, "it must be a number"),
    (["remember", "x y", "--confidence", "much"], 2, "it must be a number"),
    (["remember", "x y", "--priority", "101"], 2, "from -100 to 100"),
    (["remember", "x y", "--priority", "9" * 40], 2, "below 2^53"),
    (["remember", "x y", "--ttl-days=-1"], 2, "0 or more"),
    (["remember", "x y", "--ttl-days", "99999999"], 2, "from 1 to 36500"),
    (["remember", "x y", "--kind", "rumour"], 2, "'rumour' is no kind of memory"),
    (["remember", "x y", "--kind", "__init__"], 2, "is no kind of memory"),
    (["remember", "x y", "--domain", "two words"], 2, "a domain is one short word"),
    (["remember", "x y", "--key", "a\nb"], 2, "one printable line"),
    (["remember", "x y", "--tag", "t" * 65], 2, "at most 64 characters"),
    (["remember", "x y", "--anchor", "/etc/passwd"], 2, "inside the project"),
    (["remember", "x y", "--anchor", "../other/file.py"], 2, "inside the project"),
    (["remember", "x y", "--anchor", "a.py:9-3"], 2, "run forwards"),
    (["remember", "x y", "--field", "loose"], 2, "write NAME=VALUE"),
    (["remember", "x y", "--field", "flavour=sweet"], 2, "does not fit kind 'claim'"),
    (["remember", "x y", "--scope", "galaxy"], 2, "invalid choice"),
    (["remember", ""], 2, "'remember' needs 'text'"),
    (["remember", "   "], 2, "'remember' needs 'text'"),
    (["remember"], 2, "'remember' needs 'text'"),
    (["remember", "x y", "--jsonl", '{"text":"z"}'], 2, "either a text or lines"),
    (["remember", "x" * 1_048_577], 2, "at most 1048576"),
    (["remember", "--jsonl", "{"], 2, "Line 1 cannot be used: it is no JSON"),
    (["remember", "--jsonl", "[" * 100_000], 2, "Line 1 cannot be used: it is no JSON"),
    (["remember", "--jsonl", '{"text":"a"}\n\n[]'], 2, "Line 3 cannot be used: it is no JSON object"),
    (["remember", "--jsonl", '{"text":"a"}\n{"text":"b","colour":1}'], 2, "Line 2 cannot be used: unknown names"),
    (["remember", "--jsonl", '{"text":"a"}\n{"text":5}'], 2, "Line 2 cannot be used: 'text' has the wrong type"),
    (["remember", "--jsonl", '{"text":"a","confidence":NaN}'], 2, "Line 1 cannot be used: Confidence"),
    (["remember", "--jsonl", '{"text":"a"}\n{"text":" "}'], 2, "Line 2 cannot be used"),
    (["remember", "--jsonl", '{"text":"a","ttl_days":' + "9" * 30 + "}"], 2, "Line 1 cannot be used"),
    (["remember", "--jsonl", '{"text":"\\ud800"}'], 2, "Line 1 cannot be used"),
    (["remember", "--jsonl", '{"text":"a","kind":"decision","fields":{"alternatives":5}}'], 2, "Line 1 cannot be used"),
    (["recall", "x", "--kind", "rumour"], 2, "'rumour' is no kind of memory"),
    (["recall", "x", "--domain", "two words"], 2, "a domain is one short word"),
    (["recall", "x", "--limit", "-1"], 2, "0 or more"),
    (["recall", "x", "--limit", "many"], 2, "a whole number"),
    (["recall", "x", "--budget-tokens", "-5"], 2, "0 or more"),
    (["recall", "x", "--project", "nobody-knows"], 4, "There is no project 'nobody-knows'"),
    (["recall", "x", "--colour", "red"], 2, "Unrecognized arguments: --colour red. `oldhand recall --help`"),
    (["recall", "x", "--limmit=3"], 2, "Did you mean --limit?"),
    (["decision", "record", "x", "--assume", "y"], 2, "Did you mean --assumption?"),
    (["decision", "resolve", "PAYMENTS", "--failed"], 2, "Did you mean --outcome failed?"),
    (["recall"], 2, "'recall' needs 'cue'"),
    (["active", "--standing", "seated"], 2, "it is one of active"),
    (["active", "--limit", "9" * 30], 2, "below 2^53"),
    (["search", "x", "--standing", "rejected"], 2, "it is one of"),
    (["log", "--op", "sing"], 2, "it is one of assert"),
    (["graph", "PAYMENTS", "--relation", "adores"], 2, "'adores' is no relation"),
    (["link", "PAYMENTS", "adores", "PAYMENTS"], 2, "'adores' is no relation"),
    (["link", "PAYMENTS", "depends_on", "PAYMENTS"], 10, "cannot be tied to itself"),
    (["restore", "PAYMENTS"], 10, "nothing to restore"),
    (["revise", "PAYMENTS"], 2, "say what changes"),
    (["revise", "PAYMENTS", " "], 2, "needs 'text'"),
    (["revise", "PAYMENTS", "--unanchor", "../x"], 2, "inside the project"),
    (["dispute", "PAYMENTS", "--reason", "r" * 2001], 2, "at most 2000"),
    (["root", "--mark", "m" * 201], 2, "at most 200"),
    (["look", "/etc"], 2, "inside the project"),
    (["look", "src/../../x"], 2, "inside the project"),
    (["look", ""], 2, "give either a place"),
    (["recal", "x"], 2, "Did you mean 'recall'?"),
    (["config", "frobnicate"], 2, "There is no operation"),
    (["config", "show", "recall.limits"], 2, "Did you mean 'recall.limit'?"),
    (["config", "set", "recall.limit", "0"], 2, "whole number from 1 to 100"),
    (["help", "nonsense"], 2, "There is no operation 'nonsense'"),
    (["show", "PAYMENTS", "--folder", "no/such/folder"], 2, "There is no folder"),
    (["init", "--empty"], 10, "is already there and was left as it is"),
    (["remember", f"The token is {TOKEN}."], 10, "Say it without the secret"),
    (["remember", "x y", "--key", TOKEN], 10, "Give one without a secret"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    """A project with one memory, and its id, for all the tests that must not change it."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "home").mkdir()
    project = Project(folder / "project", folder / "home")
    name = project.call("remember", text=PAYMENTS).memories[0].id
    project.memory.close()
    yield project, name
    assert not project.findings()


@pytest.fixture
def held(filled: tuple[Project, str]) -> Iterator[tuple[Project, str]]:
    """That project; what it holds must be the same afterwards."""
    project, name = filled
    files = files_below(project.root, project.home)
    yield project, name
    project.memory.close()
    assert files_below(project.root, project.home) == files, "something was written"


def one_line(ran: Ran) -> str:
    """The one line of an error. Raises AssertionError for anything else on either output."""
    assert ran.out == "", ran.out
    assert ran.err.endswith("\n"), ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err, ran.err
    return ran.err.strip()


@pytest.mark.parametrize(
    ("words", "code", "said"), CASES, ids=lambda v: " ".join(v)[:60] if isinstance(v, list) else ""
)
def test_bad_input_is_told_in_one_line_and_changes_nothing(
    held: tuple[Project, str], words: list[str], code: int, said: str
) -> None:
    project, name = held
    ran = inside(project.root, project.home, *(word.replace("PAYMENTS", name) for word in words))
    line = one_line(ran)
    assert ran.code == code, line
    assert said in line
    assert NEXT_STEP.search(line), f"no next step: {line}"


@pytest.mark.parametrize(("words", "code"), [(["show", "d4"], 3), (["recall", "x", "--as-of", "x"], 2)])
def test_an_error_is_a_record_with_the_same_code_when_json_is_wanted(
    held: tuple[Project, str], words: list[str], code: int
) -> None:
    project, _ = held
    ran = inside(project.root, project.home, *words, "--json")
    error = json.loads(ran.out)["error"]
    assert (ran.code, error["exit_code"]) == (code, code)
    assert set(error) == {"code", "message", "exit_code"}
    assert ran.err == ""


def test_a_broken_line_is_named_in_a_stream_and_nothing_of_it_is_kept(held: tuple[Project, str]) -> None:
    project, _ = held
    stream = b'{"text": "first good line"}\n{"text": "second good line"}\n{"text": broken}\n'
    ran = outside(project.root, project.home, "remember", "--jsonl", "-", stdin=stream)
    assert ran.code == 2
    assert one_line(ran).startswith("Line 3 cannot be used")


def test_a_long_text_in_an_error_is_cut_and_the_next_step_still_stands(held: tuple[Project, str]) -> None:
    project, _ = held
    line = one_line(inside(project.root, project.home, "recall", "x", "--colour=" + "red" * 1000))
    assert len(line) < 600
    assert "--help` shows how it is used" in line


def pair_with_a_shared_prefix() -> tuple[str, str, str]:
    """Two texts whose memories' ids begin with the same six digits, and those digits."""
    seen: dict[str, str] = {}
    number = 0
    while True:
        text = f"Port {number} is taken."
        prefix = address(body("claim", {"text": text})).hex()[:6]
        if prefix in seen:
            return seen[prefix], text, prefix
        seen[prefix] = text
        number += 1


def test_an_ambiguous_prefix_lists_the_candidates_and_one_digit_more_decides(project: Project) -> None:
    first, second, prefix = pair_with_a_shared_prefix()
    names = sorted(project.call("remember", text=text).memories[0].id for text in (first, second))
    before = project.call("root").root
    for words in (("show", prefix), ("retire", prefix), ("revise", prefix, "new")):
        ran = inside(project.root, project.home, *words)
        assert ran.code == 3
        assert (
            one_line(ran)
            == f"'{prefix}' is ambiguous: it may mean {names[0][:12]}, {names[1][:12]}. Give more characters."
        )
    assert project.reopened() and project.call("root").root == before
    longer = next(n for n in range(7, 33) if names[0][:n] != names[1][:n])
    assert project.call("show", name=names[0][:longer]).memory.id == names[0]
    assert project.call("show", name=names[0][:longer].upper()).memory.id == names[0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("recall", {"cue": 5}), ("recall", {"cue": None}), ("recall", {"cue": ["a"]}), ("recall", {"cue": {"a": 1}}),
        ("recall", {"cue": "x", "limit": "three"}), ("recall", {"cue": "x", "limit": 2.5}),
        ("recall", {"cue": "x", "limit": True}), ("recall", {"cue": "x", "loose": 1}),
        ("recall", {"cue": "x", "loose": "maybe"}), ("recall", {"cue": "x", "limit": 10**400}),
        ("remember", {"text": "x", "confidence": 10**400}), ("remember", {"text": "x", "confidence": float("nan")}),
        ("remember", {"text": "x", "tags": [1]}), ("remember", {"text": "x", "tags": {"a": "b"}}),
        ("remember", {"text": "x", "tags": [["a"]]}), ("recall", {"cue": "x", "scope": 10**5000}),
        ("recall", {"cue": b"bytes"}), ("recall", {"cue": "x", "nonsense": 1}), ("show", {}),
    ],
)  # fmt: skip
def test_wrong_types_are_refused_before_anything_is_done(
    held: tuple[Project, str], name: str, arguments: dict[str, object]
) -> None:
    project, _ = held
    with pytest.raises(OldhandError) as caught:
        project.call(name, **arguments)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 1000


def test_a_value_nested_as_deep_as_json_allows_is_refused_too(held: tuple[Project, str]) -> None:
    project, _ = held
    value: list[object] = []
    for _ in range(950):
        value = [value]
    with pytest.raises(OldhandError) as caught:
        project.call("recall", cue=value)
    assert "a value of the type list" in str(caught.value)


def test_the_check_for_written_files_sees_a_write(project: Project) -> None:
    project.memory.close()
    before = files_below(project.root, project.home)
    project.call("remember", text=PAYMENTS)
    project.memory.close()
    assert files_below(project.root, project.home) != before


def test_the_check_for_one_line_sees_a_traceback_and_a_second_line() -> None:
    for printed in ("Traceback (most recent call last):\n", "one\ntwo\n", "no line break"):
        with pytest.raises(AssertionError):
            one_line(Ran(1, "", printed))


def test_every_error_names_a_next_step(tmp_path: Path) -> None:
    """The messages themselves, as the table of the help shows them."""
    ran = inside(tmp_path, tmp_path / "home", "help", "errors", "--json")
    lines = [line for part in json.loads(ran.out)["parts"] for line in part["lines"]]
    silent = {
        "OldhandError", "BadInput", "Refused", "BadText", "MissingArgument", "BadArgument", "BadConfidence",
        "UnusableStore", "ErasedMemory", "AlreadyThere", "BadExport",
        "StoreNotAccepted",  # its reasons say the next step: tests/hostile/test_known_stores.py
        "InOtherScope", "SecretFound",  # what raises them says the next step: tests/operations/test_scope.py, CASES
        "SafetyRefused", "AlreadyResolved",  # likewise: tests/reasoning/test_safety_here.py, test_resolve.py
    }  # fmt: skip
    assert not [line["name"] for line in lines if line["name"] not in silent and not NEXT_STEP.search(line["meaning"])]
