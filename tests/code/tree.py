"""A working tree that tests of anchors change, with or without git."""

import os
import subprocess
from pathlib import Path

from oldhand.code.anchors import check, observe
from oldhand.code.checked import Checked
from oldhand.model.anchor import parse

PAY = '''\
import os


def charge(cart, gateway):
    """Charge the cart."""
    total = sum(item.price for item in cart)
    if total > 0:
        return gateway.pay(total)
    return None


class Shop:
    def open(self):
        self.is_open = True
        self.lights = "on"
        return self

    def close(self):
        self.is_open = False
        self.lights = "off"
        return self


TIMEOUT = 30
'''


class Tree:
    """A folder of files. git: whether it is a repository."""

    def __init__(self, root: Path, *, git: bool = True) -> None:
        self.root = root
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
        }  # fmt: skip
        root.mkdir(parents=True, exist_ok=True)
        if git:
            self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        """Run git here."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=self.environment, check=True, capture_output=True, timeout=60
        )
        return done.stdout.decode()

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.root / path).read_text("utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Put `new` in place of `old`, which is there."""
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self, message: str = "change") -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def noted(self, text: str) -> str:
        """What is observed at an anchor now."""
        return observe(self.root, parse(text))

    def checked(self, text: str, value: str, *, seconds: float = 0.0) -> Checked:
        """What became of it."""
        return check(self.root, text, value, self.environment, seconds=seconds)
