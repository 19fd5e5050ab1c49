"""A reliability curve to look at: plain text for a terminal, and SVG. `calibration_png` makes a PNG of it."""

import unicodedata
from collections.abc import Sequence
from html import escape

from oldhand.reasoning.calibration import Bin

SCALE = 41  # columns from 0 to 100 %: one for 2.5 %, and the whole row stays below 80
SIDE = 320  # units of the picture, square
EDGE = 56  # units around the drawing: room for "100 %" beside the axis and the axis's name beside that
LARGEST = 7.0  # units; radius of the point with the most trials
SMALLEST = 2.5  # units; a point that can still be seen
TITLE = 120  # characters of a title; a name may be anything
STATED, HAPPENED, SPAN, BOTH = "|", "o", "-", "#"


def lines(bins: Sequence[Bin]) -> list[str]:
    """The curve as text of at most 80 columns, in ASCII: a row a bin, with words for what the marks show."""
    if not bins:
        return ["Too few outcomes for a curve."]
    rows = [
        f"{'stated':>7}  {'happened':>8}  0 %{'50 %':>20}{'100 %':>18}  trials  ",
        *(_row(b) for b in bins),
        f"{STATED} stated   {HAPPENED} happened   {BOTH} both   {SPAN} where the true share lies (95 %)",
    ]
    return [row.rstrip() for row in rows]


def svg(bins: Sequence[Bin], title: str) -> str:
    """The curve as a picture that a screen reader can tell: a title, a description with every number, and labels."""
    said = escape(plain(title))
    most = max((b.trials for b in bins), default=1.0)
    drawn = "".join(_point(b, most) for b in bins)
    ticks = "".join(_tick(share) for share in (0, 25, 50, 75, 100))
    middle, bottom = SIDE / 2, SIDE - 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img"'
        ' aria-labelledby="curve-title curve-description" font-family="sans-serif" font-size="11">'
        f'<title id="curve-title">{said}</title>'
        f'<desc id="curve-description">{escape(described(bins))}</desc>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="#fff"/>'
        f'<text x="{middle:g}" y="20" text-anchor="middle" fill="#111">{said}</text>{ticks}'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#767676" stroke-dasharray="4 4"/>'
        f"{drawn}"
        f'<text x="{middle:g}" y="{bottom}" text-anchor="middle" fill="#111">stated</text>'
        f'<text x="12" y="{middle:g}" text-anchor="middle" fill="#111" transform="rotate(-90 12 {middle:g})">'
        "happened</text>"
        "</svg>\n"
    )


def described(bins: Sequence[Bin]) -> str:
    """The curve in words: for each bin what was stated, what happened, and on how many trials."""
    if not bins:
        return "Too few outcomes for a curve."
    told = [
        f"stated {_percent(b.stated)}, happened {_percent(b.went)}"
        f" ({_percent(b.interval.low)} to {_percent(b.interval.high)}), {b.trials:.0f} trials"
        for b in bins
    ]
    return "Reliability curve. " + "; ".join(told) + "."


def _row(b: Bin) -> str:
    places = [" "] * SCALE
    low, high, stated, went = (_column(share) for share in (b.interval.low, b.interval.high, b.stated, b.went))
    for n in range(low, high + 1):
        places[n] = SPAN
    places[stated] = STATED
    places[went] = BOTH if stated == went else HAPPENED
    word = "fits" if b.interval.holds(b.stated) else "too sure" if b.stated > b.went else "too unsure"
    return f"{_percent(b.stated):>7}  {_percent(b.went):>8}  {''.join(places)}  {b.trials:>6.0f}  {word}"


def _column(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * (SCALE - 1))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _point(b: Bin, most: float) -> str:
    radius = max(SMALLEST, LARGEST * (b.trials / most) ** 0.5)
    low, high = _y(b.interval.low), _y(b.interval.high)
    return (
        f'<line x1="{_x(b.stated)}" y1="{low}" x2="{_x(b.stated)}" y2="{high}" stroke="#0b57a4" stroke-width="1.5"/>'
        f'<circle cx="{_x(b.stated)}" cy="{_y(b.went)}" r="{radius:.1f}" fill="#0b57a4"/>'
    )


def _tick(percent: int) -> str:
    share = percent / 100
    return (
        f'<line x1="{_x(share)}" y1="{_y(0)}" x2="{_x(share)}" y2="{_y(1)}" stroke="#ddd"/>'
        f'<line x1="{_x(0)}" y1="{_y(share)}" x2="{_x(1)}" y2="{_y(share)}" stroke="#ddd"/>'
        f'<text x="{_x(share)}" y="{SIDE - EDGE + 16}" text-anchor="middle" fill="#111">{percent} %</text>'
        f'<text x="{EDGE - 6}" y="{_y(share)}" text-anchor="end" dy="0.35em" fill="#111">'
        f"{percent} %</text>"
    )


def _x(share: float) -> str:
    return f"{EDGE + share * (SIDE - 2 * EDGE):g}"


def _y(share: float) -> str:
    return f"{SIDE - EDGE - share * (SIDE - 2 * EDGE):g}"


def plain(title: str) -> str:
    """A title of at most TITLE characters without what no XML may hold or nobody can see."""
    kept = (c if c.isprintable() and unicodedata.category(c) not in ("Cs", "Co", "Cn", "Cf") else " " for c in title)
    return " ".join("".join(kept).split())[:TITLE]
