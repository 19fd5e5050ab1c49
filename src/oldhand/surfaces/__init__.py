"""The surfaces: command line, MCP, HTTP, Python. They know operations, never SQL."""
