"""The address of an endpoint and the name of its model, as settings hold them.

A person's address is checked at every start of a command, so nothing but `re` is imported. What is not
plainly an address is refused instead of guessed at.
"""

import re
from typing import NamedTuple

HIGHEST_PORT = 65_535
USUAL_PORTS = {"http": 80, "https": 443}
_ADDRESS = (
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_LOOPBACK = rf"localhost|127\.{_OCTET}\.{_OCTET}\.{_OCTET}|\[::1\]"
KEY_VARIABLE = "OLDHAND_EMBEDDINGS_KEY"  # of the environment, which alone holds an endpoint's key
CALL = "/embeddings"  # what both protocols append to the address


class Address(NamedTuple):
    """Where an endpoint is. scheme: http or https; host: small letters, IPv6 in brackets; path: no `/` at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """Host, port where it is not the usual one, and path: what tells two endpoints apart."""
        usual = USUAL_PORTS[self.scheme]
        return self.host + (f":{self.port}" if self.port != usual else "") + self.path

    @property
    def loopback(self) -> bool:
        """Whether the address means this machine by its form alone."""
        return re.fullmatch(_LOOPBACK, self.host) is not None


def parsed(text: str) -> Address:
    """The parts of an address. Raises ValueError with what is accepted.

    Plain http is accepted for this machine's own loopback address alone: anywhere else, texts and key
    would cross a network in the open. A tunnel (`ssh -L`) brings a machine of yours to the loopback.
    """
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError(f"a name or key in it would be stored; a key belongs into {KEY_VARIABLE}")
    if "?" in text or "#" in text:
        raise ValueError(f"it ends before any '?' or '#'; a key belongs into {KEY_VARIABLE}")
    found = re.fullmatch(_ADDRESS, text, re.IGNORECASE)
    if found is None:
        raise ValueError("it is an address such as https://api.example.com/v1 or http://localhost:11434/v1")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"]) if found["port"] else USUAL_PORTS[scheme]
    if not 1 <= port <= HIGHEST_PORT:
        raise ValueError(f"a port is a number from 1 to {HIGHEST_PORT}")
    path = found["path"].rstrip("/").removesuffix(CALL).rstrip("/")
    address = Address(scheme, host, port, path)
    if scheme == "http" and not address.loopback:
        raise ValueError("only an address of this machine (localhost, 127.0.0.1, [::1]) may be http; it must be https")
    return address


def shown_safely(text: str) -> str:
    """An address as an error may repeat it: without what may be a key, before an '@' or after a '?' or '#'."""
    return re.sub(r"[?#].*", "?…", re.sub(r"//[^/]*@", "//…@", text), flags=re.DOTALL)


def endpoint_address(text: str) -> str:
    """An address in its one form: no `/` and no `/embeddings` at its end; empty stays empty. Raises ValueError."""
    if not text:
        return ""
    address = parsed(text)
    return f"{address.scheme}://{address.shown}"


def model_name(text: str) -> str:
    """The name of a model as its endpoint knows it: one printable word; empty stays empty. Raises ValueError."""
    if not text.isprintable() or len(text.split()) > 1 or text.strip() != text:
        raise ValueError("it is one printable word such as text-embedding-3-small")
    return text
