"""Operations on chains: memories in an order that tells a story."""
