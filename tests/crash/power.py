"""A disk that loses power: what was written and not synced may be lost, torn or reordered when it does.

An SQLite VFS made the default of the process carries every write of the store to the real file
system and, beside it, into a model of the disk: each file's synced bytes, the writes since, the
synced names of each folder, the changes of names since. A cut makes an image of what a disk could
hold at that moment. Nothing of the store is replaced: it opens its files by name as ever.

Limits: a VFS made in Python has no shared memory, so each connection takes SQLite's exclusive
locking mode (one connection a file at a time). A disk that lies about syncing is not modelled.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR = 512  # bytes that a disk writes as one
CHECKPOINT_PAGES = 60  # pages in the log that make SQLite copy it into the file: often, so that cuts fall into it
VFS_NAME = "disk-that-loses-power"
ORDINARY = apsw.vfs_names()[0]  # the VFS that is the default before any of ours


class Written(NamedTuple):
    """A write that is not synced yet; no data: the file was cut to `offset` bytes."""

    offset: int
    data: bytes | None

    def onto(self, content: bytearray) -> None:
        """Do it to a file's bytes."""
        if self.data is None:
            del content[self.offset :]
            return
        if len(content) < self.offset:
            content.extend(bytes(self.offset - len(content)))
        content[self.offset : self.offset + len(self.data)] = self.data


class File:
    """A file's synced bytes, and the writes since."""

    def __init__(self) -> None:
        self.synced = bytearray()
        self.waiting: list[Written] = []

    def sync(self) -> None:
        """Make every write durable."""
        for write in self.waiting:
            write.onto(self.synced)
        self.waiting.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """What the disk may hold of it: no write since the sync, all, the first few, or any sectors of any of them."""
        content = bytearray(self.synced)
        mode = chance.choice(("none", "all", "first", "any"))
        kept = {"none": 0, "first": chance.randint(0, len(self.waiting))}.get(mode, len(self.waiting))
        for write in self.waiting[:kept]:
            if mode != "any":
                write.onto(content)
            elif write.data is None:
                if chance.random() < 0.5:
                    write.onto(content)
            else:
                for start in range(0, len(write.data), SECTOR):
                    if chance.random() < 0.5:
                        Written(write.offset + start, write.data[start : start + SECTOR]).onto(content)
        return bytes(content)


class Naming(NamedTuple):
    """A change of a folder's names that is not synced yet: `name` is now `file` (None: it goes), and was `was`."""

    name: str
    file: File | None
    was: str = ""


class Disk:
    """The files below one folder, as they lie on a disk. `at_step` is called before each change of it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = str(folder), chance
        self.names: dict[str, File] = {}
        self.synced_names: dict[str, File] = {}
        self.waiting: list[Naming] = []
        self.synced_folders: set[str] = set()
        self.steps = 0
        self.at_step: Callable[[], None] = lambda: None

    def holds(self, path: str) -> bool:
        """Whether a path is of this disk."""
        return path.startswith(self.folder + "/")

    def _step(self) -> None:
        self.steps += 1
        self.at_step()

    def opened(self, path: str) -> File:
        """The file of this name, made if it is not there."""
        if path not in self.names:
            self._step()
            self.names[path] = File()
            self.waiting.append(Naming(path, self.names[path]))
        return self.names[path]

    def write(self, file: File, offset: int, data: bytes | None) -> None:
        """Write, or cut the file (no data), for now only in the page cache."""
        self._step()
        file.waiting.append(Written(offset, data))

    def sync(self, file: File) -> None:
        """Sync one file's bytes."""
        self._step()
        file.sync()

    def remove(self, path: str) -> None:
        """Take a name away, for now only in the page cache."""
        if path in self.names:
            self._step()
            del self.names[path]
            self.waiting.append(Naming(path, None))

    def rename(self, path: str, name: str) -> None:
        """Give a file another name, for now only in the page cache."""
        if path in self.names:
            self._step()
            self.names[name] = self.names.pop(path)
            self.waiting.append(Naming(name, self.names[name], path))

    def sync_names(self) -> None:
        """Sync the folder."""
        self._step()
        self._apply(self.synced_names, self.waiting)
        self.waiting.clear()

    @staticmethod
    def _apply(names: dict[str, File], changes: list[Naming]) -> None:
        for change in changes:
            names.pop(change.was, None)
            if change.file is None:
                names.pop(change.name, None)
            else:
                names[change.name] = change.file

    def image(self) -> dict[str, bytes]:
        """What the disk may hold after a loss of power now: the bytes of each name below the folder."""
        names = dict(self.synced_names)
        mode = self.chance.choice(("none", "all", "first", "any"))
        kept = {"none": 0, "first": self.chance.randint(0, len(self.waiting))}.get(mode, len(self.waiting))
        changes = self.waiting[:kept]
        self._apply(names, [c for c in changes if self.chance.random() < 0.5] if mode == "any" else changes)
        return {name[len(self.folder) + 1 :]: file.after_cut(self.chance) for name, file in names.items()}


class _DiskFile(apsw.VFSFile):
    """An open file whose changes reach the model, too."""

    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        super().__init__(ORDINARY, name, flags)
        self.path = name.filename() if hasattr(name, "filename") else str(name)
        self.disk = disk
        self.fresh = self.path not in disk.names and not flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        self.file = disk.opened(self.path)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write."""
        super().xWrite(data, offset)
        self.disk.write(self.file, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut."""
        super().xTruncate(newsize)
        self.disk.write(self.file, newsize, None)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Sync; SQLite's own VFS syncs the folder when it first syncs a journal that it made."""
        super().xSync(flags)
        self.disk.sync(self.file)
        if self.fresh:
            self.disk.sync_names()
            self.fresh = False


class _DiskVFS(apsw.VFS):
    """The default VFS of the process while a disk is watched."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__(VFS_NAME, ORDINARY, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """Open a file of the disk, or any other as ever."""
        path = name.filename() if hasattr(name, "filename") else str(name or "")
        if self.disk.holds(path):
            return _DiskFile(name, flags, self.disk)
        return apsw.VFSFile(ORDINARY, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Remove a file; the folder is synced when SQLite asks for that."""
        super().xDelete(filename, syncdir)
        self.disk.remove(filename)
        if syncdir:
            self.disk.sync_names()


@contextmanager
def watched(disk: Disk) -> Iterator[list[apsw.Connection]]:
    """Every file below the disk's folder goes through the model; gives the list of connections as they are opened."""
    connections: list[apsw.Connection] = []

    def hook(connection: apsw.Connection) -> None:
        connection.execute(f"PRAGMA locking_mode=EXCLUSIVE; PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connections.append(connection)

    vfs = _DiskVFS(disk)
    apsw.connection_hooks.append(hook)
    try:
        with _system_calls(disk):
            yield connections
    finally:
        apsw.connection_hooks.remove(hook)
        apsw.set_default_vfs(ORDINARY)
        connections.clear()
        vfs.unregister()


@contextmanager
def _system_calls(disk: Disk) -> Iterator[None]:
    """What the store asks of the system itself (make, sync, rename, remove) reaches the model, too."""
    made = {name: getattr(os, name) for name in ("open", "fsync", "replace", "unlink")}
    paths: dict[int, str] = {}

    def opening(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        descriptor: int = made["open"](path, flags, *rest, **more)
        paths[descriptor] = os.path.abspath(os.fspath(path))
        if flags & os.O_CREAT and disk.holds(paths[descriptor]):
            disk.opened(paths[descriptor])
        return descriptor

    def syncing(descriptor: int) -> None:
        made["fsync"](descriptor)
        path = paths.get(descriptor, "")
        if path in disk.names:
            disk.sync(disk.names[path])
        elif path == disk.folder:
            disk.sync_names()
        disk.synced_folders.add(path)

    def renaming(path: Any, name: Any) -> None:
        made["replace"](path, name)
        disk.rename(os.path.abspath(os.fspath(path)), os.path.abspath(os.fspath(name)))

    def removing(path: Any, **more: Any) -> None:
        made["unlink"](path, **more)
        disk.remove(os.path.abspath(os.fspath(path)))

    os.open, os.fsync, os.replace, os.unlink = opening, syncing, renaming, removing  # type: ignore[assignment]
    try:
        yield
    finally:
        os.open, os.fsync, os.replace, os.unlink = made.values()
