"""The hooks of coding agents: what happens is noted, and what concerns an action is told, in milliseconds.

`entry.py` is started by the launcher; `run.py` is one hook from its beginning to its end. Until something is to be
told, nothing is imported that takes time: neither `typing` nor `re`, `pathlib` or `json`.
"""
