"""The period report: every number of it is the length of a list that it links to."""
