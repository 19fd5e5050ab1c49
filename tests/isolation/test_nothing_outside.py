"""No operation touches a file outside the project and the person's folder, or opens a network socket."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.examples import SCRIPT, Call, Person, copied, make_person
from tests.contract.traces_left import files_below
from tests.surfaces.peers import environment

ENOUGH_SECONDS = 120  # for one process that makes some fifty calls on a busy machine

# Runs calls in a process in which no socket can be made and every file that is opened for writing is noted.
WITNESS = """
import json, os, socket, sys

noted = {"written": [], "errors": []}

def note(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path, mode, flags = arguments
        if (mode and set(str(mode)) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            noted["written"].append(os.path.abspath(os.fsdecode(path)))
    elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile", "os.symlink", "os.link"):
        if isinstance(arguments[0], int):  # a descriptor, whose opening was noted
            return
        noted["written"].append(os.path.abspath(os.fsdecode(arguments[0])))
    elif event == "os.rename":
        noted["written"] += [os.path.abspath(os.fsdecode(name)) for name in arguments[:2]]
    elif event.startswith("socket."):
        raise RuntimeError("a socket: " + event)

sys.addaudithook(note)
import oldhand

for operation, arguments in json.load(sys.stdin):
    try:
        with oldhand.open() as memory:
            memory.call(operation, **arguments)
    except oldhand.errors.OldhandError as error:
        noted["errors"].append(f"{operation}: {error}")
print(json.dumps(noted))
"""


def witnessed(person: Person, folder: Path, calls: list[Call], witness: str = WITNESS) -> tuple[set[str], list[str]]:
    """Make calls in a process that is watched: what was written, and the errors of calls."""
    given = json.dumps([(one.operation, person.filled(one.arguments)) for one in calls])
    variables = environment(person.home, HOME=str(folder / "user"), TMPDIR=str(folder / "temporary"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", witness], cwd=person.project, env=variables, input=given.encode(),
        capture_output=True, timeout=ENOUGH_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    noted = json.loads(done.stdout)
    return set(noted["written"]), noted["errors"]


@pytest.fixture
def surroundings(tmp_path: Path) -> Path:
    """A folder with a person's home, a place for temporary files and something of somebody else's."""
    for name in ("user", "temporary", "neighbour"):
        (tmp_path / name).mkdir()
    (tmp_path / "neighbour" / "notes.txt").write_text("mine\n", "utf-8")
    return tmp_path


@pytest.fixture
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person with two projects."""
    return make_person(tmp_path_factory.mktemp("person") / "made")


def test_every_operation_stays_inside_the_project_and_the_persons_folder(surroundings: Path, person: Person) -> None:
    made = copied(person, surroundings / "copy")
    around = [surroundings / "user", surroundings / "temporary", surroundings / "neighbour", made.other]
    before = files_below(*around)
    written, errors = witnessed(made, surroundings, list(SCRIPT))
    assert not errors
    assert files_below(*around) == before
    strangers = {
        path for path in written
        if not Path(path).is_relative_to(made.project) and not Path(path).is_relative_to(made.home)
        and not path.startswith(("/dev/null", str(surroundings / "temporary"))) and "__pycache__" not in path
    }  # fmt: skip
    strangers = {path for path in strangers if not Path(path).is_relative_to(made.other / ".oldhand")}
    assert not strangers


def test_a_reading_of_the_other_project_writes_nothing_into_it_but_its_lock(surroundings: Path, person: Person) -> None:
    made = copied(person, surroundings / "copy")
    before = files_below(made.other)
    witnessed(made, surroundings, [Call("recall", {"cue": "gateway", "scope": "all"})])
    assert files_below(made.other) == before


def test_init_stays_inside_the_project_too(surroundings: Path, person: Person) -> None:
    made = copied(person, surroundings / "copy")
    shutil.rmtree(made.project / ".oldhand")
    written, errors = witnessed(made, surroundings, [Call("init", {})])
    assert not errors
    listed = str(made.home / "stores")  # the person's list of the stores that they made
    allowed = (str(made.project / ".oldhand"), str(made.project / ".git" / "info"), listed, "/dev/null")
    assert not {path for path in written if not path.startswith(allowed) and "__pycache__" not in path}
    assert (made.project / ".oldhand" / "memory.db").is_file()
    assert os.listdir(surroundings / "temporary") == []


def test_the_watch_sees_a_socket_and_a_stray_file(surroundings: Path, person: Person) -> None:
    made = copied(person, surroundings / "copy")
    stray = WITNESS.replace("import oldhand\n", f"import oldhand\nopen({str(surroundings / 'stray')!r}, 'w').close()\n")
    written, _ = witnessed(made, surroundings, [], stray)
    assert str(surroundings / "stray") in written
    noisy = WITNESS.replace("import oldhand\n", "import oldhand\nsocket.socket()\n")
    with pytest.raises(AssertionError, match="a socket"):
        witnessed(made, surroundings, [], noisy)
