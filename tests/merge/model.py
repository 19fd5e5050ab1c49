"""What a set of events means, computed from the whole set at once.

An independent reading of the journal's rules (docs/MODEL.md): no order, no increments, no state. It
shares with the product only the event record, and compares clocks by itself. The mutated models at
the end break one rule each; every one of them must disagree with the product somewhere.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from oldhand.model.event import Event

VALUES = (
    "domain",
    "key",
    "kind",
    "confidence",
    "priority",
    "valid_from",
    "valid_until",
    "quarantined",
    "assignee",
    "discounted",
)


class Meaning(NamedTuple):
    """What a memory's events amount to.

    wordings: (address, trust, actor, origin) of those nobody has replaced, oldest first; open: (op, trust)
    of the disputes nobody has settled and the rejections nobody has taken back; values: the fields that hold;
    tags, anchors, links out and links in: what is in each set; counts: assertions and confirmations by trust;
    rejected: the values that must not come back.
    """

    standing: str
    wordings: tuple[tuple[str, str, str, str], ...] = ()
    open: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, Any], ...] = ()
    tags: frozenset[str] = frozenset()
    anchors: frozenset[tuple[str, str]] = frozenset()
    out: frozenset[tuple[str, str]] = frozenset()
    into: frozenset[tuple[str, str]] = frozenset()
    counts: tuple[tuple[str, int], ...] = ()
    rejected: frozenset[str] = frozenset()


def moment(event: Event) -> tuple[int, int, str, str]:
    """What decides between two writers of one field: the clock (wall, counter, replica), then the event's id."""
    return (event.clock.wall, event.clock.counter, event.replica, event.id)


class Model:
    """The rules. Each one is a method, so that a mutation can break it alone."""

    def meaning(self, memory: str, events: Iterable[Event]) -> Meaning:
        """What `events` make of `memory`."""
        every = sorted(events, key=moment)
        own = [event for event in every if event.memory == memory]
        if self.erased(own):
            return Meaning("erased", rejected=self.named([event for event in own if event.op == "erase"]))
        wordings = [event for event in own if event.op in ("assert", "revise") and self.current(event, own)]
        marks = [event for event in own if event.op in ("dispute", "reject") and not self.settled(event, own)]
        values, tags, anchors = self.fields(own)
        out = self.links([(e.fields["rel"], e.fields["target"], e) for e in own if e.op in ("link", "unlink")])
        pointing = [
            (e.fields["rel"], e.memory, e)
            for e in every
            if e.op in ("link", "unlink") and e.fields["target"] == memory and e.memory != memory
        ]
        into = self.links(pointing)
        holding = [mark for mark in marks if mark.op == "dispute" or not self.outgrown(mark, own)]
        return Meaning(
            self.standing(wordings, holding, values, out, into),
            tuple((e.revision, e.fields["trust"], e.actor, e.origin) for e in wordings),
            tuple((event.op, event.fields["trust"]) for event in marks),
            tuple(sorted(values.items())), tags, anchors, out, into, self.counts(own), self.named(marks),
        )  # fmt: skip

    def erased(self, own: list[Event]) -> bool:
        """Erasing outranks everything, whenever it happened."""
        return any(event.op == "erase" for event in own)

    def saw(self, later: Event, earlier: Event) -> bool:
        """Whether the writer of one event says that it had seen another."""
        return earlier.seq <= later.fields.get("seen", {}).get(earlier.replica, 0)

    def current(self, wording: Event, own: list[Event]) -> bool:
        """A wording stands until a revision whose writer had seen it."""
        return not any(event.op == "revise" and self.saw(event, wording) for event in own)

    def settled(self, mark: Event, own: list[Event]) -> bool:
        """Who confirms or revises settles the disputes seen, who restores takes back the rejections seen."""
        settling = ("restore",) if mark.op == "reject" else ("confirm", "revise")
        return any(event.op in settling and self.saw(event, mark) for event in own)

    def outgrown(self, rejection: Event, own: list[Event]) -> bool:
        """A rejection holds a memory down until a revision whose writer had seen it brings other words."""
        return any(event.op == "revise" and self.saw(event, rejection) for event in own)

    def named(self, events: list[Event]) -> frozenset[str]:
        """The values that these rejections or erasures name."""
        return frozenset(value for event in events for value in event.fields.get("values", ()))

    def latest(self, writers: list[Event]) -> Event:
        """Of several writers of one field the latest wins."""
        return max(writers, key=moment)

    def fields(self, own: list[Event]) -> tuple[dict[str, Any], frozenset[str], frozenset[tuple[str, str]]]:
        """The values, tags and anchors that hold."""
        saying = [event for event in own if event.op in ("assert", "revise", "set")]
        values: dict[str, Any] = {}
        for name in VALUES:
            if writers := [event for event in saying if name in event.fields]:
                values[name] = self.latest(writers).fields[name]
        putting_away = [event for event in own if event.op in ("retire", "restore")]
        if putting_away:
            values["retired"] = self.latest(putting_away).op == "retire"
        tags = set()
        for tag in {tag for e in saying for tag in e.fields.get("tags", ())}:
            writers = [e for e in saying if tag in (*e.fields.get("tags", ()), *e.fields.get("untag", ()))]
            if tag not in self.latest(writers).fields.get("untag", ()):
                tags.add(tag)
        anchors = set()
        for place in {place for e in saying for place in e.fields.get("anchors", {})}:
            writers = [
                e for e in saying if place in e.fields.get("anchors", {}) or place in e.fields.get("unanchor", ())
            ]
            winner = self.latest(writers)
            if place not in winner.fields.get("unanchor", ()):
                anchors.add((place, winner.fields["anchors"][place]))
        return values, frozenset(tags), frozenset(anchors)

    def links(self, said: list[tuple[str, str, Event]]) -> frozenset[tuple[str, str]]:
        """The links that stand: those whose latest event links."""
        pairs = {(rel, other) for rel, other, _ in said}
        return frozenset(
            pair for pair in pairs if self.latest([e for rel, other, e in said if (rel, other) == pair]).op == "link"
        )

    def counts(self, own: list[Event]) -> tuple[tuple[str, int], ...]:
        """How often it was asserted or confirmed, by trust."""
        return tuple(sorted(Counter(e.fields["trust"] for e in own if e.op in ("assert", "confirm")).items()))

    def standing(
        self, wordings: list[Event], marks: list[Event], values: dict[str, Any],
        out: frozenset[tuple[str, str]], into: frozenset[tuple[str, str]],
    ) -> str:  # fmt: skip
        """The gravest of what applies."""
        if any(event.op == "reject" for event in marks):
            return "rejected"
        if not wordings:
            return "awaited"
        if values.get("quarantined"):
            return "quarantined"
        if values.get("retired"):
            return "retired"
        if any(rel == "supersedes" for rel, _ in into):
            return "superseded"
        several = len({event.revision for event in wordings}) > 1
        return "contested" if marks or several or self.contradicted(out | into) else "active"

    def contradicted(self, links: frozenset[tuple[str, str]]) -> bool:
        """Both ends of a contradiction that stands are contested."""
        return any(rel == "contradicts" for rel, _ in links)


class LastWordingWins(Model):
    """Wrong: of two concurrent wordings only the later one stands."""

    def current(self, wording: Event, own: list[Event]) -> bool:
        """Stand only when it is the latest wording."""
        return wording == self.latest([event for event in own if event.op in ("assert", "revise")])


class ForgetfulRevision(Model):
    """Wrong: a revision replaces only the wordings it had seen of its own replica."""

    def current(self, wording: Event, own: list[Event]) -> bool:
        """Stand unless a revision of the same replica had seen it."""
        return not any(e.op == "revise" and e.replica == wording.replica and self.saw(e, wording) for e in own)


class EditsBeatRejection(Model):
    """Wrong: revising a rejected memory takes the rejection back."""

    def settled(self, mark: Event, own: list[Event]) -> bool:
        """Count later edits as settling a rejection."""
        edited = mark.op == "reject" and any(e.op == "revise" and moment(e) > moment(mark) for e in own)
        return edited or super().settled(mark, own)


class RejectionIsForever(Model):
    """Wrong: a memory that was rejected cannot take other words."""

    def outgrown(self, rejection: Event, own: list[Event]) -> bool:
        """Let no revision lift it."""
        return False


class UnseenRevisionLiftsRejection(Model):
    """Wrong: a revision whose writer knew nothing of the rejection makes the memory stand again."""

    def outgrown(self, rejection: Event, own: list[Event]) -> bool:
        """Take any revision, later or not."""
        return any(event.op == "revise" for event in own)


class RevisionForgetsTheValue(Model):
    """Wrong: with the revision that lifts a rejection, the value it rejected may come back."""

    def meaning(self, memory: str, events: Iterable[Event]) -> Meaning:
        """Drop the values of rejections that a revision has seen."""
        own = [event for event in events if event.memory == memory]
        found = super().meaning(memory, own)
        holding = [e for e in own if e.op == "reject" and not self.settled(e, own) and not self.outgrown(e, own)]
        return (
            super()
            .meaning(memory, events)
            ._replace(rejected=found.rejected if found.standing == "erased" else self.named(holding))
        )


class ErasureForgetsTheValues(Model):
    """Wrong: of an erased memory not even the digests are left."""

    def named(self, events: list[Event]) -> frozenset[str]:
        """Name nothing for an erasure."""
        return frozenset() if any(event.op == "erase" for event in events) else super().named(events)


class ContradictionIgnored(Model):
    """Wrong: two memories that contradict each other are as good as any."""

    def contradicted(self, links: frozenset[tuple[str, str]]) -> bool:
        """Look at no link."""
        return False


class OneEndIsContested(Model):
    """Wrong: of two memories that contradict each other only the one that is pointed at is contested."""

    def standing(
        self, wordings: list[Event], marks: list[Event], values: dict[str, Any],
        out: frozenset[tuple[str, str]], into: frozenset[tuple[str, str]],
    ) -> str:  # fmt: skip
        """Look at the links that point here only."""
        return super().standing(wordings, marks, values, frozenset(), into)


class ConfirmationSettlesEverything(Model):
    """Wrong: a confirmation settles disputes that its writer had not seen."""

    def settled(self, mark: Event, own: list[Event]) -> bool:
        """Count later confirmations whatever they had seen."""
        unseen = mark.op == "dispute" and any(e.op == "confirm" and moment(e) > moment(mark) for e in own)
        return unseen or super().settled(mark, own)


class FirstWriterWins(Model):
    """Wrong: the earliest writer of a field wins."""

    def latest(self, writers: list[Event]) -> Event:
        """Take the earliest."""
        return min(writers, key=moment)


class ReplicaDecides(Model):
    """Wrong: between two writers the replica's name decides, not the clock."""

    def latest(self, writers: list[Event]) -> Event:
        """Take the one of the greatest replica."""
        return max(writers, key=lambda event: (event.replica, moment(event)))


class LinksStayForever(Model):
    """Wrong: a link once made cannot be undone."""

    def links(self, said: list[tuple[str, str, Event]]) -> frozenset[tuple[str, str]]:
        """Take every link ever made."""
        return frozenset((rel, other) for rel, other, event in said if event.op == "link")


class ErasedComesBack(Model):
    """Wrong: what is said about an erased memory later brings it back."""

    def erased(self, own: list[Event]) -> bool:
        """Look at the latest event only."""
        return bool(own) and self.latest(own).op == "erase"


class ConfirmationsNotCounted(Model):
    """Wrong: the same words said on two replicas count once."""

    def counts(self, own: list[Event]) -> tuple[tuple[str, int], ...]:
        """Count each trust once."""
        return tuple((trust, 1) for trust, _ in super().counts(own))


MUTATIONS: tuple[type[Model], ...] = (
    LastWordingWins, ForgetfulRevision, EditsBeatRejection, ConfirmationSettlesEverything, FirstWriterWins,
    ReplicaDecides, LinksStayForever, ErasedComesBack, ConfirmationsNotCounted, RejectionIsForever,
    UnseenRevisionLiftsRejection, RevisionForgetsTheValue, ErasureForgetsTheValues,
    ContradictionIgnored, OneEndIsContested,
)  # fmt: skip
