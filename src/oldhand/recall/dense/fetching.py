"""Finding a model's files: in a folder that was named, or in the Python package that carries them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from oldhand.errors import BadArgument, NotFetched
from oldhand.model.address import KEY_VARIABLE
from oldhand.recall.dense.catalog import KnownModel

Progress = Callable[[int, int, str], None]  # done, total, what

PIP_SECONDS = 3_600  # for 83 MB over a line of 25 KB/s; pip itself gives up earlier when nothing moves
PIP_POLL_SECONDS = 0.2  # between two looks at how far pip is
DEEPEST = 4  # folders below the one named: a package, a snapshot of a hub and its cache lie less deep
MOST_FOLDERS = 2_000  # looked at below the one named: whoever names `/` is told, not kept waiting
TOLD_CHARACTERS = 300  # of what pip says


def found_in(folder: Path, model: KnownModel) -> Path:
    """The folder, the one given or one below it, that holds all of a model's files. Raises BadArgument.

    Of several, the one whose files have the right sizes is taken.
    """
    try:
        if folder.is_file():
            raise BadArgument("source", folder, "it is a file; unpack it (`python -m zipfile -e FILE FOLDER`)")
        if not folder.is_dir():
            raise BadArgument("source", folder, "there is no such folder")
    except OSError as error:
        raise BadArgument("source", folder, f"it cannot be looked at ({error.strerror})") from None
    near: Path | None = None
    start, seen = str(folder), 0
    for place, below, files in os.walk(start):
        seen += 1
        if seen > MOST_FOLDERS:
            break
        below[:] = sorted(below) if place[len(start) :].count(os.sep) < DEEPEST else []
        if {one.name for one in model.files} <= set(files):
            if _sizes_fit(Path(place), model):
                return Path(place)
            near = near or Path(place)
    if near:
        return near  # its hashes will say what is wrong with it
    wanted = " and ".join(one.name for one in model.files)
    raise BadArgument("source", folder, f"neither it nor a folder in it holds {wanted} of {model.name}")


def _sizes_fit(folder: Path, model: KnownModel) -> bool:
    try:
        return all((folder / one.name).stat().st_size == one.bytes for one in model.files)
    except OSError:
        return False


def fetched(into: Path, model: KnownModel, environment: Mapping[str, str], progress: Progress, keep: int) -> Path:
    """Have pip put the package of a model into an empty folder, and return where the model's files lie.

    pip is the one of this Python, with the person's own settings. It takes no other package, builds
    and runs nothing, and leaves nothing outside `into`. keep: a descriptor that stays open in pip too,
    so that the lock on it holds until pip has ended, whatever becomes of us. Raises NotFetched.
    """
    import importlib.util

    wanted = f"{model.package}=={model.version}"
    if importlib.util.find_spec("pip") is None:
        raise NotFetched(wanted, "this Python has no pip")
    site, temporary, said = into / "site", into / "temporary", into / "pip.log"
    temporary.mkdir()
    command = [
        sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-cache-dir",
        "--only-binary=:all:", "--no-deps", "--no-compile", "--no-user", "--quiet", "--target", str(site), wanted,
    ]  # fmt: skip
    with said.open("wb") as log:
        # In a folder of ours: `-m` looks for pip in the working folder first, and a project may hold anything.
        try:
            pip = subprocess.Popen(
                command, cwd=temporary, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(keep,),
                env={**{k: v for k, v in environment.items() if k != KEY_VARIABLE}, "TMPDIR": str(temporary)},
            )  # fmt: skip
        except OSError as error:
            raise NotFetched(wanted, f"pip cannot be started ({error.strerror})") from None
        try:
            _wait(pip, into, model, progress)
        finally:
            if pip.poll() is None:
                pip.kill()
                pip.wait()
    if pip.returncode:
        raise NotFetched(wanted, _reason(said, pip.returncode))
    return found_in(site, model)


def _wait(pip: "subprocess.Popen[bytes]", into: Path, model: KnownModel, progress: Progress) -> None:
    """Wait until pip ends, telling how many MB it has. Raises NotFetched when it takes too long."""
    total = sum(one.bytes for one in model.files) // 1_000_000
    until = time.monotonic() + PIP_SECONDS
    while pip.poll() is None:
        if time.monotonic() > until:
            raise NotFetched(f"{model.package}=={model.version}", f"pip was not done after {PIP_SECONDS} seconds")
        progress(min(_largest(into) // 1_000_000, total - 1), total, "Fetching the model (MB)")
        try:
            pip.wait(PIP_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _largest(folder: Path) -> int:
    """The size of the largest file in a folder that is being filled: the package, then the weights in it."""
    sizes = [0]
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                sizes.append(os.lstat(os.path.join(place, name)).st_size)
            except OSError:
                continue  # pip has moved it meanwhile
    return max(sizes)


def _reason(log: Path, code: int) -> str:
    """Why pip failed, in its own words: its last line that tells of an error."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    last = (errors or lines or [f"pip ended with code {code}"])[-1].removeprefix("ERROR: ")
    return last[:TOLD_CHARACTERS].rstrip(".")
