"""The code index says what the working tree and its history say, however it came about."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.code import indexing
from oldhand.code.indexing import indexed
from oldhand.memory import Memory
from oldhand.model.terms import index_terms
from oldhand.store.code_file import CODE, CodeFile, name_for
from oldhand.store.code_writing import MOST_SEGMENTS
from oldhand.store.lock import WriteLock
from oldhand.store.store import Store
from tests.code.index_seen import everything, seen
from tests.conftest import BORN, Project
from tests.operations.repository import Repository

PAY = (
    '"""Payments."""\nimport gateway\nfrom shop import cart\n\n\n'
    'def charge(card):\n    """Charges a card once."""\n    raise ValueError("card was declined")\n'
)
CART = "class ShoppingCart:\n    def addItem(self, item):\n        return item  # кладёт товар в корзину\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/pay.py": PAY,
    "shop/cart.py": CART,
    "README.md": "# Shop\n\nSells garden tools.\n",
}


@pytest.fixture
def shop(project: Project) -> Repository:
    """A project with some Python files in a repository of one commit."""
    repository = Repository(project)
    repository.commit("Sell garden tools", SHOP)
    return repository


def having(memory: Memory, word: str) -> list[str]:
    """The files that the index finds for a word."""
    with indexed(memory) as index:
        names = index.documents().names
        return sorted({names[n] for found in index.matching(index_terms(word)).values() for n in found.documents})


def test_files_are_found_by_their_words_wherever_these_stand(shop: Repository) -> None:
    memory = shop.project.memory
    assert having(memory, "declined") == ["shop/pay.py"]  # a text in quotes
    assert having(memory, "charges") == ["shop/pay.py"]  # a doc string, and by its stem the function's name
    assert having(memory, "addItem") == ["shop/cart.py"] == having(memory, "корзина")
    assert having(memory, "garden") == ["README.md"]
    assert having(memory, "nobody") == []


def test_symbols_and_imports_lead_to_their_places(shop: Repository) -> None:
    with indexed(shop.project.memory) as index:
        assert [path for path, _ in index.symbols_named("charge")] == ["shop/pay.py"]
        ((path, method),) = index.symbols_named("ShoppingCart.addItem")
        assert (path, method.kind, method.parent) == ("shop/cart.py", "method", "ShoppingCart")
        assert index.symbols_with_digest(method.digest) == [(path, method)]
        assert index.symbols_named("shopping") == []
        assert index.imports() == [("shop/pay.py", "shop/cart.py")]
        assert index.importers_of("shop/cart.py") == ["shop/pay.py"] and not index.importers_of("shop/pay.py")


def test_an_index_brought_up_to_date_says_what_a_new_one_says(shop: Repository, tmp_path: Path) -> None:
    dice = random.Random(4)
    memory = shop.project.memory
    other = tmp_path / "other"  # a store of its own on the same files, whose index is made anew at every step
    Store.create(other, BORN).close()
    fresh = Memory(shop.root, shop.project.home, store=other)
    texts = [PAY, CART, "# Notes\n\nTerms of sale.\n", "x = 1\n", "def f():\n    pass\n" * 3, "from . import a\n", ""]
    for step in range(40):
        changed = dice.choice(["write", "write", "commit", "remove", "move", "branch", "back", "amend"])
        path = dice.choice(["shop/pay.py", "shop/cart.py", "a.py", "b/a.py", "b/__init__.py", "docs/c.md"])
        if changed == "write":
            shop.write(path, dice.choice(texts) + "\n" * dice.randrange(3))
        elif changed == "commit":
            shop.commit(f"Step {step} of the work on {path}", {path: dice.choice(texts) + f"# {step}\n"})
        elif changed == "remove" and (shop.root / path).exists():
            (shop.root / path).unlink()
        elif changed == "move" and (shop.root / path).exists():
            os.rename(shop.root / path, shop.root / f"moved{step}.py")
            shop.commit(f"Move {path}")
        elif changed == "branch":
            shop.git("checkout", "-q", "-b", f"branch{step}")
        elif changed == "back":
            shop.commit("Keep what was done")
            shop.git("checkout", "-q", "main")
        elif changed == "amend":
            shop.git("commit", "-q", "--allow-empty", "--amend", "-m", f"Said better {step}")
        for made in other.glob("code.db*"):
            made.unlink()
        assert seen(memory) == seen(fresh), (step, changed, path)
    fresh.close()
    with indexed(memory) as index:
        segments = index._rows("SELECT kind, count(*) FROM segments GROUP BY kind")
        assert all(1 <= count <= MOST_SEGMENTS for _, count in segments) and len(segments) == 2


def test_only_what_changed_is_read_again(shop: Repository) -> None:
    told: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, what: str) -> None:
        told.append((done, total, what))

    with indexed(shop.project.memory, progress):
        assert told[-1][1] == 1  # the history, after the files
    for file in SHOP:
        settle(shop.root / file)
    with indexed(shop.project.memory, progress):
        pass
    told.clear()
    with indexed(shop.project.memory, progress):
        assert not told
    shop.write("shop/cart.py", CART + "\ndef empty():\n    pass\n")
    with indexed(shop.project.memory, progress) as index:
        assert told == [(1, 1, "Reading the code")]
        assert [path for path, _ in index.symbols_named("empty")] == ["shop/cart.py"]


def settle(file: Path, seconds: int = 3600) -> int:
    """Give a file a time that lies so far back that it tells whether the file changed; the time in nanoseconds."""
    before = file.stat().st_mtime_ns - seconds * 1_000_000_000 + 1234
    os.utime(file, ns=(before, before))
    return before


def test_a_change_within_one_tick_of_the_clock_is_seen(shop: Repository) -> None:
    memory = shop.project.memory
    file = shop.write("shop/now.py", "price = 'seven'\n")
    moment = file.stat().st_mtime_ns + 60_000_000_000  # surely not before the index is made
    os.utime(file, ns=(moment, moment))
    assert having(memory, "seven") == ["shop/now.py"]
    file.write_text("price = 'eight'\n", "utf-8")  # of the same length
    os.utime(file, ns=(moment, moment))
    assert having(memory, "eight") == ["shop/now.py"] and not having(memory, "seven")


def test_a_file_with_its_old_size_and_a_settled_time_is_not_read(shop: Repository) -> None:
    memory = shop.project.memory
    file = shop.write("shop/then.py", "price = 'seven'\n")
    moment = settle(file)
    assert having(memory, "seven") == ["shop/then.py"]
    file.write_text("price = 'eight'\n", "utf-8")
    os.utime(file, ns=(moment, moment))
    assert having(memory, "seven") == ["shop/then.py"]  # the control of the test above: nobody could tell
    os.utime(file)
    assert having(memory, "eight") == ["shop/then.py"]


def test_what_is_not_read_in_is_listed_by_its_path(shop: Repository) -> None:
    hostile = {
        "big.py": b"word = 1\n" * 130_000, "picture.py": b"def hidden():\0 pass\n", "empty.py": b"",
        "wide.min.js": b"function hidden(){}", "node_modules/a/index.js": b"function hidden(){}",
        "made.py": b"# Code generated by a program. DO NOT EDIT.\ndef hidden(): pass\n",
        "latin.py": "def naïve(): 'café'\n".encode("latin-1"), "broken.py": b"def half(:\n  class ]]\n\xff\xfe",
    }  # fmt: skip
    for path, raw in hostile.items():
        (shop.root / path).parent.mkdir(parents=True, exist_ok=True)
        (shop.root / path).write_bytes(raw)
    os.symlink("/etc/passwd", shop.root / "out.py")
    os.symlink("shop/pay.py", shop.root / "twice.py")
    os.mkfifo(shop.root / "pipe.py")
    (shop.root / os.fsdecode(b"n\xffame.py")).write_bytes(b"def hidden(): pass\n")
    with indexed(shop.project.memory) as index:
        assert {"big.py", "picture.py", "wide.min.js", "made.py", "out.py", "twice.py"} <= {
            f.path for f in index.files()
        }
        assert index.symbols_named("hidden") == [] and [path for path, _ in index.symbols_named("charge")] == [
            "shop/pay.py"
        ]
        assert index.file("made.py").role == "generated" == index.file("wide.min.js").role  # type: ignore[union-attr]
        assert not index.notes
    assert having(shop.project.memory, "passwd root") == [] and having(shop.project.memory, "big") == ["big.py"]
    assert not having(shop.project.memory, "hidden")


@pytest.mark.parametrize("state", ["no git", "no commits", "detached", "shallow", "rebase", "submodule"])
def test_any_state_of_a_repository_can_be_indexed(
    state: str, make_project: Callable[[str], Project], tmp_path: Path
) -> None:
    project = make_project(state)
    if state == "no git":
        for path, text in SHOP.items():
            (project.root / path).parent.mkdir(exist_ok=True)
            (project.root / path).write_text(text, "utf-8")
        assert having(project.memory, "declined") == ["shop/pay.py"]
        with indexed(project.memory) as index:
            assert not index.activity(0) and index.history_head() == "" and index.changes_of("shop/pay.py") == []
        return
    repository = Repository(project)
    if state == "no commits":
        for path, text in SHOP.items():
            repository.write(path, text)
    else:
        repository.commit("Sell garden tools", SHOP)
        repository.commit("Charge twice", {"shop/pay.py": PAY + "\n# twice\n"})
    if state == "detached":
        repository.git("checkout", "-q", "HEAD~1")
    elif state == "shallow":
        repository.git("clone", "-q", "--depth=1", f"file://{project.root}", str(tmp_path / "clone"))
        project = make_project("clone")
    elif state == "rebase":
        repository.git("checkout", "-q", "-b", "other", "HEAD~1")
        repository.commit("Charge never", {"shop/pay.py": PAY + "\n# never\n"})
        with pytest.raises(AssertionError):
            repository.git("rebase", "main")
    elif state == "submodule":
        repository.git("submodule", "add", "-q", f"file://{project.root}", "inner")
    assert "shop/pay.py" in having(project.memory, "declined")
    seen(project.memory)
    with indexed(project.memory) as index:
        expected = {"no commits": 0, "detached": 1, "shallow": 1, "rebase": 2, "submodule": 2}[state]
        assert len(index.changes_of("shop/pay.py")) == expected


def test_history_follows_a_file_through_its_names(shop: Repository) -> None:
    shop.git("mv", "shop/cart.py", "shop/basket.py")
    shop.commit("Call it a basket")
    with indexed(shop.project.memory) as index:
        assert [change.path for change in index.changes_of("shop/basket.py")] == ["shop/basket.py", "shop/cart.py"]
        assert index.activity(0)["shop/basket.py"].changes == 2
        (number,) = (n for n in index.commits_matching(["garden"])["garden"].documents)
        assert "shop/basket.py" in {path for path, _, _ in index.commits([number])[number].changes}
        assert ("shop/pay.py", 1 / 3) in index.changed_together("shop/basket.py")  # one of three others
    shop.write("shop/cart.py", CART)
    with indexed(shop.project.memory) as index:  # a new file of the old name has a history of its own
        assert [change.path for change in index.changes_of("shop/cart.py")][:1] == ["shop/cart.py"]


def test_commits_of_another_branch_are_not_told(shop: Repository) -> None:
    shop.git("checkout", "-q", "-b", "zeppelins")
    shop.commit("Sell zeppelins", {"shop/air.py": "height = 3\n"})
    with indexed(shop.project.memory) as index:
        assert index.commits_matching(["zeppelin"])
    shop.git("checkout", "-q", "main")
    with indexed(shop.project.memory) as index:
        assert not index.commits_matching(["zeppelin"]) and index.file("shop/air.py") is None
        assert index.commits_matching(["garden"])


def test_each_worktree_has_an_index_of_its_own(shop: Repository, tmp_path: Path) -> None:
    shop.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side" / "shop" / "side.py").write_text("def aside(): pass\n", "utf-8")
    with Memory(tmp_path / "side", shop.project.home) as beside:
        assert having(beside, "aside") == ["shop/side.py"]
        assert beside.project.store == shop.project.folder
    assert having(shop.project.memory, "aside") == []
    assert len(list(shop.project.folder.glob("code*.db"))) == 2


# -- damage, other processes, read-only places -------------------------------------------------------


def test_an_index_can_be_removed_or_ruined_at_any_time(shop: Repository) -> None:
    whole = seen(shop.project.memory)
    path = shop.project.folder / CODE
    raw = path.read_bytes()
    for ruin in (b"", b"no database", raw[:5000], bytes(len(raw))):
        for rest in shop.project.folder.glob(f"{CODE}-*"):
            rest.unlink()
        path.write_bytes(ruin)
        with indexed(shop.project.memory) as index:
            assert index.notes and "made again" in index.notes[0]
            assert everything(index) == whole
    path.unlink()
    assert seen(shop.project.memory) == whole


def test_damage_anywhere_is_told_and_mended_without_an_error(shop: Repository) -> None:
    for number in range(40):
        shop.write(
            f"shop/part{number}.py", f"def part{number}(): return 'w{number}'\n" + CART.replace("item", f"i{number}")
        )
    whole = seen(shop.project.memory)
    path = shop.project.folder / CODE
    raw = path.read_bytes()
    pages = len(raw) // 4096
    told = 0
    for page in range(1, pages, max(1, pages // 12)):
        path.write_bytes(raw[: page * 4096] + os.urandom(4096) + raw[(page + 1) * 4096 :])
        for rest in shop.project.folder.glob(f"{CODE}-*"):
            rest.unlink()
        with indexed(shop.project.memory) as index:
            for term in ("part", "item", "w7", "addItem"):
                index.matching(index_terms(term))
            said = everything(index) if not index.damaged else {}
            told += bool(index.notes)
        if said != whole:  # what was damaged is noticed at the latest when it is read
            assert index.notes
            assert seen(shop.project.memory) == whole
    assert told > 3  # or this test damaged nothing


def test_while_another_process_writes_the_older_state_is_told(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = shop.project.memory
    assert having(memory, "declined") == ["shop/pay.py"]
    shop.write("shop/late.py", "def late(): pass\n")
    monkeypatch.setattr(indexing, "WAIT_SECONDS", 0.05)
    other = WriteLock(CodeFile(memory.project.store, name_for(memory.project.root, memory.project.tree)).updating)
    other.acquire()
    with indexed(memory) as index:
        assert "another process" in index.notes[0]
        assert index.file("shop/pay.py") and not index.file("shop/late.py")
    other.close()
    with indexed(memory) as index:
        assert not index.notes and index.file("shop/late.py")


def test_where_nothing_can_be_written_the_code_is_read_for_one_answer(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    shop.project.memory.store()
    fresh = name_for(shop.root, shop.root)
    (shop.project.folder / f"{fresh}.lock").mkdir()  # nobody can make the lock's file
    (shop.project.folder / f"{fresh}.updating").mkdir()
    with indexed(shop.project.memory) as index:
        assert "nothing can be written" in index.notes[0]
        assert [path for path, _ in index.symbols_named("charge")] == ["shop/pay.py"]
    assert not (shop.project.folder / CODE).exists()
