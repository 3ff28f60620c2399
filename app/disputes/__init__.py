"""Where sources disagree on what the register says: every disagreement, with the partner it is about."""
