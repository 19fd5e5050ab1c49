"""Operations on plans and what became of them."""
