"""Anchors of memories: noted when a memory is tied to a place, and checked when it is told."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code import paths
from oldhand.code.anchors import CHANGED, MOVED, RECALL_SECONDS, Checked, Checker, Observer
from oldhand.errors import BadAnchor, OutsideProject
from oldhand.model.anchor import Anchor, parse
from oldhand.recall.render import clipped, headline
from oldhand.store.fold import registers
from oldhand.store.reader import Held

if TYPE_CHECKING:
    from oldhand.knowledge.anchor_memory import AnchorMemory
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

CONFIRM_SECONDS = 1.0  # for looking where the places of one memory went, while a person waits and the store is held
_TOO_MANY_DIGITS = re.compile(r":(?:\d{8,}(?:-\d*)?|\d+-\d{8,})\Z")
TEXT_CHARACTERS = 80  # of a memory beside its anchor: enough to know it again


def places(tree: Path | Observer, said: Iterable[str], *, strict: bool = False) -> dict[str, str]:
    """Anchor -> what is observed there now, for anchors as they were said.

    tree: the top of the working tree, or what has read files of it already. strict: a symbol, line or
    pattern that is not there is refused (BadAnchor), and a symbol may be named by its last part.
    """
    observer = tree if isinstance(tree, Observer) else Observer(tree)
    found = {}
    for text in said:
        anchor = observer.full(_allowed(observer, text)) if strict else parse(text)
        found[str(anchor)] = observer.observe(anchor, strict=strict)
    return found


def _allowed(observer: Observer, text: str) -> Anchor:
    """The anchor that somebody types. Raises BadAnchor for closed folders, and for lines no file can have."""
    anchor = parse(text)
    if not anchor.dependency:
        try:
            paths.checked("/".join(part for part in anchor.path.split("/") if part not in ("", ".")))
        except OutsideProject as error:
            raise BadAnchor(text, str(error.args[1])) from None
        if _TOO_MANY_DIGITS.search(anchor.path) and not observer.files.exists(anchor.path):
            raise BadAnchor(text, "lines have at most 7 digits")
    return anchor


def in_short(held: Held | None) -> str:
    """What a memory says, short, beside its anchor; empty when it cannot be read."""
    return clipped(headline(held.title, held.text), TEXT_CHARACTERS) if held else ""


def noted_anew(memory: "Memory", transaction: "Transaction", name: str) -> list[str]:
    """Note the places of a memory as they are now, where they changed or moved: whoever confirms it has seen them.

    Returns the anchors as they are called now. What is gone is left, so that it goes on being told.
    """
    checks = Checker(memory.project.tree, memory.environment, seconds=CONFIRM_SECONDS)
    observer = Observer(memory.project.tree)
    anchors: dict[str, str] = {}
    gone = []
    for register, value in registers(transaction.record(name)).items():
        if not register.startswith("anchor/") or value is False:
            continue
        _, state, now, _ = checks.check(register[len("anchor/") :], value)
        if state in (CHANGED, MOVED):
            place = now or register[len("anchor/") :]
            if not memory.screening().nameable([place]):
                continue  # its new name holds a secret
            anchors[place] = observer.observe(parse(place))
            gone += [register[len("anchor/") :]] if now else []
    if anchors:
        unanchor = sorted(set(gone) - set(anchors))
        transaction.emit("set", name, memory.actor, memory.origin, {"anchors": anchors, "unanchor": unanchor})
    return sorted(anchors)


def checker(memory: "Memory", as_of: str = "") -> Checker | None:
    """What checks the anchors of one answer; None for an answer about the past, whose files nobody has."""
    if as_of:
        return None
    held: list[AnchorMemory] = []

    @contextmanager
    def opened() -> "Iterator[AnchorMemory]":
        if not held:
            from oldhand.knowledge.anchor_memory import AnchorMemory  # only where something changed

            held.append(AnchorMemory(memory))
        try:
            yield held[0]
        finally:
            held[0].close()  # nobody tells when the answer is complete; opening it again takes 0.2 ms

    def known(anchor: str, value: str) -> Checked | None:
        with opened() as kept:
            return kept.known(anchor, value)

    def keep(checked: Checked, value: str) -> None:
        with opened() as kept:
            kept.keep(checked, value)
            kept.write(everything=False)

    return Checker(memory.project.tree, memory.environment, seconds=RECALL_SECONDS, known=known, keep=keep)
