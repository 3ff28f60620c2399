"""Who carries how much, and how all of it passes on when somebody leaves."""
