"""Operations of the group `client`: connecting coding agents."""
