"""What a person reads at the command line: safe whatever folders are called, and the right exit codes."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

SECONDS = 60
FOLDER = "дом \x1b[2J\u202eevil\nname"


def ran(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, run by a person with this home, in the folder beside it."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "oldhand", *words], cwd=home.parent, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def controls(text: str) -> list[str]:
    """The characters of a text that move a cursor or turn the direction of writing."""
    return [one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")]


def test_no_path_and_no_line_of_a_file_is_shown_raw(tmp_path: Path) -> None:
    home = tmp_path / FOLDER
    (home / ".cursor").mkdir(parents=True)
    (home / ".cursor" / "mcp.json").write_text('{"a": "\u202e\u0085", "б": 1}', encoding="utf-8")
    for words in (
        ("install", "--dry-run"),
        ("install",),
        ("install",),
        ("doctor",),
        ("uninstall", "--dry-run"),
        ("uninstall",),
    ):
        done = ran(home, *words)
        assert not controls(done.stdout + done.stderr), (words, ascii(done.stdout))
        assert done.returncode == 0 or words == ("doctor",), done.stderr
    assert (home / ".cursor" / "mcp.json").read_text(encoding="utf-8") == '{"a": "\u202e\u0085", "б": 1}'


def test_hooks_start_from_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    home = tmp_path / 'it\'s "odd" $HOME `дом`'
    (home / ".claude").mkdir(parents=True)
    assert ran(home, "install").returncode == 0
    hooks = json.loads((home / ".claude" / "settings.json").read_text(encoding="utf-8"))["hooks"]
    line = hooks["Stop"][0]["hooks"][0]["command"]
    done = subprocess.run(
        ["/bin/sh", "-c", line], input="{}", env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True,
        text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "gone" not in ran(home, "doctor").stdout


def test_what_goes_wrong_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".gemini").mkdir(parents=True)
    (home / ".gemini" / "settings.json").write_text("{", encoding="utf-8")
    done = ran(home, "install", "--client", "gemini")
    assert done.returncode == 10 and "line 1, column 1" in done.stderr and done.stderr.count("\n") == 1
    assert ran(home, "install", "--client", "emacs").returncode == 2
    assert "No coding agent was found" in ran(tmp_path / "nobody", "install").stdout
    assert "Nothing is connected" in ran(tmp_path / "nobody", "uninstall").stdout
