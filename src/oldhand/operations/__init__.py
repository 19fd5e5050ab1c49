"""The operations, one file each, in folders named as the groups of the command line."""

# group -> (its line in the help, whether its commands also answer at the top level)
GROUPS: dict[str, tuple[str, bool]] = {
    "everyday": ("Everyday", True),
    "store": ("Keep the store whole", True),
    "server": ("Watch and serve", True),
    "code": ("Know the code", True),
    "knowledge": ("Keep knowledge true", True),
    "review": ("Settle what waits for review", False),
    "client": ("Connect coding agents", True),
    "session": ("Sessions of agents", False),
    "engram": ("What sessions did, tied to commits", False),
    "arc": ("Goals over many sessions", False),
    "chain": ("Memories in an order that tells a story", False),
    "decision": ("Decisions and what came of them", False),
    "outcomes": ("How decisions ended, from evidence", False),
    "calibration": ("How well stated confidence fits", False),
    "safety": ("Signs of bias before deciding", False),
    "negative": ("What was tried and did not work", False),
    "causal": ("What actions did, and what was taken for granted", False),
    "plan": ("Plans, and what became of them", False),
    "router": ("Which messages are decisions", False),
    "skill": ("How things are best done here, from decisions", False),
    "graph": ("The graph of what is remembered", False),
    "anchors": ("Anchors of memories in the code", False),
    "model": ("The model that adds meaning to recall", False),
    "embeddings": ("Vectors of what is remembered", False),
    "config": ("Settings", False),
    "projects": ("Projects on this machine", False),
}

# Commands of a group that answers in its own name only, and which answer at the top level all the same: they are
# typed by hand, often, and no other command could be meant.
AT_THE_TOP = {"handoff": "session_handoff", "injections": "session_injections"}

# Groups that are also reached through another: `oldhand decision outcomes update` is `oldhand outcomes update`.
WITHIN = dict.fromkeys(
    ("outcomes", "calibration", "safety", "negative", "causal", "plan", "router", "skill"), "decision"
)
