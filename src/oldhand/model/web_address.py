"""Addresses on the web in one spelling, so that a source is known again however its address is written."""

from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = "/:@!$&'()*+,;=~"  # characters of a path that mean the same written plainly and as %XX (RFC 3986, pchar)


def one_spelling(address: str) -> str:
    """An http(s) address as it is kept: scheme, host, port and path; empty for what is none.

    The scheme and host are in lower case, the host in ASCII (IDNA), without dots at its end; a port that the scheme
    has anyway, the name and password before the host, the query and the fragment are left out.
    """
    try:
        parts = urlsplit(address.strip().replace("\\", "/"))
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not (host := host_of(parts.hostname)):
            return ""
    except ValueError:
        return ""
    try:
        port = parts.port
    except ValueError:
        port = None  # no port has such a number: the host is named all the same
    shown = f"[{host}]" if ":" in host else host
    given = f":{port}" if port is not None and port != DEFAULT_PORTS[parts.scheme] else ""
    path = "" if parts.path.strip("/") == "" else parts.path
    return f"{parts.scheme}://{shown}{given}{path}"


def host_of(name: str) -> str:
    """A host's name in lower case and ASCII, without dots at its end; what no rule can write so, folded."""
    dotted = name.replace("。", ".").replace("．", ".").replace("｡", ".").casefold().strip(".")
    if dotted.isascii():
        return dotted
    try:
        return dotted.encode("idna").decode("ascii").strip(".")
    except UnicodeError:
        return dotted


@lru_cache(maxsize=4096)
def site(name: str) -> str:
    """What tells where an origin comes from on the web, alike for every spelling; empty for what is no such origin.

    name: an origin as it is kept, of any age: an address, or other words after `web:`. Whether it was fetched with or
    without encryption, and the default port, make no other source.
    """
    said = name[4:] if name[:4].casefold() == "web:" else name
    scheme, mark, rest = said.partition("://")
    if not mark:
        if said is name or "." not in said.partition("/")[0] or " " in said:
            return ""
        scheme, rest = "https", said
    address = one_spelling(f"{'http' if scheme.casefold() == 'http' else 'https'}://{rest}")
    if not address:
        return ""
    host, slash, path = address.partition("://")[2].partition("/")
    return f"//{host}{slash}{_plain(path)}"


def _plain(path: str) -> str:
    """A path without what changes nothing: escapes that need none, `.`, `..` and empty steps."""
    steps: list[str] = []
    for step in unquote(path, errors="surrogateescape").split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return quote("/".join(steps), safe=_PLAIN, errors="surrogateescape")
