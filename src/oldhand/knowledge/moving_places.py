"""Where imported things come from: the way in that is noted with each, and the lines that were taken."""

import re

MOST_RANGES = 50  # ranges of lines that are told of one import
ORIGIN = "import"
_LINE = re.compile(r"(.*):(\d{1,12})\Z", re.DOTALL)


class Ranges:
    """Places told as ranges of lines, each file once: `notes.jsonl:1-16,18-952`."""

    def __init__(self) -> None:
        self._files: dict[str, list[list[int]]] = {}

    def add(self, place: str) -> None:
        """Add a place; one without a line counts as its file."""
        found = _LINE.match(place)
        name, number = (found[1], int(found[2])) if found else (place, 0)
        ranges = self._files.setdefault(name, []) if len(self._files) < MOST_RANGES else self._files.get(name, [])
        if ranges and ranges[-1][0] <= number <= ranges[-1][1] + 1:
            ranges[-1][1] = max(number, ranges[-1][1])
        elif len(ranges) < MOST_RANGES:
            ranges.append([number, number])

    def told(self) -> list[str]:
        """The ranges as text."""
        found = []
        for name, ranges in self._files.items():
            lines = ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges if b)
            more = ", …" if len(ranges) == MOST_RANGES else ""
            found.append(f"{name}:{lines}{more}" if lines else name)
        return found[:MOST_RANGES]


def origin(name: str, place: str) -> str:
    """The way in of what was brought in: `import:server-memory:notes.jsonl:17`."""
    return f"{ORIGIN}:{name}:{place}"[:600]
