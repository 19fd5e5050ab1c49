"""Signs of bias in words, English and Russian: what is seen, what is left alone, and how often each."""

import random
import time

import pytest

from oldhand.reasoning.safety import signs
from oldhand.reasoning.safety_words import QUESTIONS, REQUIREMENT, worded
from tests.hostile.corpus import corpus
from tests.reasoning.safety_cases import CASES, Case, cases, decision

BIASES = {
    "sunk": "sunk cost", "narrow": "narrow framing", "closure": "premature closure", "planning": "planning fallacy",
}  # fmt: skip
LEAST_RIGHT = 0.9  # precision and recall over our own cases; the figures are in docs/REASONING.md

# What has to be so says nothing of how sure somebody is that it goes well.
REQUIREMENTS = (
    "The API must return 404 when the order does not exist.",
    "Every migration must be reversible, definitely including the seed data.",
    "Clients SHALL always send a correlation id.",
    "All writes must go through the repository layer.",
    "The export must definitely work offline.",
    "Passwords must never be logged.",
    "It must be absolutely safe to run the job twice.",
    "The service should certainly be able to restart without losing a message.",
    "A retry has to be 100% safe for the caller.",
    "Tests must pass without a doubt on all three platforms.",
    "The result is required to be obviously correct to the reader.",
    "API должен всегда возвращать 404, если заказа нет.",
    "Пароль обязан содержать не менее 12 символов.",
    "Ответ должен однозначно определять заказ.",
    "Идентификатор должен быть гарантированно уникальным.",
    "Доставка обязательно должна быть ровно один раз, без вариантов.",
    "Необходимо, чтобы откат точно сработал на всех узлах.",
    "Endpoint должен гарантированно отвечать за 200 ms.",
)
PLAIN = (
    "We will use the same variable name.",
    "You should use a debugger here.",
    "At-least-once delivery is guaranteed by the broker.",
    "It took three weeks, as the two before.",
    "Use the first column as the key.",
    "The industry-standard ISO 8601 format is used.",
    "We are not certain that the vendor survives.",
    "It is not obvious which one is better; measure first.",
    "We spent two days comparing both.",
    "Trivial fixes need no review.",
    "Non-trivial work needs a plan.",
    "Не уверены, что однозначно лучше; сначала замеряем.",
    "Точно такой же формат используем в экспорте.",
    "Все запросы используют один клиент.",
    "Первая строка файла — заголовок.",
    "Вчера выпустили версию 2.1.",
)


@pytest.mark.parametrize("text", REQUIREMENTS)
def test_what_a_requirement_demands_is_no_overconfidence(text: str) -> None:
    assert REQUIREMENT.search(text)
    assert not worded(decision(text))


def test_the_same_certainty_without_the_requirement_is_seen() -> None:
    assert {sign.check for sign in worded(decision("This is absolutely safe, it definitely works."))} == {
        "certain-words"
    }
    assert {sign.check for sign in worded(decision("Откат точно сработает, однозначно."))} == {"certain-words"}


@pytest.mark.parametrize(
    "text",
    [
        "We obviously must use Redis, it is the fastest.", "We must use Redis, it is definitely best.",
        "Obviously we should switch to Kafka.", "Мы однозначно должны взять Redis.",
        "Очевидно, нам следует перейти на Kafka.", "Нам обязательно взять Redis, это гарантированно быстрее.",
    ],
)  # fmt: skip
def test_a_choice_that_says_must_is_no_requirement_and_its_certainty_is_seen(text: str) -> None:
    assert "certain-words" in {sign.check for sign in worded(decision(text))}


@pytest.mark.parametrize(
    "text",
    [
        "We must use UTC in all columns.", "We have to keep the audit log for seven years.",
        "Clients must obviously use TLS.", "The worker should clearly take one job at a time.",
        "Мы должны использовать UTC во всех столбцах.", "Клиент, очевидно, должен взять один заказ.",
        "It was not obvious that we should use Redis.",
    ],
)  # fmt: skip
def test_must_alone_and_what_is_demanded_of_a_thing_is_not(text: str) -> None:
    """The control."""
    assert not worded(decision(text))


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_that_look_alike_are_left_alone(text: str) -> None:
    assert not worded(decision(text))


def test_a_decision_with_reasons_on_both_sides_is_not_judged_by_its_words() -> None:
    from oldhand.reasoning.decisions import arguments_of

    said = decision("Obviously the best: everybody uses it", alternatives=("other",))
    assert worded(said)
    weighed = said._replace(arguments=tuple(arguments_of(("+0 a", "-0 b", "+1 c"))))
    assert not worded(weighed)


def test_the_question_holds_the_decisions_own_words_in_one_short_line() -> None:
    (sign,) = worded(decision("Keep the old gateway\nbecause " + "we have already invested a year " * 9))
    assert '"Keep the old gateway"' in sign.question and "already invested" in sign.evidence
    assert len(sign.evidence) < 120 and "\n" not in sign.evidence


def _told(case: Case) -> set[str]:
    return {sign.bias for sign in signs(case.decision)}


@pytest.mark.parametrize("unseen", [False, True])
def test_the_checks_tell_sound_from_biased_decisions_of_our_own(unseen: bool) -> None:
    """Written before the rules, by the same hand: a regression test. docs/REASONING.md has the sterner figures."""
    chosen = [case for case in cases() if case.unseen == unseen]
    biased = [case for case in chosen if case.labels]
    sound = [case for case in chosen if not case.labels]
    assert len(biased) > 20 and len(sound) > 20
    seen = [case for case in biased if _told(case)]
    false = [case for case in sound if _told(case)]
    assert len(seen) / len(biased) >= LEAST_RIGHT, [case.decision.text for case in biased if case not in seen]
    assert len(seen) / (len(seen) + len(false)) >= LEAST_RIGHT, [case.decision.text for case in false]
    right = [case for case in seen if _told(case) & {BIASES.get(label, label) for label in case.labels}]
    assert len(right) / len(seen) >= LEAST_RIGHT


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [("later", 0.9, 0.9), ("last", 0.9, 0.8), ("words", 0.95, 0.95), ("after", 0.95, 0.25), ("blind", 0.65, 0.45)],
)
def test_what_was_written_after_rules_is_told_as_well_as_the_docs_say(
    name: str, precision: float, recall: float
) -> None:
    """Of "after" no rule was made: what is said in words nobody foresaw is mostly missed, and little is wrong."""
    chosen = list(cases(CASES.with_name(f"safety_cases_{name}.txt")))
    told = [case for case in chosen if _told(case)]
    right = [case for case in told if case.labels]
    assert len(right) / len(told) >= precision, [case.decision.text for case in told if not case.labels]
    assert len(right) / sum(bool(case.labels) for case in chosen) >= recall


def _sentences() -> dict[str, list[str]]:
    text = CASES.with_name("safety_cases_sentences.txt").read_text(encoding="utf-8")
    blocks = (block.splitlines() for block in text.split("\n== ")[1:])
    return {head: [line for line in lines if line] for head, *lines in blocks}


@pytest.mark.parametrize("check", QUESTIONS)
def test_each_check_sees_how_its_bias_is_said(check: str) -> None:
    """A regression test: rules were made by these sentences."""
    said = _sentences()[check]
    seen = [one for one in said if check in {sign.check for sign in worded(decision(one))}]
    assert len(said) >= 45 and len(seen) / len(said) >= LEAST_RIGHT, set(said) - set(seen)


def test_sound_sentences_with_the_same_words_show_nothing() -> None:
    assert not [one for one in _sentences()["sound"] if worded(decision(one))]


def test_the_measure_sees_checks_that_guess() -> None:
    """The control: an answer by chance reaches neither precision nor recall."""
    chosen = list(cases())
    draw = random.Random(5)
    guessed = [case for case in chosen if draw.random() < 0.5]
    right = [case for case in guessed if case.labels]
    assert len(right) / len(guessed) < 0.7 and len(right) / sum(bool(case.labels) for case in chosen) < 0.7


@pytest.mark.parametrize("language", ["en", "ru", "mixed"])
def test_each_language_has_sound_and_biased_cases(language: str) -> None:
    chosen = [case for case in cases() if case.language == language]
    assert sum(bool(case.labels) for case in chosen) >= 4 and sum(not case.labels for case in chosen) >= 4


@pytest.mark.parametrize("text", corpus(60))
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    for sign in signs(decision(text or "-", reason=text)):
        assert "\n" not in sign.evidence and len(sign.evidence) < 400


@pytest.mark.parametrize(
    ("biased", "sound"),
    [
        ("We have spent two years on it.", "We stop it, although we have spent two years on it."),
        ("We spent a year on it, so we go on.", "We spent a year measuring it."),
        ("Nothing can go wrong.", "The vendor claims that nothing can go wrong."),
        ("It is definitely the best database.", "Is it definitely the best database?"),
        ("Everybody uses it.", 'The slogan is "everybody uses it".'),
        ("It crashed last week.", "It crashed last week, as in 4 of the 9 weeks before."),
        ("We stay with the first quote.", "The first quote was 80, the other two 61 and 64."),
        ("That takes only an hour.", "That takes only an hour: the last one took 50 minutes."),
        ("Никто не заметит.", "Поставщик уверяет, что никто не заметит."),
        ("Мы уже потратили полгода.", "Прекращаем, хотя уже потратили полгода."),
        ("Вчера упала база.", "Вчера упала база, третий раз за год."),
    ],
)
def test_what_makes_the_same_words_sound_silences_them(biased: str, sound: str) -> None:
    """A concession, a measurement, somebody else's claim, a question, a quotation, a count, other offers."""
    assert worded(decision(biased))
    assert not worded(decision(sound))


@pytest.mark.parametrize("said", ["What could possibly go wrong?", "How hard can it be?", "Что там сложного?"])
def test_a_question_for_effect_is_no_question(said: str) -> None:
    assert worded(decision(said))


@pytest.mark.parametrize(
    "part",
    [
        "we have already ", "the first ", "(everybody ", "not 100% ", "уже столько ", "после вчерашнего ", "\t \n",
        "we definitely must ", "очевидно, мы ",
        "a" * 30, "a ", "i ", "5 ", "no ", "не ", "so we will not just ",
        "throw away ", "is just a ", "too much ", "в прошлую пятницу ", "все " * 3,
    ],
)  # fmt: skip
def test_a_text_made_to_slow_patterns_down_is_read_in_time(part: str) -> None:
    """One long sentence, and as many of them as are read."""
    for text in ((part * 20_000)[:200_000], ((part * 500)[:499] + "\n") * 60):
        started = time.process_time()
        signs(decision(text, reason=text, alternatives=(text,)))
        assert time.process_time() - started < 1.0  # it takes 0.2 s; a pattern that goes back takes hours
