"""Secrets: what finding them costs, and how often something else is taken for one."""
