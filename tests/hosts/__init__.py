"""The real agent programs, run headless against a model that follows a script."""
