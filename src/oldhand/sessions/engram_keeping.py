"""Keeping engrams: what of a derivation becomes a memory of the kind `engram`, and how one is found again."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from oldhand.code.history import head
from oldhand.errors import AmbiguousId, UnknownEngram
from oldhand.knowledge import admission
from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.successors import present_key
from oldhand.model import kinds
from oldhand.model.anchor import can_name
from oldhand.model.canonical import address
from oldhand.model.identity import MEMORY_DIGITS, memory_of_slot, short
from oldhand.model.trust import least
from oldhand.sessions.engram import Derived, Tokens
from oldhand.sessions.engram_context import GOTCHA
from oldhand.sessions.engram_git import NAME, FileChange, Made
from oldhand.sessions.engram_reasoning import clipped
from oldhand.store.engram_index import ALIAS, COMMIT, KIND, bodies, latest, tagged
from oldhand.store.fold import standing

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Held, Reader

DOMAIN = "history"
PRIORITY = -100  # the least: whatever lists memories lists engrams last
NAMED_COMMIT = 40  # digits of a commit in a tag: all of SHA-1, enough of SHA-256
SHORTEST = 6  # characters of a name or commit by which an engram is found
MOST_CRITICAL, MOST_TOLD, MOST_GOTCHAS = 30, 40, 20
FILES_NAMED = 4  # files that a summary names
LONGEST_SUBJECT = 120  # characters
ORIGIN = "engram"
LATEST = "latest"  # names the latest engram
OWN_FILE = " by the session"  # behind a file that a tool of the session changed
PUT_AWAY = ("rejected", "erased", "retired")


def memory_id(name: str) -> str:
    """The id of the memory that an engram of this name is."""
    return memory_of_slot(DOMAIN, f"{KIND}/{name}")


# -- what is kept -------------------------------------------------------------------------------------


def content(
    name: str, tied: str, made: Made, derived: Derived, events: str, also: Sequence[str] = ()
) -> dict[str, Any]:
    """The fields of an engram. tied: how the session was found; events: numbers of its first and last event in the log;
    also: other commits that it belongs to."""
    session, begun = derived.session, derived.begun

    def at(moment: int) -> str:
        return f"{max(moment - begun, 0) // 1000}s" if moment else "0s"

    calls = derived.graph.calls
    critical = [calls[number] for number in derived.graph.critical]
    told = derived.context.told[:MOST_TOLD]
    state = (f"worktree: {made.worktree}",) * bool(made.worktree) + (f"not committed: {made.dirty} files",) * (
        made.dirty > 0
    )
    return {
        "text": summary(made, derived),
        "title": clipped(made.subject or next(iter(derived.prompts), "") or "a session", LONGEST_SUBJECT),
        "name": name, "session": session.id, "tied": tied, "commit": made.commit, "before": list(made.rewritten),
        "also": list(also), "branch": made.branch or session.branch, "at": str(made.at), "begun": str(begun),
        "host": session.host, "model": session.model or next((one.model for one in derived.tokens if one.model), ""),
        "duration": str(max(derived.ended - begun, 0)), "active": str(derived.active_ms),
        "tokens": [written(one) for one in derived.tokens],
        "files": [file_line(one) for one in made.files],
        "decisions": list(derived.decisions),
        "shown": [
            f"{short(one.memory)} {one.kind or 'unknown'} at {one.event or 'start'}: "
            + ("withheld" if one.withheld else ", ".join(one.how) or "nothing of it shows")
            for one in told
        ],
        "influence": f"{derived.context.used} of {derived.context.shown} shown, {derived.context.tokens} tokens"
        if derived.context.told else "",
        "gotchas": [
            f"{short(one.memory)} {clipped(one.text, 120)}" + f" (at: {clipped(one.action, 80)})" * bool(one.action)
            for one in told if one.kind == GOTCHA and one.event not in ("", "SessionStart") and not one.withheld
        ][:MOST_GOTCHAS],
        "trail": [f"{at(one.at)} {one.kind}: {one.text}" for one in derived.trail],
        "eliminated": [f"{at(one.at)} {one.option}" + f" || {one.why}" * bool(one.why) for one in derived.eliminated],
        "confidence": [f"{at(one.at)} {one.value} {one.trigger}" for one in derived.confidence],
        "calls": f"{len(calls)} calls, {len(derived.graph.ties)} ties" if calls else "",
        "critical": [
            f"#{one.number} {one.tool}{taking(one.ms)}{' failed' * (one.ok is False)}: {one.what}"
            for one in (critical if len(critical) <= MOST_CRITICAL else critical[-MOST_CRITICAL:])
        ],
        "work": [f"{what}: {count}" for what, count in derived.work],
        "friction": list(derived.friction), "open": list(derived.open), "outcome": derived.outcome,
        "subagents": [
            f"{one.id} from call #{one.call}: {one.calls} calls, {one.failures} failed, {one.tokens} tokens, "
            f"{len(one.files)} files changed: {one.asked}"
            for one in derived.subagents
        ],
        "sandbox": [*derived.sandbox, *state], "events": events,
    }  # fmt: skip


def summary(made: Made, derived: Derived) -> str:
    """What a session did, in a few sentences put together by rule: what was asked, what changed, how it ended."""
    nobody = "Work without a prompt of its own" if derived.events else "A session of which nothing more is known"
    asked = f'"{derived.prompts[0]}"' if derived.prompts else nobody
    if len(derived.prompts) > 1:
        asked += f" and {counted(len(derived.prompts) - 1, 'more prompt')}"
    subject = clipped(made.subject, LONGEST_SUBJECT)
    parts = [
        asked + (commit_words(made.commit, subject, [file_line(one) for one in made.files]) if made.commit else "")
    ]
    if derived.events:
        parts.append(derived.outcome[:1].upper() + derived.outcome[1:])
    if derived.eliminated:
        parts.append(f"Given up: {counted(len(derived.eliminated), 'option')}")
    if derived.open:
        parts.append(f"Left open: {counted(len(derived.open), 'thing')}")
    return ". ".join(parts) + "."


def commit_words(commit: str, subject: str, files: Sequence[str]) -> str:
    """The words of a summary that tell the commit and its files."""
    told = f' became commit {commit[:9]} "{subject}"'
    counts = [counts_of(text) for text in files]
    named = ", ".join(path_of(text) for text in files[:FILES_NAMED])
    more = f" and {len(files) - FILES_NAMED} more" * (len(files) > FILES_NAMED)
    return (
        told
        + f": {counted(len(files), 'file')} (+{sum(a for a, _ in counts)} -{sum(d for _, d in counts)}), {named}{more}"
        * bool(files)
    )


def file_line(one: FileChange) -> str:
    """A file of the commit as an engram keeps it: `M +3 -1 src/pay.py by the session`."""
    was = f" (was {one.old_path})" * bool(one.old_path)
    return f"{one.action} +{max(one.added, 0)} -{max(one.deleted, 0)} {one.path}{was}{OWN_FILE * one.by_session}"


def counts_of(text: str) -> tuple[int, int]:
    """Lines added and deleted, of a file as `file_line` tells it."""
    words = text.split(" ", 3)
    numbers = [word.lstrip("+-") for word in words[1:3]]
    return (int(numbers[0]), int(numbers[1])) if len(words) == 4 and all(map(str.isdecimal, numbers)) else (0, 0)


def path_of(text: str) -> str:
    """The path of a file as `file_line` tells it."""
    return text.removesuffix(OWN_FILE).split(" ", 3)[-1].partition(" (was ")[0]


def taking(ms: int) -> str:
    """How long a call took, to stand behind its tool; nothing where that is not known."""
    return f" {ms} ms" * (ms > 0)


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def written(one: Tokens) -> str:
    """Tokens as an engram keeps them."""
    counts = " ".join(
        f"{name}={getattr(one, name)}" for name in ("input", "output", "cache_read", "cache_written", "reasoning")
    )
    agent = f" @{one.agent}" if one.agent else ""
    return f"{one.model or 'unknown'}{agent} {counts} {'recorded' if one.recorded else 'estimated'}"


def read_tokens(said: Sequence[str]) -> list[Tokens]:
    """The tokens that an engram keeps; what is in another form is left out."""
    found = []
    for text in said:
        head, _, rest = text.rpartition(" input=")
        words = dict(word.partition("=")[::2] for word in f"input={rest}".split())
        model, _, agent = head.partition(" @")
        try:
            counts = [int(words[name]) for name in ("input", "output", "cache_read", "cache_written", "reasoning")]
        except (KeyError, ValueError):
            continue
        found.append(Tokens._make((model, agent, *counts, "estimated" not in words)))
    return found


# -- keeping it ---------------------------------------------------------------------------------------


def put(memory: "Memory", fields: dict[str, Any], paths: Sequence[str], alias: str = "") -> str:
    """Keep an engram, or give the one of that name these fields; its memory's id, empty where a person put it away.

    paths: files that it is tied to; alias: another name that a trailer gives it. The same again changes nothing.
    """
    name = fields["name"]
    screened = {field: memory.screening().cleaned(value, field) for field, value in fields.items()}
    checked = kinds.content(KIND, screened)
    body = kinds.body(KIND, checked)
    revision = address(body).hex()
    commits = [one for one in (fields["commit"], *fields["before"], *fields["also"]) if one]
    tags = {KIND, *(f"{COMMIT}{one[:NAMED_COMMIT]}" for one in commits), *([f"{ALIAS}{alias}"] if alias else [])}
    said: dict[str, Any] = {
        "kind": KIND, "trust": least(memory.trust, "agent"), "domain": DOMAIN, "key": "",
        "priority": PRIORITY, "tags": sorted(tags),
        "anchors": dict.fromkeys(memory.screening().nameable(path for path in paths if can_name(path)), ""),
    }  # fmt: skip
    with memory.writing() as transaction:

        def stands(one: str) -> str:
            return standing(record) if (record := transaction.record(one)) else ""

        said["key"] = present_key(stands, DOMAIN, f"{KIND}/{name}")
        if said["key"] != f"{KIND}/{name}":
            said["tags"] = sorted({*tags, f"{ALIAS}{name}"})
        identity = memory_of_slot(DOMAIN, said["key"])
        statement = Statement(KIND, checked, said, body, revision)
        record = transaction.record(identity)
        if standing(record) in PUT_AWAY or admission.turned_away(transaction, statement, identity):
            return ""
        actor = memory.actor
        if not record.get("heads"):
            transaction.emit("assert", identity, actor, ORIGIN, said, transaction.put(body, revision))
        elif {head["revision"] for head in record["heads"]} != {revision}:
            seen = {"seen": dict(record["vector"])}
            transaction.emit("revise", identity, actor, ORIGIN, said | seen, transaction.put(body, revision))
    return identity


def also_commit(memory: "Memory", held: "Held", commit: str) -> None:
    """Note another commit that an engram belongs to."""
    fields = fields_of(held)
    if commit in (fields["commit"], *fields["also"]):
        return
    fields["also"] = [*fields["also"], commit]
    put(memory, fields, [])


def fields_of(held: "Held") -> dict[str, Any]:
    """The fields of an engram with their defaults, as `put` takes them."""
    defaults = {
        name: list(value) if isinstance(value, tuple) else value for name, value in kinds.defaults_of(KIND).items()
    }
    return {**defaults, **held.wordings[-1].content}


# -- finding it ---------------------------------------------------------------------------------------


def find(reader: "Reader", said: str) -> "Held":
    """The engram that a name, a commit or an id means, or the beginning of one of them.

    Raises UnknownEngram and AmbiguousId.
    """
    name = said.strip().lower()
    if NAME.match(name) and (held := _engram(reader, memory_id(name))):
        return held
    ids = dict.fromkeys(tagged(reader, f"{ALIAS}{name}", 3)) if len(name) >= SHORTEST else {}
    if not ids and len(name) >= SHORTEST:
        ids = dict.fromkeys(tagged(reader, f"{COMMIT}{name[:NAMED_COMMIT]}", 9))
    if not ids and len(name) >= SHORTEST:
        ids = dict.fromkeys(
            one for one, fields in every(reader) if str(fields.get("name", "")).startswith(name) or one.startswith(name)
        )
    found = [held for one in ids if (held := _engram(reader, one))]
    if len(found) > 1:
        raise AmbiguousId(said, ", ".join(str(fields_of(held)["name"]) for held in found[:8]))
    if not found:
        raise UnknownEngram(said)
    return found[0]


def named(memory: "Memory", reader: "Reader", said: str) -> "Held":
    """As `find`; also `latest`, and whatever else git knows a commit by: HEAD, a branch. Raises UnknownEngram too."""
    if said.strip() == LATEST and (newest := next(latest(reader, 1), "")):
        return reader.get(newest)
    try:
        return find(reader, said)
    except UnknownEngram:
        whole = head(memory.project.tree, memory.environment, said)
        found = of_commit(reader, whole) if whole else []
        if not found:
            raise
        return found[0]


def of_commit(reader: "Reader", commit: str) -> list["Held"]:
    """The engrams that belong to a commit, by its whole id, also one that it had before it was rewritten."""
    ids = tagged(reader, f"{COMMIT}{commit[:NAMED_COMMIT]}", 50)
    return [held for one in ids if (held := _engram(reader, one))]


def _engram(reader: "Reader", identity: str) -> "Held | None":
    held = reader.find(identity) if len(identity) == MEMORY_DIGITS else None
    return held if held is not None and held.kind == KIND and held.wordings and held.standing not in PUT_AWAY else None


def every(reader: "Reader") -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, fields) of every engram, the latest first, without checking their bytes."""
    for identity, body in bodies(reader):
        try:
            yield identity, json.loads(body)["content"]
        except (ValueError, KeyError, TypeError):
            continue  # damaged: `verify` names it


def matching(reader: "Reader", words: str, limit: int) -> list[tuple[str, int]]:
    """(id, how many of the words it has) of the engrams that have any, those with most words first, then the latest.

    A word is found at its stem, wherever it stands: in summaries, files, decisions, the trail, names of models.
    """
    from oldhand.model.terms import stem

    wanted = list(dict.fromkeys(stem(word) for word in words.casefold().split() if word.strip(".,;:!?\"'")))[:50]
    wanted = [word.strip(".,;:!?\"'") for word in wanted]
    found = []
    for place, (identity, body) in enumerate(bodies(reader)):
        text = body.decode("utf-8", "replace").casefold()
        count = sum(word in text for word in wanted)
        if count:
            found.append((-count, place, identity))
    return [(identity, -count) for count, _, identity in sorted(found)[:limit]]


def quoting(memory: "Memory", texts: Sequence[str]) -> list[str]:
    """The ids of the project's engrams that quote one of these texts, or nearly all its words."""
    from oldhand.knowledge.erasing_sessions import telling

    tells = telling(texts)
    with memory.reading() as reader:
        return [
            identity for identity, fields in every(reader)
            if any(tells(text) for value in fields.values() for text in ([value] if isinstance(value, str) else value))
        ]  # fmt: skip
