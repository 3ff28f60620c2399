"""Multilateral networks and who belongs to them."""
