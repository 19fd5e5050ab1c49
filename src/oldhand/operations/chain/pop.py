"""The operation `chain pop`."""

from oldhand.errors import Refused
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.chain.cat import Narrated, narrated
from oldhand.sessions import chains


@operation(WRITE)
def pop(memory: Memory, name: str = "", *, budget_tokens: int = 0) -> Narrated:
    """Take a working set back that was put aside, and tell it

    Parameters
    name: the chain, by its name or id; without one, the one that was put aside last
    budget_tokens: at most so many tokens (0: all of it)
    """
    with memory.reading() as reader:
        held = chains.named(reader, name) if name else chains.last_stashed(reader)
    if held is None:
        raise Refused("Nothing is put aside. `oldhand chain stash` does that.")
    with memory.writing() as transaction:
        if not chains.take_back(transaction, held.id, memory.voice):
            raise Refused(f"'{chains.shown_name(held)}' is not put aside. `oldhand chain cat` tells it.")
    return narrated(memory, held, budget_tokens, "popped")
