"""What an agent says while it works, sentence by sentence, and the marks by which we tell what a sentence is.

The marks are words, English and Russian; each has bounded parts and is looked for in one sentence. They tell what was
said, not what was meant: docs/SESSIONS.md gives them, and what they miss.
"""

import re
from collections.abc import Iterator, Sequence

from oldhand.exchange.prose import sentences
from oldhand.model.session import REPLY, THOUGHT, Event
from oldhand.model.terms import index_terms

LONGEST_MESSAGE = 20_000  # characters of one message that are read: what the log keeps of one
LONGEST_SENTENCE = 400  # characters: a longer one is a listing
FEWEST_WORDS = 3
OWN_SHARE = 0.7  # of a sentence's terms that a memory shown before has, from which on it repeats memory's words
FEWEST_TERMS = 3  # of a sentence that can be compared so

_I = re.IGNORECASE
_FENCE = re.compile(r"\s{0,8}(?:```|~~~)")
_LIST = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s{1,4}")
_QUOTED = re.compile(r"\s{0,8}(?:>|\||\$ |<[a-zA-Z/])")

AGAINST = re.compile(
    r"\b(?:(?:didn'?t|doesn'?t|don'?t|won'?t|wouldn'?t|can'?t|cannot|(?:did|does|do|will|would) not)"
    r" (?:work|help|apply|match|fit|hold|fix|use that)"
    r"|abandon(?:ing)? (?:this|that|the|it)|giv(?:e|ing) up on"
    r"|discard(?:ing)? (?:this|that|the) (?:approach|idea|option)"
    r"|not (?:going to|gonna) work|failed (?:because|as|since|with)|(?:still|that|it"
    r"|this) fail(?:s|ed)"
    r"|(?:is|was|isn'?t|wasn'?t|that'?s|it'?s) not the (?:cause|issue|problem|reason|bug|right (?:place|way|approach))"
    r"|(?:isn'?t|wasn'?t) the (?:cause|issue|problem|reason|bug)|ruled? (?:that |it |this )?out|rul(?:es|ing) out"
    r"|dead end"
    r"|not (?:an option|viable|possible|feasible|enough)|too (?:slow|risky|invasive|fragile|complex|heavy|broad))\b"
    r"|\b(?:не (?:работает|сработа(?:ет|ют|л[оаи]?)|помог(?:ло|ла|ли)?|подходит|подойд[её]т"
    r"|получ(?:ится|илось|ается)|годится)"
    r"|отпадает|отказыва(?:юсь|емся) от|отказал(?:ся|ась|ись) от"
    r"|исключ(?:ено|аем|аю|ил[аи]?)|(?:это )?не (?:причина|в этом дело)|тупик|слишком (?:медленно"
    r"|рискованно|сложно))\b",
    _I,
)
_OWN_WILL = r"(?:\b(?:let me|let'?s|i'?ll|i will|i'?m|i am|i should|we should|we'?ll|i could|better to)\b)[^.;]{0,120}"
TURNED = re.compile(
    rf"^instead,|{_OWN_WILL}\binstead(?: of\b|[.,:;]|$)"
    rf"|{_OWN_WILL}\b(?:revert(?:ing)? (?:that|this|it|the|my)|switch(?:ing)? to|fall(?:ing)? back (?:to|on)"
    rf"|go(?:ing)? back to)\b"
    r"|\blet me (?:try|use) (?:a |an )?(?:different|another|simpler)\b|\b(?:a (?:better|different"
    r"|simpler) (?:approach|way|option)) (?:is|would|might)\b"
    r"|\b(?:вместо (?:этого|того)|попробу(?:ю|ем) (?:иначе|по-другому|другой)|лучше (?:использовать|сделать"
    r"|взять)|перейду (?:на|к)"
    r"|переходим (?:на|к)|вернусь к|вернемся к|вернёмся к|откатываю|откачу)\b",
    _I,
)
TRIED = re.compile(
    r"\b(?:(?:let me|let'?s|i'?ll|i will|i'?m going to|we'?ll) (?:try|attempt|experiment)|(?:i|we) tried|(?:i'?m"
    r"|i am|we'?re) trying)\b"
    r"|\b(?:попробу(?:ю|ем)|пробую|пробуем|пытаюсь|попытаюсь|попробовал[аи]?|пытал(?:ся|ась))\b",
    _I,
)
SUPPOSED = re.compile(
    r"\b(?:i (?:think|suspect|believe|guess|assume)|(?:probably|likely|perhaps|maybe|presumably)|(?:might|may"
    r"|could) be (?:that|because|due|caused|a |an |the )"
    r"|(?:looks|seems|appears) (?:like|that|to be)|(?:the|root) (?:issue|problem|cause|reason|bug) (?:is|may"
    r"|might|could|seems)|my (?:guess|hypothesis|theory))\b"
    r"|\b(?:похоже|думаю|полагаю|предполагаю|вероятно|возможно|скорее всего|наверное|видимо|кажется|(?:проблема"
    r"|причина|дело) (?:в|скорее)|гипотеза)\b",
    _I,
)
FOUND = re.compile(
    r"\b(?:confirmed|confirms that|verified|that (?:explains|was it|is it)|found (?:it|the (?:issue|problem|cause"
    r"|bug|root))|(?:i|we) see the (?:issue|problem)"
    r"|(?:tests?|checks?|build|suite|everything) (?:now |all )?(?:pass(?:es|ed)?|works?)(?: now)?\b|(?:now"
    r"|all) (?:pass(?:es|ing)?|green|works)|root cause:)"
    r"|\b(?:подтвердилось|подтверждено|подтверждается|наш[её]л (?:причину|ошибку|проблему)|нашла (?:причину"
    r"|ошибку|проблему)|вс[её] (?:проходит|работает)"
    r"|тесты (?:проходят|прошли)|теперь (?:работает|проходит)|проверено)\b",
    _I,
)
# What is only intended or asked for, before it is seen.
INTENDED = re.compile(
    r"\b(?:make sure|ensure|let me|let'?s|to (?:see|check|verify|confirm)|whether|if|how|so that|should|until"
    r"|once|need(?:s)? to|чтобы|если|давай(?:те)?|проверю|убедиться)\b",
    _I,
)
HEDGED = re.compile(
    r"\b(?:not (?:sure|certain)|unsure|unclear|(?:might|may|could) (?:not )?be|maybe|perhaps|probably|i (?:guess"
    r"|suspect|wonder)|hopefully|hmm+|strange|odd(?:ly)?|surprising(?:ly)?|unexpected(?:ly)?)\b"
    r"|\b(?:не уверен[аы]?|непонятно|неясно|возможно|наверное|может быть|вероятно|кажется|странно|неожиданно"
    r"|надеюсь)\b",
    _I,
)
SURE = re.compile(
    r"\b(?:clearly|certainly|definitely|indeed|exactly|confirmed|verified|of course|for sure|no doubt|obviously)\b"
    r"|\b(?:точно|определ[её]нно|очевидно|безусловно|конечно|подтверждено|именно)\b",
    _I,
)
OPEN = re.compile(
    r"(?:\b(?:TODO|FIXME)\b|\b(?:still (?:need|needs|to do|have to|missing)|(?:left|remains|remaining) (?:to|is"
    r"|are|work|item)|follow[- ]?ups?\b|not (?:yet )?(?:done|implemented|covered|tested|handled)"
    r"|next steps?\b|will (?:need|have) to|should (?:be done|come) later|out of scope|for (?:a )?later)"
    r"|\b(?:осталось|остаётся|остается|позже (?:нужно|надо|сделаем|добавим)|нужно будет|надо будет"
    r"|ещ[её] (?:нужно|надо|не)|не (?:сделано|покрыто|проверено|реализовано)|следующий шаг|на потом)\b)",
    _I,
)
BECAUSE = re.compile(
    r"\b(?:because|since|as (?:it|the|this|that|we)|due to|потому что|так как|поскольку|из-за)\b", _I
)  # what stands behind it is the reason


def spoken(text: str) -> Iterator[str]:
    """The sentences of what an agent says: without code, quotations, tables and what is too short to say anything."""
    fenced = False
    for line in text[:LONGEST_MESSAGE].splitlines():
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if fenced or not line.strip() or _QUOTED.match(line):
            continue
        if mark := _LIST.match(line):
            line = line[mark.end() :]
        for sentence in sentences(line[: 4 * LONGEST_SENTENCE]):
            said = " ".join(sentence.replace("**", "").split())
            if len(said) <= LONGEST_SENTENCE and len(said.split()) >= FEWEST_WORDS:
                yield said


def said_by_agent(event: Event) -> bool:
    """Whether an event is something the agent of the session itself says, aloud or for itself."""
    return event.kind in (REPLY, THOUGHT) and not event.agent


class Own:
    """The words of memories that were put before the agent: what repeats them is memory's, and not the agent's."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._told = [frozenset(index_terms(text)) for text in texts]

    def said(self, sentence: str) -> bool:
        """Whether a sentence repeats what memory told."""
        if not self._told:
            return False
        terms = set(index_terms(sentence))
        return len(terms) >= FEWEST_TERMS and any(len(terms & one) >= OWN_SHARE * len(terms) for one in self._told)


NOBODY = Own(())
