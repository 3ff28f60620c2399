"""What moved standings between two days: who, when, from what to what, and the records that caused it."""
