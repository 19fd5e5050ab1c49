"""Which module tells the replies of an operation as lines, for people and agents alike.

Each module has `lines(operation, reply) -> Iterator[Line]`; it is imported when such a reply is shown.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from oldhand.surfaces.file_text import Line

# module beside this one -> the operations whose replies it tells
MODULES: dict[str, tuple[str, ...]] = {
    "arc_text": ("arc_start", "arc_list", "arc_show", "arc_step", "arc_done", "arc_drop", "arc_detect"),
    "chain_text": (
        "chain_create", "chain_extend", "chain_list", "chain_show", "chain_cat", "chain_stash", "chain_pop",
        "chain_promote",
    ),
    "graph_text": (
        "graph", "graph_neighbours", "graph_subgraph", "graph_causes", "graph_paths", "graph_central",
        "graph_communities", "graph_cycles", "graph_health", "graph_export", "graph_import",
    ),
    "handoff_text": ("session_checkpoint", "session_handoff", "session_resume"),
    "audit_text": ("audit", "import"),
    "calibration_text": ("calibration_show", "calibration_plot", "calibration_drift", "calibration_hints"),
    "causal_text": (
        "causal_show", "causal_assumptions", "causal_validate", "causal_falsify", "causal_rituals", "causal_calibrate",
    ),
    "client_text": ("install", "uninstall"),
    "context_text": ("decision_context",),
    "decision_text": (
        "decide", "decision_list", "decision_show", "decision_record", "decision_link", "decision_supersede",
        "decision_export", "decision_import",
    ),
    "engram_text": (
        "engram_list", "engram_search", "engram_for_commit", "engram_for_file", "engram_show", "engram_diff",
        "engram_enable", "engram_disable", "engram_strategy", "engram_save", "engram_rewind",
    ),
    "forgotten_text": ("reject", "forget"),
    "graph_query_text": ("graph_attach", "graph_detach", "graph_sync", "graph_query"),
    "health_text": ("health",),
    "influence_text": ("session_injections", "session_holdout", "session_infer"),
    "knowledge_text": ("remind", "acknowledge", "gotcha", "convention", "gap", "ask", "soul"),
    "negative_text": (
        "negative_list", "negative_show", "negative_record", "negative_expire", "negative_reopen", "negative_update",
        "negative_prevented",
    ),
    "plan_text": (
        "plan_validate", "plan_record", "plan_list", "plan_show", "plan_done", "plan_drop", "plan_accuracy",
    ),
    "outcome_text": ("outcomes_update", "outcomes_list", "outcomes_show", "decision_resolve"),
    "review_text": (
        "review", "review_accept", "review_edit", "review_reject", "review_link", "review_defer", "review_undo",
    ),
    "revoke_text": ("revoke",),
    "safety_text": ("safety_check", "safety_checks", "safety_log", "router_test"),
    "session_text": (
        "session_list", "session_show", "session_tokens", "session_candidates", "session_drain", "session_remove",
    ),
    "skill_text": ("skill_list", "skill_show", "skill_distill", "skill_export"),
    "survey_text": ("session_survey",),
    "timeline_text": ("timeline",),
    "transcripts_text": ("session_import",),
    "lifecycle_text": ("capture", "compress", "consolidate", "prune"),
}  # fmt: skip
_MODULE_OF = {operation: module for module, operations in MODULES.items() for operation in operations}


def tells(operation: str) -> bool:
    """Whether the replies of an operation are told as lines by one of MODULES."""
    return operation in _MODULE_OF


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation that `tells` knows, as lines; each surface makes them safe."""
    module = import_module(f"oldhand.surfaces.{_MODULE_OF[operation]}")
    found: Iterator[Line] = module.lines(operation, reply)
    return found
