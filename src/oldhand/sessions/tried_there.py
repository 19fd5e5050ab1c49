"""What was tried and taken back at the files that a handoff is about: told with it, as whoever goes on works there.

By exact places alone, so that nothing is told because it sounds alike. Nothing asks the clock: whether something counts
still is reckoned against the memory's latest change.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.knowledge.severity import SEVERITIES, in_force, severity_of
from oldhand.knowledge.trusting import opens
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.recall.render import clipped, tried
from oldhand.store.anchored import tied_of_kind
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.store.reader import Held, Reader

KIND = "negative"
STANDING = ("active", "contested")
MOST = 2  # told in one opening: what matters most
MOST_FILES = 20  # of a handoff that are looked at, the first: 9 ms where each has 500 memories
MOST_TIED = 40  # things tried there that are looked at, the most important
LONGEST = 140  # characters of one: an opening names things, `look` tells them


def tried_at(reader: "Reader", paths: Iterable[str]) -> "list[Held]":
    """What was tried at some files and may open a session, the gravest first, then the latest; at most MOST."""
    files = list(dict.fromkeys(paths))[:MOST_FILES]
    names = tied_of_kind(reader, files, KIND, MOST_TIED) if files else []
    if not names:
        return []
    now = reader.root().learned
    found = [one for one in reader.several(names, Shelf(STANDING, kind=KIND)) if one.wordings]
    found.sort(key=lambda one: (SEVERITIES.index(severity_of(one.wordings[-1].content)), -one.created, one.id))
    told: list[Held] = []
    for one in found:
        if len(told) < MOST and in_force(one, now) and opens(reader, one):
            told.append(one)
    return told


def said(one: "Held") -> str:
    """One of them as an item of a line: its id, and what it says."""
    return f"{one.id[:SHORTEST_PREFIX]} {clipped(' '.join(tried(one.text)[1].split()), LONGEST)}"
