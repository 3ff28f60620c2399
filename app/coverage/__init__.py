"""Where the city works with its partners, and where it does not: regions and sectors, zeros included."""
