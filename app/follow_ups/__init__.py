"""What either side said it would do, and the chasing of it."""
