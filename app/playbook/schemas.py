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


Title = Annotated[Line, AfterValidator(_fillable)]
Days = Annotated[int, Field(ge=1, le=365)]


def _ticked(value: object) -> object:
    """A box that is not ticked is not sent; a form says so with an empty text."""
    return False if value == "" else value


Active = Annotated[bool, BeforeValidator(_ticked)]


class PlayIn(Input):
    """A play of the department's own. For a return visit it says whose turn it is; for no other reason."""

    reason: ReasonCode
    owed_by: Annotated[OwedBy | None, Blank] = None
    title_vi: Title
    title_en: Title
    kind: FollowUpKind
    due_in: Days
    who: StepBy
    position: Annotated[int, Field(ge=0, le=1000)] = 0
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
    kind: FollowUpKind | None = None
    due_in: Days | None = None
    who: StepBy | None = None
    position: Annotated[int, Field(ge=0, le=1000)] | None = None
    active: Active | None = None
