"""Operations on how things are best done here."""
