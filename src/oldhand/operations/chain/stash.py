"""The operation `chain stash`."""

from oldhand.errors import MissingArgument, UnknownChain
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.chain.create import ChainChanged, told
from oldhand.sessions import chains
from oldhand.sessions.whose import whose
from oldhand.store.reader import Reader

MOST_OF_A_SESSION = 30  # memories of a session's working set: more is no set one works with
SHOWN_SESSION = 8  # characters of its name in that of the chain


@operation(WRITE)
def stash(memory: Memory, name: str = "", names: list[str] = [], *, session: str = "") -> ChainChanged:
    """Put a working set aside, to take it back later with `chain pop`

    A chain of this name is put aside as it is; with memories, one is made of them first. Without both, it is
    what this session works with: the memories told to it, and those its checkpoint names.

    Parameters
    name: the chain; without one it is named after the session
    names: the memories to put aside: at least 6 characters of the id of each
    session: the session, when it is not the one that speaks
    """
    with memory.reading() as reader:
        try:
            held = chains.named(reader, name) if name and not names else None
        except UnknownChain:
            if whose(memory, session).id == "":
                raise
            held = None
        if held is None and not names:
            mine = whose(memory, session).id
            names = chains.working_set(memory, reader, mine, MOST_OF_A_SESSION)
            name = name or _free(reader, f"stash of {mine[:SHOWN_SESSION]}")
            if not names:
                raise MissingArgument("chain stash", "names", "nothing was told to this session; name memories")
        name = name or _free(reader, "stash")
    with memory.writing() as transaction:
        chain = held.id if held is not None else chains.create(memory, transaction, name, "", names).memory
        changed = chains.put_aside(transaction, chain, memory.voice)
    return told(memory, chain, "stashed" if changed else "unchanged", len(names), 0)


def _free(reader: Reader, name: str) -> str:
    """A name that no chain has."""
    taken = {chains.plain_name(one) for one in chains.several(reader)}
    return next(one for one in (name, *(f"{name} {number}" for number in range(2, len(taken) + 3))) if one not in taken)
