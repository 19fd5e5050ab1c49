"""Memories of other programs, laid out as those programs lay them out; the texts are our own.

`server-memory`, `mem0` and the tables of `claude-mem` follow files that the real programs wrote; `beads` follows a
real export; the others follow what is documented of them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

AGENT_FILES = {
    "CLAUDE.md": (
        "# Plover\n\n@docs/rules.md\n\n## Commands\n\n- Run `make test` before every push\n"
        "- Never push to `main` without a review\n\n## База данных\n\n- Порт базы данных 5433, а не 5432\n"
    ),
    "docs/rules.md": "# Rules\n\nDeployments leave the release branch on Tuesdays, after the backup has ended.\n",
    ".claude/rules/api.md": "---\npaths: src/api/**\n---\n# API\n\n- Every handler checks its input before it writes\n",
    "AGENTS.md": "# Agents\n\n- Keep every function below seventy lines\n",
}
CLAUDE_MEMORY = {
    "memory/MEMORY.md": (
        "# Memory\n\n- [Deploys](deploys.md) - how they go\n- The staging database is wiped every Sunday night\n"
    ),
    "memory/deploys.md": (
        "---\nname: deploys\ndescription: How deploys go\ntype: feedback\n---\n"
        "Ask before a deploy on Friday.\n\n**Why:** nobody is there on Saturday.\n"
    ),
}
MADR = {
    "docs/adr/0001-use-postgres.md": (
        "# 1. Use Postgres\n\nDate: 2024-01-02\n\n## Status\n\nSuperseded by [2](0002-use-sqlite.md)\n\n"
        "## Context\n\nMany writers share the database of the plover project.\n\n"
        "## Decision\n\nWe will use Postgres 16 as the only database.\n"
    ),
    "docs/adr/0002-use-sqlite.md": (
        "# 2. Use SQLite\n\nDate: 2025-03-02\n\n## Status\n\nAccepted\n\n## Context\n\nOne process reads the data.\n\n"
        "## Decision\n\nWe will use SQLite because nothing has to be operated.\n"
    ),
    "docs/adr/0003-use-redis.md": (
        "# 3. Use Redis\n\nDate: 2025-04-02\n\n## Status\n\nRejected\n\n## Context\n\nSessions are kept somewhere.\n\n"
        "## Decision\n\nWe will keep sessions in Redis 7 beside the database.\n"
    ),
}
BASIC_MEMORY = {
    "notes/payments.md": (
        "---\ntitle: Payments\ntype: note\npermalink: notes/payments\ntags: [money]\ncreated: 2025-05-06\n---\n\n"
        "# Payments\n\nThe payment service talks to the bank twice a day and keeps the answers.\n\n## Observations\n"
        "- [decision] Retries are capped at three #reliability (after the March outage)\n"
        "- [gotcha] Токен банка истекает в полночь #bank\n- [ ] write more tests\n\n"
        "## Relations\n- depends_on [[Ledger]]\n- talks to [[Bank]]\n"
    ),
    "notes/ledger.md": (
        "---\ntitle: Ledger\ntype: note\npermalink: notes/ledger\n---\n\n"
        "- [fact] Entries are never changed once written\n"
    ),
}
SERVER_MEMORY = (
    '{"type":"entity","name":"Billing","entityType":"service","observations":["Listens on port 8085",'
    '"Читает очередь"]}\n'
    '{"type":"entity","name":"queue","entityType":"infrastructure","observations":["At most 10,000 messages wait"]}\n'
    '{"type":"relation","from":"Billing","to":"queue","relationType":"depends on"}\n'
    '{"type":"relation","from":"Billing","to":"queue","relationType":"reads from"}\n'
)
MEM0 = {
    "results": [
        {
            "id": "9492736a-cde0-42bc-b120-53e4cc078b44", "memory": "The staging host is stage-2", "hash": "x",
            "metadata": None, "created_at": "2025-11-01T22:32:55.580573+00:00",
            "updated_at": "2025-11-02T22:32:55.589598+00:00", "user_id": "ann", "categories": ["infra"],
        },
        {"id": "330561eb-9d04-4494-b050-d40e5b1e87db", "memory": "Мы пишем тесты до кода", "user_id": "ann"},
    ]
}  # fmt: skip
LEAN_CTX: dict[str, Any] = {
    "project_root": "/home/ann/plover", "project_hash": "abc", "updated_at": "2026-01-01T00:00:00Z",
    "facts": [
        {
            "category": "architecture", "key": "db", "value": "Postgres 15", "source_session": "s1", "confidence": 0.9,
            "created_at": "2025-01-01T00:00:00Z", "last_confirmed": "2025-02-01T00:00:00Z",
            "valid_from": "2025-01-01T00:00:00Z", "valid_until": "2025-06-01T00:00:00Z", "archetype": "architecture",
        },
        {
            "category": "architecture", "key": "db", "value": "Postgres 16", "source_session": "s2", "confidence": 0.8,
            "created_at": "2025-06-01T00:00:00Z", "last_confirmed": "2025-07-01T00:00:00Z", "archetype": "architecture",
        },
        {
            "category": "gotcha", "key": "cache", "value": "The cache must be warmed before the first request",
            "source_session": "s2", "confidence": 0.7, "created_at": "2025-06-01T00:00:00Z",
            "last_confirmed": "2025-06-01T00:00:00Z", "archetype": "gotcha",
        },
    ],
    "patterns": [{"pattern_type": "testing", "description": "Tests build their own data", "examples": ["one"],
                  "source_session": "s1", "created_at": "2025-01-01T00:00:00Z"}],
    "history": [{"summary": "The importer was rewritten in May", "from_sessions": ["s1"],
                 "timestamp": "2025-05-01T00:00:00Z"}],
}  # fmt: skip
BEADS = (
    {"_type": "issue", "id": "pl-1", "title": "Importer loses dates", "description": "Dates before 1970 vanish.",
     "status": "closed", "priority": 1, "issue_type": "bug", "created_at": "2025-10-01T10:00:00Z",
     "updated_at": "2025-10-02T10:00:00Z", "closed_at": "2025-10-02T10:00:00Z", "close_reason": "Fixed by signed dates",
     "labels": ["import"], "dependencies": []},
    {"_type": "issue", "id": "pl-2", "title": "Write the importer anew", "status": "open", "priority": 2,
     "issue_type": "task", "created_at": "2025-10-03T10:00:00Z", "updated_at": "2025-10-03T10:00:00Z",
     "dependencies": [{"issue_id": "pl-2", "depends_on_id": "pl-1", "type": "blocks"}]},
    {"_type": "issue", "id": "pl-3", "title": "Gone", "status": "tombstone", "priority": 2, "issue_type": "task"},
    {"_type": "memory", "key": "style", "value": "Ответы пишем по-русски"},
)  # fmt: skip
MNEMO = {
    "aaaaaaaaaaaa": {"type": "leaf", "content": "Sessions live in Redis", "inputs": [], "created": 1_700_000_000.0,
                     "meta": {"domain": "architecture", "confidence": 0.6}},
    "bbbbbbbbbbbb": {"type": "supersede", "content": "Sessions live in Postgres", "inputs": ["aaaaaaaaaaaa"],
                     "created": 1_710_000_000.0,
                     "meta": {"domain": "architecture", "confidence": 0.8, "priority": 1.0}},
    "cccccccccccc": {"type": "leaf", "content": "The parser chokes on tabs", "inputs": [],
                     "created": "2025-02-03T04:05:06",
                     "meta": {"domain": "issues", "links": [{"addr": "bbbbbbbbbbbb", "rel": "caused_by"}],
                              "anchors": [{"type": "dependency", "name": "lark"}]}},
    "dddddddddddd": {"type": "leaf", "content": "An old idea that nobody follows", "inputs": [], "meta": {},
                     "created": 1_690_000_000},
    "eeeeeeeeeeee": {"type": "pipeline", "content": {"steps": []}, "inputs": [], "created": 1, "meta": {}},
}  # fmt: skip
CLAUDE_MEM = """
CREATE TABLE schema_versions (id INTEGER PRIMARY KEY, version INTEGER UNIQUE NOT NULL, applied_at TEXT NOT NULL);
CREATE TABLE sdk_sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, content_session_id TEXT, memory_session_id TEXT UNIQUE,
  project TEXT NOT NULL);
CREATE TABLE observations (id INTEGER PRIMARY KEY AUTOINCREMENT, memory_session_id TEXT NOT NULL, project TEXT NOT NULL,
  text TEXT, type TEXT NOT NULL, title TEXT, subtitle TEXT, facts TEXT, narrative TEXT, concepts TEXT, files_read TEXT,
  files_modified TEXT, prompt_number INTEGER, created_at TEXT NOT NULL, created_at_epoch INTEGER NOT NULL,
  FOREIGN KEY(memory_session_id) REFERENCES sdk_sessions(memory_session_id));
CREATE TABLE session_summaries (id INTEGER PRIMARY KEY AUTOINCREMENT, memory_session_id TEXT NOT NULL,
  project TEXT NOT NULL, request TEXT, investigated TEXT, learned TEXT, completed TEXT, next_steps TEXT,
  created_at TEXT NOT NULL, created_at_epoch INTEGER NOT NULL);
CREATE VIRTUAL TABLE observations_fts USING fts5(title, narrative, content='observations', content_rowid='id');
CREATE TRIGGER observations_ai AFTER INSERT ON observations BEGIN
  INSERT INTO observations_fts(rowid, title, narrative) VALUES (new.id, new.title, new.narrative); END;
INSERT INTO sdk_sessions VALUES(1, 'c1', 'm1', 'project');
INSERT INTO observations VALUES(1, 'm1', 'project', NULL, 'bugfix', 'Retry loop ended', 'It never did before',
  '["The loop counts down from three","Tests cover it"]', 'The retry loop counted upwards and never ended.',
  '["retries","gotcha"]', '[]', '[]', 1, '2025-03-01T10:05:00Z', 1740823500000);
INSERT INTO observations VALUES(2, 'm1', 'elsewhere', NULL, 'discovery', 'Not ours', '', '[]', 'Not ours', '[]', '[]',
  '[]', 1, '2025-03-01T10:05:00Z', 1740823500001);
INSERT INTO session_summaries VALUES(1, 'm1', 'project', 'Исправить повторы', '', 'The bank answers 503 at midnight',
  'Retries are capped', 'Watch the night', '2025-03-01T11:00:00Z', 1740826800000);
"""
HISTORY = """
CREATE TABLE history (id TEXT PRIMARY KEY, memory_id TEXT, old_memory TEXT, new_memory TEXT, event TEXT,
  created_at DATETIME, updated_at DATETIME, is_deleted INTEGER, actor_id TEXT, role TEXT);
INSERT INTO history VALUES
 ('1','m-1',NULL,'The staging host is stage-1','ADD','2025-11-01T10:00:00+00:00',
  '2025-11-01T10:00:00+00:00',0,NULL,'user'),
 ('2','m-2',NULL,'To be forgotten','ADD','2025-11-01T10:00:00+00:00','2025-11-01T10:00:00+00:00',0,NULL,'user'),
 ('3','m-1','The staging host is stage-1','The staging host is stage-2','UPDATE','2025-11-01T10:00:00+00:00',
  '2025-11-02T10:00:00+00:00',0,NULL,'user'),
 ('4','m-2','To be forgotten',NULL,'DELETE','2025-11-01T10:00:00+00:00','2025-11-02T10:00:00+00:00',1,NULL,'user');
"""


def files(folder: Path, texts: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def database(path: Path, script: str) -> Path:
    """An SQLite file made by a script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = apsw.Connection(str(path))
    connection.execute(script).fetchall()
    connection.close()
    return path


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mnemo(folder: Path) -> Path:
    """A store of mnemo."""
    nodes = {f"nodes/{name}.json": json.dumps(node | {"addr": name}) for name, node in MNEMO.items()}
    return files(folder / ".mnemo", nodes | {"active.json": json.dumps(["bbbbbbbbbbbb", "cccccccccccc"])})


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="label" attr.type="string"/>
  <key id="d1" for="edge" attr.name="label" attr.type="string"/>
  <graph edgedefault="directed">
    <node id="a"><data key="d0">The checkout calls the gateway twice.</data></node>
    <node id="b"><data key="d0">Шлюз отвечает за две секунды.</data></node>
    <edge source="a" target="b"><data key="d1">depends on</data></edge>
  </graph>
</graphml>
"""
GRAPH_JSON = {
    "directed": True, "multigraph": True, "graph": {},
    "nodes": [
        {"id": 1, "text": "The checkout calls the gateway twice."}, {"id": 2, "label": "Шлюз отвечает за две секунды."},
    ],
    "edges": [{"source": 1, "target": 2, "key": "depends-on"}, {"source": 1, "target": 2, "key": "adores"}],
}  # fmt: skip
CYPHER = """// oldhand-graph 1, root none
MERGE (n:Memory:Decision {id: "a"}) SET n += {`kind`:"decision",`text`:"The checkout calls the gateway \\"twice\\"."};
MERGE (n:Memory:Claim {id: "b"}) SET n += {`kind`:"claim",`text`:"Шлюз отвечает за две секунды.",`tags`:["шлюз"]};
MATCH (a:Memory {id: "a"}), (b:Memory {id: "b"}) MERGE (a)-[r:DEPENDS_ON]->(b) SET r += {`since`:1};
"""


# A memory of each format: how it is laid out in a folder; the path that is given to `import`.
LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "agent-files": lambda folder: files(folder, AGENT_FILES),
    "claude-memory": lambda folder: files(folder, CLAUDE_MEMORY) / "memory",
    "server-memory": lambda folder: written(folder / "memory.jsonl", SERVER_MEMORY),
    "basic-memory": lambda folder: files(folder, BASIC_MEMORY),
    "claude-mem": lambda folder: database(folder / "claude-mem.db", CLAUDE_MEM),
    "mem0": lambda folder: written(folder / "all.json", json.dumps(MEM0, ensure_ascii=False, indent=2)),
    "mnemo": mnemo,
    "lean-ctx": lambda folder: written(folder / "knowledge.json", json.dumps(LEAN_CTX, indent=2)),
    "beads": lambda folder: written(
        folder / "issues.jsonl", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in BEADS)
    ),
    "madr": lambda folder: files(folder, MADR) / "docs" / "adr",
    "graphml": lambda folder: written(folder / "graph.graphml", GRAPHML),
    "graph-json": lambda folder: written(folder / "graph.json", json.dumps(GRAPH_JSON, ensure_ascii=False, indent=1)),
    "cypher": lambda folder: written(folder / "graph.cypher", CYPHER),
}
EXPECTED = {  # how many memories each of them becomes
    "agent-files": 6, "claude-memory": 2, "server-memory": 5, "basic-memory": 5, "claude-mem": 2, "mem0": 2,
    "mnemo": 4, "lean-ctx": 5, "beads": 3, "madr": 4, "graphml": 2, "graph-json": 2, "cypher": 2,
}  # fmt: skip
