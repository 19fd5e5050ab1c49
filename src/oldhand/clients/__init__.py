"""Connecting coding agents: their settings files, edited byte by byte, with a receipt that lets it be undone."""
