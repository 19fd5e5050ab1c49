"""What sessions did, tied to commits."""
