"""Anchors against the working tree: what is observed when a memory is tied, and what became of it since.

`observe` gives the value that is kept beside an anchor (oldhand.model.observed), `check` compares it with
the files as they are. Neither needs a store, so two checkouts can be compared:

    value = observe(Path("before"), parse("src/pay.py::Gateway.charge"))
    outcome = check(Path("after"), "src/pay.py::Gateway.charge", value, environment)
    outcome.state, outcome.now, outcome.detail

The two may be one working tree at two times: `git checkout` between the calls is enough, and what git
knows of renames is then used. A `Checker` does the same for many anchors and reads every file once.
"""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code.checked import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED, STATES, Checked, Outcome
from oldhand.code.checkout import Checkout, checkout
from oldhand.code.line_ranges import digest, noted
from oldhand.code.sources import Sources, blob_of
from oldhand.errors import BadAnchor, BadInput, MissingExtra
from oldhand.model.anchor import Anchor, as_noted, parse
from oldhand.model.observed import Observed, observed
from oldhand.model.secrets import masked

if TYPE_CHECKING:
    from oldhand.code.relocation import Relocation
    from oldhand.model.symbol import Symbol
    from oldhand.store.code_index import CodeIndex

__all__ = [
    "CANNOT_TELL", "CHANGED", "GONE", "HOLDS", "MOVED", "NAMELESS", "STATES", "Checked", "Checker", "Observer", "check",
    "observe",
]  # fmt: skip

RECALL_SECONDS = 0.05  # for all anchors of one answer: what a person does not feel and a hook can afford
_PLAIN: Mapping[str, str] = {"PATH": os.defpath}  # variables for git where nobody gave any
NAMELESS = "it is now in a file whose name no anchor can hold"
NAMES_SHOWN = 6  # symbols named when a name is ambiguous


def observe(root: Path, anchor: Anchor, *, strict: bool = False) -> str:
    """The value to keep beside an anchor: what its place holds now; empty for an absent file.

    root: the top of the working tree. strict: refuse a place that its file does not have, with BadAnchor
    (lines, symbols, patterns) or MissingExtra (a symbol where nothing can read code); otherwise it is
    noted as not seen. An absent file is never an error: it may be about to come.
    """
    return Observer(root).observe(anchor, strict=strict)


def check(
    root: Path, text: str, value: str, environment: Mapping[str, str] | None = None, *, seconds: float = 0.0
) -> Checked:  # fmt: skip
    """What became of the anchor `text`, whose place had `value` when it was noted.

    seconds: how long to look for what is not at its place, 0 for as long as it takes.
    """
    return Checker(root, environment, seconds=seconds).check(text, value)


class Observer:
    """Observes many anchors of one working tree as it is at the moment; every file is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = Sources(root)
        self._checkout: Checkout | None = None

    def observe(self, anchor: Anchor, *, strict: bool = False) -> str:
        """As the function of this name."""
        if anchor.dependency:
            return self._dependency(anchor, strict)
        content = self.files.content(anchor.path)
        if content is None:
            absent = anchor.symbol or anchor.pattern
            if absent and strict and self.files.exists(anchor.path):
                raise BadAnchor(str(anchor), f"'{anchor.path}' is no file that can be read")
            folder = not anchor.first and self.files.is_folder(anchor.path)
            return str(self._placed(Observed())) if absent or folder else ""
        if anchor.symbol:
            seen = self._symbol(anchor, content, strict)
        elif anchor.pattern:
            seen = self._pattern(anchor, content, strict)
        else:
            seen = self._lines(anchor, content, strict)
        return str(self._placed(seen if seen == Observed() else seen._replace(blob=blob_of(content))))

    def symbol(self, path: str, symbol: "Symbol") -> str:
        """The value for a symbol of a file that was parsed already."""
        from oldhand.code.symbol_anchors import noted_symbol

        content = self.files.content(path) or b""
        seen = noted_symbol(self.files.language(path), self.files.lines(path), symbol)
        return str(self._placed(seen._replace(blob=blob_of(content))))

    def _placed(self, seen: Observed) -> Observed:
        """With what is checked out."""
        self._checkout = self._checkout or checkout(self.root)
        return seen._replace(commit=self._checkout.commit, branch=self._checkout.branch)

    def _lines(self, anchor: Anchor, content: bytes, strict: bool) -> Observed:
        lines = self.files.lines(anchor.path)
        if strict and anchor.last > len(lines):
            raise BadAnchor(str(anchor), f"'{anchor.path}' has {len(lines)} line{'s' if len(lines) != 1 else ''}")
        first, last = (anchor.first, anchor.last) if anchor.first else (1, max(len(lines), 1))
        if first > len(lines) > 0 or (anchor.first and not lines):
            return Observed()
        seen = noted(lines, first, last)
        from oldhand.code.line_anchors import old_tokens

        tokens = old_tokens(self.files.language(anchor.path), content, first, min(last, len(lines)))
        return seen._replace(tokens=tokens) if anchor.first else seen._replace(tokens=tokens, before=0, after=0)

    def _symbol(self, anchor: Anchor, content: bytes, strict: bool) -> Observed:
        from oldhand.code.symbol_anchors import noted_symbol

        try:
            symbols = self.files.symbols(anchor.path)
        except MissingExtra:
            return Observed(blob=blob_of(content))  # its file alone; until that changes, the anchor holds
        found = [one for one in symbols or () if one.name == anchor.symbol]
        if not found and strict:
            raise BadAnchor(str(anchor), _no_symbol(anchor, symbols))
        if not found:
            return Observed()
        return noted_symbol(self.files.language(anchor.path), self.files.lines(anchor.path), found[0])

    def _pattern(self, anchor: Anchor, content: bytes, strict: bool) -> Observed:
        from oldhand.code.pattern_anchors import noted_pattern

        try:
            seen = noted_pattern(anchor, content)
        except (BadAnchor, MissingExtra):
            if strict:
                raise
            return Observed()
        if not seen.matched and strict:
            raise BadAnchor(str(anchor), f"nothing in '{anchor.path}' matches it")
        return seen

    def _dependency(self, anchor: Anchor, strict: bool) -> str:
        from oldhand.code.pattern_anchors import noted_dependency

        seen = noted_dependency(self.root, anchor)
        if not seen.digest and strict:
            raise BadAnchor(str(anchor), f"no manifest of this project declares '{anchor.dependency}'")
        return str(self._placed(seen))

    def full(self, anchor: Anchor) -> Anchor:
        """The anchor with the whole name of its symbol: `run` becomes `Job.run` where only that is meant.

        Raises BadAnchor when several symbols of the file may be meant. What cannot be read stays as it is.
        """
        if not anchor.symbol or self.files.content(anchor.path) is None:
            return anchor
        from oldhand.code.symbol_anchors import named

        try:
            found = named(self.files.symbols(anchor.path) or (), anchor.symbol)
        except MissingExtra:
            return anchor
        if len(found) > 1:
            shown = ", ".join(f"'{one.name}'" for one in found[:NAMES_SHOWN])
            more = " …" if len(found) > NAMES_SHOWN else ""
            raise BadAnchor(str(anchor), f"'{anchor.symbol}' is ambiguous in {anchor.path}: it may be {shown}{more}")
        return anchor._replace(symbol=found[0].name) if found else anchor


def _no_symbol(anchor: Anchor, symbols: "tuple[Symbol, ...] | None") -> str:
    """Why there is no such symbol, with the names that are most like it."""
    from oldhand.code.symbol_anchors import nearest_names

    if symbols is None:
        return f"symbols are not known in files like {anchor.path}; tie it to FILE or FILE:FIRST-LAST"
    if not symbols:
        return f"there are no symbols in {anchor.path}"
    close = " or ".join(f"'{name}'" for name in nearest_names(symbols, anchor.symbol))
    return f"no symbol '{anchor.symbol}' in {anchor.path}" + (f"; did you mean {close}?" if close else "")


class Checker:
    """Checks many anchors against one working tree as it is at the moment; every file is read once.

    root: the top of the working tree; environment: variables for git; seconds: how long to look for what is not
    at its place, counted from the first anchor whose file changed (0: as long as it takes); index: gives the
    index of the project's code when something has to be looked for, or None; known: gives what was found out
    about an anchor and its value before, if that still counts; keep: takes what was found out now.
    """

    def __init__(
        self, root: Path, environment: Mapping[str, str] | None = None, *, seconds: float = 0.0,
        index: "Callable[[], CodeIndex | None] | None" = None,
        known: Callable[[str, str], Checked | None] | None = None,
        keep: Callable[[Checked, str], None] | None = None,
    ) -> None:  # fmt: skip
        self.root, self.seconds = root, seconds
        self._environment = _PLAIN if environment is None else environment
        self._index, self._known, self._keep = index, known, keep
        self.files = Sources(root)
        self._where: Relocation | None = None

    @property
    def where(self) -> "Relocation":
        """What is known of the working tree so far."""
        if self._where is None:
            from oldhand.code.relocation import Relocation  # what holds needs neither git nor a parser

            until = time.monotonic() + self.seconds if self.seconds else 0.0
            self._where = Relocation(self.root, self._environment, until, self.files)
        return self._where

    def check(self, text: str, value: str) -> Checked:
        """What became of the anchor `text`, whose place had `value` when it was noted.

        An anchor that cannot be read is told as one of which nothing can be told: the others are to be told too.
        """
        try:
            anchor, seen = as_noted(text, value), observed(value)
        except BadInput as error:
            return Checked(text, CANNOT_TELL, "", str(error))
        except ValueError as error:
            return Checked(text, CANNOT_TELL, "", str(error))
        if seen == Observed():
            return Checked(text, CANNOT_TELL, "")
        if self._untouched(anchor, seen):
            return Checked(text, HOLDS, "")
        if anchor.dependency:  # depends on several files and costs little
            return self._told(text, anchor, seen)
        if self._known is not None and (before := self._known(text, value)) is not None:
            return before
        checked = self._told(text, anchor, seen)
        if self._keep is not None and not self.where.short_of_time:
            self._keep(checked, value)
        return checked

    def _told(self, text: str, anchor: Anchor, seen: Observed) -> Checked:
        """What became of an anchor; of a line of the project's files that is quoted, without its secrets."""
        checked = Checked(text, *self._outcome(anchor, seen))
        return checked._replace(detail=masked(checked.detail)) if checked.detail else checked

    def _untouched(self, anchor: Anchor, seen: Observed) -> bool:
        """Whether the file has the very bytes it had, which is so for most anchors and costs the least to see."""
        content = self.files.content(anchor.path) if seen.digest and not anchor.dependency else None
        if content is None:
            return False
        if seen.blob:
            return blob_of(content) == seen.blob
        lines = self.files.lines(anchor.path)  # of the first form, which knows nothing else
        return digest(lines[anchor.first - 1 : anchor.last] if anchor.first else lines) == seen.digest

    def _outcome(self, anchor: Anchor, seen: Observed) -> Outcome:
        """What became of an anchor, as far as it was looked for and can be said."""
        found = self._found(anchor, seen)
        if anchor.dependency:
            return found
        if found.state == GONE and found.detail == self.where.note():  # it was looked for elsewhere
            if self.where.short_of_time:  # and not everywhere
                return Outcome(CANNOT_TELL, "", f"not at its place; {found.detail}")
            if self.where.nameless(anchor.path, seen.commit):
                return Outcome(CANNOT_TELL, "", NAMELESS)
        return found if not found.now or self._is_place(found.now) else Outcome(CANNOT_TELL, "", NAMELESS)

    def _is_place(self, text: str) -> bool:
        """Whether an anchor leads to where something was found: some names of files read as something else."""
        try:
            path = parse(text).path
        except BadInput:
            return False
        return self.files.content(path) is not None or self.files.is_folder(path)

    def _found(self, anchor: Anchor, seen: Observed) -> Outcome:
        if anchor.dependency:
            from oldhand.code.pattern_anchors import dependency_outcome

            return dependency_outcome(self.where, anchor, seen)
        if anchor.symbol:
            return self._symbol(anchor, seen)
        if anchor.pattern:
            from oldhand.code.pattern_anchors import pattern_outcome

            return pattern_outcome(self.where, anchor, seen)
        from oldhand.code.line_anchors import file_outcome, folder_outcome, lines_outcome

        if not seen.digest:
            beyond = Outcome(CANNOT_TELL, "", "it was not there when it was noted")
            return beyond if anchor.first else folder_outcome(self.where, anchor, seen)
        return lines_outcome(self.where, anchor, seen) if anchor.first else file_outcome(self.where, anchor, seen)

    def _symbol(self, anchor: Anchor, seen: Observed) -> Outcome:
        from oldhand.code.symbol_anchors import symbol_outcome

        return symbol_outcome(self.where, anchor, seen, self._index)
