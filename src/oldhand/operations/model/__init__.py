"""Operations of the group `model`."""
