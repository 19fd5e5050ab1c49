"""The process between ours and an embedded server: the server ends when ours does, however that comes about.

It is run by its path (`python -I -S`), reads one line of JSON ({"command": [...]}) from its standard input and starts
that command. Its input is a pipe whose other end our process holds: when our process closes it, or dies by any signal,
the kernel closes the pipe, and the server is asked to end (SIGTERM), then made to (SIGKILL). On Linux the kernel also
kills the server when this process is killed. What it inherits, the lock among it, the server holds too, so no second
server begins on the same files while the first one lives. It imports nothing of ours.
"""

import json
import os
import select
import signal
import sys

TERM_SECONDS = 10.0  # to write what is buffered: some ten milliseconds
PR_SET_PDEATHSIG = 1  # of prctl(2)
LONGEST_ORDER = 1 << 20  # bytes of the line that says what to run
PRIVATE = 0o077  # the umask: what the server writes is for the person alone


def main() -> None:
    """Run what the first line of the input says until the input ends, or it ends by itself."""
    order = json.loads(_line(0))
    os.umask(PRIVATE)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # our process decides, and tells through the pipe
    alive, held = os.pipe()
    os.set_inheritable(held, True)
    own = os.getpid()
    server = os.fork()
    if server == 0:
        try:
            _become(order["command"], own)
        finally:
            os._exit(127)
    os.close(held)
    ready: list[int] = []
    while not ready:
        ready, _, _ = select.select([0, alive], [], [])
        if ready == [0] and os.read(0, 4096):
            ready = []  # nobody writes there; whatever it was, the pipe is still open
    if alive not in ready:
        _end(server, alive)
    _, status = os.waitpid(server, 0)
    _kill_group(server)  # what the server has forked to write its files
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _become(command: list[str], parent: int) -> None:
    """Turn into the server, in a group of its own, to be killed with the process that watches it."""
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            return  # it died before the kernel was told
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.execv(command[0], command)


def _end(server: int, alive: int) -> None:
    """Ask the server to end, and make it when it does not."""
    _signal(server, signal.SIGTERM)
    ended, _, _ = select.select([alive], [], [], TERM_SECONDS)
    if not ended:
        _signal(server, signal.SIGKILL)


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass  # it has ended by itself


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # nobody is left in it


def _line(descriptor: int) -> bytes:
    """The first line of what is read from a descriptor, and nothing behind it."""
    read = b""
    while not read.endswith(b"\n") and len(read) < LONGEST_ORDER:
        one = os.read(descriptor, 1)
        if not one:
            os._exit(0)  # our process ended before it said anything
        read += one
    return read


if __name__ == "__main__":
    main()
