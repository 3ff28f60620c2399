"""How the standings of all partners moved over months and years, by what is on file today."""
