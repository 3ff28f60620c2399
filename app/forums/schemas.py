"""What may be said about a forum and its members."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Facts, Input, Maybe, Name, Text
from app.vocabulary import ForumBasis


class ForumIn(Input):
    """A multilateral network of cities; `basis`: how the city's own membership is known."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
    # Empty where it goes by its name alone.
    acronym: Annotated[str, Field(max_length=60)] = ""
    name_vi: Name
    name_en: Name
    founded_year: Annotated[int | None, Field(ge=1800, le=2100), Blank] = None
    basis: ForumBasis
    facts: Facts = Field(default_factory=Facts)


class MemberIn(Input):
    """A partner's part in a forum. `basis` tells role and certainty as codes, `member:confirmed`, and a
    creative city's field behind them, `member:confirmed:design`."""

    partner: Name
    basis: Maybe[Name] = None
    source: Maybe[Text] = None
