"""What may be said about a partner, by form, JSON and seed alike."""

from collections.abc import Mapping
from typing import Annotated, Any

from babel import Locale as Cldr
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.fields import PARTLY, HowExact, NameEn, NameVi, Remark, RemarkEn, Source
from app.schemas import Blank, Day, Input, Maybe, Name, Text, normalise_partial, refuse
from app.vocabulary import (
    AliasType,
    Confidence,
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


Spelling = Annotated[Name, Field(description="The other spelling, as it is written.")]
SpellingType = Annotated[
    AliasType, Field(description="What the spelling is: of a language, a transcription, a name of the past.")
]
SpellingProof = Annotated[Name, Field(description="What shows that it is used: a document, a page.")]


class AliasIn(Input):
    """Another spelling."""

    text: Spelling
    type: SpellingType = AliasType.variant
    evidence: Maybe[SpellingProof] = None


Country = Annotated[
    Name, AfterValidator(_country), Field(description="Code of a country, two letters (ISO 3166-1): `JP`.")
]
Aliases = Annotated[
    list[AliasIn],
    Field(
        max_length=60,
        description="Other spellings by which it is found: texts, or objects with their type. Those sent "
        "replace those there are.",
    ),
    BeforeValidator(_alias_lines),
]
Codes = Annotated[list[Name], Field(max_length=40)]

NameLocal = Annotated[Name, Field(description="As the locality writes itself, in its own script.")]
Slug = Annotated[
    Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)],
    Field(
        description="What its addresses end in: `fukuoka`. A new partner's is made from the English name "
        "when left out."
    ),
]
Locality = Annotated[PartnerKind, Field(description="What kind of locality it is.")]
World = Annotated[Region, Field(description="Region of the world, as the department groups its partners.")]
Latitude = Annotated[float, Field(description="Degrees north; south of the equator negative: 33.59.")]
Longitude = Annotated[float, Field(description="Degrees east; west of Greenwich negative: 130.40.")]
Population = Annotated[int, Field(description="How many people live there.")]
Attention = Annotated[
    Tier,
    Field(
        description="How much attention the city owes it, which sets how long it may wait; changed by "
        "managers."
    ),
]
Officer = Annotated[
    Name,
    Field(
        description="E-mail address of the account that looks after it, null: nobody; changed by managers."
    ),
]
Tied = Annotated[
    bool,
    Field(
        description="Whether there is a tie, even where its day is not known; without one it counts as "
        "not established."
    ),
]
TiedSince = Annotated[
    Day, Field(description=f"Since when there is a tie, where no paper on file tells it. {PARTLY}")
]
Declared = Annotated[
    Rung,
    Field(
        description="How deep an officer thinks the tie goes, shown beside what the evidence says; null: "
        "not declared."
    ),
]
Objectives = Annotated[Text, Field(description="What the city wants of the relationship.")]
Strengths = Annotated[
    Codes,
    Field(description="Codes of the sectors in which it is strong; those sent replace those there are."),
]
Mission = Annotated[Name, Field(description="Code of the Vietnamese mission abroad that covers it.")]
Embassy = Annotated[Name, Field(description="Code of its country's embassy in Vietnam.")]
Basis = Annotated[
    RelationBasis,
    Field(
        description="`sourced`: a source documents the relation; `illustrative`: it only illustrates the "
        "product."
    ),
]
Trusted = Annotated[Confidence, Field(description="How far the source is trusted; null: not judged.")]


class PartnerPatch(Input):
    """Changes to a partner; a field left out stays as it is."""

    name_vi: NameVi | None = None
    name_en: NameEn | None = None
    name_local: Maybe[NameLocal] = None
    slug: Maybe[Slug] = None
    country: Country | None = None
    kind: Locality | None = None
    region: World | None = None
    lat: Annotated[Latitude | None, Field(ge=-90, le=90), Blank] = None
    lon: Annotated[Longitude | None, Field(ge=-180, le=180), Blank] = None
    population: Annotated[Population | None, Field(ge=0, le=100_000_000), Blank] = None
    tier: Attention | None = None
    officer: Maybe[Officer] = None
    friendship_known: Tied | None = None
    friendship_since: Annotated[TiedSince | None, Blank] = None
    friendship_precision: Annotated[
        HowExact | None, Blank, Field(validation_alias="friendship_since_precision")
    ] = None
    declared_rung: Annotated[Declared | None, Blank] = None
    objectives: Maybe[Objectives] = None
    strengths: Strengths | None = None
    aliases: Aliases | None = None
    mission: Maybe[Mission] = None
    embassy: Maybe[Embassy] = None
    relation_basis: Basis | None = None
    source: Maybe[Source] = None
    confidence: Annotated[Trusted | None, Blank] = None
    note: Maybe[Remark] = None
    note_en: Maybe[RemarkEn] = None

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

    name_vi: NameVi
    name_en: NameEn
    country: Country
    kind: Locality
    region: World
    tier: Attention = Tier.regular


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
