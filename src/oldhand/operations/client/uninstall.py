"""The operation `uninstall`."""

from oldhand.clients import installing
from oldhand.clients.hosts import HOSTS, Host, Surroundings, surroundings
from oldhand.clients.installing import Done
from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.client.install import Client, Connection, Scope, shown


@operation(WRITE)
def uninstall(memory: Memory, *, client: Client = "auto", scope: Scope = "user", dry_run: bool = False) -> Connection:
    """Disconnect coding agents: take the MCP server and the hooks out of their settings

    A file that nobody has changed since gets back the very bytes it had, and one that was made for it goes. In a file
    that was changed since, only what is ours is taken out. What is remembered stays, and so does the small launcher
    in your own folder: a session that is still running may call it, and it does nothing then.

    Parameters
    client: which agent; `auto` disconnects all that are connected
    scope: `user` or `project`, as they were connected
    dry_run: show what would change in each file and change nothing
    """
    around = surroundings(memory.environment, memory.project.tree, memory.home, scope)
    with installing.alone(around):
        hosts = installing.connected_ones(client, scope, around)
        done = [_disconnected(memory, host, scope, around, client, dry_run=dry_run) for host in hosts]
    if client == "auto":
        done = [one for one in done if one.outcome != "not connected"]
    memory.trace_detail = {"clients": {one.client: one.outcome for one in done}}
    return Connection(scope, dry_run, done, [host.title for host in HOSTS.values()])


def _disconnected(memory: Memory, host: Host, scope: str, around: Surroundings, client: str, *, dry_run: bool) -> Done:
    try:
        return shown(memory, installing.disconnect(host, scope, around, dry_run=dry_run))
    except OldhandError as error:
        if client != "auto":
            raise
        return Done(host.name, host.title, "refused", [], [str(error)], "")
