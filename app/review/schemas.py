"""What a manager looks at, and what is decided about a partner."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from app.follow_ups.schemas import FollowUpIn
from app.partners.filters import PartnerList, Several
from app.schemas import Blank, Day, Input, Maybe, Name, Text, refuse
from app.vocabulary import PauseReason, PauseState, Status, Step


class QueueView(StrEnum):
    """The queues of the review page; the first is the one it opens with."""

    decide = "decide"
    in_hand = "in_hand"
    waiting = "waiting"
    parked = "parked"
    facts = "facts"
    all = "all"


# What a view shows: partners of these statuses and with these steps; an empty tuple means any.
VIEWS: dict[QueueView, tuple[tuple[Status, ...], tuple[Step, ...]]] = {
    QueueView.decide: ((Status.stuck,), (Step.stale, Step.none)),
    QueueView.in_hand: ((Status.stuck,), (Step.credible,)),
    QueueView.waiting: ((Status.stuck, Status.at_risk, Status.on_track), ()),
    QueueView.parked: ((Status.parked,), ()),
    QueueView.facts: ((Status.no_data,), ()),
    QueueView.all: ((), ()),
}


class ReviewList(PartnerList):
    """The review page as its URL tells it: a queue, filters that narrow it, and the case that is open."""

    view: Annotated[QueueView | None, Blank] = None
    partner: Maybe[Name] = None

    @model_validator(mode="after")
    def _one_way(self) -> "ReviewList":
        if self.view is not None and (self.status or self.step):
            raise refuse("view_or_status", field="view")
        return self

    @property
    def shown(self) -> QueueView | None:
        """The view in force; None where a status or a step was asked for by name."""
        return self.view or (None if self.status or self.step else QueueView.decide)

    @property
    def narrowed(self) -> "ReviewList":
        """The same list with its view written out as the filters that the view stands for."""
        if self.shown is None:
            return self
        statuses, steps = VIEWS[self.shown]
        return self.model_copy(update={"status": statuses, "step": steps, "view": None})


class PauseQuery(Input):
    """Filters and page of a list over pauses."""

    state: Annotated[
        Several[PauseState],
        Field(description="`asked` waits for a second person; `ended` was taken up before its day."),
    ] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


WhyParked = Annotated[PauseReason, Field(description="Why it is parked; `other` needs `why`.")]
ParkedFrom = Annotated[Day, Field(description="The first day of the pause; today when left out.")]
ParkedUntil = Annotated[
    Day, Field(description="The first day after the pause; only `symbolic` may go without one.")
]
ParkedWords = Annotated[Text, Field(description="The same in words.")]
Approved = Annotated[bool, Field(description="true parks the relationship, false declines to.")]
WhyDecided = Annotated[Text, Field(description="Why, for those who asked.")]
Caretaker = Annotated[
    Name, Field(description="E-mail address of the account that looks after it; null: nobody.")
]


class PauseIn(Input):
    """A request to park a relationship; only a symbolic one may lack its end."""

    reason: WhyParked
    starts_on: Annotated[ParkedFrom | None, Blank] = None
    until: Annotated[ParkedUntil | None, Blank] = None
    why: Maybe[Annotated[ParkedWords, Field(max_length=2000)]] = None

    @model_validator(mode="after")
    def _complete(self) -> "PauseIn":
        if self.until is None and self.reason != PauseReason.symbolic:
            raise refuse("until_needed", field="until")
        if self.reason == PauseReason.other and self.why is None:
            raise refuse("why_needed", field="why")
        return self


class PauseDecision(Input):
    """The second person's word."""

    approve: Approved
    why: Maybe[Annotated[WhyDecided, Field(max_length=2000)]] = None


class OfficerIn(Input):
    """Who looks after the partner from now on; nobody when empty."""

    officer: Maybe[Caretaker] = None


class StepIn(FollowUpIn):
    """The proposed step, as the manager sends it after a look."""
