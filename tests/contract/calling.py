"""A call of an operation, as the scripts of examples list them."""

from typing import Any, NamedTuple


class Call(NamedTuple):
    """One call of an operation. varies: its reply tells of the machine or the moment, so only its shape is compared."""

    operation: str
    arguments: dict[str, Any]
    varies: bool = False
