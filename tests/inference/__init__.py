"""What the logs tell of memory's worth: on made logs whose truth is known, and on controls that must show nothing."""
