"""Operations on which messages are decisions."""
