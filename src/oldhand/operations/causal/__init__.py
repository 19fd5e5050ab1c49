"""Operations on what actions did and what was taken for granted."""
