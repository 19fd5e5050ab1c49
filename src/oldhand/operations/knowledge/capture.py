"""The operation `capture`."""

import json
from typing import Any, Literal, NamedTuple

from oldhand.errors import BadLine, MissingArgument
from oldhand.knowledge.capture import Finding, take
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation

_NAMES: dict[str, Any] = {
    "text": "", "kind": "claim", "title": "", "domain": "", "said_by": "agent", "tags": [], "anchors": [], "fields": {},
}  # fmt: skip


class CapturedOne(NamedTuple):
    """What became of one finding. outcome: captured, confirmed, known (this session said it before), restored,
    quarantined or left out; why: the reason for the latter two."""

    number: int
    outcome: str
    id: str
    why: str


class Captured(NamedTuple):
    """What a capture did, or would do with dry_run.

    off: whether capture is switched off (setting capture.automatic) and nothing was done; findings: one by one;
    retired: members of the tier that made room; redacted: how many secrets were replaced by a mark.
    """

    off: bool
    findings: list[CapturedOne]
    retired: list[str]
    redacted: int
    dry_run: bool
    root: str


@operation(WRITE)
def capture(
    memory: Memory, text: str = "", *, session: str, way: str = "hook", kind: str = "claim",
    said_by: Literal["agent", "tool", "web"] = "agent", anchors: list[str] = [], jsonl: str = "",
    dry_run: bool = False,
) -> Captured:  # fmt: skip
    """Note what a session found, in a tier of its own that never displaces what people said

    For hooks and for what reads sessions. What is captured is found by recall, is never told unasked, and
    is believed no more than an agent. The tier holds at most capture.quota memories; `oldhand consolidate`
    makes ordinary knowledge of what several sessions found. Nothing is written when capture.automatic is no.

    Parameters
    text: what was found
    session: names the session, so that the same finding in two sessions counts as two
    way: what brings it: hook, transcript or the like
    kind: what sort of memory
    said_by: agent, tool (the output of a program) or web (a page)
    anchors: what it speaks of, as `remember` takes it
    jsonl: many findings, one JSON object a line with text, kind, title, domain, said_by, tags, anchors, fields
    dry_run: tell what would be captured and change nothing
    """
    if bool(text) == bool(jsonl):
        raise MissingArgument("capture", "text", "give either a text or lines of JSON")
    one = Finding(text, kind, said_by=said_by, anchors=tuple(anchors))
    done = take(memory, [one] if text else _lines(jsonl), session, way, dry_run=dry_run)
    memory.untraced = done.off
    if not done.off:
        memory.trace_detail = {"captured": sum(bool(kept.id) for kept in done.findings), "root": done.root}
    findings = [CapturedOne(kept.number, kept.outcome, short(kept.id), kept.why) for kept in done.findings]
    return Captured(done.off, findings, list(map(short, done.retired)), done.redacted, dry_run, done.root)


def _lines(jsonl: str) -> list[Finding]:
    """The findings of JSON lines. Raises BadLine with the number of the first line that is none."""
    found = []
    for number, line in enumerate(jsonl.split("\n"), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadLine(number, f"it is no JSON ({error})") from None
        if not isinstance(said, dict) or (unknown := set(said) - set(_NAMES)):
            names = f"unknown names {sorted(unknown)}" if isinstance(said, dict) else "it is no JSON object"
            raise BadLine(number, names)
        if wrong := [name for name, value in said.items() if not _fits(value, _NAMES[name])]:
            raise BadLine(number, f"'{wrong[0]}' has the wrong type")
        whole = _NAMES | said
        lists = {name: tuple(whole[name]) for name in ("tags", "anchors")}
        found.append(Finding(**{**whole, **lists, "fields": tuple(sorted(whole["fields"].items()))}))
    return found


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, type(default))
