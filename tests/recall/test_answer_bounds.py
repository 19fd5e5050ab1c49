"""Answers within bounds: limit and budget, order, what a rebuild changes (nothing), and where they come from."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.redaction import Screening
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.model.trust import Voice
from oldhand.operation import call
from oldhand.recall.render import LEAST_BUDGET, agent_line, within
from oldhand.store.rebuild import rebuild
from oldhand.store.store import Store
from oldhand.surfaces.agent_text import rendered
from tests.conftest import BORN, Project
from tests.recall.test_answer import answers, said

WORDS = (
    "payments",
    "gateway",
    "retry",
    "idempotent",
    "charge",
    "платежи",
    "шлюз",
    "повтор",
    "支払い",
    "\u202e",
    "&",
    "<",
)
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)
LONG = st.builds(lambda words, times: (words + " ") * times, SENTENCE, st.integers(1, 200)).map(str.strip)
REMEMBERED = st.fixed_dictionaries(
    {"text": st.one_of(SENTENCE, LONG).map(lambda text: f"payments {text}")},
    optional={
        "title": st.one_of(SENTENCE, LONG),
        "tags": st.lists(st.sampled_from(WORDS[:8]), max_size=4),
        "anchors": st.lists(st.text("пaй/b", min_size=1, max_size=300).map("src/{}/x.py".format), max_size=4),
        "valid_until": st.sampled_from(("2020-01-01", "9999-12-31")),
    },
)  # fmt: skip


def store_of(folder: Path, memories: list[dict[str, Any]], *, versions: int = 1) -> Memory:
    """A memory in a fresh folder that holds these statements; with versions, the first one is revised and contested."""
    folder.mkdir(parents=True)
    Store.create(folder / ".oldhand", BORN, folder / "home").close()
    memory = Memory(folder, folder / "home", actor="агент:" + "x" * 100)
    for one in memories:
        call(memory, "remember", one)
    with memory.writing() as transaction:
        for number in range(versions):
            other = statement(
                folder,
                "claim",
                {"text": f"payments {number} " + memories[0]["text"][:5000]},
                screening=Screening(),
                key="pay/slot",
            )
            assert_(transaction, other, Voice("agent", "mcp", "agent"))
            loose = statement(
                folder, "claim", {"text": f"payments otherwise {number} " + "y" * 3000}, screening=Screening()
            )
            transaction.put(loose.body, loose.revision)
            slot = statement(folder, "claim", {"text": "payments"}, screening=Screening(), key="pay/slot")
            from oldhand.knowledge.assertion import identity

            fields = {"kind": "claim", "trust": "agent"}
            transaction.emit("assert", identity(slot), "agent", "mcp", fields, loose.revision)
    return memory


@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    memories=st.lists(REMEMBERED, min_size=1, max_size=6), limit=st.integers(1, 8),
    budgets=st.lists(st.integers(1, 2000), min_size=3, max_size=3), explain=st.booleans(),
    versions=st.integers(1, 3),
)  # fmt: skip
def test_limit_and_budget_are_upper_bounds_for_any_memory(
    tmp_path_factory: pytest.TempPathFactory, memories: list[dict[str, Any]], limit: int, budgets: list[int],
    explain: bool, versions: int,
) -> None:  # fmt: skip
    with store_of(tmp_path_factory.mktemp("bounds") / "project", memories, versions=versions) as memory:
        cue = "payments " + " ".join(f"неслыханное-слово-{number}" for number in range(30))
        for budget in (LEAST_BUDGET, *budgets):
            arguments = {"cue": cue, "limit": limit, "budget_tokens": budget, "explain": explain, "loose": True}
            reply = call(memory, "recall", arguments)
            assert 1 <= len(reply.items) <= limit
            assert estimate(rendered("recall", reply)) <= max(budget, LEAST_BUDGET)
            assert reply.left_out + len(reply.items) >= len(reply.items)


@pytest.mark.parametrize("budget", [140, 200, 500, 1200, 5000])
def test_what_is_known_of_a_place_keeps_to_its_budget(project: Project, budget: int) -> None:
    for number in range(8):
        said(project, f"Note {number}: " + "слово " * 40 * number, anchors=["src/pay.py"], title="ключ " * 60)
    reply = project.call("look", place="src/pay.py", budget_tokens=budget)
    assert reply.items and len(reply.items) + reply.left_out == 8
    assert estimate(rendered("look", reply)) <= budget


@pytest.mark.parametrize("budget", [50, 140, 500, 2000])
def test_a_briefing_keeps_to_its_budget(project: Project, budget: int) -> None:
    for number in range(30):
        said(project, f"Note {number}: " + "слово " * number, kind=("claim", "gotcha", "convention")[number % 3])
    reply = project.call("brief", budget_tokens=budget)
    assert reply.tokens <= budget
    assert estimate(rendered("brief", reply)) <= budget or not reply.lines


def test_the_check_of_budgets_can_fail(project: Project) -> None:
    """Lines that nobody shortened are over the budget that the shortened ones keep."""
    said(project, "payments " * 1000)
    whole = project.call("recall", cue="payments", budget_tokens=20_000).items
    assert estimate(agent_line(whole[0])) > LEAST_BUDGET
    assert estimate(agent_line(within(whole, LEAST_BUDGET)[0])) <= LEAST_BUDGET


def test_the_first_answer_is_shortened_and_says_so(project: Project) -> None:
    said(project, "Payments fail. " + "Because of a reason. " * 500)
    short = project.call("recall", cue="payments", budget_tokens=200).items[0]
    whole = project.call("recall", cue="payments", budget_tokens=20_000).items[0]
    assert (short.cut, whole.cut) == (True, False)
    assert short.text.startswith("Payments fail.") and short.text.endswith("…")
    assert len(short.text) > 200, "it is not cut more than the budget asks"


def test_limit_counts_memories_and_the_rest_is_told(project: Project) -> None:
    for number in range(9):
        said(project, f"Payment fact number {number}.")
    for limit in (1, 3, 9, 100):
        reply = project.call("recall", cue="payment fact", limit=limit, budget_tokens=20_000)
        assert (len(reply.items), reply.left_out) == (min(limit, 9), 9 - min(limit, 9))
    assert len(project.call("recall", cue="payment fact").items) == 5, "the setting recall.limit"


# -- order -------------------------------------------------------------------------------------------


def test_of_equal_matches_what_was_said_last_comes_first(tmp_path: Path) -> None:
    texts = [f"Fact {number} about payments." for number in range(20)]
    for name, order in (("forth", texts), ("back", texts[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        Store.create(folder / ".oldhand", BORN, tmp_path / "home").close()
        with Memory(folder, tmp_path / "home") as memory, memory.store().write(BORN) as transaction:
            for text in order:
                assert_(
                    transaction,
                    statement(folder, "claim", {"text": text}, screening=Screening()),
                    Voice("agent", "python", "agent"),
                )
        with Memory(folder, tmp_path / "home") as memory:
            reply = call(memory, "recall", {"cue": "fact about payments", "limit": 20, "budget_tokens": 5000})
            assert [item.text for item in reply.items] == order[::-1]
            assert call(memory, "verify", {}).sound


def test_the_same_question_twice_gets_the_same_answer(project: Project) -> None:
    for number in range(60):
        said(project, f"Fact {number % 7} of {number} about payments and {number % 3} gateways.")
    replies = [project.call("recall", cue="payments gateways fact 3", explain=True) for _ in range(3)]
    project.reopened()
    replies.append(project.call("recall", cue="payments gateways fact 3", explain=True))
    assert all(reply == replies[0] for reply in replies)


def test_a_rebuilt_store_gives_the_same_answers(project: Project) -> None:
    names = [said(project, f"Fact {number} about payments and {number % 5} gateways.") for number in range(50)]
    for old, new in zip(names[:10], names[10:20], strict=True):
        project.call("link", source=new, relation="supersedes", target=old)
    project.call("retire", name=names[30])
    project.call("revise", name=names[31], text="Fact 31 about payments was wrong.")
    cues = ("payments", "fact 3", "fact 31", "gateways 4 payments", "nothing of this kind at all")
    before = [project.call("recall", cue=cue, explain=True, limit=20, budget_tokens=9000) for cue in cues]
    searched = [project.call("search", words=cue, limit=100) for cue in cues]
    with project.store.exclusive():
        connection = project.store._connected()
        connection.execute("BEGIN IMMEDIATE")
        rebuild(connection)
        connection.execute("COMMIT")
    project.reopened()
    assert [project.call("recall", cue=cue, explain=True, limit=20, budget_tokens=9000) for cue in cues] == before
    assert [project.call("search", words=cue, limit=100) for cue in cues] == searched


# -- a broken index ----------------------------------------------------------------------------------


def test_a_broken_search_index_still_answers_and_says_so(project: Project) -> None:
    name = said(project, "Payments are never retried.")
    said(project, "Prices are kept in whole cents.")
    connection = project.store._connected()
    connection.execute("DROP TABLE search")
    reply = project.call("recall", cue="payments retried")
    assert [item.id for item in reply.items] == [name]
    assert "search index is broken" in reply.degraded and "oldhand rebuild" in reply.degraded
    assert "DEGRADED: the search index is broken" in rendered("recall", reply)
    assert project.call("recall", cue="kubernetes").items == []
    assert project.call("search", words="payments").degraded
    later = said(project, "Payments are charged once.")
    assert later in answers(project, "payments charged")
    project.call("rebuild")
    reply = project.call("recall", cue="payments charged")
    assert (reply.items[0].id, reply.degraded) == (later, "")
