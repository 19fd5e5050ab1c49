"""Cues of orders: what is harmless alone and rarely stands together in what a project says of itself.

The rules of `oldhand.knowledge.order_rules` know wordings; cues weigh what wordings that no rule knows have in common:
a reader spoken to, a person to be kept out of it, protection made light of, something confidential, somewhere to send
it, secrecy. They are asked of what nobody has vouched for, two sentences at a time.

A cue has a weight, words of which its pattern cannot do without one, and the pattern.
"""

import re
from functools import cache
from itertools import zip_longest

ENOUGH = 4  # weight: at 4, 20 of 5,493 statements of real instruction files are taken for orders; at 3 far more are
MOST_LOOKED_AT = 20_000  # characters: a text that is longer is a document, and its rules are asked of all of it
LONGEST_PAIR = 300  # characters of two sentences looked at together; a longer one is looked at alone
LONGEST_SENTENCE = 400
REASON = "it speaks to its reader as orders do"

_CUES: tuple[tuple[int, tuple[str, ...], str], ...] = (
    (2, ("learn", "know", "notice", "see", "hear", "find out", "никто не", "долж"), (
        r"\b(?:must|should|may|can) (?:never|not) (?:learn|know|notice|find out|see|hear)|\b(?:not|nobody"
        r"|no one) (?:to )?notice|никто не (?:заметил|узнал|увидел)|не (?:должен|должна|должны) (?:узнать"
        r"|знать|заметить)"
    )),
    (1, ("the user", "the human", "the operator", "the reviewer", "the owner", "пользовател", "человек"),
     r"\bthe (?:user|human|operator|reviewer|owner)\b|пользовател|человек"),
    (2, (
        "ignore", "disregard", "override code", "forget", "free from", "free of", "outdated", "unlock", "exempt",
        "switch off", "lifted", "забудь", "освобожд", "игнорир", "отмени", "отменя",
    ), (
        r"(?<!-)\b(?:ignore|disregard|override code|forget|free (?:from|of)|outdated|unlock|exempt|switch"
        r" off|lifted)\b|\bзабудь|\bосвобожд|\bигнорир|\bотмен[ия]"
    )),
    (1, (
        "safety", "security", "guard", "restriction", "limit", "polic", "rule", "training", "filter", "approval",
        "безопасност", "правил", "ограничени",
    ), (
        r"\b(?:safety|security|guard ?rails?|restrictions?|limits?|polic(?:y|ies)|rules?|training|filters?"
        r"|approval)\b|безопасност|правил|ограничени"
    )),
    (2, (
        "ask", "without permission", "without approval", "without telling", "said yes", "claim that", "say that it",
        "pretend", "спрашивай", "без спроса", "без разрешени", "без подтвержд", "скажи",
    ), (
        r"\b(?:no need to ask|not? ask|without (?:asking|permission|approval|telling)|already said yes|said"
        r" yes to|claim that|say that it|pretend)\b|не спрашивай|без (?:спроса|разрешени|подтвержд)|скажи,?"
        r" что"
    )),
    (1, (
        "comply", "obey", "act on it", "carry out", "carried out", "hereby", "instruct", "command", "directive",
        "подчиня", "приказ", "повину", "указани",
    ), (
        r"\b(?:comply|obey|act on it|carry out|carried out|hereby|instructed|instructions?|commands?"
        r"|directives?)\b|подчиня|приказ|повину|указани"
    )),
    (2, (
        "agent", "assistant", "who reads", "model", "reads this", "to ai", "to llm", "this memo", "this note",
        "this page", "this text", "text below", "paragraph", "prompt", "question", "message", "записк", "заметк",
        "памят", "текст", "следующий",
    ), (
        r"\b(?:whoever|anyone|everyone|all|any) (?:agents?|assistants?|who reads|models?|reads this)\b"
        r"|\blanguage models?\b|\bto (?:ai|llms?|assistants?|agents?)\b.{0,12}:|\bthis (?:memory|note|memo"
        r"|page|paragraph|text|message)\b|\b(?:next|following) (?:paragraph|prompt|question|message)\b"
        r"|\btext below\b|этой? (?:записк|заметк|памят|текст)|следующий (?:вопрос|запрос)"
    )),
    (2, ("from this", "from that", "from now on", "отныне", "с этого момента", "before doing"), (
        r"\bfrom (?:this|that) (?:point|moment)|\bfrom now on|\bотныне|с этого момента|\bbefore doing"
        r" anything"
    )),
    (2, ("respond", "reply", "answer", "ответь"), (
        r"\b(?:respond|reply|answer)\b.{0,40}\b(?:only|one word|the word|with the)\b"
        r"|\bответь.{0,30}(?:словом|только)"
    )),
    (1, (
        "forward", "send", "upload", "post", "copy", "transmit", "log", "insert", "email", "publish", "передай",
        "пришли", "отправь", "загрузи", "скопируй", "вставь",
    ), (
        r"\b(?:forward|send|upload|post|copy|transmit|log|insert|email|publish)\b|\b(?:передай|пришли"
        r"|отправь|загрузи|скопируй|вставь)"
    )),
    (2, ("://", "@"), r"https?://(?!localhost|127\.|0\.0\.0\.0)\S|\S@[\w-]{1,60}\.\w{2}"),
    (2, (
        "api", "password", "secret", "credential", "private key", "environment variables", "парол", "ключ",
        "переменные окружения", "секрет",
    ), (
        r"\bapi[ _-]?keys?\b|\bpasswords?\b|\bsecrets?\b|\bcredentials?\b|\bprivate keys?\b|environment"
        r" variables|парол|ключ[аи]? доступа|переменные окружения|секрет"
    )),
    (2, (
        "silently", "secretly", "covertly", "quietly", "nobody", "no one", "тайно", "втайне", "незаметно", "никому",
        "просто ",
    ), (
        r"\bsilently\b|\bsecretly\b|\bcovertly\b|\bquietly\b|\bnobody\b|\bno one\b|\bтайно|\bвтайне"
        r"|\bнезаметно|\bникому|\bпросто (?:удал|выполн)"
    )),
    (2, ("administrator", "root access", "unlock", "approve the", "nc -e", "/bin/sh"), (
        r"\bas an administrator|account of the administrator|administrator rights|\broot access|\bunlock"
        r" all|\bapprove the\b|\bnc -e\b|/bin/sh\b"
    )),
    (1, ("evil", "pwned", "backdoor", "attacker", "exploit"), r"\b(?:evil|pwned|backdoor|attacker|exploit)\b"),
    (1, ("you", "ты", "тебе", "твой"), r"\b(?:you|your)\b|\bты\b|\bтебе\b|\bтвой"),
    (1, (
        "run", "execute", "delete", "replace", "insert", "make sure", "respond", "switch", "treat", "star",
        "forward", "send", "overwrite", "отключи", "замени", "передай", "пришли", "удали", "выполни", "ответь",
    ), (
        r"(?:^|[.!?:] |\n)(?:please |kindly |just )?(?:run|execute|delete|replace|insert|make sure|respond"
        r"|switch|treat|star|forward|send|overwrite|отключи|замени|передай|пришли|удали|выполни|ответь)\b"
    )),
)  # fmt: skip
_SENTENCES = re.compile(r"(?<=[.!?])\s|\n")
_Cue = tuple[int, re.Pattern[str]]


def stand_together(read: str) -> bool:
    """Whether enough cues stand in two neighbouring sentences. read: a text as `orders.plain` gives it."""
    sentences = [one[:LONGEST_SENTENCE] for one in _SENTENCES.split(read[:MOST_LOOKED_AT]) if one.strip()]
    cues = _possible(" ".join(sentences))
    if sum(worth for worth, _ in cues) < ENOUGH:
        return False
    for one, following in zip_longest(sentences, sentences[1:], fillvalue=""):
        together = f"{one} {following}" if len(one) + len(following) < LONGEST_PAIR else one
        if sum(worth for worth, cue in cues if cue.search(together)) >= ENOUGH:
            return True
    return False


def _possible(text: str) -> list[_Cue]:
    """The cues of which a word stands anywhere in a text: looking for words is twenty times faster than matching."""
    found = []
    for worth, words, cue in _compiled():
        for word in words:
            if word in text:
                found.append((worth, cue))
                break
    return found


@cache
def _compiled() -> tuple[tuple[int, tuple[str, ...], re.Pattern[str]], ...]:
    """The cues, compiled when the first text is looked at; Russian letters without their marks, as texts are."""
    plain = str.maketrans("йё", "ие")
    return tuple(
        (worth, tuple(word.translate(plain) for word in words), re.compile(cue.translate(plain)))
        for worth, words, cue in _CUES
    )
