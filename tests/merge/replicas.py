"""Replicas with real stores that tell each other what they know."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from oldhand.knowledge.assertion import Asserted, assert_, revise, statement
from oldhand.knowledge.redaction import Screening
from oldhand.model.event import Event
from oldhand.model.trust import Voice
from oldhand.store.past import projected
from oldhand.store.reader import Held
from oldhand.store.rebuild import folded
from oldhand.store.store import Store
from oldhand.store.transaction import Transaction
from tests.merge.histories import BASE

Work = Callable[[Transaction, Voice], Any]


class Replica:
    """One copy of a project's memory. `now` is what its machine's clock shows; a test sets it as it likes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.now = folder, name, BASE
        self.voice = Voice(f"agent:{name}", "test", "agent")
        self.store = Store.create(folder, BASE)

    def change(self, work: Work) -> Any:
        """Do something in one transaction and return what it gives."""
        with self.store.write(self.now) as transaction:
            return work(transaction, self.voice)

    def say(self, text: str, **about: Any) -> Asserted:
        """Remember a claim as every surface does."""
        said = statement(self.folder, "claim", {"text": text}, screening=Screening(), **about)
        return self.change(lambda transaction, voice: assert_(transaction, said, voice))  # type: ignore[no-any-return]

    def reword(self, memory: str, text: str) -> Asserted:
        """Revise a memory."""
        said = statement(self.folder, "claim", {"text": text}, screening=Screening())
        return self.change(lambda transaction, voice: revise(transaction, memory, said, voice))  # type: ignore[no-any-return]

    def emit(self, op: str, memory: str, *, seen: bool = False, **fields: Any) -> Event:
        """Make one event, with what was seen of the memory if asked."""

        def work(transaction: Transaction, voice: Voice) -> Event:
            if seen:
                fields["seen"] = dict(transaction.record(memory)["vector"])
            return transaction.emit(op, memory, voice.actor, voice.origin, fields)

        return self.change(work)  # type: ignore[no-any-return]

    def events(self) -> list[Event]:
        """Every event that is here, in the order it was learned."""
        with self.store.read() as reader:
            return [event for _, event in reader.journal()]

    def take(self, events: Iterable[Event], bodies: dict[str, bytes | None]) -> int:
        """Take in what another replica tells; how many events were new."""

        def work(transaction: Transaction, _: Voice) -> int:
            new = 0
            for event in events:
                body = bodies.get(event.revision)
                if body is not None and not transaction.record(event.memory).get("erased"):
                    transaction.put(body)
                new += transaction.take(event)
            return new

        return self.change(work)  # type: ignore[no-any-return]

    def tell(self, other: "Replica", *, chance: random.Random | None = None, share: float = 1.0) -> int:
        """Tell another replica a share of what is known here, in a random order with some of it twice."""
        told = self.events()
        if chance:
            told = [event for event in told if chance.random() < share]
            told += [event for event in told if chance.random() < 0.2]
            chance.shuffle(told)
        with self.store.read() as reader:
            bodies = {event.revision: reader.intact(event.revision) for event in told if event.revision}
        return other.take(told, bodies)

    def root(self) -> str:
        """The present root."""
        with self.store.read() as reader:
            return reader.root().root.hex()

    def held(self, memory: str) -> Held:
        """A memory as it stands here."""
        with self.store.read() as reader:
            return reader.get(memory)

    def texts(self, memory: str) -> list[str]:
        """The wordings of a memory that stand, in alphabetical order."""
        return sorted(wording.content["text"] for wording in self.held(memory).wordings)

    def records(self) -> dict[str, Any]:
        """Every memory's folded record, as it is stored."""
        return self.change(
            lambda transaction, _: {
                row[0].hex(): transaction.record(row[0].hex())
                for row in transaction.connection.execute("SELECT id FROM memories").fetchall()
            }
        )  # type: ignore[no-any-return]

    def refolded(self) -> dict[str, Any]:
        """Every record folded anew from the journal; the projections made anew must be those that are here."""

        def work(transaction: Transaction, _: Voice) -> dict[str, Any]:
            last = transaction.connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()[0]
            past = projected(transaction.connection, last)
            digests = past.execute("SELECT id, digest FROM memories ORDER BY id").fetchall()
            trie = past.execute("SELECT path, children FROM trie ORDER BY path").fetchall()
            present = transaction.connection
            assert digests == present.execute("SELECT id, digest FROM memories ORDER BY id").fetchall()
            assert trie == present.execute("SELECT path, children FROM trie ORDER BY path").fetchall()
            for table in ("edges", "tags", "anchors", "wordings"):
                assert set(past.execute(f"SELECT * FROM {table}")) == set(present.execute(f"SELECT * FROM {table}"))
            past.close()
            return dict(folded(transaction.connection))

        return self.change(work)  # type: ignore[no-any-return]


def exchange(replicas: list[Replica], chance: random.Random | None = None) -> None:
    """Let everyone tell everyone everything, until nobody learns anything new."""
    while sum(one.tell(other, chance=chance) for one in replicas for other in replicas if one is not other):
        pass
