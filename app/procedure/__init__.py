"""How the days of a deadline are counted. Pure: dates in, a date out."""

from app.procedure.working_days import SATURDAY, Holidays, due_on, working_days_between

__all__ = ["SATURDAY", "Holidays", "due_on", "working_days_between"]
