"""What may be said about a follow-up."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Day, Input, Line, Maybe, Name, Text
from app.vocabulary import FollowUpKind, FollowUpState, OwedBy, Priority

Why = Annotated[Text, Field(max_length=500)]

Task = Annotated[Line, Field(description="What is to be done, in a line.")]
Side = Annotated[OwedBy, Field(description="Who promised it: `home`, the city; `partner`, the other side.")]
WorkKind = Annotated[
    FollowUpKind,
    Field(
        description="What sort of work it is; proposals, work programmes, working sessions, renewals and "
        "introductions deepen the tie."
    ),
]
Assignee = Annotated[Name, Field(description="E-mail address of the account that sees to it; null: nobody.")]
UnitInCharge = Annotated[Name, Field(description="Code of the unit that sees to it; null: none.")]
Due = Annotated[Day, Field(description="The day by which it is to be done.")]
NewDue = Annotated[
    Day,
    Field(
        description="The day by which it is to be done; another one than before postpones it and needs `why`."
    ),
]
Weight = Annotated[Priority, Field(description="How pressing it is among other work.")]
Reaction = Annotated[Text, Field(description="What the other side is expected to do once it is done.")]
ReactionDue = Annotated[Day, Field(description="The day by which the other side is expected to do so.")]
Concerned = Annotated[list[Name], Field(description="Slugs of the partners it concerns, one or more.")]
Turn = Annotated[
    FollowUpState,
    Field(
        description="`done` or `dropped` closes it, `open` takes that back; overdue follows from `due_on`."
    ),
]
Outcome = Annotated[Text, Field(description="What came of it, told with `done`.")]
WhyMoved = Annotated[Why, Field(description="Why it is postponed or dropped; asked for in both cases.")]
ReportedOn = Annotated[Day, Field(description="The day it is about, not one to come; today when left out.")]
Progress = Annotated[Text, Field(description="How it goes, in some words.")]


class FollowUpIn(Input):
    """Something agreed: what, who owes it, who sees to it, by when."""

    title: Task
    owed_by: Side = OwedBy.home
    kind: WorkKind = FollowUpKind.other
    assignee: Maybe[Assignee] = None
    unit: Maybe[UnitInCharge] = None
    due_on: Due
    priority: Weight = Priority.normal
    expected_reaction: Maybe[Reaction] = None
    reaction_due_on: Annotated[ReactionDue | None, Blank] = None


class NewFollowUp(FollowUpIn):
    """A follow-up entered on its own, for one or more partners."""

    partners: Annotated[Concerned, Field(min_length=1, max_length=20)]


class FollowUpPatch(Input):
    """Changes to a follow-up. A new `due_on` is a postponement and needs `why`; dropping needs `why` too."""

    title: Task | None = None
    owed_by: Side | None = None
    kind: WorkKind | None = None
    assignee: Maybe[Assignee] = None
    unit: Maybe[UnitInCharge] = None
    priority: Weight | None = None
    due_on: Annotated[NewDue | None, Blank] = None
    state: Turn | None = None
    outcome: Maybe[Outcome] = None
    why: Maybe[WhyMoved] = None


class Postpone(Input):
    """A later day and why."""

    due_on: Day
    why: Why


class ProgressIn(Input):
    """How it goes, on a day that has come: today unless told."""

    on: Annotated[ReportedOn | None, Blank] = None
    text: Progress


class Drop(Input):
    """Why it will not be done."""

    why: Why


class Complete(Input):
    """What came of it, if there is something to say."""

    outcome: Maybe[Text] = None
