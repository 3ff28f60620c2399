"""The history: every change tells who, when, through which door, and what was there before."""

from app.history.service import record

__all__ = ["record"]
