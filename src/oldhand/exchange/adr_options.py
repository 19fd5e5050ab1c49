"""What a decision record weighed: the options besides the one that was chosen, and the reasons for and against each.

Records say so in many ways: a list of considered options, sections named after them with "Good, because" and "Bad,
because", or with lists of pros and cons; consequences that are good and bad. What cannot be told apart is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from oldhand.exchange.markdown import Block, Document
from oldhand.exchange.passages import Group, groups
from oldhand.exchange.prose import plain, shorten

MOST_OPTIONS = 12  # of one record; more is a survey of a market
MOST_REASONS = 60  # for and against all options
LONGEST_OPTION = 120  # characters of an option's name
LONGEST_REASON = 500  # characters of one reason
CHOSEN = "chosen"  # stands in the place of a reason about an option that is marked as the one taken
SHORTEST_REASON = 2  # characters; less is a dash or a stub
MOST_DECIDERS = 20
Parts = Mapping[str, Sequence[tuple[str, Block]]]

_GOOD = re.compile(
    r"(?:good|pros?|positives?|advantages?|benefits?|strengths?|upsides?|плюсы?|преимуществ\w{0,3}|достоинств\w{0,3}"
    r"|хорошо|за)\b|[+✅👍✔]",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"(?:bad|cons?|negatives?|disadvantages?|drawbacks?|weakness(?:es)?|downsides?|минусы?|недостат\w{0,3}|плохо"
    r"|против)\b|[❌👎✗]|[-−–](?=\s)",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(r"(?:neutral|нейтральн\w{0,3})\b|⚪", re.IGNORECASE)
_BECAUSE = re.compile(
    r"^\W{0,4}(?:(?:good|bad|pros?|cons?|positive|negative|advantages?|disadvantages?|хорошо|плохо|плюсы?|минусы?|за"
    r"|против)\b)?\W{0,4}(?:(?:because|since|as it|потому что|так как)\b)?[\s:,–—-]{0,4}",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"^[^\w`('\"«]*(?:\d+(?:\.\d+)*[a-z]?[.):]?\s+(?:[–—-]\s+)?)?"
)  # an ornament or number before a name
_OPTION_WORD = re.compile(
    r"^(?:(?:rejected|considered|discarded|отклон[её]нный|отклон[её]нная)\s{1,3})?"
    r"(?:option|alternative|approach|вариант|альтернатива)(?:\s{1,3}(?:\d{1,2}|[a-z])(?!\w))?\s{0,3}[:.)–—-]{1,3}\s*"
    r"|^(?:option|alternative|approach|вариант|альтернатива)\s{1,3}(?:\d{1,2}|[a-z])(?!\w)\s*"
    r"|^(?:considered (?:and|but) )?rejected\s{0,3}[:–—-]\s*",
    re.IGNORECASE,
)
_TOLD = re.compile(  # how an item begins that says something of an option and names none
    r"(?:it|this|that|these|they|we|there|which|because|это|он[аои]?|мы|так как|потому что)(?:'s|’s)?\s", re.IGNORECASE
)
_BEHIND_NAME = (" — ", " – ", " - ", ": ", ". ", "; ")  # between an option's name and what is said about it
_CHOSEN_MARK = re.compile(
    r"\((?:chosen|selected|accepted|recommended|preferred|выбран\w{0,4}|принят\w{0,4})\)|✅", re.IGNORECASE
)
_SECTION_ONLY = re.compile(  # a heading below the options that names no option
    r"(?:pros and cons|considered options?|options?|alternatives?( considered| approaches| solutions)?"
    r"|examples?|alternatives for .{1,60}|rejected( alternatives?| options?)?"
    r"|other options|альтернативы|варианты|рассмотренные\b.{0,40}|плюсы и минусы\b.{0,40}|за и против\b.{0,40}"
    r"|pros\b.{0,30}|cons\b.{0,30})$",
    re.IGNORECASE,
)
_WHY_NOT = re.compile(
    r"(?:why (?:it was )?(?:not|rejected)|rejected|not chosen|reason for rejection|отклонен\w{0,2}|почему (?:не|нет))",
    re.IGNORECASE,
)
_WEIGHING = re.compile(r"pros and cons|option|alternativ|reject|альтернатив|вариант|за и против|плюсы", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|и)\b|[/&]", re.IGNORECASE)
_AGAINST = re.compile(r"cons|против|минус|disadv|negative|недостат", re.IGNORECASE)
_DECIDERS = re.compile(
    r"^[\s>*_|-]{0,6}(?:deciders?|decision[- ]makers?|decided by|участники|решили|принимали решение)[\s*_]{0,4}"
    r"[:|][\s*_|]{0,6}(.{2,400})",
    re.IGNORECASE,
)


class Reason(NamedTuple):
    """A reason about an option (empty: the one that was chosen). favours: None where the option is only named."""

    option: str
    favours: bool | None
    text: str


class Weighed(NamedTuple):
    """What a record weighed. chosen: the option that was taken, empty where none is told apart; alternatives: the
    others; arguments: `+N TEXT` and `-N TEXT` for and against option N, 0 for the chosen one."""

    chosen: str
    alternatives: tuple[str, ...]
    arguments: tuple[str, ...]


def weighed(parts: Parts, chosen: str, title: str) -> Weighed:
    """What a record weighed. parts: its blocks by the role of their section; chosen: the option its outcome names."""
    listed, marked = _listed(parts.get("options", ()))
    reasons = list(_by_option(parts))
    marked |= {one.option for one in reasons if one.favours is None and one.text == CHOSEN}
    names = _names([*listed, *(one.option for one in reasons if one.option)])
    taken = next((name for name in names if _same(name, chosen)), "") if chosen else ""
    taken = taken or next((name for name in names if name in marked), "") or _titled(names, title)
    others = [name for name in names if name != taken]
    if not taken and not chosen and not _told_apart(parts):
        others = [name for name in others if name not in listed] if reasons else []
    arguments = []
    for name, favours, text in [*reasons, *_consequences(parts)]:
        number = 0 if not name or _same(name, taken) else _number(others, name)
        if number is not None and favours is not None:
            arguments.append(f"{'+' if favours else '-'}{number} {shorten(text, LONGEST_REASON)}")
    return Weighed(taken, tuple(others[:MOST_OPTIONS]), tuple(dict.fromkeys(arguments))[:MOST_REASONS])


def _told_apart(parts: Parts) -> bool:
    """Whether the record's own heading says that its options are those not taken."""
    return any(
        re.search(r"reject|alternativ|other|отклон|альтернатив", heading.casefold())
        for role in ("options", "rejected") for _, block in parts.get(role, ()) for heading in block.path
    )  # fmt: skip


def _listed(blocks: Sequence[tuple[str, Block]]) -> tuple[list[str], set[str]]:
    """The names in a list of considered options, and those marked there as the one taken."""
    found: list[str] = []
    marked: set[str] = set()
    for _, block in blocks:
        if block.kind == "item" and block.level == 0 and (name := _option(block.text)):
            found.append(name)
            if _CHOSEN_MARK.search(block.text):
                marked.add(name)
    return found, marked


def _by_option(parts: Parts) -> Iterator[Reason]:
    """The reasons in the sections that weigh options, and the options of which nothing else is said."""
    for role in ("rejected", "options"):
        sections: dict[tuple[str, ...], list[Block]] = {}
        for _, block in parts.get(role, ()):
            sections.setdefault(block.path, []).append(block)
        for path, blocks in sections.items():
            name, side = _place(path)
            if name:
                yield Reason(name, None, CHOSEN if _CHOSEN_MARK.search(path[-1]) else "")
                found = list(_in_words(blocks))
                found += _reasons(groups(blocks), side)
                yield from (Reason(name, favours, text) for favours, text in found)
            elif role == "rejected" and any(_weak(block) for block in blocks):
                yield from (Reason("", favours, text) for favours, text in _reasons(groups(blocks), side))
            elif role == "rejected":
                yield from _in_list(blocks)


def _weak(block: Block) -> bool:
    """Whether a block is a top item that gives a reason and names no option."""
    text = plain(block.text)
    return block.kind == "item" and block.level == 0 and bool(_GOOD.match(text) or _BAD.match(text))


def _in_list(blocks: Sequence[Block]) -> Iterator[Reason]:
    """Alternatives that are items of a list: their names, what is said against them, and nested pros and cons."""
    name = ""
    for block in blocks:
        if block.kind != "item":
            continue
        if block.level == 0:
            name = _option(block.text)
            if not name or len(name) >= LONGEST_OPTION or _TOLD.match(name):  # a sentence, not a name
                name = ""
                continue
            yield Reason(name, None, CHOSEN if _CHOSEN_MARK.search(block.text) else "")
            rest = _behind(plain(block.text), name)
            if len(rest) > SHORTEST_REASON:
                said = _one_reason(rest)
                yield Reason(name, *(said or (_side(rest) is True, _BECAUSE.sub("", rest, count=1) or rest)))
        elif name and (said := _one_reason(plain(block.text))) is not None:
            yield Reason(name, *said)


def _behind(text: str, name: str) -> str:
    """What an item says behind the name it begins with."""
    at = text.find(name)
    return text[at + len(name) :].lstrip(" .:;,–—-*_)`\"'") if at >= 0 else ""


def _in_words(blocks: Sequence[Block]) -> Iterator[tuple[bool, str]]:
    """Reasons that a section of an option gives on lines of its paragraphs: `**Cons**: slow`, `Rejected because …`."""
    for block in blocks:
        if block.kind == "paragraph":
            for each in block.text.split("\n")[:MOST_REASONS]:
                if (said := _one_reason(plain(each))) is not None:
                    yield said


def _one_reason(text: str) -> tuple[bool, str] | None:
    """(whether it favours, reason) of a line such as `Cons: slow` or `REJECTED: too slow`; None for any other."""
    head, colon, rest = text.partition(":")
    if _WHY_NOT.match(text):
        said = rest.strip() if colon and len(head) < 40 else text
        return (False, said) if len(said) > SHORTEST_REASON else None
    if colon and len(head) < 25 and len(rest.strip()) > SHORTEST_REASON and (side := _side(head)) is not None:
        return side, rest.strip()
    return None


def _side(text: str) -> bool | None:
    """Whether words take the side of an option, or speak against it."""
    return True if _GOOD.match(text) else False if _BAD.match(text) else None


def _place(path: Sequence[str]) -> tuple[str, bool | None]:
    """The option a section is of, and the side its heading takes: for, against, or neither."""
    below = [_MARK.sub("", heading) for heading in path]
    side: bool | None = None
    for number in range(len(below) - 1, -1, -1):
        bare = below[number].strip(" .:")
        if _SECTION_ONLY.fullmatch(bare) or (number and (_GOOD.match(bare) or _BAD.match(bare))):
            if side is None and not _mixed(bare):
                side = True if _GOOD.match(bare) else False if _BAD.match(bare) else None
            if _SECTION_ONLY.fullmatch(bare) and not (_GOOD.match(bare) or _BAD.match(bare)):
                return "", side
            continue
        return (_option(bare), side) if _weighs(below[:number]) or _OPTION_WORD.match(bare) else ("", side)
    return "", side


def _weighs(above: Sequence[str]) -> bool:
    """Whether a heading stands below one that weighs options."""
    return any(_WEIGHING.search(one) for one in above)


def _mixed(heading: str) -> bool:
    return bool(_AND.search(heading)) and bool(_AGAINST.search(heading))


def _reasons(found: Iterable[Group], side: bool | None) -> Iterator[tuple[bool, str]]:
    """(whether it favours, reason) of a section's lists. A paragraph such as "Pros:" before a list takes its side."""
    for group in found:
        lead = group.lead.strip(" *_:.")
        here = side
        if lead and len(lead) < 40 and not _mixed(lead):
            here = True if _GOOD.match(lead) else False if _BAD.match(lead) else side
        for item in group.items:
            if _NEUTRAL.match(item.text):
                continue
            own = True if _GOOD.match(item.text) else False if _BAD.match(item.text) else None
            favours = own if own is not None else here
            text = _BECAUSE.sub("", item.text, count=1) if own is not None else item.text
            if favours is not None and len(text.strip()) > 2:
                yield favours, text.strip()


def _consequences(parts: Parts) -> Iterator[Reason]:
    """The good and bad consequences of what was chosen."""
    sections: dict[tuple[str, ...], list[Block]] = {}
    for _, block in parts.get("consequences", ()):
        sections.setdefault(block.path, []).append(block)
    for path, blocks in sections.items():
        bare = _MARK.sub("", path[-1]).strip(" .:") if path else ""
        side = None if _mixed(bare) else _side(bare)
        yield from (Reason("", favours, text) for favours, text in _reasons(groups(blocks), side))


def _option(text: str) -> str:
    """The name of an option: its first words, without what is said about it."""
    said = plain(text).split("\n")[0]
    said = _CHOSEN_MARK.sub("", _MARK.sub("", said)).strip()
    bare = _OPTION_WORD.sub("", said).strip()
    said = bare if len(bare) > SHORTEST_REASON else said
    ends = sorted(at for mark in _BEHIND_NAME if SHORTEST_REASON < (at := said.find(mark)) <= LONGEST_OPTION)
    end = next((at for at in ends if not said[:at].count("`") % 2), len(said))
    said = said[:end]
    said = said.strip(" .:;,*_")
    said = said[1:-1] if said[:1] + said[-1:] == "()" else said
    quoted = re.fullmatch(r"[\"'“”«»`]([^\"'“”«»`]+)[\"'“”«»`]", said)
    return shorten(quoted[1] if quoted else said, LONGEST_OPTION)


def _names(said: Iterable[str]) -> list[str]:
    """Names of options, each once, the first spelling of each."""
    found: list[str] = []
    for name in said:
        if _folded(name) and not any(_same(name, known) for known in found):
            found.append(name)
    return found[: MOST_OPTIONS + 1]


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[\w+#]+", name.casefold()))


def _same(one: str, other: str) -> bool:
    """Whether two names mean one option: the same words, or all of the shorter one's at the start of the other."""
    short, long = sorted((_folded(one), _folded(other)), key=len)
    return bool(short) and (short == long or long.startswith(short + " "))


def _titled(names: Sequence[str], title: str) -> str:
    """The one option whose words the record's title has, when there is just one."""
    words = set(_folded(title).split())
    found = [name for name in names if (own := set(_folded(name).split())) and own <= words]
    return found[0] if len(found) == 1 else ""


def _number(others: Sequence[str], name: str) -> int | None:
    found = [number for number, other in enumerate(others[:MOST_OPTIONS], 1) if _same(other, name)]
    return found[0] if found else None


def deciders(document: Document, parts: Parts) -> tuple[str, ...]:
    """Who made the decision, as the record names them: frontmatter, or a line `Deciders: …` before its sections."""
    said = next((document.meta[name] for name in ("decision-makers", "deciders", "decision makers")
                 if document.meta.get(name)), "")  # fmt: skip
    for _, block in parts.get("", ()) if not said else ():
        lines = (" | ".join(row) for row in block.rows) if block.kind == "table" else block.text.split("\n")
        found = next((match for each in lines if (match := _DECIDERS.match(each[:500]))), None)
        if found:
            said = found[1]
            break
    names = (plain(part).strip(" .*_@`[]\"'{}<>") for part in re.split(r"[,;]|\s+(?:and|и|&)\s+", said[:1000]))
    kept = (name for name in names if 1 < len(name) <= 80 and not re.match(r"list everyone|everyone involved", name))
    return tuple(dict.fromkeys(kept))[:MOST_DECIDERS]
