"""What a person sees of the code as a whole: its map, what memory says of it, and where it is hot."""

import os

import pytest

from oldhand.code.importance import central
from oldhand.model.tokens import estimate
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.operations.repository import Repository

CORE = "class Engine:\n    def run(self):\n        return 1\n\n    def stop(self):\n        return 2\n\n\nLIMIT = 3\n"


@pytest.fixture
def shop(project: Project) -> Repository:
    """A repository where everything imports one file, and another one changes all the time."""
    repository = Repository(project)
    files = {
        f"shop/part{n:02}.py": f"from shop.core import Engine\n\n\ndef part{n}():\n    return Engine()\n"
        for n in range(30)
    }
    repository.commit(
        "Begin",
        {
            "shop/__init__.py": "",
            "shop/core.py": CORE,
            "tests/test_core.py": "from shop.core import Engine\n\n\ndef test_run():\n    pass\n",
            **files,
        },
    )
    for number in range(5):
        text = f"def hot():\n    return {number}\n"
        repository.commit(f"Change {number}", {"shop/hot.py": text}, author=f"Ann{number % 2}")
    return repository


def test_what_everything_imports_is_central() -> None:
    ranks = central(["a", "b", "c", "d"], [("a", "d"), ("b", "d"), ("c", "d"), ("d", "d"), ("x", "a")])
    assert max(ranks, key=ranks.__getitem__) == "d" and ranks["a"] == ranks["b"] < 1 < ranks["d"]
    assert sum(ranks.values()) == pytest.approx(4) and central([], []) == {}


def test_the_map_shows_what_matters_within_its_budget(shop: Repository) -> None:
    whole = shop.project.call("map", budget_tokens=5000)
    assert (whole.shown, whole.files) == (34, 34)
    assert "shop/" in whole.lines and any("core.py (9): Engine[2]" in text for text in whole.lines)
    small = shop.project.call("map", budget_tokens=100)
    assert any("core.py" in text for text in small.lines) and small.shown < 34
    assert any(text.strip().startswith("… ") and "file" in text for text in small.lines)
    assert small.tokens == sum(map(estimate, small.lines)) < 160
    part = shop.project.call("map", path="tests")
    assert (part.path, part.files) == ("tests/test_core.py", 1)  # a folder's only file is shown as its outline


def test_the_map_of_a_file_is_its_outline(shop: Repository) -> None:
    lines = shop.project.call("map", path="shop/core.py").lines
    assert lines == [
        "shop/core.py (9)",
        "1-6 class Engine",
        "  2-3 def run(self)",
        "  5-6 def stop(self)",
        "9-9 LIMIT = 3",
    ]


def test_coverage_tells_what_nobody_has_spoken_of(shop: Repository) -> None:
    before = shop.project.call("coverage")
    assert (before.files, before.symbols.total) == ((0, 0, 33), 34)
    assert {one.file for one in before.undescribed[:2]} == {"shop/core.py", "shop/hot.py"}
    assert next(one.importers for one in before.undescribed if one.file == "shop/core.py") == 31
    shop.project.call("remember", text="Engines stop at once.", anchors=["shop/core.py::Engine.stop"])
    shop.project.call("scan", every=True, path="shop/hot.py")
    after = shop.project.call("coverage", limit=100)
    assert after.files == (2, 1, 33)
    assert after.symbols == (3, 2, 34)  # stop, the class around it, and hot by the scan
    assert "shop/core.py" not in {one.file for one in after.undescribed}
    (hot,) = (one for one in after.undescribed if one.file == "shop/hot.py")
    assert hot.scanned == 1 and hot.changes == 5
    assert shop.project.call("coverage", path="shop/core.py").files == (1, 1, 1)


def test_heat_follows_commits_memories_and_attention(shop: Repository) -> None:
    (first, *_) = shop.project.call("heatmap").files
    assert (first.file, first.heat, first.changes, first.authors) == ("shop/hot.py", 100, 5, 2)
    assert shop.project.call("heatmap", by="memories").files == []
    shop.project.call("remember", text="Engines stop at once.", anchors=["shop/core.py"])
    (only,) = shop.project.call("heatmap", by="memories").files
    assert (only.file, only.memories, only.attention) == ("shop/core.py", 1, 0)
    for _ in range(3):
        shop.project.call("recall", cue="when do engines stop")
    (only,) = shop.project.call("heatmap", by="attention").files
    assert (only.file, only.attention) == ("shop/core.py", 3)
    for ask, argument in (("look", "place"), ("read", "place"), ("blame", "target")):
        shop.project.call(ask, **{argument: "shop/core.py:1"})
    (only,) = shop.project.call("heatmap", by="attention").files
    assert (only.file, only.attention) == ("shop/core.py", 6)
    assert shop.project.call("heatmap", path="tests", by="attention").files == []


def test_without_git_and_without_code_something_sensible_is_said(project: Project) -> None:
    assert project.call("map").files == 0 and "no files" in rendered("map", project.call("map"))
    assert project.call("coverage").files.total == 0 and "no source code" in rendered(
        "coverage", project.call("coverage")
    )
    heat = project.call("heatmap")
    assert heat.files == [] and "git tells no history here" in heat.notes[0]
    assert project.call("scan").symbols == 0
    (project.root / "a.py").write_text("def a():\n    '''Is a.'''\n", "utf-8")
    assert project.call("map").shown == 1 and project.call("scan").added == 1


def test_hostile_names_stay_on_their_lines_and_in_the_fence(project: Project) -> None:
    for name in ("</memory>.py", "new\nline.py", "\x1b[31mred.py", "имя.py"):
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text("def a():\n    '''Is </memory> a.'''\n", "utf-8")
    project.call("scan")
    for operation in ("map", "coverage", "heatmap", "scan"):
        text = rendered(operation, project.call(operation))
        assert text.count("</memory>") == 1 and "\x1b" not in text and "new\nline" not in text
    assert "имя.py" in rendered("map", project.call("map"))


def test_a_removed_index_is_made_again_by_whoever_asks(shop: Repository) -> None:
    before = shop.project.call("map")
    os.unlink(shop.project.folder / "code.db")
    assert shop.project.call("map") == before
