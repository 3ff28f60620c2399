"""What may be said about the policy."""

from typing import Annotated

from pydantic import Field, create_model, model_validator

from app.models import PolicyRow
from app.schemas import Blank, Input, Text, refuse
from app.standing.policy import LEAST_MONTHS, MOST_MONTHS

Months = Annotated[int, Field(ge=LEAST_MONTHS, le=MOST_MONTHS)]
_PATIENCE = "Months that a partner of this tier may wait short of a programme before it is stuck."
_SILENCE = "Months without contact after which a partner of this tier is cold."
# What each of the policy's months is for, as app/standing/ counts them.
MEANINGS = {
    "patience_priority": _PATIENCE,
    "patience_regular": _PATIENCE,
    "patience_wide": _PATIENCE,
    "silence_priority": _SILENCE,
    "silence_regular": _SILENCE,
    "silence_wide": _SILENCE,
    "warning": "Months before patience, quiet or a paper's end in which it is warned.",
    "quiet": "Months without start or progress after which a programme no longer counts as alive.",
    "return_visit": "Months after which a visit that was not returned is owed.",
    "memory": "Months for which programmes that ended and outcomes count towards a lasting tie.",
}


class _Restoring(Input):
    restores: Annotated[
        Annotated[int, Field(ge=0, le=2**31 - 1)] | None,
        Blank,
        Field(description="The id of an earlier change: its months are taken up again; 0: those delivered."),
    ] = None

    @property
    def said(self) -> dict[str, int]:
        """The months that are told, by name."""
        told = {name: getattr(self, name) for name in PolicyRow.months}
        return {name: value for name, value in told.items() if value is not None}

    @model_validator(mode="after")
    def _something(self) -> "_Restoring":
        if not self.said and self.restores is None:
            raise refuse("nothing_said")
        return self


# Months, 1 to 120, by the names of the table; what is left out stays.
Proposal = create_model(
    "Proposal",
    __base__=_Restoring,
    __doc__="Months as they might be; what is left out stays.",
    **{
        name: (Annotated[Months | None, Field(description=MEANINGS[name])], None) for name in PolicyRow.months
    },
)


class PolicyPatch(Proposal):
    """Months as they are to be, and why; what is left out stays."""

    why: Annotated[Text, Field(max_length=2000, description="Why the months change; the history keeps it.")]
