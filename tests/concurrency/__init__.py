"""Many processes on one store: no errors, nothing lost, no reader kept waiting."""
