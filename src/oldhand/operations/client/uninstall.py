"""The operation `uninstall`."""

from typing import Literal

from oldhand.clients import installing
from oldhand.clients.hosts import HOSTS, PROJECT, USER, Host, Surroundings, surroundings
from oldhand.clients.installing import Done
from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.client.install import Client, Connection, shown

ANY = "any"
NOT_CONNECTED = "not connected"


@operation(WRITE)
def uninstall(
    memory: Memory, *, client: Client = "auto", scope: Literal["any", "user", "project"] = "any", dry_run: bool = False
) -> Connection:
    """Disconnect coding agents: take the MCP server and the hooks out of their settings

    A file that nobody has changed since gets back the very bytes it had, and one that was made for it goes. In a file
    that was changed since, only what is ours is taken out. What is remembered stays, and so does the small launcher
    in your own folder: a session that is still running may call it, and it does nothing then.

    Parameters
    client: which agent; `auto` disconnects all that are connected
    scope: `any` disconnects what is connected for you and what is connected in this project; `user` or `project` only
        one of them
    dry_run: show what would change in each file and change nothing
    """
    scopes = (USER, PROJECT) if scope == ANY else (scope,)
    around = surroundings(memory.environment, memory.project.tree, memory.home, scopes[-1])
    done: list[Done] = []
    faults: list[OldhandError] = []
    with installing.alone(around):
        for one in scopes:
            try:
                here = surroundings(memory.environment, memory.project.tree, memory.home, one)
                hosts = installing.connected_ones(client, one, here)
                hosts = [host for host in hosts if scope != ANY or installing.has_scope(host, one, here)]
            except OldhandError as error:  # no home: nothing of the person's own can be found
                faults.append(error)
                continue
            done += [_disconnected(memory, host, one, here, dry_run=dry_run, faults=faults) for host in hosts]
        left = installing.elsewhere(client, around) if scope != USER else []
    changed = [one for one in done if one.outcome not in (NOT_CONNECTED, installing.REFUSED)]
    told = [one for one in done if one.outcome != NOT_CONNECTED]
    if faults and not changed and (client != "auto" or not told):
        raise faults[0]
    if client != "auto" and not told:
        told = done[:1]
    memory.trace_detail = {"clients": {f"{one.client} {one.scope}": one.outcome for one in told}}
    return Connection(scope, dry_run, told, [host.title for host in HOSTS.values()], left)


def _disconnected(
    memory: Memory, host: Host, scope: str, around: Surroundings, *, dry_run: bool, faults: list[OldhandError]
) -> Done:
    """One host disconnected in one scope. What is refused keeps nothing else from being disconnected."""
    try:
        return shown(memory, installing.disconnect(host, scope, around, dry_run=dry_run))
    except OldhandError as error:
        faults.append(error)
        return Done(host.name, host.title, installing.REFUSED, [], [str(error)], "", scope)
