"""Calls that show what the operations on decisions, outcomes, plans and the graph do.

READING is called before anything of the script writes, WRITING after. `$payments` is a decision of the project. Each
group has its own part; `varies` where a reply tells of the machine or the moment.
"""

from pathlib import Path

from oldhand.memory import Memory
from oldhand.operation import call
from tests.contract.calling import Call

PLAN = {"text": "Cache the carts.", "steps": ["src/pay.py | Keep the total", "Tell support"], "estimate": "2h"}

DECIDED = {
    "text": "Keep the carts in Redis.", "alternatives": ["Memcached", "a table"], "for": ["Redis: fast"],
    "against": ["Memcached: forgets", "chosen: one more server"], "confidence": "80%",
    "assumptions": ["carts are small"],
    "criteria": ["p99 below 5 ms"], "predicted": "the checkout gets faster", "risk": "medium", "estimate": "2d",
    "module": "src", "anchors": ["src/pay.py"], "read": ["README.md"],
}  # fmt: skip

READING: tuple[Call, ...] = (
    Call("decision_list", {}),
    Call("decision_list", {"state": "open", "module": "src", "agent": "person", "every": True, "limit": 2}),
    Call("decide", {"text": "Which gateway do payments go through?", "alternatives": ["our own"], "confidence": "70%"}),
    Call("calibration_show", {"by": "agent", "cases": True, "since": "2020-01-01"}),
    Call("calibration_hints", {}),
    Call("calibration_drift", {"stated_by": "person"}),
    Call("calibration_plot", {"agent": "claude"}),
    Call("causal_show", {"name": "$payments"}, varies=True),
    Call("causal_assumptions", {}),
    Call("causal_rituals", {"since": "2020-01-01"}, varies=True),
    Call("causal_calibrate", {"stale": "12w", "limit": 5}, varies=True),
    Call("plan_validate", {**PLAN, "confidence": "70%"}, varies=True),
    Call("skill_list", {"limit": 3}, varies=True),
    Call("skill_distill", {"dry_run": True}, varies=True),
    Call("decision_context", {"text": "Where do the rows of the new ledger live?", "places": ["src/pay.py"]}),
    Call("plan_list", {}),
    Call("plan_accuracy", {}),
    Call("safety_check", {"about": "We have already invested six months, so we keep our own gateway."}),
    Call("safety_checks", {}),
    Call("safety_log", {}),
    Call("graph_neighbours", {"name": "$derived", "depth": 3, "direction": "both", "kind": ["decision", "gotcha"]}),
    Call("graph_paths", {"source": "$payments", "target": "$webhooks", "limit": 1}),
    Call("graph_paths", {"source": "$payments", "target": "$host"}),
    Call("graph_subgraph", {"names": ["$payments", "$new"], "depth": 2, "derived": True}),
    Call("graph_causes", {"name": "$derived"}),
    Call("graph_central", {"limit": 3}),
    Call("graph_central", {"by": "betweenness", "relation": ["derived-from"]}),
    Call("graph_communities", {"limit": 2}),
    Call("graph_cycles", {}),
    Call("graph_health", {"limit": 1}, varies=True),
    Call("graph_export", {"format": "cypher"}),
    Call("graph_query", {"query": "MATCH (d:Decision) RETURN d.title", "param": ["most=5"], "dry_run": True}),
    Call("negative_list", {}),
    Call("outcomes_list", {"state": "any"}),
    Call("outcomes_show", {"name": "$payments"}, varies=True),
    Call("outcomes_update", {"dry_run": True}, varies=True),
    Call("router_test", {"text": "Should we use Redis or Memcached for sessions?"}),
)

# What was tried is the same memory whenever it is recorded: its id follows from its words.
TRIED = {"text": "Retry charges with backoff", "conclusion": "customers were charged twice"}
TRIED_ID = "fa51a0d42160"

WRITING: tuple[Call, ...] = (
    Call("decision_record", DECIDED, varies=True),
    Call("decision_record", {"of": "keep the carts", "confidence": "0.9"}, varies=True),
    Call("decision_link", {"name": "keep the carts", "prs": ["#12"], "incidents": ["INC-7"]}, varies=True),
    Call("decision_link", {"name": "keep the carts", "unlink": ["pr:12"]}, varies=True),
    Call("decision_show", {"name": "keep the carts in redis."}, varies=True),
    Call("outcomes_update", {}, varies=True),
    Call("decision_resolve", {"name": "$payments", "outcome": "confirmed", "reason": "no fault yet"}, varies=True),
    Call("outcomes_show", {"name": "$payments"}, varies=True),
    Call("outcomes_list", {"state": "confirmed"}, varies=True),
    Call("causal_validate", {"name": "carts are small", "evidence": ["the largest has 40 lines"]}, varies=True),
    Call("causal_falsify", {"name": "carts are small", "evidence": ["one has 9,000 lines"]}, varies=True),
    Call("causal_assumptions", {"name": "carts are small"}, varies=True),
    Call("causal_calibrate", {"stale": "0d"}, varies=True),
    Call("calibration_plot", {"output": "curve.svg"}, varies=True),
    Call("calibration_show", {"domain": "decisions", "cases": True}, varies=True),
    Call("decision_export", {"to": "docs/adr"}, varies=True),
    Call("decision_import", {"file": "docs/adr", "dry_run": True}, varies=True),
    Call("decision_supersede", {"name": "keep the carts", "text": "We took Valkey.", "reason": "licence"}, varies=True),
    Call(
        "negative_record",
        {
            **TRIED,
            "evidence": ["incident 41"],
            "severity": "critical",
            "advice": "ask support",
            "anchors": ["src/pay.py"],
        },
        varies=True,
    ),
    Call("negative_show", {"name": TRIED_ID}, varies=True),
    Call("negative_list", {"state": "every", "severity": "critical"}, varies=True),
    Call("negative_reopen", {"name": TRIED_ID, "reason": "the gateway is idempotent now"}, varies=True),
    Call("negative_prevented", {"name": TRIED_ID, "by": "$payments"}, varies=True),
    Call("negative_expire", {"name": TRIED_ID, "reason": "another gateway"}, varies=True),
    Call("negative_update", {}, varies=True),
    Call("plan_record", {**PLAN, "decisions": ["$payments"]}, varies=True),
    Call("plan_show", {"name": "cache the carts"}, varies=True),
    Call("plan_done", {"name": "cache the carts", "took": "3h", "became": ["2=dropped: no need"]}, varies=True),
    Call("plan_record", {"text": "Rewrite it all.", "document": "- rewrite\n- test\n"}, varies=True),
    Call("graph_export", {"file": "graph.graphml", "derived": True}, varies=True),
    Call("graph_import", {"file": "graph.graphml", "dry_run": True}, varies=True),
    Call("graph_import", {"file": "graph.graphml", "yes": True}, varies=True),
    Call("graph_attach", {"target": "embedded", "dry_run": True}, varies=True),
    Call("graph_sync", {"dry_run": True}),
    Call("graph_detach", {}),
    Call("plan_drop", {"name": "rewrite", "reason": "too dear"}, varies=True),
    Call("skill_distill", {"subject": "ledger"}, varies=True),
    Call("skill_show", {"name": "ledger"}, varies=True),
    Call("skill_export", {"name": "ledger", "to": "skills"}, varies=True),
    Call("skill_export", {"name": "ledger", "to": "skills", "yes": True}, varies=True),
)


def decided(project: Path, home: Path) -> None:
    """Decisions of a person about one module, and how they ended: what a skill is distilled from."""
    with Memory(project, home, actor="user", trust="user", origin="cli") as memory:
        for part in ("fees", "refunds", "gifts", "rounding", "payouts", "disputes"):
            said = {"text": f"Rows of {part} live in Cassandra.", "module": "ledger", "criteria": ["no row is lost"]}
            one = call(memory, "decision_record", said).decision.id
            call(memory, "decision_resolve", {"name": one, "outcome": "confirmed"})
