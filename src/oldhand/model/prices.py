"""Prices of tokens, as a person sets them: none are known by themselves, because they change and differ by contract."""

import re
from typing import NamedTuple

MOST_PRICES = 100
_PRICE = re.compile(r"([\w.:/@+-]{1,150})=(\d{1,6}(?:\.\d{1,6})?(?:/\d{1,6}(?:\.\d{1,6})?){1,3})\Z")


class Price(NamedTuple):
    """What a million tokens of a model cost, in whatever money the person counts in. A model is meant by the beginning
    of its name."""

    model: str
    input: float
    output: float
    cache_read: float
    cache_written: float


def checked(text: str) -> str:
    """Prices in their one form, separated by spaces. Raises ValueError with what is accepted."""
    words = text.split()
    for word in words:
        if not _PRICE.match(word):
            raise ValueError(
                "a price is MODEL=INPUT/OUTPUT or MODEL=INPUT/OUTPUT/CACHE_READ/CACHE_WRITTEN for a million tokens, "
                f"such as gpt-5=1.25/10/0.125/0; '{word[:60]}' is none"
            )
    if len(words) > MOST_PRICES:
        raise ValueError(f"at most {MOST_PRICES} prices are kept")
    return " ".join(words)


def prices(text: str) -> list[Price]:
    """The prices in a text; what is none is left out."""
    found = []
    for match in filter(None, map(_PRICE.match, text.split())):
        numbers = [float(part) for part in match[2].split("/")]
        given = numbers + [numbers[0]] * (4 - len(numbers))  # what is read from a cache costs no more than input
        found.append(Price(match[1], *given))
    return found


def price_of(model: str, known: list[Price]) -> Price | None:
    """The price of a model: of those whose name begins it, the longest."""
    fitting = [one for one in known if model.startswith(one.model)]
    return max(fitting, key=lambda one: len(one.model), default=None)
