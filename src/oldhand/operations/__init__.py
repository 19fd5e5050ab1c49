"""The operations, one file each, in folders named as the groups of the command line."""

# group -> (its line in the help, whether its commands also answer at the top level)
GROUPS: dict[str, tuple[str, bool]] = {
    "everyday": ("Everyday", True),
    "store": ("Keep the store whole", True),
    "server": ("Watch and serve", True),
    "code": ("Know the code", True),
    "knowledge": ("Keep knowledge true", True),
    "review": ("Settle what waits for review", False),
    "anchors": ("Anchors of memories in the code", False),
    "model": ("The model that adds meaning to recall", False),
    "embeddings": ("Vectors of what is remembered", False),
    "config": ("Settings", False),
    "projects": ("Projects on this machine", False),
}
