"""What a call leaves behind: every file below some folders, so that two looks can be compared."""

from hashlib import sha256
from pathlib import Path

# Written whatever happens: the local log, and SQLite's own files beside an open database.
PASSING = ("traces.db", "-wal", "-shm", "write.lock")


def files_below(*folders: Path) -> dict[str, str]:
    """Every file and link below some folders with a digest of its content, but for the passing ones."""
    return {
        str(path): sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() and not any(part in path.name for part in PASSING)
    }
