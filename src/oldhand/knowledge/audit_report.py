"""An audit as a Markdown document for people: safe to paste anywhere, as no text of a memory can be markup in it."""

from typing import TYPE_CHECKING

from oldhand.model.visible import line

if TYPE_CHECKING:
    from oldhand.operations.store.audit import Audited


def report(audit: "Audited") -> str:
    """The document. Quoted texts and names are in code marks."""
    said = ["# Audit of other memories", ""]
    if not audit.found:
        return "\n".join([*said, "No memory of another program was found.", ""])
    said += ["| format | place | statements | oldest | newest |", "| --- | --- | ---: | --- | --- |"]
    said += [
        f"| {one.format} | {_quoted(one.path)} | {one.statements:,} | {one.oldest or '-'} | {one.newest or '-'} |"
        for one in audit.found
    ]
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in audit.kinds.items())
    said += ["", f"Together {audit.statements:,} statements{f': {kinds}' if kinds else ''}.", ""]
    if audit.loaded:
        said += [f"## Loaded into every session: about {audit.tokens:,} tokens", ""]
        said += [f"- {_quoted(one.file)}: {one.tokens:,}" for one in audit.loaded] + [""]
    for concern in audit.concerns:
        said += [f"## {concern.number:,} {concern.why}", ""]
        said += [f"- {_quoted(one.place)}: {_quoted(one.what)}" for one in concern.examples]
        if concern.number > len(concern.examples):
            said.append(f"- and {concern.number - len(concern.examples):,} more")
        said.append("")
    if audit.next_step:
        said += ["## Next", "", _quoted(audit.next_step), ""]
    return "\n".join(said)


def _quoted(text: str) -> str:
    """A text in code marks that it cannot close, on one line, without what would end a cell of a table."""
    shown = line(text).replace("|", "¦")
    marks = "`"
    while marks in shown:
        marks += "`"
    return f"{marks} {shown} {marks}" if "`" in shown else f"`{shown}`"
