"""What may be said about a partner, by form, JSON and seed alike."""

from collections.abc import Mapping
from typing import Annotated, Any

from babel import Locale as Cldr
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.schemas import Blank, Day, Input, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import (
    AliasType,
    Confidence,
    DatePrecision,
    PartnerKind,
    Region,
    RelationBasis,
    Rung,
    Tier,
)

# CLDR's two-letter territories that are no countries or places: reserved codes, unions, test regions.
_NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
COUNTRIES = (
    frozenset(code for code in map(str, Cldr("en").territories) if len(code) == 2 and code.isalpha())
    - _NO_COUNTRIES
)


def _country(value: str) -> str:
    code = value.upper()
    if code not in COUNTRIES:
        raise refuse("unknown_country")
    return code


def _alias_lines(value: Any) -> Any:
    """A form sends aliases as lines of one text; JSON as a list of texts or objects."""
    if isinstance(value, str):
        value = [line for line in value.splitlines() if line.strip()]
    if isinstance(value, list):
        return [{"text": item} if isinstance(item, str) else item for item in value]
    return value


class AliasIn(Input):
    """Another spelling."""

    text: Name
    type: AliasType = AliasType.variant
    evidence: Maybe[Name] = None


Country = Annotated[Name, AfterValidator(_country)]
Aliases = Annotated[list[AliasIn], Field(max_length=60), BeforeValidator(_alias_lines)]
Codes = Annotated[list[Name], Field(max_length=40)]


class PartnerPatch(Input):
    """Changes to a partner; a field left out stays as it is."""

    name_vi: Name | None = None
    name_en: Name | None = None
    name_local: Maybe[Name] = None
    slug: Maybe[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]] = None
    country: Country | None = None
    kind: PartnerKind | None = None
    region: Region | None = None
    lat: Annotated[float | None, Field(ge=-90, le=90), Blank] = None
    lon: Annotated[float | None, Field(ge=-180, le=180), Blank] = None
    population: Annotated[int | None, Field(ge=0, le=100_000_000), Blank] = None
    tier: Tier | None = None
    officer: Maybe[Name] = None
    friendship_known: bool | None = None
    friendship_since: Annotated[Day | None, Blank] = None
    friendship_precision: Annotated[
        DatePrecision | None, Blank, Field(validation_alias="friendship_since_precision")
    ] = None
    declared_rung: Annotated[Rung | None, Blank] = None
    objectives: Maybe[Text] = None
    strengths: Codes | None = None
    aliases: Aliases | None = None
    mission: Maybe[Name] = None
    embassy: Maybe[Name] = None
    relation_basis: RelationBasis | None = None
    source: Maybe[Text] = None
    confidence: Annotated[Confidence | None, Blank] = None
    note: Maybe[Text] = None
    note_en: Maybe[Text] = None

    @model_validator(mode="before")
    @classmethod
    def _partial(cls, data: Any) -> Any:
        """Its precision is called as it is read (`friendship_since_precision`); the column's name is
        understood too."""
        if isinstance(data, Mapping) and "friendship_precision" in data:
            data = dict(data)
            data.setdefault("friendship_since_precision", data.pop("friendship_precision"))
        return normalise_partial(data, "friendship_since", "friendship_since_precision")


class PartnerIn(PartnerPatch):
    """A new partner: what must be known from the first day."""

    name_vi: Name
    name_en: Name
    country: Country
    kind: PartnerKind
    region: Region
    tier: Tier = Tier.regular


class DisputeIn(Input):
    """Two statements on one fact that disagree: which one is used, which one is not, and why.

    `field` is the record's own name of the field; an empty value means that the statement gives none.
    """

    record_type: Maybe[Annotated[str, Field(max_length=40)]] = None
    record_id: int | None = None
    field: Annotated[str, Field(max_length=60)]
    value_used: Annotated[str, Field(max_length=200)] = ""
    value_other: Annotated[str, Field(max_length=200)] = ""
    source_used: Maybe[Text] = None
    source_other: Maybe[Text] = None
    note: Maybe[Text] = None
    note_en: Maybe[Text] = None
