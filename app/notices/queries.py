"""Reads of notices: a page of one person's, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Note, Notice, Partner, Pause
from app.records.queries import named
from app.vocabulary import Locale, NoticeKind

PAGE = 50
_URLS = {
    "follow_up": "/follow-ups/{}",
    "delegation": "/delegations/{}",
    "agreement": "/agreements/{}",
    "push": "/pushes/{}",
    "webhook": "/settings/webhooks/{}",
}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in what its sentence needs: who did it, what it is about, where that stands."""

    id: int
    kind: NoticeKind
    at: datetime
    read: bool
    by: str
    about: str
    url: str
    on: date | None = None
    # How many it tells of at once.
    n: int = 1


def notices_of(
    session: Session, user_id: int, locale: Locale, *, before: int | None = None
) -> list[NoticeLine]:
    """A page of notices and one more, if there is one; one statement."""
    statement = (
        _joined(sa.select(Notice, Partner.slug, named(Partner, locale)))
        .where(col(Notice.user_id) == user_id)
        .order_by(col(Notice.id).desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(col(Notice.id) < before)
    return [_line(*row) for row in session.execute(statement)]


def _joined(statement: sa.Select[Any]) -> sa.Select[Any]:
    """With the partner that a note is on, or that a pause parks."""
    about = col(Notice.record_id)
    return (
        statement.outerjoin(Note, sa.and_(col(Notice.record_type) == "note", col(Note.id) == about))
        .outerjoin(Pause, sa.and_(col(Notice.record_type) == "pause", col(Pause.id) == about))
        .outerjoin(Partner, col(Partner.id) == sa.func.coalesce(Note.partner_id, Pause.partner_id))
    )


def _line(notice: Notice, slug: str | None, partner: str | None) -> NoticeLine:
    return NoticeLine(
        id=notice.id or 0,
        kind=notice.kind,
        at=notice.at,
        read=notice.read_at is not None,
        by=str(notice.payload.get("by", "")),
        about=partner or str(notice.payload.get("title", "")),
        url=url_of(notice, slug),
        on=date.fromisoformat(notice.payload["on"]) if notice.payload.get("on") else None,
        n=int(notice.payload.get("n", 1)),
    )


def url_of(notice: Notice, slug: str | None = None) -> str:
    """Where what a notice tells of can be read. `slug`: of the partner, for a note or a pause."""
    if notice.kind == NoticeKind.digest:
        return "/digest"
    if notice.record_type == "api_key":
        return f"/settings/keys/{notice.payload['key']}"
    if notice.record_type == "note":
        return f"/partners/{slug}#note-{notice.record_id}" if slug else "/notices"
    if notice.record_type == "pause" and "n" in notice.payload:
        return "/review"  # where everything that waits for a second person stands
    if notice.record_type == "pause":
        return f"/review?partner={slug}" if slug else "/notices"
    return _URLS.get(notice.record_type or "", "/notices").format(notice.record_id)


def slug_of(session: Session, notice: Notice) -> str | None:
    """The partner that the note or the pause of a notice is on."""
    statement = _joined(sa.select(Partner.slug).select_from(Notice)).where(col(Notice.id) == notice.id)
    slug: str | None = session.scalar(statement)
    return slug
