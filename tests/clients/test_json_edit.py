"""Adding to JSON and taking out of it, in every layout: not a byte of what others wrote changes."""

import json
import random
from typing import Any

import pytest

from oldhand.clients.json_edit import Items, Leaf, Only, holds, made_by, merged, value_of, without
from oldhand.clients.json_tree import Node, parsed
from oldhand.errors import BrokenHostFile, UnfitHostFile
from tests.clients.layouts import BROKEN, EMPTY, LAYOUTS

OURS = "/x/ours"
ADDED: dict[str, Any] = {
    "mcpServers": {"oldhand": Leaf({"command": OURS, "args": ["mcp"], "env": {}})},
    "version": Only(1),
    "hooks": {
        "PreToolUse": Items(({"matcher": "Bash|Edit", "hooks": [{"type": "command", "command": OURS}]},)),
        "Stop": Items(({"hooks": [{"type": "command", "command": OURS, "timeout": 5}]},)),
    },
}


def ours(path: tuple[str | int, ...], value: Any) -> bool:
    """Whether an entry is the test's own."""
    if path == ("mcpServers", "oldhand"):
        return True
    return len(path) == 3 and path[0] == "hooks" and OURS in json.dumps(value, default=str)


def said(text: str) -> Any:
    """What a text says."""
    root = parsed(text, "a")
    return None if root is None else root.plain()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_added_is_there_and_every_other_line_is_as_it_was(layout: str) -> None:
    text = LAYOUTS[layout]
    after = merged(text, ADDED, "a")
    assert holds(after, ADDED, "a") and not holds(text, ADDED, "a")
    left = iter(after)
    assert all(one in left for one in text), "each character is still there, in its order"
    assert {name: one for name, one in said(after).items() if name not in ("mcpServers", "hooks", "version")} == {
        name: one for name, one in said(text).items() if name not in ("mcpServers", "hooks")
    }
    assert ("\r\n" in after) == ("\r\n" in text) and after.replace("\r\n", "").count("\r") == 0
    if layout not in ("a trailing comma", "hooks of others") and "//" not in text and "/*" not in text:
        assert json.loads(after.removeprefix("\ufeff")), "strict JSON stays strict JSON"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_added_can_be_taken_out_again(layout: str) -> None:
    text = LAYOUTS[layout]
    kept = {("mcpServers",), ("hooks",), ("hooks", "PreToolUse"), ("hooks", "Stop")}
    kept -= {tuple(one) for one in made_by(ADDED, text, "a")}
    added = {name: one for name, one in ADDED.items() if name != "version"}
    bare = without(merged(text, added, "a"), ours, frozenset(kept), "a")
    assert said(bare) == said(text)
    if layout not in ("a trailing comma", "hooks of others"):  # the comma that ours made needless goes
        assert "".join(bare.split()) == "".join(text.split())


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_a_file_without_a_value_becomes_one_that_holds_ours_alone(text: str) -> None:
    after = merged(text, ADDED, "a")
    assert after.startswith(text) and value_of(ADDED).keys() == said(after).keys()


@pytest.mark.parametrize(("text", "line", "column"), BROKEN.values(), ids=BROKEN)
def test_a_broken_text_is_told_by_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(BrokenHostFile) as raised:
        merged(text, ADDED, "settings.json")
    assert raised.value.args[:3] == ("settings.json", line, column)


@pytest.mark.parametrize("text", ['{"hooks": []}', '{"hooks": {"Stop": {}}}', '{"mcpServers": null}', "[]", '"a"', "7"])
def test_a_text_of_another_form_is_not_forced_into_ours(text: str) -> None:
    with pytest.raises(UnfitHostFile):
        merged(text, ADDED, "a")


def test_a_very_deep_text_is_told_and_not_followed() -> None:
    with pytest.raises(BrokenHostFile, match="levels deep"):
        parsed("[" * 100_000, "a")


def test_an_entry_is_replaced_in_its_place() -> None:
    text = '{\n  "mcpServers": {\n    "oldhand": {"command": "theirs"}, // kept\n    "b": 1\n  }\n}\n'
    after = merged(text, {"mcpServers": {"oldhand": Leaf({"command": OURS})}}, "a")
    assert after == text.replace('{"command": "theirs"}', json.dumps({"command": OURS}))


def test_taking_out_leaves_the_comments_of_people() -> None:
    text = '{\n  "mcpServers": {\n    // mine\n    "oldhand": {"command": 1} // why\n  }\n}\n'
    bare = without(text, ours, frozenset(), "a")
    assert "// mine" in bare and "// why" in bare and "oldhand" not in bare and said(bare) == {"mcpServers": {}}


def _random_value(chance: random.Random, depth: int) -> Any:
    if depth and chance.random() < 0.5:
        size = chance.randrange(4)
        if chance.random() < 0.6:
            return {f"k{chance.randrange(99)}": _random_value(chance, depth - 1) for _ in range(size)}
        return [_random_value(chance, depth - 1) for _ in range(size)]
    return chance.choice([None, True, False, "a", "// no", "ж\u2028", '"}', ""])


def _blank(chance: random.Random, newline: str) -> str:
    return chance.choice(["", "", " ", "  ", "\t", newline, f"{newline}  ", "/* c */", f"// l{newline}"])


def _written(value: Any, chance: random.Random, newline: str) -> str:
    """A value in a random layout, with blanks, comments and trailing commas."""

    def blank() -> str:
        return _blank(chance, newline)

    if isinstance(value, dict):
        told = [
            f"{blank()}{json.dumps(k)}{blank()}:{blank()}{_written(v, chance, newline)}{blank()}"
            for k, v in value.items()
        ]
        return "{" + ",".join(told) + (("," + blank()) if told and chance.random() < 0.2 else blank()) + "}"
    if isinstance(value, list):
        told = [blank() + _written(one, chance, newline) + blank() for one in value]
        return "[" + ",".join(told) + (("," + blank()) if told and chance.random() < 0.2 else blank()) + "]"
    return json.dumps(value, ensure_ascii=chance.random() < 0.5)


@pytest.mark.parametrize("seed", range(300))
def test_random_texts_keep_what_they_say_and_lose_only_what_is_ours(seed: int) -> None:
    chance = random.Random(seed)
    value = _random_value(chance, 3)
    value = value if isinstance(value, dict) else {"v": value}
    if chance.random() < 0.5:
        value["hooks"] = {"Stop": [{"hooks": [{"command": "x"}]}] * chance.randrange(3), "Other": []}
    if chance.random() < 0.5:
        value["mcpServers"] = {f"s{number}": {"command": "x"} for number in range(chance.randrange(3))}
    text = _written(value, chance, chance.choice(["\n", "\r\n"]))
    assert said(text) == value
    added = {name: one for name, one in ADDED.items() if name != "version"}
    kept = {("mcpServers",), ("hooks",), ("hooks", "PreToolUse"), ("hooks", "Stop")}
    kept -= {tuple(one) for one in made_by(added, text, "a")}
    after = merged(text, added, "a")
    left = iter(after)
    assert holds(after, added, "a") and all(one in left for one in text)
    assert said(without(after, ours, frozenset(kept), "a")) == value
    assert _comments(without(after, ours, frozenset(kept), "a")) == _comments(text)


def _comments(text: str) -> int:
    """How many comments a text of this file has; none of its values holds `c */` or `// l`."""
    return text.count("/* c */") + text.count("// l")


def test_places_are_those_of_the_text() -> None:
    text = '{"a": [1, "b"], "c": {"d": null}}'

    def visit(node: Node) -> None:
        shown = text[node.start : node.end]
        assert node.kind != "scalar" or shown in ("1", '"b"', "null")
        assert node.kind == "scalar" or json.loads(shown) is not None
        for item in node.items:
            visit(item)

    root = parsed(text, "a")
    assert root
    visit(root)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_damaged_texts_are_told_or_edited_and_nothing_else(layout: str) -> None:
    chance = random.Random(layout)
    for _ in range(150):
        text = LAYOUTS[layout]
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(text) + 1)
            text = (
                text[:at]
                + chance.choice(['"', "{", "}", "[", "]", ",", ":", "\\", "/", "*", "\n", ""])
                + text[at + 1 :]
            )
        try:
            after = merged(text, ADDED, "a")
        except (BrokenHostFile, UnfitHostFile):
            continue
        left = iter(after)
        assert holds(after, ADDED, "a") and all(one in left for one in text)
        assert not holds(without(after, ours, frozenset(), "a"), ADDED, "a")
