"""Names of files in any letters and any bytes, whatever encoding the locale has: right answers or clear errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.code.checkout import checkout
from tests.code.made_repository import QUIET, Repository
from tests.conftest import Project

SECONDS = 60
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # as Python takes a locale without letters
PLACES = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "ASCII": ASCII,
    "ASCII, as it prints": {**ASCII, "PYTHONIOENCODING": "latin-1"},
}
BROKEN = b"b\xff\xe9d.py"  # a name that is no UTF-8


class Shell:
    """Commands in a folder with Russian names, as a shell of another locale runs them."""

    def __init__(self, project: Project, variables: dict[str, str]) -> None:
        self.folder, self.home, self.variables = project.root, project.home, variables

    def runs(self, *words: str | bytes, folder: bytes = b"", given: str = "", agent: bool = False) -> tuple[int, str]:
        """The exit code of a command and all that it prints, escapes of what the terminal lacks undone."""
        surroundings = {
            "PATH": os.defpath, "HOME": str(self.home), "OLDHAND_HOME": str(self.home / "o"), **self.variables,
            **({"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "s-42"} if agent else {}),
        }  # fmt: skip
        done = subprocess.run(
            [os.fsencode(sys.executable), b"-m", b"oldhand", *map(os.fsencode, words)], input=given.encode(),
            cwd=folder or os.fsencode(self.folder), env=surroundings, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert b"Traceback" not in said and b"Error:" not in said, said.decode("latin-1")
        return done.returncode, said.decode("utf-8", "backslashreplace").encode("ascii", "backslashreplace").decode()


@pytest.fixture(params=PLACES)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    root = tmp_path / "проект"
    repository = Repository(root)
    (root / "модуль").mkdir(parents=True, exist_ok=True)
    files = {
        "модуль/оплата.py": 'def оплата():\n    """Платёж."""\n    return 1\n',
        "README.md": "# О нас\n\nЦены в копейках.\n",
    }
    repository.commit("первый, потому что сломалось", files)
    (tmp_path / "home").mkdir()
    Path(os.fsdecode(os.fsencode(root) + b"/" + BROKEN)).write_text("def f(): pass\n")
    project = Project.__new__(Project)
    project.root, project.home = root, tmp_path / "home"
    shell = Shell(project, PLACES[request.param])
    assert shell.runs("init")[0] == 0
    return shell


def escaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


def test_every_way_to_a_file_of_other_letters(shell: Shell) -> None:
    name = "модуль/оплата.py"
    assert shell.runs("remember", "Оплата в копейках", "--anchor", name)[0] == 0
    for words in (
        ("glob", "**"), ("look", name), ("read", name), ("grep", "Платёж"), ("recall", "копейки"), ("map",), ("brief",),
        ("scan",), ("overview", "оплата"), ("blame", name), ("impact", name), ("anchors", "verify"), ("heatmap",),
    ):  # fmt: skip
        code, said = shell.runs(*words)
        assert code == 0, said
        if words[0] in ("glob", "look", "read", "grep", "map"):
            assert escaped(name.rpartition("/")[2]) in said, said


def test_a_name_of_any_bytes_is_refused_in_words(shell: Shell) -> None:
    for words in ((b"look", BROKEN), (b"read", BROKEN), (b"remember", b"x is so", b"--anchor", BROKEN)):
        code, said = shell.runs(*words)
        assert code == 2 and "no UTF-8" in said
    assert shell.runs("glob", "**")[0] == 0


def test_a_folder_of_any_bytes_is_refused_in_words(shell: Shell, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/d\xff"
    os.mkdir(folder)
    for words in (("init",), ("remember", "здесь"), ("status",), ("recall", "здесь")):
        code, said = shell.runs(*words, folder=folder)
        assert code == 5 and "no UTF-8" in said and "OLDHAND_STORE" in said
    assert not os.path.exists(folder + b"/.oldhand")


def test_sessions_engrams_and_hosts(shell: Shell) -> None:
    for words in (
        ("engram", "enable", "--yes"), ("install", "--client", "claude", "--yes"), ("session", "import"), ("doctor",),
    ):  # fmt: skip
        assert shell.runs(*words)[0] == 0
    payload = {"session_id": "s-42", "cwd": str(shell.folder), "source": "startup"}
    shell.runs("hook", "claude", "SessionStart", given=json.dumps(payload))
    shell.runs(
        "hook", "claude", "UserPromptSubmit", given=json.dumps({**payload, "source": "user", "prompt": "почини оплату"})
    )
    path = str(shell.folder / "модуль" / "оплата.py")
    given = {**payload, "tool_name": "Read", "tool_use_id": "t1", "tool_input": {"file_path": path}}
    done = subprocess.run(
        [str(shell.home / "o" / "bin" / "oldhand-hook"), "claude", "PostToolUse"], input=json.dumps(given).encode(),
        env={"PATH": os.defpath, "HOME": str(shell.home), **shell.variables}, capture_output=True, timeout=SECONDS,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert shell.runs("session", "checkpoint", "готово", agent=True)[0] == 0
    code, said = shell.runs("session", "list")
    assert code == 0 and escaped("почини оплату") in said
    code, said = shell.runs("session", "show", "s-42")
    assert code == 0 and escaped("оплата.py") in said
    assert shell.runs("client", "uninstall", "--client", "claude")[0] == 0


def test_without_beginning_anew_the_names_cannot_be_said(shell: Shell) -> None:
    """The control of the tests above: what they would meet."""
    code = "import sys; from oldhand.surfaces.cli import main as m; m._in_utf8 = lambda: None; sys.exit(m.main())"
    surroundings = {
        "PATH": os.defpath,
        "HOME": str(shell.home),
        "OLDHAND_HOME": str(shell.home / "o"),
        **shell.variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", code, "glob", "**"], cwd=os.fsencode(shell.folder), env=surroundings,
        capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) == (shell.variables["LC_ALL"] != "C")


def test_a_branch_of_any_bytes_has_its_commit(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    commit = made.commit("one", {"a.py": "x = 1\n"})
    for name in (b"br\xff", "ветка/раз".encode()):
        subprocess.run([b"git", b"-C", os.fsencode(tmp_path), b"branch", b"-m", name], check=True, env=QUIET)
        assert checkout(tmp_path) == (commit, name.decode("utf-8", "replace"))
        made.git("pack-refs", "--all")
        assert checkout(tmp_path).commit == commit


@pytest.mark.parametrize("own", [False, True])
def test_only_our_own_command_begins_anew(own: bool, tmp_path: Path) -> None:
    """A program of somebody else's that calls us runs once, whatever the locale; ours begins twice where it must."""
    begun = tmp_path / ("oldhand" if own else "theirs.py")
    begun.write_text(
        "import sys\nprint('begun', file=sys.stderr)\nsys.argv[1:] = ['--version']\n"
        "from oldhand.surfaces.cli.main import main\nsys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, str(begun)], env={"PATH": os.defpath, **ASCII}, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout.startswith("oldhand ")
    assert done.stderr.count("begun") == (2 if own else 1)
