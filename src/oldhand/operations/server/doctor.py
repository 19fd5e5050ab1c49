"""The operation `doctor`."""

import importlib.metadata
import importlib.util
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from oldhand.clients.checking import standings
from oldhand.clients.hosts import surroundings
from oldhand.code.known import current, known, project_at
from oldhand.code.project import STORE_FOLDER, has_database
from oldhand.errors import OldhandError
from oldhand.knowledge import erased_note
from oldhand.knowledge.accepting import told_by_git
from oldhand.memory import SETTINGS_FILE, Memory
from oldhand.operation import READ, call, operation
from oldhand.operations.config.validate import faults_of
from oldhand.operations.server.health import meaning, store_components
from oldhand.sessions.draining import broken, drain, waiting
from oldhand.sessions.engram_checking import standings as hooks_of_git
from oldhand.store.holding import kept_for_itself, who_keeps
from oldhand.store.own_folders import belongs, strange
from oldhand.store.soundness import clock, lock_holder
from oldhand.store.store import SHARED_FILESYSTEMS, Store, filesystem_of
from oldhand.store.trace_log import Wanted, entries
from oldhand.store.verify import verify

PROBE = "The lighthouse keeper counts seven gulls every morning."  # what the round trip remembers and recalls
OTHERS_MAY_READ = 0o077  # permission bits of the group and of everyone
LEFTOVERS = ("*.creating", ".*.writing")  # files that an interrupted process may leave


class Finding(NamedTuple):
    """What was found about one thing. state: ok, warn, bad or absent; next_step: what to do, empty when nothing."""

    component: str
    state: str
    detail: str
    next_step: str


class Diagnosis(NamedTuple):
    """What `doctor` found. overall: ok, warn (something deserves attention) or bad (something does not work)."""

    overall: str
    findings: list[Finding]


@operation(READ)
def doctor(memory: Memory) -> Diagnosis:
    """Check that everything works, by really remembering and recalling, and say what to do if not

    The round trip is made in a store of its own, in the system's temporary folder, and removed
    again. Nothing of yours is changed.
    """
    findings: list[Finding] = []
    if memory.project.refusal:  # nothing there is opened
        checks: tuple[Callable[[Memory], Iterator[Finding]], ...] = (
            _refused, _round_trip, _home, _filesystem, _projects, _servers, _clients, _model,
        )  # fmt: skip
    elif memory.project.remembered and kept_for_itself(memory.project.store):
        checks = (  # what needs the store would wait, and tell nothing else
            _kept, _round_trip, _settings, _home, _permissions, _filesystem, _projects, _servers, _clients, _model,
        )  # fmt: skip
    else:
        checks = (
            _store, _round_trip, _settings, _home, _permissions, _filesystem, _lock, _clock, _projects, _servers,
            _clients, _sessions, _git, _model,
        )  # fmt: skip
    for check in checks:
        try:
            findings.extend(check(memory))
        except Exception as error:  # noqa: BLE001 - it becomes a line of its own, and the others are still checked
            said = str(error) if isinstance(error, OldhandError) else f"{type(error).__name__}: {error}"
            name = check.__name__.strip("_").replace("_", " ")
            findings.append(Finding(name, "bad", said, "report this if it stays"))
    states = {one.state for one in findings}
    overall = "bad" if "bad" in states else "warn" if "warn" in states or findings[0].state == "absent" else "ok"
    return Diagnosis(overall, findings)


def _refused(memory: Memory) -> Iterator[Finding]:
    """The store that lies here and does not count; it is not opened."""
    said, _, step = str(memory.absent()).partition(". ")
    yield Finding("store", "bad", said, step.rstrip("."))


def _passed_over(memory: Memory) -> Iterator[Finding]:
    """Memories of other users above a folder without git: they are as though they were not there."""
    if memory.project.git is None:
        for folder in memory.project.root.parents:
            store = folder / STORE_FOLDER
            if has_database(store) and not belongs(store):
                said = f"{store} belongs to another user and is left alone"
                yield Finding("store", "warn", said, "nothing; `oldhand init` makes a memory of yours here")


def _kept(memory: Memory) -> Iterator[Finding]:
    """Who keeps the store for themselves, so that nobody else can use it."""
    step = "wait until it is done, or end it; no program of Oldhand keeps a store so"
    yield Finding("store", "bad", who_keeps(memory.project.store), step)


def _store(memory: Memory) -> Iterator[Finding]:
    """The store and those of its parts that deserve a line."""
    folder = memory.project.store
    if not memory.project.remembered and not (folder.is_dir() and any(folder.iterdir())):
        said = f"no memory here or in any folder above {memory.project.root}"
        yield Finding("store", "absent", said, "`oldhand init` makes one")
        yield from _passed_over(memory)
        return
    switched = f"; used because of `oldhand projects switch {memory.switched}`" if memory.switched else ""
    for part in store_components(memory):
        state = "warn" if part.state == "degraded" else part.state
        detail = part.detail
        if part.component == "store" and state != "bad":
            detail += f", {_verified(memory)}{switched}"
        if state != "ok" or part.component in ("store", "disk"):
            yield Finding(part.component, state, detail, part.next_step)
    if left := [file.name for pattern in LEFTOVERS for file in folder.glob(pattern)]:
        said = f"an interrupted process left {', '.join(left)}"
        yield Finding("leftovers", "warn", said, "remove them; nothing reads them")


def _verified(memory: Memory) -> str:
    """When the store was last verified, in words."""
    try:
        found = entries(memory.traces(), Wanted(operation="verify", outcome="ok"), 1)
    except OldhandError:
        return "not known when it was verified"
    if not found:
        return "never verified"
    minutes = max(0, memory.now() - found[0][1].at) // 60_000
    span = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
    return f"verified {span} ago"


def _round_trip(memory: Memory) -> Iterator[Finding]:
    """Remember, recall and verify in a store of its own."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="oldhand-doctor-") as folder:
        place = Path(folder) / ".oldhand"
        Store.create(place, memory.now()).close()
        with Memory(Path(folder), Path(folder) / "home", store=place, surface=memory.surface) as probe:
            told = call(probe, "remember", {"text": PROBE})
            said = call(probe, "recall", {"cue": "how many gulls does the lighthouse keeper count"})
        sound = verify(place).sound
    came_back = [item.text for item in said.items] == [PROBE] and len(told.memories) == 1
    took = f"{(time.perf_counter() - started) * 1000:.0f} ms"
    if came_back and sound:
        yield Finding("round trip", "ok", f"remembered, recalled and verified in a temporary store, {took}", "")
    else:
        fault = "what was remembered was not recalled" if not came_back else "the temporary store did not verify"
        yield Finding("round trip", "bad", fault, "reinstall Oldhand (`pip install --force-reinstall oldhand`)")


def _settings(memory: Memory) -> Iterator[Finding]:
    """Both settings files."""
    places = (("project", memory.project.store), ("person", memory.home))
    faults = [fault for scope, folder in places for fault in faults_of(folder / SETTINGS_FILE, scope)]
    for fault in faults:
        said = " ".join(part for part in (f"{fault.file}:", fault.name, fault.fault) if part)
        yield Finding("settings", "warn" if "ignored" in fault.fault else "bad", said, fault.next_step)
    if not faults:
        yield Finding("settings", "ok", "both files can be read", "")


def _home(memory: Memory) -> Iterator[Finding]:
    """The person's own folder: there or possible, and writable. It is not made here."""
    folder = memory.home
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("home", "bad", f"{memory.home} cannot be written", "set OLDHAND_HOME to a folder of yours")
    else:
        there = "there" if folder == memory.home else "made when it is first needed"
        yield Finding("home", "ok", f"{memory.home} ({there})", "")


def _permissions(memory: Memory) -> Iterator[Finding]:
    """Whether others on this machine may look into the store or the home."""
    open_ones = [
        str(path)
        for path in (memory.project.store, *memory.project.store.glob("memory*.db*"), memory.home / SETTINGS_FILE)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS_MAY_READ
    ]
    if open_ones:
        step = f"chmod go-rwx {' '.join(open_ones)}"
        yield Finding("permissions", "warn", f"others may read {', '.join(open_ones)}", step)
    else:
        yield Finding("permissions", "ok", "only you may read the store", "")


def _filesystem(memory: Memory) -> Iterator[Finding]:
    """Whether the store lies where several processes can share it."""
    folder = memory.project.store if memory.project.store.is_dir() else memory.project.root
    kind = filesystem_of(folder)
    if kind in SHARED_FILESYSTEMS:
        said = f"{folder} is on {kind}, where locks are not reliable"
        yield Finding("filesystem", "bad", said, "set OLDHAND_STORE to a folder on a local disk")
    else:
        yield Finding("filesystem", "ok", kind or "not told by this system", "")


def _lock(memory: Memory) -> Iterator[Finding]:
    """Who is writing just now."""
    if (holder := lock_holder(memory.project.store)) and holder != os.getpid():
        step = f"if it stays so, see what process {holder} does"
        yield Finding("lock", "warn", f"process {holder} is writing just now", step)


def _clock(memory: Memory) -> Iterator[Finding]:
    """Whether the machine's clock fits what was recorded."""
    try:
        with memory.reading() as reader:
            part = clock(reader, memory.now())
    except OldhandError:
        return  # the store's own line has said why it cannot be read
    step = "" if part.state == "ok" else "set this machine's clock right; `oldhand log` shows the events"
    yield Finding("clock", "ok" if part.state == "ok" else "warn", part.detail, step)


def _projects(memory: Memory) -> Iterator[Finding]:
    """The other projects made known."""
    found, broken = known(memory.home)
    gone = [one for one in found if not project_at(one.folder, memory.home)]
    for file, why in broken:
        yield Finding("projects", "warn", f"{file} cannot be read ({why})", "remove it and register the project again")
    for one in gone:
        step = f"`oldhand projects register FOLDER --name {one.name}` where it is now"
        yield Finding("projects", "warn", f"'{one.name}' has no memory at {one.folder}", step)
    switched = current(memory.home)
    if switched and switched not in {one.name for one in found}:
        said = f"'{switched}' is switched to and not known"
        yield Finding("projects", "warn", said, "`oldhand projects switch` without a name")
    elif not broken and not gone:
        yield Finding("projects", "ok", f"{len(found)} known", "")


def _servers(memory: Memory) -> Iterator[Finding]:
    """Whether the package that the servers need is there; it is not imported."""
    if importlib.util.find_spec("mcp") is None:
        yield Finding("mcp", "absent", "agents cannot connect over MCP; everything else works", "`pip install mcp`")
    else:
        yield Finding("mcp", "ok", f"mcp {importlib.metadata.version('mcp')} is installed", "")


def _clients(memory: Memory) -> Iterator[Finding]:
    """Whether coding agents are connected, and whether their hooks arrive."""
    if memory.environment.get("HOME"):  # without one, nobody's settings can be found
        around = surroundings(memory.environment, memory.project.tree, memory.home)
        store = memory.home if memory.project.refusal else memory.project.store  # what others left there is not told
        yield from (Finding(*one) for one in standings(around, store, memory.now()))


def _sessions(memory: Memory) -> Iterator[Finding]:
    """Whether what hooks leave in the spool gets into the log of sessions; it is taken in first, for a moment."""
    if not memory.project.remembered:
        return
    for name in strange(memory.project.store):
        said = f"{memory.project.store / name} is a link, no folder, or another user's: it is left alone"
        yield Finding("sessions", "warn", said, "look where it leads, then remove it; a repository may have brought it")
    yield from (Finding(*one) for one in erased_note.doctored(memory))
    done = drain(memory)
    if done.trouble:
        yield Finding("sessions", "warn", done.trouble, "what hooks noted waits in the spool until that is mended")
        return
    try:
        log = memory.session_log()
        (sessions, events), useless = log.how_many(), broken(log)
    except OldhandError as error:
        said, _, step = str(error).partition(". ")
        yield Finding("sessions", "warn", said, step.rstrip("."))
        return
    waits = f", {waiting(memory.project.store)} bytes wait" if done.left else ""
    if useless:
        said = f"{useless} lines of hooks could not be used and are in spool/broken.jsonl"
        yield Finding("sessions", "warn", said, "remove that file when nothing in it matters to you")
    elif sessions or waits:
        yield Finding("sessions", "ok", f"{sessions} sessions, {events} events{waits}", "")


def _git(memory: Memory) -> Iterator[Finding]:
    """Whether git's hooks make engrams, whether commits wait for that, and whether git tracks the store."""
    if memory.project.remembered:
        yield from (Finding(*one) for one in (*hooks_of_git(memory), *told_by_git(memory)))


def _model(memory: Memory) -> Iterator[Finding]:
    """What makes vectors, so that recall finds by meaning too. Nothing is loaded and no endpoint is asked."""
    found = meaning(memory)
    state = (
        "ok" if found.state in ("ready", "endpoint") else "warn" if found.state in ("failing", "damaged") else "absent"
    )
    yield Finding("model", state, found.detail, found.next_step)
