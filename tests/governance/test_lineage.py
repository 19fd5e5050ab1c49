"""Lineage: what is made from other memories is believed no more than the least of them, now and after they change."""

from typing import Any

import pytest

from oldhand.knowledge.deriving import derive
from oldhand.knowledge.lineage import descendants, least_trust
from oldhand.memory import Memory
from oldhand.model.trust import Voice
from oldhand.operation import call
from oldhand.store import lineage
from tests.conftest import Project


def said(project: Project, text: str, trust: str = "user", **more: Any) -> str:
    """Remember something with a trust; its id."""
    with Memory(project.root, project.home, actor="user", trust=trust, origin="cli") as memory:
        return str(call(memory, "remember", {"text": text, **more}).memories[0].id)


def made(project: Project, text: str, inputs: list[str], trust: str = "user") -> str:
    """A summary made from other memories; its id."""
    from oldhand.knowledge.assertion import statement

    with Memory(project.root, project.home, actor="user", trust=trust, origin="cli") as memory:
        with memory.reading() as reader:
            addresses = tuple(sorted(reader.get(one).wordings[-1].revision for one in inputs))
        body = statement(project.root, "summary", {"text": text}, screening=memory.screening(), inputs=addresses)
        with memory.writing() as transaction:
            return derive(transaction, body, inputs, Voice("user", "cli", trust)).memory


def tie(project: Project, op: str, source: str, target: str) -> None:
    """Link a memory to what it was made from, or unlink it, as a person."""
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, op, {"source": source, "relation": "derived_from", "target": target})


def trust_everywhere(project: Project, name: str) -> set[str]:
    """The trust that each operation tells of a memory."""
    memory = project.reopened()
    text = call(memory, "show", {"name": name}).memory.text
    found = {call(memory, "show", {"name": name}).memory.trust, call(memory, "provenance", {"name": name}).trust}
    recalled = call(memory, "recall", {"cue": text, "limit": 20, "loose": True}).items
    found |= {item.trust for item in recalled if item.id == name}
    found |= {item.trust for item in call(memory, "active", {"limit": 50}).items if item.id == name}
    with memory.reading() as reader:
        return found | {least_trust(reader, [name])}


def test_a_summary_is_believed_as_the_least_of_its_inputs_through_every_step(project: Project) -> None:
    person, agent = said(project, "Carts expire after a day."), said(project, "Carts are kept in Redis.", "agent")
    page = said(project, "Redis 7 drops keys lazily.", source="https://redis.example/docs")
    first = made(project, "Carts: kept in Redis for a day.", [person, agent])
    second = made(project, "Carts and Redis: lazily dropped after a day.", [first, page])
    third = made(project, "All that is known of carts in the shop.", [second])
    assert trust_everywhere(project, first) == {"agent"}
    assert trust_everywhere(project, second) == trust_everywhere(project, third) == {"web"}
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        for name in (person, agent):  # nothing is told twice: the summary is told where what it sums up is not
            call(memory, "retire", {"name": name, "reason": "it is in the summary"})
    told = "\n".join(call(project.reopened(), "brief", {"budget_tokens": 9000}).lines)
    assert first[:6] in told and second[:6] not in told and third[:6] not in told


def test_it_follows_an_input_that_is_believed_less_later(project: Project) -> None:
    one, other = said(project, "Invoices are made at night."), said(project, "Invoices are sent by mail.")
    summary = made(project, "Invoices are made at night and mailed.", [one, other])
    above = made(project, "How invoices work, in short.", [summary])
    assert trust_everywhere(project, above) == {"user"}
    page = said(project, "Mail is limited to 100 a minute.", source="https://mail.example")
    tie(project, "link", summary, page)
    assert trust_everywhere(project, summary) == trust_everywhere(project, above) == {"web"}


def test_taking_a_link_away_does_not_raise_what_the_wording_itself_names(project: Project) -> None:
    page = said(project, "Mail is limited to 100 a minute.", source="https://mail.example")
    summary = made(project, "Mailing is slow: 100 a minute.", [page])
    tie(project, "unlink", summary, page)
    assert trust_everywhere(project, summary) == {"web"}


def test_circles_are_followed_once_and_descendants_are_complete(project: Project) -> None:
    names = [said(project, f"Step {word} of the release is manual.") for word in ("alpha", "beta", "gamma", "delta")]
    for source, target in zip(names, [*names[1:], names[0]], strict=True):
        tie(project, "link", source, target)
    with project.reopened().reading() as reader:
        assert set(descendants(reader, [names[0]])) == set(names[1:])
        assert descendants(reader, []) == [] and descendants(reader, ["0" * 32]) == []
        assert (
            least_trust(reader, names) == "user" and least_trust(reader, []) == least_trust(reader, ["0" * 32]) == "web"
        )


def test_a_long_line_of_descent_is_followed_to_its_end(project: Project) -> None:
    page = said(project, "The gateway times out after 30 s.", source="https://gateway.example")
    last = page
    for number in range(120):
        last = made(project, f"Summary {'x' * number} of what is known about timeouts.", [last])
    assert trust_everywhere(project, last) == {"web"}
    with project.reopened().reading() as reader:
        assert len(descendants(reader, [page])) == 120


def test_control_without_following_the_lineage_a_lowered_input_goes_unseen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = said(project, "Invoices are made at night.")
    summary = made(project, "Invoices: at night, so it is said.", [one])
    page = said(project, "Mail is limited to 100 a minute.", source="https://mail.example")
    tie(project, "link", one, page)
    assert trust_everywhere(project, summary) == {"web"}
    only_itself = (
        "WITH up(id) AS (VALUES {seeds}) SELECT DISTINCT m.trust FROM up JOIN memories m ON m.id = up.id LIMIT {most}"
    )
    monkeypatch.setattr(lineage, "_UP", only_itself)
    with project.reopened().reading() as reader:
        assert reader.get(summary).trust == "user"
