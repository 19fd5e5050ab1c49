"""Operations on the anchors of memories."""
