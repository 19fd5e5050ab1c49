"""A corpus of hostile paths, the same in every run, the project they are tried in, and a watch over what lies outside.

`{outside}`, `{root}` and `{evil}` in a case stand for folders: one beside the project, the project, and one whose
name begins with the project's.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tests.hostile.corpus import CLOSERS, ESCAPES

CANARY = "canary 7f3a91 must never be told"
LEAST = 300  # cases

_UP = (
    "../", "..\\", "./../", ".././", "..//", "..;/", "....//", ".../", "%2e%2e/", "%2e%2e%2f", "..%2f", "%252e%252e/",
    "..%c0%af", "..%5c", "\uff0e\uff0e/", "\u2024\u2024/", "..\u2215", "..\uff0f", "..\u200b/", ".\u200d./",
    " ../", ".. /",
    "..\t/", "..\u00a0/", "\\..\\", "..\\/",
)  # fmt: skip
CLIMBING = (
    *(up * depth + "outside/canary.txt" for up in _UP for depth in (1, 2, 3)),
    *("src/" + up * 2 + "outside/canary.txt" for up in _UP),
    "..", "../", "../..", "../" * 40 + "etc/passwd", "src/../../outside", "src/a.py/../../../outside/canary.txt",
    "nothing/../../outside/canary.txt", "../project_evil/canary.txt", "../project/src/a.py", "./..", "src/..",
)  # fmt: skip
ABSOLUTE = (
    "{outside}/canary.txt", "/{outside}/canary.txt", "//{outside}/canary.txt", "{evil}/canary.txt", "{root}",
    "{root}/", "{root}/..", "{root}/../outside/canary.txt", "{root}/./../outside/canary.txt", "{root}//src//a.py",
    "{root}\\..\\outside\\canary.txt", "{outside}", "{outside}/../outside/canary.txt", "{root}/out-file",
    "file://{outside}/canary.txt", "file:{outside}/canary.txt", "FILE://{outside}/canary.txt", "file:///etc/passwd",
    "file://localhost{outside}/canary.txt", "http://127.0.0.1/x", "ftp://x/y", "jar:file:{outside}/a!/b", "data:,x",
    "/", "//", "///", "/.", "/..", "/etc/passwd", "/etc/shadow", "/etc", "/dev/stdin", "/dev/fd/0", "/dev/null",
    "/dev/zero", "/dev/random", "/dev/full", "/dev/tty", "/proc/self/root{outside}/canary.txt", "/proc/self/environ",
    "/proc/self/root/etc/passwd", "/proc/self/cwd/../outside/canary.txt", "/proc/self/mem", "/proc/self/fd/1",
    "/proc/1/root{outside}/canary.txt", "/proc/kcore", "/sys/kernel/notes", "/tmp", "/proc/self/root{root}/out-file",
)  # fmt: skip
HOMES = (
    "~", "~/", "~/canary.txt", "~root", "~root/.ssh/id_rsa", "~+", "~-", "~/../outside/canary.txt", "$HOME/x",
    "${HOME}/.ssh/id_rsa", "$(id)", "`id`", "%USERPROFILE%\\x", "%HOME%/x", "./~/x", "src/~/x",
    "~{outside}/canary.txt",
)  # fmt: skip
WINDOWS = (
    "C:x", "c:", "C:\\Windows\\win.ini", "C:/Windows/win.ini", "\\\\?\\C:\\x", "\\\\.\\PhysicalDrive0",
    "\\\\server\\share\\x",
    "//server/share/x", "\\Windows", "CON", "con.txt", "NUL", "nul", "AUX.py", "COM1", "LPT1.txt", "PRN", "CONIN$",
    "a.txt:stream", "src/a.py:stream:$DATA", "src/a.py::$DATA", "src/a.py.", "src/a.py ", "src./a.py", "src /a.py",
    "src\\a.py", "PROGRA~1/x", "\\\\?\\UNC\\server\\share", "\\\\?\\GLOBALROOT\\Device\\x", "/??/C:/x",
)  # fmt: skip
UNSEEN = (
    "src/a.py\0.txt", "\0", "\0../outside/canary.txt", "{outside}/canary.txt\0", "a\nb", "a\r\nb", "a\tb", " ", "",
    "  /x", "\n",
    "src/\u202eyp.a", "src/a\u200b.py", "\u2066../outside\u2069", "a\U000e0041b", "\ufeffsrc/a.py", "a\u2028b",
    "\ud800", "a\udcffb",
    "e\u0301\u0301\u0301", "\u1100\u1161.txt", "\u212bngstr\u00f6m", "ﬁle.txt", "с/а.py", "x\u034f",
    "\U0001f468\u200d\U0001f469",
    *ESCAPES, *CLOSERS[:12],
)  # fmt: skip
LONG = (
    "a" * 255, "a" * 256, "a" * 4095, "a" * 4096, "a" * 100_000, "a/" * 500 + "x", "a/" * 1000 + "x", "../" * 1000,
    "../" * 1365 + "x", "/" * 4096, "./" * 2000 + "src/a.py",
    "é" * 127, "é" * 128, "{root}/" + "a" * 4000, "d/" * 1000,
    "/" + "a/" * 1000, "\\" * 3000, "." * 300, "." * 5000, "~" * 300, ":" * 300, "src/a.py:" + "9" * 400, "::" * 200,
    "%2e" * 500,
)  # fmt: skip
CLOSED = (
    ".git", ".git/", ".git/config", ".git/HEAD", ".git/hooks/pre-commit", "./.git/config", ".git//config",
    ".GIT/config",
    ".Git/config", ".git./config", ".git /config", ".git\\config", ".g\u200cit/config", ".gi\u200dt/config",
    ".git\u200b/config",
    "GIT~1/config", "git~1/hooks/x", ".git::$INDEX_ALLOCATION/config", "src/../.git/config", "sub/.git/config",
    "{root}/.git/config", "to-git/config", "to-git/hooks/x", "deep/to-git/config", ".oldhand", ".oldhand/memory.db",
    ".oldhand/serve.json", ".oldhand/settings.json", ".OLDHAND/memory.db", ".oldhand./traces.db",
    "to-store/memory.db",
    "{root}/.oldhand/memory.db", ".ｇit/config",
)  # fmt: skip
LINKS = (
    "out-file", "out-folder", "out-folder/canary.txt", "out-folder/new.txt", "out-folder/sub/new.txt",
    "up/outside/canary.txt",
    "up/project_evil/canary.txt", "loop", "loop/x", "ping", "pong", "chain-0", "chain-59", "dangling-out",
    "dangling-out/x", "to-root",
    "to-root/etc/passwd", "to-proc/self/environ", "to-zero", "to-fifo", "deep/out-file", "deep/../out-file",
    "in-file/../out-file",
    "in-folder/../../outside/canary.txt", "in-folder/a.py", "in-file", "out-folder/..",
    "out-folder/../outside/canary.txt",
    "swap/canary.txt", "hard", "src/out-file", "./out-file", "out-file/", "OUT-FILE", "out-folder//canary.txt",
    "in-folder",
)  # fmt: skip
SPECIAL = (
    "fifo", "socket", "fifo/x", "socket/x", "src/fifo", "large", "binary", "bad-utf8.txt", "src", "src/",
    "src/a.py", "src/a.py/",
    "src/a.py/x", "SRC/A.PY", "src/é.py", "src/e\u0301.py", "no-such-file", "no/such/folder/file", "sub", "sub/x",
    "-", "--help",
    "-rf", "@src/a.py", "|id", ";id", "&& id", "*", "?", "[a]", "{{a,b}}", "a b.txt", "'", '"', "src/a.py'", "#",
    "!x", "\\",
)  # fmt: skip
BEHIND = (":1", ":1-2", ":0", ":2-1", ":99999999", "::x", '::"x"', "::/x/", "#L1", ":1:1", "::../x", "::$DATA", ":")
BEFORE_THEM = (
    "../outside/canary.txt", "{outside}/canary.txt", "out-file", "out-folder/canary.txt", ".git/config", "src/a.py",
)  # fmt: skip
PATTERNS = (
    "../*", "../**", "/**", "{outside}/*", "{outside}/**", "**/../*", "[.][.]/*", "{{..,.}}/*", "out-folder/*",
    "out-folder/**",
    "up/**", "to-root/**", "~/*", ".git/*", "**/.git/**", "!../*", ".oldhand/**", "**/canary.txt", "?.?/*",
    "*/" * 200 + "x", "**/" * 200,
    "[", "[]", "[!]", "{{", "}}", "{{a,b", "*" * 1000, "[a-" + "z" * 500, "{{" + "a," * 400 + "}}",
)  # fmt: skip


def cases(root: Path, outside: Path, evil: Path) -> list[str]:
    """Every case, with the folders put in."""
    listed = (
        *CLIMBING, *ABSOLUTE, *HOMES, *WINDOWS, *UNSEEN, *LONG, *CLOSED, *LINKS, *SPECIAL, *PATTERNS,
        *(before + behind for before in BEFORE_THEM for behind in BEHIND),
    )  # fmt: skip
    return list(dict.fromkeys(_filled(case, root, outside, evil) for case in listed))


def _filled(case: str, root: Path, outside: Path, evil: Path) -> str:
    for name, folder in (("{root}", root), ("{outside}", outside), ("{evil}", evil)):
        case = case.replace(name, str(folder))
    return case.replace("{{", "{").replace("}}", "}")


def furnish(root: Path, outside: Path, evil: Path) -> None:
    """Fill the folders of a project: links of every kind, special files, and canaries where nobody may look."""
    for folder in (root / "src", root / "deep", root / "sub" / ".git", root / ".git" / "hooks", outside / "sub", evil):
        folder.mkdir(parents=True, exist_ok=True)
    for path in (outside / "canary.txt", evil / "canary.txt", root / ".git/config", root / "sub/.git/config"):
        path.write_text(CANARY, "utf-8")
    (root / "src" / "a.py").write_text("def a():\n    return 1\n", "utf-8")
    (root / "src" / "e\u0301.py").write_text("e = 1\n", "utf-8")
    (root / "a b.txt").write_text("a b\n", "utf-8")
    (root / "binary").write_bytes(b"\0\1\2")
    (root / "bad-utf8.txt").write_bytes(b"caf\xe9\n\xff\n")
    with (root / "large").open("wb") as file:
        file.truncate(1 << 30)
    links = {
        "out-file": outside / "canary.txt", "out-folder": outside, "up": "..", "loop": "loop", "ping": "pong",
    "pong": "ping",
        "to-root": "/", "to-proc": "/proc", "to-zero": "/dev/zero", "dangling-out": outside / "not-there",
    "in-file": "src/a.py",
        "in-folder": "src", "to-git": ".git", "to-store": ".oldhand", "deep/out-file": outside / "canary.txt",
        "deep/to-git": "../.git", "src/out-file": "../out-file", "to-fifo": "fifo", "swap": "out-folder",
        "chain-0": outside / "canary.txt", **{f"chain-{number}": f"chain-{number - 1}" for number in range(1, 60)},
    }  # fmt: skip
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "fifo")
    os.mkfifo(root / "src" / "fifo")
    listening = socket.socket(socket.AF_UNIX)
    here = os.open(root, os.O_RDONLY)
    try:
        listening.bind(f"/proc/self/fd/{here}/socket")  # the address of a socket has 108 characters at most
    finally:
        os.close(here)
        listening.close()


def state(*folders: Path) -> dict[str, str]:
    """Every file below the folders by its path: its digest, its link, or that it is a folder."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path)
            if path.is_symlink():
                found[name] = f"link to {os.readlink(path)}"
            elif path.is_file():
                found[name] = sha256(path.read_bytes()).hexdigest()
            else:
                found[name] = "folder" if path.is_dir() else "special"
    return found


class Watch:
    """Notes every file that anybody opens, changes or makes in some folders (inotify of Linux)."""

    _EVENTS = 0x1 | 0x2 | 0x4 | 0x20 | 0xC0 | 0x100 | 0x200  # access, modify, attributes, open, move, create, delete
    _FOLDER = 0x40000000

    def __init__(self, *folders: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder in folders:
            added = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), self._EVENTS)
            assert added >= 0, os.strerror(ctypes.get_errno())

    def noted(self) -> list[str]:
        """The names of files that were touched since the last time; folders that were only looked into left out."""
        return list(self._events())

    def _events(self) -> Iterator[str]:
        while True:
            try:
                raw = os.read(self._descriptor, 65_536)
            except BlockingIOError:
                return
            at = 0
            while at < len(raw):
                _, mask, _, length = struct.unpack_from("iIII", raw, at)
                name = raw[at + 16 : at + 16 + length].rstrip(b"\0").decode("utf-8", "replace")
                at += 16 + length
                if not (mask & self._FOLDER and mask & 0x21):
                    yield f"{name} {mask & 0xFFF:#x}"

    def close(self) -> None:
        """End the watch."""
        os.close(self._descriptor)
