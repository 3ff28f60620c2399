"""The managers' page: who is stuck, and what is decided about it."""
