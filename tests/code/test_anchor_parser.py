"""What checking anchors loads: the parser where a file changed, and nothing wrong is said where there is none."""

import json
import subprocess
import sys
import time

import pytest

from tests.code.tree import PAY, Tree
from tests.conftest import Project

SECONDS = 5.0  # ten times what it may take, on a machine that does other things too

CHECK = """
import json, sys
blocked, root, text, value = sys.argv[1:]
if blocked:
    sys.modules["tree_sitter"] = None
    sys.modules["re2"] = None
from pathlib import Path
from oldhand.code.anchors import check
outcome = check(Path(root), text, value)
print(json.dumps([outcome.state, outcome.detail, sorted(name for name in sys.modules if "tree_sitter" in name)]))
"""


def checked_elsewhere(tree: Tree, text: str, value: str, *, blocked: bool = False) -> tuple[str, str, bool]:
    """(state, detail, whether the parser was loaded) of a check in a process of its own, perhaps without the extra."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK, "yes" if blocked else "", str(tree.root), text, value],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    state, detail, loaded = json.loads(done.stdout)
    return state, detail, bool(loaded) and not blocked


RECALL = """
import json, sys
from pathlib import Path
from oldhand.memory import Memory
from oldhand.operation import call
with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory:
    states = [one.state for item in call(memory, "recall", {"cue": "payments"}).items for one in item.anchors]
    print(json.dumps([states, sorted(sys.modules)]))
"""
HEAVY = {"tree_sitter", "re2", "subprocess", "difflib", "tomllib"}


def test_an_answer_whose_files_did_not_change_loads_nothing_heavy(project: Project) -> None:
    """The control: once the file changed, what compares it is loaded."""
    (project.root / "pay.py").write_text(PAY, "utf-8")
    project.call("remember", text="About payments.", anchors=["pay.py::charge", "pay.py:6-9", "pay.py"])
    project.memory.close()

    def recalled() -> tuple[set[str], set[str]]:
        words = [sys.executable, "-c", RECALL, str(project.root), str(project.home)]
        done = subprocess.run(words, capture_output=True, check=True, timeout=60)
        states, modules = json.loads(done.stdout)
        return set(states), HEAVY & set(modules)

    assert recalled() == ({"holds"}, set())
    (project.root / "pay.py").write_text(PAY.replace("total > 0", "total >= 0"), "utf-8")
    states, loaded = recalled()
    assert (states, loaded >= {"tree_sitter", "difflib"}) == ({"changed"}, True)


@pytest.mark.parametrize("text", ["src/pay.py::charge", "src/pay.py:6-9", "src/pay.py"])
def test_the_parser_is_loaded_only_when_the_file_changed(tree: Tree, text: str) -> None:
    value = tree.noted(text)
    assert checked_elsewhere(tree, text, value) == ("holds", "", False)
    tree.write("src/pay.py", PAY.replace("total > 0", "total >= 0"))
    state, _, loaded = checked_elsewhere(tree, text, value)
    assert (state, loaded) == ("changed", True)


def test_without_the_parser_a_symbol_of_a_changed_file_cannot_be_told(tree: Tree) -> None:
    value = tree.noted("src/pay.py::charge")
    assert checked_elsewhere(tree, "src/pay.py::charge", value, blocked=True)[0] == "holds"
    tree.write("src/pay.py", "# a comment\n" + PAY)
    state, detail, _ = checked_elsewhere(tree, "src/pay.py::charge", value, blocked=True)
    assert (state, "oldhand[code]" in detail) == ("cannot tell", True)
    assert checked_elsewhere(tree, "src/pay.py::charge", value)[0] == "holds"


def test_without_re2_an_expression_in_a_changed_file_cannot_be_told(tree: Tree) -> None:
    text = "src/pay.py::/TIMEOUT = [0-9]+/"
    value = tree.noted(text)
    tree.write("src/pay.py", "# a comment\n" + PAY)
    assert checked_elsewhere(tree, text, value, blocked=True)[0] == "cannot tell"
    assert checked_elsewhere(tree, text, value)[0] == "holds"


def test_without_the_parser_lines_are_compared_as_text(tree: Tree) -> None:
    value = tree.noted("src/pay.py:6-9")
    tree.write("src/pay.py", "# a comment\n" + PAY)
    assert checked_elsewhere(tree, "src/pay.py:6-9", value, blocked=True)[0] == "moved"


@pytest.mark.parametrize("expression", ["(a+)+$", "(.*)*x", "(x{1,100}){1,100}", "TIMEOUT|(a|a)*b", r"\bz*"])
def test_no_expression_takes_long(tree: Tree, expression: str) -> None:
    tree.write("long.txt", "a" * 200_000 + "\nTIMEOUT = 30\n")
    started = time.perf_counter()
    value = tree.noted(f"long.txt::/{expression}/")
    assert tree.checked(f"long.txt::/{expression}/", value).state in ("holds", "gone", "cannot tell")
    assert time.perf_counter() - started < SECONDS
