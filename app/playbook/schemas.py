"""What may be said about a play."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.schemas import Blank, Input, Line, Maybe, refuse
from app.standing import StepBy
from app.vocabulary import FollowUpKind, OwedBy, ReasonCode

# What is filled in, and what stands in square brackets: left out when nothing is known to fill it.
_FILLED = re.compile(r"\{(?:partner|sectors)\}")
_PARTS = re.compile(r"\[[^\[\]]*\]")


def _fillable(text: str) -> str:
    rest = _PARTS.sub("", _FILLED.sub("", text))
    if re.search(r"[{}\[\]]", rest) or re.search(r"[{}]", "".join(_PARTS.findall(_FILLED.sub("", text)))):
        raise refuse("bad_play_title")
    return text


Title = Annotated[
    Line,
    AfterValidator(_fillable),
    Field(
        description="Title of the follow-up. `{partner}` and `{sectors}` are filled in; what stands in [ "
        "] goes where nothing fills it."
    ),
]
Days = Annotated[int, Field(ge=1, le=365, description="In how many days the follow-up is due.")]


def _ticked(value: object) -> object:
    """A box that is not ticked is not sent; a form says so with an empty text."""
    return False if value == "" else value


Active = Annotated[bool, BeforeValidator(_ticked), Field(description="Whether it is proposed.")]

Answered = Annotated[ReasonCode, Field(description="The reason of a standing that it answers.")]
WhoseTurn = Annotated[OwedBy, Field(description="Of a return visit alone: whose turn it is.")]
ProposedKind = Annotated[FollowUpKind, Field(description="Kind of the follow-up that it proposes.")]
Doer = Annotated[
    StepBy, Field(description="Who sees to it: the partner's officer, the unit in the lead, or the mission.")
]
Position = Annotated[int, Field(description="Its place among the plays for one reason, the lowest first.")]


class PlayIn(Input):
    """A play of the department's own. For a return visit it says whose turn it is; for no other reason."""

    reason: Answered
    owed_by: Annotated[WhoseTurn | None, Blank] = None
    title_vi: Title
    title_en: Title
    kind: ProposedKind
    due_in: Days
    who: Doer
    position: Annotated[Position, Field(ge=0, le=1000)] = 0
    active: Active = True

    @model_validator(mode="after")
    def _whose_turn(self) -> "PlayIn":
        if (self.reason == ReasonCode.return_visit_owed) != (self.owed_by is not None):
            code = "whose_turn_needed" if self.owed_by is None else "whose_turn_not_asked"
            raise refuse(code, field="owed_by")
        return self


class PlayPatch(Input):
    """Changes to a play. Both titles or none: an empty one takes back what the program says."""

    title_vi: Maybe[Title] = None
    title_en: Maybe[Title] = None
    kind: ProposedKind | None = None
    due_in: Days | None = None
    who: Doer | None = None
    position: Annotated[Position, Field(ge=0, le=1000)] | None = None
    active: Active | None = None
