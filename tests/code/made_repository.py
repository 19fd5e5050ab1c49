"""A real git repository made by a test, commit by commit, with its own times and authors and nobody's settings."""

import os
import subprocess
from pathlib import Path

BORN = 1_700_000_000  # seconds: when the first commits are made unless a test says otherwise
DAY = 86_400
QUIET = {
    "PATH": os.environ.get("PATH", os.defpath), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
}  # fmt: skip


class Repository:
    """A git repository at `root`. Times are in days since BORN; each commit is a minute later than the one before."""

    def __init__(self, root: Path, *, minute: int = 0) -> None:
        self.root = root
        self._minute = minute
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        (root / ".git" / "info").mkdir(exist_ok=True)
        (root / ".git" / "info" / "exclude").write_text("/.oldhand/\n")

    def git(self, *words: str, given: bytes = b"", **variables: str) -> str:
        """What a git command prints."""
        done = subprocess.run(
            ["git", "-C", str(self.root), "-c", "protocol.file.allow=always", *words], input=given, capture_output=True,
            check=True, env=QUIET | variables,
        )  # fmt: skip
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(
        self, message: str | bytes, files: dict[str, str | bytes | None] | None = None, *, day: float = 0.0,
        author: str = "Ada Byron", email: str = "ada@example.org", amend: bool = False,
    ) -> str:  # fmt: skip
        """Write, or with None remove, files and commit them; the commit's id."""
        for name, content in (files or {}).items():
            path = self.root / name
            if content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "-A")
        self._minute += 1
        when = f"{int(BORN + day * DAY) + 60 * self._minute} +0000"
        said = message.encode() if isinstance(message, str) else message
        self.git(
            "commit", "-q", "--allow-empty", "--cleanup=verbatim", *(["--amend"] if amend else []), "-F", "-",
            given=said, GIT_AUTHOR_NAME=author, GIT_AUTHOR_EMAIL=email, GIT_AUTHOR_DATE=when, GIT_COMMITTER_NAME=author,
            GIT_COMMITTER_EMAIL=email, GIT_COMMITTER_DATE=when,
        )  # fmt: skip
        return self.git("rev-parse", "HEAD")

    def move(self, old: str, new: str) -> None:
        """Rename a file; the next commit takes it up."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)


def lines(count: int, word: str = "line") -> str:
    """Code of so many different lines."""
    return "".join(f"{word}_{number} = {number}\n" for number in range(count))
