"""What a name means: arcs, plans and whatever else people call by words are found alike."""

from typing import NamedTuple

import pytest

from oldhand.errors import AmbiguousId
from oldhand.knowledge.naming import meant


class Thing(NamedTuple):
    """Something with a name."""

    id: str
    title: str
    text: str
    over: bool = False


THINGS = (
    Thing("ab12" * 8, "Move the cart", "Move the cart to its own service"),
    Thing("ab12cd" + "0" * 26, "Move the cart", "Move it once more", over=True),
    Thing("cd34" * 8, "", "Пересобрать корзину из событий"),
    Thing("ef56" * 8, "Cart tests", "Test what moves"),
)


def found(name: str) -> str:
    """The id of what a name means; empty for nothing."""
    one = meant(name, THINGS, lambda thing: not thing.over, lambda thing: thing.title)
    return one.id[:6] if one else ""


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("ab12ab", "ab12ab"), ("AB12AB", "ab12ab"), ("move  the CART", "ab12ab"), ("once more", "ab12cd"),
        ("корзину ИЗ", "cd34cd"), ("cart tests", "ef56ef"), ("nothing of it", ""), ("", ""), ("   ", ""),
        ("ab1", ""), ("ab12" * 20, ""),
    ],
)  # fmt: skip
def test_a_name_means_what_it_alone_names(name: str, meaning: str) -> None:
    assert found(name) == meaning


def test_one_that_means_several_is_told_with_them() -> None:
    with pytest.raises(AmbiguousId, match=r"Move the cart.*Cart tests"):
        found("cart")
