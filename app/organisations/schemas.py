"""What may be said about an organisation, its new name, and what it was merged into."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.fields import PARTLY, NameEn, NameVi, Remark, RemarkEn, Source
from app.partners.schemas import Country
from app.schemas import Day, Input, Maybe, Name, partial_date, refuse
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
Acronym = Annotated[Name, Field(max_length=40, description="Its short name: SNgV.")]

WhatItIs = Annotated[OrganisationKind, Field(description="What kind of organisation it is.")]
SPELLINGS = Field(
    max_length=40, description="Other spellings by which it is found; those sent replace those there are."
)
ActiveFrom = Annotated[Day, Field(description=f"The first day on which it was there. {PARTLY}")]
ActiveTo = Annotated[
    Day, Field(description=f"The last day on which it was there; null: it still is. {PARTLY}")
]
OwnCode = Annotated[
    Code, Field(description="What its addresses end in; made from the acronym or the name when left out.")
]
RenamedOn = Annotated[Day, Field(description="The first day on which it bears them.")]
Successor = Annotated[Name, Field(description="Code of the organisation that goes on in its place.")]
MergedOn = Annotated[Day, Field(description="The first day on which that one does.")]


class OrganisationPatch(Input):
    """Changes to an organisation; a field left out stays as it is. A name that is changed here was wrong from
    the first day: one that changes from a day on is a rename."""

    kind: WhatItIs | None = None
    name_vi: NameVi | None = None
    name_en: NameEn | None = None
    acronym: Maybe[Acronym] = None
    aliases: Annotated[list[Name] | None, SPELLINGS, BeforeValidator(_lines)] = None
    country: Maybe[Country] = None
    partner: Annotated[Maybe[Name], Field(description="Slug of the partner it belongs to.")] = None
    parent: Annotated[Maybe[Name], Field(description="Code of the organisation above it.")] = None
    active_from: Annotated[ActiveFrom | None, BeforeValidator(_first_day)] = None
    active_to: Annotated[ActiveTo | None, BeforeValidator(_last_day)] = None
    source: Maybe[Source] = None
    note: Maybe[Remark] = None
    note_en: Maybe[RemarkEn] = None


class OrganisationIn(OrganisationPatch):
    """Whoever leads, supports or is asked. Its years of activity may be partly known: `active_from` is then
    the first and `active_to` the last day of what is known. A code is made from its acronym or name when none
    is given."""

    code: Maybe[OwnCode] = None
    kind: WhatItIs
    name_vi: NameVi
    name_en: NameEn
    aliases: Annotated[list[Name], SPELLINGS, BeforeValidator(_lines)] = Field(default_factory=list)


class RenameIn(Input):
    """The names from a day on; until then it bore the present ones."""

    name_vi: NameVi
    name_en: NameEn
    acronym: Maybe[Acronym] = None
    from_on: RenamedOn


class MergeIn(Input):
    """The organisation that goes on in its place, and since when."""

    into: Successor
    on: MergedOn
