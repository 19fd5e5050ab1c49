"""A person with two projects, and for every operation calls that show what it does.

The calls are made in the order of `SCRIPT`: first everything that reads, so that it reads the same
store on every surface, then what writes. `$name` in an argument stands for a memory of `IDS`.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.store import Store

BORN = 1_767_225_600_000  # 2026-01-01T00:00:00Z, when these stores are made
README = "# Shop\n\nThe shop sells garden tools.\n\nPrices are kept in whole cents, never as floats.\n"
FOUND = '{"text":"The build needs Node 20."}\n{"text":"Carts of src/pay.py are cached.","anchors":["src/pay.py"]}'
CODE = "def charge(cart):\n    return gateway.pay(cart)\n"
RUNS = (
    '{"command": "make pay", "exit": 2, "output": "error: no gateway", "at": "2026-01-01T10:00:00"}\n'
    '{"command": "make pay", "exit": 0, "changed": ["src/pay.py"], "at": "2026-01-01T10:05:00"}'
)
# What the other project and the person alone know: words that occur nowhere else.
ELSEWHERE, PERSONAL = "zeppelin", "marzipan"


class Call(NamedTuple):
    """One call of an operation. varies: its reply tells of the machine or the moment, so only its shape is compared."""

    operation: str
    arguments: dict[str, Any]
    varies: bool = False


class Person(NamedTuple):
    """A person's folders: the project worked in, another one, and what is the person's own. ids: memories by name."""

    project: Path
    other: Path
    home: Path
    ids: dict[str, str]

    def filled(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Arguments with `$name` replaced by the id of that memory, in lists too."""

        def meant(value: Any) -> Any:
            if isinstance(value, list):
                return [meant(one) for one in value]
            return self.ids[value[1:]] if isinstance(value, str) and value.startswith("$") else value

        return {name: meant(value) for name, value in arguments.items()}


SCRIPT: tuple[Call, ...] = (
    Call("recall", {"cue": "why are payments never retried", "explain": True}),
    Call("recall", {"cue": "shop/host", "scope": "project"}),
    Call("recall", {"cue": "nothing that anybody knows"}),
    Call("recall", {"cue": f"{PERSONAL} gateway", "scope": "all", "limit": 9, "budget_tokens": 4000}),
    Call("replay", {"now": True}, varies=True),
    Call("search", {"words": "gateway payments", "limit": 5}),
    Call("show", {"name": "$payments", "history": True}),
    Call("active", {"limit": 3, "kind": "claim"}),
    Call("anchors_list", {}),
    Call("anchors_list", {"path": "src", "limit": 1}),
    Call("rooms", {}),
    Call("brief", {"budget_tokens": 300}),
    Call("look", {"place": "src/pay.py"}),
    Call("look", {"command": "git push"}),
    Call("read", {"place": "src/pay.py"}),
    Call("read", {"place": "src/pay.py::charge", "mode": "signatures"}),
    Call("grep", {"pattern": "charge", "context": 1}),
    Call("grep", {"pattern": "GATEWAY.[a-z]+", "regex": True, "ignore_case": True, "files_only": True}),
    Call("glob", {"pattern": ["*.py"]}),
    Call("overview", {"task": "retry the payment in charge when the gateway is down", "limit": 5}),
    Call("overview", {"task": "nothing that anybody knows", "no_briefing": True}),
    Call("explore", {"task": "why are payments never retried in src/pay.py", "limit": 3}),
    Call("plan", {"task": "let charge in src/pay.py retry payments", "limit": 3}),
    Call("map", {"budget_tokens": 300}),
    Call("map", {"path": "src/pay.py"}),
    Call("coverage", {"limit": 3}),
    Call("heatmap", {"by": "memories"}, varies=True),
    Call("blame", {"target": "$payments"}),
    Call("impact", {"target": "src/pay.py"}),
    Call("history", {"name": "$host"}),
    Call("timeline", {"name": "$host"}),
    Call("timeline", {"domain": "context", "limit": 3}),
    Call("provenance", {"name": "$derived"}),
    Call("graph", {"name": "$payments", "depth": 3}),
    Call("log", {"limit": 50}),
    Call("diff", {"since": "2000-01-01"}),
    Call("root", {"limit": 2}),
    Call("status", {}),
    Call("help", {"topic": ["recall"]}),
    Call("help", {}),
    Call("verify", {}),
    Call("export", {"format": "facts"}),
    Call("export", {}),
    Call("config_show", {}),
    Call("config_validate", {}),
    Call("config_wizard", {"context_tokens": 200_000}, varies=True),
    Call("projects_list", {}),
    Call("doctor", {}, varies=True),
    Call("health", {}, varies=True),
    Call("audit", {"file": ".", "from": "agent-files", "markdown": True}),
    Call("review", {}, varies=True),
    Call("review", {"cause": "expiring", "limit": 1, "every": True}, varies=True),
    Call("logs", {"limit": 5}, varies=True),
    Call("metrics", {}, varies=True),
    Call("model_status", {}, varies=True),
    Call("embeddings_status", {}),
    # from here on the stores go their own ways: each is a replica of its own
    Call("anchors_verify", {"path": "src"}, varies=True),
    Call("anchors_verify", {"follow": True, "dry_run": True}, varies=True),
    Call("review_accept", {"names": ["$sale"], "until": "2099-12-31"}, varies=True),
    Call("review_undo", {}, varies=True),
    Call("review_edit", {"name": "$sale", "text": "The winter sale ends soon."}, varies=True),
    Call("review_link", {"name": "$sale", "relation": "relates_to", "target": "$host"}, varies=True),
    Call("review_reject", {"names": ["$sale"], "reason": "there is no sale"}, varies=True),
    Call("remember", {"text": "The gateway's contract ends in 2031.", "tags": ["contract"], "confidence": 0.9}),
    Call("remember", {"jsonl": '{"text":"Carts expire after a day."}\n{"text":"Carts are kept in Redis."}'}),
    Call("soul", {}, varies=True),
    Call("remind", {"text": "Run the payment tests.", "when": ["edit:src/pay.py", "command:make pay"]}),
    Call("remind", {}),
    Call("acknowledge", {"name": "$reminder"}),
    Call("gotcha", {"text": "Charges time out.", "triggers": ["command:make pay"], "severity": "critical"}),
    Call("gotcha", {"commands": RUNS, "dry_run": True}),
    Call("gotcha", {"commands": RUNS}),
    Call("gotcha", {}),
    Call("convention", {"text": "Prices are whole cents.", "area": "prices", "example": "price = 1999"}),
    Call("convention", {}),
    Call("gap", {"text": "Nobody tests refunds."}),
    Call("gap", {}),
    Call("ask", {"question": "Who signs the tax report?", "asked_of": "Ann"}),
    Call("ask", {}),
    Call("soul", {"output": "docs/SOUL.md"}, varies=True),
    Call("revise", {"name": "$host", "text": "The shop runs on three hosts."}),
    Call("confirm", {"name": "$payments"}),
    Call("dispute", {"name": "$webhooks", "reason": "not seen since spring"}),
    Call("review_defer", {"names": ["$webhooks"], "days": 3}, varies=True),
    Call("review_defer", {"names": ["$webhooks"], "days": 0}),
    Call("retire", {"name": "$webhooks", "reason": "the gateway is gone"}),
    Call("restore", {"name": "$webhooks"}),
    Call("reject", {"name": "$gone", "reason": "no shop ever took them"}),
    Call("restore", {"name": "$gone"}),
    Call("forget", {"names": ["$gone"], "dry_run": True}, varies=True),
    Call("forget", {"names": ["$gone"], "soft": True}),
    Call("forget", {"names": ["$gone"], "yes": True}, varies=True),
    Call("link", {"source": "$payments", "relation": "depends_on", "target": "$host"}),
    Call("unlink", {"source": "$payments", "relation": "depends_on", "target": "$host"}),
    Call("revoke", {}),
    Call("revoke", {"origin": "tool:linter", "dry_run": True}, varies=True),
    Call("revoke", {"origin": "tool:linter"}),
    Call("revoke", {"origin": "tool:linter", "undo": True}),
    Call("capture", {"text": "The linter wants Python 3.11.", "session": "one", "said_by": "tool"}),
    Call("capture", {"jsonl": FOUND, "session": "one", "dry_run": True}),
    Call("capture", {"jsonl": FOUND, "session": "one"}),
    Call("capture", {"jsonl": FOUND, "session": "two"}),
    Call("consolidate", {"dry_run": True}),
    Call("consolidate", {}),
    Call("compress", {"query": "payments retried gateway webhooks", "title": "The gateway", "dry_run": True}),
    Call("compress", {"query": "payments retried gateway webhooks", "retire_inputs": True}),
    Call("prune", {}),
    Call("prune", {"reason": "expired", "apply": True}),
    Call("scan", {"every": True, "dry_run": True}),
    Call("scan", {"every": True}),
    Call("write", {"file": "notes/carts.txt", "content": "Carts expire after a day.\n", "expect": "new"}),
    Call("edit", {"file": "src/pay.py", "old": "gateway.pay", "new": "gateway.charge", "reason": "renamed there"}),
    Call("init", {}),
    Call("model_install", {"dry_run": True}, varies=True),
    Call("model_remove", {}, varies=True),
    Call("embeddings_reindex", {"dry_run": True}),
    Call("embeddings_reset", {"yes": True}),
    Call("config_set", {"name": "recall.limit", "value": "7"}),
    Call("config_reset", {"name": "recall.limit"}),
    Call("projects_register", {"name": "shop"}),
    Call("projects_switch", {"name": "other"}),
    Call("projects_switch", {}),
    Call("export", {"file": "memory.jsonl"}),
    Call("import", {"file": "memory.jsonl", "dry_run": True}),
    Call("rebuild", {}),
    Call("backup", {"to": "copy.db"}),
    Call("store_restore", {"file": "copy.db", "yes": True}),
    Call("repair", {}),
)


def make_person(folder: Path) -> Person:
    """A person with two git projects that have memories, and a global memory."""
    project, other, home = folder / "shop", folder / "other", folder / "home"
    for root in (project, other):
        root.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
        Store.create(root / ".oldhand", BORN).close()
        (root / ".git" / "info").mkdir(exist_ok=True)
        (root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
    (project / "README.md").write_text(README, "utf-8")
    (project / "src").mkdir()
    (project / "src" / "pay.py").write_text(CODE, "utf-8")
    home.mkdir()
    ids = _remembered(project, home)
    with Memory(other, home) as memory:
        ids["elsewhere"] = _said(memory, f"The {ELSEWHERE} gateway of the other project is never retried.")
    with Memory(project, home) as memory:
        ids["personal"] = _said(memory, f"I like {PERSONAL} in my commit messages.", scope="global")
    made = Person(project, other, home, ids)
    introduce(made)
    return made


def introduce(person: Person) -> None:
    """Make the other project known to the person."""
    shutil.rmtree(person.home / "projects", ignore_errors=True)
    with Memory(person.project, person.home) as memory:
        call(memory, "projects_register", {"folder": str(person.other), "name": "other"})


def copied(person: Person, folder: Path) -> Person:
    """The same person elsewhere on the disk."""
    shutil.copytree(person.project.parent, folder)
    made = Person(folder / "shop", folder / "other", folder / "home", person.ids)
    introduce(made)
    return made


def _said(memory: Memory, text: str, **more: Any) -> str:
    return str(call(memory, "remember", {"text": text, **more}).memories[0].id)


def _remembered(project: Path, home: Path) -> dict[str, str]:
    """What the project knows: something of every kind of standing and tie."""
    with Memory(project, home) as memory:
        ids = {
            "payments": _said(
                memory, "Payments are never retried automatically; the gateway is not idempotent.", kind="decision",
                fields=["reason=customers were charged twice"], tags=["pay"], anchors=["src/pay.py:1-2"],
            ),
            "host": _said(memory, "The shop runs on one host.", key="shop/host"),
            "webhooks": _said(
                memory, "Webhooks from the gateway may arrive twice.", kind="gotcha", anchors=["src/pay.py"]
            ),
            "old": _said(memory, "Sessions live in Memcached."),
            "new": _said(memory, "Sessions live in Redis."),
            "derived": _said(memory, "Double charges came from retries and from webhooks.", kind="summary"),
            "gone": _said(memory, "The shop accepts cheques."),
            "sale": _said(memory, "The summer sale ends soon.", ttl_days=3),
            "reminder": _said(memory, "Renew the certificate of the shop.", kind="reminder"),
        }  # fmt: skip
        _said(memory, "The shop runs on two hosts.", key="shop/host")
        for source, relation, target in (
            ("new", "supersedes", "old"), ("derived", "derived_from", "payments"),
            ("derived", "derived_from", "webhooks"),
        ):  # fmt: skip
            call(memory, "link", {"source": ids[source], "relation": relation, "target": ids[target]})
        call(memory, "retire", {"name": ids["gone"]})
    return ids
