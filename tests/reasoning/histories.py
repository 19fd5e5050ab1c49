"""Git histories that tests make: real repositories, whose commits have dates of their own."""

import os
import subprocess
from pathlib import Path

START = 1_735_732_800  # 2025-01-01T12:00:00Z, the first commit
DAY = 86_400
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}

FOOT = """

def refund(receipt_number, amount):
    entry = ledger.find_receipt(receipt_number)
    entry.mark_as_refunded(amount)
    gateway.send_back(entry.account, amount)
    return entry.receipt_number
"""

CHARGE = """def charge(amount):
    for attempt in range(MAXIMUM_ATTEMPTS):
        sleep_for_backoff(attempt)
        answer = gateway.send(amount, attempt)
        if answer.accepted:
            return answer.receipt_number
        log_failed_attempt(amount, answer.reason)
    raise ChargeFailed(amount, MAXIMUM_ATTEMPTS)
"""
PLAIN = "def charge(amount):\n    return gateway.send(amount).receipt_number\n"
CHARGE, PLAIN = CHARGE + FOOT, PLAIN + FOOT


class History:
    """A repository that grows by days. day: of the next commit."""

    def __init__(self, root: Path) -> None:
        self.root, self.day = root, 0.0
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *words: str) -> str:
        """What a git command prints, at the present day."""
        when = f"{START + round(self.day * DAY)} +0000"
        told = subprocess.run(
            ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false", *words],
            cwd=self.root, check=True, capture_output=True, text=True,
            env={
                **ENVIRONMENT, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_CONFIG_NOSYSTEM": "1",
                "HOME": str(self.root), "GIT_MERGE_AUTOEDIT": "no", "GIT_EDITOR": "true",
            },
        )  # fmt: skip
        return told.stdout.strip()

    def commit(self, message: str, files: dict[str, str | None], *, after: float = 1) -> str:
        """Commit files (None removes one) so many days later; the commit's id."""
        self.day += after
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def head(self) -> str:
        """The id of the latest commit."""
        return self.git("rev-parse", "HEAD")

    def revert(self, commit: str, *, after: float = 1) -> str:
        """Take a commit back as git does it; the id of the new one."""
        self.day += after
        self.git("revert", "--no-edit", commit)
        return self.head()

    def goes_on(self, times: int = 12, path: str = "src/pay.py") -> None:
        """Other work at the same file, at its end, over a year."""
        for number in range(times):
            text = (self.root / path).read_text(encoding="utf-8")
            more = f"\n\ndef report_number_{number}(total):\n    return total * FACTOR_NUMBER_{number}\n"
            self.commit(f"Report number {number}", {path: text + more}, after=30)
