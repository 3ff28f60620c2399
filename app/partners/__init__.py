"""Partner localities: who they are, what they are called, who looks after them."""
