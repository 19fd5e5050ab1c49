"""Reading, searching and listing files with what memory says about them, as people and agents call it."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from oldhand.errors import (
    BadArgument,
    BinaryFile,
    FileTooLarge,
    LineOutOfRange,
    NoSuchFile,
    NotAFile,
    OutsideProject,
)
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.contract.command import inside

PAY = b"def charge(cart):\n\treturn gateway.pay(cart)\n\n\nclass Cart:\n    def total(self):\n        return 1\n"


@pytest.fixture
def shop(project: Project) -> Project:
    """A project whose file is spoken of by three memories."""
    (project.root / "src").mkdir()
    (project.root / "src" / "pay.py").write_bytes(PAY)
    (project.root / "README.md").write_text("# Shop\n\nCharge cards with care.\n", "utf-8")
    for text, kind, anchor in (
        ("Payments are never retried.", "gotcha", "src/pay.py::charge"),
        ("Carts expire after a day.", "claim", "src/pay.py:5-7"),
        ("This file is old.", "claim", "src/pay.py"),
    ):
        project.call("remember", text=text, kind=kind, anchors=[anchor])
    return project


def test_a_file_is_read_with_its_notes_beside_the_lines_they_speak_of(shop: Project) -> None:
    reply = shop.call("read", place="src/pay.py")
    assert [line.text for line in reply.content] == PAY.decode().split("\n")[:-1]
    assert [(note.first, note.last, note.text) for note in reply.notes] == [
        (0, 0, "This file is old."), (1, 2, "Payments are never retried."), (5, 7, "Carts expire after a day."),
    ]  # fmt: skip
    assert (reply.language, reply.encoding, reply.line_ends) == ("python", "UTF-8", "LF")
    assert (reply.total, reply.more) == (7, "")


def test_what_is_contested_is_told_as_contested(shop: Project) -> None:
    (name,) = [item.id for item in shop.call("active").items if item.text == "This file is old."]
    shop.call("dispute", name=name, reason="It was rewritten.")
    for said in (shop.call("read", place="src/pay.py"), shop.call("grep", pattern="charge")):
        text = rendered("read" if hasattr(said, "content") else "grep", said)
        assert "This file is old. (contested, agent" in text
        assert "Payments are never retried. (agent" in text, "the control: nobody disputes this one"


def test_notes_follow_the_lines_when_the_code_moves_and_say_when_it_changed(shop: Project) -> None:
    (shop.root / "src" / "pay.py").write_bytes(b"import os\n\n" + PAY.replace(b"charge(cart)", b"charge(cart, times)"))
    notes = {note.text: note for note in shop.call("read", place="src/pay.py").notes}
    assert (notes["Carts expire after a day."].first, notes["Carts expire after a day."].state) == (7, "moved")
    assert (notes["Payments are never retried."].first, notes["Payments are never retried."].state) == (3, "changed")


def test_lines_and_symbols_are_read_alone_with_the_notes_that_concern_them(shop: Project) -> None:
    for place in ("src/pay.py:5-6", f"{shop.root}/src/pay.py:5-6", "src/pay.py#L5-L6"):
        reply = shop.call("read", place=place)
        assert [line.number for line in reply.content] == [5, 6]
        assert {note.text for note in reply.notes} == {"This file is old.", "Carts expire after a day."}
    assert [line.number for line in shop.call("read", place="src/pay.py::Cart.total").content] == [6, 7]
    assert [line.number for line in shop.call("read", place="src/pay.py:6-99").content] == [6, 7]


def test_an_outline_shows_symbols_in_place_of_the_text(shop: Project) -> None:
    names = shop.call("read", place="src/pay.py", mode="map").content
    assert [line.text for line in names] == ["function charge  1-2", "class Cart  5-7", "  method Cart.total  6-7"]
    signatures = shop.call("read", place="src/pay.py", mode="signatures").content
    assert signatures[0].text == "def charge(cart)"
    with pytest.raises(BadArgument, match="no grammar"):
        shop.call("read", place="README.md", mode="map")
    with pytest.raises(BadArgument, match=r"it has: charge, Cart, Cart\.total"):
        shop.call("read", place="src/pay.py::nothing")


def test_a_long_file_comes_in_pages_that_cover_all_of_it(shop: Project) -> None:
    (shop.root / "long.txt").write_text("".join(f"line {number}\n" for number in range(1, 1001)), "utf-8")
    numbers, place, pages = [], "long.txt", 0
    while place:
        reply = shop.call("read", place=place, limit=300, budget_tokens=900)
        numbers += [line.number for line in reply.content]
        place, pages = reply.more, pages + 1
    assert numbers == list(range(1, 1001)) and pages >= 4
    assert len(shop.call("read", place="long.txt", budget_tokens=0).content) == 1  # never nothing


def test_texts_of_every_kind_are_told_for_what_they_are(shop: Project) -> None:
    files = {
        "empty.txt": b"", "cr.txt": b"a\r\nb\nc", "latin.txt": b"caf\xe9\n", "utf16.txt": "да\n".encode("utf-16"),
        "bom.txt": b"\xef\xbb\xbfx\n", "wide.txt": b"x" * 10_000, "nasty.txt": b"\x1b[2J</memory>\n\xe2\x80\xaex\n",
    }  # fmt: skip
    for name, raw in files.items():
        (shop.root / name).write_bytes(raw)
    read = {name: shop.call("read", place=name) for name in files}
    assert read["empty.txt"].content == [] and read["empty.txt"].total == 0
    assert read["cr.txt"].line_ends == "mixed" and [line.text for line in read["cr.txt"].content] == ["a", "b", "c"]
    assert read["latin.txt"].content[0].text == "caf\\xe9" and "not UTF-8" in read["latin.txt"].problems[0]
    assert read["utf16.txt"].content[0].text == "да" and read["utf16.txt"].encoding == "UTF-16 LE"
    assert read["bom.txt"].content[0].text == "x"
    assert len(read["wide.txt"].content[0].text) < 2_100 and "10000 characters" in read["wide.txt"].content[0].text
    (shop.root / "tabs.tsx").write_text("\t<MemoryRouter>\n\t\tда\t \n", "utf-8")
    told = rendered("read", shop.call("read", place="tabs.tsx"))
    assert "\n1\t\t&lt;MemoryRouter>\n2\t\t\tда\t \n" in told
    assert shop.call("edit", file="tabs.tsx", old="\t&lt;MemoryRouter>", new="\t<Router>").action == "edited"
    told = rendered("read", read["nasty.txt"])
    assert told.count("</memory>") == 1 and "\x1b" not in told and "\u202e" not in told


def test_what_cannot_be_read_is_refused_with_the_next_step(shop: Project) -> None:
    (shop.root / "b.bin").write_bytes(b"\0\1")
    with (shop.root / "large").open("wb") as file:
        file.truncate(1 << 30)
    for place, error, said in (
        ("pay.py", NoSuchFile, "Did you mean 'src/pay.py'"), ("src/pya.py", NoSuchFile, "Did you mean 'src/pay.py'"),
        ("src", NotAFile, "a folder"), ("b.bin", BinaryFile, "NUL"), ("large", FileTooLarge, "1073741824 bytes"),
        ("src/pay.py:99", LineOutOfRange, "7 lines"), ("../x", OutsideProject, "outside"),
        (".oldhand/settings.json", OutsideProject, "memory's own"), ("dep:requests", NoSuchFile, "no file"),
    ):  # fmt: skip
        with pytest.raises(error) as refused:
            shop.call("read", place=place)
        assert said in str(refused.value)


def test_a_memory_kept_elsewhere_in_the_project_is_closed_too(tmp_path: Path) -> None:
    """OLDHAND_STORE may name any folder, and OLDHAND_HOME too."""
    (tmp_path / "a.txt").write_text("hello", "utf-8")
    places = {"OLDHAND_STORE": str(tmp_path / "kept")}
    assert inside(tmp_path, tmp_path / "own", "init", "--empty", **places).code == 0
    assert inside(tmp_path, tmp_path / "own", "read", "a.txt", **places).code == 0
    for name in ("kept/memory.db", "own/settings.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        for words in (("read", name), ("edit", name, "a", "b"), ("write", name, "x", "--yes")):
            ran = inside(tmp_path, tmp_path / "own", *words, **places)
            assert ran.code == 2 and "the memory's own files" in ran.err, words


def test_names_are_found_in_either_normal_form(shop: Project) -> None:
    (shop.root / "re\u0301sume\u0301.txt").write_text("apart\n", "utf-8")
    reply = shop.call("read", place="r\u00e9sum\u00e9.txt")
    assert reply.content[0].text == "apart"
    shop.call("edit", file="r\u00e9sum\u00e9.txt", old="apart", new="together")
    assert [path.name for path in shop.root.glob("r*.txt")] == ["re\u0301sume\u0301.txt"]


# -- grep and glob -----------------------------------------------------------------------------------


def test_a_search_shows_definitions_first_and_what_memory_says_there(shop: Project) -> None:
    reply = shop.call("grep", pattern="charge", ignore_case=True)
    assert [(match.file, match.line, match.intent) for match in reply.matches] == [
        ("src/pay.py", 1, "definition"), ("README.md", 3, "docs"),
    ]  # fmt: skip
    assert {note.text for note in reply.notes} == {"Payments are never retried.", "This file is old."}
    assert reply.intents == {"definition": 1, "docs": 1}
    assert [match.file for match in shop.call("grep", pattern="charge", ignore_case=True, intent="docs").matches] == [
        "README.md"
    ]


def test_a_search_is_narrowed_by_patterns_of_names(shop: Project) -> None:
    assert shop.call("grep", pattern="harge", glob=["*.md"]).files == ["README.md"]
    assert shop.call("grep", pattern="harge", glob=["!*.md"]).files == ["src/pay.py"]
    assert shop.call("grep", pattern="harge", files_only=True, limit=1).left_out == 1
    reply = shop.call("grep", pattern="class Cart", context=1)
    assert (reply.matches[0].before, reply.matches[0].after) == ([""], ["    def total(self):"])


def test_a_search_keeps_to_its_limits_and_says_what_it_left(shop: Project) -> None:
    (shop.root / "many.txt").write_text("needle in a long line of hay\n" * 500, "utf-8")
    (shop.root / "b.bin").write_bytes(b"\0needle")
    reply = shop.call("grep", pattern="needle", limit=20)
    assert (len(reply.matches), reply.total, reply.left_out) == (20, 500, 480)
    assert [(one.reason, one.files, one.example) for one in reply.skipped] == [("binary", 1, "b.bin")]
    assert len(shop.call("grep", pattern="needle", limit=400, budget_tokens=500).matches) < 40
    for context in (-1, 21):
        with pytest.raises(BadArgument):
            shop.call("grep", pattern="needle", context=context)


def test_files_are_listed_with_what_they_are_and_how_much_is_known(shop: Project) -> None:
    reply = shop.call("glob", pattern=["**"])
    assert [(file.file, file.language, file.role, file.lines, file.memories) for file in reply.files] == [
        ("README.md", "", "docs", 3, 0), ("src/pay.py", "python", "code", 7, 3),
    ]  # fmt: skip
    assert (reply.total, reply.known) == (2, 1)
    assert [file.file for file in shop.call("glob", pattern=["**"], role="docs").files] == ["README.md"]
    assert shop.call("glob", pattern=["*"], limit=1).left_out == 1
    assert shop.call("glob", pattern=["*.py", "!src/**"]).total == 0


def test_a_search_over_five_thousand_files_takes_about_a_second(shop: Project) -> None:
    body = "".join(f"def function_{number}(argument):\n    return argument + {number}\n" for number in range(60))
    for number in range(5_000):
        path = shop.root / "lib" / str(number % 50) / f"module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body.replace("function_7(", f"needle_{number}("), "utf-8")
    subprocess.run(["git", "init", "-q", "."], cwd=shop.root, check=True, env={"PATH": os.defpath})
    for arguments in ({"pattern": "needle_4999"}, {"pattern": "NEEDLE_4999", "ignore_case": True}):
        started = time.perf_counter()
        reply = shop.call("grep", **arguments)
        assert time.perf_counter() - started < 3  # about half a second on a quiet machine
        assert (reply.total, reply.searched) == (1, 5_002)
