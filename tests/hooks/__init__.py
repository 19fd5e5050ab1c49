"""Hooks, as hosts start them: silent, quick, harmless, and right when they speak."""
