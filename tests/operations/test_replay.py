"""replay: an earlier recall is answered again as it was, whatever has happened to the memory since."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import apsw
import pytest

from oldhand.errors import OldhandError
from oldhand.recall.cue import MAX_CUE_CHARACTERS
from oldhand.surfaces.agent_text import CLOSING, rendered
from tests.conftest import Project
from tests.contract.command import inside
from tests.hostile.corpus import corpus
from tests.hostile.looks import controls, fences
from tests.operations.test_saying import said

SEED = 20_261_121
CHANGES, RECALLS = 200, 50
WORDS = ("cache", "deploy", "queue", "parser", "token", "schema", "retry", "socket", "платежи", "шлюз", "повтор")
CUES = (
    "cache and queue", "why is the deploy retried?", "повтор платежей", "parser.token schema", "deployment/host",
    "platform zebra", "`socket retry`", "шлюз socket", "fact 7", "token",
)  # fmt: skip

Make = Callable[[str], Project]


class Given(NamedTuple):
    """What a recall gave: the name of its trace, and what a replay of it has to give."""

    trace: str
    shown: list[tuple[str, float]]
    verdict: str
    texts: list[str]


def given(reply: Any) -> Given:
    """What a reply gave."""
    return Given(reply.trace, shown(reply.items), reply.verdict, [item.text for item in reply.items])


def shown(items: list[Any]) -> list[tuple[str, float]]:
    """The memories of an answer with their matches, in order."""
    return [(item.id, item.match) for item in items]


def again(project: Project, trace: str) -> Given:
    """What a replay gives, which has to say itself that it is the same."""
    reply = project.call("replay", trace=trace)
    assert reply.same and not reply.differences, reply.differences
    return Given(reply.then.trace, shown(reply.items), reply.verdict, [item.text for item in reply.items])


def change(project: Project, chance: random.Random, ids: list[str], number: int) -> None:
    """One random change, among them ones that are refused: what is retired cannot be retired again, and the like."""
    text = f"Fact {number}: " + " ".join(chance.choices(WORDS, k=chance.choice((2, 5, 12))))
    with suppress(OldhandError):
        if len(ids) < 3 or chance.random() < 0.3:
            key = chance.choice(("", "", "", "deployment/host"))
            anchors = chance.choice(([], ["a.py:1"], ["a.py", "b.py:3-4"]))
            ids.append(said(project, text, key=key, anchors=anchors, kind=chance.choice(("claim", "decision"))).id)
            return
        one, other = chance.sample(sorted(set(ids)), 2)
        if chance.random() < 0.1:
            with project.memory.writing() as transaction:
                transaction.emit("reject", one, "user", "cli", {"trust": "user"})
            return
        name, arguments = chance.choice((
            ("revise", {"name": one, "text": text}), ("revise", {"name": one, "text": text}), ("retire", {"name": one}),
            ("restore", {"name": one}), ("confirm", {"name": one}), ("dispute", {"name": one}),
            ("revise", {"name": one, "tags": [chance.choice(WORDS)]}), ("root", {"mark": f"mark {number}"}),
            ("link", {"source": one, "relation": "supersedes", "target": other}),
            ("unlink", {"source": one, "relation": "supersedes", "target": other}),
        ))  # fmt: skip
        project.call(name, **arguments)


def lived(project: Project, changes: int, recalls: int) -> list[Given]:
    """A memory that changed at random, and what was recalled in between, with all sorts of arguments."""
    chance, ids, answers = random.Random(SEED), list[str](), list[Given]()
    (project.root / "a.py").write_text("x = 1\n", "utf-8")
    (project.root / "b.py").write_text("1\n2\n3\n4\n", "utf-8")
    every = changes // recalls
    for number in range(changes):
        change(project, chance, ids, number)
        if number % every == 0:
            more = chance.choice((
                {}, {"limit": 20, "budget_tokens": 4000}, {"budget_tokens": 140}, {"loose": True, "limit": 9},
                {"kind": "decision"}, {"explain": True}, {"domain": "context"},
            ))  # fmt: skip
            answers.append(given(project.call("recall", cue=chance.choice(CUES), **more)))
    return answers


# -- the same answer ---------------------------------------------------------------------------------


def test_each_of_fifty_recalls_is_answered_again_after_two_hundred_changes(project: Project) -> None:
    answers = lived(project, CHANGES, RECALLS)
    assert len(answers) == RECALLS and sum(bool(one.shown) for one in answers) > RECALLS / 2
    (project.root / "a.py").write_text("something else\n", "utf-8")
    (project.root / "b.py").unlink()
    assert [again(project, one.trace) for one in answers] == answers
    # the control: the same questions asked today are answered otherwise
    today = [project.call("replay", trace=one.trace, now=True).today for one in answers]
    assert sum(shown(one.items) != then.shown for one, then in zip(today, answers, strict=True)) > RECALLS / 4


def test_a_replay_changes_nothing_in_the_store(project: Project) -> None:
    answers = lived(project, 40, 10)
    with project.memory.reading() as reader:
        before = reader.root(), list(reader.journal())
    for one in answers:
        project.call("replay", trace=one.trace, now=True)
    with project.memory.reading() as reader:
        assert (reader.root(), list(reader.journal())) == before
    assert project.findings() == []


def test_the_settings_and_the_moment_of_then_are_used(project: Project) -> None:
    for number in range(6):
        said(project, f"Payments fact {number} about the gateway")
    said(project, "Payments fact of the winter", valid_until="2020-01-01")
    one = project.call("recall", cue="payments fact")
    for name, value in (("limit", 1), ("floor", 90), ("budget_tokens", 50)):
        project.call("config_set", name=f"recall.{name}", value=str(value))
    project.memory.forget_settings()
    replayed = project.call("replay", trace=one.trace)
    assert replayed.same and shown(replayed.items) == shown(one.items) and len(one.items) > 1
    assert replayed.then.settings["limit"] == "5" and replayed.then.settings["floor"] == "30"
    assert [item.expired for item in replayed.items] == [item.expired for item in one.items]
    assert len(project.call("replay", trace=one.trace, now=True).today.items) == 1, "the control: settings of today"


def test_what_fitted_the_budget_then_fits_it_again_whatever_became_of_the_files(project: Project) -> None:
    """Whether a file still says so is a word in a line, and so part of what a line costs."""
    (project.root / "pay.py").write_text("x = 1\n", "utf-8")
    for number in range(12):
        said(project, f"Payments fact {number}", anchors=["pay.py:1"])
    answers = []
    for budget in range(140, 420, 10):
        (project.root / "pay.py").write_text("\n" * (budget % 3) + "x = 1\n", "utf-8")
        answers.append(given(project.call("recall", cue="payments", limit=12, budget_tokens=budget)))
    (project.root / "pay.py").unlink()
    said(project, "Payments fact of a later day")
    assert len({len(one.shown) for one in answers}) > 3
    assert [again(project, one.trace) for one in answers] == answers
    states = {item.anchors[0].state for one in answers for item in project.call("replay", trace=one.trace).items}
    assert states <= {"holds", "moved", "cannot tell"} and {"holds", "moved"} & states


def test_a_recall_as_of_another_moment_is_answered_again(project: Project) -> None:
    said(project, "The host is alpha", key="deployment/host")
    root = project.call("root").root
    said(project, "The host is beta", key="deployment/host")
    one = project.call("recall", cue="deployment host", as_of=root[:12])
    said(project, "The host is gamma", key="deployment/host")
    assert again(project, one.trace).texts == ["The host is alpha"]


def test_a_recall_in_an_empty_memory_is_answered_again(project: Project) -> None:
    one = project.call("recall", cue="payments")
    assert again(project, one.trace).verdict == "nothing known"
    said(project, "Payments are never retried")
    replayed = project.call("replay", trace=one.trace, now=True)
    assert replayed.same and replayed.items == []
    assert replayed.today.verdict == "strong" and replayed.today.changes[1].startswith("new: ")


def test_every_store_is_asked_as_it_was(project: Project, make_project: Make) -> None:
    other = make_project("other")
    project.call("projects_register", folder=str(other.root), name="other")
    for place, text in ((project, "here"), (other, "elsewhere")):
        said(place, f"The gateway is configured {text}")
    said(project, "I like the gateway personally", scope="global")
    asked: tuple[dict[str, Any], ...] = (
        {"scope": "all"}, {"scope": "both"}, {"scope": "project"}, {"scope": "global"}, {"project": "other"},
    )  # fmt: skip
    answers = [given(project.call("recall", cue="gateway configured personally", limit=9, **one)) for one in asked]
    assert [len(one.shown) for one in answers] == [3, 2, 1, 1, 1] and all(one.trace for one in answers)
    for place, more in ((project, {}), (other, {}), (project, {"scope": "global"})):
        said(place, "The gateway is configured otherwise, personally", **more)
    assert [again(project, one.trace) for one in answers] == answers
    stores = project.call("replay", trace=answers[0].trace).then.stores
    assert [(one.scope, one.project) for one in stores] == [("project", ""), ("global", ""), ("project", "other")]
    other.memory.close()


# -- cues of every sort ------------------------------------------------------------------------------

HUNDRED_THOUSAND = " ".join(f"слово{number % 977} word{number % 991}" for number in range(50_000)) + " payments gateway"
ODD_CUES = (
    "почему платежи не повторяются", "why платежи retry?", "def charge(cart):\n    return gateway.pay(cart)",
    "E1234 -7", "src/pay.py:10-12", "…?!", "the and of", "a", " ", HUNDRED_THOUSAND,
    "payments\x00gateway\x1b[2J</memory>",
)  # fmt: skip


@pytest.mark.parametrize("cue", ODD_CUES, ids=range(len(ODD_CUES)))
def test_a_cue_of_any_sort_is_answered_again(project: Project, cue: str) -> None:
    said(project, "Payments are never retried by the gateway", anchors=["src/pay.py"])
    said(project, "Платежи не повторяются: шлюз не идемпотентен")
    one = given(project.call("recall", cue=cue, loose=True))
    said(project, "Payments and платежи, gateway and шлюз")
    assert again(project, one.trace) == one
    kept = project.call("replay", trace=one.trace).then.cue
    assert len(kept) <= MAX_CUE_CHARACTERS and (kept == cue or len(cue) > MAX_CUE_CHARACTERS)


def test_hostile_cues_are_answered_again_and_shown_as_data(project: Project) -> None:
    said(project, "Payments are never retried by the gateway")
    cues = [cue for cue in corpus(150) if _is_text(cue)]
    answers = [given(project.call("recall", cue=f"{cue} payments", loose=True)) for cue in cues]
    said(project, "Payments of a later day")
    assert [again(project, one.trace) for one in answers] == answers
    replies = [("replay", project.call("replay", trace=one.trace)) for one in answers]
    for operation, reply in (("logs", project.call("logs", operation="recall", limit=0)), *replies):
        text = rendered(operation, reply)
        assert fences(text) == 2 and text.endswith(CLOSING) and not controls(text)
    project.memory.close()
    for words in (["logs", "--limit", "0"], *(["replay", one.trace] for one in answers[::10])):
        printed = inside(project.root, project.home, *words)
        assert printed.code == 0 and not controls(printed.out)


def _is_text(cue: str) -> bool:
    try:
        cue.encode()
    except UnicodeEncodeError:
        return False
    return True


# -- what is no longer as it was ---------------------------------------------------------------------


def erase(project: Project, name: str) -> None:
    """Erase a memory, as the journal does it."""
    with project.memory.writing() as transaction:
        transaction.emit("erase", name, "user", "python", {})


def test_what_was_erased_since_is_said_and_not_shown(project: Project) -> None:
    kept = said(project, "Payments are kept in cents").id
    gone = said(project, "Payments of Zebrafinch are secret").id
    one = project.call("recall", cue="payments")
    assert {item.id for item in one.items} == {kept, gone}
    erase(project, gone)
    replayed = project.call("replay", trace=one.trace)
    assert not replayed.same and [item.id for item in replayed.items] == [kept]
    assert any(gone[:12] in line and "erased" in line for line in replayed.differences)
    assert "1 memory was erased since, and no text of them is left" in replayed.differences
    project.memory.close()
    for words in ([], ["--now"], ["--json"]):
        assert "Zebrafinch" not in inside(project.root, project.home, "replay", one.trace, *words).out
    assert b"Zebrafinch" not in b"".join(path.read_bytes() for path in project.folder.iterdir() if path.is_file())


def test_a_memory_restored_from_a_backup_says_that_it_lacks_the_moment(project: Project) -> None:
    said(project, "Payments are never retried")
    early = project.call("recall", cue="payments")
    project.call("backup", to=str(project.home / "copy.db"))
    said(project, "Payments are retried twice")
    late = project.call("recall", cue="payments")
    project.call("store_restore", file=str(project.home / "copy.db"), yes=True)
    assert again(project, early.trace).verdict == "strong"
    replayed = project.call("replay", trace=late.trace)
    assert not replayed.same and replayed.items == []
    assert any("restored from a backup" in line for line in replayed.differences)


def test_a_project_that_is_gone_is_said_and_the_rest_is_answered(project: Project, make_project: Make) -> None:
    other = make_project("other")
    project.call("projects_register", folder=str(other.root), name="other")
    said(project, "The gateway is here")
    said(other, "The gateway is there")
    one = project.call("recall", cue="gateway", scope="all")
    for file in (project.home / "projects").iterdir():
        file.unlink()
    replayed = project.call("replay", trace=one.trace, now=True)
    assert not replayed.same and [item.text for item in replayed.items] == ["The gateway is here"]
    assert any("'other' cannot be asked" in line for line in replayed.differences)
    assert any(line.startswith("gone: ") for line in replayed.today.changes)


def alter(project: Project, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Alter the trace of the latest recall."""
    project.memory.traces().flush()
    connection = apsw.Connection(str(project.folder / "traces.db"))
    with connection:
        row: Any = connection.execute(
            "SELECT number, detail FROM traces WHERE operation='recall' ORDER BY number DESC LIMIT 1"
        ).fetchone()
        detail = json.dumps(change(json.loads(row[1])))
        connection.execute("UPDATE traces SET detail=? WHERE number=?", (detail, row[0]))
    connection.close()


def test_an_answer_that_cannot_be_explained_is_called_different(project: Project) -> None:
    """The control: a trace whose matches were altered is found out."""
    said(project, "Payments are never retried")
    one = project.call("recall", cue="payments gateway")
    alter(project, lambda detail: detail | {"matches": [1234]})
    replayed = project.call("replay")
    assert not replayed.same and replayed.then.trace == one.trace
    assert "it matches" in replayed.differences[0] and "oldhand verify" in replayed.differences[-1]


def test_an_answer_of_another_version_names_it_when_it_differs(project: Project) -> None:
    said(project, "Payments are never retried")
    project.call("recall", cue="payments gateway")
    alter(project, lambda detail: detail | {"version": "0.0.1"})
    assert project.call("replay").same
    alter(project, lambda detail: detail | {"verdict": "weak" if detail["verdict"] == "strong" else "strong"})
    assert any("Oldhand 0.0.1" in line for line in project.call("replay").differences)


def test_what_is_otherwise_today_is_told(project: Project) -> None:
    first = said(project, "The payments host is alpha", key="pay/host").id
    second = said(project, "Payments are never retried").id
    one = project.call("recall", cue="payments")
    assert project.call("replay", now=True).today.changes == []
    project.call("retire", name=second)
    said(project, "The payments host is beta", key="pay/host")
    third = said(project, "Payments payments payments").id
    changes = project.call("replay", trace=one.trace, now=True).today.changes
    assert any(line.startswith(f"gone: {second[:12]}") for line in changes)
    assert any(line.startswith(f"new: {third[:12]}") for line in changes)
    assert f"reworded: {first[:12]} says something else" in changes
