"""Trips in and out; above all, the log of a visit."""
