"""The kind `skill`."""

from typing import NamedTuple


class Skill(NamedTuple):
    """How decisions about one subject went here, distilled from those whose outcome is known.

    `subject` is what they are about, by which the memory is found again, and `rule` how they name it: module,
    dependency, tag or word; `name` is what commands and exported files call it. `seen` is `WENT TRIALS LOW HIGH`: how
    much went well of how much evidence, with the interval of that share; `elsewhere` is the same of all other
    decisions, and the zone of the subject against them. `green` went better than the subject's other decisions,
    `yellow` neither better nor worse by a difference that matters, `red` worse, one pattern an entry:
    `SORT WENT TRIALS LOW HIGH REST_WENT REST_TRIALS ID,ID TEXT`; `unclear` is how many more were seen too seldom to
    tell. `procedure` are references, `SORT ID N`, to what is told of how to go about it. `made_from` are the ids of the
    decisions, `of` how many there are about the subject, those still open included. `agreement` is how clearly their
    outcomes speak, `quality` how far the whole can be relied on, and `review` the day from which it is to be looked at
    again. All shares and trials are in ten-thousandths.
    """

    text: str
    title: str = ""
    name: str = ""
    subject: str = ""
    rule: str = ""
    seen: str = ""
    elsewhere: str = ""
    green: tuple[str, ...] = ()
    yellow: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    unclear: str = ""
    procedure: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    of: str = ""
    agreement: str = ""
    quality: str = ""
    review: str = ""
