"""Newest first: of two statements that speak of the same thing, the one that was true or said later leads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.operation import call
from oldhand.recall import straight
from oldhand.recall.answer import answer
from oldhand.recall.straight import newest_first
from tests.conftest import Project
from tests.recall.saying import DAY, Timed, bulk
from tests.recall.test_answer import answers, emit, said

CUE = "Which Postgres does the staging database of the shop run on?"
BETTER = "The staging database of the shop runs on Postgres 14."  # says it in the fewest words
OTHER = "On a bigger machine of ours the staging database of the shop runs on Postgres 16."
PAIRS = {
    "English": (CUE, BETTER, OTHER),
    "Russian": (
        "На каком порту слушает шлюз платежей?", "Шлюз платежей слушает на порту 8080.",
        "После переезда на новый сервер шлюз платежей слушает на порту 9090.",
    ),
    "mixed": (
        "таймаут Redis в магазине", "Таймаут Redis в магазине пять секунд.",
        "Как решили на встрече, таймаут Redis в магазине теперь десять секунд.",
    ),
    "code": (
        "retry_policy of charge_card", "retry_policy of charge_card = NEVER",
        "in src/pay/client.py retry_policy of charge_card = ONCE since then",
    ),
}  # fmt: skip


@pytest.fixture
def timed(tmp_path: Path, home: Path) -> Iterator[Timed]:
    """A project with an empty memory and a clock that the test sets."""
    made = Timed(tmp_path / "timed", home)
    yield made
    assert made.findings() == []


def marks(project: Project, cue: str = CUE, **more: Any) -> list[tuple[str, str]]:
    """(id, the start of the id of what is newer) of everything that a cue brings, best first."""
    return [(item.id, item.newer) for item in project.call("recall", cue=cue, **{"loose": True, **more}).items]


def led_by(newer: str, older: str, found: list[tuple[str, str]]) -> bool:
    """Whether the newer of two leads, unmarked, and the older follows and says which is newer."""
    (first, unmarked), (second, mark), *_ = found
    return (first, second, unmarked) == (newer, older, "") and bool(mark) and newer.startswith(mark)


# -- two statements ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS)
def test_of_two_that_were_learned_at_different_moments_the_later_leads(timed: Timed, pair: str) -> None:
    cue, better, other = PAIRS[pair]
    older = said(timed, better)
    timed.wait(DAY)
    newer = said(timed, other)
    assert led_by(newer, older, marks(timed, cue))


def test_the_check_of_the_newest_can_fail(timed: Timed) -> None:
    """Where it is not applied the older of the two leads, because it says the same in fewer words."""
    older = said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    with timed.memory.reading() as reader:
        found = answer(reader, CUE, floor=0.3)
    by_score = sorted(found.found, key=lambda one: -one.signals.score)
    assert [one.held.id for one in by_score] == [older, newer]
    assert [one.held.id for one in found.found] == [newer, older]
    assert answers(timed, CUE) == [newer, older]


def test_the_later_leads_even_alone_on_the_page_and_beside_other_stores(timed: Timed) -> None:
    said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    said(timed, "The global note on staging machines.", scope="global")
    for more in ({"limit": 1}, {"scope": "project"}, {"scope": "all"}, {"loose": True}, {"deep": True}):
        assert marks(timed, **more)[0] == (newer, "")


def test_what_was_said_first_leads_when_it_became_true_later(timed: Timed) -> None:
    newer = said(timed, OTHER, valid_from="2025-06-01")
    timed.wait(DAY)
    older = said(timed, BETTER, valid_from="2024-01-01")
    assert led_by(newer, older, marks(timed))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-03-01 ", "2026-03-02 "), ("(2023/05/20 (Sat) 02:21) ", "(2023/06/21 (Wed) 02:21) "),
        ("[2019-12-31] ", "[2020-01-01] "), ("1999-01-01: ", "2999-01-01: "), ("  2025-01-01\n", "2025-01-03T09:00 "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("later_first", [True, False])
def test_a_date_before_the_text_tells_which_is_later(
    project: Project, earlier: str, later: str, later_first: bool
) -> None:
    """Also where both were read in at once, in either order."""
    texts = [later + OTHER, earlier + BETTER]
    names = bulk(project, texts if later_first else texts[::-1])
    newer, older = names if later_first else names[::-1]
    assert led_by(newer, older, marks(project))


def test_since_when_it_is_true_counts_more_than_the_date_before_the_text(timed: Timed) -> None:
    newer = said(timed, "2020-01-01 " + OTHER, valid_from="2025-06-01")
    older = said(timed, "2024-01-01 " + BETTER, valid_from="2021-01-01")
    assert led_by(newer, older, marks(timed))


# -- what is left alone ------------------------------------------------------------------------------


def test_what_was_read_in_at_once_has_no_order_in_time(project: Project) -> None:
    better, other = bulk(project, [BETTER, OTHER])
    assert marks(project) == [(better, ""), (other, "")]


def test_moments_less_than_a_minute_apart_are_one(timed: Timed) -> None:
    better = said(timed, BETTER)
    timed.wait(59_000)
    other = said(timed, OTHER)
    assert marks(timed) == [(better, ""), (other, "")]


@pytest.mark.parametrize(
    "impossible",
    ["2024-13-45 ", "2024-02-30 ", "0000-01-01 ", "2024-00-10 ", "9999-99-99 ", "2024-01-011 ", "٢٠٢٤-٠١-٠١ "],
    ids=ascii,
)
def test_dates_that_are_none_do_not_matter(timed: Timed, impossible: str) -> None:
    """The older begins with what would be a later date, or an earlier one: when it was learned counts."""
    older = said(timed, impossible + BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    assert led_by(newer, older, marks(timed))
    timed.call("retire", name=newer)
    timed.wait(DAY)
    again = said(timed, impossible + OTHER)
    assert led_by(again, older, marks(timed))


def test_a_date_within_the_text_does_not_matter(timed: Timed) -> None:
    older = said(timed, BETTER + " That holds until 2031-01-01.")
    timed.wait(DAY)
    newer = said(timed, OTHER + " It was asked for on 2019-01-01.")
    assert led_by(newer, older, marks(timed))


def test_a_far_better_older_match_stays_first(timed: Timed, monkeypatch: pytest.MonkeyPatch) -> None:
    older = said(timed, BETTER)
    timed.wait(DAY)
    talk = "And so on, as one would say it on a day like any other. " * 15
    far_worse = talk.join(("Postgres.", "Staging.", "Database.", "Shop.", "Runs."))
    newer = said(timed, far_worse)
    assert marks(timed)[:2] == [(older, ""), (newer, "")]
    monkeypatch.setattr(straight, "CLOSE", 0.0)
    assert marks(timed)[:2] == [(newer, ""), (older, "")], "the control: they speak of the same"


def test_of_two_that_are_worded_otherwise_the_later_leads_and_nothing_is_called_outdated(timed: Timed) -> None:
    older = said(timed, "Postgres 14 is what the staging database of the shop runs on.")
    timed.wait(DAY)
    newer = said(timed, "Since Ann moved house, our shop's staging database has run happily under Postgres number 16.")
    assert marks(timed) == [(newer, ""), (older, "")]


def test_two_that_answer_different_parts_of_a_cue_keep_their_order(timed: Timed) -> None:
    older = said(timed, "Invoices are rendered by a headless browser.")
    timed.wait(DAY)
    newer = said(timed, "Receipts are posted by courier, weekly.")
    found = marks(timed, "invoices rendered browser receipts posted", loose=True)
    assert found == [(older, ""), (newer, "")]


@pytest.mark.parametrize(
    "cue",
    [
        "Which Postgres did the staging database of the shop run on originally?",
        "Which Postgres did the staging database of the shop have at first?",
        "Which Postgres was the one that the staging database of the shop used to run on?",
        "На каком Postgres изначально работала staging database of the shop?",
        "Сначала на каком Postgres была staging database of the shop?",
        "INITIALLY, which Postgres for the staging database of the shop",
    ],
)
def test_a_cue_that_asks_for_the_past_is_left_alone(timed: Timed, cue: str) -> None:
    older = said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    assert sorted(marks(timed, cue, loose=True)) == sorted([(older, ""), (newer, "")])


def test_a_word_that_only_contains_one_of_the_past_asks_for_nothing_past(timed: Timed) -> None:
    older = said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    cue = "Which Postgres does the staging database of the firsthand beforehand shop run on?"
    assert led_by(newer, older, marks(timed, cue, loose=True))


def test_what_was_put_away_never_leads_what_stands(timed: Timed) -> None:
    standing = said(timed, BETTER)
    timed.wait(DAY)
    retired = said(timed, OTHER)
    timed.call("retire", name=retired)
    assert marks(timed) == [(standing, "")]
    assert marks(timed, deep=True) == [(standing, ""), (retired, "")]
    timed.call("restore", name=retired)
    assert led_by(retired, standing, marks(timed)), "the control: put back it is the newer one"


@pytest.mark.parametrize("op", ["erase", "reject"])
def test_what_is_gone_for_good_does_not_make_the_other_older(timed: Timed, op: str) -> None:
    standing = said(timed, BETTER)
    timed.wait(DAY)
    gone = said(timed, OTHER)
    assert led_by(gone, standing, marks(timed))
    emit(timed, op, gone, **({"trust": "user"} if op == "reject" else {}))
    assert marks(timed) == [(standing, "")] == marks(timed, deep=True)


# -- three, and the past -----------------------------------------------------------------------------


def test_of_three_that_say_it_alike_the_last_leads_and_the_one_before_says_so(timed: Timed) -> None:
    names = []
    for version in (14, 15, 16):
        # as lines of a bulk, so that none takes the place of the one before
        names += bulk(timed, [f"The staging database of the shop runs on Postgres {version}."])
        timed.wait(DAY)
    found = marks(timed)
    assert [name for name, _ in found] == names[::-1]
    assert found[0][1] == "" and names[2].startswith(found[1][1] or "-")


def test_as_of_then_the_older_was_the_newest(timed: Timed) -> None:
    older = said(timed, BETTER)
    root = timed.call("root").root
    timed.wait(DAY)
    newer = said(timed, OTHER)
    assert led_by(newer, older, marks(timed))
    assert marks(timed, as_of=root) == [(older, "")]


def test_it_is_told_in_words_why_the_newer_leads(timed: Timed) -> None:
    said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    first, second = timed.call("recall", cue=CUE, explain=True).items
    assert any("is later, so it comes first" in why and newer[:6] in why for why in second.why)
    assert not any("is later" in why for why in first.why)
    assert call(timed.memory, "show", {"name": second.newer}).memory.id == newer


def test_a_replay_gives_the_same_order(timed: Timed) -> None:
    said(timed, BETTER)
    timed.wait(DAY)
    newer = said(timed, OTHER)
    reply = timed.call("recall", cue=CUE)
    timed.wait(DAY)
    said(timed, "The staging database of the shop runs on Postgres 18.")
    again = timed.call("replay", trace=reply.trace)
    assert again.same and [item.id for item in again.items] == [item.id for item in reply.items]
    assert again.items[0].id == newer


def test_one_answer_or_none_is_left_as_it_is(project: Project) -> None:
    said(project, BETTER)
    with project.memory.reading() as reader:
        found = answer(reader, CUE, floor=0.3)
    from oldhand.recall.cue import understand
    from oldhand.recall.lexical import weights
    from oldhand.recall.reading import question

    with project.memory.reading() as reader:
        cue = understand(CUE)
        asked = question(cue, weights(reader, cue), reader.average_terms())
    assert newest_first([], asked, 0) == [] and newest_first(list(found.found), asked, 0) == list(found.found)
