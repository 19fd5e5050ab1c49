"""A person with two projects, and for every operation calls that show what it does.

The calls are made in the order of `SCRIPT`: first everything that reads, so that it reads the same
store on every surface, then what writes. `$name` in an argument stands for a memory of `IDS`.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.sessions.engram_keeping import put
from oldhand.store.store import Store
from tests.contract.calling import Call
from tests.contract.reasoning_examples import READING, WRITING, decided

BORN = 1_767_225_600_000  # 2026-01-01T00:00:00Z, when these stores are made
README = "# Shop\n\nThe shop sells garden tools.\n\nPrices are kept in whole cents, never as floats.\n"
FOUND = '{"text":"The build needs Node 20."}\n{"text":"Carts of src/pay.py are cached.","anchors":["src/pay.py"]}'
CODE = "def charge(cart):\n    return gateway.pay(cart)\n"
RUNS = (
    '{"command": "make pay", "exit": 2, "output": "error: no gateway", "at": "2026-01-01T10:00:00"}\n'
    '{"command": "make pay", "exit": 0, "changed": ["src/pay.py"], "at": "2026-01-01T10:05:00"}'
)
# What hooks left of a session.
SPOOLED = "".join(
    f'{{"v":1,"host":"claude","session":"5f1c0001-2b7e","at":{BORN + at},"cwd":"/srv/shop","key":"k{at}",{said}}}\n'
    for at, said in enumerate((
        '"event":"start","model":"big"', '"event":"prompt","text":"Why does the checkout fail?"',
        '"event":"failed","tool":"command","name":"Bash","exit":2,"text":"no gateway","detail":{"command":"make pay"}',
        '"event":"injected","target":"make pay","detail":{"event":"before","tokens":12}', '"event":"end"',
    ))
)  # fmt: skip
# What the other project and the person alone know: words that occur nowhere else.
ENGRAM = "e4e4e4e4e4e4"  # the engram that the project has
ELSEWHERE, PERSONAL = "zeppelin", "marzipan"


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
    Call("session_list", {"host": "claude"}),
    Call("session_show", {"name": "5f1c0001", "kind": "calls", "full": True}),
    Call("session_tokens", {"by": "intent"}, varies=True),
    Call("session_injections", {"name": "5f1c0001"}),
    Call("session_infer", {"layer": "corrections"}),
    Call("look", {"place": "src/pay.py"}),
    Call("look", {"command": "git push"}),
    Call("engram_list", {}),
    Call("engram_show", {"name": ENGRAM}),
    Call("engram_show", {"name": "latest", "part": "diff"}),
    Call("engram_search", {"words": "charge carts"}),
    Call("engram_for_commit", {"commit": ENGRAM}),
    Call("engram_for_file", {"path": "src/pay.py"}),
    Call("engram_diff", {"first": ENGRAM, "second": "latest"}),
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
    *READING,
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
    Call("install", {"client": "claude", "scope": "project", "dry_run": True}, varies=True),
    Call("install", {"client": "claude", "scope": "project"}, varies=True),
    Call("uninstall", {"client": "claude", "scope": "project"}, varies=True),
    Call("model_install", {"dry_run": True}, varies=True),
    Call("model_remove", {}, varies=True),
    Call("embeddings_reindex", {"dry_run": True}),
    Call("embeddings_reset", {"yes": True}),
    Call("config_set", {"name": "recall.limit", "value": "7"}),
    Call("config_reset", {"name": "recall.limit"}),
    Call("projects_register", {"name": "shop"}),
    Call("projects_switch", {"name": "other"}),
    Call("projects_switch", {}),
    Call("arc_start", {"text": "Rewrite the checkout.", "title": "checkout rewrite", "steps": ["move it", "wire it"]}),
    Call("arc_step", {"name": "checkout rewrite", "text": "move it", "session": "5f1c0002-77aa"}),
    Call(
        "session_checkpoint",
        {
            "text": "Wiring the checkout.",
            "done": ["wire it"],
            "next": ["delete the old one"],
            "open": ["Who tests it?"],
            "arc": "checkout rewrite",
            "session": "5f1c0002-77aa",
        },
    ),
    Call("session_handoff", {"session": "5f1c0002-77aa"}),
    Call("session_resume", {"name": "5f1c0002", "session": "5f1c0003-88bb"}),
    Call("session_resume", {"session": "5f1c0004-99cc", "dry_run": True}),
    Call("arc_list", {}),
    Call("arc_show", {"name": "checkout rewrite"}),
    Call("arc_detect", {}),
    Call("arc_done", {"name": "checkout rewrite"}),
    Call("arc_start", {"text": "Write our own gateway."}),
    Call("arc_drop", {"name": "own gateway", "reason": "too dear"}),
    Call("chain_create", {"name": "payments", "names": ["$payments", "$host"], "about": "How we came to pay."}),
    Call("chain_extend", {"name": "payments", "names": ["$new"], "before": "$host"}),
    Call("chain_list", {}),
    Call("chain_show", {"name": "payments"}),
    Call("chain_cat", {"name": "payments", "budget_tokens": 60}),
    Call("chain_promote", {"name": "payments", "kind": "decision", "text": "Payments stay as they are."}),
    Call("chain_stash", {"name": "aside", "names": ["$payments"]}),
    Call("chain_pop", {}),
    Call("engram_strategy", {}),
    Call("engram_rewind", {"name": ENGRAM}),
    Call("engram_rewind", {"name": ENGRAM, "path": "src/pay.py", "branch": "as-it-was"}),
    Call("engram_enable", {"dry_run": True}, varies=True),
    Call("engram_enable", {}, varies=True),
    Call("engram_disable", {"dry_run": True}, varies=True),
    Call("engram_save", {"session": "5f1c0001"}, varies=True),
    *WRITING,
    Call("export", {"file": "memory.jsonl"}),
    Call("import", {"file": "memory.jsonl", "dry_run": True}),
    Call("session_drain", {}),
    Call("session_candidates", {"limit": 3}),
    Call("session_holdout", {}),
    Call("session_survey", {"results": True}),
    Call("session_remove", {"name": "5f1c0001", "dry_run": True}),
    Call("session_import", {"dry_run": True}),
    Call("session_import", {"yes": True}),
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
        Store.create(root / ".oldhand", BORN, home).close()
        (root / ".git" / "info").mkdir(exist_ok=True)
        (root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
    (project / "README.md").write_text(README, "utf-8")
    (project / "src").mkdir()
    (project / "src" / "pay.py").write_text(CODE, "utf-8")
    home.mkdir(exist_ok=True)
    (project / ".oldhand" / "spool").mkdir(mode=0o700)
    waiting = project / ".oldhand" / "spool" / "waiting.jsonl"
    waiting.touch(mode=0o600)
    waiting.write_text(SPOOLED, "utf-8")
    ids = _remembered(project, home)
    _worked(project, home)
    decided(project, home)
    with Memory(other, home) as memory:
        ids["elsewhere"] = _said(memory, f"The {ELSEWHERE} gateway of the other project is never retried.")
    with Memory(project, home) as memory:
        ids["personal"] = _said(memory, f"I like {PERSONAL} in my commit messages.", scope="global")
    made = Person(project, other, home, ids)
    introduce(made)
    return made


def _worked(project: Path, home: Path) -> None:
    """An engram of a commit that no branch leads to."""
    dated = {"GIT_AUTHOR_DATE": "1767225600 +0000", "GIT_COMMITTER_DATE": "1767225600 +0000", "PATH": os.defpath}
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")

    def git(*words: str, given: str = "") -> str:
        return subprocess.run(
            ["git", *who, "-C", str(project), *words],
            check=True,
            env=dated,
            input=given,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()

    blob = git("hash-object", "-w", "src/pay.py")
    folder = git("mktree", given=f"100644 blob {blob}\tpay.py\n")
    commit = git("commit-tree", git("mktree", given=f"040000 tree {folder}\tsrc\n"), "-m", "Charge carts")
    fields = {
        "text": "Charging carts.", "title": "Charge carts", "name": ENGRAM, "session": "5f1c0001-2b7e", "tied": "shell",
        "commit": commit, "before": [], "also": [], "at": str(BORN), "host": "claude", "model": "big",
        "files": ["A +2 -0 src/pay.py"], "eliminated": ["12s Charging twice || it charged twice"],
    }  # fmt: skip
    with Memory(project, home) as memory:
        put(memory, fields, ["src/pay.py"])


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
