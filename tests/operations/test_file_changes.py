"""Writing and editing files: whole or not at all, with a word on what memory says, and a note that drowns nobody."""

import os
import stat
import threading
from pathlib import Path

import pytest

from oldhand.errors import (
    AlreadyThere,
    BadArgument,
    FileChanged,
    FileNotWritable,
    NeedsConsent,
    NoSuchFile,
    NotAFile,
    OldhandError,
    OutsideProject,
    Refused,
    SeveralTexts,
    TooLong,
)
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project
from tests.contract.command import inside

PAY = b"def charge(cart):\n    return gateway.pay(cart)\n\n\nclass Cart:\n    pass\n"


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a file, and memories that speak of parts of it."""
    (project.root / "pay.py").write_bytes(PAY)
    for text, anchor in (
        ("Payments are never retried.", "pay.py::charge"),
        ("Carts expire after a day.", "pay.py:5-6"),
        ("This file is old.", "pay.py"),
    ):
        project.call("remember", text=text, anchors=[anchor])
    return project


def left_beside(folder: Path) -> list[str]:
    """The names in a folder that no project has by itself."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".writing")]


def test_an_edit_tells_which_memories_speak_of_the_lines_touched(shop: Project) -> None:
    told = shop.call("edit", file="pay.py", old="gateway.pay", new="gateway.charge")
    assert [(one.text, one.before, one.after) for one in told.stale] == [
        ("Payments are never retried.", "holds", "changed"), ("This file is old.", "holds", "changed"),
    ]  # fmt: skip
    assert (shop.root / "pay.py").read_bytes() == PAY.replace(b"gateway.pay", b"gateway.charge")
    assert (told.action, told.added, told.removed, told.problems) == ("edited", 1, 1, [])


def test_an_edit_elsewhere_in_the_file_does_not_accuse_the_others(shop: Project) -> None:
    told = shop.call("edit", file="pay.py", old="    pass", new="    total = 1")
    assert {one.text for one in told.stale} == {"Carts expire after a day.", "This file is old."}


def test_a_dry_run_tells_the_same_and_changes_nothing(shop: Project) -> None:
    root = shop.call("root").root
    told = shop.call("edit", file="pay.py", old="gateway.pay", new="gateway.charge", dry_run=True)
    assert [one.after for one in told.stale] == ["may change", "may change"]
    assert "+    return gateway.charge(cart)" in told.diff and told.dry_run and not told.claim
    told = shop.call("write", file="new/deep/x.txt", content="a\n", dry_run=True)
    assert told.action == "created" and told.diff[-1] == "+a"
    assert (shop.root / "pay.py").read_bytes() == PAY and not (shop.root / "new").exists()
    assert shop.call("root").root == root


def test_a_change_is_noted_low_and_once_for_each_file(shop: Project) -> None:
    first = shop.call("edit", file="pay.py", old="gateway.pay", new="gateway.charge", reason="the API was renamed")
    for number in range(12):
        again = shop.call("edit", file="pay.py", old="class", new=f"# {number}\nclass")
        assert again.claim == first.claim
    note = shop.call("show", name=first.claim).memory
    assert (note.trust, note.domain, note.kind, note.key) == ("tool", "history", "claim", "edit/pay.py")
    assert note.priority < 0 and note.valid_until and [anchor.anchor for anchor in note.anchors] == ["pay.py"]
    assert "pay.py was edited: +2 -1 lines" in note.text or "+1 -0 lines" in note.text
    assert sum(item.key.startswith("edit/") for item in shop.call("active", limit=100).items) == 1
    said = shop.call("recall", cue="pay.py edited API renamed").items
    assert said
    assert not any("was edited" in line for line in shop.call("brief").lines)


def test_many_edits_never_stand_before_what_people_said(make_project, home: Path) -> None:  # type: ignore[no-untyped-def]
    project = make_project("person")
    with Memory(project.root, home, trust="user") as person:
        call(person, "remember", {"text": "The charge API of pay_7.py is never retried.", "anchors": ["pay_7.py"]})
    for number in range(40):
        (project.root / f"pay_{number}.py").write_text("charge = 1\n", "utf-8")
        project.call("edit", file=f"pay_{number}.py", old="1", new="2", reason="the charge API is retried now")
    for cue in ("charge API", "pay_7.py", "why is charge never retried"):
        assert project.call("recall", cue=cue).items[0].trust == "user"
    assert project.call("look", place="pay_7.py").items[0].trust == "user"
    assert "never retried" in project.call("brief").lines[0]


def test_a_file_that_is_there_is_replaced_only_by_who_read_it_or_says_so(shop: Project) -> None:
    with pytest.raises(NeedsConsent):
        shop.call("write", file="pay.py", content="x = 1\n")
    digest = shop.call("read", place="pay.py").digest
    told = shop.call("write", file="pay.py", content="x = 1\n", expect=digest)
    assert told.action == "replaced" and {one.text for one in told.stale} >= {"Payments are never retried."}
    with pytest.raises(FileChanged, match=f"its digest is {told.digest} now"):
        shop.call("write", file="pay.py", content="x = 2\n", expect=digest)
    with pytest.raises(FileChanged):
        shop.call("edit", file="pay.py", old="x", new="y", expect=digest)
    assert shop.call("write", file="pay.py", content="x = 2\n", yes=True).action == "replaced"
    assert shop.call("write", file="pay.py", content="x = 2\n", yes=True).action == "unchanged"
    for expect in ("new",):
        with pytest.raises(FileChanged, match="there already"):
            shop.call("write", file="pay.py", content="x", expect=expect)
    with pytest.raises(FileChanged, match="gone"):
        shop.call("write", file="other.py", content="x", expect=digest)
    with pytest.raises(BadArgument):
        shop.call("write", file="pay.py", content="x", expect="yesterday")


def test_what_a_file_is_like_is_kept(shop: Project) -> None:
    script = shop.root / "run.sh"
    script.write_bytes(b"\xef\xbb\xbfecho a\r\necho b\r\n")
    script.chmod(0o750)
    shop.call("edit", file="run.sh", old="echo a\necho b", new="echo c\necho d")
    assert script.read_bytes() == b"\xef\xbb\xbfecho c\r\necho d\r\n"
    shop.call("write", file="run.sh", content="echo e\n", yes=True)
    assert script.read_bytes() == b"\xef\xbb\xbfecho e\r\n" and stat.S_IMODE(script.stat().st_mode) == 0o750


def test_texts_of_files_keep_their_own_normal_form(shop: Project) -> None:
    apart = "e\u0301 \u1100\u1161 \u2126"
    shop.call("write", file="apart.txt", content=apart)
    assert (shop.root / "apart.txt").read_text("utf-8") == apart
    shop.call("edit", file="apart.txt", old="\u2126", new="\u212b")
    assert (shop.root / "apart.txt").read_text("utf-8") == "e\u0301 \u1100\u1161 \u212b"


def test_a_link_is_kept_and_its_file_written_when_it_lies_inside(shop: Project, tmp_path: Path) -> None:
    (shop.root / "link.py").symlink_to("pay.py")
    (tmp_path / "outside.txt").write_bytes(b"outside")
    (shop.root / "out").symlink_to(tmp_path / "outside.txt")
    (shop.root / "new-out").symlink_to(tmp_path / "not-there.txt")
    shop.call("edit", file="link.py", old="gateway.pay", new="gateway.charge")
    assert (shop.root / "link.py").is_symlink() and b"gateway.charge" in (shop.root / "pay.py").read_bytes()
    for name in ("out", "new-out"):
        with pytest.raises(OutsideProject):
            shop.call("write", file=name, content="x", yes=True)
    assert (tmp_path / "outside.txt").read_bytes() == b"outside" and not (tmp_path / "not-there.txt").exists()


def test_a_hard_link_to_a_file_elsewhere_is_cut_not_written_through(shop: Project, tmp_path: Path) -> None:
    (tmp_path / "cache.txt").write_bytes(b"shared")
    os.link(tmp_path / "cache.txt", shop.root / "linked.txt")
    shop.call("edit", file="linked.txt", old="shared", new="mine")
    assert (tmp_path / "cache.txt").read_bytes() == b"shared"


def test_what_cannot_be_written_is_refused_and_left(shop: Project) -> None:
    (shop.root / "read-only.txt").write_text("a", "utf-8")
    (shop.root / "read-only.txt").chmod(0o444)
    (shop.root / "folder").mkdir()
    os.mkfifo(shop.root / "fifo")
    for arguments, error in (
        ({"file": "folder"}, NotAFile), ({"file": "fifo"}, NotAFile), ({"file": "pay.py/x"}, OldhandError),
        ({"file": ".git/hooks/pre-commit"}, OutsideProject), ({"file": ".oldhand/settings.json"}, OutsideProject),
        ({"file": "../x"}, OutsideProject), ({"file": "read-only.txt"}, FileNotWritable),
        ({"file": "bad\u202ename.txt"}, OldhandError), ({"file": "a\nb"}, OldhandError),
        ({"file": "big.txt", "content": "x" * 5_000_000}, TooLong), ({"file": "x.txt", "reason": "y" * 400}, TooLong),
    ):  # fmt: skip
        with pytest.raises(error):
            shop.call("write", **{"content": "x", "yes": True} | arguments)
    with pytest.raises(NoSuchFile, match=r"Did you mean 'pay\.py'"):
        shop.call("edit", file="src/pay.py", old="a", new="b")
    with pytest.raises(SeveralTexts):
        shop.call("edit", file="pay.py", old="cart", new="basket")
    assert shop.call("edit", file="pay.py", old="cart", new="basket", all=True).times == 2
    assert not left_beside(shop.root) and not (shop.root / ".git").exists()


@pytest.mark.parametrize(
    "name",
    [".github/workflows/ci.yml", "sub/.vscode/tasks.json", ".claude/settings.json", ".mcp.json", ".HUSKY/pre-push",
     ".gitmodules", "a/.envrc"],
)  # fmt: skip
def test_an_agent_writes_nothing_that_others_run_unasked(shop: Project, home: Path, name: str) -> None:
    with pytest.raises(Refused, match="a person writes it"):
        shop.call("write", file=name, content="x")
    assert not (shop.root / name).exists()
    (shop.root / "innocent").symlink_to(name)
    with pytest.raises(Refused):
        shop.call("write", file="innocent", content="x")
    with Memory(shop.root, home, trust="user") as person:
        assert call(person, "write", {"file": name, "content": "x"}).action == "created"


def test_a_person_can_keep_agents_from_writing_and_no_agent_can_change_that(shop: Project, home: Path) -> None:
    with Memory(shop.root, home, trust="user") as person:
        call(person, "config_set", {"name": "files.write", "value": "person", "scope": "person"})
        assert call(person, "write", {"file": "mine.txt", "content": "x"}).action == "created"
    shop.memory.forget_settings()
    for name, arguments in (("write", {"content": "x"}), ("edit", {"old": "x", "new": "y"})):
        with pytest.raises(Refused, match=r"files\.write"):
            shop.call(name, file="mine.txt", **arguments)
    for scope in ("project", "person"):
        with pytest.raises(OldhandError):
            shop.call("config_set", name="files.write", value="agents", scope=scope)
        if scope == "person":
            with pytest.raises(Refused):
                shop.call("config_reset", name="files.write", scope=scope)
    assert shop.call("read", place="mine.txt").total == 1


def test_of_many_who_edit_at_once_everyone_is_heard(shop: Project, home: Path) -> None:
    (shop.root / "list.txt").write_text("".join(f"slot {number} .\n" for number in range(24)), "utf-8")
    failures: list[BaseException] = []

    def work(mine: range) -> None:
        try:
            with Memory(shop.root, home) as memory:
                for number in mine:
                    call(memory, "edit", {"file": "list.txt", "old": f"slot {number} .", "new": f"slot {number} done"})
        except BaseException as error:  # noqa: BLE001  a thread's failure is told by the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(range(start, 24, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert (shop.root / "list.txt").read_text("utf-8") == "".join(f"slot {number} done\n" for number in range(24))


def test_of_two_who_read_the_same_state_one_is_told(shop: Project) -> None:
    digest = shop.call("read", place="pay.py").digest
    shop.call("edit", file="pay.py", old="pass", new="total = 1", expect=digest)
    with pytest.raises(FileChanged):
        shop.call("edit", file="pay.py", old="total = 1", new="total = 2", expect=digest)
    assert b"total = 1" in (shop.root / "pay.py").read_bytes()


def test_a_new_file_never_takes_the_place_of_one_made_meanwhile(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from oldhand.code import replacing

    linking = replacing._link_new

    def first(folder: int, beside: str, name: str, target: replacing.Target) -> None:
        (shop.root / "race.txt").write_text("theirs", "utf-8")
        linking(folder, beside, name, target)

    monkeypatch.setattr(replacing, "_link_new", first)
    with pytest.raises(AlreadyThere):
        shop.call("write", file="race.txt", content="mine")
    assert (shop.root / "race.txt").read_text("utf-8") == "theirs" and not left_beside(shop.root)


def test_a_rejected_note_does_not_undo_the_edit(shop: Project, home: Path) -> None:
    told = shop.call("edit", file="pay.py", old="pass", new="total = 1")
    shop.call("retire", name=told.claim)
    again = shop.call("edit", file="pay.py", old="total = 1", new="total = 2")
    assert again.claim == told.claim and b"total = 2" in (shop.root / "pay.py").read_bytes()


def test_a_file_is_written_from_standard_input(shop: Project) -> None:
    ran = inside(shop.root, shop.home, "write", "из.txt", "-", stdin="первая\nвторая\n".encode())
    assert ran.code == 0, ran.err
    assert (shop.root / "из.txt").read_text("utf-8") == "первая\nвторая\n"
