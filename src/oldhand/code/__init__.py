"""What memory knows about the project's code."""
