"""The graph in FalkorDB, with the real server. Where it is not installed these tests are skipped; CI runs them."""
