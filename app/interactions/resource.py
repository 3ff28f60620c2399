"""Contacts short of a delegation as programs read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound, Refused
from app.interactions.exchange import went_both_ways
from app.interactions.filters import InteractionFilters, InteractionQuery
from app.lists import Order, Part
from app.models import FollowUp, Interaction, InteractionPartner, Partner
from app.records.queries import grouped
from app.text import like_words
from app.vocabulary import Channel, DatePrecision


@dataclass(slots=True)
class InteractionJson:
    """A contact. `two_way`: an exchange, or answered since; `answered_by` are the contacts that answer it.
    `hidden`: it has confidential notes, which this caller may not read; `substantive`: something was agreed
    that somebody is responsible for."""

    id: int
    version: int
    on: date
    on_precision: DatePrecision
    channel: Channel
    title: str
    title_en: str | None
    partners: list[str]
    people: str | None
    summary: str | None
    two_way: bool
    answers: int | None
    answered_by: list[int]
    confidential: bool
    hidden: bool
    substantive: bool
    source: str | None
    is_demo: bool


def ordering(sort: str) -> list[Order]:
    """The order of a list, made total by the id."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    own = Order(col(Interaction.id), down)
    return [own] if key == "id" else [Order(col(Interaction.on), down), own]


def list_json(
    session: Session, actor: Actor, query: InteractionQuery, part: Part
) -> list[tuple[InteractionJson, tuple[Any, ...]]]:
    """Contacts that fit, each with the values it is sorted by. Four statements, one more for a partner."""
    if query.partner:
        known = session.scalars(sa.select(Partner.slug).where(col(Partner.slug).in_(query.partner)))
        if set(query.partner) - set(known):
            raise Refused("unknown_value", field="partner", name="partner")
    order = ordering(query.sort)
    statement = _statement().where(*conditions(query))
    found = _json(session, actor, part.rows(session, statement, order))
    keys = ("id",) if len(order) == 1 else ("on", "id")
    return [(item, tuple(getattr(item, key) for key in keys)) for item in found]


def one_json(session: Session, actor: Actor, interaction_id: int, *, own: bool = False) -> InteractionJson:
    """One contact; raises NotFound. `own`: the caller has just written it, and reads what it wrote."""
    rows = session.execute(
        _statement().where(Interaction.id == interaction_id, col(Interaction.archived_at).is_(None))
    ).all()
    if not rows:
        raise NotFound("interaction")
    return _json(session, actor, rows, own=own)[0]


def several_json(session: Session, actor: Actor, ids: Sequence[int]) -> list[InteractionJson]:
    """Contacts that the caller has just written, in the order of their ids; three statements."""
    statement = _statement().where(col(Interaction.id).in_(ids)).order_by(col(Interaction.id))
    return _json(session, actor, session.execute(statement).all(), own=True)


def _statement() -> Any:
    agreed = (
        sa.exists()
        .where(col(FollowUp.interaction_id) == Interaction.id, col(FollowUp.archived_at).is_(None))
        .where(sa.or_(col(FollowUp.assignee_id).is_not(None), col(FollowUp.unit_id).is_not(None)))
    )
    return sa.select(Interaction, went_both_ways().label("both_ways"), agreed.label("agreed"))


def conditions(query: InteractionFilters) -> list[Any]:
    """The filters as conditions."""
    found: list[Any] = [col(Interaction.archived_at).is_(None)]
    if query.channel:
        found.append(col(Interaction.channel).in_(query.channel))
    if query.partner:
        links = sa.select(InteractionPartner.interaction_id).join(
            Partner, col(Partner.id) == InteractionPartner.partner_id
        )
        found.append(col(Interaction.id).in_(links.where(col(Partner.slug).in_(query.partner))))
    if query.two_way is not None:
        found.append(went_both_ways() if query.two_way else sa.not_(went_both_ways()))
    if query.since:
        found.append(col(Interaction.on) >= query.since)
    if query.until:
        found.append(col(Interaction.on) <= query.until)
    words = like_words(query.q or "")
    return found + [col(Interaction.search_text).like(f"%{word}%", escape="\\") for word in words]


def _json(session: Session, actor: Actor, rows: Sequence[Any], *, own: bool = False) -> list[InteractionJson]:
    ids = [row.Interaction.id for row in rows]
    partners = grouped(
        session.execute(
            sa.select(InteractionPartner.interaction_id, Partner.slug)
            .join(Partner, col(Partner.id) == InteractionPartner.partner_id)
            .where(col(InteractionPartner.interaction_id).in_(ids), col(Partner.archived_at).is_(None))
            .order_by(col(Partner.slug))
        )
    )
    answers = grouped(
        session.execute(
            sa.select(Interaction.answers_id, Interaction.id)
            .where(col(Interaction.answers_id).in_(ids), col(Interaction.archived_at).is_(None))
            .order_by(col(Interaction.id))
        )
    )
    return [
        _one(
            row,
            [slug for _, slug in partners.get(row.Interaction.id, ())],
            [key for _, key in answers.get(row.Interaction.id, ())],
            own or actor.may_read_notes(row.Interaction.created_by_id),
        )
        for row in rows
    ]


def _one(row: Any, partners: list[str], answers: list[int], notes: bool) -> InteractionJson:
    talk = row.Interaction
    readable = notes or not talk.confidential
    return InteractionJson(
        id=talk.id,
        version=talk.version,
        on=talk.on,
        on_precision=talk.precision,
        channel=talk.channel,
        title=talk.title,
        title_en=talk.title_en,
        partners=partners,
        people=talk.people if readable else None,
        summary=talk.summary if readable else None,
        two_way=bool(row.both_ways),
        answers=talk.answers_id,
        answered_by=answers,
        confidential=talk.confidential,
        hidden=not readable and bool(talk.people or talk.summary),
        substantive=bool(row.agreed),
        source=talk.source,
        is_demo=talk.is_demo,
    )
