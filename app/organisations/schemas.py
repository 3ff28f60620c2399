"""What may be said about an organisation."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.partners.schemas import Country
from app.schemas import Day, Input, Maybe, Name, Text, partial_date, refuse
from app.standing import counted_on
from app.vocabulary import OrganisationKind


def _first_day(value: Any) -> Any:
    return _partial(value)[0] if isinstance(value, str) and value.strip() else value or None


def _last_day(value: Any) -> Any:
    return counted_on(*_partial(value)) if isinstance(value, str) and value.strip() else value or None


def _partial(text: str) -> Any:
    try:
        return partial_date(text)
    except ValueError:
        raise refuse("bad_partial_date") from None


class OrganisationIn(Input):
    """Whoever leads, supports or is asked. Its years of activity may be partly known: `active_from` is then
    the first and `active_to` the last day of what is known."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
    kind: OrganisationKind
    name_vi: Name
    name_en: Name
    acronym: Maybe[Annotated[Name, Field(max_length=40)]] = None
    aliases: Annotated[list[Name], Field(max_length=40)] = Field(default_factory=list)
    country: Maybe[Country] = None
    active_from: Annotated[Day | None, BeforeValidator(_first_day)] = None
    active_to: Annotated[Day | None, BeforeValidator(_last_day)] = None
    source: Maybe[Text] = None
    note: Maybe[Text] = None
    note_en: Maybe[Text] = None
