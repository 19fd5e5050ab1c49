"""A git repository around a project of the tests: real git, isolated from the machine's settings."""

import os
import subprocess
from pathlib import Path

from tests.conftest import Project

FIRST_DAY = 1_700_000_000  # seconds: each commit is dated an hour after the one before


class Repository:
    """The repository of a project. Commits are dated one hour apart, in the past."""

    def __init__(self, project: Project) -> None:
        self.project, self.root = project, project.root
        self._commits = 0
        self.git("init", "-q", "-b", "main", ".")
        (self.root / ".git" / "info").mkdir(exist_ok=True)
        (self.root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
        project.reopened()

    def git(self, *words: str, folder: Path | None = None, author: str = "Ann") -> str:
        """Run git as `author`; what it prints."""
        when = f"{FIRST_DAY + 3600 * self._commits} +0000"
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.project.home), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author}@example.com",
            "GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": f"{author}@example.com",
            "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_EDITOR": "true",
        }  # fmt: skip
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *words], cwd=folder or self.root, env=environment,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def skip(self, hours: int) -> None:
        """Have the commits that follow be dated so much later."""
        self._commits += hours

    def write(self, path: str, text: str) -> Path:
        """Write a file of the working tree."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def commit(self, subject: str, files: dict[str, str] | None = None, *, author: str = "Ann") -> str:
        """Write files and commit everything; the commit's id."""
        for path, text in (files or {}).items():
            self.write(path, text)
        self._commits += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject, author=author)
        return self.git("rev-parse", "HEAD").strip()
