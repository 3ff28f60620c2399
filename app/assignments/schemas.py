"""What is said to many partners at once."""

from typing import Annotated

from pydantic import Field, model_validator

from app.causes.schemas import CauseIn, HeldBack
from app.fields import PartnerSlug, Version
from app.partners.filters import NOBODY
from app.partners.schemas import PartnerPatch
from app.review.schemas import ParkedUntil, PauseIn, ReviewList
from app.schemas import Blank, Input, Maybe, Name, Text, refuse
from app.vocabulary import Cause, PauseReason, Tier

# The most partners in one go.
MOST = 200
Why = Annotated[Text, Field(max_length=2000)]

CHOSEN = Field(min_length=1, max_length=MOST, description="The partners, each in the version that was seen.")
Attention = Annotated[Tier, Field(description="How much attention the city owes them.")]
CauseWords = Annotated[Why, Field(description="The cause in words; `other` needs them.")]
PauseWords = Annotated[Why, Field(description="The reason of the pause in words; `other` needs them.")]


class Chosen(Input):
    """One partner in the version that was seen."""

    partner: PartnerSlug
    version: Version


class AssignmentIn(Input):
    """The partners, and what is done with each of them; what is left out stays as it is."""

    partners: Annotated[list[Chosen], CHOSEN]
    officer: Annotated[Maybe[Name], Field(description="An e-mail address, or `none` for nobody.")] = None
    tier: Annotated[Attention | None, Blank] = None
    cause: Annotated[HeldBack | None, Blank] = None
    cause_why: Maybe[CauseWords] = None
    confirm: Annotated[bool, Field(description="Nothing is missing from their files.")] = False
    steps: Annotated[bool, Field(description="Takes the step proposed for each that is not in hand.")] = False
    pause_reason: Annotated[PauseReason | None, Blank, Field(description="Asks to park them.")] = None
    pause_until: Annotated[ParkedUntil | None, Blank] = None
    pause_why: Maybe[PauseWords] = None

    @model_validator(mode="after")
    def _complete(self) -> "AssignmentIn":
        if self.cause == Cause.other and self.cause_why is None:
            raise refuse("why_needed", field="cause_why")
        if self.pause_reason is not None:
            if self.pause_until is None and self.pause_reason != PauseReason.symbolic:
                raise refuse("until_needed", field="pause_until")
            if self.pause_reason == PauseReason.other and self.pause_why is None:
                raise refuse("why_needed", field="pause_why")
        return self

    @property
    def patch(self) -> PartnerPatch | None:
        """What changes of the partners' own fields."""
        said: dict[str, object] = {}
        if self.officer is not None:
            said["officer"] = None if self.officer == NOBODY else self.officer
        if self.tier is not None:
            said["tier"] = self.tier
        return PartnerPatch(**said) if said else None

    @property
    def named(self) -> CauseIn | None:
        """The cause that is named for each."""
        return None if self.cause is None else CauseIn(cause=self.cause, why=self.cause_why)

    @property
    def pause(self) -> PauseIn | None:
        """The pause that is asked for each."""
        if self.pause_reason is None:
            return None
        return PauseIn(reason=self.pause_reason, until=self.pause_until, why=self.pause_why)


class Choice(ReviewList):
    """Which partners are to be changed: some by id, or with `every` all that fit the list's filters."""

    id: Annotated[tuple[Annotated[int, Field(ge=1, le=2**31 - 1)], ...], Field(max_length=MOST)] = ()
    every: Maybe[Name] = None
    next: Maybe[Annotated[str, Field(max_length=2000)]] = None

    @property
    def wanted(self) -> ReviewList:
        """The list they are chosen from: one of the review's queues where its view is named."""
        return self.narrowed if self.view else self
