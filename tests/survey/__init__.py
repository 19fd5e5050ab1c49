"""Tests of the survey: what is answered about sessions, and what that changes."""
