"""Comparing two statements: does the new one change what the old one said, say it again, or speak of something else?

Typed comparison comes first: where both speak of the same and a number, version, path, name, date, negation or
quantity differs, that is a change however alike the words are. Only where nothing typed differs does likeness decide.
Pure functions: the same two texts give the same answer everywhere. docs/TRUTH.md says how often it is right.
"""

import re
from collections.abc import Sequence

from oldhand.knowledge import comparing_certain as certain
from oldhand.knowledge import comparing_denying as denying
from oldhand.knowledge.comparing_assigning import assigned
from oldhand.knowledge.comparing_framing import alone, parted
from oldhand.knowledge.comparing_laying import Laid, Pair, laid, weight_of
from oldhand.knowledge.comparing_reading import read
from oldhand.knowledge.comparing_replacing import BEHIND, replaced
from oldhand.knowledge.comparing_retelling import LISTING, SAYING, retold
from oldhand.knowledge.comparing_tokens import (
    ALIKE,
    HELD_BY_ONE,
    NAME,
    OPPOSITE,
    SAME_FRAME,
    SHARED_AT_ALL,
    VALUES,
    WORD,
    Read,
    Token,
)
from oldhand.knowledge.comparing_tokens import Comparison as Comparison
from oldhand.knowledge.comparing_words import (
    ANSWERING,
    ATTRIBUTES,
    FORCES,
    OPPOSED,
    PLACES,
    TECHNOLOGY,
)

QUANTITY_FRAME = 0.6  # the share in common where only all, some, only, must or may differ
_letters = re.compile(r"[^\W\d_]{2,30}").findall
_lettered = re.compile(r"(?:[Tt]he )?[^\W\d_]{2,30} ([A-Z])(?!\w)").match
YEAR = 4  # digits
MOST_VALUES = 2  # values exchanged at once in one statement: where more differ, it is an item of a table


def compare(old: str, new: str) -> Comparison:
    """Compare two statements, the earlier one first. Any strings will do; texts beyond 2,000 characters are cut."""
    a, b = read(old), read(new)
    if not a.tokens or not b.tokens:
        same = old.split() == new.split()
        return Comparison("paraphrase" if same else "unrelated", ("nothing to compare",), same)
    if certain.asks(old) != certain.asks(new):
        return Comparison("unrelated", ("one of them asks",))
    found = laid(a, b)
    judged = next((judged for judge in _JUDGES if (judged := judge(found))), None) or _likeness(found)
    if judged.verdict in ("unsure", "unrelated"):
        judged = alone(found) or retold(found) or judged
    if judged.verdict == "change":
        judged = parted(found, judged) or judged
    if not judged.certain:
        return judged
    sure = certain.change if judged.verdict == "change" else certain.repetition
    return judged._replace(certain=sure(old, new, found))


# -- judging, the surest first ---------------------------------------------------------------------------------------


def _bounded(two: Laid) -> Comparison | None:
    """Statements that hold at different times do not contradict each other."""
    a, b = two.a, two.b
    apart = (a.until and b.since and a.until <= b.since) or (b.until and a.since and b.until <= a.since)
    if apart and two.lean >= SHARED_AT_ALL:
        return Comparison("unrelated", (f"they hold at different times ({a.until or b.until}, {b.since or a.since})",))
    differs = two.exchanged or two.slots or any(pair.old.sign != pair.new.sign for pair in two.same)
    years = [pair for pair in two.exchanged if _moment(pair.old) and _moment(pair.new)]
    if years and (len(two.exchanged) > 1 or two.slots) and two.lean >= SHARED_AT_ALL:
        return Comparison("unrelated", (f"they speak of different times: {denying.both(years[0])}",))
    if a.past != b.past and two.ground >= SHARED_AT_ALL and differs:
        return Comparison("unsure", ("one of them speaks of how it was before",))
    return None


def _moment(token: Token) -> bool:
    """Whether a token is a day or a year."""
    year = token.sort == "number" and not token.group and len(token.key) == YEAR
    return token.sort == "date" or (year and token.key[:2] in ("19", "20"))


def _nothing_shared(two: Laid) -> Comparison | None:
    """Too little in common; a bare choice ("use X", "use Y") is a change all the same."""
    if any(pair.old.weight >= WORD for pair in two.same):
        return None
    if any(pair.old.group in PLACES for pair in two.exchanged) and len(two.exchanged) > 1:
        return Comparison("unrelated", ("they speak of different places",))
    light = weight_of(two.old) < WORD and weight_of(two.new) < WORD and bool(two.same)
    if not light or two.slots:
        return Comparison("unrelated", ("hardly a word in common",))
    chosen = [pair for pair in two.exchanged if pair.old.group not in PLACES | OPPOSED]
    same_sign = all(pair.old.sign == pair.new.sign for pair in two.exchanged)
    if len(chosen) == 1 and chosen[0].old.group and same_sign and chosen[0].old.role != "subject":
        return Comparison("change", (_told(chosen[0]),), False, True)
    if two.exchanged:
        opposed = [pair for pair in two.exchanged if pair.old.group in OPPOSED]
        if opposed and len(two.exchanged) == 1 and same_sign:
            return Comparison("change", (_told(opposed[0]),), False, True)
        return Comparison("unsure", ("too few words to tell what they are about",))
    if any(pair.old.sign != pair.new.sign for pair in two.same):
        return Comparison("change", ("one says what the other denies",), not (two.old or two.new), True)
    exact = not (two.old or two.new)
    return Comparison("paraphrase" if exact else "unsure", ("the same words",))


def _elsewhere(two: Laid) -> Comparison | None:
    """The same said of another subject or another place is another statement."""
    for pair in two.exchanged:
        scoped = pair.old.role == pair.new.role == "scope" and pair.old.sort in VALUES and pair.old.group not in OPPOSED
        alone = len(two.exchanged) == 1 and pair.old.group in TECHNOLOGY - {"language"} and not two.slots
        if scoped and not alone:
            return Comparison("unrelated", (f"they speak of different places: {denying.both(pair)}",))
        if pair.old.group in PLACES and "value" not in (pair.old.role, pair.new.role):
            return Comparison("unrelated", (f"they speak of different places: {denying.both(pair)}",))
    if _when(two):
        return Comparison("unrelated", ("they speak of different circumstances",))
    for pair in two.exchanged:
        if pair.old.names and pair.new.names and not _port(two):
            return Comparison("unrelated", (f"they speak of different subjects: {denying.both(pair)}",))
    subjects = [pair for pair in two.exchanged if pair.old.role == pair.new.role == "subject"]
    opposed = [pair for pair in subjects if pair.old.group in OPPOSED]
    if len(two.exchanged) == len(subjects):  # "newest first", "oldest first"
        subjects = [pair for pair in subjects if pair not in opposed]
    told = [pair for pair in two.exchanged if pair not in subjects]
    named = any(pair.old.sort in VALUES for pair in subjects)
    own = [[t for t in side if t.role == "subject" and t.weight >= OPPOSITE] for side in (two.old, two.new)]
    if all(own) and told and not _answers(two):
        return Comparison("unrelated", (f"they speak of different subjects: {own[0][0].said}, {own[1][0].said}",))
    if subjects and (named or told) and two.a.verb and two.b.verb and not _answers(two):
        return Comparison("unrelated", (f"they speak of different subjects: {denying.both(subjects[0])}",))
    if certain.opposite(two) and any(pair.old.sort == "number" for pair in two.exchanged):
        return Comparison("unrelated", ("each has a value of its own",))
    lettered = (_letter(two.a.text), _letter(two.b.text))
    if all(lettered) and lettered[0] != lettered[1] and two.exchanged:
        return Comparison("unrelated", (f"they speak of different subjects: {lettered[0]}, {lettered[1]}",))
    places = [{token.prep for token in side if token.role == "scope" and token.weight >= OPPOSITE} for side in
              (two.old, two.new)]  # fmt: skip
    if places[0] & places[1] and two.exchanged:
        return Comparison("unrelated", ("they speak of different places",))
    which = [
        pair for pair in two.exchanged
        if pair.old.sort == "number" and not pair.old.group and pair == (two.a.tokens[1:2] + two.b.tokens[1:2])
    ]  # fmt: skip
    if which and len(two.exchanged) > 1 and two.a.tokens[0].key == two.b.tokens[0].key:
        return Comparison("unrelated", (f"they speak of different subjects: {denying.both(which[0])}",))
    first = (two.old[:1] == list(two.a.tokens[:1]), two.new[:1] == list(two.b.tokens[:1]))
    if all(first) and two.old and two.new and two.exchanged and not (two.a.verb and two.b.verb):
        return Comparison("unrelated", (f"they speak of different subjects: {two.old[0].said}, {two.new[0].said}",))
    heads_said = (two.a.tokens[0], two.b.tokens[0])
    calls = [pair for pair in two.exchanged if (pair.old, pair.new) == heads_said and pair.old.sort == "code"]
    if calls and not calls[0].old.group and (len(two.exchanged) > 1 or two.old or two.new or two.slots):
        return Comparison("unrelated", (f"they speak of different subjects: {denying.both(calls[0])}",))
    for old, new in two.slots:
        if old[0].role == new[0].role == "subject" and not _answers(two):
            return Comparison("unrelated", (f"they speak of different subjects: {old[0].said}, {new[0].said}",))
        if old[0].role == new[0].role == "scope":
            return Comparison("unrelated", (f"they speak of different places: {old[0].said}, {new[0].said}",))
    heads = (_subject(two.old), _subject(two.new))
    if heads[0] and heads[1] and not _answers(two) and (two.exchanged or two.ground < ALIKE):
        return Comparison("unrelated", (f"they speak of different subjects: {heads[0]}, {heads[1]}",))
    return None


def _when(two: Laid) -> bool:
    """Whether each says when it is so, and they say it of different cases."""
    said = {key for pair in two.same for key in (pair.old.key, pair.new.key)}
    own = [
        [token for token in read.tokens if token.clause in read.conditions and token.key not in said]
        for read in (two.a, two.b)
    ]
    return all(own)


def _letter(text: str) -> str:
    """The letter that tells which one is meant: job A, the team B."""
    found = _lettered(text)
    return found[1] if found else ""


def _port(two: Laid) -> bool:
    """Whether a number behind the subject is a port and so a value: nothing else is told of it, or whose it is."""
    known = any(pair.old.sort == "name" and pair.old.weight >= WORD for pair in two.same)
    return two.a.tokens[0].key == "port" and (known or not (two.a.verb and two.b.verb))


def _answers(two: Laid) -> bool:
    """Whether the subject is what the statement tells: who owns it, what backs it."""
    verbs = [pair for pair in two.same if pair.old.key in ANSWERING and _first_said(two.a, pair.old)]
    objects = [
        pair for pair in two.same if pair.old.role != "subject" and pair.old.weight >= WORD and pair not in verbs
    ]
    rest = [token for token in (*two.old, *two.new) if token.role != "subject" and token.weight >= WORD]
    return bool(verbs and objects) and not rest and not any(old[0].role != "subject" for old, _ in two.slots)


def _first_said(read: Read, token: Token) -> bool:
    """Whether a token stands right behind the subject."""
    before = [other for other in read.tokens if other.role == "subject"]
    return token.role != "subject" and read.tokens[len(before) : len(before) + 1] == (token,)


def _subject(tokens: Sequence[Token]) -> str:
    """The first real word of a subject that only one has."""
    return next((token.said for token in tokens if token.role == "subject" and token.weight >= WORD), "")


def _valued(two: Laid) -> Comparison | None:
    """A typed value stands in the place of another."""
    pairs = [pair for pair in two.exchanged if pair.old.sign == pair.new.sign and pair.old.group != "in-use"]
    if not pairs:
        return None
    reasons = tuple(_told(pair) for pair in pairs)
    if two.slots:
        return Comparison("unrelated", (f"different values of different things: {_slot(two)}", *reasons))
    exact = weight_of(two.old) < WORD and weight_of(two.new) < WORD
    named = all(pair.old.sort in VALUES and pair.old.group not in OPPOSED for pair in pairs)
    said = any(pair.old.key in SAYING for pair in two.same)  # "ann says 12", "ann says 13"
    if named and all(pair.old.sign < 0 for pair in pairs):
        return Comparison("unrelated", ("neither is to be: both may hold", *reasons))
    listing = any(pair.old.key in LISTING and pair.old.role != "subject" for pair in two.same)
    if listing and not any(pair.new.bound for pair in pairs) and all(_one_of(two, pair) for pair in pairs):
        return Comparison("unrelated", ("each may hold", *reasons))
    from_one = all(pair.old.prep in BEHIND for pair in pairs)
    if said or (named and two.a.open_ended and two.b.open_ended and not from_one):
        return Comparison("unsure", ("both may hold", *reasons))
    if len(pairs) == 1 and "only" in two.a.quantities ^ two.b.quantities and two.ground >= SAME_FRAME:
        return Comparison("change", ("only one of them says 'only'", *reasons), False, True)
    if _listed(two, pairs):
        return Comparison("unsure", ("items of a list", *reasons))
    scopes = [token for token in (*two.old, *two.new) if token.role == "scope" and token.weight >= WORD]
    crossed = weight_of(two.old) >= WORD and weight_of(two.new) >= WORD
    if any(pair.old.group in OPPOSED - {"time-order", "failing", "honouring"} for pair in pairs) and denying.limited(
        two
    ):
        return Comparison("unsure", ("but by another limit", *reasons))
    elsewhere = any(pair.old.group in PLACES for pair in pairs) and (two.old or two.new)
    if elsewhere or any(token.group in PLACES for token in scopes):
        return Comparison("unsure", ("only one of them speaks of a place", *reasons))
    if all(pair.old.sort == "code" for pair in pairs) and two.ground >= SAME_FRAME:
        purpose = [pair for pair in two.same if pair.old.sort in ("word", "name") and _tells(pair.old)]
        purpose = [pair for pair in purpose if pair.old.role != "scope" or pair.old.prep in ("for", "для")]
        sure = bool(purpose) and not crossed
        return Comparison("change" if sure else "unsure", reasons, sure and exact, sure)
    if any(_short_form(pair) for pair in pairs):
        return Comparison("unsure", ("perhaps the same flag", *reasons))
    if len(pairs) > MOST_VALUES or _two_things(pairs):
        return Comparison("unsure", ("several values differ", *reasons))
    if crossed and scopes and two.ground < ALIKE:
        return Comparison("unrelated", ("different values of different things", *reasons))
    if two.ground >= (SAME_FRAME if not crossed else QUANTITY_FRAME):
        return Comparison("change", reasons, exact, True)
    if two.lean >= HELD_BY_ONE and two.ground >= SHARED_AT_ALL:
        return Comparison("unsure" if scopes else "change", reasons, False, True)
    if two.ground >= SHARED_AT_ALL:
        return Comparison("unsure", reasons, False, two.ground >= ALIKE)
    return Comparison("unrelated", ("too little in common", *reasons))


def _short_form(pair: Pair) -> bool:
    """Whether a flag can be the short form of the other: -d, --detach; -x, --exitfirst."""
    short, long = sorted((pair.old.key, pair.new.key), key=len)
    return pair.old.sort == "flag" and short[:1] == "-" != short[1:2] and long.startswith("--")


def _one_of(two: Laid, pair: Pair) -> bool:
    """Whether a value is a name or the version of one, and no amount."""
    if pair.old.sort != "number":
        return pair.old.sort in VALUES and pair.old.group not in OPPOSED
    at = two.a.tokens.index(pair.old)
    return not pair.old.group and at > 0 and two.a.tokens[at - 1].sort == "name"


def _tells(token: Token) -> bool:
    """Whether a token is a real word and not one that every statement may have."""
    return token.weight >= WORD or token.group in OPPOSED


def _two_things(pairs: list[Pair]) -> bool:
    """Whether two values differ that are not a name with its version: a thing, and what is said of it."""
    if len(pairs) < 2:
        return False
    names = [pair for pair in pairs if pair.old.sort in VALUES and pair.old.group not in OPPOSED]
    versions = [pair for pair in pairs if pair.old.sort == "number" and not pair.old.group]
    alone = len(names) == len(versions) == 1 and names[0].old.group in TECHNOLOGY
    return bool(names) and not (alone and names[0].old.role == names[0].new.role)


def _listed(two: Laid, pairs: list[Pair]) -> bool:
    """Whether the two look like items of one list: a label, or nothing but code, with other names behind it."""
    words = [
        pair for pair in two.same
        if pair.old.sort in ("word", "name") and _tells(pair.old)
    ]  # fmt: skip
    names = [pair for pair in pairs if pair.old.sort in VALUES]
    if not names:
        return False
    told = [pair for pair in words if pair.old.role != "subject"]
    attribute = any(pair.old.key in ATTRIBUTES for pair in words)
    return not words or (two.a.label and two.b.label and not told and not (attribute and len(words) > 1))


def _slot(two: Laid) -> str:
    old, new = two.slots[0]
    return f"{old[0].said}, {new[0].said}"


def _quantified(two: Laid) -> Comparison | None:
    """All, some, only, must or may differ, or a bound."""
    a, b = two.a, two.b
    turned = ({"min", "max"}, {"more", "less"}, {"min", "less"}, {"max", "more"})
    bounds = [pair for pair in two.same if {pair.old.bound, pair.new.bound} in turned]
    if bounds and two.ground >= SAME_FRAME and not two.slots:
        return Comparison(
            "change", (f"{bounds[0].old.bound} {bounds[0].old.said} is {bounds[0].new.bound} now",), False, True
        )
    topic = [pair for pair in two.same if pair.old.weight >= WORD]
    if denying.limited(two):
        return None
    if two.ground < QUANTITY_FRAME and not (two.lean >= HELD_BY_ONE and two.ground >= 0.45 and len(topic) > 1):
        return None
    if any(
        denying.begins_all(one.text) and "only" in other.quantities and not denying.begins_only(other.text)
        for one, other in ((a, b), (b, a))
    ):
        return None  # "all dates are in UTC", "dates are in UTC only"
    for one, other in ((a, b), (b, a)):
        if "all" in one.quantities and other.quantities & {"some", "only", "except"} - one.quantities:
            return Comparison("change", ("all is no longer all",), False, True)
        halves = two.old or two.new or two.slots or certain.opposite(two)
        if "only" in one.quantities and "only" not in other.quantities and not (halves or denying.twice(other.text)):
            return Comparison("change", ("only one of them says 'only'",), False, True)
    forces = [[FORCES[word] for word in _letters(one.text.casefold()) if word in FORCES] for one in (a, b)]
    for one, other in ((a, b), (b, a)):
        whole = two.ground >= ALIKE and not (two.slots or two.exchanged)
        if whole and one.force == "may" and "optional" in one.text and "all" in other.quantities and not other.force:
            return Comparison("change", ("always, and optional",), False, True)
    musts, mays = (forces[0].count(force) - forces[1].count(force) for force in ("must", "may"))
    forced = ({a.force, b.force} == {"must", "may"} and (musts or mays)) or (
        musts * mays < 0 and not (a.negated or b.negated)
    )
    if forced and two.ground >= QUANTITY_FRAME and not two.slots:
        return Comparison("change", (f"{a.force} has become {b.force}",), two.ground >= ALIKE, True)
    return None


def _likeness(two: Laid) -> Comparison:
    """Nothing typed differs: the words decide."""
    extra = [token for token in (*two.old, *two.new) if token.sort != "word" and token.weight >= NAME]
    if two.slots or two.exchanged:
        return Comparison("unsure" if two.ground >= SAME_FRAME else "unrelated", ("other words in the same place",))
    if not weight_of(two.old) and not weight_of(two.new):
        a, b = two.a, two.b
        real = [pair for pair in two.same if pair.old.weight >= WORD]
        orders = [[token.key for token in one.tokens if token.weight >= WORD] for one in (a, b)]
        if a.ordered and b.ordered and orders[0] != orders[1]:
            return Comparison("change", ("the other order",), False, True)
        exact = {a.force, b.force} != {"", "may"} and a.quantities - {"all"} == b.quantities - {"all"}
        return Comparison("paraphrase", ("the same words",), exact and len(real) >= certain.SURE_WORDS)
    extra += [token for token in (*two.old, *two.new) if token.group in OPPOSED and two.old and two.new]
    if two.ground >= ALIKE and not extra:
        return Comparison("paraphrase", ("nearly the same words",))
    if two.lean >= HELD_BY_ONE and two.ground >= SHARED_AT_ALL:
        return Comparison("unsure", ("one says more than the other",))
    if two.ground >= SAME_FRAME:
        return Comparison("unsure", ("much in common and no typed difference",))
    return Comparison("unrelated", ("too little in common",))


def _told(pair: Pair) -> str:
    return f"{pair.old.said.rstrip('.')} has become {pair.new.said.rstrip('.')}"


_JUDGES = (
    _bounded, assigned, _nothing_shared, denying.opened, _elsewhere, denying.ways, denying.turned, denying.denied,
    _valued, _quantified, replaced,
)  # fmt: skip
