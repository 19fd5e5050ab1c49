"""Operations of the group `projects`."""
