"""The operation `install`."""

from typing import Literal, NamedTuple

from oldhand.clients import installing
from oldhand.clients.hosts import HOSTS, Host, Surroundings, surroundings
from oldhand.clients.installing import Done
from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation

Client = Literal[
    "auto", "claude", "codex", "gemini", "cursor", "vscode", "copilot", "opencode", "zed", "amp", "cline", "devin"
]
Scope = Literal["user", "project"]


class Connection(NamedTuple):
    """What became of the clients.

    scope: user, project or any; dry_run: nothing was written; looked_for: their titles; elsewhere: what `uninstall`
    left connected in other projects, in words.
    """

    scope: str
    dry_run: bool
    clients: list[Done]
    looked_for: list[str]
    elsewhere: list[str]


@operation(WRITE)
def install(
    memory: Memory, *, client: Client = "auto", scope: Scope = "user", dry_run: bool = False, yes: bool = False
) -> Connection:
    """Connect coding agents: write the MCP server and the hooks into their settings

    Everything else in their files stays as it is, byte for byte. A file that is broken is left alone and named. What
    each file held is kept with a receipt in your own folder, so that `uninstall` can give it back. Running it again
    changes nothing, and mends what an upgrade has moved.

    Parameters
    client: which agent; `auto` connects those that are found on this machine
    scope: `user` connects them for all your projects; `project` writes into this project's own files, for those
        agents that have such
    dry_run: show what would change in each file and change nothing
    yes: replace an MCP server called `oldhand` that is not ours, and connect besides a plugin of ours
    """
    around = surroundings(memory.environment, memory.project.tree, memory.home, scope)
    with installing.alone(around):
        hosts = installing.chosen(client, scope, around)
        done = [_connected(memory, host, scope, around, client, dry_run=dry_run, yes=yes) for host in hosts]
    memory.trace_detail = {"clients": {one.client: one.outcome for one in done}}
    return Connection(scope, dry_run, done, [host.title for host in HOSTS.values()], [])


def _connected(
    memory: Memory, host: Host, scope: str, around: Surroundings, client: str, *, dry_run: bool, yes: bool
) -> Done:
    """One host connected. Among several, one that is refused does not keep the others from being connected."""
    try:
        return shown(memory, installing.connect(host, scope, around, replace=yes, dry_run=dry_run))
    except OldhandError as error:
        if client != "auto":
            raise
        return Done(host.name, host.title, installing.REFUSED, [], [str(error)], "", scope)


def shown(memory: Memory, done: Done) -> Done:
    """A host's reply with what is secret in the shown differences replaced: the lines are the person's."""
    if not any(one.difference for one in done.files):
        return done
    screening = memory.screening(redact=True)
    return done._replace(files=[one._replace(difference=screening.clean(one.difference)) for one in done.files])
