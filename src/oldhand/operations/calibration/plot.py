"""The operation `calibration plot`."""

from typing import Literal, NamedTuple

from oldhand.errors import AlreadyThere, BadArgument, NeedsConsent
from oldhand.exchange.whole_file import write_whole
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.reasoning.calibrating import cases_of
from oldhand.reasoning.calibration import Bin, calibrate
from oldhand.reasoning.calibration_parts import Wanted, chosen, line_named
from oldhand.reasoning.calibration_plot import lines, svg

SVG, PNG = ".svg", ".png"


class Plotted(NamedTuple):
    """A reliability curve. lines: drawn in plain text; curve: its numbers; path, bytes: of the file that was written,
    empty and 0 without one; decisions: ids behind it."""

    about: str
    lines: list[str]
    curve: list[Bin]
    trials: float
    path: str
    bytes: int
    decisions: list[str]
    root: str


@operation(WRITE)
def plot(
    memory: Memory, domain: str = "", *, output: str = "", agent: str = "", model: str = "",
    stated_by: Literal["any", "person", "agent", "model"] = "any", yes: bool = False,
) -> Plotted:  # fmt: skip
    """Draw what was stated against what happened, here or into a picture

    A curve takes outcomes that together count as 30.

    Parameters
    domain: only decisions of this room
    output: a file to write the picture to, by its name as SVG (.svg) or PNG (.png, with the extra `plots`)
    agent: only what this agent stated
    model: only what this model stated
    stated_by: only what persons, agents or models stated
    yes: replace a file that is already there
    """
    wanted = Wanted(domain, agent, model, "" if stated_by == "any" else stated_by)
    with memory.reading() as reader:
        cases = chosen(cases_of(reader).cases, wanted)
        root = reader.root().root.hex()
    known, about = calibrate(case.forecast for case in cases), line_named(wanted)
    written, size = _written(memory, output, known.curve, f"Stated confidence: {about}", yes) if output else ("", 0)
    decisions = sorted(case.decision for case in cases)
    return Plotted(about, lines(known.curve), list(known.curve), known.trials, written, size, decisions, root)


def _written(memory: Memory, output: str, curve: tuple[Bin, ...], title: str, yes: bool) -> tuple[str, int]:
    ending = output[-4:].lower()
    if ending not in (SVG, PNG):
        raise BadArgument("output", output, "its name ends with .svg or .png")
    path = named_file(memory, "output", output, written=True)
    if path.is_dir():
        raise AlreadyThere(f"The folder {path}", "Give the name of a file.")
    if path.exists() and not yes:
        raise NeedsConsent(f"{path} is already there and would be replaced.")
    if ending == SVG:
        return str(path), write_whole(path, [svg(curve, title).encode()])
    from oldhand.reasoning.calibration_png import png

    return str(path), write_whole(path, [png(curve, title)])
