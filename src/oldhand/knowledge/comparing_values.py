"""The typed values of a statement: numbers with units, versions, dates, times, money, paths, addresses, names in code.

A value has a key that is equal when the values are equal, however they are written (5 s and 5000 ms, 10 MiB and
10240 KiB, 5,000 and 5000, v2.1 and 2.1), and a group: only values of one group can take each other's place.
"""

import re
from typing import NamedTuple

LONGEST_CODE = 200  # characters of a span of code that are looked at


class Scanned(NamedTuple):
    """A piece of a statement as it is written: what sort of piece, its text, and where it begins and ends."""

    sort: str
    text: str
    start: int
    end: int


# Every part is bounded and none can be matched in two ways, so that no text makes this slow.
_scan = re.compile(
    r"`(?P<code>[^`\n]{1,200})`"
    r"|(?P<url>\b[A-Za-z][A-Za-z0-9+.]{1,15}://[^\s<>\"'`)\]]{1,300})"
    r"|(?P<mail>\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})"
    r"|(?P<date>\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b[qQ][1-4] \d{4}\b)"
    r"|(?P<clock>\b\d{1,2}:\d{2}(?::\d{2})?(?!\d))"
    r"|(?P<bound>>=|<=|==|~=|!=|≥|≤|[<>~^](?= ?v?\d))"
    r"|(?P<money>[$€£₽]\s?\d[\d,._]{0,20})"
    r"|(?P<version>\b[vV]\d{1,6}(?:\.\d{1,6}){0,4}\b)"
    r"|(?P<flag>(?<![\w&])#[A-Za-z][\w-]{1,40}|(?<![\w-])--?[A-Za-z][\w-]{0,60}(?:=[\w./:-]{1,60})?)"
    r"|(?P<path>(?:\.{1,2}|~)?(?:/[\w.@*{}<>-]{1,80}){1,12}/?|[\w.@*-]{1,80}(?:/[\w.@*{}<>-]{1,80}){1,12}/?"
    r"|\b[A-Za-z][\w.-]{1,40}/(?![\w/])|(?<!\w)\.[a-z][\w-]{1,30}(?:\.[\w-]{1,20}){0,2})"
    r"|(?P<number>\d{1,3}(?:[,_  ]\d{3}){1,5}(?![\d.])|\d{1,18}(?:[.,]\d{1,9}){0,4})"
    r"|(?P<name>\b[A-Za-z_][\w]{0,60}(?:(?:\.|::|->)[A-Za-z_][\w]{0,60}){1,5}(?:\(\))?|\b[A-Za-z_]\w{0,60}\(\))"
    r"|(?P<word>[^\W\d][\w]{0,80}(?:['’+#-][\w]{1,40}){0,5}[+#]{0,2})"
    r"|(?P<stop>[.,;:!?()\[\]—–=→]|\s-\s)"
).finditer

TIME = {
    "ms": 1, "msec": 1, "millisecond": 1, "milliseconds": 1, "мс": 1, "s": 1000, "sec": 1000, "secs": 1000,
    "second": 1000, "seconds": 1000, "с": 1000, "сек": 1000, "min": 60_000, "mins": 60_000, "minute": 60_000,
    "minutes": 60_000, "мин": 60_000, "h": 3_600_000, "hr": 3_600_000, "hrs": 3_600_000, "hour": 3_600_000,
    "hours": 3_600_000, "ч": 3_600_000, "day": 86_400_000, "days": 86_400_000, "d": 86_400_000, "день": 86_400_000,
    "дня": 86_400_000, "дней": 86_400_000, "week": 604_800_000, "weeks": 604_800_000, "month": 2_592_000_000,
    "months": 2_592_000_000, "месяц": 2_592_000_000, "месяца": 2_592_000_000, "месяцев": 2_592_000_000,
    "сутки": 86_400_000, "суток": 86_400_000,
    "year": 31_536_000_000, "years": 31_536_000_000, "год": 31_536_000_000, "года": 31_536_000_000,
    "лет": 31_536_000_000, "µs": 0.001, "us": 0.001, "microseconds": 0.001,
}  # fmt: skip
"""Milliseconds; a month counts as 30 days and a year as 365."""
_TIME_BEGINS = (("секунд", 1000), ("миллисекунд", 1), ("минут", 60_000), ("час", 3_600_000), ("недел", 604_800_000))
_BYTES = {"b": 1, "byte": 1, "bytes": 1, "байт": 1, "байта": 1}
for _power, _names in enumerate(("k к", "m м", "g г", "t т"), 1):
    for _letter in _names.split():
        _last = "b" if _letter.isascii() else "б"
        _BYTES[_letter + _last] = 1000**_power
        _BYTES[f"{_letter}i{_last}"] = 1024**_power
        _BYTES[f"{_letter}i"] = 1024**_power  # as manifests of Kubernetes write it: 256Mi
        _BYTES[f"{_letter}и{_last}"] = 1024**_power
for _power, _word in enumerate(("kilo", "mega", "giga", "tera"), 1):
    _BYTES[f"{_word}byte"] = _BYTES[f"{_word}bytes"] = 1000**_power
_PERCENT = ("%", "percent", "pct", "процент", "процента", "процентов")
_PLAIN = {
    "px": "px", "pixels": "px", "em": "em", "rem": "rem", "pt": "pt", "fps": "fps", "rps": "rps", "qps": "rps",
    "rpm": "rpm", "hz": "hz", "khz": "khz", "mbit": "mbit", "mbps": "mbit", "gbps": "gbit", "°c": "celsius",
    "usd": "money:usd", "dollars": "money:usd", "eur": "money:eur", "euros": "money:eur", "€": "money:eur",
    "руб": "money:rub", "рублей": "money:rub", "рубля": "money:rub", "₽": "money:rub", "gbp": "money:gbp",
}  # fmt: skip
_MULTIPLES = {"k": 1000, "m": 1_000_000, "thousand": 1000, "million": 1_000_000, "млн": 1_000_000}
_MULTIPLES |= dict.fromkeys(("тыс", "тысяч", "тысячи"), 1000)
_CURRENCIES = {"$": "usd", "€": "eur", "£": "gbp", "₽": "rub"}
_unit = re.compile(r"[ \u00a0-]?(%|°?[^\W\d_]{1,14}|[€₽])\.?(?![\w-]*\()").match

NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20",
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
    "thirteen": "13", "fourteen": "14", "sixteen": "16", "seventeen": "17", "eighteen": "18",
    "nineteen": "19", "seventy": "70", "eighty": "80", "dozen": "12", "hundred": "100",
    "twice": "2", "thrice": "3", "half": "0.5",
    "ноль": "0", "один": "1", "одна": "1", "одно": "1", "одного": "1", "одну": "1", "два": "2", "две": "2",
    "двух": "2", "двое": "2", "три": "3", "трех": "3", "четыре": "4", "четырех": "4", "пять": "5", "пяти": "5",
    "шесть": "6", "семь": "7", "восемь": "8", "десять": "10", "десяти": "10", "дважды": "2", "трижды": "3",
    "полтора": "1.5", "полторы": "1.5", "двадцать": "20", "двадцати": "20", "тридцать": "30", "тридцати": "30",
    "сорок": "40", "пятьдесят": "50", "пятидесяти": "50", "девять": "9",
    "семи": "7", "восьми": "8", "девяти": "9", "одиннадцать": "11", "двенадцать": "12", "двенадцати": "12",
    "тринадцать": "13", "четырнадцать": "14", "пятнадцать": "15", "пятнадцати": "15", "шестнадцать": "16",
    "восемнадцать": "18", "шестьдесят": "60", "семьдесят": "70", "восемьдесят": "80", "девяносто": "90",
    "полутора": "1.5", "сто": "100", "ста": "100",
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan январь января", "february feb февраль февраля", "march mar март марта", "april apr апрель апреля",
         "may май мая", "june jun июнь июня", "july jul июль июля", "august aug август августа",
         "september sep sept сентябрь сентября", "october oct октябрь октября", "november nov ноябрь ноября",
         "december dec декабрь декабря"), 1,
    )
    for name in names.split()
}  # fmt: skip


def scanned(text: str) -> list[Scanned]:
    """The pieces of a statement in order; what is no piece (quotes, brackets of code) is passed over."""
    return [
        Scanned(found.lastgroup or "", found[found.lastgroup or 0], found.start(), found.end()) for found in _scan(text)
    ]


def number(text: str, after: str) -> tuple[str, str, int]:
    """(key, group, characters of `after` that are its unit) of a number as it is written.

    after: what follows it. The group is its dimension; empty for a plain number or a version.
    """
    plain = re.sub(r"[,_  ](?=\d{3}(?!\d))", "", text).replace(",", ".")
    unit = _unit(after)
    name = unit[1].casefold() if unit else ""
    used = unit.end() if unit else 0
    if not unit or plain.count(".") > 1:
        return _plain(plain), "", 0
    if name in _PERCENT:
        return _plain(plain), "percent", used
    factor: float | None = TIME.get(name) or next((f for begin, f in _TIME_BEGINS if name.startswith(begin)), None)
    if factor is not None and not (name in ("m", "d", "с") and after[:1] == " " and name != "с"):
        return _scaled(plain, factor), "time", used
    if name in _BYTES and name not in ("b",):
        return _scaled(plain, _BYTES[name]), "bytes", used
    if name in _PLAIN:
        return _plain(plain), _PLAIN[name], used
    if name in _MULTIPLES and (after[:1] != " " or len(name) > 1):
        return _scaled(plain, _MULTIPLES[name]), "", used
    return _plain(plain), "", 0


def _plain(digits: str) -> str:
    """A number's digits as a key: no leading zeros, no empty fraction in a plain number."""
    head, point, rest = digits.partition(".")
    head = head.lstrip("0") or "0"
    return f"{head}{point}{rest}" if rest else head


def _scaled(digits: str, factor: float) -> str:
    """A number times its unit, exact where it is whole."""
    value = float(digits) * factor
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def money(text: str) -> tuple[str, str]:
    """(key, group) of an amount with its sign before it."""
    return _plain(re.sub(r"[,_](?=\d{3})", "", text[1:].strip()).rstrip(".,_")), f"money:{_CURRENCIES[text[0]]}"


def date(text: str) -> str:
    """A date written in digits as year-month-day; a quarter as year-Qn."""
    if text[0] in "qQ":
        return f"{text[-4:]}-Q{text[1]}"
    if "." in text:
        day, month, year = text.split(".")
        return f"{year}-{int(month):02}-{int(day):02}"
    return text


def address(text: str) -> str:
    """An address on the net with its scheme and host in lower case, without what ends a sentence or a path."""
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.casefold()}://{host.casefold()}{slash}{path}".rstrip(".,;:!?/")


def path(text: str) -> str:
    """A path without what begins or ends it without meaning anything."""
    bare = text.rstrip(".,;:").removeprefix("./").rstrip("/")
    return bare or text
