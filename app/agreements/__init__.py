"""Papers signed, and where they stand."""
