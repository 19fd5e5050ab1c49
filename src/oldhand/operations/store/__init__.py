"""Operations of the group `store`."""
