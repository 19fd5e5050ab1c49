"""Operations on what was tried and did not work."""
