"""Utility, decay and salience: computed from the log and from stored times whenever they are asked for."""

from typing import Any

import pytest

from oldhand.knowledge.decay import HALF_LIVES, freshness
from oldhand.knowledge.salience import salience
from oldhand.knowledge.utility import NEVER, SOON_MS, Use, use_of, usefulness, uses
from oldhand.store.reader import Held
from oldhand.store.traces import Trace, Traces
from tests.conftest import BORN, Project
from tests.knowledge.lifecycle import DAY_MS, by_a_person, events, later, root

ONE, OTHER = "a" * 12, "b" * 12


def log(project: Project, *entries: tuple[int, str, str, dict[str, Any]]) -> Traces:
    """A log with these entries: (milliseconds after its beginning, surface, operation, detail)."""
    traces = Traces(project.folder, 10_000)
    for at, surface, operation, detail in entries:
        traces.add(Trace(BORN + at, surface, operation, "read", 1, "ok", detail))
    traces.flush()
    return traces


def held(project: Project, **said: Any) -> Held:
    """A memory as the store holds it."""
    name = project.call("remember", **said).memories[0].id
    with project.memory.reading() as reader:
        return reader.get(name)


# -- what was recalled and then really used ----------------------------------------------------------


@pytest.mark.parametrize("turned", ["show", "confirm", "revise", "link", "provenance"])
def test_turning_to_a_memory_by_its_name_uses_it(project: Project, turned: str) -> None:
    one = project.call("remember", text="Payments are never retried.").memories[0].id
    two = project.call("remember", text="Cats sleep on the server.").memories[0].id
    assert len(project.call("recall", cue="are payments retried").items) == 1
    arguments = {
        "revise": {"name": one, "text": "Payments are never retried by us."},
        "link": {"source": one, "relation": "relates_to", "target": two},
    }
    project.call(turned, **arguments.get(turned, {"name": one}))
    found = uses(project.memory.traces())
    assert (use_of(found, one).recalled, use_of(found, one).used) == (1, 1)
    assert use_of(found, two) == NEVER, "it was not shown by an answer before"


def test_being_made_into_a_summary_is_a_use(project: Project) -> None:
    texts = ("Payments are never retried by the gateway.", "The gateway of payments is slow.")
    names = [project.call("remember", text=text).memories[0].id for text in texts]
    project.call("recall", cue="payments gateway")
    project.call("compress", names=names)
    assert {use_of(uses(project.memory.traces()), name).used for name in names} == {1}


@pytest.mark.parametrize("turned", ["look", "edit", "write"])
def test_turning_to_the_file_a_memory_is_tied_to_uses_it(project: Project, turned: str) -> None:
    (project.root / "pay.py").write_text("charge = 1\n", "utf-8")
    one = project.call("remember", text="Payments are never retried.", anchors=["pay.py:1"]).memories[0].id
    project.call("recall", cue="are payments retried")
    arguments: dict[str, dict[str, Any]] = {
        "look": {"place": "pay.py"}, "edit": {"file": "pay.py", "old": "charge = 1", "new": "charge = 2"},
        "write": {"file": "pay.py", "content": "charge = 3\n", "yes": True},
    }  # fmt: skip
    project.call(turned, **arguments[turned])
    with project.memory.reading() as reader:
        assert use_of(uses(project.memory.traces(), reader), one).used == 1
    assert use_of(uses(project.memory.traces()), one).used == 0, "the control: without its anchors nothing is known"


def test_only_what_follows_soon_over_the_same_surface_counts_and_once(project: Project) -> None:
    shown: dict[str, Any] = {"shown": [ONE]}
    turned: dict[str, Any] = {"memory": ONE}
    for entries, used in (
        ([(0, "mcp", "recall", shown), (SOON_MS, "mcp", "show", turned)], 1),
        ([(0, "mcp", "recall", shown), (SOON_MS + 1, "mcp", "show", turned)], 0),
        ([(0, "mcp", "recall", shown), (5, "cli", "show", turned)], 0),
        ([(0, "mcp", "show", turned), (5, "mcp", "recall", shown)], 0),
        ([(0, "mcp", "recall", shown), (5, "mcp", "show", turned), (9, "mcp", "confirm", turned)], 1),
        ([(0, "mcp", "brief", shown), (5, "mcp", "show", turned)], 1),
    ):
        (project.folder / "traces.db").unlink(missing_ok=True)
        assert use_of(uses(log(project, *entries)), ONE).used == used, entries
        for suffix in ("-wal", "-shm"):
            (project.folder / f"traces.db{suffix}").unlink(missing_ok=True)


def test_recalled_often_and_never_used_is_noticed_and_told_apart_from_unknown(project: Project) -> None:
    entries = [(n, "mcp", "recall", {"shown": [ONE]}) for n in range(3)]
    found = uses(log(project, *entries, (9, "mcp", "recall", {"shown": [OTHER]})))
    assert use_of(found, ONE).ignored
    assert not use_of(found, OTHER).ignored
    assert not NEVER.ignored
    assert usefulness(use_of(found, ONE)) < usefulness(NEVER) < usefulness(Use(recalled=3, used=3))


def test_a_foreign_or_damaged_log_tells_nothing_and_breaks_nothing(project: Project) -> None:
    entries: list[tuple[int, str, str, dict[str, Any]]] = [
        (0, "mcp", "recall", {"shown": 7}), (1, "mcp", "recall", {"shown": [1, None, ONE]}),
        (2, "mcp", "look", {"place": ["x"]}), (3, "mcp", "look", {"place": "::::"}),
        (4, "mcp", "show", {"memory": {}}),
    ]  # fmt: skip
    assert uses(log(project, *entries)) == {ONE: Use(recalled=1, last_shown_ms=BORN + 1)}
    project.memory.close()
    for suffix in ("-wal", "-shm"):
        (project.folder / f"traces.db{suffix}").unlink(missing_ok=True)
    (project.folder / "traces.db").write_bytes(b"no log at all" * 1000)
    assert uses(Traces(project.folder, 10)) == {}
    (project.folder / "traces.db").unlink()


# -- decay and salience ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(HALF_LIVES))
def test_freshness_halves_with_every_half_life(project: Project, kind: str) -> None:
    one = held(project, text="Something holds.", kind=kind)
    now = one.updated
    assert freshness(one, now) == 1.0
    assert freshness(one, now + HALF_LIVES[kind] * DAY_MS) == pytest.approx(0.5)
    assert freshness(one, now + 2 * HALF_LIVES[kind] * DAY_MS) == pytest.approx(0.25)
    assert freshness(one, now - 10 * DAY_MS) == 1.0, "a clock that went back makes nothing fresher than fresh"
    used = freshness(one, now + HALF_LIVES[kind] * DAY_MS, seen_ms=now + HALF_LIVES[kind] * DAY_MS)
    assert used == 1.0, "what is used is fresh"


def test_looking_never_changes_what_is_seen_later(project: Project) -> None:
    one = held(project, text="Something holds.")
    before = root(project), events(project)
    moment = one.updated + 400 * DAY_MS
    seen = {salience(one, moment) for _ in range(100)}
    for days in range(0, 1000, 50):
        later(project, days)
        project.call("recall", cue="what holds")
        project.call("prune")
        project.call("consolidate")
    with project.memory.reading() as reader:
        seen.add(salience(reader.get(one.id), moment))
    assert len(seen) == 1
    assert (root(project), events(project)) == before


def test_each_part_moves_salience_the_right_way_and_it_stays_between_0_and_1(project: Project) -> None:
    plain = held(project, text="A plain fact about ports.")
    now = plain.updated
    better = [
        held(project, text="An important fact on hosts.", priority=50),
        held(project, text="A trap of the build.", kind="gotcha", fields=["severity=critical"]),
    ]
    person = by_a_person(project, "remember", text="A fact that Ann says.").memories[0].id
    with project.memory.reading() as reader:
        better.append(reader.get(person))
    assert all(salience(one, now) > salience(plain, now) for one in better)
    assert salience(plain, now, Use(recalled=5, used=5)) > salience(plain, now) > salience(plain, now, Use(recalled=5))
    assert salience(plain, now + 900 * DAY_MS) < salience(plain, now)
    assert all(0 <= salience(one, now + days * DAY_MS) <= 1 for one in [plain, *better] for days in (-900, 0, 90_000))
