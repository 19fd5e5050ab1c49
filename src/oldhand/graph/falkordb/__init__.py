"""FalkorDB as a live projection of the graph: it follows the journal and can be lost at any time (docs/GRAPH.md).

The store is the truth and needs nothing of this. Nothing here is imported unless a `graph` command of FalkorDB runs.
"""
