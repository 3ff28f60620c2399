"""Work promised to the outside: written with what causes it, delivered afterwards, in order, never lost."""
