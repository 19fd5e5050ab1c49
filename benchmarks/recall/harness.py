"""The evaluation harness, imported at run time from its own folder; none of its code or data is in this repository.

The folder (OLDHAND_EVAL, or `--eval`) holds datasets.py, baselines.py, metrics.py and, unless EVAL_DATA names another,
the folder `data`. README.md beside this file says where the data comes from.
"""

import importlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "OLDHAND_EVAL"
NEEDED = ("datasets.py", "baselines.py", "metrics.py")


class NoHarness(SystemExit):
    """The harness is not where it was said to be; the message says how to name its folder."""


def folder(said: str = "") -> Path:
    """The harness's folder: what was said, else what OLDHAND_EVAL names. Raises NoHarness when it is not there."""
    name = said or os.environ.get(VARIABLE, "")
    if not name:
        raise NoHarness(f"Say where the evaluation harness is: --eval FOLDER, or the variable {VARIABLE}.")
    path = Path(name).expanduser().resolve()
    if missing := [file for file in NEEDED if not (path / file).is_file()]:
        raise NoHarness(f"{path} is no evaluation harness: it has no {missing[0]}. Name its folder with --eval.")
    return path


def use(said: str = "") -> Path:
    """Make the harness importable, in this process and those it starts, and return its folder. Raises NoHarness."""
    path = folder(said)
    os.environ[VARIABLE] = str(path)
    if str(path) not in sys.path:
        sys.path.insert(0, str(path))  # first, since its `datasets` shares its name with a package
    return path


@cache
def module(name: str) -> Any:
    """One module of the harness: datasets, metrics, baselines. Raises NoHarness."""
    path = use()
    found = importlib.import_module(name)
    if Path(str(found.__file__)).resolve().parent != path:
        raise NoHarness(f"`{name}` was imported from {found.__file__}, not from {path}; start a process without it.")
    return found


def data() -> Path:
    """The folder of the data in use. Raises NoHarness when it is not there."""
    path = Path(module("datasets").ROOT)
    if not path.is_dir():
        raise NoHarness(f"There is no data in {path}; EVAL_DATA names another folder.")
    return path


def half() -> str:
    """Which half of the data is in use, for reports: its folder is not named."""
    return "another half (EVAL_DATA)" if os.environ.get("EVAL_DATA") else "the development half"
