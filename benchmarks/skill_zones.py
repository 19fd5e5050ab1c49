"""How often zones of skills are right: python -m benchmarks.skill_zones

Histories with known chances are drawn: how often a zone is told of an option that differs in nothing, beside what point
rates would tell (over 75 % good, under 50 % bad), and how often a good and a bad option are found.
"""

import random
from collections.abc import Callable

from oldhand.reasoning.skill_zones import GREEN, RED, Share, zoned

DRAWS = 4_000
SIZES = (3, 5, 8, 10, 20, 50, 200)
COMPARED = 5  # comparisons in one skill: about as many as real ones have
CHANCES = (0.3, 0.5, 0.7, 0.9)


def by_points(one: Share, rest: Share) -> str:
    """What a rule of point rates says, whatever the others did."""
    return GREEN if one.part > 0.75 else RED if one.part < 0.5 else ""


def told(many: int, chance: float, other: float, rule: Callable[[Share, Share], str], zones: tuple[str, ...]) -> float:
    """How often a rule tells one of some zones of an option, beside twice as many other decisions."""
    draw = random.Random(many)
    seen: dict[tuple[int, int], str] = {}
    found = 0
    for _ in range(DRAWS):
        well = sum(draw.random() < chance for _ in range(many))
        rest = sum(draw.random() < other for _ in range(2 * many))
        if (well, rest) not in seen:
            seen[well, rest] = rule(Share(well, many), Share(rest, 2 * many))
        found += seen[well, rest] in zones
    return found / DRAWS


def main() -> None:
    """Print the table."""

    def rule(one: Share, rest: Share) -> str:
        return zoned(one, rest, COMPARED).zone

    print("decisions | false, whole skill | false by point rates, one pattern | good found | bad found")
    for many in SIZES:
        false = [COMPARED * told(many, chance, chance, rule, (GREEN, RED)) for chance in CHANCES]
        points = [told(many, chance, chance, by_points, (GREEN, RED)) for chance in CHANCES]
        good = told(many, 0.95, 0.5, rule, (GREEN,))
        bad = told(many, 0.1, 0.6, rule, (RED,))
        falsely = f"{sum(false) / 4:6.3f}, worst {max(false):.3f} | {sum(points) / 4:6.3f}"
        print(f"{many:9} | {falsely} | {good:.2f} | {bad:.2f}")


if __name__ == "__main__":
    main()
