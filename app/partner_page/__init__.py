"""One partner on one page: where it stands, why, what comes next, and everything on file."""
