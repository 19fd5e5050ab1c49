"""A memory in use: which project, which stores, who speaks through which surface.

Operations receive a `Memory` and nothing else; it never prints and never reads the environment.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oldhand.code.known import current, known, project_at
from oldhand.code.project import STORE_FOLDER, Project, find_project
from oldhand.errors import (
    AlreadyThere,
    DamagedStore,
    InOtherScope,
    NoGlobalMemory,
    NoStore,
    NotWritable,
    OldhandError,
    StoreNotAccepted,
    UnknownId,
    UnknownProject,
    UnusableStore,
)
from oldhand.knowledge import screened
from oldhand.model.settings import BY_NAME, SETTINGS, checked
from oldhand.model.trust import Voice
from oldhand.store.reader import Reader
from oldhand.store.regular_files import open_regular
from oldhand.store.store import Store
from oldhand.store.traces import Trace, Traces
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Finder, Screening
    from oldhand.store.session_log import SessionLog

SETTINGS_FILE = "settings.json"
LARGEST_SETTINGS = 1 << 20  # bytes: some hundred times what all settings with long values take
GLOBAL_STORE = "global"  # folder of the global memory inside the person's home
# Operations that run where a store lies that is not this person's: they tell of it, accept it, or do not touch it.
ANYWHERE = frozenset(
    {"init", "doctor", "help", "install", "uninstall", "projects_list", "projects_switch", "model_status"}
)


class Memory:
    """The memory of one project, as one surface uses it.

    folder: where the work happens; home: the person's own folder (global memory, settings, known
    projects); store: a store folder that takes the place of the project's; named: whether a person named it, so that
    it counts although their folder does not list it (`code.project.named_store`);
    actor, trust, origin: who speaks, how far they are believed and the way in; surface: for traces;
    environment: variables for the programs we start (git).
    """

    def __init__(
        self, folder: Path, home: Path, *, store: Path | None = None, named: bool = True, actor: str = "agent",
        trust: str = "agent", origin: str = "python", surface: str = "python",
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        found = find_project(folder, home)
        if store:
            found = found._replace(store=store.resolve() if named else store, home=None if named else home)
        self.project: Project = found
        self.home = home
        self.switched = ""  # the name of the project in use because of `projects switch`
        self._here = self.project
        if not store and not found.remembered and not found.refusal:
            self._use_switched()
        _utf8(self.project.store)
        _utf8(home)
        self.actor, self.origin = screened.name(actor), screened.name(origin)  # they are in every event
        self.trust, self.surface = trust, surface
        self.environment = environment or {"PATH": os.defpath}
        self._stores: dict[Path, Store] = {}
        self._traces: Traces | None = None
        self._session_log: SessionLog | None = None
        self._settings: dict[str, tuple[Any, str]] | None = None
        self._finder: Finder | None = None
        self.trace_detail: dict[str, Any] = {}
        self.untraced = False  # whether the call that runs leaves nothing in the local log: it is switched off
        self.redact_asked = False  # whether the call that runs asked to replace secrets instead of being refused
        self.progress: Callable[[int, int, str], None] = lambda done, total, what: None

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every store and write the traces that wait."""
        if self._traces:
            self._traces.flush()
        if self._session_log:
            self._session_log.close()
        for store in self._stores.values():
            store.close()
        self._stores.clear()

    def _use_switched(self) -> None:
        """Use the project switched to, if there is one and it has a memory."""
        name = current(self.home)
        folder = self.known_projects().get(name)
        if folder and (project := project_at(folder, self.home)):
            self.project, self.switched = project, name

    def absent(self, project: Project | None = None) -> NoStore | StoreNotAccepted | UnusableStore:
        """The error for a project (without one: this) without a memory that counts: there is none, or another's."""
        from oldhand.store.acceptance import BROUGHT, CLOSED, HIDDEN, LINKED, LIST, THEIRS, UNLISTED, WORDS

        project = project or self.project
        why = project.refusal
        if not why:
            return NoStore(project.root)
        said = WORDS[why]
        if why == CLOSED:
            return UnusableStore(project.store, said)
        if why == HIDDEN:
            return UnusableStore(project.store, f"{said}; make {self.home / LIST} a folder that you may read")
        step = "`oldhand init` there tells what is in it and asks whether to use it"
        if why == UNLISTED:
            said = f"{said} now ({self.home / LIST}; OLDHAND_HOME names its place)"
        elif why == THEIRS:
            step = "Work as that user, or set OLDHAND_STORE to a folder of yours"
        elif why == LINKED:
            step = (
                "Remove the link, or the file in its place; if a pull put it there, it removed your memory, and"
                " `oldhand store restore FILE` brings back a backup of yours"
            )
        elif why == BROUGHT:
            step += (
                f". If it replaced yours: keep git from doing it again (`git rm -r --cached {STORE_FOLDER}`), move the"
                " files memory* away, and `oldhand store restore FILE` with a backup of yours"
            )
        return StoreNotAccepted(project.store, said, step)

    def admit(self, operation: str) -> None:
        """Raise StoreNotAccepted when the project's store does not count and an operation is not for such places."""
        if operation not in ANYWHERE and self.project.refusal:
            raise self.absent()

    def make_store(self) -> None:
        """Make the project's store, which counts as this person's. Raises AlreadyThere, NotWritable and its kin."""
        try:
            made = Store.create(self.project.store, self.now(), self.home)
        except NotWritable:
            if self.project.home is not None:
                raise
            made = Store.create(self.project.store, self.now())  # a store that was named needs no place in the list
        self.adopt(made)

    def stay_here(self) -> Project:
        """Use the working folder's own project from now on, whatever was switched to: for making its memory."""
        self.project, self.switched = self._here, ""
        self._settings = None
        return self.project

    @property
    def voice(self) -> Voice:
        """Who speaks, how, and how far they are believed."""
        return Voice(self.actor, self.origin, self.trust)

    @staticmethod
    def now() -> int:
        """The machine's clock in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    # -- stores --------------------------------------------------------------------------------

    def store(self, scope: str = "project") -> Store:
        """The open store of the project or, for the scope `global`, of the person. Raises NoStore.

        A store that cannot be written is opened for reading; writing to it then says why.
        """
        folder = self.home / GLOBAL_STORE if scope == "global" else self.project.store
        if folder not in self._stores:
            if scope == "global" and not folder.is_dir():
                raise NoGlobalMemory()
            if scope != "global" and not self.project.remembered:
                raise self.absent()
            try:
                self._stores[folder] = Store.open(folder)
            except NotWritable:
                self._stores[folder] = Store.open(folder, writable=False)
        return self._stores[folder]

    def global_store(self) -> Store:
        """The person's own store, made when it is first needed."""
        folder = self.home / GLOBAL_STORE
        if not folder.is_dir() or not any(folder.glob("memory*.db")):
            with suppress(AlreadyThere):  # another process was first: its store is the one
                self._stores[folder] = Store.create(folder, self.now())
        return self.store("global")

    def has_global(self) -> bool:
        """Whether the person has a global memory."""
        return any((self.home / GLOBAL_STORE).glob("memory*.db"))

    def adopt(self, store: Store) -> None:
        """Use a store that was just made."""
        self._stores[store.folder] = store

    @contextmanager
    def reading(self, as_of: str = "", scope: str = "project") -> Iterator[Reader]:
        """One unchanging view of the memory, now or as of a root, date or time.

        A name that is unknown there and known in the other scope raises InOtherScope, which tells so.
        """
        with self._named_in(scope), self.store(scope).read(as_of, self.now()) as reader:
            yield reader

    @contextmanager
    def writing(self, scope: str = "project", *, make: bool = True) -> Iterator[Transaction]:
        """One atomic change of the memory. make: whether a global memory is begun where there is none.

        What changes a memory by its name says make=False: without a store there is none of that name.
        Raises NoGlobalMemory then, and InOtherScope as `reading` does.
        """
        store = self.global_store() if scope == "global" and make else self.store(scope)
        with self._named_in(scope), store.write(self.now()) as transaction:
            yield transaction

    @contextmanager
    def _named_in(self, scope: str) -> Iterator[None]:
        """Tell of a name that is unknown in `scope` when the other scope knows it. Nothing is done there."""
        try:
            yield
        except UnknownId as error:
            if type(error) is UnknownId and (found := self._known_elsewhere(str(error.args[0]), scope)):
                raise found from None
            raise

    def _known_elsewhere(self, name: str, scope: str) -> InOtherScope | None:
        """The error for a name that only the other scope knows; None when it does not."""
        try:
            with self.store("project" if scope == "global" else "global").read("", self.now()) as reader:
                reader.resolve(name)
        except OldhandError:
            return None  # unknown there too, several of that name, or no such store: the first error is the answer
        if scope == "global":
            return InOtherScope(name, "your global memory", "this project's", "leave out --scope")
        return InOtherScope(name, "this project's memory", "your global memory", "add --scope global")

    def other(self, name: str) -> "Memory":
        """The memory of another known project, by name or folder. Raises UnknownProject."""
        folder = self.known_projects().get(name)
        if folder is None:
            raise UnknownProject(name)
        return self.beside(folder / STORE_FOLDER)

    def beside(self, store: Path) -> "Memory":
        """The memory of another project, by the folder of its store, for the same speaker."""
        return Memory(  # named, so that no project around it and none switched to takes its place
            store.parent, self.home, store=store, named=False, actor=self.actor, trust=self.trust, origin=self.origin,
            surface=self.surface, environment=self.environment,
        )  # fmt: skip

    # -- the person's projects -----------------------------------------------------------------

    def known_projects(self) -> dict[str, Path]:
        """Registered projects by name, one small file each so that no two processes overwrite each other."""
        return {one.name: one.folder for one in known(self.home)[0]}  # `doctor` names files that cannot be read

    # -- settings ------------------------------------------------------------------------------

    def setting(self, name: str) -> Any:
        """The value in force: the project's where it may give one, else the person's, else the default."""
        return self.settings()[name][0]

    def settings(self) -> dict[str, tuple[Any, str]]:
        """Every setting's value in force and where it comes from: project, person or default."""
        if self._settings is None:
            values: dict[str, tuple[Any, str]] = {setting.name: (setting.default, "default") for setting in SETTINGS}
            places = [("person", self.home)]
            if not self.project.refusal:  # what somebody else left there says nothing
                places.append(("project", self.project.store))
            for place, folder in places:
                for name, value in read_settings(folder / SETTINGS_FILE).items():
                    if name in values and BY_NAME[name].counts(value, place):
                        said = checked(name, value)
                        if BY_NAME[name].adds and place == "project":
                            said = checked(name, f"{values[name][0]} {said}")
                        values[name] = (said, place)
            self._settings = values
        return self._settings

    def forget_settings(self) -> None:
        """Read the settings anew at the next use."""
        self._settings = self._finder = None

    # -- secrets -------------------------------------------------------------------------------

    def screening(self, deliberate: bool = False, redact: bool = False, advice: str = "") -> "Screening":
        """What keeps secrets out of something that comes in.

        deliberate: somebody says it on purpose, so that a secret is refused (SecretFound) unless they ask to have it
        replaced (redact, or --redact of the call that runs); what comes in by itself is redacted and counted.
        advice: what a refusal tells to do next.
        """
        from oldhand.knowledge.redaction import ADVICE, Screening

        refuse = deliberate and not (redact or self.redact_asked)
        return Screening(refuse=refuse, home=self.home, finder=self.finder(), advice=advice or ADVICE)

    def finder(self) -> "Finder":
        """What finds secrets here: what is known of them, and the person's and the project's own patterns."""
        if self._finder is None:
            from oldhand.knowledge.redaction import finder_of

            try:
                said, allowed = self.setting("secrets.patterns"), self.setting("secrets.allow")
            except OldhandError:  # broken settings, which `doctor` names, must be mended with what is known alone
                said = allowed = ""
            self._finder = finder_of(said, allowed, self.home)
        return self._finder

    # -- traces --------------------------------------------------------------------------------

    def traces(self) -> Traces:
        """The traces of the project's store."""
        if self._traces is None:
            try:
                keep = self.setting("traces.keep")
            except OldhandError:
                keep = BY_NAME["traces.keep"].default  # `doctor` must still run; it names the broken settings
            self._traces = Traces(self.project.store, keep)
        return self._traces

    def session_log(self) -> "SessionLog":
        """The local log of sessions in the project, which takes in no secrets and nothing that was forgotten.

        Nothing touches the disk before it is used. Raises NoStore.
        """
        if not self.project.remembered:
            raise self.absent()
        if self._session_log is None or self._session_log.folder != self.project.store:
            from oldhand.knowledge.erased_words import ErasedWords
            from oldhand.store.session_log import SessionLog

            gone = ErasedWords(self.home, self.project.store, self.home / GLOBAL_STORE)
            self._session_log = SessionLog(
                self.project.store, lambda text: gone.without(self.screening().clean(text)), self.now,
                lambda text: self.finder()(text),
            )  # fmt: skip
        return self._session_log

    def traced(self, operation: str, effect: str, seconds: float, failure: BaseException | None, reply: Any) -> None:
        """Note what an operation did: its time, its outcome and what it put into `trace_detail`."""
        detail, self.trace_detail = screened.trace(self.trace_detail, self.finder), {}
        untraced, self.untraced = self.untraced, False
        store = self._stores.get(self.project.store)
        if untraced or store is None or not store.writable:
            return
        outcome = type(failure).__name__ if failure else "ok"
        self.traces().add(Trace(self.now(), self.surface, operation, effect, int(seconds * 1_000_000), outcome, detail))


def _utf8(folder: Path) -> None:
    """Refuse a folder whose name SQLite cannot be told. Raises UnusableStore."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        why = "the name of its folder is no UTF-8; rename the folder, or name another one with OLDHAND_STORE"
        raise UnusableStore(folder, why) from None


def read_settings(path: Path) -> dict[str, Any]:
    """The settings kept in a file; empty when there is none. Raises DamagedStore when it is no JSON object."""
    try:
        with open_regular(path) as file:  # a pipe in its place is not waited for
            said = json.loads(file.read(LARGEST_SETTINGS + 1).decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except PermissionError as error:
        raise UnusableStore(path, f"it may not be read ({error.strerror})") from None
    except (OSError, ValueError, RecursionError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or error
        raise DamagedStore(path, f"the settings cannot be read ({why}); `oldhand config reset` starts anew") from None
    if not isinstance(said, dict):
        raise DamagedStore(path, "the settings are no JSON object; `oldhand config reset` starts anew")
    return said
