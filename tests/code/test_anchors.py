"""Anchors in a real repository: what holds, what moved, what changed, what is gone."""

import os
from pathlib import Path

import pytest

from oldhand.code.anchors import Checker, Observer, check, observe
from oldhand.errors import BadAnchor
from oldhand.model.anchor import parse
from oldhand.model.observed import observed
from tests.code.tree import PAY, Tree

PLACES = (
    "src/pay.py", "src/pay.py:6-9", "src/pay.py:24", "src/pay.py::charge", "src/pay.py::Shop.close",
    'src/pay.py::"TIMEOUT = 30"', "src/pay.py::/TIMEOUT = [0-9]+/",
)  # fmt: skip


def states(tree: Tree, values: dict[str, str]) -> dict[str, str]:
    """The state of each anchor, with its place when that is another one."""
    found = {}
    for text, value in values.items():
        one = tree.checked(text, value)
        found[text] = one.state + (f" {one.now}" if one.now else "")
    return found


@pytest.fixture
def values(tree: Tree) -> dict[str, str]:
    """What was observed at PLACES."""
    return {text: tree.noted(text) for text in PLACES}


def test_everything_holds_while_nothing_changes(tree: Tree, values: dict[str, str]) -> None:
    assert set(states(tree, values).values()) == {"holds"}


def test_the_working_tree_is_observed_and_not_the_commit(tree: Tree) -> None:
    tree.change("src/pay.py", "TIMEOUT = 30", "TIMEOUT = 31")
    value = tree.noted("src/pay.py:24")
    assert tree.checked("src/pay.py:24", value).state == "holds"
    tree.git("checkout", "-q", "--", "src/pay.py")
    assert tree.checked("src/pay.py:24", value).state == "changed"


def test_branch_and_commit_are_noted(tree: Tree) -> None:
    seen = observed(tree.noted("src/pay.py::charge"))
    assert (seen.branch, seen.commit) == ("main", tree.git("rev-parse", "HEAD")[:16])
    assert seen.blob == tree.git("rev-parse", "HEAD:src/pay.py")[:16]
    assert (seen.first, seen.last, seen.words) == (4, 9, "def charge(cart, gateway)")
    tree.git("checkout", "-q", "--detach")
    seen = observed(tree.noted("src/pay.py::charge"))
    assert (seen.branch, seen.commit) == ("", tree.git("rev-parse", "HEAD")[:16])


def test_lines_above_move_lines_and_leave_symbols_alone(tree: Tree, values: dict[str, str]) -> None:
    tree.write("src/pay.py", "import re\n\n" + PAY)
    assert states(tree, values) == {
        "src/pay.py": "changed",
        "src/pay.py:6-9": "moved src/pay.py:8-11",
        "src/pay.py:24": "moved src/pay.py:26",
        "src/pay.py::charge": "holds",
        "src/pay.py::Shop.close": "holds",
        'src/pay.py::"TIMEOUT = 30"': "holds",
        "src/pay.py::/TIMEOUT = [0-9]+/": "holds",
    }


def test_comments_and_formatting_change_nothing(tree: Tree, values: dict[str, str]) -> None:
    reformatted = PAY.replace(
        "    total = sum(item.price for item in cart)\n",
        "    # all of it\n    total = sum(\n        item.price\n        for item in cart\n    )\n",
    )
    tree.write("src/pay.py", reformatted.replace('"""Charge the cart."""', '"""Charge the cart, once."""'))
    found = states(tree, values)
    assert {found.pop(text) for text in ("src/pay.py", "src/pay.py::charge", "src/pay.py::Shop.close")} == {"holds"}
    assert found["src/pay.py:6-9"].startswith(("holds", "moved"))
    assert found["src/pay.py:24"] == "moved src/pay.py:28"


def test_a_change_of_meaning_is_seen_and_told(tree: Tree, values: dict[str, str]) -> None:
    tree.change("src/pay.py", "total > 0", "total >= 0")
    tree.change("src/pay.py", "TIMEOUT = 30", "TIMEOUT = 60")
    told = {text: tree.checked(text, value) for text, value in values.items()}
    assert {text: (one.state, one.detail) for text, one in told.items()} == {
        "src/pay.py": ("changed", "+2 −2 lines"),
        "src/pay.py:6-9": ("changed", "+1 −1 lines"),
        "src/pay.py:24": ("changed", "+1 −1 lines"),
        "src/pay.py::charge": ("changed", "+1 −1 lines"),
        "src/pay.py::Shop.close": ("holds", ""),
        'src/pay.py::"TIMEOUT = 30"': ("gone", "nothing in src/pay.py matches it"),
        "src/pay.py::/TIMEOUT = [0-9]+/": ("changed", '"TIMEOUT = 30" -> "TIMEOUT = 60"'),
    }


def test_a_block_that_gets_another_indentation_changed(tree: Tree) -> None:
    """In Python the tokens alone are the same."""
    tree.write("src/a.py", "def f(x):\n    if x:\n        g()\n        h()\n")
    values = {text: tree.noted(text) for text in ("src/a.py::f", "src/a.py:2-4")}
    tree.write("src/a.py", "def f(x):\n    if x:\n        g()\n    h()\n")
    assert set(states(tree, values).values()) == {"changed"}


def test_a_changed_signature_is_told(tree: Tree, values: dict[str, str]) -> None:
    tree.change("src/pay.py", "def charge(cart, gateway)", "def charge(cart, gateway, retry=False)")
    told = tree.checked("src/pay.py::charge", values["src/pay.py::charge"])
    assert told.state == "changed"
    assert told.detail == "signature: def charge(cart, gateway) -> def charge(cart, gateway, retry=False)"


def test_without_git_the_difference_is_told_by_fingerprints(bare_tree: Tree) -> None:
    values = {text: bare_tree.noted(text) for text in ("src/pay.py:4-9", "src/pay.py::charge", "src/pay.py")}
    bare_tree.change("src/pay.py", "    return None\n", "    log(total)\n    log(cart)\n    return 0\n")
    told = {text: bare_tree.checked(text, value) for text, value in values.items()}
    assert {(one.state, one.detail) for one in told.values()} == {("changed", "+3 −1 lines")}


def test_a_short_range_is_not_taken_for_its_like_elsewhere(tree: Tree) -> None:
    """`return self` stands twice; the first is changed, and the second is no place where it moved to."""
    value = tree.noted("src/pay.py:16")
    tree.change("src/pay.py", 'lights = "on"\n        return self', 'lights = "on"\n        return None')
    assert tree.checked("src/pay.py:16", value).state == "changed"


def test_a_short_range_is_followed_by_what_stands_around_it(tree: Tree) -> None:
    value = tree.noted("src/pay.py:21")
    tree.write("src/pay.py", "# new\n# new\n# new\n" + PAY)
    assert tree.checked("src/pay.py:21", value)[1:3] == ("moved", "src/pay.py:24")


@pytest.mark.parametrize("told_git", [True, False], ids=["git mv", "mv"])
def test_a_renamed_file_is_followed(tree: Tree, values: dict[str, str], told_git: bool) -> None:
    (tree.root / "billing").mkdir()
    if told_git:
        tree.git("mv", "src/pay.py", "billing/money.py")
    else:
        os.rename(tree.root / "src/pay.py", tree.root / "billing/money.py")
    assert states(tree, values) == {
        text: f"moved {text.replace('src/pay.py', 'billing/money.py')}" for text in PLACES
    }  # fmt: skip


def test_a_chain_of_renames_with_edits_is_followed(tree: Tree, values: dict[str, str]) -> None:
    """Each step is alike enough to be seen, the whole of them is not."""
    for step, name in enumerate(("src/a.py", "lib/b.py", "lib/deep/c.py"), 1):
        before = ("src/pay.py", "src/a.py", "lib/b.py")[step - 1]
        (tree.root / name).parent.mkdir(parents=True, exist_ok=True)
        tree.git("mv", before, name)
        tree.commit(f"rename {step}")
        more = "\n".join(f"def added_{step}_{number}(x):\n    return x * {number}\n" for number in range(8))
        tree.write(name, tree.read(name) + "\n\n" + more)
        tree.commit(f"grow {step}")
    found = states(tree, values)
    assert found["src/pay.py::charge"] == "moved lib/deep/c.py::charge"
    assert found["src/pay.py:6-9"] == "moved lib/deep/c.py:6-9"
    assert found["src/pay.py"] == "changed lib/deep/c.py"


def test_a_function_moved_to_another_file_is_followed(tree: Tree, values: dict[str, str]) -> None:
    start, end = PAY.index("def charge"), PAY.index("class Shop")
    tree.write("src/pay.py", PAY[:start] + PAY[end:])
    tree.write("src/gateway.py", '"""New."""\n\nimport os\n\n\n' + PAY[start:end])
    found = states(tree, values)
    assert found["src/pay.py::charge"] == "moved src/gateway.py::charge"
    assert found["src/pay.py:6-9"] == "moved src/gateway.py:8-11"
    assert found["src/pay.py::Shop.close"] == "holds"


def test_a_function_moved_into_a_class_of_a_known_file_is_followed(tree: Tree, values: dict[str, str]) -> None:
    tree.write("src/base.py", "class Base:\n    def one(self):\n        return 1\n")
    tree.commit()
    value = tree.noted("src/pay.py::charge")
    start, end = PAY.index("def charge"), PAY.index("class Shop")
    tree.write("src/pay.py", PAY[:start] + PAY[end:])
    method = "\n".join(f"    {line}" if line else "" for line in PAY[start:end].rstrip().split("\n"))
    tree.write("src/base.py", tree.read("src/base.py") + "\n" + method + "\n")
    assert tree.checked("src/pay.py::charge", value)[1:3] == ("moved", "src/base.py::Base.charge")


def test_what_was_elsewhere_all_along_is_no_place_where_it_moved(tree: Tree) -> None:
    """The control of following: the same method in another class, in a file that was touched since."""
    twin = "class Other:\n" + PAY[PAY.index("    def close") : PAY.index("\n\nTIMEOUT")]
    tree.write("src/other.py", twin)
    tree.commit()
    value = tree.noted("src/pay.py::Shop.close")
    tree.write("src/other.py", "import re\n\n\n" + twin)
    tree.write("src/pay.py", PAY[: PAY.index("    def close")] + PAY[PAY.index("\n\nTIMEOUT") :])
    assert tree.checked("src/pay.py::Shop.close", value).state == "gone"


def test_a_renamed_symbol_with_the_same_body_is_followed(tree: Tree, values: dict[str, str]) -> None:
    tree.write("src/pay.py", PAY.replace("charge", "take").replace("class Shop", "class Store"))
    found = states(tree, values)
    assert found["src/pay.py::charge"] == "moved src/pay.py::take"
    assert found["src/pay.py::Shop.close"] == "moved src/pay.py::Store.close"


def test_a_renamed_symbol_with_another_body_is_gone(tree: Tree, values: dict[str, str]) -> None:
    tree.write("src/pay.py", PAY.replace("charge", "take").replace("total > 0", "total > 1"))
    assert states(tree, values)["src/pay.py::charge"] == "gone"


def test_overloads_that_change_places_are_followed_by_what_they_say(tree: Tree) -> None:
    first, second = "    int sum(int a, int b) { return a + b; }\n", "    double sum(double a) { return a * 2.0; }\n"
    tree.write("src/Sum.java", "class Sum {\n" + first + second + "}\n")
    value = tree.noted("src/Sum.java::Sum.sum")
    tree.write("src/Sum.java", "class Sum {\n" + second + first + "}\n")
    assert tree.checked("src/Sum.java::Sum.sum", value)[1:3] == ("moved", "src/Sum.java::Sum.sum#2")


def test_what_is_deleted_is_gone_and_may_come_back(tree: Tree, values: dict[str, str]) -> None:
    os.remove(tree.root / "src/pay.py")
    assert set(states(tree, values).values()) == {"gone"}
    tree.git("checkout", "-q", "--", "src/pay.py")
    assert set(states(tree, values).values()) == {"holds"}


def test_a_file_moved_and_edited_is_told_with_its_place(tree: Tree, values: dict[str, str]) -> None:
    tree.git("mv", "src/pay.py", "src/money.py")
    tree.change("src/money.py", "total > 0", "total >= 0")
    told = tree.checked("src/pay.py::charge", values["src/pay.py::charge"])
    assert told[1:] == ("changed", "src/money.py::charge", "+1 −1 lines")


def test_another_branch_is_another_tree(tree: Tree, values: dict[str, str]) -> None:
    tree.git("checkout", "-q", "-b", "other")
    tree.change("src/pay.py", "total > 0", "total >= 0")
    tree.git("mv", "src/pay.py", "src/money.py")
    tree.commit()
    assert states(tree, values)["src/pay.py::charge"] == "changed src/money.py::charge"
    tree.git("checkout", "-q", "main")
    assert set(states(tree, values).values()) == {"holds"}


def test_a_rebase_that_rewrites_the_noted_commit_loses_nothing(tree: Tree) -> None:
    tree.git("checkout", "-q", "-b", "work")
    tree.write("src/new.py", PAY)
    tree.commit("new")
    value = tree.noted("src/new.py::charge")
    tree.git("checkout", "-q", "main")
    tree.write("README", "read me\n")
    tree.commit("readme")
    tree.git("checkout", "-q", "work")
    tree.git("rebase", "-q", "main")
    tree.git("mv", "src/new.py", "src/newer.py")
    tree.commit("rename")
    tree.git("reflog", "expire", "--expire=now", "--all")
    tree.git("gc", "-q", "--prune=now")
    assert observed(value).commit not in tree.git("rev-list", "--all")
    assert tree.checked("src/new.py::charge", value)[1:3] == ("moved", "src/newer.py::charge")


def test_a_repository_without_commits_and_a_folder_without_git_work(tmp_path: Path) -> None:
    for name, git in (("empty", True), ("plain", False)):
        tree = Tree(tmp_path / name, git=git)
        tree.write("src/pay.py", PAY)
        values = {text: tree.noted(text) for text in PLACES}
        assert observed(values["src/pay.py"]).commit == ""
        assert set(states(tree, values).values()) == {"holds"}
        os.rename(tree.root / "src/pay.py", tree.root / "src/money.py")
        assert set(states(tree, values).values()) == {f"moved {text.replace('pay.py', 'money.py')}" for text in PLACES}


def test_syntax_errors_do_not_stand_in_the_way(tree: Tree, values: dict[str, str]) -> None:
    tree.write("src/pay.py", PAY + "\n\ndef broken(:\n    return (\n")
    found = states(tree, values)
    assert (found["src/pay.py::charge"], found["src/pay.py"]) == ("holds", "changed")


def test_a_link_out_of_the_project_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(PAY, "utf-8")
    (tree.root / "out.py").symlink_to(tmp_path / "secret.py")
    assert tree.noted("out.py") == ""
    assert tree.checked("out.py::charge", tree.noted("src/pay.py::charge")).state == "cannot tell"


def test_a_link_inside_the_project_is_followed(tree: Tree) -> None:
    (tree.root / "link.py").symlink_to("src/pay.py")
    value = tree.noted("link.py::charge")
    tree.change("src/pay.py", "total > 0", "total >= 0")
    assert tree.checked("link.py::charge", value).state == "changed"


@pytest.mark.parametrize("name", ["ключ оплаты.py", "a b.py", "-rf.py", "$(x).py", "a'b\".py", "[a]*.py", "名.py"])
def test_hostile_names_are_followed(tree: Tree, name: str) -> None:
    tree.write(f"src/{name}", PAY.replace("charge", "take"))
    tree.commit()
    value = tree.noted(f"src/{name}::take")
    tree.git("mv", "--", f"src/{name}", f"src/new {name}")
    assert tree.checked(f"src/{name}::take", value)[1:3] == ("moved", f"src/new {name}::take")


@pytest.mark.parametrize("content", [b"\x00\x01\xff" * 50, b"", b"\xff\xfe caf\xe9\n", "да\r\nнет\r\n".encode()])
def test_whatever_a_file_holds_is_observed_and_checked(tree: Tree, content: bytes) -> None:
    tree.write("data.py", content)
    values = {text: tree.noted(text) for text in ("data.py", "data.py:1")}
    assert {tree.checked(text, value).state for text, value in values.items()} <= {"holds", "cannot tell"}
    tree.write("data.py", content + b"\nx = 1\n")
    assert tree.checked("data.py", values["data.py"]).state == "changed"


def test_a_fifo_and_a_folder_are_never_waited_for(tree: Tree) -> None:
    value = tree.noted("src/pay.py")
    os.remove(tree.root / "src/pay.py")
    os.mkfifo(tree.root / "src/pay.py")
    assert tree.checked("src/pay.py", value).state == "cannot tell"


def test_a_folder_is_there_moved_or_gone(tree: Tree) -> None:
    tree.write("src/deep/b.py", "x = 1\n")
    tree.commit()
    value = tree.noted("src")
    assert tree.checked("src", value)[1:] == ("cannot tell", "", "it is there; what is in a folder is not compared")
    tree.git("mv", "src", "lib")
    assert tree.checked("src", value)[1:] == ("moved", "lib", "")
    (tree.root / "other").mkdir()
    tree.git("mv", "lib/pay.py", "other/pay.py")
    assert tree.checked("src", value)[1:] == ("gone", "", "")


def test_an_absent_place_is_noted_as_not_seen_and_refused_when_it_must_be_there(tree: Tree) -> None:
    assert tree.noted("src/later.py") == ""
    assert tree.checked("src/later.py", "").state == "cannot tell"
    for text, reason in (
        ("src/pay.py::hanlde_charge", "no symbol"), ("src/pay.py:400", "has 24 lines"),
        ('src/pay.py::"RETRIES"', "matches"), ("src/pay.py::/(/", "RE2 refuses"), ("dep:requests", "no manifest"),
        ("src::charge", "no file that can be read"),
    ):  # fmt: skip
        with pytest.raises(BadAnchor, match=reason):
            observe(tree.root, parse(text), strict=True)
    for text in ("src/pay.py::nobody", 'src/pay.py::"RETRIES"', "dep:requests"):
        assert tree.checked(text, tree.noted(text)).state in ("gone", "cannot tell")


def test_a_misspelt_symbol_is_told_what_it_may_be(tree: Tree) -> None:
    with pytest.raises(BadAnchor, match=r"no symbol 'chrage' in src/pay.py; did you mean 'charge'\?"):
        observe(tree.root, parse("src/pay.py::chrage"), strict=True)
    with pytest.raises(BadAnchor, match="symbols are not known in files like"):
        tree.write("notes.txt", "words\n")
        observe(tree.root, parse("notes.txt::words"), strict=True)


def test_the_last_part_of_a_name_is_enough_where_it_means_one(tree: Tree) -> None:
    observer = Observer(tree.root)
    assert str(observer.full(parse("src/pay.py::close"))) == "src/pay.py::Shop.close"
    tree.write("src/two.py", "class A:\n    def run(self): return 1\n\n\nclass B:\n    def run(self): return 2\n")
    with pytest.raises(BadAnchor, match=r"ambiguous in src/two.py: it may be 'A.run', 'B.run'"):
        Observer(tree.root).full(parse("src/two.py::run"))


def test_values_of_the_first_form_still_count(tree: Tree, values: dict[str, str]) -> None:
    digest = observed(values["src/pay.py:6-9"]).digest
    assert tree.checked("src/pay.py:6-9", digest).state == "holds"
    tree.write("src/pay.py", "import re\n" + PAY)
    assert tree.checked("src/pay.py:6-9", digest)[1:3] == ("moved", "src/pay.py:7-10")
    tree.change("src/pay.py", "total > 0", "total >= 0")
    assert tree.checked("src/pay.py:6-9", digest).state == "changed"


def test_a_value_of_a_later_version_is_not_guessed_at(tree: Tree) -> None:
    told = check(tree.root, "src/pay.py", "3 x=1")
    assert (told.state, "upgrade" in told.detail) == ("cannot tell", True)


def test_a_limit_of_time_ends_the_search_and_says_so(tree: Tree) -> None:
    """The control has the time and finds it."""
    value = tree.noted("src/pay.py::charge")
    tree.git("mv", "src/pay.py", "src/money.py")
    hurried = tree.checked("src/pay.py::charge", value, seconds=1e-9)
    assert (hurried.state, hurried.detail) == (
        "cannot tell", "not at its place; `oldhand anchors verify` looks further",
    )  # fmt: skip
    assert tree.checked("src/pay.py::charge", value).state == "moved"


def test_one_checker_reads_every_file_once(tree: Tree, values: dict[str, str]) -> None:
    checker = Checker(tree.root, tree.environment)
    assert checker.check("src/pay.py", values["src/pay.py"]).state == "holds"
    tree.write("src/pay.py", "nothing\n")
    assert checker.check("src/pay.py:6-9", values["src/pay.py:6-9"]).state == "holds"
    assert tree.checked("src/pay.py:6-9", values["src/pay.py:6-9"]).state == "changed"


def test_a_renamed_symbol_whose_names_are_also_words_in_it_is_followed(tree: Tree) -> None:
    one = "def unstable_link(url):\n    log('link', 'unstable_link')\n    check(url)\n    return open(url)\n"
    tree.write("src/link.py", one)
    value = tree.noted("src/link.py::unstable_link")
    tree.write("src/link.py", one.replace("def unstable_link", "def link"))
    assert tree.checked("src/link.py::unstable_link", value)[1:3] == ("moved", "src/link.py::link")
    tree.write("src/link.py", one.replace("def unstable_link", "def link").replace("check(url)", "check(url, 1)"))
    assert tree.checked("src/link.py::unstable_link", value).state == "gone"
