"""What each unit owes, how it stands, what it leads, and who uses its key."""
