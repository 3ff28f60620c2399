"""Partners over REST."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.acts import WriterPatch, WriterPost
from app.answers import one
from app.causes.queries import causes_of
from app.dependencies import ApiReader, ReadSession, Today
from app.described import answers_changed, answers_created, answers_list, answers_one, parameters
from app.fields import IS_DEMO, VERSION, Remark, Source, like
from app.listings import listed
from app.models import Partner
from app.partners import queries, service
from app.partners.filters import PartnerQuery
from app.partners.listing import PartnerRow, list_partners
from app.partners.schemas import (
    Basis,
    Country,
    Embassy,
    Mission,
    NameLocal,
    Objectives,
    PartnerIn,
    PartnerPatch,
    Tied,
    Trusted,
)
from app.rest import ApiRoute, asked
from app.standings.payload import StandingJson
from app.vocabulary import (
    AliasType,
    Cause,
    Confidence,
    DatePrecision,
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

router = APIRouter(tags=["partners"], route_class=ApiRoute)


@dataclass(slots=True)
class PartnerItem:
    """A partner in a list, with its standing in codes."""

    id: Annotated[str, Field(description="Slug of the partner.")]
    name_vi: str
    name_en: str
    name_local: str | None
    country: str
    kind: PartnerKind
    region: Region
    tier: Annotated[Tier, Field(description="How much attention the city owes them.")]
    officer: Annotated[
        str | None, Field(description="The account that looks after it, by e-mail address; null: nobody.")
    ]
    relation_basis: Annotated[RelationBasis, like(Basis)]
    declared_rung: Annotated[Rung | None, like(StandingJson, "declared_rung")]
    rung: Annotated[Rung, like(StandingJson, "rung")]
    status: Annotated[Status, like(StandingJson, "status")]
    underlying: Annotated[Status, like(StandingJson, "underlying")]
    first_reason: Annotated[ReasonCode | None, Field(description="The first of its reasons.")]
    waiting_since: Annotated[date | None, like(StandingJson, "waiting_since")]
    months_waiting: Annotated[int | None, like(StandingJson, "months_waiting")]
    patience_months: Annotated[int, like(StandingJson, "patience_months")]
    warmth: Annotated[Warmth | None, like(StandingJson, "warmth")]
    quadrant: Annotated[Quadrant | None, like(StandingJson, "quadrant")]
    step: Annotated[Step, like(StandingJson, "step")]
    urgency: Annotated[float, like(StandingJson, "urgency")]
    last_contact_on: Annotated[date | None, Field(description="The day of the last contact of any kind.")]
    last_contact_precision: DatePrecision | None
    cause: Annotated[
        Cause | None, Field(description="What a manager named as holding it back; null: nothing.")
    ]
    next_contact_on: Annotated[
        date | None, Field(description="The first day to come on which the partner is met.")
    ]
    is_demo: bool


@dataclass(slots=True)
class PartnerPage:
    """A page of partners; `next` is the address of the one after, or null."""

    items: list[PartnerItem]
    next: str | None


@dataclass(slots=True)
class AliasJson:
    """Another spelling."""

    text: str
    type: AliasType


@dataclass(slots=True)
class PartnerJson:
    """One partner: what is recorded, without what is derived (see `partners/{id}/standing`)."""

    id: Annotated[str, Field(description="Slug of the partner.")]
    version: Annotated[int, VERSION]
    name_vi: str
    name_en: str
    name_local: Annotated[str | None, like(NameLocal)]
    aliases: Annotated[list[AliasJson], Field(description="Other spellings by which it is found.")]
    country: Annotated[str, like(Country)]
    kind: PartnerKind
    region: Region
    lat: float | None
    lon: float | None
    population: int | None
    tier: Annotated[Tier, Field(description="How much attention the city owes them.")]
    officer: Annotated[str | None, like(PartnerItem, "officer")]
    relation_basis: Annotated[RelationBasis, like(Basis)]
    friendship_known: Annotated[bool, like(Tied)]
    friendship_since: Annotated[
        date | None,
        Field(
            description="Since when there is a tie, where no paper on file tells it; the first day of what is"
            " known."
        ),
    ]
    friendship_since_precision: DatePrecision | None
    declared_rung: Annotated[Rung | None, like(StandingJson, "declared_rung")]
    objectives: Annotated[str | None, like(Objectives)]
    strengths: Annotated[list[str], Field(description="Codes of the sectors in which it is strong.")]
    forums: Annotated[list[str], Field(description="Codes of forums they belong to.")]
    mission: Annotated[str | None, like(Mission)]
    embassy: Annotated[str | None, like(Embassy)]
    cause: Annotated[Cause | None, like(PartnerItem, "cause")]
    cause_why: Annotated[str | None, Field(description="The cause in words.")]
    cause_named_on: date | None
    source: Annotated[str | None, like(Source)]
    confidence: Annotated[Confidence | None, like(Trusted)]
    note: Annotated[str | None, like(Remark)]
    note_en: str | None
    is_demo: Annotated[bool, IS_DEMO]


def _item(row: PartnerRow) -> PartnerItem:
    return PartnerItem(
        row.slug, row.name_vi, row.name_en, row.name_local, row.country, row.kind, row.region, row.tier,
        row.officer, row.relation_basis, row.declared_rung, row.rung, row.status, row.underlying,
        row.first_reason, row.waiting_since, row.months_waiting, row.patience, row.warmth,
        row.quadrant, row.step, row.urgency, row.last_contact_on, row.last_contact_precision, row.cause,
        row.next_contact_on, row.is_demo,
    )  # fmt: skip


def partner_json(session: ReadSession, partner: Partner) -> PartnerJson:
    """One partner for programs."""
    around = queries.around(session, partner)
    named = causes_of(session, partner.id or 0)
    cause = named[0] if named and named[0].ended_on is None else None
    return PartnerJson(
        id=partner.slug,
        version=partner.version,
        name_vi=partner.name_vi,
        name_en=partner.name_en,
        name_local=partner.name_local,
        aliases=[AliasJson(text, kind) for text, kind in around.aliases],
        country=partner.country,
        kind=partner.kind,
        region=partner.region,
        lat=partner.lat,
        lon=partner.lon,
        population=partner.population,
        tier=partner.tier,
        officer=around.officer,
        relation_basis=partner.relation_basis,
        friendship_known=partner.friendship_known,
        friendship_since=partner.friendship_since,
        friendship_since_precision=partner.friendship_precision,
        declared_rung=partner.declared_rung,
        objectives=partner.objectives,
        strengths=around.strengths,
        forums=around.forums,
        mission=around.mission,
        embassy=around.embassy,
        cause=cause.cause if cause else None,
        cause_why=cause.why if cause else None,
        cause_named_on=cause.named_on if cause else None,
        source=partner.source,
        confidence=partner.confidence,
        note=partner.note,
        note_en=partner.note_en,
        is_demo=partner.is_demo,
    )


@router.get(
    "/partners",
    name="list",
    summary="List partners",
    responses=answers_list(PartnerPage),
    openapi_extra=parameters(PartnerQuery),
)
def list_(
    request: Request,
    query: Annotated[PartnerQuery, asked(PartnerQuery)],
    actor: ApiReader,
    session: ReadSession,
    today: Today,
) -> Response:
    """Partners that fit every filter, in a stable order, with their standing in codes."""
    return listed(
        request,
        query,
        lambda part: list_partners(session, actor, query, today=today, sort=query.sort, part=part),
        key=lambda row: row.key,
        items=lambda rows: [_item(row) for row in rows],
    )


@router.get("/partners/{slug}", summary="One partner", responses=answers_one(PartnerJson, 404))
def show(request: Request, slug: str, actor: ApiReader, session: ReadSession) -> Response:
    """What is recorded of a partner. Its ETag is needed to change it."""
    partner = queries.get(session, slug)
    return one(request, partner_json(session, partner), partner.version)


@router.post(
    "/partners",
    status_code=201,
    summary="Enter a partner",
    responses=answers_created(PartnerJson),
)
def create(data: PartnerIn, act: WriterPost) -> Response:
    """Enter a partner. One whose name or alias is taken in its country is refused, and the other named."""
    partner = service.add_partner(act.session, act.actor, data)
    found = partner_json(act.session, partner)
    return act.created(found, partner.version, at=f"/api/v1/partners/{partner.slug}")


@router.patch(
    "/partners/{slug}",
    summary="Change a partner",
    responses=answers_changed(PartnerJson),
)
def change(slug: str, data: PartnerPatch, act: WriterPatch) -> Response:
    """Change the fields that are sent. Tier and officer need the scope `admin`."""
    partner = queries.get(act.session, slug)
    service.change_partner(act.session, act.actor, partner, data, version=act.version(partner))
    return act.answer(partner_json(act.session, partner), partner.version)
