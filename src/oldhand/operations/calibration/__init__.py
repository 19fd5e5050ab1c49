"""Operations on how well stated confidence fits."""
