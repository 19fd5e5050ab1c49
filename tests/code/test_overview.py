"""The files of a task are found by what it says and names, by what similar commits changed, and by company."""

import pytest

from oldhand.code.indexing import indexed
from oldhand.code.overview import MOST_RANKED, Ranking, Remembered, ranked
from oldhand.code.task_text import LONGEST_TASK, understood
from tests.conftest import Project
from tests.operations.repository import Repository

CLIENT = (
    '"""Talks to the gateway."""\nfrom shop.money import Cents\n\n\nclass PaymentClient:\n'
    '    def charge(self):\n        raise ValueError("card was declined")\n'
)
FILES = {
    "shop/client.py": CLIENT,
    "shop/money.py": "class Cents:\n    def plus(self, other):\n        return other\n",
    "shop/mail.py": "def greet(person):\n    return f'Dear {person}'  # письмо покупателю\n",
    "shop/stock.py": "def count(shelf):\n    return len(shelf)\n",
    "shop/deep/labels.py": "def label(box):\n    return box.name\n",
    "tests/test_stock.py": "from shop.stock import count\n\n\ndef test_count():\n    assert count([]) == 0\n",
    "README.md": "# Shop\n\nSells garden tools and counts them.\n",
}


@pytest.fixture
def shop(project: Project) -> Repository:
    """A project of some files with a history of some commits."""
    repository = Repository(project)
    repository.commit("Begin", FILES)
    repository.commit("Print barcodes on parcels", {"shop/deep/labels.py": "def label(box):\n    return box.code\n"})
    repository.commit("Greet politely", {"shop/mail.py": FILES["shop/mail.py"] + "POLITE = True\n"})
    return repository


def files_for(project: Project, task: str, **said: object) -> Ranking:
    """What is ranked for a task."""
    with indexed(project.memory) as index:
        return ranked(index, task, **said)  # type: ignore[arg-type]


def first(project: Project, task: str) -> str:
    """The file found first."""
    return files_for(project, task).ranked[0].path


@pytest.mark.parametrize(
    "task", ["Look at shop/stock.py please", "why does stock.py count twice", "in /home/you/shop/stock.py:2"]
)
def test_a_file_that_is_named_comes_first(shop: Repository, task: str) -> None:
    assert first(shop.project, task) == "shop/stock.py"
    assert first(shop.project, "Look at shop/money.py please") == "shop/money.py"


def test_the_file_that_defines_a_name_comes_first_and_says_so(shop: Repository) -> None:
    found = files_for(shop.project, "PaymentClient loses the answer").ranked[0]
    assert found.path == "shop/client.py" and "defines PaymentClient" in found.reasons


def test_a_message_that_the_program_shows_leads_to_where_it_is_written(shop: Repository) -> None:
    assert first(shop.project, 'it says "card was declined" for every card') == "shop/client.py"


def test_a_past_commit_leads_to_the_files_it_changed(shop: Repository) -> None:
    found = files_for(shop.project, "barcodes on parcels are unreadable").ranked[0]
    assert found.path == "shop/deep/labels.py"
    assert 'past commit "Print barcodes on parcels" changed it' in found.reasons


def test_a_test_comes_with_what_it_tests(shop: Repository) -> None:
    found = [one.path for one in files_for(shop.project, "count in shop/stock.py is wrong").ranked[:3]]
    assert "tests/test_stock.py" in found


def test_words_of_other_languages_are_found_in_the_code(shop: Repository) -> None:
    assert first(shop.project, "покупателям не приходят письма") == "shop/mail.py"


def test_a_memory_on_the_task_brings_its_file_up(shop: Repository) -> None:
    task = "parcels arrive late"
    without = [one.path for one in files_for(shop.project, task).ranked]
    said = {"shop/money.py": Remembered(1.0, "d41c07 DECISION speaks of it")}
    with_it = files_for(shop.project, task, remembered=said).ranked
    place = [one.path for one in with_it].index("shop/money.py")
    assert place < without.index("shop/money.py")
    assert "d41c07 DECISION speaks of it" in with_it[place].reasons


def test_what_nothing_speaks_of_is_said_to_be_a_guess(shop: Repository) -> None:
    nothing = files_for(shop.project, "zeppelin marzipan")
    assert not nothing.found and nothing.vague and nothing.has_history
    something = files_for(shop.project, "PaymentClient.charge is declined")
    assert something.found and not something.vague


def test_without_git_and_without_files_nothing_breaks(project: Project) -> None:
    assert files_for(project, "anything").ranked == []
    (project.root / "stock.py").write_text("def count(shelf):\n    return len(shelf)\n")
    without_git = files_for(project, "count the shelf")
    assert [one.path for one in without_git.ranked] == ["stock.py"] and not without_git.has_history


HOSTILE = (
    "", " \n\t", "\0\x1b[2J\x1b]0;x\x07", "../../../etc/passwd", "/" * 5000, "(" * 5000, "a" * 100_000, "<!--" * 2000,
    "`" * 3000, "fix(" * 1000, "\ud7ff\ufffe\U0010ffff", "a.b." * 4000, "http://" * 1000, "%s%n{0}{}",
    "'; DROP TABLE files; --",
)  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("task", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_at_all_is_a_task(shop: Repository, task: str) -> None:
    found = files_for(shop.project, task).ranked
    assert len(found) == len(FILES)
    assert {one.path for one in found} == set(FILES)


def test_the_same_task_gives_the_same_order(shop: Repository) -> None:
    once = files_for(shop.project, "count the parcels of a shelf")
    again = files_for(shop.project, "count the parcels of a shelf")
    assert [one[:3] for one in once.ranked] == [one[:3] for one in again.ranked]
    assert len(files_for(shop.project, "count", limit=2).ranked) == 2
    assert len(once.ranked) <= MOST_RANKED


def test_templates_trailers_and_addresses_are_no_part_of_a_task() -> None:
    task = understood(
        "fix(client): retry\n<!-- Describe the barcode here -->\nsee https://example.org/zeppelin\n"
        "Signed-off-by: Marzipan"
    )
    assert "client" in task.terms and "retri" in task.terms
    assert not {"barcod", "zeppelin", "marzipan"} & set(task.terms)
    assert "client" in task.folders and "fix" not in task.names


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert "zeppelin" not in understood("x " * LONGEST_TASK + "zeppelin").terms
    assert "zeppelin" in understood("zeppelin " + "x " * LONGEST_TASK).terms


def test_names_are_told_from_words() -> None:
    task = understood("The retry_policy of PaymentClient calls `flush` and then sends, see charge() in pay/client.ts")
    assert {"retry_policy", "PaymentClient", "flush", "charge"} <= task.names
    assert not {"The", "of", "sends", "calls"} & task.names
    assert "pay/client.ts" in task.paths
