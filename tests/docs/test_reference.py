"""The reference pages equal a fresh generation, cover everything, and their examples run."""

import shlex
from pathlib import Path

import pytest

from oldhand import errors
from oldhand.model.settings import SETTINGS
from oldhand.operation import every, places
from tests.docs.console import Shell
from tests.docs.generation import examples, generate
from tests.docs.pages import text_of


@pytest.mark.parametrize("path", generate.pages(), ids=lambda path: path.name)
def test_a_generated_file_equals_a_fresh_generation(path: Path) -> None:
    assert text_of(path) == generate.pages()[path], "run: python docs/reference/generate.py"


def test_a_page_that_was_edited_by_hand_would_be_seen() -> None:
    page = generate.operations_page()
    assert page != page.replace("(reads)", "(writes)", 1)


def test_every_operation_argument_and_field_stands_on_its_page() -> None:
    page = generate.operations_page()
    missing = [
        name
        for operation in every()
        for name in (
            f"### {' '.join(operation.command)}\n",
            *(f"`{parameter.name}`" for parameter in operation.parameters),
            *(f"`{field}`" for field in operation.returns._fields),
        )
        if name not in page
    ]
    assert not missing


def test_every_error_setting_and_tool_stands_on_its_page() -> None:
    names = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert not [name for name in names if f"`{name}`" not in generate.errors_page()]
    assert not [setting.name for setting in SETTINGS if f"`{setting.name}`" not in generate.settings_page()]
    tools = generate.Toolbox().definitions()
    assert not [tool["name"] for tool in tools if f"## {tool['name']}\n" not in generate.mcp_page()]


def test_every_operation_has_an_example_that_names_it() -> None:
    assert set(examples.EXAMPLES) == set(places())
    for operation in every():
        words = shlex.split(examples.EXAMPLES[operation.name])
        assert words[0] == "oldhand"
        assert tuple(words[1 : 1 + len(operation.command)]) in {operation.command, operation.command[-1:] * 1} or (
            words[1] == operation.name
        )


def test_every_example_runs_in_a_new_project(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    failed = []
    for number, command in enumerate(examples.EXAMPLES.values()):
        for said in (command, *(examples.BESIDE if number == 0 else ())):
            code, printed = shell.run(said)
            if code:
                failed.append(f"$ {said}\n{printed}(exit {code})")
    assert not failed, "\n".join(failed)
