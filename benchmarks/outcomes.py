"""How long it takes to derive outcomes over a long history, and again when nothing or little is new.

    python -m benchmarks.outcomes REPOSITORY [--decisions 300] [--behind 20]

REPOSITORY is a git repository, bare or not, which is only read: the work happens in a clone that shares its objects.
Decisions are tied to commits drawn at random with a fixed seed. First the history up to some commits ago is read, then
all of it, then nothing, then what two new decisions need: one tied to a recent commit, one to none. In the end all is
read anew, which must change nothing.
"""

import argparse
import os
import random
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.reasoning.outcome_state import STATE_FILE
from oldhand.store.store import Store

SEED = 20_261_122


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--decisions", type=int, default=300)
    parser.add_argument("--behind", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcomes-") as folder:
        measure(asked.repository.resolve(), Path(folder), asked.decisions, asked.behind)


def measure(repository: Path, folder: Path, decisions: int, behind: int) -> None:
    """Make a project of a history, record decisions, and time the updates."""
    root, home = folder / "clone", folder / "home"
    home.mkdir()
    git(folder, "clone", "-q", "-s", "--no-checkout", str(repository), str(root))
    newest = git(root, "rev-parse", "HEAD")
    earlier = git(root, "rev-parse", f"HEAD~{behind}")
    commits = git(root, "rev-list", "--no-merges", earlier).split()
    Store.create(root / ".oldhand", time.time_ns() // 1_000_000, home).close()
    chosen = random.Random(SEED).sample(commits, min(decisions, len(commits)))
    with Memory(root, home, actor="user", trust="user", origin="cli", environment=dict(os.environ)) as memory:
        for number, sha in enumerate(chosen):
            text = f"Decision {number} on {sha[:12]}"
            call(
                memory, "remember", {"text": text, "kind": "decision", "domain": "decisions", "tags": [f"commit:{sha}"]}
            )
        for what, head in (("all of it", earlier), ("what is new", newest), ("nothing new", newest)):
            git(root, "update-ref", "--no-deref", "HEAD", head)
            update(memory, what)
        for what, tags in (("a new decision, tied to HEAD~3", [f"commit:{git(root, 'rev-parse', 'HEAD~3')}"]),
                           ("a new decision, tied to nothing", [])):  # fmt: skip
            call(memory, "remember", {"text": f"Be {what}", "kind": "decision", "domain": "decisions", "tags": tags})
            update(memory, what)
        (root / ".oldhand" / STATE_FILE).unlink()
        update(memory, "all of it anew")
        print(call(memory, "outcomes_list", {"limit": 1}).states)


def update(memory: Memory, what: str) -> None:
    """Update outcomes, and print how long that took and what it did."""
    start, spent = time.perf_counter(), processor()
    done = call(memory, "outcomes_update", {})
    seconds, spent = time.perf_counter() - start, processor() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}: {seconds:.2f} s, processor {spent:.2f} s, {done.commits} commits, {done.changed} outcomes, at most "
        f"{most:.0f} MiB", flush=True,
    )  # fmt: skip


def processor() -> float:
    """The processor's time that this process and the gits it ran have taken, in seconds."""
    used = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def git(folder: Path, *words: str) -> str:
    """What a git command prints."""
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
