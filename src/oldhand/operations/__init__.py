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
    "anchors": ("Anchors of memories in the code", False),
    "model": ("The model that adds meaning to recall", False),
    "embeddings": ("Vectors of what is remembered", False),
    "config": ("Settings", False),
    "projects": ("Projects on this machine", False),
}

# Commands of a group that answers in its own name only, and which answer at the top level all the same: they are
# typed by hand, often, and no other command could be meant.
AT_THE_TOP = {"handoff": "session_handoff", "injections": "session_injections"}
