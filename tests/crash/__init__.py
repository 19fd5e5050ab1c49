"""Crashes: what was acknowledged survives the death of a process and the loss of power."""
