"""The grammars over words: what their notation takes, and that every pattern of ours can be read."""

import re

import pytest

from oldhand.reasoning import (
    safety_classes_english,
    safety_classes_russian,
    safety_reasons_english,
    safety_reasons_russian,
    safety_words_english,
    safety_words_russian,
)  # fmt: skip
from oldhand.reasoning.safety_grammar import Grammar, split
from oldhand.reasoning.safety_words import QUESTIONS, RULES, grammar

CLASSES = {**safety_classes_english.CLASSES, **safety_classes_russian.CLASSES}
MODULES = (safety_words_english, safety_reasons_english, safety_words_russian, safety_reasons_russian)


def found(pattern: str, sentence: str, classes: dict[str, str] | None = None) -> str:
    """The words that a pattern takes in a sentence, empty when it is not there."""
    words = split(sentence)
    for one in Grammar(classes or {}, {"it": pattern}).find(words):
        return " ".join(words.said[one.first : one.last])
    return ""


@pytest.mark.parametrize(
    ("pattern", "sentence", "taken"),
    [
        ("no risk", "There is no risk here", "no risk"),
        ("no risk", "There is no known risk", ""),
        ("no ..1 risk", "There is no known risk", "no known risk"),
        ("no ..1 risk", "There is no well known risk", ""),
        ("takes ..2 long", "it takes very long", "takes very long"),
        ("takes ..2 long", "it takes not long", ""),
        ("risk*", "Das ist riskant", "riskant"),
        ("so *ем", "so сделаем", "so сделаем"),
        ("take #", "take 12", "take 12"),
        ("take really? it", "take it", "take it"),
        ("take really? it", "take really it", "take really it"),
        ("everybody !who uses", "everybody uses", "everybody uses"),
        ("everybody !who ..1 uses", "everybody who uses", ""),
        ("^ enough", "That is enough", ""),
        ("^ enough", "Well, enough", "enough"),
        ("works $", "it works, so merge", "works"),
        ("works $", "it works there", ""),
        ("works now|$", "it works", "works"),
        ("years <2> spent", "spent two years", "spent two years"),
        ("years <2> spent", "years were spent", "years were spent"),
        ("no_one cares", "no one cares", "no one cares"),
        ("one|\n   two three", "two three", "two three"),
        ("no way", "«no way»", ""),
        ("no way", "`no way`", ""),
        ("all eще", "all", ""),
        ("все еще", "всё ещё", "все еще"),
        ("cannot", "cannot", ""),
        ("can not", "can't, cannot", "can not"),
        ("will not", "it won't", "will not"),
        ("we have", "we've", "we have"),
        ("first number", "the first_number column", ""),
        ("first number", "first-number", "first number"),
    ],
)
def test_the_notation_takes_what_it_says(pattern: str, sentence: str, taken: str) -> None:
    assert found(pattern, sentence) == taken


def test_a_class_may_hold_words_stems_rows_and_classes() -> None:
    classes = {"BAD": "crash* went_down @WORSE", "WORSE": "burned"}
    assert [found("it @BAD", said, classes) for said in ("it crashed", "it went down", "it burned", "it ran")] == [
        "it crashed", "it went down", "it burned", "",
    ]  # fmt: skip


@pytest.mark.parametrize("pattern", ["..2 risk", "no? risk", "!no risk", "^ ..1 risk"])
def test_a_pattern_that_begins_with_anything_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="risk"):
        Grammar({}, {"it": pattern})


def test_every_class_that_a_pattern_names_is_there_and_every_class_is_used() -> None:
    patterns = "\n".join(lines for module in MODULES for lines in module.PATTERNS.values())
    named = set(re.findall(r"@(\w+)", patterns + " ".join(CLASSES.values())))
    assert named == set(CLASSES)


def test_every_label_is_a_check_or_silences_one() -> None:
    labels = {label for module in MODULES for label in module.PATTERNS}
    silencing = {label for rule in RULES.values() for label in rule.here | rule.anywhere} | {"asked"}
    assert labels == set(RULES) | silencing
    assert set(RULES) == set(QUESTIONS)


def test_where_something_is_found_leads_back_to_the_sentence() -> None:
    sentence = "Я уверен, что it can't possibly fail."
    words = split(sentence)
    said = {
        sentence[words.spans[one.first][0] : words.spans[one.last - 1][1]]
        for one in grammar().find(words)
        if one.label == "certain-words"
    }
    assert "can't possibly fail" in said
