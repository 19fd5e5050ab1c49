"""Real prompts and messages, read from the evaluation data that OLDHAND_EVAL names: none of their text is kept here.

A message is named by its set and an id. The file `router_labels.tsv` beside this one holds of each labelled message
its part, set, id, the SHA-256 of its text, and its class. Parts are "made" and "unseen", the two halves of the 400
messages that were labelled before any rule was written, divided by their digests; and "more": messages that were drawn
and labelled later, when the rules had been measured, and that further rules were then made by. The weights of the signs
are fitted by "made" and "more" (benchmarks/router_weights.py).
"""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(os.environ.get("OLDHAND_EVAL", "")) / "data"
LABELS = Path(__file__).with_name("router_labels.tsv")
CODING = ("Coding",)  # the categories of chats whose subject is the writing of software
SETS = ("prompts", "transcripts", "commits", "adr", "beam", "beads")


class Label(NamedTuple):
    """One labelled message: its part, where it is, what its text hashes to, and its class."""

    part: str
    set: str
    id: str
    digest: str
    kind: str


def labels() -> list[Label]:
    """Every label, in the order of the file."""
    return [Label(*line.split("\t")) for line in LABELS.read_text(encoding="utf-8").splitlines()[1:]]


def digest(text: str) -> str:
    """The SHA-256 of a message in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def half(digest_of_text: str) -> int:
    """The half that a text falls into: 0, by which rules were made, or 1. By the lowest bit of its digest."""
    return int(digest_of_text[-1], 16) & 1


def messages() -> dict[tuple[str, str], str]:
    """Every message of the evaluation data by set and id."""
    readers = (prompts, transcripts, commits, adr, beam, beads)
    return {(name, i): text for name, reader in zip(SETS, readers, strict=True) for i, text in reader() if text.strip()}


def prompts() -> Iterator[tuple[str, str]]:
    """What people typed to agents: the parts of an episode's text between empty lines."""
    for path in sorted((DATA / "episodes").glob("*.json.gz")):
        found = _packed(path)
        for episode in found["episodes"]:
            for n, part in enumerate(episode["text"].split("\n\n")):
                yield f"{found['repo']}:{episode['id']}#{n}", part.strip()


def transcripts() -> Iterator[tuple[str, str]]:
    """Prompts in the session files of one host: texts of people, less what the host put between marks."""
    for path in sorted((DATA / "transcripts").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            for line in file:
                said = _of_json(line)
                if said.get("type") != "user" or said.get("isMeta") or not isinstance(said.get("message"), dict):
                    continue
                content = said["message"].get("content")
                parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
                text = "\n".join(
                    str(p.get("text", "")) for p in parts if isinstance(p, dict) and p.get("type") == "text"
                )
                if text and not text.startswith("<"):
                    yield f"{path.name.removesuffix('.jsonl.gz')}:{said.get('uuid', '')}", text.strip()


def commits() -> Iterator[tuple[str, str]]:
    """Messages of commits."""
    for path in sorted((DATA / "commits").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield (said := json.loads(line))["id"], said["text"].strip()


def adr() -> Iterator[tuple[str, str]]:
    """Messages of commits that carry out an architecture decision."""
    for said in json.loads((DATA / "adr" / "decision_tasks.json").read_text(encoding="utf-8")):
        yield said["id"], said["text"].strip()


def beam() -> Iterator[tuple[str, str]]:
    """What a person says in long chats about software."""
    for path in sorted((DATA / "beam").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for chat in map(json.loads, file):
                for said in chat["messages"] if chat["category"] in CODING else ():
                    if said["role"] == "user":
                        # A counter that the set appends to each message is no word of anybody.
                        yield f"{path.name[:4]}/{chat['chat']}/{said['id']}", re.sub(r"\s*->->.*", "", said["content"])


def beads() -> Iterator[tuple[str, str]]:
    """Issues that agents and people wrote: title and the first paragraph of the description."""
    with gzip.open(DATA / "exports" / "beads_issues.jsonl.gz", "rt", encoding="utf-8") as file:
        for said in map(json.loads, file):
            yield said["id"], f"{said['title']}\n{said.get('description', '').partition(chr(10) * 2)[0]}".strip()


def _packed(path: Path) -> Any:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def _of_json(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
