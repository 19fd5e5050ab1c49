"""Projects and people kept apart."""
