"""The kind `summary`."""

from typing import NamedTuple


class Summary(NamedTuple):
    """A shorter account of other memories, which stay reachable.

    `method` is extract when rules chose sentences of theirs, said when somebody worded it; `coverage` the share of
    their weighted terms that it has; `lost` the values of theirs that it does not have.
    """

    text: str
    title: str = ""
    method: str = ""
    coverage: str = ""
    lost: tuple[str, ...] = ()
