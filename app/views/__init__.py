"""Saved views: names for the addresses of lists, one's own or shared by managers."""
