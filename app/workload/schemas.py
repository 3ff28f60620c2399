"""What is said when somebody's work passes on."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Maybe, Name, Text


class HandoverIn(Input):
    """Whose work goes to whom. `follow_ups_to` may be another person than the one who takes the partners."""

    giver: Name
    taker: Name
    follow_ups_to: Maybe[Name] = None
    note: Annotated[Maybe[Text], Field(max_length=500)] = None
