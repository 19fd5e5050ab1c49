"""As of: what a memory said at a root, a time or a date it says again, whatever has happened since."""

import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from oldhand.errors import AmbiguousId, OldhandError, UnknownId
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import call, plain
from oldhand.store.store import Store

BORN = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
HOUR, DAY = 3_600_000, 86_400_000  # milliseconds
COMMON, CAMPAIGN = 300, 1_000  # changes
RECORDED, TRIED = 100, 8  # roots at which everything is asked, and those asked again in the common run
SEED = 20_261_122
WORDS = ["cache", "deploy", "queue", "parser", "index", "token", "schema", "retry", "socket", "timeout", "branch"]
CUES = ("cache timeout", "deploy", "deployment/host", "parser retry token", "fact 7", "gibberish zzqx")
NOW_ONLY = ("as_of", "trace", "state", "now")  # in replies: the question, its address, and what the working tree says


class Travelling(Memory):
    """A memory whose machine has the clock that the test sets."""

    clock = BORN

    def now(self) -> int:  # type: ignore[override]
        """What the test's clock shows."""
        return self.clock


class Answers(NamedTuple):
    """Everything that was asked at one moment, and when that was."""

    root: str
    at: int
    replies: list[Any]


def without_the_present(value: Any) -> Any:
    """A reply without what depends on the working tree or repeats the question."""
    if isinstance(value, dict):
        return {name: without_the_present(item) for name, item in value.items() if name not in NOW_ONLY}
    return [without_the_present(item) for item in value] if isinstance(value, list) else value


def ask(memory: Memory, ids: list[str], as_of: str = "") -> list[Any]:
    """Recall, show with its history, active, rooms and graph, as of a moment."""
    asked: list[tuple[str, dict[str, Any]]] = [("recall", {"cue": cue, "explain": True}) for cue in CUES]
    asked += [("active", {"limit": 50}), ("active", {"standing": "superseded"}), ("rooms", {})]
    for name in ids:
        asked += [("show", {"name": name, "history": True}), ("graph", {"name": name})]
    return [without_the_present(plain(call(memory, name, {**given, "as_of": as_of}))) for name, given in asked]


class Past:
    """A memory that changes at random, and what it said at some of its roots."""

    def __init__(self, place: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        (place / "project").mkdir()
        (place / "home").mkdir()
        (place / "project" / "a.py").write_text("x = 1\n", encoding="utf-8")
        Store.create(place / "project" / ".oldhand", BORN, place / "home").close()
        self.memory = Travelling(place / "project", place / "home")
        self.memory.clock = BORN
        self.ids: list[str] = []
        self.answers: list[Answers] = []

    def live(self, changes: int, recorded: int) -> None:
        """Make so many changes, an hour or so apart, and ask everything at so many moments."""
        moments = set(self.chance.sample(range(1, changes - 10), recorded))
        due = 0  # a moment whose change is refused is made up for at the next change that is not
        for number in range(changes):
            due += number in moments
            self.memory.clock += self.chance.randint(HOUR // 2, 2 * HOUR)
            try:
                self._change(number)
            except OldhandError:
                continue  # what is retired cannot be retired again, and the like
            if due:
                due -= 1
                ids = self.chance.sample(self.ids, min(2, len(self.ids)))
                replies = ask(self.memory, ids)
                root = call(self.memory, "root", {}).root
                self.answers.append(Answers(root, self.memory.clock, [ids, replies]))

    def _change(self, number: int) -> None:
        chance = self.chance
        text = f"Fact {number}: " + " ".join(chance.choices(WORDS, k=chance.choice((2, 5, 12))))
        if len(self.ids) < 3 or chance.random() < 0.4:
            reply = call(self.memory, "remember", {
                "text": text, "domain": chance.choice(("", "issues", "tasks")), "tags": [chance.choice(WORDS)],
                "key": chance.choice(("", "", "", "deployment/host")), "anchors": chance.choice(([], ["a.py:1"])),
                "priority": chance.randint(0, 9), "kind": chance.choice(("claim", "gotcha", "decision")),
            })  # fmt: skip
            self.ids = sorted({*self.ids, reply.memories[0].id})
            return
        one, other = chance.sample(self.ids, 2)
        name, given = chance.choice((
            ("revise", {"name": one, "text": text}), ("revise", {"name": one, "text": text}),
            ("revise", {"name": one, "tags": [chance.choice(WORDS)], "untag": [chance.choice(WORDS)]}),
            ("confirm", {"name": one}), ("dispute", {"name": one}), ("retire", {"name": one}),
            ("restore", {"name": one}), ("root", {"mark": f"mark {number}"}),
            ("link", {"source": one, "relation": "supersedes", "target": other}),
            ("link", {"source": one, "relation": "relates_to", "target": other}),
            ("unlink", {"source": one, "relation": "supersedes", "target": other}),
        ))  # fmt: skip
        call(self.memory, name, given)


def differing(past: Past, tried: int, way: str) -> list[str]:
    """The moments at which the memory, asked as of them by root, by time or not at all, says something else now."""
    wrong = []
    for answers in past.chance.sample(past.answers, min(tried, len(past.answers))):
        ids, replies = answers.replies
        as_of = {"root": answers.root[:12], "whole": answers.root, "time": iso(answers.at), "none": ""}[way]
        if ask(past.memory, ids, as_of) != replies:
            wrong.append(answers.root)
    return wrong


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """A memory with some hundred changes behind it."""
    made = Past(tmp_path_factory.mktemp("past"), SEED)
    made.live(COMMON, RECORDED // 4)
    return made


@pytest.mark.parametrize("way", ["root", "whole", "time"])
def test_what_was_said_at_a_root_is_said_again(past: Past, way: str) -> None:
    assert differing(past, TRIED, way) == []


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("way", ["root", "time"])
def test_after_a_thousand_changes_each_of_a_hundred_roots_says_the_same(tmp_path: Path, way: str) -> None:
    past = Past(tmp_path, SEED + 1)
    past.live(CAMPAIGN, RECORDED)
    assert len(past.answers) == RECORDED
    assert differing(past, RECORDED, way) == []
    past.memory.close()


def test_asking_the_present_instead_is_found_out(past: Past) -> None:
    """The control: a recall that ignores as_of fails."""
    assert len(differing(past, TRIED, "none")) > TRIED / 2


def test_a_date_means_the_end_of_its_day(past: Past) -> None:
    day = BORN + 3 * DAY
    last = max((a for a in past.answers if a.at < day + DAY), key=lambda answers: answers.at)
    with past.memory.store().read() as reader:
        ends = [root for root in reader.roots() if root.learned < day + DAY]
    reply = call(past.memory, "active", {"as_of": iso(day)[:10]})
    assert reply.root == ends[-1].root.hex()
    assert last.at <= ends[-1].learned


def test_before_the_first_change_nothing_was_known(past: Past) -> None:
    assert call(past.memory, "active", {"as_of": "2025-12-31"}).items == []
    assert call(past.memory, "recall", {"cue": CUES[0], "as_of": "1969-07-20"}).verdict == "nothing known"


def test_the_future_is_the_present(past: Past) -> None:
    assert call(past.memory, "active", {"as_of": "2039-01-19"}) == call(past.memory, "active", {"as_of": "2040-02-29"})


def test_a_root_nobody_recorded_is_refused(past: Past) -> None:
    with pytest.raises(UnknownId):
        call(past.memory, "active", {"as_of": "0123456789ab"})


def test_a_prefix_of_two_roots_is_refused_and_both_are_named(tmp_path: Path) -> None:
    store = Store.create(tmp_path / ".oldhand", BORN)
    for number in range(2):  # two recorded roots that share their first six digits
        with store.write(BORN + number) as transaction:
            transaction.emit("root", "", "agent", "test", {"label": f"{number}"})
        with store.write(BORN + number) as transaction:
            transaction.connection.execute(
                "UPDATE roots SET root=? WHERE number=?", (b"\xab\xcd\xef" + bytes([number]) * 29, number + 1)
            )
    with pytest.raises(AmbiguousId, match=r"abcdef000000.*abcdef010101"), store.read("abcdef", BORN):
        pass
    with store.read("abcdef00", BORN) as reader:
        assert reader.root().number == 1
    store.close()


def test_the_persons_own_memory_is_asked_as_of_the_same_moment(tmp_path: Path) -> None:
    past = Past(tmp_path, SEED + 2)
    call(past.memory, "remember", {"text": "The project uses tabs"})
    past.memory.clock += HOUR
    call(past.memory, "remember", {"text": "I like short functions", "scope": "global"})
    root = call(past.memory, "root", {}).root
    past.memory.clock += HOUR
    call(past.memory, "remember", {"text": "I like long functions", "scope": "global"})
    call(past.memory, "remember", {"text": "The project uses spaces"})
    found = call(past.memory, "recall", {"cue": "what does the project use", "as_of": root})
    assert [item.text for item in found.items] == ["The project uses tabs"]
    past.memory.close()
