"""The operation `chain extend`."""

from oldhand.errors import MissingArgument
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.chain.create import ChainChanged, told
from oldhand.sessions import chains


@operation(WRITE)
def extend(
    memory: Memory, name: str, names: list[str] = [], *, before: str = "", without: list[str] = []
) -> ChainChanged:  # fmt: skip
    """Add memories at the end of a chain, or before a member, or take some out

    A member that is named again moves. Two who extend a chain at once lose nothing: both ends are there after
    a merge, in the order of their times.

    Parameters
    name: the chain, by its name or id
    names: the memories to add, in order: at least 6 characters of the id of each
    before: the member before which they come, instead of the end
    without: members to take out; the memories themselves stay
    """
    if not (names or without):
        raise MissingArgument("chain extend", "names", "name memories to add, or some to take out with --without")
    with memory.reading() as reader:
        chain = chains.named(reader, name).id
    with memory.writing() as transaction:
        came, went = chains.extend(transaction, chain, names, memory.voice, before=before, without=without)
    return told(memory, chain, "extended", came, went)
