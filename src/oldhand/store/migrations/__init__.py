"""Steps from one format of the store to the next, one file each."""
