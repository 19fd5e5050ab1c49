"""Where a FalkorDB is: the address of a server as a person writes it, or the word `embedded`."""

import re
from typing import NamedTuple

from oldhand.errors import BadGraphAddress
from oldhand.model.address import HIGHEST_PORT, shown_safely

EMBEDDED = "embedded"
PASSWORD_VARIABLE = "OLDHAND_GRAPH_PASSWORD"  # of the environment, which alone holds a server's password
USUAL_PORT = 6379  # where a FalkorDB listens unless told otherwise, as every Redis does
LONGEST_NAME = 100  # characters of a graph's name
# Scheme -> whether it is encrypted; the client's own names and those of Redis mean the same.
SCHEMES = {
    "falkordb": False, "falkor": False, "redis": False, "falkordbs": True, "falkors": True, "rediss": True,
}  # fmt: skip
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z]{3,10})://(?:(?P<user>[A-Za-z0-9_.-]{1,64})@)?"
    r"(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<name>[A-Za-z0-9_.-]{1,100})?)?",
    re.IGNORECASE,
)
_LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]")
_UNFIT = re.compile(r"[^a-z0-9_-]+")


class Address(NamedTuple):
    """A server and a graph in it. tls: whether the way there is encrypted; user: empty for the usual one;
    host: small letters, IPv6 in brackets; name: of the graph, empty when none was given."""

    tls: bool
    user: str
    host: str
    port: int
    name: str

    @property
    def shown(self) -> str:
        """The address without the graph, as it is told; it holds no password."""
        return f"falkordb{'s' * self.tls}://{f'{self.user}@' * bool(self.user)}{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether it means this machine by its form alone."""
        return _LOOPBACK.fullmatch(self.host) is not None


def parsed(text: str) -> Address:
    """The address of a server. Raises BadGraphAddress, which repeats no password."""
    said = text.strip()
    shown = shown_safely(said)
    before = said.partition("://")[2].partition("/")[0]
    if "@" in before and ":" in before.rpartition("@")[0]:
        raise BadGraphAddress(
            shown, f"a password in it would stay in your shell's history; it belongs into {PASSWORD_VARIABLE}"
        )
    if "?" in said or "#" in said:
        raise BadGraphAddress(shown, "it ends before any '?' or '#'")
    found = _ADDRESS.fullmatch(said)
    if found is None or found["scheme"].lower() not in SCHEMES:
        raise BadGraphAddress(shown, "it cannot be read as one")
    port = int(found["port"] or USUAL_PORT)
    if not 1 <= port <= HIGHEST_PORT:
        raise BadGraphAddress(shown, f"a port is a number from 1 to {HIGHEST_PORT}")
    name = checked_name(found["name"] or "") if found["name"] else ""
    return Address(SCHEMES[found["scheme"].lower()], found["user"] or "", found["host"].lower(), port, name)


def checked_name(name: str) -> str:
    """The name of a graph. Raises BadGraphAddress."""
    if not re.fullmatch(rf"[A-Za-z0-9_.-]{{1,{LONGEST_NAME}}}", name):
        raise BadGraphAddress(name, f"a graph's name has 1 to {LONGEST_NAME} letters, digits, '_', '-' or '.'")
    return name


def usual_name(project: str) -> str:
    """The name of the graph of a project when none is given."""
    return _UNFIT.sub("-", project.casefold())[:LONGEST_NAME].strip("-") or "oldhand"
