"""Operations of the group `session`."""
