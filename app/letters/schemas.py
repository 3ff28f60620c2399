"""What a letter may be asked for."""

from typing import Annotated

from pydantic import Field

from app.schemas import Blank, Input, Maybe
from app.vocabulary import LetterKind, Locale

_Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


_LANGUAGE = "The letter's own. When left out: English for a partner abroad. A reminder is in Vietnamese."
_PERSON = "To whom: somebody in office at the partner. When left out: who alone is known."
_DELEGATION = "The visit that is invited or given thanks for. When left out: the next one, the latest one."
_FOLLOW_UP = "Of a chase or a reminder: which promises. When left out: all that are open."
_UNIT = "Of a reminder: the code of the unit it goes to."


class LetterQuery(Input):
    """What one letter is about; what is left out is chosen from what is on file."""

    language: Annotated[Locale | None, Blank, Field(description=_LANGUAGE)] = None
    person: Annotated[_Id | None, Blank, Field(description=_PERSON)] = None
    delegation: Annotated[_Id | None, Blank, Field(description=_DELEGATION)] = None
    follow_up: Annotated[tuple[_Id, ...], Field(max_length=40, description=_FOLLOW_UP)] = ()
    unit: Maybe[Annotated[str, Field(max_length=40, description=_UNIT)]] = None


class LetterAsked(LetterQuery):
    """A letter's page: as above, and which letter. When left out: the one that the standing asks for."""

    kind: Annotated[LetterKind | None, Blank] = None
