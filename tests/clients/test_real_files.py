"""Real settings files, as people keep them in public repositories: connected and disconnected, each has its bytes back.

The files are not in this repository. OLDHAND_EVAL names the folder that holds them.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from oldhand.clients.entries import json_additions, rule_of
from oldhand.clients.hosts import HOSTS, PROJECT, USER, places_of
from oldhand.clients.json_edit import holds, made_by, merged, without
from oldhand.clients.json_tree import parsed
from oldhand.errors import OldhandError
from tests.clients.conftest import Person

CORPUS = Path(os.environ.get("OLDHAND_EVAL", "")) / "data" / "agent_config" / "agent_config.jsonl.gz"
HOSTS_OF = {  # which files of the corpus are settings of which hosts: where they stand in a project or a home
    ".mcp.json": [("claude", PROJECT, "servers")],
    "settings.json": [("claude", USER, "hooks"), ("gemini", USER, "servers"), ("zed", USER, "servers")],
    "settings.local.json": [("claude", PROJECT, "hooks")],
}


def real_files() -> list[dict[str, Any]]:
    """The settings files of the corpus."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row for row in rows if row["path"].rpartition("/")[2] in HOSTS_OF]


def test_every_real_file_has_its_bytes_back(person: Person) -> None:
    if not CORPUS.is_file():
        pytest.skip("OLDHAND_EVAL names no folder with data/agent_config/agent_config.jsonl.gz")
    tried = refused = 0
    for row in real_files():
        for host, scope, which in HOSTS_OF[row["path"].rpartition("/")[2]]:
            raw = row["text"].encode()
            places = places_of(HOSTS[host], scope, person.around())
            path = getattr(places, which)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
            tried += 1
            try:
                done = person.call("install", client=host, scope=scope)
            except OldhandError:  # the file itself is broken, or a host cannot read it
                refused += 1
                assert path.read_bytes() == raw
                continue
            assert done.clients[0].outcome == "connected", row["repo"]
            connected = path.read_bytes()
            assert person.call("install", client=host, scope=scope).clients[0].outcome == "already connected"
            assert path.read_bytes() == connected
            before, after = (parsed(one.decode(), path) for one in (raw, connected))
            assert before and after and set(before.plain()) <= set(after.plain())
            person.call("uninstall", client=host, scope=scope)
            assert path.read_bytes() == raw, row["repo"]
            person.call("install", client=host, scope=scope)
            path.write_bytes(path.read_bytes() + b"\n")  # changed since: ours alone is taken out
            person.call("uninstall", client=host, scope=scope)
            assert _said(path.read_bytes()) == _said(raw), row["repo"]
            path.unlink()
    assert tried >= 30 and refused <= tried // 10, (tried, refused)


def test_every_real_file_keeps_what_it_says_with_every_host(person: Person) -> None:
    if not CORPUS.is_file():
        pytest.skip("OLDHAND_EVAL names no folder with data/agent_config/agent_config.jsonl.gz")
    around = person.around()
    for row in real_files():
        for host in HOSTS.values():
            if host.name == "codex":  # its settings are TOML, of which the corpus has none
                continue
            added = json_additions(host, around, servers=True, hooks=host.hooks in ("groups", "flat"))
            added.pop("version", None)
            kept = {("hooks",), *(("hooks", event) for event in added.get("hooks", {})), host.servers}
            kept -= {tuple(one) for one in made_by(added, row["text"], "a")}
            after = merged(row["text"], added, "a")
            left = iter(after)
            assert holds(after, added, "a") and all(one in left for one in row["text"]), row["repo"]
            bare = without(after, rule_of(host.servers), frozenset(kept), "a")
            assert _said(bare.encode()) == _said(row["text"].encode()), row["repo"]


def _said(raw: bytes) -> Any:
    root = parsed(raw.decode(), "a")
    return root.plain() if root else None
