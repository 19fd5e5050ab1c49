"""The pictures of the README are drawings of real sessions, and the drawing loses nothing."""

import importlib.util
import re
import sys
from xml.etree import ElementTree as ET

import pytest

from tests.docs.pages import DOCS

SPEC = importlib.util.spec_from_file_location("docs_pictures_render", DOCS / "pictures" / "render.py")
assert SPEC and SPEC.loader
render = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = render
SPEC.loader.exec_module(render)


def words_of(picture: str) -> str:
    """The text of a picture, without white space."""
    return re.sub(r"\s", "", "".join(ET.fromstring(picture).itertext()))


@pytest.mark.parametrize("name", render.PICTURES)
def test_a_picture_shows_every_command_of_its_session(name: str) -> None:
    said = words_of((DOCS / "pictures" / name).read_text(encoding="utf-8"))
    assert not [command for command in render.PICTURES[name] if re.sub(r"\s", "", command) not in said]


def test_a_drawing_keeps_every_character_of_the_lines() -> None:
    lines = ["\x1b[2m$\x1b[0m \x1b[1moldhand\x1b[0m", "a < b & c\x1b[1;31m > d\x1b[0m", "●" * (render.COLUMNS + 1)]
    wrapped = [part for line in lines for part in render.wrapped(line)]
    assert len(wrapped) == 4
    assert words_of(render.drawn(wrapped)).endswith("$oldhanda<b&c>d" + "●" * (render.COLUMNS + 1))


def test_what_a_carriage_return_wrote_over_is_gone() -> None:
    assert render.settled("\r\x1b[Kone 1/2\r\x1b[Ktwo 2/2") == "two 2/2"
