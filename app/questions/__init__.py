"""The twenty questions the register exists to answer, and where each is answered."""
