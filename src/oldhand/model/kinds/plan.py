"""The kind `plan`."""

from typing import NamedTuple


class Plan(NamedTuple):
    """What somebody is about to do, step by step, to be compared with what was done.

    `steps` are `PATH, PATH | TEXT`, or TEXT alone; `estimate` is the expected effort in minutes; `confidence`,
    `stated_by`, `agent` and `model` are as of a decision; `decisions` are the ids of those it carries out; `commit` is
    what was checked out when it was made. `warned` is what validation said then, one thing an entry. `state` is empty
    while it is open, then done or dropped. `became` are `STATE N WHAT SHOWS IT` of step N: kept, reworked, dropped or
    unclear; `added` are files that were changed beside its steps; `took` is the effort in minutes, `span` the minutes
    from its making to the last commit of it; `commits` are those that carried it out; `reason` says why it ended so.
    """

    text: str
    title: str = ""
    steps: tuple[str, ...] = ()
    estimate: str = ""
    confidence: str = ""
    stated_by: str = ""
    agent: str = ""
    model: str = ""
    decisions: tuple[str, ...] = ()
    commit: str = ""
    warned: tuple[str, ...] = ()
    state: str = ""
    became: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    took: str = ""
    span: str = ""
    commits: tuple[str, ...] = ()
    reason: str = ""
