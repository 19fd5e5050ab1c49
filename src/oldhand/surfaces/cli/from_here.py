"""Places named in a folder inside the project are meant from there, as git and grep take them."""

import os
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oldhand.operation import Operation, places

# Parameters that name places.
PLACES = frozenset({"place", "path", "file", "target", "anchors", "unanchor", "read", "places"})
GROUPS = frozenset({"code", "anchors"})  # every operation of these
OTHERS = frozenset({"look", "remember", "revise", "decide", "decision_record"})
_LINES = re.compile(r":\d{1,7}(?:-\d{1,7})?\Z")


def meant_from(here: Path, tree: Path, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the places in them named from the top of the working tree `tree`.

    here: the folder in which the command was given. A place that is there from `here` is meant from
    `here`; one that is nowhere as well, unless its folder is only there from the top.
    """
    here, tree = here.resolve(), tree.resolve()
    if here == tree or not here.is_relative_to(tree) or not _takes_places(operation):
        return dict(given)
    inside = here.relative_to(tree).as_posix()

    def moved(text: str) -> str:
        bare = _LINES.sub("", text.partition("::")[0])
        if not bare.strip() or "\0" in bare or bare.startswith(("/", "~", "dep:")) or re.match(r"[A-Za-z]+:", bare):
            return text
        if not _there(here / bare) and (_there(tree / bare) or not _there((here / bare).parent)):
            return text
        return posixpath.normpath(posixpath.join(inside, bare)) + text[len(bare) :]

    return {
        name: [moved(one) for one in value] if isinstance(value, list) else moved(value)
        if isinstance(value, str) else value
        for name, value in given.items()
        if name in PLACES
    } | {name: value for name, value in given.items() if name not in PLACES}  # fmt: skip


def _takes_places(operation: Operation) -> bool:
    return operation.name in OTHERS or places()[operation.name][0] in GROUPS


def _there(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False  # no such name can be: the operation says what is wrong with it
