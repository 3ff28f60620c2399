"""What is said when somebody's work passes on."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Maybe, Name, Text

Giver = Annotated[Name, Field(description="E-mail address of the account whose work passes on.")]
Taker = Annotated[Name, Field(description="E-mail address of the account that takes the partners.")]
WorkTaker = Annotated[
    Name,
    Field(description="E-mail address of the account that takes the follow-ups; the taker when left out."),
]
Words = Annotated[Text, Field(description="Some words for those who are told of it.")]


class HandoverIn(Input):
    """Whose work goes to whom. `follow_ups_to` may be another person than the one who takes the partners."""

    giver: Giver
    taker: Taker
    follow_ups_to: Maybe[WorkTaker] = None
    note: Maybe[Annotated[Words, Field(max_length=500)]] = None
