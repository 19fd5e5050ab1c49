"""Compressing: a summary keeps what must be kept, says how well it covers, and is the same for the same inputs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oldhand.knowledge.compressing import COVERAGE_FLOOR, cover, extract, rules_of, values_of

CODE = [
    "Payments go through `gateway.pay(cart)` in src/pay.py. The gateway answers slowly in the evening.",
    "The gateway of src/pay.py times out after 30s, see issue #412. It has been so for years.",
    "Never retry `gateway.pay(cart)`: customers were charged twice on 2025-03-14. The gateway is slow.",
]
RUSSIAN = [
    "Миграции запускает Postgres 16.2 на Франкфурте. Сервер иногда отвечает медленно.",
    "Никогда не запускай миграции на Франкфурте без --dry-run. Сервер отвечает медленно.",
    "Порт 5433 занят службой учёта, поэтому Postgres слушает 5432. Сервер отвечает медленно.",
]
MIXED = [CODE[0], RUSSIAN[1], "重试次数为 3 次。 Set MAX_RETRIES=3 in config.toml."]


@pytest.mark.parametrize("inputs", [CODE, RUSSIAN, MIXED], ids=["code", "russian", "mixed"])
def test_a_summary_made_by_rules_keeps_every_value_and_rule_and_reaches_the_floor(inputs: list[str]) -> None:
    summary = extract(inputs)
    covered = cover(inputs, summary)
    assert covered.lost == ()
    assert covered.enough
    assert len(summary) <= sum(map(len, inputs))


def test_it_is_shorter_where_the_inputs_repeat_themselves() -> None:
    inputs = [f"The gateway is slow in the evening. Host number {n} runs it." for n in range(5)]
    assert extract(inputs).count("slow in the evening") <= 1


def test_a_sentence_is_never_cut_so_no_condition_is_lost() -> None:
    said = "If port 80 is taken, never run `make serve`, because the proxy breaks."
    assert said in extract([said, "The proxy of the office listens on port 80 and breaks easily."])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The port is 5432.", "5432"), ("We use Postgres 16.2 here.", "16.2"), ("Look at src/a.py now.", "src/a.py"),
        ("Run it with --dry-run please.", "--dry-run"), ("Call `make ship` first.", "make ship"),
        ("It raises ENOENT there.", "ENOENT"), ("Set retry_policy to three.", "retry_policy"),
        ("Сервер стоит во Франкфурте.", "Франкфурте"), ("See PROJ-412 for it.", "PROJ-412"), ("Waits 30s.", "30s"),
    ],
)  # fmt: skip
def test_what_counts_as_a_value(text: str, value: str) -> None:
    assert value in values_of(text).values()
    assert value in cover([text], "It is there.").lost


def test_plain_words_are_no_values() -> None:
    assert values_of("The read-only replica is slow, and the client's cache helps a bit.") == {}
    assert values_of("Сервер отвечает медленно, и кэш почти не помогает.") == {}


@pytest.mark.parametrize(
    ("rule", "same", "opposite"),
    [
        (
            "Never run make clean on the server.",
            "On the server, do not run make clean.",
            "Run make clean on the server.",
        ),
        (
            "Всегда запускай тесты перед слиянием.",
            "Перед слиянием тесты запускай всегда.",
            "Запускай тесты перед слиянием.",
        ),
        ("Tests must run before a merge.", "Before a merge the tests must run.", "Tests run before a merge."),
    ],
)
def test_a_rule_keeps_its_force(rule: str, same: str, opposite: str) -> None:
    assert rules_of(rule) == [rule]
    assert rule not in cover([rule], same).lost
    assert rule in cover([rule], opposite).lost


def test_a_summary_of_something_else_does_not_reach_the_floor() -> None:
    assert cover(CODE, "\n".join(RUSSIAN)).coverage < COVERAGE_FLOOR / 2
    assert cover(CODE, "\n".join(CODE)).coverage == pytest.approx(1.0)


def test_an_input_of_which_nothing_is_said_is_named_however_well_the_others_are_covered() -> None:
    inputs = [*("The gateway of payments is slow in the evening." for _ in range(9)), "Кошки спят на сервере."]
    covered = cover(inputs, inputs[0])
    assert covered.unsaid == (9,)
    assert not covered.enough


def test_a_budget_is_an_upper_bound_and_the_loss_is_told() -> None:
    summary = extract(CODE, 20)
    assert len(summary) <= 20 * 4
    assert cover(CODE, summary).lost


@given(st.lists(st.text(max_size=300), max_size=6))
def test_any_texts_give_the_same_summary_twice_made_of_their_own_words(inputs: list[str]) -> None:
    summary = extract(inputs)
    assert summary == extract(list(inputs))
    assert cover(inputs, summary).lost == (), "no value and no rule is lost, whatever the texts"
    ends = str.maketrans(".,;", "   ")  # a sentence is ended with a full stop
    assert set(summary.translate(ends).split()) <= set("\n".join(inputs).translate(ends).split())


def test_hostile_and_large_texts_take_linear_time() -> None:
    started = time.process_time()
    for text in ("`" * 200_000, "a-" * 100_000, "never " * 50_000, "--x" * 70_000, "А. " * 70_000, "x" * 1_000_000):
        cover([text, "The gateway is slow."], extract([text, "The gateway is slow."]))
    assert time.process_time() - started < 15
