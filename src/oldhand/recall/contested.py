"""Which memories a memory is tied to by a contradiction; apart from the rest of recall, which a write need not load."""

from oldhand.store.fold import Record, registers

TIES = ("to/contradicts/", "from/contradicts/")


def contradicting(record: Record) -> list[str]:
    """The memories that a memory is tied to by a contradiction that nobody has settled, in the order of their ids."""
    ties = [name for name, stands in registers(record).items() if stands is True and name.startswith(TIES)]
    return sorted({name.rsplit("/", 1)[1] for name in ties})
