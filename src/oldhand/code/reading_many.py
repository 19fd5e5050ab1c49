"""Reading many files for the code index, by several processes where that is worth their start.

The processes are plain children that run this module's `serve`, and not those of multiprocessing, which
would start a process that stays (its resource tracker), import the caller's main module again, or copy
a process with threads and locks. A child ends when its standard input ends: when reading is over, when it
is interrupted, and when this process is killed.
"""

import marshal
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread, Timer
from typing import IO, Any, NamedTuple

from oldhand.code.file_reading import Seen, read_file
from oldhand.model.symbol import Import, Symbol
from oldhand.store.code_records import FileRead

PART_FILES = 32  # given to a process at once: some 0.2 s of work, between two reports of progress
FLUSH_BYTES = 8 << 20  # of postings gathered before they are written: bounds the memory of a cold start
FLUSH_FILES = 1000  # or so many files: what is lost when reading is interrupted
MOST_PROCESSES = 4  # each takes up to 80 MB, and one process can write what four read
WORTH_BYTES = 1 << 20  # of files to be read; less is read here before processes have started (0.3 s)
PART_SECONDS = 60.0  # for one part; a parser that takes longer hangs, and its file is then read without one
PARTS_OF_PROCESS = 128  # read by one process, 4,000 files; what it keeps of words to be faster grows with them
MOST_WAITING = 6  # parts that were read and not yet taken, some megabytes; then reading waits for the writing
WAIT_SECONDS = 0.01  # between two looks at them
LENGTH_BYTES = 8  # before every message between the processes
WHAT = "Reading the code"


class Job(NamedTuple):
    """A file to be read, and the number it gets in postings. plain: without parsing it."""

    path: str
    document: int
    found: Seen
    plain: bool = False


class Part(NamedTuple):
    """Some files that were read, and the postings of all of them."""

    files: list[FileRead]
    postings: dict[str, bytes]


class Reading(NamedTuple):
    """What all files are read with: the working tree, the time when it began, the digits of git's names."""

    tree: Path
    now_ns: int
    digits: int


def read_many(
    reading: Reading, jobs: Sequence[Job], environment: Mapping[str, str], progress: Callable[[int, int, str], None]
) -> Iterator[Part]:
    """The files of the jobs, read, in parts to be written one by one; no process is left when the iteration ends."""
    files: list[FileRead] = []
    postings: dict[str, bytes] = {}
    held = done = 0
    count = _processes(jobs)
    cut = [jobs[start : start + PART_FILES] for start in range(0, len(jobs), PART_FILES)]
    parts = _by_processes(reading, cut, count, environment) if count > 1 else (read_part(reading, one) for one in cut)
    with closing(parts):  # type: ignore[type-var]
        for part in parts:
            files += part.files
            for term, records in part.postings.items():
                postings[term] = postings[term] + records if term in postings else records
                held += len(records)
            done += len(part.files)
            progress(done, len(jobs), WHAT)
            if held >= FLUSH_BYTES or len(files) >= FLUSH_FILES:
                yield Part(files, postings)
                files, postings, held = [], {}, 0
    if files:
        yield Part(files, postings)


def read_part(reading: Reading, jobs: Sequence[Job]) -> Part:
    """The files of some jobs and their postings."""
    files: list[FileRead] = []
    postings: dict[str, bytearray] = {}
    for job in jobs:
        read, terms = read_file(
            reading.tree, job.path, job.document, job.found, reading.now_ns, reading.digits, plain=job.plain
        )
        files.append(read)
        number = job.document.to_bytes(4, "little")
        for term, counts in terms.items():
            record = number + bytes(counts)
            if term in postings:
                postings[term] += record
            else:
                postings[term] = bytearray(record)
    return Part(files, {term: bytes(records) for term, records in postings.items()})


def _processes(jobs: Sequence[Job]) -> int:
    """How many processes are worth while; 1 for none beside this one."""
    if sum(job.found.size for job in jobs) < WORTH_BYTES or not Path(sys.executable or "").name.startswith("python"):
        return 1  # a program that Python is built into cannot be started as Python
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        cores = os.cpu_count() or 1
    return min(cores, MOST_PROCESSES, len(jobs) // PART_FILES + 1)


# -- this side ---------------------------------------------------------------------------------------


def _by_processes(
    reading: Reading, parts: Sequence[Sequence[Job]], count: int, environment: Mapping[str, str]
) -> Iterator[Part]:
    """The parts as several processes have read them, in any order."""
    waiting: deque[Sequence[Job]] = deque(parts)
    results: SimpleQueue[bytes | None] = SimpleQueue()
    children = [_Child(reading, waiting, results, environment) for _ in range(count)]
    try:
        for child in children:
            child.start()
        running = count
        while running:
            raw = results.get()
            if raw is None:
                running -= 1
            else:
                yield _received(raw)
        while waiting:  # no process could be started, or all of them are gone
            yield read_part(reading, waiting.popleft())
    finally:
        waiting.clear()
        for child in children:
            child.end()


class _Child:
    """A process that reads parts, and the thread that gives them to it and takes what it read."""

    def __init__(
        self, reading: Reading, waiting: deque[Sequence[Job]], results: "SimpleQueue[bytes | None]",
        environment: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._thread = Thread(target=self._run, daemon=True)
        self._reading, self._waiting, self._results, self._environment = reading, waiting, results, environment
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def start(self) -> None:
        """Begin to have parts read, until none is left."""
        self._thread.start()

    def _run(self) -> None:
        done = 0
        try:
            while not self._ended:
                if self._results.qsize() >= MOST_WAITING:
                    time.sleep(WAIT_SECONDS)
                    continue
                try:
                    part = self._waiting.popleft()
                except IndexError:
                    return
                raw = self._read(part)
                if raw is not None:
                    self._results.put(raw)
                    done += 1
                    if done % PARTS_OF_PROCESS == 0:
                        self._stop()  # the next part starts another
                elif not self._ended:
                    self._divide(part)
        except OSError:
            self._waiting.append(part)  # no process can be started: what is left is read on the other side
        finally:
            self._stop()
            self._results.put(None)

    def end(self) -> None:
        """End the process at once, whatever it does, and wait until it is gone."""
        self._ended = True
        self._stop()
        if self._thread.ident is not None:
            self._thread.join()
            self._stop()  # one that was being started meanwhile

    def _divide(self, part: Sequence[Job]) -> None:
        """The process died of a part (a parser crashed or hung): find the file, and read it without parsing."""
        self._stop()
        half = len(part) // 2
        if half:
            self._waiting.extend((part[:half], part[half:]))
        elif not part[0].plain:
            self._waiting.append((part[0]._replace(plain=True),))

    def _read(self, part: Sequence[Job]) -> bytes | None:
        """What the process makes of a part; None when it died."""
        if self._process is None:
            self._process = self._started()
        process = self._process
        limit = Timer(PART_SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            _send(process.stdin, marshal.dumps([(job.path, job.document, tuple(job.found), job.plain) for job in part]))
            return _message(process.stdout)
        except (OSError, ValueError):  # its pipe is closed
            return None
        finally:
            limit.cancel()

    def _started(self) -> "subprocess.Popen[bytes]":
        """A new process that knows where our modules are and nothing of the working folder's."""
        folders = [folder for folder in sys.path if os.path.isabs(folder)]
        told = (str(self._reading.tree), self._reading.now_ns, self._reading.digits)
        program = (
            f"import sys; sys.path[:] = {folders!r}; from oldhand.code.reading_many import serve; serve(*{told!r})"
        )
        options = ("-I", "-B") if sys.dont_write_bytecode else ("-I",)
        return subprocess.Popen(
            [sys.executable, *options, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd="/", env=dict(self._environment),
        )  # fmt: skip

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError, ValueError):  # what was being sent is of no use any more
                    if pipe is not None:
                        pipe.close()


def _received(raw: bytes) -> Part:
    files, postings = marshal.loads(raw)
    return Part(
        [
            FileRead._make((*rest, tuple(map(Symbol._make, symbols)), tuple(map(Import._make, imports))))
            for *rest, symbols, imports in files
        ],
        postings,
    )


# -- the other side ----------------------------------------------------------------------------------


def serve(tree: str, now_ns: int, digits: int) -> None:
    """Read parts as standard input tells them and write them to standard output, until the input ends."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever started this ends it
    reading = Reading(Path(tree), now_ns, digits)
    with os.fdopen(0, "rb") as told, os.fdopen(1, "wb") as answers, suppress(BrokenPipeError):
        while (raw := _message(told)) is not None:
            jobs = [Job(path, document, Seen(*found), plain) for path, document, found, plain in marshal.loads(raw)]
            part = read_part(reading, jobs)
            _send(answers, marshal.dumps(([_plain(file) for file in part.files], part.postings)))


def _plain(file: FileRead) -> tuple[Any, ...]:
    """The record as marshal takes it: no tuple of a class of its own."""
    return (*file[:-2], [tuple(symbol) for symbol in file.symbols], [tuple(one) for one in file.imports])


def _send(pipe: IO[bytes], raw: bytes) -> None:
    pipe.write(len(raw).to_bytes(LENGTH_BYTES, "little"))
    pipe.write(raw)
    pipe.flush()


def _message(pipe: IO[bytes]) -> bytes | None:
    """The next message; None when the pipe ends before it does."""
    head = pipe.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    size = int.from_bytes(head, "little")
    raw = pipe.read(size)
    return raw if len(raw) == size else None
