"""The operation `decision export`."""

from collections import Counter
from typing import NamedTuple

from oldhand.errors import AlreadyThere
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.reasoning.decision_export import KEPT, REWRITTEN, WRITTEN, Exported, exported
from oldhand.reasoning.decision_listing import in_module
from oldhand.reasoning.decisions import CURRENT, EVER, of
from oldhand.reasoning.decisions import every as every_decision
from oldhand.reasoning.outcomes import all_ended
from oldhand.store.written_out import note


class ExportedDecisions(NamedTuple):
    """What was written to a folder, or with dry_run would be. items: one for each decision, the oldest first; counts:
    how many of them were written, rewritten, unchanged, changed by hand, and have their own record there."""

    folder: str
    items: list[Exported]
    counts: dict[str, int]
    dry_run: bool
    root: str


@operation(WRITE)
def export(
    memory: Memory, to: str, *, names: list[str] = [], module: str = "", every: bool = False, dry_run: bool = False
) -> ExportedDecisions:  # fmt: skip
    """Export decisions as decision records in Markdown (MADR 4), one file each

    A record has the options with their reasons, what was expected, how it ended and its commits. Exported again, it
    keeps its number and is brought up to date. A file that anybody changed since is left as it is (`oldhand decision
    import` takes the change in), and so is every file of another making. Imported elsewhere, the records give the
    same decisions.

    Parameters
    to: the folder, such as docs/adr; a relative name starts at the project's root
    names: only these decisions, by their ids
    module: only those of a part of the project, as in `decision list`
    every: also those that were retired
    dry_run: tell what would be written and write nothing
    """
    folder = named_file(memory, "to", to, written=True)
    if folder.exists() and not folder.is_dir():
        raise AlreadyThere(f"The file {folder}", "Give the name of a folder.")
    with memory.reading() as reader:
        wanted = EVER if every else (*CURRENT, "superseded")
        chosen = [of(reader, name) for name in names] if names else list(every_decision(reader, wanted))
        chosen = [one for one in {one.id: one for one in chosen}.values() if in_module(one, module)]
        items = list(exported(memory, reader, folder, chosen, all_ended(reader), dry_run=dry_run))
        root = reader.root().root.hex()
    for one in items if not dry_run else ():
        if one.done in (WRITTEN, REWRITTEN, KEPT):
            note(memory.store().folder, folder / one.file)  # so that what is forgotten later can be named in it
    counts = dict(Counter(one.done for one in items))
    memory.trace_detail = {"decisions": len(items), "root": root}
    return ExportedDecisions(str(folder), items, counts, dry_run, root)
