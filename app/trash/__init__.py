"""Archived records: out of every list and count, kept for good, brought back with one act."""
