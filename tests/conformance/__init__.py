"""The outside judges of our MCP servers: the protocol's conformance suite and the Inspector's command line."""
