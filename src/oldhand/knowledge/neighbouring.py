"""Memories tied to the files that a file lives with: what it imports, what imports it, what changes with it."""

from collections.abc import Container

from oldhand.knowledge.annotating import notes_an_edit
from oldhand.knowledge.code_at_hand import Facts
from oldhand.knowledge.places import CURRENT, description
from oldhand.store.anchored import tied
from oldhand.store.reader import Held, Reader

MOST_NEIGHBOURS = 6  # files of each sort that are asked about: each costs a look-up, and `look` answers in 20 ms
MOST_OF_ONE = 3  # memories read of one file, the most important


def neighbouring(reader: Reader, facts: Facts, but: Container[str], most: int) -> list[tuple[Held, str]]:
    """(memory, why) of the current memories tied to a file's neighbours, the nearest first, at most `most`.

    but: ids of memories that are told already. What only describes a symbol or notes an edit is left out.
    """
    around: dict[str, str] = {}
    for paths, why in (
        (facts.imports, "which it imports"), (facts.imported_by, "which imports it"),
        (facts.together, "which usually changes with it"),
    ):  # fmt: skip
        for path in paths[:MOST_NEIGHBOURS]:
            around.setdefault(path, why)
    found: dict[str, tuple[Held, str]] = {}
    for path, why in around.items():
        if len(found) >= most:
            break
        for held in reader.several(tied(reader, path, MOST_OF_ONE), CURRENT):
            if held.id not in but and not notes_an_edit(held) and not description(held):
                found.setdefault(held.id, (held, f"tied to {path}, {why}"))
    return list(found.values())[:most]
