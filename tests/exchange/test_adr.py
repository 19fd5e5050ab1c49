"""Decision records: every form gives title, status, date, decision and what it replaces."""

import pytest

from oldhand.exchange.adr import Record, number_of, read_record, status_of
from oldhand.exchange.markdown import read
from oldhand.exchange.passages import LONGEST_TEXT, groups, whole
from oldhand.exchange.succession import iso_date, settle, writes_day_first

MADR_4 = """---
status: accepted
date: 2025-04-02
decision-makers: Ann, Bob
---
# Keep carts in Redis

## Context and Problem Statement

Carts must survive a deploy. Where do we keep them?

## Decision Drivers

* Speed of the checkout
* Operating cost

## Considered Options

* Redis
* PostgreSQL
* Browser storage

## Decision Outcome

Chosen option: "Redis", because it is already run by the platform team and expires carts by itself.

### Consequences

* Good, because carts survive a deploy.
* Bad, because a full Redis loses the oldest carts.

### Confirmation

A load test in CI.

## Pros and Cons of the Options

### Redis

* Good, because fast

### PostgreSQL

* Good, because durable
* Bad, because every page view would write a row
"""

MADR_2 = """# Use plain SQL files for migrations

* Status: superseded by [ADR-0009](0009-migrations-in-code.md)
* Deciders: Ann
* Date: 2019-03-04

Technical Story: OPS-12

## Context and Problem Statement

We need migrations.

## Decision Outcome

Chosen option: "Plain SQL files", because everybody reads SQL.
"""

NYGARD = """# 9. Migrations in code

Date: 2021-11-30

## Status

Accepted

Supercedes [5. Use plain SQL files](0005-plain-sql.md)

## Context

Some migrations need to move data between services.

## Decision

We will write migrations in Python. Each one is a function with a docstring. It runs in one transaction.

## Consequences

A migration can be tested like any other code.

It takes longer to read than SQL.
"""

RUSSIAN = """# ADR-7: Очередь сообщений

**Статус**: Принято
**Дата**: 12 марта 2024

## Контекст

Сервисы обмениваются событиями.

## Решение

Мы используем RabbitMQ для всех событий между сервисами.

## Последствия

- Команда эксплуатации следит за ещё одним сервером
- Сообщения не теряются при перезапуске

## Рассмотренные альтернативы

- Kafka: слишком сложна для нашего объёма
"""

TABLE = """# Storage - Bucket layout

|              |            |
| ------------ | ---------- |
| Date         | 2026-02-01 |
| Status       | Approved   |
| Supersedes   | N/A        |

## What

Every tenant gets one bucket, named after its id.

## Why

A shared bucket made it impossible to bill tenants.
"""


def record(text: str, path: str = "docs/adr/0001-x.md") -> Record:
    found = read_record(path, read(text))
    assert found is not None
    return found


def test_madr_4_gives_the_chosen_option_with_its_reason() -> None:
    found = record(MADR_4)
    assert (found.title, found.status, found.date, found.number) == ("Keep carts in Redis", "accepted", "2025-04-02", 1)
    assert found.decision.text == (
        'Keep carts in Redis. Chosen option: "Redis", because it is already run by the platform team '
        "and expires carts by itself."
    )
    assert (found.decision.line_start, found.decision.line_end) == (25, 25)


def test_madr_4_gives_consequences_and_rejected_options_beside_the_decision() -> None:
    said = {finding.label: finding.text for finding in record(MADR_4).findings}
    assert said["rejected option 'PostgreSQL'"].endswith("Bad, because every page view would write a row.")
    assert "a full Redis loses the oldest carts" in said["consequences"]
    assert said["context"].startswith("Carts must survive a deploy.")
    assert "rejected option 'Redis'" not in said


def test_madr_2_states_its_fields_in_a_list() -> None:
    found = record(MADR_2, "doc/adr/0005-plain-sql.md")
    assert (found.status, found.date, found.number) == ("superseded", "2019-03-04", 5)
    assert found.replaced_by == [("0009-migrations-in-code.md", "ADR-0009")]


def test_nygard_gives_the_decision_section_and_drops_the_number_from_the_title() -> None:
    found = record(NYGARD, "doc/adr/0009-migrations-in-code.md")
    assert (found.title, found.status, found.date) == ("Migrations in code", "accepted", "2021-11-30")
    assert found.decision.text == (
        "Migrations in code. We will write migrations in Python. Each one is a function with a docstring. "
        "It runs in one transaction."
    )
    assert found.replaces == [("0005-plain-sql.md", "5. Use plain SQL files")]


def test_a_russian_record_is_read() -> None:
    found = record(RUSSIAN)
    assert (found.title, found.status, iso_date(found.date)) == ("Очередь сообщений", "accepted", "2024-03-12")
    assert found.decision.text == "Очередь сообщений. Мы используем RabbitMQ для всех событий между сервисами."
    labels = {finding.label for finding in found.findings}
    assert {"context", "последствия", "alternative considered"} <= labels


def test_fields_in_a_table_and_what_and_why_sections_are_understood() -> None:
    found = record(TABLE)
    assert (found.status, found.date, found.replaces) == ("accepted", "2026-02-01", [])
    assert found.decision.text == (
        "Storage - Bucket layout. Every tenant gets one bucket, named after its id. "
        "Why: A shared bucket made it impossible to bill tenants."
    )


def test_inline_fields_can_hold_the_decision_itself() -> None:
    text = (
        "# ADR-003: Cache\n\n**Status**: Proposed\n**Decision**: Cache for\none hour at most.\n\n## Notes\n\nNothing.\n"
    )
    found = record(text)
    assert (found.status, found.number) == ("proposed", 1)
    assert found.decision.text == "Cache. Cache for one hour at most."


def test_a_record_without_a_title_is_named_after_its_file_or_folder() -> None:
    text = "## Decision\n\nWe will sign releases with one key.\n"
    assert record(text, "adr/0012-sign-releases.md").title == "Sign releases"
    assert record(text, "records/2024-01-31-sign-releases/README.md").title == "Sign releases"
    assert record("---\ntitle: |\n  4. Sign releases\n---\n" + text).title == "Sign releases"


def test_a_title_that_starts_like_a_section_is_still_a_title() -> None:
    assert record("# Validation engine\n\n## Decision\n\nWe write our own.\n").title == "Validation engine"
    assert record("# Outcome before the pros and cons\n\n## Decision\n\nWe put it first.\n").title.startswith("Outcome")


def test_a_long_decision_ends_at_a_sentence() -> None:
    text = "# Long\n\n## Decision\n\n" + "We will do this one thing carefully. " * 60
    said = record(text).decision.text
    assert len(said) <= LONGEST_TEXT and said.endswith("carefully.")


def test_a_list_that_goes_on_after_because_stays_with_it() -> None:
    text = '# T\n\n## Decision Outcome\n\nChosen option: "A", because\n\n* it is small\n* it is known\n'
    assert record(text).decision.text == 'T. Chosen option: "A", because it is small; it is known.'


def test_a_page_without_decision_or_status_is_no_record() -> None:
    assert read_record("docs/adr/index.md", read("# Records\n\n- [one](0001-one.md)\n")) is None
    assert read_record("docs/adr/x.md", read("")) is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("✅ Accepted", "accepted"),
        ("Accepted\n\nSuperseded by [9](0009-x.md)", "superseded"),
        ("Superseded (as never implemented) by [ADR 32](/adr/32)", "superseded"),
        ("Implemented. Parts of this record were superseded by ADR-20.", "accepted"),
        ("Deprecated in favour of the relayer", "deprecated"),
        ("❌ Rejected (see 019)", "rejected"),
        ("on hold", "proposed"),
        ("Черновик", "proposed"),
        ("Отклонено", "rejected"),
        ("Заменено на ADR-8", "superseded"),
        ("proposed | rejected | accepted | deprecated", ""),
        ("{proposed or accepted}", ""),
        ("purple", ""),
    ],
)
def test_a_status_is_one_of_five_words(text: str, status: str) -> None:
    assert status_of(text) == status


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("docs/adr/0007-queue.md", 7),
        ("docs/adr/adr-013-zero.md", 13),
        ("adr/2022-03-28_017-udp.md", 17),
        ("plans/ADR-024-Lazy.md", 24),
        ("records/2022-03-28-udp/README.md", 0),
        ("docs/adr/queue.md", 0),
    ],
)
def test_a_number_comes_from_the_file_name(path: str, number: int) -> None:
    assert number_of(path) == number


@pytest.mark.parametrize(
    ("text", "day_first", "date"),
    [
        ("2024-02-30", None, ""),
        ("Accepted on 2024-2-3.", None, "2024-02-03"),
        ("05.02.2018", None, "2018-02-05"),
        ("05/02/2018", None, ""),
        ("05/02/2018", True, "2018-02-05"),
        ("05/02/2018", False, "2018-05-02"),
        ("25/02/2018", None, "2018-02-25"),
        ("March 7, 2021", None, "2021-03-07"),
        ("7 марта 2021 г.", None, "2021-03-07"),
        ("soon", None, ""),
    ],
)
def test_dates_are_iso_or_nothing(text: str, day_first: bool | None, date: str) -> None:
    assert iso_date(text, day_first) == date


def test_the_order_of_day_and_month_is_learned_from_the_clear_dates() -> None:
    assert writes_day_first(["05/02/2018", "26/03/2018"]) is True
    assert writes_day_first(["05/02/2018", "03/26/2018"]) is False
    assert writes_day_first(["05/02/2018"]) is None
    assert writes_day_first(["26/02/2018", "02/26/2018"]) is None


def plain_record(**changed: object) -> Record:
    return record("# T\n\n## Decision\n\nWe will do a thing.\n")._replace(**{"number": 0, **changed})


def test_succession_is_found_from_either_side() -> None:
    records = {
        "adr/0005-plain-sql.md": plain_record(number=5, status="accepted"),
        "adr/0009-in-code.md": plain_record(number=9, status="accepted", replaces=[("", "ADR-5")]),
        "adr/0003-old.md": plain_record(number=3, status="superseded", replaced_by=[("0009-in-code.md", "9")]),
        "adr/0011-idea.md": plain_record(number=11, status="proposed", replaces=[("", "ADR 9")]),
    }
    settled = settle(records)
    assert settled["adr/0005-plain-sql.md"] == ("superseded", ())
    assert settled["adr/0009-in-code.md"] == ("accepted", ("adr/adr/0003-old", "adr/adr/0005-plain-sql"))
    assert settled["adr/0011-idea.md"] == ("proposed", ())


def test_links_to_sites_folders_and_neighbours_resolve() -> None:
    records = {
        "a/adr/0001-x.md": plain_record(number=1, status="superseded", replaced_by=[("/adr/2", "ADR 2")]),
        "a/adr/0002-y.md": plain_record(number=2),
        "b/adr/0002-z.md": plain_record(number=2),
        "d/one/README.md": plain_record(status="superseded", replaced_by=[("../two", "the next")]),
        "d/two/README.md": plain_record(),
    }
    settled = settle(records)
    assert settled["a/adr/0002-y.md"][1] == ("adr/a/adr/0001-x",)
    assert settled["b/adr/0002-z.md"][1] == ()
    assert settled["d/two/README.md"][1] == ("adr/d/one/README",)


def test_records_that_replace_each_other_do_not_both_fall() -> None:
    records = {
        "adr/0001-a.md": plain_record(number=1, replaces=[("", "ADR-2")]),
        "adr/0002-b.md": plain_record(number=2, replaces=[("", "ADR-1")]),
    }
    assert sorted(status for status, _ in settle(records).values()) == ["", "superseded"]


@pytest.mark.parametrize(
    "sentence", ["This partially supersedes ADR-1.", "While this does not directly supersede ADR-1, it helps."]
)
def test_partial_or_denied_succession_is_none(sentence: str) -> None:
    text = f"# Two\n\n## Decision\n\nWe will go on.\n\n## Consequences\n\n- {sentence}\n"
    assert record(text, "adr/0002-two.md").replaces == []


def test_a_sentence_in_the_consequences_can_state_succession() -> None:
    text = "# Two\n\n## Decision\n\nWe will go on.\n\n## Consequences\n\n- We supersede [ADR 1](/adr/1) with this.\n"
    assert record(text, "adr/0002-two.md").replaces == [("/adr/1", "ADR 1")]


def test_groups_fold_lists_into_their_introduction() -> None:
    found = groups(read("We need:\n\n- a till\n  - with a drawer\n- a shop\n\nAlone.\n").blocks)
    assert [whole(group) for group in found] == ["We need: a till: with a drawer; a shop.", "Alone."]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("ADR 00xx: Optional mutual TLS", "Optional mutual TLS"),
        ("ADR-XXXX: Optional mutual TLS", "Optional mutual TLS"),
        ("00xx. Optional mutual TLS", "Optional mutual TLS"),
        ("ADR-060: `handle_shutdown` goes away", "`handle_shutdown` goes away"),
        ("12. (Almost) all prices in cents", "(Almost) all prices in cents"),
        ("5xx answers are tried again", "5xx answers are tried again"),
        ("XX security", "XX security"),
    ],
)
def test_a_number_that_is_still_to_be_given_is_no_part_of_the_title(heading: str, title: str) -> None:
    text = f"# {heading}\n\n## Status\n\nAccepted\n\n## Decision\n\nWe keep carts in Redis.\n"
    found = read_record("docs/adr/notes.md", read(text))
    assert found is not None and found.title == title
