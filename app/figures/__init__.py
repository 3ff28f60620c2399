"""Figures with their source and day; two that disagree stand side by side."""
