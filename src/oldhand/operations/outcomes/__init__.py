"""Operations on how decisions ended, from evidence."""
