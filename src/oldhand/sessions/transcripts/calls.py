"""Calls of tools and what came of them: the one is tied to the other by the host's name of the call."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from oldhand.sessions.record import CALL, COMMAND, RESULT, Event
from oldhand.sessions.transcripts.neutral import Called, called, changed_by

if TYPE_CHECKING:
    from oldhand.sessions.transcripts.claude_prompts import Said

MOST_OPEN = 2_000  # calls whose results have not come; far more than run at once, and a state of some 100 KB
MOST_IDS = 100_000  # names of calls by which one that comes twice is told; some 15 MB


class Calls:
    """The calls of one transcript that wait for their results.

    open: of an earlier reading of the same file; a plain object of JSON, so that it can be kept.
    """

    def __init__(self, open_: Any = None) -> None:
        self.open: dict[str, list[Any]] = {}  # call -> tool, name, target, changed paths
        for call, said in (open_ if isinstance(open_, dict) else {}).items():
            if isinstance(said, list) and len(said) == 4:
                self.open[call] = said
        self._seen: dict[int, int] = {}  # of a call's or result's name: what it said

    def _key(self, kind: str, call: str, key: str, said: object) -> str:
        """The host's name of the call; the record's own when it named another one so; empty when it is said again."""
        if not call:
            return key
        mark, content = hash((kind, call)), hash(said)
        if mark not in self._seen:
            if len(self._seen) < MOST_IDS:
                self._seen[mark] = content
            return call
        return "" if self._seen[mark] == content else key

    def call(
        self, call: str, name: str, arguments: Any, at: int, key: str, agent: str = "", about: Called | None = None
    ) -> Iterator[Event]:  # fmt: skip
        """A call, unless it is told a second time: what it concerns is told by its arguments, or by `about`."""
        about = about or called(name, arguments)
        if call:
            while len(self.open) >= MOST_OPEN:
                del self.open[next(iter(self.open))]
            self.open[call] = [about.tool, name, about.target, changed_by(about, None)]
        own = self._key(CALL, call, key, (name, about.target, about.text))
        if own:
            yield Event(
                CALL, at, own, about.text, agent, about.tool, name, call or key, about.target, None, about.detail
            )

    def result(
        self, call: str, text: str, at: int, key: str, agent: str, ok: bool | None, detail: dict[str, Any],
        *, ran: bool = False, last: bool = True, again: bool = False,
    ) -> Iterator[Event]:  # fmt: skip
        """What came of a call, unless it is told a second time. ran: a command without another word ended with 0;
        last: nothing more will come of it; again: something was told of it before, so that this bears the record's
        name and not the call's."""
        tool, name, target, changed = self.open.get(call, ["", "", "", []])
        if last:
            self.open.pop(call, None)
        if ran and tool == COMMAND and ok and "exit" not in detail:
            detail = {**detail, "exit": 0}
        if ok and changed and "changed" not in detail:
            detail = {**detail, "changed": changed}
        own = key if again else self._key(RESULT, call, key, text)
        if own:
            yield Event(RESULT, at, own, text, agent, tool, name, call or key, target, ok, detail)

    def by_person(self, said: "Said", at: int, key: str) -> Iterator[Event]:
        """A command that the person ran beside the agent, and in the next record its output."""
        if said.output is None:
            about = Called(COMMAND, "", said.text, said.detail)
            yield from self.call(f"person-{key}", "!", {}, at, key, about=about)
        elif own := next((call for call in reversed(self.open) if call.startswith("person-")), ""):
            yield from self.result(own, said.text, at, key, "", None, said.detail)
