"""What was meant by a mistyped command or option: only what is near in meaning or in spelling is offered."""

from pathlib import Path

import pytest

from oldhand.surfaces.cli.nearest import COMMANDS, OPTIONS, nearest
from tests.contract.command import inside

CONFIG = ["show", "set", "reset", "validate", "wizard"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("get", "show"), ("GET", "show"), ("list", "show"), ("unset", "reset"), ("delete", "reset"), ("sohw", "show"),
        ("rest", "reset"), ("valid", "validate"), ("wizrad", "wizard"),
        ("frobnicate", ""), ("", ""), ("s", ""), ("get" * 1_000, ""), ("показать", ""),
    ],
)  # fmt: skip
def test_a_command_is_known_by_its_meaning_or_its_spelling(typed: str, meant: str) -> None:
    assert nearest(typed, CONFIG, COMMANDS) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("page", "limit"), ("limmit", "limit"), ("all", "every"), ("assume", "assumption"), ("agnet", "agent"),
        ("conf", "confidence"), ("colour", ""), ("gent", "agent"), ("size", ""), ("", ""),
    ],
)  # fmt: skip
def test_an_option_is_known_by_its_meaning_or_its_spelling(typed: str, meant: str) -> None:
    names = ["limit", "every", "agent", "assumption", "confidence", "state", "module", "folder"]
    assert nearest(typed, names, OPTIONS) == meant


def test_what_is_called_so_elsewhere_is_offered_only_where_it_is() -> None:
    assert nearest("page", ["limit", "offset"], OPTIONS) == "offset"
    assert nearest("page", ["agent", "module"], OPTIONS) == ""
    assert nearest("list", ["list", "show"], COMMANDS) == "list"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("config get outcomes.automatic", "Did you mean `oldhand config show`?"),
        ("config unset outcomes.automatic", "Did you mean `oldhand config reset`?"),
        ("config frobnicate", "`oldhand config` lists what there is."),
        ("decision list --page 2", "Did you mean --limit?"), ("decision list --agnet x", "Did you mean --agent?"),
        ("decision list --failed", "Did you mean --state failed?"),
    ],
)  # fmt: skip
def test_the_answer_names_it(tmp_path: Path, words: str, said: str) -> None:
    ran = inside(tmp_path, tmp_path, *words.split())
    assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1


def test_where_nothing_is_near_nothing_is_offered(tmp_path: Path) -> None:
    ran = inside(tmp_path, tmp_path, "decision", "list", "--gauge", "2")
    assert ran.code == 2 and "Did you mean" not in ran.err
    ran = inside(tmp_path, tmp_path, "outcomes", "list", "--every")
    assert ran.code == 2 and "Did you mean" not in ran.err, "the state `reverted` is something else"
