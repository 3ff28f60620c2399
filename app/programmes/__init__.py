"""Joint work: what makes a relationship substantive."""
