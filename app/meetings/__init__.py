"""Meetings that review partnerships: one case a screen, each decision kept, the list of them as a paper."""
