"""Values: one digest for every spelling of a text, another for whatever says something else."""

import random
import time
import unicodedata
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oldhand.model.value import DIGEST_DIGITS, digests, speaks_for_itself, spellings

INVISIBLE = ("\u200b", "\u200d", "\u2060", "\u00ad", "\ufe0f", "\u034f", "\u180e", "\U000e0020", "\u202e")
SPACES = (" ", "  ", "\t", "\n", "\u00a0", "\u2003", "\u3000")
LOOKING = {
    "a": "аα",
    "e": "е",
    "o": "оοօ",
    "p": "рρ",
    "c": "с",
    "x": "х",
    "i": "іι",
    "A": "АΑ",
    "B": "ВΒ",
    "H": "НΗ",
    "M": "МΜ",
}
ENDS = ("", ".", "!", " ;", "…", "”", "'", " .")
words = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=8)
texts = st.lists(words, min_size=3, max_size=8)
anything = st.text(st.characters(exclude_categories=()), max_size=60)


def value(text: str, slot: tuple[str, str] | None = None) -> set[str]:
    """The digests of a claim."""
    return set(digests("claim", {"text": text}, slot))


def respelled(parts: list[str], chance: random.Random) -> str:
    """The same words, spelled as somebody might who wants them not to be known again."""

    def word(one: str) -> str:
        swapped = "".join(chance.choice(LOOKING[c]) if c in LOOKING and chance.random() < 0.5 else c for c in one)
        return "".join(c + (chance.choice(INVISIBLE) if chance.random() < 0.2 else "") for c in swapped)

    joined = word(parts[0]) + "".join(chance.choice(SPACES) + word(part) for part in parts[1:])
    return chance.choice(("", "- ", "“", "  ")) + joined + chance.choice(ENDS)


@settings(max_examples=400, deadline=None)
@given(texts, st.randoms(use_true_random=False))
def test_every_spelling_of_a_text_has_its_value(parts: list[str], chance: random.Random) -> None:
    assert value(" ".join(parts)) & value(respelled(parts, chance))
    assert value(" ".join(parts)) == value(" ".join(parts).swapcase())


@settings(max_examples=400, deadline=None)
@given(texts, st.integers(0, 7), st.integers(0, 9))
def test_another_digit_or_word_is_another_value(parts: list[str], place: int, digit: int) -> None:
    at = place % len(parts)
    other = [*parts[:at], f"{parts[at]}{digit}", *parts[at + 1 :]]
    assert not value(" ".join(parts)) & value(" ".join(other))
    assert not value(" ".join(parts)) & value(" ".join(["not", *parts]))
    assert not value(" ".join(parts)) & value(" ".join([*parts, "now"]))


@settings(max_examples=300, deadline=None)
@given(anything)
def test_any_text_has_one_or_two_digests_that_stay_the_same(text: str) -> None:
    found = digests("claim", {"text": text}, None)
    assert 1 <= len(found) <= 2 and all(len(one) == DIGEST_DIGITS for one in found)
    assert found == digests("decision", {"text": text, "title": "x", "reason": "y"}, None)
    for spelling in spellings(text):
        assert spelling == spelling.strip() or not spelling.strip()


def test_russian_letters_stay_told_apart() -> None:
    alphabet = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
    found = {letter: value(f"слово {letter} тут стоит") for letter in alphabet}
    for one in alphabet:
        for other in alphabet:
            assert one == other or not found[one] & found[other], f"{one} and {other}"


def test_a_short_text_has_a_value_in_its_slot_alone() -> None:
    assert value("5432", ("context", "db/port")) != value("5432", ("context", "cache/port"))
    assert value("5432", ("context", "db/port")) == value(" ５４３２.", ("context", "db/port"))
    assert (
        value("one two three", ("context", "a")) == value("one two three") == value("One two, three".replace(",", ""))
    )
    assert speaks_for_itself("使用数据库端口") and not speaks_for_itself("数据") and not speaks_for_itself("a - b")


HOSTILE = (
    "- ",
    "* ",
    "*a ",
    "(a ",
    "[a ",
    "_a ",
    "100 ",
    "a ",
    "a-",
    "'",
    ", ",
    "1,000,",
    "\U0001f44d",
    "# ",
    "note: ",
    "é",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    """A control against a pattern that looks back: ten times the text must not take a hundred times as long."""

    def seconds(count: int) -> float:
        text = piece * count + "- “ … " * count + "а" * count + piece * count
        started = time.process_time()
        value(text)
        return time.process_time() - started

    assert seconds(20_000) < 60 * max(seconds(2_000), 0.001)


SAME = [  # (one text, others with its value)
    (
        "Postgres listens on 5432 in CI.",
        (
            "postgres listens on 5432, in CI!",
            "**Postgres** listens on `5432` in CI",
            "Postgres listens on: 5432 in CI",
            "(Postgres listens on 5432 in CI)",
            "# Postgres listens on 5432 in CI",
            "_Postgres listens_ on 5432 (in CI)",
            "Postgres listens on 5432 in CI \U0001f44d",
            "✅ Postgres listens on 5432 in CI ⚠️",
            "Postgres listens on 5,432 in CI",
            "Postgres listens on 5 432 in CI",
            "Postgres listens on 5_432 in CI",
            "Postgres listens on 5\u202f432 in CI",
            "Postgres listens on 5’432 in CI",
            "Postgres listens on ٥٤٣٢ in CI",
            "Postgres listens on ५४३२ in CI",
            "ᴘᴏsᴛɢʀᴇs listens on 5432 in CI",
            "\U0001f17fostgres listens on 5432 in CI",
            "Póstgrés listens on 5432 in CI",
            "P̴o̴s̴tgres listens on 5432 in CI",
            "P o s t g r e s listens on 5432 in CI",
            "P-o-s-t-g-r-e-s listens on 5432 in CI",
            "Postgres-listens-on-5432 in CI",
            "Note: Postgres listens on 5432 in CI",
            "> **NOTE:** Postgres listens on 5432 in CI",
            "- [ ] Postgres listens on 5432 in CI",
            "1. Postgres listens on 5432 in CI",
            "Postgres — listens on '5432'; in [CI]",
            "Ⓟostgres listens on 5432 in CI",
        ),
    ),
    (
        "Не запускай миграции вручную в бою",
        (
            "не запускай миграции, вручную в бою!",
            "**Не** запускай `миграции` вручную (в бою)",
            "«Не запускай миграции» вручную в бою",
            "Внимание: не запускай миграции вручную в бою",
            "Важно! Не запускай миграции вручную в бою",
            "# Не запускай миграции вручную в бою",
            "Не запуска\u0301й миграции вручную в бою",
            "Не запускай м и г р а ц и и вручную в бою",
            "\U0001f6a8 Не запускай — миграции вручную в бою",
        ),
    ),
    (
        "Run the pre-commit hook before a push",
        ("Run the pre commit hook before a push", "Run the `pre-commit` hook, before a push"),
    ),
    ("The resume is kept in the vault", ("The résumé is kept in the vault",)),
]
OTHER = [  # texts of which no two have the same value
    (
        "The limit here is 5",
        "The limit here is -5",
        "The limit here is >5",
        "The limit here is >=5",
        "The limit here is !=5",
        "The limit here is 5%",
        "The limit here is 5 MB",
        "The limit here is 5 KB",
        "The limit here is 0.5",
        "The limit here is 05",
        "The limit here is 5°",
        "The limit here is $5",
        "The limit here is 50",
        "The limit here is 5?",
        "The limit here is ±5",
    ),
    (
        "It needs version 1.2 here",
        "It needs version 12 here",
        "It needs version 1.2.3 here",
        "It needs version 1,2 here",
        "It needs version 1 2 here",
        "It needs version 1-2 here",
        "It needs version v1.2 here",
        "It needs version 1.20 here",
    ),
    (
        "Ports 80, 443 are open here",
        "Ports 80443 are open here",
        "Ports 80-443 are open here",
        "Ports 80:443 are open here",
    ),
    (
        "It writes 1.234 to the log",
        "It writes 1,234 to the log",
        "It writes 0,234 to the log",
        "It writes 0234 to the log",
    ),
    (
        "Run git push --force on it",
        "Run git push -force on it",
        "Run git push force on it",
        "Run git push --no-force on it",
        "Run git push +force on it",
    ),
    (
        "Call the my_name function first",
        "Call the my name function first",
        "Call the myname function first",
        "Call the __my_name__ function first",
        "Call the my.name function first",
        "Call the my/name function first",
    ),
    ("Set __init__ in the class", "Set init in the class"),
    ("It is written in C here", "It is written in C# here", "It is written in C++ here", "It is written in F# here"),
    (
        "It calls f(x) at the start",
        "It calls f x at the start",
        "It calls f(y) at the start",
        "It calls f[x] at the start",
    ),
    ("It takes 2 * (3 + 4) steps", "It takes 2 * 3 + 4 steps"),
    ("The sum is a-b here", "The sum is a b here", "The sum is ab here"),
    ("It reads *.py in src", "It reads .py in src", "It reads **.py in src", "It reads py in src"),
    ("It takes *args as they come", "It takes **args as they come", "It takes args as they come"),
    (
        "Read src/a.py before that",
        "Read src a.py before that",
        "Read /src/a.py before that",
        "Read src/a-py before that",
    ),
    ("The file .env is read", "The file env is read"),
    ("It joins with ',' here", "It joins with ';' here", "It joins with here"),
    ("Fix issue #5 before that", "Fix issue 5 before that"),
    ("Never (build and deploy) on it", "Never build and deploy on it"),
    ("Execute, not pardon him now", "Execute not, pardon him now"),
    ("Казнить нельзя, помиловать всех", "Казнить, нельзя помиловать всех"),
    ("Нет, запускай его сам", "Нет запускай его сам"),
    ("No, deploy it on Friday", "No deploy it on Friday"),
    ("❌ Push to the main branch", "✅ Push to the main branch"),
    ("\U0001f534 means that it is down", "\U0001f7e2 means that it is down"),
    ("Wrong: it runs as root", "It runs as root"),
    ("Неверно: он работает от root", "Он работает от root"),
    ("~~Push it to main~~", "Push it to main"),
    ("Мой код лежит тут", "Мои код лежит тут"),
    ("Кот спит дома днём", "Код спит дома днём"),
    ("Не запускать этот скрипт", "Запускать этот скрипт"),
    ("See [it](a.com) for all", "See [it](b.com) for all"),
    ("It waits 10² ms there", "It waits 102 ms there"),
    ("Use std::string in the API", "Use std string in the API"),
    ("Key a:b is in use", "Key a b is in use"),
    ("Copy it from src to dist", "Copy it from dist to src"),
    ("At 12:30 it is run", "At 1230 it is run"),
]


@pytest.mark.parametrize(("one", "other"), [(one, other) for one, others in SAME for other in others])
def test_marks_that_set_off_words_are_no_part_of_a_value(one: str, other: str) -> None:
    assert value(one) & value(other), (spellings(one), spellings(other))


@pytest.mark.parametrize("texts_apart", OTHER, ids=lambda texts_apart: texts_apart[0])
def test_marks_that_say_something_are_part_of_a_value(texts_apart: tuple[str, ...]) -> None:
    for one, other in combinations(texts_apart, 2):
        assert not value(one) & value(other), (one, other, spellings(one))


def test_every_small_capital_of_the_alphabet_is_known() -> None:
    for letter in "abcdefghijklmnopqrstuvwyz":
        name = f"LATIN LETTER SMALL CAPITAL {letter.upper()}"
        assert spellings(f"one {unicodedata.lookup(name)} two")[0] == f"one {letter} two"


marked = st.sampled_from(("**{}**", "*{}*", "`{}`", "_{}_", "“{}”", "({})", "'{}'", "«{}»", "{},", "{};", "{}:"))
long_words = st.text(st.characters(min_codepoint=ord("a"), max_codepoint=ord("z")), min_size=2, max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.lists(long_words, min_size=3, max_size=8), st.integers(0, 7), marked)
def test_a_word_that_is_set_off_is_the_same_word(parts: list[str], place: int, mark: str) -> None:
    at = place % len(parts)
    assume(parts[at] not in ("no", "not", "never", "none", "nor", "neither", "cannot"))
    again = [*parts[:at], mark.format(parts[at]), *parts[at + 1 :]]
    assert value(" ".join(parts)) & value(" ".join(again))


@settings(max_examples=300, deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from((",", "_", " ", "\u00a0", "'")))
def test_a_number_in_groups_is_that_number_and_no_other(one: int, other: int, separator: str) -> None:
    grouped = f"{one:,}".replace(",", separator)
    assert value(f"the limit is {one} here") & value(f"the limit is {grouped} here")
    assert one == other or not value(f"the limit is {other} here") & value(f"the limit is {grouped} here")
