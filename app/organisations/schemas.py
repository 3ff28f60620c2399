"""What may be said about an organisation, its new name, and what it was merged into."""

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


def _lines(value: Any) -> Any:
    """A form sends other spellings as lines of one text."""
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
Acronym = Annotated[Name, Field(max_length=40)]


class OrganisationPatch(Input):
    """Changes to an organisation; a field left out stays as it is. A name that is changed here was wrong from
    the first day: one that changes from a day on is a rename."""

    kind: OrganisationKind | None = None
    name_vi: Name | None = None
    name_en: Name | None = None
    acronym: Maybe[Acronym] = None
    aliases: Annotated[list[Name] | None, Field(max_length=40), BeforeValidator(_lines)] = None
    country: Maybe[Country] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of the partner it belongs to.")] = None
    parent: Annotated[Maybe[Name], Field(description="Code of the organisation above it.")] = None
    active_from: Annotated[Day | None, BeforeValidator(_first_day)] = None
    active_to: Annotated[Day | None, BeforeValidator(_last_day)] = None
    source: Maybe[Text] = None
    note: Maybe[Text] = None
    note_en: Maybe[Text] = None


class OrganisationIn(OrganisationPatch):
    """Whoever leads, supports or is asked. Its years of activity may be partly known: `active_from` is then
    the first and `active_to` the last day of what is known. A code is made from its acronym or name when none
    is given."""

    code: Maybe[Code] = None
    kind: OrganisationKind
    name_vi: Name
    name_en: Name
    aliases: Annotated[list[Name], Field(max_length=40), BeforeValidator(_lines)] = Field(
        default_factory=list
    )


class RenameIn(Input):
    """The names from a day on; until then it bore the present ones."""

    name_vi: Name
    name_en: Name
    acronym: Maybe[Acronym] = None
    from_on: Day


class MergeIn(Input):
    """The organisation that goes on in its place, and since when."""

    into: Name
    on: Day
