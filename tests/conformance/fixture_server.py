"""`oldhand serve` with the fixtures of the conformance suite in the place of our tools, and nothing else changed.

The guard, the routes, the transport and the web server are the real ones: what the suite judges here
is the stack that carries our tools. Takes the arguments of `oldhand serve`.
"""

import sys
import warnings
from typing import Any
from unittest.mock import patch

from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPDeprecationWarning

from oldhand.surfaces.http import server
from tests.conformance import fixtures


def fixtures_for_tools(_toolbox: object, _thread: object) -> Server[Any]:
    """The server of the fixtures, called the way the real one is."""
    return fixtures.server()


if __name__ == "__main__":
    warnings.simplefilter("ignore", MCPDeprecationWarning)  # the suite still asks for logging levels
    with patch.object(server, "mcp_server", fixtures_for_tools):
        sys.exit(server.main(sys.argv[1:]))
