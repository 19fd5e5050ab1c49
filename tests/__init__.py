"""The tests: folders named as the rooms of the house they test."""
