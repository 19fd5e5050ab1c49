"""Operations that know the code."""
