"""The model as somebody may have it in a folder, and a person whose pip finds nothing."""

import os
from pathlib import Path

from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.installing import LOCK
from oldhand.recall.dense.model_folder import MODELS

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}  # settings of a person whose pip finds nothing


def replaced(file: Path, content: bytes) -> None:
    """Put another file in the place of one that has other names too."""
    file.unlink()
    file.write_bytes(content)


def flipped(file: Path) -> None:
    """Flip one bit of a file."""
    content = bytearray(file.read_bytes())
    content[-5_000] ^= 4
    replaced(file, bytes(content))


def leftovers(home: Path) -> list[str]:
    """What lies in the folder of models, beside the lock and the model itself."""
    models = home / MODELS
    return sorted(entry.name for entry in models.iterdir() if entry.name not in (LOCK, MINILM.name))
