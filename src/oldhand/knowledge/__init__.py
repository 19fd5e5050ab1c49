"""What keeps knowledge true and brings it in."""
