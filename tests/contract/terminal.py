"""A command on a real terminal: a pseudo-terminal of its own, read until the command ends."""

import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.contract.command import ENOUGH_SECONDS, Ran
from tests.surfaces.peers import command, environment


def on_terminal(
    folder: Path, home: Path, *words: str | bytes, columns: int = 80, typed: bytes = b"", program: Sequence[str] = (),
    **variables: str,
) -> Ran:  # fmt: skip
    """Run a command whose input and outputs are one terminal; everything it showed is in `out`."""
    ours, theirs = pty.openpty()
    given = {"TERM": "xterm-256color", "COLUMNS": str(columns), **variables}
    process = subprocess.Popen(
        [*(program or command()), *words], cwd=folder, env=environment(home, **given), stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    if typed:
        os.write(ours, typed)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:
        pass  # Linux says so when the other side is closed
    os.close(ours)
    code = process.wait(ENOUGH_SECONDS)
    return Ran(code, shown.decode("utf-8", "replace").replace("\r\n", "\n"), "")
