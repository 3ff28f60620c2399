"""Whether a webhook can ever be told what it asks for. What cannot is refused: nobody notices silence."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import FieldError, Invalid
from app.feeds.types import OF_ACCOUNTS
from app.models import Partner, User
from app.webhooks.schemas import Filter


def check_reachable(
    session: Session, owner: Actor | None, events: Sequence[str] | None, filters: Filter | None
) -> None:
    """Raises Invalid for events that the owner is never told of, and for partners and officers that do not
    exist. None is not asked about."""
    wrong = list(_unknown(session, filters)) if filters else []
    if owner is not None and not owner.can(Permission.administer):
        kept = (place for place, it in enumerate(events or ()) if it.partition(".")[0] in OF_ACCOUNTS)
        wrong += [_error("events_of_accounts", "events", place) for place in kept]
    if wrong:
        raise Invalid(wrong)


def _unknown(session: Session, filters: Filter) -> Iterator[FieldError]:
    looked: tuple[tuple[str, Any], ...] = (("partner", Partner.slug), ("officer", User.email))
    for name, column in looked:
        wanted = getattr(filters, name)
        known = set(session.scalars(sa.select(column).where(col(column).in_(wanted)))) if wanted else set()
        for place, value in enumerate(wanted):
            if value not in known:
                yield _error("unknown_value", "filter", name, place, name=name)


def _error(code: str, *path: str | int, **params: Any) -> FieldError:
    parts = tuple(str(part) for part in path)
    return FieldError("-".join(parts), code, tuple(params.items()), parts)
