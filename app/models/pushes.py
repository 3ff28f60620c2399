"""The department's pushes: a goal set for one partner, by a day, and what the evidence made of it."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Record, code_field, link, long_text, required_link
from app.vocabulary import Rung


class Push(Record, table=True):
    """A push towards a rung. Whether it succeeded follows from `reached_on` and the deadline, never typed.

    `moved_on` and `reached_on` are derived: the first days, from the opening on, on which the rung is above
    the one it was opened at, and on which it is at the goal or above. The keeper of the standings rewrites
    them with the evidence, past the version: a form that is open stays good.
    """

    partner_id: int = required_link("partner")
    opened_on: date
    opened_by_id: int | None = link("user", index=False)
    goal: Rung = code_field(Rung, name="goal")
    rung_then: Rung = code_field(Rung, name="rung_then")
    # The codes of the reasons that held on the day it was opened, frozen.
    reasons: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    deadline: date = Field(index=True)
    note: str | None = long_text()
    withdrawn_on: date | None = None
    withdrawn_by_id: int | None = link("user", index=False)
    withdrawn_why: str | None = Field(default=None, max_length=500)
    moved_on: date | None = None
    reached_on: date | None = None
    # The day on which the clock told that the goal was not reached.
    missed_on: date | None = None

    untold: ClassVar[frozenset[str]] = Record.untold | {"moved_on", "reached_on", "missed_on"}
