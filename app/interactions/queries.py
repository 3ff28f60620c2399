"""Reads of contacts short of a delegation: one in full."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.actor import Actor
from app.errors import NotFound
from app.models import FollowUp, Interaction, InteractionPartner, User
from app.records.queries import (
    DisputeRow,
    PartnerLink,
    Work,
    disputes_of_record,
    noted,
    partners_of,
    titled,
    work,
)
from app.vocabulary import Channel, Confidence, DatePrecision, Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionPage:
    """A contact in full. `hidden`: it has confidential notes, which this reader may not see."""

    id: int
    title: str
    on: date
    precision: DatePrecision
    channel: Channel
    two_way: bool
    people: str | None
    summary: str | None
    confidential: bool
    hidden: bool
    answers_id: int | None
    answers_title: str | None
    note: str | None
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    is_demo: bool
    partners: tuple[PartnerLink, ...]
    follow_ups: tuple[Work, ...]
    disputes: tuple[DisputeRow, ...]
    created_at: datetime | None
    created_by: str | None

    @property
    def substantive(self) -> bool:
        """Whether something was agreed and someone is responsible for it."""
        return any(w.assignee or w.unit for w in self.follow_ups)


def interaction_page(session: Session, interaction_id: int, actor: Actor, locale: Locale) -> InteractionPage:
    """One contact, its notes only for those who may read them. Raises NotFound."""
    answered, link = aliased(Interaction), InteractionPartner
    found = session.execute(
        sa.select(Interaction, User.name, titled(answered, locale))
        .outerjoin(User, col(User.id) == Interaction.created_by_id)
        .outerjoin(
            answered, sa.and_(col(answered.id) == Interaction.answers_id, col(answered.archived_at).is_(None))
        )
        .where(Interaction.id == interaction_id, col(Interaction.archived_at).is_(None))
    ).first()
    if found is None:
        raise NotFound("interaction")
    talk, author, answered_title = found
    readable = not talk.confidential or actor.may_read_notes(talk.created_by_id)
    return InteractionPage(
        **{name: getattr(talk, name) for name in _PLAIN},
        title=talk.title if locale == Locale.vi else talk.title_en or talk.title,
        people=talk.people if readable else None,
        summary=talk.summary if readable else None,
        note=noted(talk, locale) if readable else None,
        hidden=not readable,
        answers_title=answered_title,
        partners=tuple(partners_of(session, link, link.interaction_id, interaction_id, locale)),
        follow_ups=tuple(work(session, locale, FollowUp.interaction_id == interaction_id)),
        disputes=tuple(disputes_of_record(session, "interaction", interaction_id, locale)),
        created_by=author,
    )


_PLAIN = (
    "id", "on", "precision", "channel", "two_way", "confidential", "answers_id", "source", "confidence",
    "year_inferred", "is_demo", "created_at",
)  # fmt: skip
