"""Partners and what describes them: names, sectors, organisations, forums, disputes."""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import (
    Record,
    Sourced,
    code_field,
    link,
    long_text,
    pair,
    precision_field,
    required_link,
    sort_key,
)
from app.vocabulary import (
    AliasType,
    DatePrecision,
    ForumBasis,
    OrganisationKind,
    PartnerKind,
    Region,
    RelationBasis,
    Rung,
    SectorLevel,
    Tier,
)


class Sector(Record, table=True):
    """A field of cooperation, or one of the five policy areas above them."""

    code: str = Field(max_length=40, unique=True)
    level: SectorLevel = code_field(SectorLevel)
    parent_id: int | None = link("sector")
    name_vi: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    source: str | None = long_text()
    # The city wants joint work in it above all.
    priority: bool = Field(default=False)


class Organisation(Record, table=True):
    """A unit, mission, donor, ministry, company: whoever leads, supports or is asked."""

    code: str = Field(max_length=40, unique=True)
    kind: OrganisationKind = code_field(OrganisationKind)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    acronym: str | None = Field(default=None, max_length=40)
    aliases: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    country: str | None = Field(default=None, max_length=2)
    parent_id: int | None = link("organisation")
    successor_id: int | None = link("organisation")
    active_from: date | None = None
    active_to: date | None = None
    source: str | None = long_text()
    note: str | None = long_text()
    note_en: str | None = long_text()
    name_key: str = sort_key()
    name_key_en: str = sort_key()
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("code", "name_vi", "name_en", "acronym", "aliases")
    keyed: ClassVar[dict[str, str]] = {"name_key": "name_vi", "name_key_en": "name_en"}


class OrganisationName(SQLModel, table=True):
    """A name an organisation bore until a day: a report on 2024 shows the name of 2024."""

    __tablename__ = "organisation_name"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = required_link("organisation")
    name_vi: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    acronym: str | None = Field(default=None, max_length=40)
    until: date  # exclusive: from this day on another name holds


class OrganisationPartner(SQLModel, table=True):
    """The partner locality an organisation belongs to."""

    __tablename__ = "organisation_partner"

    organisation_id: int = pair("organisation")
    partner_id: int = pair("partner", index=True)


class Partner(Record, Sourced, table=True):
    """A locality the city has, or seeks, ties with."""

    slug: str = Field(max_length=80, unique=True)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    name_local: str | None = Field(default=None, max_length=200)
    country: str = Field(max_length=2, index=True)
    kind: PartnerKind = code_field(PartnerKind)
    region: Region = code_field(Region, index=True)
    lat: float | None = None
    lon: float | None = None
    population: int | None = None
    tier: Tier = code_field(Tier, Tier.regular, index=True)
    officer_id: int | None = link("user")
    relation_basis: RelationBasis = code_field(RelationBasis, RelationBasis.sourced)
    friendship_known: bool = Field(default=False)
    friendship_since: date | None = None
    friendship_precision: DatePrecision | None = precision_field("friendship_precision")
    declared_rung: Rung | None = code_field(Rung, None, name="declared_rung")
    objectives: str | None = long_text()
    mission_id: int | None = link("organisation")
    embassy_id: int | None = link("organisation")
    name_key: str = sort_key()
    name_key_en: str = sort_key()
    search_text: str = Field(default="", sa_type=sa.Text)


class PartnerAlias(SQLModel, table=True):
    """Another spelling of a partner's name and what it rests on."""

    __tablename__ = "partner_alias"

    id: int | None = Field(default=None, primary_key=True)
    partner_id: int = required_link("partner")
    text: str = Field(max_length=200)
    type: AliasType = code_field(AliasType)
    evidence: str | None = Field(default=None, max_length=200)


class PartnerName(SQLModel, table=True):
    """Every folded name and alias of a partner: unique within a country, so that two officers cannot
    enter one place twice even at the same moment."""

    __tablename__ = "partner_name"

    country: str = Field(max_length=2, primary_key=True)
    folded: str = Field(max_length=200, primary_key=True)
    partner_id: int = required_link("partner")


class PartnerStrength(SQLModel, table=True):
    """A sector in which the partner is strong."""

    __tablename__ = "partner_strength"

    partner_id: int = pair("partner")
    sector_id: int = pair("sector", index=True)


class Forum(Record, Sourced, table=True):
    """A multilateral network of cities, and how the city's own membership is known."""

    code: str = Field(max_length=40, unique=True)
    acronym: str = Field(max_length=60)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    founded_year: int | None = None
    basis: ForumBasis = code_field(ForumBasis)
    joined_on: date | None = None
    joined_precision: DatePrecision | None = precision_field("joined_precision")
    search_text: str = Field(default="", sa_type=sa.Text)

    searched: ClassVar[tuple[str, ...]] = ("code", "acronym", "name_vi", "name_en")


class ForumMeeting(Record, Sourced, table=True):
    """A meeting of a forum: where several partners are met at once."""

    __tablename__ = "forum_meeting"

    forum_id: int = required_link("forum")
    title: str = Field(max_length=300)
    title_en: str | None = Field(default=None, max_length=300)
    starts_on: date = Field(index=True)
    starts_precision: DatePrecision = code_field(DatePrecision, DatePrecision.day, name="starts_precision")
    ends_on: date
    ends_precision: DatePrecision = code_field(DatePrecision, DatePrecision.day, name="ends_precision")
    place: str | None = Field(default=None, max_length=200)
    host_id: int | None = link("partner")


class ForumMembership(SQLModel, table=True):
    """A partner that belongs to a forum."""

    __tablename__ = "forum_membership"

    forum_id: int = pair("forum")
    partner_id: int = pair("partner", index=True)
    basis: str | None = Field(default=None, max_length=200)
    source: str | None = long_text()


class Dispute(Record, table=True):
    """Two sources that disagree on one fact: both are kept, one is used, the page says so."""

    partner_id: int = required_link("partner")
    source_key: str | None = Field(default=None, max_length=120, unique=True)
    record_type: str | None = Field(default=None, max_length=40)
    record_id: int | None = None
    field: str = Field(max_length=60)
    value_used: str = Field(max_length=200)
    value_other: str = Field(max_length=200)
    source_used: str | None = long_text()
    source_other: str | None = long_text()
    note: str | None = long_text()
    note_en: str | None = long_text()
