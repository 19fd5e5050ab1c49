"""Texts made to break things: what they must not break."""
