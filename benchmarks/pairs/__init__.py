"""Programs that measure how right the comparison of statements is."""
