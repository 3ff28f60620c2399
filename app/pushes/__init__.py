"""Pushes: a goal on the ladder for a partner, by a day, with steps; what came of it is read from evidence."""
