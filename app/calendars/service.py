"""A person's calendar feeds: opened, changed, given a new address, closed."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.calendars.schemas import FeedIn
from app.errors import NotFound, Refused, Stale
from app.history import record
from app.models import CalendarFeed
from app.vocabulary import CalendarKind

MOST = 20


def get(session: Session, actor: Actor, feed_id: int) -> CalendarFeed:
    """One of one's own feeds; raises NotFound."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or feed.archived_at is not None or feed.owner_id != actor.user_id:
        raise NotFound("calendar_feed")
    return feed


def open_feed(session: Session, actor: Actor, data: FeedIn) -> CalendarFeed:
    """Begin a feed. Raises Refused for more feeds than anybody reads."""
    assert actor.user_id is not None
    there = sa.select(sa.func.count()).where(
        col(CalendarFeed.owner_id) == actor.user_id, col(CalendarFeed.archived_at).is_(None)
    )
    if (session.scalar(there) or 0) >= MOST:
        raise Refused("too_many_feeds", field="name", most=MOST)
    feed = CalendarFeed(owner_id=actor.user_id, is_demo=actor.is_demo, **_stored(data))
    record(session, actor, "calendar_feed.opened", feed)
    return feed


def change(session: Session, actor: Actor, feed: CalendarFeed, data: FeedIn, *, version: int) -> CalendarFeed:
    """Show other days, or of other partners, under the same address. Raises Stale."""
    if feed.version != version:
        raise Stale(feed)
    for name, value in _stored(data).items():
        if getattr(feed, name) != value:
            setattr(feed, name, value)
    record(session, actor, "calendar_feed.changed", feed)
    return feed


def renew(session: Session, actor: Actor, feed: CalendarFeed, *, version: int) -> CalendarFeed:
    """Give the feed a new address; whoever knows the former one reads nothing from now on. Raises Stale."""
    if feed.version != version:
        raise Stale(feed)
    feed.generation += 1
    record(session, actor, "calendar_feed.renewed", feed)
    return feed


def close(session: Session, actor: Actor, feed: CalendarFeed, *, version: int) -> CalendarFeed:
    """End the feed for good: its address answers no longer. Raises Stale."""
    if feed.version != version:
        raise Stale(feed)
    feed.archived_at = clock.now()
    record(session, actor, "calendar_feed.closed", feed)
    return feed


def _stored(data: FeedIn) -> dict[str, Any]:
    """The columns of what was asked; the kinds each once and in their order, so that order is no change."""
    shows = [kind.value for kind in CalendarKind if kind in data.shows]
    return {**data.model_dump(exclude={"shows"}), "shows": shows}
