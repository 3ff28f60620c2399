"""What may be said about a follow-up."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Day, Input, Line, Maybe, Name, Text
from app.vocabulary import FollowUpKind, FollowUpState, OwedBy, Priority

Why = Annotated[Text, Field(max_length=500)]


class FollowUpIn(Input):
    """Something agreed: what, who owes it, who sees to it, by when."""

    title: Line
    owed_by: OwedBy = OwedBy.home
    kind: FollowUpKind = FollowUpKind.other
    assignee: Maybe[Name] = None
    unit: Maybe[Name] = None
    due_on: Day
    priority: Priority = Priority.normal
    expected_reaction: Maybe[Text] = None
    reaction_due_on: Annotated[Day | None, Blank] = None


class NewFollowUp(FollowUpIn):
    """A follow-up entered on its own, for one or more partners."""

    partners: Annotated[list[Name], Field(min_length=1, max_length=20)]


class FollowUpPatch(Input):
    """Changes to a follow-up. A new `due_on` is a postponement and needs `why`; dropping needs `why` too."""

    title: Line | None = None
    owed_by: OwedBy | None = None
    kind: FollowUpKind | None = None
    assignee: Maybe[Name] = None
    unit: Maybe[Name] = None
    priority: Priority | None = None
    due_on: Annotated[Day | None, Blank] = None
    state: FollowUpState | None = None
    outcome: Maybe[Text] = None
    why: Maybe[Why] = None


class Postpone(Input):
    """A later day and why."""

    due_on: Day
    why: Why


class ProgressIn(Input):
    """How it goes, on a day that has come: today unless told."""

    on: Annotated[Day | None, Blank] = None
    text: Text


class Drop(Input):
    """Why it will not be done."""

    why: Why


class Complete(Input):
    """What came of it, if there is something to say."""

    outcome: Maybe[Text] = None
