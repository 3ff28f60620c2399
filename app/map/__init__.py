"""The world with a mark for every partner."""
