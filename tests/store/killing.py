"""Killing a process at a chosen step of what it does: at the n-th call of any function, with SIGKILL."""

import signal
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import os, signal, sys
from pathlib import Path
folder, at = Path(sys.argv[1]), int(sys.argv[2])
{prepare}
calls = 0
def count(frame, event, argument):
    global calls
    if event in ("call", "c_call"):
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(count)
{act}
sys.setprofile(None)
print(calls)
"""


def calls_of(prepare: str, act: str, folder: Path, at: int = 0) -> int:
    """Run `act` on a store folder in a process of its own and kill it at its call number `at`; 0: let it finish.

    The number of calls it made when it finished, -1 when it was killed.
    """
    script = _SCRIPT.format(prepare=prepare, act=act)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(at)], capture_output=True, check=False, timeout=120,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    if done.returncode == -signal.SIGKILL:
        return -1
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout.split()[-1])


def points(total: int, spread: int, last: int) -> list[int]:
    """Where to kill: so many points spread over all calls, so many among the last 100, where names change."""
    everywhere = {1 + total * number // spread for number in range(spread)}
    end = {max(1, total - 100 * number // last) for number in range(last)}
    return sorted(everywhere | end)
