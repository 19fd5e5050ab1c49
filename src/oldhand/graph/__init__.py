"""The graph of what is remembered: what its nodes and ties are, what can be asked of it, and its projection."""
