"""Reads of notices: a page of one person's, newest first."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Note, Notice, Partner
from app.records.queries import named
from app.vocabulary import Locale, NoticeKind

PAGE = 50
_URLS = {
    "follow_up": "/follow-ups/{}",
    "delegation": "/delegations/{}",
    "agreement": "/agreements/{}",
    "push": "/pushes/{}",
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


def notices_of(
    session: Session, user_id: int, locale: Locale, *, before: int | None = None
) -> list[NoticeLine]:
    """A page of notices and one more, if there is one; one statement."""
    statement = (
        sa.select(Notice, Partner.slug, named(Partner, locale))
        .outerjoin(Note, sa.and_(col(Notice.record_type) == "note", col(Note.id) == col(Notice.record_id)))
        .outerjoin(Partner, col(Partner.id) == Note.partner_id)
        .where(col(Notice.user_id) == user_id)
        .order_by(col(Notice.id).desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(col(Notice.id) < before)
    return [_line(*row) for row in session.execute(statement)]


def _line(notice: Notice, slug: str | None, partner: str | None) -> NoticeLine:
    return NoticeLine(
        id=notice.id or 0,
        kind=notice.kind,
        at=notice.at,
        read=notice.read_at is not None,
        by=str(notice.payload.get("by", "")),
        about=partner or str(notice.payload.get("title", "")),
        url=url_of(notice, slug),
    )


def url_of(notice: Notice, slug: str | None = None) -> str:
    """Where what a notice tells of can be read. `slug`: of the partner, for a note."""
    if notice.kind == NoticeKind.digest:
        return "/digest"
    if notice.record_type == "note":
        return f"/partners/{slug}#note-{notice.record_id}" if slug else "/notices"
    return _URLS.get(notice.record_type or "", "/notices").format(notice.record_id)


def slug_of_note(session: Session, notice: Notice) -> str | None:
    """The partner that the note of a mention is on."""
    if notice.record_type != "note":
        return None
    statement = sa.select(Partner.slug).join(Note, col(Note.partner_id) == Partner.id)
    slug: str | None = session.scalar(statement.where(col(Note.id) == notice.record_id))
    return slug
