"""Recall measured on material that nobody here wrote: how right it is, when it is silent, what it holds current."""
