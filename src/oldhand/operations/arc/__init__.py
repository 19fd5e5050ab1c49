"""Operations on arcs: goals over many sessions."""
