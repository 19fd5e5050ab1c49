"""What every operation promises, whatever the surface."""
