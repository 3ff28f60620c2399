"""Reads of feeds: a person's own ones, and what one shows. Two or fewer statements a kind, whatever there is.

A feed leaves the house, to programs that nobody here keeps: no confidential note goes into it, whoever its
owner is, and of people only who leads a trip.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.datastructures import QueryParams

from app.actor import Actor
from app.calendars import kinds, tokens
from app.calendars.asked import Asked
from app.calendars.entries import Entry, Span
from app.changes.queries import mine
from app.errors import NotFound
from app.i18n import words
from app.lists import read
from app.models import CalendarFeed, Partner, User
from app.partners.filters import PartnerFilters
from app.partners.listing import conditions, joined
from app.vocabulary import CalendarKind, Door, Locale


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as its owner sees it. `address` is secret: whoever knows it reads the feed."""

    id: int
    version: int
    name: str
    shows: tuple[CalendarKind, ...]
    mine: bool
    query: str
    locale: Locale
    address: str


def feeds_of(session: Session, actor: Actor, address: str) -> list[FeedRow]:
    """A person's feeds by name; `address` is that of the door, to which each adds its token."""
    statement = (
        sa.select(CalendarFeed)
        .where(col(CalendarFeed.owner_id) == actor.user_id, col(CalendarFeed.archived_at).is_(None))
        .order_by(col(CalendarFeed.name), col(CalendarFeed.id))
    )
    return [
        FeedRow(
            feed.id or 0, feed.version, feed.name, tuple(CalendarKind(kind) for kind in feed.shows),
            feed.mine, feed.query, feed.locale, f"{address}?token={tokens.token_of(feed)}",
        )
        for feed in session.scalars(statement)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed that a token opened, and whose it is."""

    feed: CalendarFeed
    owner: Actor


def opened_by(session: Session, token: str) -> Opened:
    """The feed behind a token. Raises NotFound for one that opens nothing: unknown, given up, of a closed
    account."""
    row = session.execute(
        sa.select(CalendarFeed, User)
        .join(User, col(User.id) == CalendarFeed.owner_id)
        .where(
            col(CalendarFeed.id) == (tokens.id_in(token) or 0),
            col(CalendarFeed.archived_at).is_(None),
            col(User.disabled_at).is_(None),
        )
    ).first()
    if row is None or not tokens.opens(token, row.CalendarFeed):
        raise NotFound("calendar_feed")
    user = row.User
    owner = Actor(name=user.name, door=Door.api, user_id=user.id, email=user.email, role=user.role)
    return Opened(row.CalendarFeed, owner)


def entries(session: Session, opened: Opened, today: date) -> Iterator[Entry]:
    """What a feed shows today, kind by kind, each in the order of its days."""
    feed = opened.feed
    asked = Asked(
        session=session,
        words=words(feed.locale),
        span=Span.around(today),
        today=today,
        partners=_partners(opened),
        owner_id=feed.owner_id if feed.mine else None,
    )
    for kind in feed.shows:
        yield from kinds.READERS[CalendarKind(kind)](asked)


def _partners(opened: Opened) -> Any:
    """The ids of the partners whose days are shown, as a subquery; None for everybody's."""
    feed = opened.feed
    if not feed.mine and not feed.query:
        return None
    chosen = joined(sa.select(Partner.id)).where(*conditions(_filters(feed), opened.owner))
    if feed.mine:
        chosen = chosen.where(col(Partner.id).in_(mine(feed.owner_id)))
    return chosen


def _filters(feed: CalendarFeed) -> PartnerFilters:
    return read(PartnerFilters, QueryParams(feed.query))
