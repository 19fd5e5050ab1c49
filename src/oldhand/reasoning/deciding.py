"""Recording a decision: what a person or an agent says of it, checked and brought into the form that is kept."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadArgument, BadForecast, MissingArgument, OldhandError, UnknownOption
from oldhand.knowledge.own_tags import refuse_own
from oldhand.model.identity import short
from oldhand.reasoning.decisions import (
    CHOSEN,
    DOMAIN,
    LARGEST_ESTIMATE,
    Argument,
    Decision,
    agent_name,
    share_of,
    written,
)
from oldhand.reasoning.forecasts import WHOLE

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_ALTERNATIVES = 20  # whoever weighed more ways than that lists them in a document
MOST_ARGUMENTS = 100  # reasons for and against all options together
MOST_ASSUMPTIONS = 20
NAMES_OF_CHOSEN = ("chosen", "this", "it", "0", "выбранное", "это")  # by which what was chosen may be called
HOUR, DAY = 60, 480  # minutes; a day of work has eight hours
_ESTIMATE = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,3}))?\s*(m|min|minutes?|h|hours?|d|days?|м|мин|ч|час|д|дн)?\.?")
_UNITS = {"m": 1, "h": HOUR, "d": DAY, "м": 1, "ч": HOUR, "д": DAY}
_WORD = re.compile(r"\w+")
OWN_NAMES = frozenset({"agent", "user"})  # actors that name nobody in particular


class Said(NamedTuple):
    """What is said of a decision, as it was written: the arguments of `decision record`."""

    text: str = ""
    title: str = ""
    reason: str = ""
    alternatives: Sequence[str] = ()
    for_: Sequence[str] = ()
    against: Sequence[str] = ()
    confidence: str = ""
    agent: str = ""
    model: str = ""
    assumptions: Sequence[str] = ()
    predicted: str = ""
    criteria: Sequence[str] = ()
    risk: str = ""
    estimate: str = ""
    module: str = ""
    domain: str = ""
    tags: Sequence[str] = ()
    anchors: Sequence[str] = ()


def drafted(memory: "Memory", said: Said, read: Sequence[str] = (), before: Decision | None = None) -> Decision:
    """The decision that would stand after recording what is said; nothing is written.

    read: `DIGEST PATH` of documents; before: the decision that it is a new wording of: what is not said stays as it
    was, and lists grow. Raises MissingArgument, BadForecast, UnknownOption, BadArgument.
    """
    old = before or _nothing()
    text = said.text.strip() or old.text
    if not text:
        raise MissingArgument("decision record", "text", "say what was decided, in a sentence")
    refuse_own(said.tags)
    title = " ".join(said.title.split()) or old.title
    alternatives = _alternatives([*old.alternatives, *said.alternatives], (text, title))
    reasons = [*old.arguments, *arguments(said.for_, said.against, (title, text), alternatives)]
    if len(reasons) > MOST_ARGUMENTS:
        raise BadArgument("for", f"{len(reasons)} reasons", f"{MOST_ARGUMENTS} are kept of one decision")
    assumptions = _distinct([*old.assumptions, *said.assumptions])
    if len(assumptions) > MOST_ASSUMPTIONS:
        raise BadArgument("assumptions", f"{len(assumptions)} of them", f"{MOST_ASSUMPTIONS} are kept of one decision")
    sure = confidence(said.confidence) if said.confidence.strip() else old.confidence
    who = (old.stated_by, old.agent, old.model)
    if said.confidence.strip() or not any(who):
        who = stater(memory, said.agent, said.model)
    return old._replace(
        text=text, title=title, reason=said.reason.strip() or old.reason, alternatives=tuple(alternatives),
        arguments=tuple(dict.fromkeys(sorted(reasons, key=lambda reason: reason.option))), confidence=sure,
        stated_by="" if sure is None else who[0], agent=who[1], model=who[2],
        assumptions=tuple(assumptions), predicted=said.predicted.strip() or old.predicted,
        criteria=tuple(_distinct([*old.criteria, *said.criteria])), risk=said.risk or old.risk,
        estimate=estimate(said.estimate) if said.estimate.strip() else old.estimate,
        module=_module(said.module) or old.module, read=tuple(dict.fromkeys([*old.read, *read])),
        domain=said.domain or old.domain, tags=tuple(said.tags), anchors=tuple(said.anchors),
        trust=memory.trust, at=old.at or memory.now(), said_by=memory.actor,
    )  # fmt: skip


def _nothing() -> Decision:
    return Decision(
        "", "", "", "", "", (), (), None, "", "", "", (), "", (), "", None, "", (), DOMAIN, (), (), (), (), (),
        "active", "agent", 0, "",
    )  # fmt: skip


def content_of(one: Decision) -> dict[str, Any]:
    """The fields of a decision as a memory keeps them."""
    return {
        "text": one.text, "title": one.title, "reason": one.reason, "alternatives": list(one.alternatives),
        "arguments": [written(argument) for argument in one.arguments],
        "confidence": "" if one.confidence is None else str(one.confidence),
        "stated_by": one.stated_by, "agent": one.agent, "model": one.model, "assumptions": list(one.assumptions),
        "predicted": one.predicted, "criteria": list(one.criteria), "risk": one.risk,
        "estimate": "" if one.estimate is None else str(one.estimate), "module": one.module, "read": list(one.read),
        "overrides": list(one.overrides), "deciders": list(one.deciders),
    }  # fmt: skip


# -- options and the reasons for and against them ---------------------------------------------------------


def _alternatives(said: Iterable[str], chosen: Sequence[str]) -> list[str]:
    found = _distinct(said)
    if len(found) > MOST_ALTERNATIVES:
        raise BadArgument("alternatives", f"{len(found)} of them", f"{MOST_ALTERNATIVES} are kept of one decision")
    for one in found:
        if _folded(one) in map(_folded, filter(None, chosen)):
            raise BadArgument("alternatives", one, "it is what was chosen; name what else was considered")
    return found


def arguments(
    for_: Iterable[str], against: Iterable[str], chosen: Sequence[str], alternatives: Sequence[str]
) -> list[Argument]:  # fmt: skip
    """The reasons for and against options, each written `OPTION: REASON`, or REASON alone for what was chosen.

    An option is named by its words, some of them that only it has, its number (1 is the first alternative), or
    `chosen`. Raises UnknownOption for a name that means none of them, or several.
    """
    found = []
    for said, favours in [(one, True) for one in for_] + [(one, False) for one in against]:
        option, text = _option(said, chosen, alternatives)
        if not text.strip():
            raise BadArgument("for" if favours else "against", said, "there is no reason in it")
        found.append(Argument(option, favours, text.strip()))
    return found


def _option(said: str, chosen: Sequence[str], alternatives: Sequence[str]) -> tuple[int, str]:
    """(number of the option, reason) of one reason as it was written."""
    places = [at for at, character in enumerate(said) if character == ":"]
    if not places:
        return CHOSEN, said
    for naming in (_exactly, _named):
        for at in places:  # an option may have a colon in it: `std::map: slow`
            if (number := naming(said[:at], chosen, alternatives)) is not None:
                return number, said[at + 1 :]
    head = said[: next((at for at in places if said[at + 1 : at + 2] in (" ", "")), places[0])].strip()
    meant = _like(head, chosen, alternatives)
    names = "; ".join(f"{number}: {name}" for number, name in enumerate((_shown(chosen), *alternatives)))
    why = "it could be " + " or ".join(map(str, meant)) if len(meant) > 1 else "`--alternative` names one"
    raise UnknownOption(head, why, names)


def _named(head: str, chosen: Sequence[str], alternatives: Sequence[str]) -> int | None:
    """The option that a text names; None when it names none, or several."""
    if (number := _exactly(head, chosen, alternatives)) is not None:
        return number
    meant = _like(head, chosen, alternatives)
    return meant[0] if len(meant) == 1 else None


def _exactly(head: str, chosen: Sequence[str], alternatives: Sequence[str]) -> int | None:
    """The option of just this name or number."""
    folded = _folded(head)
    for number, name in enumerate(alternatives, 1):
        if folded in (_folded(name), str(number)):
            return number
    return CHOSEN if folded in NAMES_OF_CHOSEN or folded in map(_folded, filter(None, chosen)) else None


def _like(head: str, chosen: Sequence[str], alternatives: Sequence[str]) -> list[int]:
    """The options that have all the words of a text."""
    words = set(_WORD.findall(_folded(head)))
    if not words:
        return []
    every = [" ".join(chosen), *alternatives]
    return [number for number, name in enumerate(every) if words <= set(_WORD.findall(_folded(name)))]


def _shown(chosen: Sequence[str]) -> str:
    name = next(filter(None, chosen), "")
    return name if len(name) <= 60 else name[:59] + "…"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _distinct(texts: Iterable[str]) -> list[str]:
    """Texts without white space around them, each once, empty ones left out."""
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


# -- numbers and names ------------------------------------------------------------------------------------


def confidence(said: str) -> int:
    """A stated confidence, 0.8 or 80%, in ten-thousandths. Raises BadForecast, which tells what to write."""
    value = share_of(said)
    if value is not None:
        return value
    text = said.strip()
    if not any(character.isdecimal() for character in text):
        why = "words mean different things to different people, and can be held against no outcome"
    else:
        try:
            number = float(text.replace(",", ".").removesuffix("%"))
            why = (
                f"did you mean {text}%? It is above 1"
                if 2 <= number <= 100
                else "it lies between 0 and 1, or 0% and 100%"
            )
        except ValueError:
            why = "there is more than a number in it"
    raise BadForecast(text, why)


def estimate(said: str) -> int:
    """An expected effort in minutes: 90, 90m, 2h, 1.5d; a day has eight hours. Raises BadArgument."""
    found = _ESTIMATE.fullmatch(said.strip().lower())
    how = "write minutes (90), hours (2h) or days of eight hours (1.5d)"
    if not found:
        raise BadArgument("estimate", said, how)
    unit = _UNITS[(found[3] or "m")[0]]
    minutes = round(float(f"{found[1]}.{found[2] or 0}") * unit)
    if not 0 < minutes <= LARGEST_ESTIMATE:
        raise BadArgument("estimate", said, f"{how}, up to {LARGEST_ESTIMATE // DAY:,} days")
    return minutes


def percent(value: int) -> str:
    """A share in ten-thousandths as people read it: 80%, 99.5%."""
    return f"{value * 100 / WHOLE:g}%"


def effort(minutes: int) -> str:
    """Minutes as people read them: 45 min, 2 h, 1.5 d."""
    if minutes < HOUR:
        return f"{minutes} min"
    return f"{minutes / HOUR:.3g} h" if minutes < DAY else f"{minutes / DAY:.3g} d"


def _module(said: str) -> str:
    return said.strip().removeprefix("./").rstrip("/")


def stater(memory: "Memory", agent: str = "", model: str = "") -> tuple[str, str, str]:
    """(who, agent, model) of what is stated now: a person, an agent, or a model that its session is known to run.

    agent, model: as the speaker names them. A person who names one passes on what it stated. An agent is named by its
    host where that is known, else by its own name, and its model by the log of sessions where that has it.
    """
    agent, model = " ".join(agent.split()), " ".join(model.split())
    if memory.trust == "user":
        return ("model" if model else "agent" if agent else "person"), agent_name(agent), model
    from oldhand.sessions.whose import whose

    try:
        own = whose(memory)
    except OldhandError:
        own = None  # a log that cannot be read; `doctor` tells it
    model = model or (own.row.session.model if own and own.row else "")
    agent = agent or (own.host if own else "") or ("" if memory.actor in OWN_NAMES else memory.actor)
    return ("model" if model else "agent"), agent_name(agent), model


def trailer(decision: str) -> str:
    """The line by which the message of a commit says that it carries a decision out."""
    return f"Oldhand-Decision: {short(decision)}"
