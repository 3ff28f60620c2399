"""Many follow-ups given to somebody else or to another day at once, and acts on follow-ups taken back."""
