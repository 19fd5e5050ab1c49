"""Anchors against real history: what Oldhand says of them, compared with an independent judgement."""
