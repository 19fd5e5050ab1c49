"""What documents say against what people said: found beyond the slot, and left for a verdict.

Documents are read wholesale and say things twice, so their statements are not compared with each other. What a person
said is little beside them, and is to be relied on: each statement of a document is held against the few of those that
have nearly the same words.
"""

from collections import Counter
from collections.abc import Mapping

from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.contradiction import CURRENT, FAMILIES, ask
from oldhand.knowledge.opposing import FEWEST_SHARED, oppose, worded
from oldhand.knowledge.trusting import PERSON, strongest
from oldhand.model.trust import Voice
from oldhand.store.by_kind import of_kind
from oldhand.store.fold import standing
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf
from oldhand.store.transaction import Transaction

MOST_SAID = 300  # memories of one kind that people said, the most important first: a person says no more that matters
MOST_NEAR = 8  # of them for one statement, those that share the most words


def contest(transaction: Transaction, said: Mapping[str, tuple[Statement, Voice]]) -> int:
    """Tie each memory that a document accounts for to what a person said and it contradicts; how many pairs are new.

    said: the statements of the documents by their memory, each with the voice of its document. Nothing is replaced:
    both are contested until somebody decides, and a pair is asked about once.
    """
    index = _SaidByPeople(Reader(transaction.connection), transaction.now_ms)
    if not index.held:
        return 0
    count = 0
    for memory, (one, voice) in said.items():
        if not (near := index.near(memory, one)):
            continue
        record = transaction.record(memory)
        if standing(record) not in CURRENT or strongest(record) == PERSON:
            continue
        for held in near:
            count += ask(transaction, memory, held.id, voice)
    return count


class _SaidByPeople:
    """What people said and holds now, by its words."""

    def __init__(self, reader: Reader, now_ms: int) -> None:
        names = [
            name for kind in FAMILIES for name in of_kind(reader, kind, MOST_SAID, standings=CURRENT, trusts=(PERSON,))
        ]  # fmt: skip
        found = reader.several(names, Shelf(CURRENT)) if names else []
        over = (one for one in found if one.valid_until is None or one.valid_until >= now_ms)
        self.held: list[Held] = [one for one in over if len(one.wordings) == 1]
        self._worded = [worded(one.text) for one in self.held]
        self._by_word: dict[str, list[int]] = {}
        for number, ways in enumerate(self._worded):
            for word in {word for _, words in ways for word in words}:
                self._by_word.setdefault(word, []).append(number)

    def near(self, memory: str, one: Statement) -> list[Held]:
        """Those that a statement says the contrary of."""
        family = FAMILIES.get(one.kind)
        if family is None:
            return []
        mine, key = worded(one.content["text"]), one.metadata.get("key")
        shared = Counter(
            number for word in {word for _, words in mine for word in words} for number in self._by_word.get(word, ())
        )
        near = [number for number, count in shared.most_common(MOST_NEAR) if count >= FEWEST_SHARED]
        return [
            held for held, words in ((self.held[number], self._worded[number]) for number in near)
            if held.id != memory and FAMILIES.get(held.kind) == family and not (key and held.key)
            and oppose(words, mine)
        ]  # fmt: skip
