"""A reliability curve as PNG, for places that show no SVG. Needs Pillow, the extra `plots`.

The picture is that of `calibration_plot.svg`, unit by unit. Its numbers stand in the file as text, too (the fields
Title and Description), for whoever cannot see it.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from oldhand.errors import MissingExtra
from oldhand.reasoning.calibration import Bin
from oldhand.reasoning.calibration_plot import EDGE, LARGEST, SIDE, SMALLEST, described, plain

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

EXTRA = "oldhand[plots]"
PIXELS = 3  # a unit of the picture: 960 pixels a side, sharp on a dense screen and in a document
FONT = 11  # units, as in the SVG
# Pillow's own font has Latin letters only. For a title in others one of these is taken where the machine has it.
FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")
ABSENT = "\uffff"  # a character that no font has: it is drawn as whatever stands for one that is missing
BLUE, GREY, PALE, BLACK, WHITE = "#0b57a4", "#767676", "#dddddd", "#111111", "#ffffff"
NAME_LONG, NAME_HIGH = 80, 15  # units; the name of the upright axis, before it is turned
DASH = 4  # units, of the line on which confidence fits


def png(bins: Sequence[Bin], title: str) -> bytes:
    """The curve as the bytes of a PNG file; the same bins and title give the same picture. Raises MissingExtra."""
    try:
        from PIL import Image, ImageDraw, PngImagePlugin
    except ImportError:
        raise MissingExtra("A picture as PNG", EXTRA) from None
    side = SIDE * PIXELS
    image = Image.new("RGB", (side, side), WHITE)
    draw = ImageDraw.Draw(image)
    said = plain(title)
    font = _font(said)
    _axes(draw, font)
    _text(draw, font, (SIDE / 2, 16), "".join(c if _has(font, c) else "?" for c in said), "mm")
    most = max((b.trials for b in bins), default=1.0)
    for b in bins:
        _point(draw, b, most)
    label = Image.new("RGB", (NAME_LONG * PIXELS, NAME_HIGH * PIXELS), WHITE)
    _text(ImageDraw.Draw(label), font, (NAME_LONG / 2, NAME_HIGH / 2), "happened", "mm")
    image.paste(label.rotate(90, expand=True), (0, (SIDE - NAME_LONG) // 2 * PIXELS))
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Title", said)
    about.add_itxt("Description", described(bins))
    written = io.BytesIO()
    image.save(written, "PNG", pnginfo=about, optimize=True)
    return written.getvalue()


def _axes(draw: "ImageDraw", font: "FreeTypeFont") -> None:
    for percent in (0, 25, 50, 75, 100):
        share = percent / 100
        _line(draw, (_x(share), _y(0)), (_x(share), _y(1)), PALE, 1)
        _line(draw, (_x(0), _y(share)), (_x(1), _y(share)), PALE, 1)
        _text(draw, font, (_x(share), SIDE - EDGE + 12), f"{percent} %", "mm")
        _text(draw, font, (EDGE - 6, _y(share)), f"{percent} %", "rm")
    _text(draw, font, (SIDE / 2, SIDE - 12), "stated", "mm")
    length = _x(1) - _x(0)
    for step in range(0, int(length), 2 * DASH):
        first, last = step / length, min((step + DASH) / length, 1.0)
        _line(draw, (_x(first), _y(first)), (_x(last), _y(last)), GREY, 1)


def _point(draw: "ImageDraw", b: Bin, most: float) -> None:
    x, y, radius = _x(b.stated), _y(b.went), max(SMALLEST, LARGEST * (b.trials / most) ** 0.5)
    _line(draw, (x, _y(b.interval.low)), (x, _y(b.interval.high)), BLUE, 1.5)
    box = [round(place * PIXELS) for place in (x - radius, y - radius, x + radius, y + radius)]
    draw.ellipse(box, fill=BLUE)


def _line(draw: "ImageDraw", start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> None:
    places = [round(place * PIXELS) for place in (*start, *end)]
    draw.line(places, fill=colour, width=round(width * PIXELS))


def _text(draw: "ImageDraw", font: "FreeTypeFont", place: tuple[float, float], text: str, anchor: str) -> None:
    draw.text((round(place[0] * PIXELS), round(place[1] * PIXELS)), text, fill=BLACK, font=font, anchor=anchor)


def _font(text: str) -> "FreeTypeFont":
    """A font that has every character of a text; Pillow's own where none is found, or for Latin letters."""
    from PIL import ImageFont

    own = ImageFont.load_default(FONT * PIXELS)
    if all(_has(own, c) for c in text):  # type: ignore[arg-type]
        return own  # type: ignore[return-value]
    for name in FONTS:
        try:
            found = ImageFont.truetype(name, FONT * PIXELS)
        except OSError:
            continue  # this machine has no such font
        if all(_has(found, c) for c in text):
            return found
    return own  # type: ignore[return-value]


def _has(font: "FreeTypeFont", character: str) -> bool:
    return character == " " or bytes(font.getmask(character)) != bytes(font.getmask(ABSENT))


def _x(share: float) -> float:
    return EDGE + share * (SIDE - 2 * EDGE)


def _y(share: float) -> float:
    return SIDE - EDGE - share * (SIDE - 2 * EDGE)
