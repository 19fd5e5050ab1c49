"""What a hook before an edit will have to do: open the store, look a path up, render what is tied to it.

A stand-in until the hooks exist. Run by `start` as `python -I -S hook_stand_in.py PLACES ROOT PATH`, PLACES being
the folders of Oldhand and apsw: without `site`, as an installed hook can be started.
"""

import sys

sys.path[:0] = sys.argv[1].split(":")

from pathlib import Path  # noqa: E402

from oldhand.knowledge.telling import told  # noqa: E402
from oldhand.recall.render import agent_line  # noqa: E402
from oldhand.store.store import Store  # noqa: E402

SHOWN = 3  # lines at a point of action: about the 120 tokens allowed there


def main(root: str, path: str) -> str:
    """The lines for `path`."""
    project = Path(root)
    store = Store.open(project / ".oldhand", writable=False)
    with store.read() as reader:
        names = dict.fromkeys(name for _, _, name in reader.anchored(path))
        lines = [agent_line(told(reader, reader.get(name), project, 0)) for name in list(names)[:SHOWN]]
    store.close()
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[2:4]))
