"""What a question chooses between, by name: `TCP` and `etcd` of "Should the nodes talk over TCP instead of etcd?".

A question has few words, and a decision about one of its options may share that one alone.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from oldhand.model.terms import index_terms
from oldhand.reasoning.decisions import EVER, KIND
from oldhand.recall.cue import understand
from oldhand.recall.lexical import candidates, weights
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf

READ = 2_000  # characters of a text in which options are looked for; who asks names them early
MOST_OPTIONS = 6  # of one question; a longer list is no choice between named things
FEW = 5  # decisions that have an option in their name; of more, one word alone does not tell which is meant
LOOKED_AT = 24  # decisions that are looked at for all options together
LONGEST_NAME = 200  # characters of a decision's first sentence in which it is looked for, where it has no title

_OPTION = r"[`\"'«“]?([^\W\d_][\w.+#/-]{0,60})[`\"'»”]?"
_ARTICLE = r"(?:(?:the|an?|our|this|these|using|by)\s{1,3}){0,2}"
_VERB = (
    r"us(?:e|ing)|adopt|keep|drop|choose|pick|try|introduce|replac(?:e|ing)|remove|add|stay (?:with|on)|go with"
    r"|switch (?:to|from)|mov(?:e|ing) (?:to|from|off)|migrat(?:e|ing) (?:to|from)|использовать|используем|взять|берём"
    r"|оставить|остаться на|выбрать|убрать|добавить|внедрить|заменить|перейти на|уйти с"
)
_BETWEEN = re.compile(
    rf"(?<![\w.+#/-]){_OPTION},?\s{{1,3}}(?:or|vs\.?|versus|instead of|rather than|in place of|или|либо|вместо|а не)"
    rf"\s{{1,3}}(?:(?:{_VERB}|to|with|on|in|на|с)\s{{1,3}})?{_ARTICLE}{_OPTION}", re.IGNORECASE,
)  # fmt: skip
_CHOSEN = re.compile(rf"\b(?:{_VERB}|instead of|rather than|вместо)\s{{1,3}}{_ARTICLE}{_OPTION}", re.IGNORECASE)

# What every project has: by such a word alone nothing is told of what a decision was about.
_COMMON_WORDS = (
    "api app bug bugs build cache change changes class client code comment comments config data dependency doc docs"
    " error errors example examples feature features file files fix function interface issue library log logging logs"
    " method model module modules name names option options package project release server service support system test"
    " tests thing things tool tools type types user users version way ways данные документация имя код класс лог логи"
    " модуль ошибка ошибки пакет тест тесты тип функция"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class Named(NamedTuple):
    """A decision that has an option of the question in its name, and that option as it was written."""

    held: Held
    option: str


def options(text: str) -> list[str]:
    """The names of what a text chooses between, as they are written, each once; empty where it names nothing so."""
    found: dict[str, None] = {}
    for match in (*_BETWEEN.finditer(text[:READ]), *_CHOSEN.finditer(text[:READ])):
        found |= {word.rstrip(".-/"): None for word in match.groups() if _tells(word)}
    return list(found)[:MOST_OPTIONS]


def by_option(reader: Reader, text: str, but: Sequence[str] = ()) -> list[Named]:
    """The decisions whose name has one of the options of a text, when there are FEW of them; the latest first.

    but: ids that are left out. The name is the title, or the beginning of the text of what has no title.
    """
    named = options(text)
    if not named:
        return []
    try:
        cue = understand(" ".join(named))
        looked = candidates(reader, weights(reader, cue), EVER, Shelf(kind=KIND), LOOKED_AT)
    except IndexDamaged:  # `doctor` tells it, and every recall
        return []
    names = [(held, set(index_terms((held.title or held.text)[:LONGEST_NAME]))) for held in looked if held.wordings]
    found: dict[str, Named] = {}
    for option in named:
        terms = {one.term for one in understand(option).terms}
        has = [held for held, words in names if terms <= words]
        if len(has) <= FEW:
            found |= {held.id: Named(held, option) for held in has if held.id not in found and held.id not in but}
    return sorted(found.values(), key=lambda one: (-one.held.created, one.held.id))


def _tells(word: str) -> bool:
    return word.casefold() not in _COMMON and bool(understand(word).terms)
