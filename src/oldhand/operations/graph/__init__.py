"""Operations on the graph of what is remembered."""
