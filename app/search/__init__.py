"""One field that finds: partners by any of their names, with or without marks."""
