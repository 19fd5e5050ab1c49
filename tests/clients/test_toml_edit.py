"""Adding a table to TOML and taking it out: not a byte of what others wrote changes."""

import tomllib

import pytest

from oldhand.clients.toml_edit import with_table, without_tables
from oldhand.errors import BrokenHostFile, UnfitHostFile
from tests.clients.layouts import TOML

NAMES = ("mcp_servers", "oldhand")
TABLE = {"command": '/home/you/a "b"\\c', "args": ["mcp"], "env": {"OLDHAND_HOME": "/дом"}}


def ours(names: tuple[str, ...]) -> bool:
    """Whether a table is ours."""
    return names == NAMES


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_a_table_is_added_at_the_end_and_taken_out_again(text: str) -> None:
    after = with_table(text, NAMES, TABLE, "a")
    assert after.startswith(text)
    said = tomllib.loads(after.removeprefix("\ufeff"))
    assert said["mcp_servers"].pop("oldhand") == TABLE
    assert ("\r\n" in after) == ("\r\n" in text)
    bare = without_tables(after, ours, "a")
    assert bare.rstrip() == text.rstrip()
    assert without_tables(text, ours, "a") == text


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = \n", 1), ("a = 1\na = 2\n", 2), ("[a\n", 1), ('ok = 1\nb = "\n', 2), ("x = [1, 2", 1)],
)
def test_a_broken_text_is_told_by_its_line(text: str, line: int) -> None:
    with pytest.raises(BrokenHostFile) as raised:
        with_table(text, NAMES, TABLE, "config.toml")
    assert raised.value.args[0] == "config.toml" and raised.value.args[1] in (line, line + 1)


@pytest.mark.parametrize(
    "text", ["mcp_servers = { a = { command = 'a' } }\n", "mcp_servers = 1\n", "[[mcp_servers]]\na = 1\n"]
)
def test_servers_written_in_another_form_are_left_alone(text: str) -> None:
    with pytest.raises(UnfitHostFile):
        with_table(text, NAMES, TABLE, "a")


def test_tables_are_taken_out_wherever_they_stand_with_those_inside_them() -> None:
    lead, tail = "# a\n[x]\ny = 1\n", "[z] # theirs\nw = '''\n[mcp_servers.oldhand]\n'''\n"
    mine = "\n[mcp_servers.oldhand]\ncommand = 'a' # theirs now\n[mcp_servers.oldhand.env]\nA = '1'\n"
    assert without_tables(lead + mine + tail, ours, "a") == lead + tail


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_text_that_looks_like_a_table_is_no_table(quotes: str) -> None:
    fake = f"a = {quotes}\n[mcp_servers.oldhand]\n\\\\ # '{quotes} # {quotes}\n"
    mine = "[mcp_servers.oldhand]\ncommand = 'a'\n"
    assert without_tables(fake, ours, "a") == fake
    assert without_tables(fake + mine + "# theirs\n[b]\n", ours, "a") == fake + "# theirs\n[b]\n"
