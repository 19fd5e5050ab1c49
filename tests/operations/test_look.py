"""look: everything known about one place, the nearest first, without waiting for anything."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadAnchor
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import call
from oldhand.surfaces.agent_text import rendered
from oldhand.surfaces.cli.render import render
from oldhand.surfaces.cli.screen import Screen
from tests.conftest import Project
from tests.operations.repository import Repository
from tests.operations.test_saying import said

PAY = '''\
import gate


class Gateway:
    """Pays."""

    def charge(self, cart):
        total = cart.total
        return gate.send(total)

    def refund(self, cart):
        return gate.send(-cart.total)


def helper():
    return 1
'''


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a class in src/pay.py, and a file that imports it."""
    (project.root / "src").mkdir()
    (project.root / "src" / "pay.py").write_text(PAY, "utf-8")
    (project.root / "src" / "gate.py").write_text("def send(x):\n    return x\n", "utf-8")
    (project.root / "src" / "shop.py").write_text("import pay\n\npay.helper()\n", "utf-8")
    return project


def read_in(project: Project) -> None:
    """Have the code index brought up to date, which `look` never does."""
    project.call("impact", target="src")


def texts(project: Project, place: str, **more: Any) -> list[str]:
    """What is tied to a place, in the order it is told."""
    return [item.text for item in project.call("look", place=place, **more).items]


# -- what is tied to its neighbours --------------------------------------------------------------------


def test_memories_of_neighbours_come_after_its_own(shop: Project) -> None:
    said(shop, "About the gate.", anchors=["src/gate.py"])
    said(shop, "About the shop.", anchors=["src/shop.py"])
    said(shop, "About nothing near.", anchors=["README.md"])
    said(shop, "About paying.", anchors=["src/pay.py"])
    read_in(shop)
    reply = shop.call("look", place="src/pay.py")
    assert [item.text for item in reply.items] == ["About paying."]
    assert [(one.memory.text, one.why) for one in reply.nearby] == [
        ("About the gate.", "tied to src/gate.py, which it imports"),
        ("About the shop.", "tied to src/shop.py, which imports it"),
    ]
    assert [line for line in reply.lines if line.startswith("NEAR tied to src/gate.py, which it imports: ")]
    assert "    tied to src/gate.py, which it imports" in render(Screen(sys.stdout, sys.stderr), "look", reply)
    assert shop.call("look", place="src/pay.py::helper").nearby == [], "the control: a part has no neighbours"
    assert shop.call("look", place="src/pay.py", limit=2).nearby[1:] == []
    assert shop.call("look", place="src/pay.py", budget_tokens=140).nearby[1:] == []


# -- what is tied to it ------------------------------------------------------------------------------


def test_a_symbol_tells_what_is_tied_to_it_to_its_lines_and_to_its_file(shop: Project) -> None:
    said(shop, "About the file.", anchors=["src/pay.py"])
    said(shop, "About two lines of charge.", anchors=["src/pay.py:8-9"])
    said(shop, "About charge.", anchors=["src/pay.py::Gateway.charge"])
    said(shop, "About the class.", anchors=["src/pay.py::Gateway"])
    said(shop, "About refund.", anchors=["src/pay.py::Gateway.refund"])
    found = texts(shop, "src/pay.py::Gateway.charge")
    assert found[0] == "About charge." and found[-1] == "About the file."
    assert set(found[1:-1]) == {"About two lines of charge.", "About the class."}
    assert set(texts(shop, "src/pay.py::charge")) == set(found)  # the end of a name that is the only one
    assert "About refund." in texts(shop, "src/pay.py")


def test_lines_tell_the_symbols_that_have_them(shop: Project) -> None:
    said(shop, "About charge.", anchors=["src/pay.py::Gateway.charge"])
    said(shop, "About the helper.", anchors=["src/pay.py::helper"])
    assert texts(shop, "src/pay.py:9") == ["About charge."]
    assert texts(shop, "src/pay.py:15-16") == ["About the helper."]
    assert texts(shop, "src/pay.py:1") == []


def test_what_moved_within_its_file_is_found_where_it_is_now(shop: Project) -> None:
    said(shop, "About refund.", anchors=["src/pay.py:11-12"])
    said(shop, "About charge, by name.", anchors=["src/pay.py::Gateway.charge"])
    assert texts(shop, "src/pay.py:12") == ["About refund."]
    (shop.root / "src" / "pay.py").write_text("# one\n# two\n# three\n# four\n# five\n# six\n\n" + PAY, "utf-8")
    assert texts(shop, "src/pay.py:19") == ["About refund."]
    assert texts(shop, "src/pay.py:14-16") == ["About charge, by name."]
    assert texts(shop, "src/pay.py:11-12") == []  # the control: it is no longer there


def test_a_folder_around_a_file_concerns_it_last(shop: Project) -> None:
    said(shop, "About the folder.", anchors=["src"], priority=90)
    said(shop, "About the file.", anchors=["src/pay.py"])
    assert texts(shop, "src/pay.py") == ["About the file.", "About the folder."]
    assert texts(shop, "src") == ["About the folder.", "About the file."]
    assert texts(shop, "lib/pay.py") == []


def test_names_the_file_had_before_count_once_its_history_is_read(shop: Project) -> None:
    repository = Repository(shop)
    repository.commit("Start")
    said(shop, "Charges go through the gateway.", anchors=["src/pay.py:8-9"])
    repository.git("mv", "src/pay.py", "src/оплата.py")
    repository.commit("Rename")
    assert texts(shop, "src/оплата.py") == []
    read_in(shop)
    assert texts(shop, "src/оплата.py") == ["Charges go through the gateway."]
    assert texts(shop, "src/оплата.py:9") == ["Charges go through the gateway."]
    assert texts(shop, "src/оплата.py:1") == []


def test_a_file_that_was_renamed_just_now_is_known_by_its_bytes(shop: Project) -> None:
    said(shop, "Charges go through the gateway.", anchors=["src/pay.py:8-9"])
    read_in(shop)
    (shop.root / "src" / "pay.py").rename(shop.root / "src" / "paying.py")
    assert texts(shop, "src/paying.py") == ["Charges go through the gateway."]
    assert "there is no file src/pay.py now" in shop.call("look", place="src/pay.py").about.notes[0]
    (shop.root / "src" / "pay.py").write_text(PAY, "utf-8")
    assert texts(shop, "src/paying.py") == []  # the control: a copy is another file


def test_large_folders_show_the_most_important_and_nothing_that_was_untied(shop: Project) -> None:
    lines = "\n".join(f'{{"text":"Fact {n}.","anchors":["src/pay.py:{n % 16 + 1}"]}}' for n in range(2100))
    shop.call("remember", jsonl=lines)
    best = [said(shop, f"Best {n}.", anchors=["src/gate.py"], priority=50 - n).id for n in range(3)]
    said(shop, "Elsewhere.", anchors=["lib/x.py"], priority=99)
    gone = said(shop, "Best of all.", anchors=["src/shop.py"], priority=60).id
    shop.call("retire", name=gone)
    reply = shop.call("look", place="src", limit=4, budget_tokens=2000)
    assert [item.id for item in reply.items[:3]] == best and len(reply.items) == 4
    assert reply.left_out >= 2099
    assert [item.id for item in shop.call("look", place="src/gate.py", limit=2).items] == best[:2]


# -- what speaks of it -------------------------------------------------------------------------------


def test_memories_that_only_speak_of_a_place_follow(shop: Project) -> None:
    tied = said(shop, "Totals live in pay.py.", anchors=["src/pay.py"]).id
    spoken = said(shop, "Never edit src/pay.py:8 by hand.").id
    said(shop, "The file lib/pay.py is generated.")
    said(shop, "We pay on Fridays.")
    reply = shop.call("look", place="src/pay.py")
    assert ([item.id for item in reply.items], [item.id for item in reply.mentioned]) == ([tied], [spoken])
    russian = said(shop, "Файл docs/планы.md ведёт Анна.").id
    assert [item.id for item in shop.call("look", place="docs/планы.md").mentioned] == [russian]


def test_descriptions_of_other_symbols_do_not_count_as_speaking_of_one(shop: Project) -> None:
    (shop.root / "src" / "other.py").write_text(
        'def helper(x):\n    """Helps with helper()."""\n    return x\n', "utf-8"
    )
    shop.call("scan")
    spoken = said(shop, "Call helper() before anything else.").id
    assert [item.id for item in shop.call("look", place="src/pay.py::helper").mentioned] == [spoken]


def test_a_symbol_is_spoken_of_by_its_name(shop: Project) -> None:
    one = said(shop, "Gateway must be closed by hand.").id
    two = said(shop, "Call helper() before anything else.").id
    said(shop, "Ask a helper at the gateway.")
    assert [item.id for item in shop.call("look", place="src/pay.py::Gateway").mentioned] == [one]
    assert [item.id for item in shop.call("look", place="src/pay.py::helper").mentioned] == [two]


@pytest.mark.parametrize("text", [":1" * 5000 + " pay.py", "src/" * 5000 + "pay.py", "pay.py" * 4000, "\\" * 9000])
def test_a_text_that_is_hard_to_read_costs_little(shop: Project, text: str) -> None:
    said(shop, f"{text} pay.py.")
    assert shop.call("look", place="src/pay.py").items == []


# -- the file's own facts ----------------------------------------------------------------------------


def test_facts_come_from_the_index_and_only_where_there_is_one(shop: Project) -> None:
    repository = Repository(shop)
    repository.commit("Start", author="Ann")
    repository.commit("More", {"src/pay.py": PAY + "\nLIMIT = 5\n"}, author="Борис")
    before = shop.call("look", place="src/pay.py").about
    assert (before.language, before.changes, before.symbols) == ("python", 0, [])
    assert "not indexed" in before.notes[0]
    read_in(shop)
    about = shop.call("look", place="src/pay.py").about
    assert (about.role, about.lines, about.changes, about.notes) == ("code", 18, 2, [])
    assert [one.name for one in about.symbols] == ["Gateway", "helper", "LIMIT"]
    assert (about.imports, about.imported_by) == (["src/gate.py"], ["src/shop.py"])
    assert [(one.author, one.subject) for one in about.commits] == [("Борис", "More"), ("Ann", "Start")]
    assert about.owners == ["Ann 50 %", "Борис 50 %"] or about.owners == ["Борис 50 %", "Ann 50 %"]
    assert [one.name for one in shop.call("look", place="src/pay.py:8").about.symbols] == ["Gateway", "Gateway.charge"]


def test_what_is_older_than_the_code_is_said_to_be(shop: Project) -> None:
    repository = Repository(shop)
    first = repository.commit("Start")
    read_in(shop)
    repository.commit("More", {"src/pay.py": PAY + "\nLIMIT = 5\n"})
    notes = shop.call("look", place="src/pay.py").about.notes
    assert any("changed since it was indexed" in note for note in notes)
    assert any(first[:12] in note for note in notes)
    assert shop.call("look", place="src/gate.py").about.notes == [notes[1]]  # the control: this file did not change


@pytest.mark.parametrize("first_page", [0, 1, 2, 3, 5])
def test_a_damaged_index_takes_nothing_from_what_is_remembered(shop: Project, first_page: int) -> None:
    said(shop, "About the file.", anchors=["src/pay.py"])
    read_in(shop)
    file = shop.folder / "code.db"
    whole = file.read_bytes()
    assert len(whole) > 8 * 4096
    file.write_bytes(whole[: 4096 * first_page] + b"\xa7" * (len(whole) - 4096 * first_page))
    for place in ("src/pay.py", "src/pay.py:8", "src/pay.py::Gateway", "src"):
        assert texts(shop, place) == ["About the file."]
    assert shop.call("look", place="src/pay.py").about.symbols == []
    file.write_bytes(whole)
    assert shop.call("look", place="src/pay.py").about.symbols != []  # the control


# -- next --------------------------------------------------------------------------------------------


def test_the_next_step_is_named(shop: Project) -> None:
    name = said(shop, "Charges go through the gateway.", anchors=["src/pay.py:8-9"]).id
    assert shop.call("look", place="src/pay.py").next == ""
    (shop.root / "src" / "pay.py").write_text(PAY.replace("total = cart.total", "total = 0"), "utf-8")
    assert f"`oldhand revise {name[:6]}`" in shop.call("look", place="src/pay.py").next
    asked = said(shop, "Who closes the gateway?", kind="question", anchors=["src/gate.py"]).id
    assert asked[:6] in shop.call("look", place="src/gate.py").next


def test_where_nothing_is_known_the_nearest_is_named(shop: Project) -> None:
    said(shop, "About the file.", anchors=["src/pay.py:8"])
    reply = shop.call("look", place="src/deep/er/none.py")
    assert (reply.items, reply.lines, reply.nearest) == ([], [], "src/ (1 memory)")
    assert rendered("look", reply) == "Nothing known about src/deep/er/none.py. Nearest: src/ (1 memory)."
    assert shop.call("look", place="src/pay.py:1").nearest == "src/pay.py (1 memory)"
    assert shop.call("look", place="other/none.py").nearest == ""
    assert rendered("look", shop.call("look", place="other/none.py")) == "Nothing known about other/none.py."


# -- how a place may be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    ["src/pay.py:8", "src/pay.py:8:5", "src/pay.py#L8", "src/pay.py#L8-L9", "./src/pay.py:8", "src\\pay.py:8-9"],
)
def test_a_place_may_be_written_as_compilers_and_browsers_do(shop: Project, place: str) -> None:
    said(shop, "About two lines.", anchors=["src/pay.py:8-9"])
    said(shop, "About others.", anchors=["src/pay.py:1-3"])
    assert texts(shop, place) == ["About two lines."]
    assert texts(shop, str(shop.root / "src" / "pay.py") + ":8") == ["About two lines."]


def test_a_dependency_is_a_place_too(shop: Project) -> None:
    (shop.root / "requirements.txt").write_text("requests==2.31\n", "utf-8")
    said(shop, "Requests is pinned for the old proxy.", anchors=["dep:requests"])
    reply = shop.call("look", place="dep:requests")
    assert [item.text for item in reply.items] == ["Requests is pinned for the old proxy."] and reply.about is None
    assert shop.call("look", place="dep:flask").items == []


def test_what_the_file_does_not_have_is_said(shop: Project) -> None:
    said(shop, "About the file.", anchors=["src/pay.py"])
    read_in(shop)
    assert shop.call("look", place="src/pay.py:900").notes == ["src/pay.py has 16 lines"]
    assert shop.call("look", place="src/pay.py::Gatewy").notes == ["src/pay.py has no symbol Gatewy"]
    assert shop.call("look", place="src/nope.py").about.notes == ["there is no file src/nope.py now"]
    assert shop.call("look", place="src/pay.py::Gateway").notes == []
    with pytest.raises(BadAnchor, match="whole project"):
        shop.call("look", place=".")


@pytest.mark.parametrize("place", ["/etc/passwd", "../x", "src/../../x", "src/pay.py:0", "src/pay.py:9-8", "a\0b"])
def test_a_place_outside_the_project_is_refused(shop: Project, place: str) -> None:
    with pytest.raises(BadAnchor):
        shop.call("look", place=place)


def test_a_linked_worktree_looks_at_its_own_files(shop: Project, tmp_path: Path) -> None:
    repository = Repository(shop)
    repository.commit("Start")
    said(shop, "About two lines.", anchors=["src/pay.py:8-9"])
    beside = tmp_path / "beside"
    repository.git("worktree", "add", "-q", str(beside), "-b", "topic")
    (beside / "src" / "pay.py").write_text(PAY.replace("total = cart.total", "total = 0"), "utf-8")
    with Memory(beside, shop.home) as memory:
        items = call(memory, "look", {"place": str(beside / "src" / "pay.py")}).items
        assert [state.state for state in items[0].anchors] == ["changed"]
    assert [state.state for state in shop.call("look", place="src/pay.py").items[0].anchors] == ["holds"]


def test_the_past_is_told_without_the_present(shop: Project) -> None:
    said(shop, "About the file.", anchors=["src/pay.py"])
    root = shop.call("root").root
    said(shop, "Said later.", anchors=["src/pay.py"])
    then = shop.call("look", place="src/pay.py", as_of=root[:12])
    assert [item.text for item in then.items] == ["About the file."] and then.about is None
    assert then.items[0].anchors[0].state == "cannot tell"
    assert len(texts(shop, "src/pay.py")) == 2


# -- how it is shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [140, 250, 400, 900])
def test_an_agents_text_keeps_to_its_budget(shop: Project, budget: int) -> None:
    Repository(shop).commit("Start")
    for number in range(12):
        said(shop, f"Fact {number} about charging, which is long enough to matter.", anchors=["src/pay.py"])
        said(shop, f"The file src/pay.py matters for {number}.")
    read_in(shop)
    reply = shop.call("look", place="src/pay.py", budget_tokens=budget)
    assert estimate(rendered("look", reply)) <= budget
    assert reply.items


def test_a_person_reads_memories_first_and_then_the_file(shop: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Repository(shop).commit("Start\x1b[31m", {"src/pay.py": PAY})
    said(shop, "Charges go through the gateway.", anchors=["src/pay.py::Gateway.charge"])
    read_in(shop)
    text = render(Screen(sys.stdout, sys.stderr), "look", shop.call("look", place="src/pay.py"))
    assert text.index("Charges go") < text.index("symbols") < text.index("history")
    assert "\x1b" not in text and "Gateway 4-12" in text


# -- what it costs -----------------------------------------------------------------------------------


def test_looking_starts_no_program_and_parses_nothing_where_anchors_hold(
    shop: Project, tmp_path: Path, make_project: Callable[[str], Project]
) -> None:  # fmt: skip
    Repository(shop).commit("Start")
    said(shop, "About the file.", anchors=["src/pay.py", "src/pay.py:8-9", "src/pay.py::Gateway"])
    read_in(shop)
    shop.memory.close()
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "git").write_text(f"#!/bin/sh\ntouch {trap / 'ran'}\n", "utf-8")
    (trap / "git").chmod(0o755)
    code = (
        "import sys, os\nfrom pathlib import Path\n"
        "from oldhand.memory import Memory\nfrom oldhand.operation import call\n"
        f"with Memory(Path({str(shop.root)!r}), Path({str(shop.home)!r}), environment=dict(os.environ)) as memory:\n"
        "    for place in sys.argv[1:]:\n        assert call(memory, 'look', {'place': place}).items\n"
        "print('tree_sitter' in sys.modules)\n"
    )
    environment = {**os.environ, "PATH": f"{trap}:{os.environ['PATH']}"}
    places = ["src/pay.py", "src/pay.py:8", "src/pay.py::Gateway.charge", "src"]
    done = subprocess.run([sys.executable, "-c", code, *places], env=environment, capture_output=True, check=False)
    assert done.stdout.split() == [b"False"], done.stderr.decode()
    assert not (trap / "ran").exists()
    shutil.rmtree(shop.root / ".git")  # the control: the trap is what would be started
    subprocess.run(["git"], env=environment, check=False)
    assert (trap / "ran").exists()
