"""Anchors of places that have their like: what was always there is not where something went."""

import pytest

from oldhand.code.anchors import Checker
from tests.code.tree import Tree

DUP = """\
def alpha(amount):
    if amount > LIMIT and check(amount):
        return send(amount)


def beta(amount):
    if amount > LIMIT and check(amount):
        return send(amount)
    return 5
"""
BETA = DUP[DUP.index("\n\ndef beta") :]
TABLE = "".join(f"{name}:\n  host: db.example.com\n  port: 5432\n  retries: 3\n" for name in ("one", "two", "three"))
SIX = "\n\n".join(
    f"def fn{number}(value):\n    if value:\n        return {number}\n    return None\n" for number in range(6)
)
RUN = """\
def run(event, context):
    payload = decode(event)
    if not payload:
        return refuse(context)
    log("{name}", payload)
    return store_{name}(payload, context)
"""


@pytest.fixture(params=["git", "no git"])
def either(request: pytest.FixtureRequest, tree: Tree, bare_tree: Tree) -> Tree:
    """A tree in git and one without."""
    return tree if request.param == "git" else bare_tree


def committed(tree: Tree, path: str, text: str) -> None:
    """Write a file and commit it where there is git."""
    tree.write(path, text)
    if (tree.root / ".git").exists():
        tree.commit()


def lost(tree: Tree) -> str:
    """The state of what is no longer there, while its like is: git knows that the like was there before."""
    return "changed" if (tree.root / ".git").exists() else "cannot tell"


def test_what_was_deleted_did_not_move_to_its_twin(either: Tree) -> None:
    """The control is moved down, and is followed."""
    committed(either, "dup.py", DUP)
    value = either.noted("dup.py:7-8")
    either.write("dup.py", "import os\n" + DUP)
    assert either.checked("dup.py:7-8", value)[1:3] == ("moved", "dup.py:8-9")
    either.write("dup.py", DUP.replace(BETA, ""))
    assert either.checked("dup.py:7-8", value)[1:3] == (lost(either), "")


def test_the_twin_that_stays_is_followed_when_the_other_is_deleted(either: Tree) -> None:
    committed(either, "dup.py", DUP)
    value = either.noted("dup.py:7-8")
    either.write("dup.py", DUP[DUP.index("def beta") :])
    assert either.checked("dup.py:7-8", value)[1:3] == ("moved", "dup.py:2-3")


@pytest.mark.parametrize("place", ["hosts.txt:6-8", "hosts.txt:7-8", "hosts.txt:2-4", "hosts.txt:10-12"])
def test_a_block_that_was_taken_out_of_a_table_is_in_none_of_the_others(either: Tree, place: str) -> None:
    committed(either, "hosts.txt", TABLE)
    value = either.noted(place)
    block = (int(place.partition(":")[2].partition("-")[0]) - 1) // 4
    lines = TABLE.splitlines(keepends=True)
    either.write("hosts.txt", "".join(lines[: 4 * block] + lines[4 * block + 4 :]))
    assert either.checked(place, value)[1:3] == (lost(either), "")


def test_an_equal_line_that_slid_into_place_is_not_the_one_noted(either: Tree) -> None:
    """The control deletes the function behind, and the line holds."""
    committed(either, "six.py", SIX)
    place = f"six.py:{3 * 6 + 4}"
    value = either.noted(place)
    before, _, rest = SIX.partition("def fn3")
    either.write("six.py", before + rest[rest.index("def fn4") :])
    assert either.checked(place, value)[1:3] == (lost(either), "")
    before, _, rest = SIX.partition("def fn4")
    either.write("six.py", before + rest[rest.index("def fn5") :])
    assert either.checked(place, value).state == "holds"


def test_an_equal_line_holds_when_the_line_before_it_is_edited(either: Tree) -> None:
    committed(either, "six.py", SIX)
    place = f"six.py:{3 * 6 + 4}"
    value = either.noted(place)
    either.change("six.py", "return 3\n", "return 3000\n")
    assert either.checked(place, value).state == "holds"


def test_a_symbol_did_not_go_to_one_that_another_file_always_had(tree: Tree) -> None:
    """The control is a file that came since."""
    tree.write("a/handler.py", RUN.format(name="first"))
    tree.write("b/handler.py", RUN.format(name="second"))
    tree.commit()
    value = tree.noted("a/handler.py::run")
    tree.git("rm", "-q", "a/handler.py")
    tree.write("b/handler.py", tree.read("b/handler.py") + "# touched\n")
    tree.commit()
    assert tree.checked("a/handler.py::run", value)[1:3] == ("gone", "")
    tree.write(
        "c/handler.py", "import os\n\n\n" + RUN.format(name="first").replace("decode(event)", "decode(event, 1)")
    )
    assert tree.checked("a/handler.py::run", value)[1:3] == ("changed", "c/handler.py::run")


def test_lines_did_not_go_to_the_like_ones_that_another_file_always_had(tree: Tree) -> None:
    tree.write("a/handler.py", RUN.format(name="first"))
    tree.write("b/handler.py", RUN.format(name="second"))
    tree.commit()
    value = tree.noted("a/handler.py:1-6")
    tree.git("rm", "-q", "a/handler.py")
    tree.write("b/handler.py", tree.read("b/handler.py") + "# touched\n")
    tree.commit()
    assert tree.checked("a/handler.py:1-6", value)[1:3] == ("gone", "")


def test_without_git_a_like_symbol_elsewhere_is_no_guess(bare_tree: Tree) -> None:
    """The control has the same tokens."""
    bare_tree.write("a/handler.py", RUN.format(name="first"))
    bare_tree.write("b/handler.py", RUN.format(name="second"))
    value = bare_tree.noted("a/handler.py::run")
    (bare_tree.root / "a/handler.py").unlink()
    assert bare_tree.checked("a/handler.py::run", value)[1:3] == ("gone", "")
    bare_tree.write("c.py", "# here now\n" + RUN.format(name="first"))
    assert bare_tree.checked("a/handler.py::run", value)[1:3] == ("moved", "c.py::run")


@pytest.mark.parametrize("broken", ["def pay(cart:\n", "def pay(cart, (1\n", "x = (\n"])
def test_a_symbol_behind_an_open_bracket_is_not_gone(tree: Tree, broken: str) -> None:
    """The control has the bracket closed and the symbol taken out."""
    text = "def pay(cart):\n    return cart\n\n\n" + DUP
    tree.write("open.py", text)
    tree.commit()
    names = ["pay"] * ("pay" in broken) + ["alpha", "beta"]
    values = {name: tree.noted(f"open.py::{name}") for name in names}
    tree.write("open.py", text.replace("def pay(cart):\n", broken))
    for name, value in values.items():
        told = tree.checked(f"open.py::{name}", value)
        assert told.state not in ("gone", "moved"), told
        assert len(told.detail) <= 120 and "\n" not in told.detail
    tree.write("open.py", text.replace(BETA, ""))
    assert tree.checked("open.py::beta", values["beta"]).state == "gone"


def test_a_comparison_that_time_stopped_is_no_change(tree: Tree) -> None:
    """The controls: a short range is compared all the same, and so is this one when there is the time."""
    lines = [f"    step({number}, 1, 2)\n" for number in range(40)]
    tree.write("src/a.py", "def f(x):\n" + "".join(lines))
    tree.commit()
    short, long = tree.noted("src/a.py:3-4"), tree.noted("src/a.py:10-40")
    for number in (9, 18, 26):
        lines[number] = lines[number].replace("(", "(\n        ")
    lines[8] = "    step(8, 1)\n" + "    more()\n" * 3
    lines[1:3] = ["    step(1, 1,\n 2)\n", "    step(2, 1, 2)  # all\n"]
    tree.write("src/a.py", "def f(x):\n" + "".join(lines))
    hurried = Checker(tree.root, tree.environment, seconds=1e-9)
    assert hurried.check("src/a.py:3-4", short).state == "holds"
    told = hurried.check("src/a.py:10-40", long)
    assert told.state == "cannot tell" and told.detail.endswith("`oldhand anchors verify` looks further")
    assert tree.checked("src/a.py:10-40", long).state != "cannot tell"


@pytest.mark.parametrize("now", ["TIMEOUT = 300", "MY_TIMEOUT = 30", "TIMEOUT = 30_000", "ТTIMEOUT = 30"])
def test_a_literal_pattern_is_not_found_inside_a_longer_word(tree: Tree, now: str) -> None:
    """The control has something else around it."""
    place = 'src/pay.py::"TIMEOUT = 30"'
    value = tree.noted(place)
    tree.change("src/pay.py", "TIMEOUT = 30", now)
    assert tree.checked(place, value).state == "gone"
    tree.change("src/pay.py", now, "(TIMEOUT = 30);")
    assert tree.checked(place, value).state == "holds"


@pytest.mark.parametrize(
    ("before", "same", "other"),
    [
        (">=1.26,<3", ">= 1.26, < 3", ">= 1.26, < 4"), ("~=2.0", "~= 2.0", "~= 2.1"), ("==1.0", "== 1.0", "=== 1.0"),
        (">=1.26", " >=1.26 ", ">1.26"),
    ],
)  # fmt: skip
def test_white_space_in_a_constraint_is_no_change(tree: Tree, before: str, same: str, other: str) -> None:
    tree.write("requirements.txt", f"numpy{before}\n")
    value = tree.noted("dep:numpy")
    tree.write("requirements.txt", f"numpy {same}\n")
    assert tree.checked("dep:numpy", value).state == "holds"
    tree.write("requirements.txt", f"numpy {other}\n")
    assert tree.checked("dep:numpy", value).state == "changed"


def test_a_constant_that_is_put_under_a_condition_holds(either: Tree) -> None:
    """The controls: another value, and a variable of a function."""
    committed(either, "limits.py", "import os\n\nVALUE = 5\n")
    value = either.noted("limits.py::VALUE")
    either.write("limits.py", "import os\n\nif os.name:\n    VALUE = 5\n")
    assert either.checked("limits.py::VALUE", value)[1:3] == ("holds", "")
    for text in ("import os\n\nif os.name:\n    VALUE = 6\n", "import os\n\n\ndef f():\n    VALUE = 5\n"):
        either.write("limits.py", text)
        assert either.checked("limits.py::VALUE", value).state in ("changed", "gone"), text


def test_a_line_edited_where_it_stands_changed_however_little_time_there_is(either: Tree) -> None:
    """The control took out what stood around it too, so that it may be elsewhere."""
    committed(either, "dup.py", DUP)
    value = either.noted("dup.py:8")
    either.change("dup.py", "        return send(amount)\n    return 5", "        return refuse()\n    return 5")
    for seconds in (1e-9, 0.0):
        assert either.checked("dup.py:8", value, seconds=seconds)[1:] == ("changed", "", "+1 −1 lines")
    either.write("dup.py", "pass\n")
    assert either.checked("dup.py:8", value, seconds=1e-9).state == "cannot tell"
    assert either.checked("dup.py:8", value).state == "changed"
