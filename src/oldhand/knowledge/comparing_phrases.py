"""The fixed phrases of a statement brought into one form before it is read: "no longer", "at least", dates in words."""

import re
from functools import lru_cache

from oldhand.knowledge import comparing_values as values

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"no (?:longer|later|older|larger) than|не (?:дольше|позже|старше|длиннее)(?: чем)?", " <= "),
    (r"(?:no longer|not) (?:needed|required|mandatory|necessary|obligatory)", " optional "),
    (r"no longer|not any ?more|(?:больше|более) не(?! чем)", " not "),
    (r"any ?more|any longer", " "),
    (r"(?:took|takes|has taken) the place of|took over from|supplant(?:s|ed)", " replaced "),
    (r"under no circumstances|on no account|ни в коем случае", " never "),
    (r"больше нет", " нет "),
    (r"(?:a|one) single", " 1 "),
    (r"(?:once (?:a|per|every)|every|each) minute|раз в минуту|кажд\w{2,3} минуту", " 60 seconds "),
    (r"(?:is|are|be) able to", " can "),
    (r"(?:nobody|no one|none) (?:but|except|other than)|никто,? кроме", " only "),
    (r"by hand|руками|в ручном режиме", " manually "),
    (r"keep(?:s|ing)? (?:[\w-]{1,20} ){1,4}from(?= \w{2,20}ing)", " prevents "),
    (r"at least|no (?:less|fewer) than|not (?:less|fewer) than|(?:a )?minimum of|не (?:менее|меньше)", " >= "),
    (r"как минимум|минимум(?= \d)|or (?:newer|later|higher)|and (?:up|above|newer|later|higher)", " >= "),
    (r"(?:или|и) (?:новее|выше)", " >= "),
    (r"at most|no more than|not more than|not exceed(?:ing)?|must not exceed|up to|(?:a )?maximum of", " <= "),
    (r"не (?:более|больше)(?: чем)?|максимум(?= \d)|до(?= \d+ )", " <= "),
    (r"(?:more|greater|higher|larger|longer) than|(?:over|above|exceed(?:s|ing)?)(?= \d)|больше(?= \d)", " > "),
    (r"более(?= \d)|свыше(?= \d)", " > "),
    (r"(?:less|fewer|lower|smaller|shorter) than|(?:under|below)(?= \d)|меньше(?= \d)|менее(?= \d)", " < "),
    (r"(?:do|does) not (?:have|need) to|don't (?:have|need) to|doesn't (?:have|need) to", " optional "),
    (r"need not|needn't|not (?:required|mandatory|necessary|obligatory)", " optional "),
    (r"не (?:обязательн\w{1,3}|требуется|требуются|нужн[оаы]|обязаны)|необязательн\w{1,3}", " optional "),
    (r"(?:have|has|need|needs|required|obliged) to|обязан\w{0,2}", " must "),
    (r"rather than|instead of|as opposed to|in favou?r of(?= not)|вместо|а не", " instead "),
    (r"in favou?r of|в пользу", " replacedby "),
    (r"not only|не только", " "),
    (r"(?:we )?(?:stop|quit|cease)(?:ped|s|d)? using|(?:we )?gave up", " not use "),
    (r"(?:мы )?перестали использовать|(?:мы )?отказались от", " not use "),
    (r"(?:we )?(?:stopped|quit|ceased)(?= [a-z]{2,20}ing\b)|(?:мы )?перестали(?= \w)", " not "),
    (r"opt(?:ed)?[ -]out", " not optin "),
    (r"opt(?:ed)?[ -]in", " optin "),
    (r"by default|по умолчанию|as well as|in order to|such as|for example|e\.g\.|i\.e\.|as of now", " "),
    (r"at the moment", " "),
    (r"(?:turned|switched) off", " disabled "),
    (r"(?:turned|switched) on", " enabled "),
    (r"(?:turn|switch) off", " disable "),
    (r"(?:turn|switch) on", " enable "),
    (r"time(?:s|d)? out", "timeout"),
    (r"plain text", "plaintext"),
    (r"shut(?:s|ting)? down", "shutdown"),
    (r"docker hub", "dockerhub"),
    (r"unless (?:told|stated|specified|set) otherwise|unless otherwise (?:told|stated|specified|set)", " "),
    (r"merge commits?", "merge-commit"),
    (r"trunk based", "trunk-based"),
    (r"git flow", "gitflow"),
    (r"read only", "read-only"),
    (r"github actions", "github-actions"),
    (r"gitlab ci", "gitlab-ci"),
    (r"fast[ -]forward", "fast-forward"),
    (r"server[ -]sent events", "sse"),
    (r"pull requests?|merge requests?|prs?|mrs?|пулл?[ -]?реквест\w{0,2}", "pr"),
    (r"environment variables?|env vars?|переменн\w{1,3} окружения", "envvar"),
    (r"type[ -]check\w{0,5}", "typecheck"),
    (r"auto[ -]increment\w{0,3}", "auto-increment"),
    (r"set up", "setup"),
    (r"log in|sign in", "login"),
    (r"every (?:day|night)|each (?:day|night)|per day|once a day|a day|в день", " daily "),
    (r"кажд\w{2,4} (?:день|ночь)|раз в день|раз в сутки", " daily "),
    (r"every week|each week|per week|once a week|a week|в неделю|кажд\w{2,4} неделю|раз в неделю", " weekly "),
    (r"every month|each month|per month|once a month|в месяц|кажд\w{2,4} месяц|раз в месяц", " monthly "),
    (r"every hour|each hour|per hour|an hour|once an hour|в час|кажд\w{2,4} час", " hourly "),
    (r"every year|per year|once a year|кажд\w{2,4} год|раз в год", " yearly "),
    (r"per minute|a minute|в минуту", " perminute "),
    (r"per second|a second|в секунду", " persecond "),
    (r"every quarter|once a quarter|раз в квартал", " quarterly "),
)
_phrases = re.compile(rf"(?<!\w)(?:{'|'.join(f'({pattern})' for pattern, _ in _PHRASES)})(?!\w)", re.I).sub
# "For an hour" is for one hour.
_one_unit = re.compile(
    r"(?<!\w)((?:for|after|within|in|is|lasts?|takes?)(?= an? )"
    r"|на|через|за|—|хран(?:им|ятся|ится)|живет|живут|ждем|длится) (?:an? )?"
    r"(second|minute|hour|day|week|month|year|час|минуту|сутки|день|неделю|месяц|год)\b(?! (?:before|after|later))",
    re.I,
).sub
# What is preferred over something is chosen instead of it.
_preferred = re.compile(
    r"\b((?:prefer|favou?r|choose|chose|pick|select)[a-z]{0,4})\b([^.;:`\n]{1,60}?)\bover(?= [^\d])", re.I
).sub
_code = re.compile(r"(`[^`\n]{1,200}`)").split
# What kind of statement it is: it says nothing of what is stated.
_marked = re.compile(
    r"^\s{0,8}(?:learned|lesson|note|decision|decided|rule|tip|gotcha|important|важно|правило|решение|урок)\s?:\s", re.I
).sub
_full_date = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? )?({'|'.join(sorted(values.MONTHS, key=len, reverse=True))})\.?"
    r"(?: (\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,? (\d{4}))?\b", re.I
).sub  # fmt: skip


@lru_cache(maxsize=64)  # what is read is looked at once more before anything is certain
def phrased(text: str) -> str:
    """A text with its fixed phrases, dates in words and look-alikes in one form; code stays as it is."""
    text = text.replace("’", "'").replace("\u00a0", " ")
    parts = _code(_marked("", text, count=1))
    for at in range(0, len(parts), 2):
        said = parts[at].replace("ё", "е").replace("Ё", "Е")
        said = _full_date(_dated, said)
        said = _one_unit(r"\1 1 \2", said)
        said = _preferred(r"\1\2instead of", said)
        parts[at] = _phrases(_said, said)
    return "".join(parts)


def _said(found: re.Match[str]) -> str:
    return _PHRASES[(found.lastindex or 1) - 1][1]


def _dated(found: re.Match[str]) -> str:
    day, month, later, year = found.groups()
    if not (day or later or year) or (month.casefold() == "may" and not year and not (day or later)):
        return found[0]
    number = values.MONTHS[month.casefold()]
    shown = day or later
    if not year:
        return f" 0000-{number:02}-{int(shown):02} "
    return f" {year}-{number:02}-{int(shown):02} " if shown else f" {year}-{number:02}-00 "
