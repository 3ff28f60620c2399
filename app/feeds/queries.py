"""Reads of the feed: events in the order of their positions, as far as the reader may know of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import Refused
from app.feeds.addresses import Addresses
from app.feeds.schemas import ChangesQuery
from app.feeds.types import chosen
from app.fields import IS_DEMO
from app.history.listing import may_know, withheld
from app.history.service import ERASED
from app.models import ApiKey, Event, EventPartner, Partner
from app.standings.reassess import WHOLE
from app.vocabulary import Door


@dataclass(slots=True)
class FieldJson:
    """What a field said before, and what it says since."""

    old: Any
    new: Any


@dataclass(slots=True)
class RecordJson:
    """The record: `id` is what addresses name it by; `url` is null for a part of another record."""

    type: Annotated[str, Field(description="Kind of the record: `partner`, `delegation`, `follow_up`.")]
    id: Annotated[str, Field(description="What addresses name it by: a slug, a code or a number.")]
    url: Annotated[str | None, Field(description="Where it is read on; null for a part of another record.")]


@dataclass(slots=True)
class ActorJson:
    """Who did it: a person (`user`), a program (`key`), or CityTies itself (`program`). `key`: the id of the
    key that was presented, told to the scope `admin` alone."""

    kind: Annotated[str, Field(description="`user`: a person, `key`: a program, `program`: CityTies itself.")]
    name: str
    key: Annotated[str | None, Field(description="Id of the key that was presented; for the scope `admin`.")]


@dataclass(slots=True)
class ChangeJson:
    """One event.

    `tombstone`: the record is no longer among the living: archived, erased, or merged into another.
    `hidden`: something of the change is not for this caller and was left out, or was erased for good.
    """

    position: Annotated[
        int, Field(description="Its place in the one order of all events, which never moves.")
    ]
    id: Annotated[int, Field(description="Id of the event; `webhook-id` ends in it.")]
    at: Annotated[datetime, Field(description="The moment it was entered, in UTC.")]
    type: Annotated[str, Field(description="What was done to which kind of record: `delegation.logged`.")]
    record: RecordJson
    tombstone: Annotated[
        bool, Field(description="The record is gone, archived, erased or merged: take it out of a copy.")
    ]
    partners: Annotated[list[str], Field(description="Slugs of the partners it concerns.")]
    actor: ActorJson
    door: Annotated[Door, Field(description="By which way it came in: a page, the API, an import, a job.")]
    request_id: Annotated[str | None, Field(description="The X-Request-Id of the call that did it.")]
    changes: Annotated[
        dict[str, FieldJson],
        Field(description="Old and new values by field, as far as the caller may know them."),
    ]
    hidden: Annotated[
        bool, Field(description="Something of it is not for this caller, or was erased for good.")
    ]
    is_demo: Annotated[bool, IS_DEMO]


def wanted(session: Session, query: ChangesQuery) -> list[Any]:
    """The conditions of a query on events. Raises Refused for a partner that does not exist."""
    _check_known(session, query.partner)
    found: list[Any] = []
    if query.type:
        found.append(col(Event.action).in_(chosen(query.type)))
    if query.action:
        found.append(sa.or_(*(col(Event.action).endswith(f".{a}", autoescape=True) for a in query.action)))
    if query.partner:
        concerned = sa.select(EventPartner.event_id).join(Partner, col(Partner.id) == EventPartner.partner_id)
        found.append(col(Event.id).in_(concerned.where(col(Partner.slug).in_(query.partner))))
    return found


def _check_known(session: Session, slugs: Iterable[str]) -> None:
    asked = set(slugs)
    if asked and asked - set(session.scalars(sa.select(Partner.slug).where(col(Partner.slug).in_(asked)))):
        raise Refused("unknown_value", field="partner", name="partner")


def events_after(
    session: Session, actor: Actor, conditions: Iterable[Any], *, after: int, until: int, limit: int
) -> list[Event]:
    """The events behind a position, up to another, that fit and the reader may know of; one statement."""
    statement = (
        sa.select(Event)
        .where(col(Event.position) > after, col(Event.position) <= until, *conditions, *may_know(actor))
        .order_by(col(Event.position))
        .limit(limit)
    )
    return list(session.scalars(statement))


def told(session: Session, actor: Actor, events: list[Event]) -> list[ChangeJson]:
    """Events as this reader may know them, in a fixed number of statements."""
    secret = withheld(session, actor, events)
    addresses = Addresses(session, events)
    partners, keys = _partners(session, events), _keys(session, actor, events)
    return [_told(event, secret, addresses, partners, keys) for event in events]


def _told(
    event: Event,
    secret: dict[int, frozenset[str]],
    addresses: Addresses,
    partners: dict[int, list[str]],
    keys: dict[int, str],
) -> ChangeJson:
    assert event.id is not None
    changes = _whole(event.changes)
    kept = {name: values for name, values in changes.items() if name not in secret.get(event.id, ())}
    fields: dict[str, FieldJson] = {}
    for name, (old, new) in kept.items():
        public, target = addresses.named(event.record_type, name)
        fields[public] = FieldJson(addresses.value(target, old), addresses.value(target, new))
    key = addresses.key(event.record_type, event.record_id)
    return ChangeJson(
        position=event.position or 0,
        id=event.id,
        at=event.at,
        type=event.action,
        record=RecordJson(event.record_type, key, addresses.url(event.record_type, event.record_id)),
        tombstone=_is_gone(event),
        partners=partners.get(event.id, []),
        actor=ActorJson(_kind(event), event.actor_name, keys.get(event.api_key_id or 0)),
        door=event.door,
        request_id=event.request_id,
        changes=fields,
        hidden=len(kept) < len(changes) or any(ERASED in values for values in kept.values()),
        is_demo=event.is_demo,
    )


def _whole(changes: dict[str, Any]) -> dict[str, Any]:
    """A change of standing tells its status, rung, warmth and reasons, also those that stayed."""
    if WHOLE not in changes:
        return changes
    old, new = changes[WHOLE]
    rest = {name: values for name, values in changes.items() if name != WHOLE}
    return {**{name: [old[name], new[name]] for name in new}, **rest}


def _is_gone(event: Event) -> bool:
    """Whether the event took the record out: it was archived, emptied for good, or another goes on for it."""
    return any(
        name in event.changes and event.changes[name][0] is None and event.changes[name][1] is not None
        for name in ("archived_at", "erased_at", "successor_id")
    )


def _kind(event: Event) -> str:
    if event.user_id is not None:
        return "user"
    return "key" if event.api_key_id is not None else "program"


def _keys(session: Session, actor: Actor, events: list[Event]) -> dict[int, str]:
    """What the keys that were presented are called by, by their row."""
    ids = {event.api_key_id for event in events if event.api_key_id is not None}
    if not ids or not actor.can(Permission.administer):
        return {}
    found = session.execute(sa.select(ApiKey.id, ApiKey.public_id).where(col(ApiKey.id).in_(ids)))
    return {row.id: row.public_id for row in found}


def _partners(session: Session, events: list[Event]) -> dict[int, list[str]]:
    statement = (
        sa.select(EventPartner.event_id, Partner.slug)
        .join(Partner, col(Partner.id) == EventPartner.partner_id)
        .where(col(EventPartner.event_id).in_([event.id for event in events]))
        .order_by(Partner.slug)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for event_id, slug in session.execute(statement):
        found[event_id].append(slug)
    return found
