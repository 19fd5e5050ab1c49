"""How one memory may be tied to another."""

RELATIONS = (
    "relates_to", "caused_by", "depends_on", "blocks", "enables", "contradicts",
    "derived_from", "supersedes", "answers", "part_of",
)  # fmt: skip

LINEAGE = frozenset({"derived_from", "supersedes"})  # relations that provenance follows to the leaves
