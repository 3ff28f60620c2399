"""Letters to a partner, and reminders to units of the city, drafted from what is on file."""
