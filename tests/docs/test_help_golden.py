"""The help of every command is a golden file; `python docs/reference/generate.py` writes it anew."""

import pytest

from tests.docs.generation import generate
from tests.docs.pages import REPOSITORY

GOLDEN = REPOSITORY / "tests" / "golden" / "help.txt"


def test_the_help_of_every_command_is_the_golden_one() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == generate.golden_help(), "run: python docs/reference/generate.py"


@pytest.mark.parametrize("columns", ["40", "250"])
def test_the_golden_help_does_not_depend_on_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = generate.golden_help()
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert generate.golden_help() == expected


def test_a_change_of_a_help_line_would_be_seen() -> None:
    help_text = generate.golden_help()
    summary = generate.every()[0].summary
    assert summary in help_text
    assert help_text != help_text.replace(summary, summary + " now")


def test_older_and_newer_ways_of_showing_an_option_give_one_text() -> None:
    head = "usage: x [-n N]\n         [--scope {a,b}]\n\noptions:\n"
    old = head + "  -n N, --limit N       at most so\n                        many\n  --scope {a,b}  where\n"
    new = head.replace("\n         ", " ") + "  -n, --limit N  at most so many\n  --scope {a,b}\n              where\n"
    old, new = old + "  --tags T, --tag T  x\n", new + "  --tags, --tag T  x\n"
    assert generate.steady(old) == generate.steady(new)
