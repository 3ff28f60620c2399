"""Contacts short of a delegation."""
