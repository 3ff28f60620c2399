"""The year's plan of foreign affairs: what is foreseen, what came of it, what came on top of it."""
