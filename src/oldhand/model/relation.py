"""How one memory may be tied to another."""

from oldhand.errors import UnknownRelation

RELATIONS = (
    "relates_to", "caused_by", "depends_on", "blocks", "enables", "contradicts",
    "derived_from", "supersedes", "answers", "part_of", "outcome_of", "warns_against", "prevented",
)  # fmt: skip

LINEAGE = frozenset({"derived_from", "supersedes"})  # relations that provenance follows to the leaves


def known(name: str) -> str:
    """`name` as a relation, dashes and case aside. Raises UnknownRelation."""
    relation = name.strip().lower().replace("-", "_")
    if relation not in RELATIONS:
        raise UnknownRelation(name, ", ".join(RELATIONS))
    return relation
