"""Settle what waits in the review queue."""
