"""Recall: from a cue to an answer that says how sure it is."""
