"""What one person is told in the program: a mention, work given to them, a late report, the digest."""
