"""The operation `causal validate`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.reasoning.causal_assumptions import VALIDATED
from oldhand.reasoning.causal_telling import Settled, settled


@operation(WRITE)
def validate(memory: Memory, name: str, *, evidence: list[str]) -> Settled:
    """Say that an assumption was found to hold, and by what

    Who is believed less than those who said otherwise overrules nothing: both stand, contested.

    Parameters
    name: the assumption: at least 6 characters of its id, or its words
    evidence: what showed it: a commit, a run, a page, an observation
    """
    return settled(memory, name, VALIDATED, evidence)
