"""Operations on signs of bias before deciding."""
