"""What decisions teach: how sure is sure, and which message carries a decision or a lesson."""
