"""Comparing two statements that answer one question in quite different words.

Their sentences cannot be laid side by side, so what is asked is narrower: both speak of the same thing, and either
exactly one value of one sort differs and nothing else that is typed, or one says that what the other names is gone.
"""

import re
from collections.abc import Iterable

from oldhand.knowledge import comparing_certain as certain
from oldhand.knowledge import comparing_denying as denying
from oldhand.knowledge.comparing_laying import Laid, Pair, behind
from oldhand.knowledge.comparing_tokens import NAME, OPPOSITE, SAME_FRAME, WORD, Comparison, Read, Token
from oldhand.knowledge.comparing_words import OPPOSED, PLACES, SYNONYMS, TECHNOLOGY, word_set
from oldhand.model.terms import stem

SHARED = 3  # real words in common without which two statements put in other words are not about one question
ROOT, ROOT_LATIN = 4, 5  # letters in common of words of one root
NO_WORDS = frozenset[str]()
FURTHER = 1  # words that one may say more where only two are in common
NONE = 99  # words in common where each has more to say: never enough
FIRST = 2  # places at which a number tells which one is meant
MOSTLY = 0.59  # of the shorter one's words, where one says that a thing is gone, or is not the only one
NEAR = 2  # words behind a name within which it is said to be gone
SHARED_ALL = 2  # the same where the one has no real word that the other has not
SAYING = frozenset({"say", "said", "tell", "told", "говор", "сказа"})  # stems: who says one thing may say another
# Stems of what happened, and of verbs that name one of several: what is supported, accepted, found, seen, tried.
_LISTING = "support speak accept handle include found drop reproduce try tried happen translate see "
_LISTING += "affect поддерживаем поддерживает падают пробовали нашли упал"
LISTING = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in _LISTING.split())
STRONG = ("code", "path", "url", "flag")
EXCHANGED = ("number", "date", "clock")
PLACED = ("path", "url")
QUALIFYING = PLACES | OPPOSED - word_set(
    "letter time-order unit failing newness extreme party accepting growth showing bound including export"
)  # what only one of them has of these makes it another thing
# Opposites of which a thing has one, wherever in a sentence they stand.
TURNED = word_set("visibility hand concurrency consistency strictness eagerness frequency")
# What measures, and what is done with a measure: whichever of these is said, the question is the same.
_MEASURES = (
    "limit limited cap capped maximum max minimum min size amount count number quota ttl timeout timeouts retention "
    "window interval period lifetime duration threshold level rate default value budget ceiling option setting "
    "parameter variable field pattern naming item максимум минимум размер лимит предел таймаут срок интервал "
    "максимальный минимальный версия значение"
)
_MEASURED = (
    "expire expires last lasts live lives keep kept hold holds stay stays valid accept accepts allow allows take takes "
    "wait waits give given raise raised lower lowered increase increased reduce reduced set pin pinned upgrade "
    "upgraded bump bumped move moved need needs require requires at most least now currently postpone postponed only "
    "every each publish published publishes reach reached serve served serves listen listens bind binds run runs start "
    "starts go goes come comes get gets locate located put scrape scraped poll polled expose exposed return returns "
    "reject rejects rejected happen happens find found call called make made work works have has host hosted use used "
    "using can able point points sit sits pick picked speak speaking toolchain runtime still add added move relocated "
    "renamed follow per запускается запускать выполняется работает идет приходит отдает слушает переведен стоит лежит "
    "находится переехал переехали перенесли переименовали живет жить храним хранится длится ограничен ограничено "
    "принимает дает даем ответ теперь сейчас подняли увеличили уменьшили нужен нужна требуется составляет равен каждый "
    "день"
)
MEASURES = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in word_set(_MEASURES))
MEASURING = MEASURES | frozenset(SYNONYMS.get(stem(word), stem(word)) for word in word_set(_MEASURED))
GOING = MEASURING | frozenset(
    SYNONYMS.get(stem(word), stem(word))
    for word in word_set(
        "send sends sent ship shipped write written отправляем отправляют отправляется уходят идут шлем"
    )
)
# What a value is an instance of: who names the value need not say it.
_KINDS = {
    "path": word_set("directory folder file path location каталог папка файл путь"),
    "code": word_set("pattern command script task variable flag option method function команда скрипт"),
    "technology": word_set(
        "registry store storage broker queue tool library framework database server service provider engine linter "
        "formatter bundler runner platform cloud язык брокер библиотека база хранилище очередь сервис"
    ),
}
KINDS = {sort: frozenset(SYNONYMS.get(stem(word), stem(word)) for word in words) for sort, words in _KINDS.items()}
# What one person, team or tool does for a thing, and what he is called for it.
TEAM = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in word_set("team команда guild group"))
_ASKING = frozenset(
    SYNONYMS.get(stem(word), stem(word))
    for word in word_set(
        "own owns owner maintain maintains maintainer manager responsible approver approves lead leads belong belongs "
        "отвечает ответственный владелец ведет"
    )
)
LEAST = word_set("oldest lowest minimum minimal earliest highest maximum least most минимальный минимальная")
_gone_over = re.compile(r"\b(?:switched|moved|migrated|перешли|переехали|мигрировали)\b", re.I).search
_also = re.compile(r"\b(?:and|also|besides|или|or|и|также|кроме)\b", re.I).search
_anybody = re.compile(r"\W{0,3}(?:any(?:body|one)|every(?:body|one)|all|любой|все|всем)\b", re.I).match
_joined = re.compile(r"\b(?:and|и) (?:\w{1,9} )?(?:not|never|не)\b", re.I).search
_LACKING = re.compile(r"\b(?:without|non|без)\b", re.I).search
_TAKING = word_set("replaced superseded")


def retold(two: Laid) -> Comparison | None:
    """A change that is told in other words, or None when it cannot be told from another subject."""
    turned = any(pair.old.group in TURNED for pair in two.exchanged)
    if (certain.opposite(two, bounds=False) and not turned) or denying.lettered(two):
        return None
    listing = any(pair.old.key in LISTING | SAYING and pair.old.role != "subject" for pair in two.same)
    listing = listing or (two.a.open_ended and two.b.open_ended)
    if not (two.old or two.new or two.slots):
        return None
    if two.a.past or two.b.past:
        return None
    if told := _gone(two) or _denied(two) or _answered(two) or _widened(two):
        return told
    listed = (listing and not (_bounded(two.a) and _bounded(two.b))) or (two.a.label and two.b.label)
    return None if listed or _conditioned(two) else _another_value(two)


def _conditioned(two: Laid) -> bool:
    """Whether one says when it is so, and the other does not speak of that."""
    said = {key for pair in two.same for key in (pair.old.key, pair.new.key)}
    return any(
        token.clause in read.conditions and token.weight >= OPPOSITE and token.key not in said
        for read in (two.a, two.b)
        for token in read.tokens
    )


def _content(tokens: Iterable[Token]) -> list[Token]:
    """The words that say what is spoken of."""
    return [token for token in tokens if token.weight >= WORD and token.key not in MEASURING]


def _another_value(two: Laid) -> Comparison | None:
    """One value of one sort differs, and all else that is typed agrees."""
    if len(two.exchanged) != 1:
        return None
    pair = two.exchanged[0]
    old, new = pair
    places = (two.a.tokens.index(old), two.b.tokens.index(new))
    counted = all(behind(read.tokens, at) for read, at in zip((two.a, two.b), places, strict=True)) and not any(places)
    if max(places) < FIRST and not counted:
        return None  # release 1.2, RFC 2616
    if old.names or new.names or old.sign != new.sign or (old.role == new.role == "subject" and not counted):
        return None
    technology = old.group in TECHNOLOGY - {"language"}
    labelled = ": " in two.a.text and ": " in two.b.text
    coded = old.sort == "code" and not labelled and not old.group and "subject" not in (old.role, new.role)
    known = old.sort in EXCHANGED or technology or coded or old.group in ("weekday", "unit", *PLACED, *TURNED)
    if not known or not _counted_alike(two, pair):
        return None
    kind = KINDS.get("technology" if technology else "path" if old.group in PLACED else old.sort, NO_WORDS)
    placed = {id(old), id(new)} | {id(token) for same in two.same for token in same}
    only = [
        [token for token in read.tokens if id(token) not in placed and token.key not in kind] for read in (two.a, two.b)
    ]
    if any(token.sort in EXCHANGED and token.key != "1" for side in only for token in side):
        return None  # another number: it may be the same amount, counted in another way
    if any(token.group in QUALIFYING and not token.aside for side in only for token in side):
        return None
    if all(any(token.sort in STRONG for token in side) for side in only):
        return None  # each has a name of its own
    if any(same.old.sign != same.new.sign for same in two.same):
        return None
    related = [token for token in _content(only[0]) if any(akin(token.key, other.key) for other in _content(only[1]))]
    also = [token for token in _content(only[1]) if any(akin(token.key, other.key) for other in _content(only[0]))]
    only = [[token for token in side if token not in found] for side, found in zip(only, (related, also), strict=True)]
    shared = [same.old for same in two.same if same.old.weight >= WORD] + related
    named = sum(token.sort in STRONG for token in shared)  # a name in code is more than a word
    own = [[token for token in side if token.role == "subject" and token.weight >= WORD] for side in only]
    if all(any(token.key not in MEASURES for token in side) for side in own):
        return None  # the read timeout, the connect timeout
    rest = sorted(len(_content(side)) for side in only)
    least = SHARED_ALL if rest[0] == 0 and rest[1] <= FURTHER else NONE if coded else SHARED
    if not _content(shared) or len(shared) + named < least or not _one_subject(two, only, pair):
        return None
    return Comparison("change", (f"{old.said} has become {new.said}", "in other words"), False, True)


def akin(one: str, other: str) -> bool:
    """Whether two stems are of one root: delivery and deliver, a making and to make."""
    least = ROOT_LATIN if one.isascii() else ROOT
    short = min(len(one), len(other)) - 1  # the last letter of a stem may change
    return short >= least - 1 and one[: max(short, least)] == other[: max(short, least)]


def _bounded(read: Read) -> bool:
    """Whether a statement tells the least or the most of something."""
    return any(token.bound for token in read.tokens) or bool(LEAST.intersection(read.text.casefold().split()))


def _counted_alike(two: Laid, pair: Pair) -> bool:
    """Whether two plain numbers count the same: neither has a noun behind it, or a name before it, of its own."""
    if pair.old.sort != "number" or pair.old.group:
        return True
    said = {key for same in two.same for key in (same.old.key, same.new.key)}
    for read, token in ((two.a, pair.old), (two.b, pair.new)):
        at = read.tokens.index(token)
        if at and read.tokens[at - 1].group and read.tokens[at - 1].key not in said:
            return False
        if at and read.tokens[at - 1].group:
            continue  # the version of a name: what stands behind it is not counted
        behind = read.tokens[at + 1] if at + 1 < len(read.tokens) else None
        if behind and behind.key in MEASURES:
            continue
        if behind and behind.weight >= WORD and behind.key not in said and behind.clause == token.clause:
            return False
    return True


def _one_subject(two: Laid, only: list[list[Token]], pair: Pair) -> bool:
    """Whether what the one speaks of is all in the other."""
    for read, own, value in zip((two.a, two.b), only, pair, strict=True):
        subject = _content(_head(read, value))
        missing = {id(token) for token in own}
        if subject and not any(id(token) in missing for token in subject):
            return True
    return False


def _head(read: Read, value: Token) -> list[Token]:
    """The subject of a statement; where no verb ends it, its words before the value."""
    subject = [token for token in read.tokens if token.role == "subject"]
    if _content(subject):
        return subject
    return list(read.tokens[: read.tokens.index(value)])


def _gone(two: Laid) -> Comparison | None:
    """One says of a name that it is not used, or gone, which the other has in use."""
    rest = [pair for pair in two.same if pair.old.weight >= WORD]
    if len(rest) < SHARED_ALL or two.lean < MOSTLY:
        return None
    for pair in two.same:
        strong = pair.old.sort in (*STRONG, "name") and pair.old.weight >= NAME
        aside = pair.old.aside != pair.new.aside and pair.old.weight >= WORD and two.ground >= SAME_FRAME
        if not (strong or aside) or pair.old.group in PLACES:
            continue
        left = (_left(two.a, pair.old), _left(two.b, pair.new))
        if left[0] == left[1] or (two.b.negated or _leaves(two.b) if left[0] else two.a.negated or _leaves(two.a)):
            continue
        chosen = [
            other for other in two.same if other != pair and min(other.old.sign, other.new.sign) > 0
            and other.old.weight >= NAME and other.old.group not in PLACES
            and "subject" not in (other.old.role, other.new.role)
        ]  # fmt: skip
        if chosen and (pair.old.aside or pair.new.aside):
            continue  # "A over B", "B lost, we take A"
        reason = f"{pair.new.said} is out of use" if strong else f"one says what the other denies: {pair.new.said}"
        return Comparison("change", (reason,), False, True)
    return None


def _denied(two: Laid) -> Comparison | None:
    """One denies, in a clause of its own, nothing but what the other says."""
    only = [token for token in (two.new if two.a.negated else two.old) if token.group in QUALIFYING]
    others = (
        only
        or (two.b if two.a.negated else two.a).conditions
        or any(pair.old.group not in TURNED for pair in two.exchanged)
    )
    others = others or "only" in (two.b if two.a.negated else two.a).quantities
    if others or two.a.negated == two.b.negated or denying.confined(two) or denying.mirrored(two):
        return None
    denier, sayer = (two.a, two.b) if two.a.negated else (two.b, two.a)
    said = {token.key for token in sayer.tokens if token.sign > 0}
    for clause in {token.clause for token in denier.tokens if token.sign < 0}:
        real = [token for token in denier.tokens if token.clause == clause and token.weight >= OPPOSITE]
        told = [token for token in real if token.key in said or token.key not in GOING]  # "goes to", "is sent to"
        real = told if len(told) >= SHARED else real
        whole = all(token.key in said and token.sign < 0 and not token.aside for token in real)
        if clause in denier.conditions:
            continue
        if len(real) == 1 and _joined(
            denier.text
        ):  # its subject stands before: "is kept apart and must not be committed"
            real = [token for token in denier.tokens if token.role == "subject" and token.weight >= OPPOSITE] + real
            whole = whole and all(token.key in said for token in real)
        if whole and len({token.key for token in real}) >= SHARED_ALL:
            return Comparison("change", (f"one says what the other denies: {real[-1].said}",), False, True)
    return None


def _answered(two: Laid) -> Comparison | None:
    """Another name answers the same question: who owns it, who is its maintainer."""
    asked = all(any(token.key in _ASKING for token in read.tokens) for read in (two.a, two.b))
    if not asked or any(pair.old.sign != pair.new.sign for pair in two.same):
        return None
    placed = {id(token) for pair in (*two.same, *two.exchanged) for token in pair}
    only = [
        [token for token in _content(read.tokens) if id(token) not in placed and token.key not in _ASKING]
        for read in (two.a, two.b)
    ]
    team = all(len(side) == 1 and _team(read, side[0]) for read, side in zip((two.a, two.b), only, strict=True))
    names = [[token for token in side if team or token.said[:1].isupper()] for side in only]
    if not any(_one_phrase(read, side) for read, side in zip((two.a, two.b), only, strict=True)):
        return None
    shared = _content(pair.old for pair in two.same)
    whole = any(len(side) == len(named) for side, named in zip(only, names, strict=True))
    if two.exchanged or not all(names) or not whole or len(shared) < SHARED_ALL or not _apart(two):
        return None
    return Comparison("change", (f"{names[0][0].said} has become {names[1][0].said}",), False, True)


def _one_phrase(read: Read, tokens: list[Token]) -> bool:
    """Whether tokens of a statement stand beside each other."""
    places = [read.tokens.index(token) for token in tokens]
    return bool(places) and max(places) - min(places) == len(places) - 1


def _team(read: Read, token: Token) -> bool:
    """Whether a word says which team is meant."""
    at = read.tokens.index(token)
    return any(other.key in TEAM for other in read.tokens[max(at - 1, 0) : at + 2])


def _widened(two: Laid) -> Comparison | None:
    """What only one thing may or is in the one, a further thing is in the other as well."""
    if two.lean < MOSTLY:
        return None
    for one, other, rest, more in ((two.a, two.b, two.old, two.new), (two.b, two.a, two.new, two.old)):
        if denying.begins_only(one.text) and _anybody(other.text) and not denying.confined(two):
            told = [pair for pair in two.same if pair.old.weight >= WORD and pair.old.sign == pair.new.sign]
            if len(told) >= SHARED_ALL:
                return Comparison("change", ("only some in the one, anybody in the other",), False, True)
        if "only" not in one.quantities or "only" in other.quantities or one.negated or other.negated:
            continue
        shared = [pair for pair in two.same if pair.old.weight >= WORD]
        also = [token for token in more if token.weight >= WORD and token.key not in MEASURING]
        if len(shared) >= SHARED_ALL and not _content(rest) and also and _also(other.text) and not two.exchanged:
            return Comparison("change", (f"not only, but {also[0].said} too",), False, True)
    return None


def _apart(two: Laid) -> bool:
    """Whether nothing but names stands between them: no subject with words of its own in both."""
    own = [[token for token in side if token.role == "scope"] for side in (two.old, two.new)]
    return not all(own)


def _leaves(read: Read) -> bool:
    """Whether a statement says of anything that it is out of use."""
    return any(token.group == "in-use" for token in read.tokens)


def _left(read: Read, token: Token) -> bool:
    """Whether a statement says of a thing that it is out of use, or denies it and nothing else."""
    if token.sign < 0:
        around = [other for other in read.tokens if other.clause == token.clause and other.weight >= WORD]
        return (token.aside or around == [token]) and not _LACKING(read.text)
    if token.prep in ("from", "с", "со") and _gone_over(read.text):
        return True
    at = read.tokens.index(token)
    before = [other for other in read.tokens[max(at - 1, 0) : at] if other.group == "in-use"]
    for other in (*before, *read.tokens[at + 1 : at + NEAR + 1]):
        gone = other.group == "in-use" or other.key == "ignored"
        if gone and other.clause == token.clause and other.said.casefold() not in _TAKING:
            return True
        if other.weight >= WORD and other.prep != "из":
            return False
    return False
