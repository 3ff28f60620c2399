"""Localities with which there is contact and no tie yet: who asked, and what speaks for each."""
