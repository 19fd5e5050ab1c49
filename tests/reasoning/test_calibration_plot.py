"""The curve in a terminal and as a picture: true to the numbers, readable by everybody, safe with any title."""

import io
import random
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from oldhand.reasoning.calibration import curve
from oldhand.reasoning.calibration_plot import described, lines, svg
from oldhand.reasoning.calibration_png import PIXELS, png
from oldhand.reasoning.forecasts import WHOLE, Forecast
from tests.reasoning.simulated import right, said, too_sure

BLUE = (11, 87, 164)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_text_fits_any_terminal() -> None:
    for chance in (right, too_sure):
        drawn = lines(curve(said(random.Random(1), 400, chance)))
        assert all(len(line) <= 80 and line.isascii() and line.isprintable() for line in drawn)


def test_a_row_says_in_words_what_its_marks_show() -> None:
    known = [Forecast(9_000, WHOLE * (n % 2)) for n in range(100)] + [
        Forecast(3_000, WHOLE * (n % 2)) for n in range(100)
    ]
    low, high = lines(curve(known))[1:3]
    assert low.split()[:4] == ["30", "%", "50", "%"] and low.endswith("too unsure")
    assert high.split()[:4] == ["90", "%", "50", "%"] and high.endswith("too sure")
    assert high.index("o") < high.index("|") and low.index("|") < low.index("o")


def test_marks_stand_where_the_scale_says() -> None:
    head, row, _ = lines(curve([Forecast(5_000, WHOLE * (n % 2)) for n in range(100)]))
    assert head.index("50 %") <= row.index("#") <= head.index("50 %") + 2 and row.endswith("fits")
    assert head.index("100 %") + len("100 %") == head.index("0 %") + 41


def test_without_a_curve_it_says_so() -> None:
    assert lines(()) == ["Too few outcomes for a curve."] == [described(())]
    assert ET.fromstring(svg((), "nothing")).find(f"{SVG}circle") is None


@pytest.mark.parametrize(
    "title",
    ["Архитектура", "<script>alert(1)</script>", "a & b \"c\" 'd'", "\x00\x1b[31m\u202e\ud800", "]]>", "x" * 5_000, ""],
)
def test_the_picture_is_sound_whatever_its_title(title: str) -> None:
    drawn = svg(curve(said(random.Random(1), 100, right)), title)
    root = ET.fromstring(drawn.encode())
    assert root.find(f"{SVG}script") is None and len(drawn) < 8_000
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "curve-title curve-description"


def test_the_picture_tells_in_words_what_it_shows() -> None:
    bins = curve(said(random.Random(1), 200, too_sure))
    root = ET.fromstring(svg(bins, "Решения"))
    assert root.findtext(f"{SVG}title") == "Решения"
    told = root.findtext(f"{SVG}desc") or ""
    assert told.count("stated") == len(bins) == len(root.findall(f"{SVG}circle"))
    assert f"stated {100 * bins[0].stated:.0f} %, happened {100 * bins[0].went:.0f} %" in told


def picture(written: bytes) -> Image.Image:
    """A PNG as it is seen."""
    seen = Image.open(io.BytesIO(written))
    seen.load()
    return seen


@pytest.mark.parametrize("title", ["Решения", "日本語", "\x00\x1b[31m\u202e\ud800", "x" * 5_000, "", "a & <b>"])
def test_a_png_is_sound_whatever_its_title(title: str) -> None:
    seen = picture(png(curve(said(random.Random(1), 100, right)), title))
    assert seen.size == (960, 960) and seen.mode == "RGB"


def test_a_png_has_a_point_where_each_bin_is_and_its_numbers_as_text() -> None:
    bins = curve(said(random.Random(1), 200, too_sure))
    seen = picture(png(bins, "Решения"))
    for b in bins:
        place = (round((56 + b.stated * 208) * PIXELS), round((264 - b.went * 208) * PIXELS))
        assert seen.getpixel(place) == BLUE
    assert seen.info["Title"] == "Решения" and seen.info["Description"] == described(bins)
    nothing = picture(png((), "Решения"))
    assert BLUE not in {colour for _, colour in nothing.getcolors(1 << 20) or ()}


def test_the_same_curve_gives_the_same_png() -> None:
    bins = curve(said(random.Random(1), 100, right))
    assert png(bins, "a") == png(bins, "a") != png(bins, "b")
