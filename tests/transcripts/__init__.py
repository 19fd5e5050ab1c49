"""Transcripts of every host, made by hand in the form that the host writes."""
