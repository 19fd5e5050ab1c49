"""Operations on decisions."""
