"""Operations of the group `everyday`."""
