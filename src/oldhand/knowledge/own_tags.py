"""Tags that checks keep on a decision to remember what they said: nobody else gives or takes them."""

from collections.abc import Iterable

from oldhand.errors import BadArgument

OWN_TAGS = ("safety:",)  # how they begin


def refuse_own(tags: Iterable[str], name: str = "tags") -> None:
    """Raise BadArgument for the argument `name` when one of these tags is kept by the checks alone: whoever could give
    them would decide which check is believed."""
    for tag in tags:
        if tag.strip().casefold().startswith(OWN_TAGS):
            raise BadArgument(name, tag, "such tags are kept by the checks alone; use another word")
