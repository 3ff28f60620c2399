"""What a list of partners may be asked for: the same words on the page, in the API and in exports."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from app.listings import MOST
from app.partners.schemas import Country
from app.reporting.filters import Spanned
from app.schemas import Blank, Day, Maybe, Name, refuse
from app.vocabulary import (
    Cause,
    InPeriod,
    PartnerKind,
    Quadrant,
    ReasonCode,
    Region,
    RelationBasis,
    Rung,
    Status,
    Step,
    Tier,
    Warmth,
)

ME, NOBODY = "me", "none"
SORTS = ("name", "urgency", "status", "rung", "tier", "country", "last_contact", "waiting")
RELEVANCE = "relevance"

T = TypeVar("T")


class Gap(StrEnum):
    """What a partner's file lacks: who looks after it, somebody in office to be asked, or somebody who leads
    what is agreed."""

    no_officer = "no_officer"
    no_person = "no_person"
    one_person = "one_person"
    no_lead_unit = "no_lead_unit"


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Several = Annotated[tuple[T, ...], AfterValidator(_each_once), BeforeValidator(_listed), Field(max_length=60)]


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS and value != RELEVANCE:
        raise refuse("bad_sort")
    return value


Sort = Annotated[str, Field(max_length=40), AfterValidator(_sort)]


class PartnerFilters(Spanned):
    """Which partners: of several values of one filter any fits, and every filter must; and as of which day
    their standings are meant."""

    q: Annotated[Maybe[Name], Field(description="Words of a name; marks and case do not matter.")] = None
    status: Annotated[Several[Status], Field(description="Where they stand, in a word.")] = ()
    rung: Annotated[Several[Rung], Field(description="How deep the tie goes, by its evidence.")] = ()
    tier: Annotated[Several[Tier], Field(description="How much attention the city owes them.")] = ()
    region: Annotated[
        Several[Region], Field(description="Regions of the world, as the department groups its partners.")
    ] = ()
    kind: Annotated[Several[PartnerKind], Field(description="What kind of locality they are.")] = ()
    country: Annotated[
        Several[Country], Field(description="Codes of countries, two letters each (ISO 3166-1): `JP`.")
    ] = ()
    forum: Annotated[Several[Name], Field(description="Codes of forums they belong to.")] = ()
    sector: Annotated[Several[Name], Field(description="Codes of sectors they are strong in.")] = ()
    officer: Annotated[Several[Name], Field(description="E-mail addresses, `me`, or `none`.")] = ()
    step: Annotated[
        Several[Step],
        Field(
            description="`credible`: a step that deepens it is in hand; `stale`: open actions, no such step."
        ),
    ] = ()
    warmth: Annotated[Several[Warmth], Field(description="How lately there was contact.")] = ()
    quadrant: Annotated[
        Several[Quadrant], Field(description="How deep it goes, crossed with how warm it is.")
    ] = ()
    reason: Annotated[Several[ReasonCode], Field(description="Reasons that hold, not only the first.")] = ()
    cause: Annotated[
        Several[Cause | Literal["none"]],
        Field(description="What a manager named as holding them back, or `none` where nothing is named."),
    ] = ()
    basis: Annotated[
        Several[RelationBasis],
        Field(description="Whether a source documents the relation, or it only illustrates the product."),
    ] = ()
    gap: Annotated[
        Several[Gap],
        Field(description="No officer; nobody in office on file, only one; or no unit in the lead."),
    ] = ()
    as_of: Annotated[
        Day | None,
        Blank,
        Field(description="Standings as of this day, from today's files; today when left out."),
    ] = None

    in_period: Annotated[
        Literal[InPeriod.signed] | None,
        Blank,
        Field(description="`signed`: has an agreement that was signed from `since` to `until`."),
    ] = None

    def alone(self) -> "PartnerFilters":
        """The filters without what a list adds to them: a key under which to remember what they give."""
        return PartnerFilters.model_construct(**{n: getattr(self, n) for n in PartnerFilters.model_fields})


class PartnerList(PartnerFilters):
    """A page of the list as its URL tells it."""

    sort: Annotated[Sort | None, Blank] = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    @property
    def order(self) -> str | None:
        """The order in force where it is neither the name's nor a search's own."""
        return self.sort

    def settled(self, today: date) -> Self:
        """The same list: today asked for by its date is today, which acts are offered on."""
        return self.model_copy(update={"as_of": None}) if self.as_of == today else self


class PartnersAs(StrEnum):
    """How the page shows its partners: one line each, or a column for every rung."""

    list = "list"
    board = "board"


class PartnerPage(PartnerList):
    """The list as its own page shows it."""

    view: Annotated[PartnersAs, Blank] = PartnersAs.list

    @property
    def order(self) -> str | None:
        """On the board the first cards of a long column are those that wait most urgently."""
        if self.sort or self.q or self.view == PartnersAs.list:
            return self.sort
        return "-urgency"


class PartnerQuery(PartnerFilters):
    """A page of the list as programs ask for it."""

    sort: Annotated[
        Sort | None, Blank, Field(description=f"{', '.join(SORTS)}; a leading - reverses it.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )
