"""Engrams: what sessions did, derived by rule, tied to commits by git, and kept out of the way of knowledge."""
