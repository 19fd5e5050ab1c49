"""Style as a test: the walls of the house, the size of its rooms, and what a start may import."""
