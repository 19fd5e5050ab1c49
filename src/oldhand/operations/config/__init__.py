"""Operations of the group `config`."""
