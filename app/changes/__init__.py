"""What changed on the partners one looks after or follows, since one was last here."""
