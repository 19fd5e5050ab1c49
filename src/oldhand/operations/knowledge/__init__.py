"""Keep what is known true and well ordered."""
