"""Operations of the group `server`."""
