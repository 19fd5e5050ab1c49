"""What a question chooses between, by name: `TCP` and `etcd` of "Should the nodes talk over TCP instead of etcd?".

A question has few words, and a decision about one of its options may share that one alone.
"""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from oldhand.model.terms import index_terms, mentions
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

_OPTION = r"[`\"'«“]?(-{0,2}[^\W\d_][\w.+#/-]{0,60})[`\"'»”]?"
_ARTICLE = r"(?:(?:the|an?|our|this|these|using|by)\s{1,3}){0,2}"
_VERB = (
    r"us(?:e|ing)|adopt(?:ing)?|keep(?:ing)?|drop(?:ping)?|choos(?:e|ing)|pick(?:ing)?|try(?:ing)?|introduc(?:e|ing)"
    r"|replac(?:e|ing)|remov(?:e|ing)|add(?:ing)?|stay(?:ing)? (?:with|on)|go(?:ing)? with|get(?:ting)? rid of"
    r"|do we (?:still )?need|(?:switch(?:ing)?|mov(?:e|ing)|migrat(?:e|ing)) (?:to|from|off of|off|away from)"
    r"|использовать|используем|взять|берём|оставить|остаться на|выбрать|убрать|добавить|внедрить|заменить|перейти на"
    r"|уйти с|отказаться от|нуж(?:ен|на|но|ны) ли(?: нам)?"
)
_BETWEEN = re.compile(
    rf"(?<![\w.+#/-]){_OPTION},?\s{{1,3}}(?:or|vs\.?|versus|instead of|rather than|in place of|или|либо|вместо|а не)"
    rf"\s{{1,3}}(?:(?:{_VERB}|to|with|on|in|на|с)\s{{1,3}})?{_ARTICLE}{_OPTION}", re.IGNORECASE,
)  # fmt: skip
_CHOSEN = re.compile(rf"\b(?:{_VERB}|instead of|rather than|вместо)\s{{1,3}}{_ARTICLE}{_OPTION}", re.IGNORECASE)
_WORTH = re.compile(rf"\bis\s{{1,3}}{_ARTICLE}{_OPTION}\s{{1,3}}(?:still\s{{1,3}})?worth\b", re.IGNORECASE)

# What every project has: by such a word alone nothing is told of what a decision was about.
_COMMON_WORDS = (
    "api app bug bugs build cache change changes class client code comment comments config data dependency doc docs"
    " error errors etc example examples feature features file files fix function interface issue library log logging"
    " logs method model module modules name names option options package project release server service support system"
    " test tests thing things tool tools type types user users version way ways данные документация имя код класс лог"
    " логи модуль ошибка ошибки пакет тест тесты тип функция"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class Named(NamedTuple):
    """A decision that has an option of the question in its name, and that option as it was written."""

    held: Held
    option: str


def options(text: str) -> list[str]:
    """The names of what a text chooses between, as they are written, each once; empty where it names nothing so."""
    found: dict[str, None] = {}
    for match in chain.from_iterable(asked.finditer(text[:READ]) for asked in (_BETWEEN, _CHOSEN, _WORTH)):
        found |= {word.rstrip(".-/"): None for word in match.groups() if _tells(word)}
    return list(found)[:MOST_OPTIONS]


def by_option(reader: Reader, text: str, but: Sequence[str] = ()) -> list[Named]:
    """The decisions whose name has one of the options of a text, when there are FEW of them: those first that have it
    as a word of its own and not as a part of one (`etcd` of `EtcdError`), then the latest.

    but: ids that are left out. The name is the title, or the beginning of the text of what has no title. An option of a
    command line (`--style`) is in a name that has it with its dashes.
    """
    named = options(text)
    if not named:
        return []
    try:
        cue = understand(" ".join(named))
        looked = candidates(reader, weights(reader, cue), EVER, Shelf(kind=KIND), LOOKED_AT)
    except IndexDamaged:  # `doctor` tells it, and every recall
        return []
    names = [(held, (held.title or held.text)[:LONGEST_NAME]) for held in looked if held.wordings]
    indexed = [(held, name, set(index_terms(name))) for held, name in names]
    found: dict[str, Named] = {}
    whole: set[str] = set()
    for option in named:
        terms = {one.term for one in understand(option).terms}
        has = [(held, name) for held, name, words in indexed if terms <= words and _dashed_so(option, name)]
        if len(has) <= FEW:
            found |= {held.id: Named(held, option) for held, _ in has if held.id not in found and held.id not in but}
            whole |= {held.id for held, name in has if terms <= {term for _, term, _ in mentions(name)}}
    return sorted(found.values(), key=lambda one: (one.held.id not in whole, -one.held.created, one.held.id))


def _dashed_so(option: str, name: str) -> bool:
    """Whether a name has an option with its dashes, where it has any."""
    if not option.startswith("-"):
        return True
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", name, re.IGNORECASE) is not None


def _tells(word: str) -> bool:
    return word.casefold() not in _COMMON and bool(understand(word).terms)
