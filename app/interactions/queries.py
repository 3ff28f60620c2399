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


@dataclass(frozen=True, slots=True)
class Answer:
    """A contact that answers another."""

    id: int
    title: str
    on: date
    precision: DatePrecision
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionPage:
    """A contact in full. `hidden`: it has confidential notes, which this reader may not see. `two_way`: it
    was an exchange, or was answered since; `awaits_answer`: a letter or a mail with no answer on file."""

    id: int
    title: str
    own_title: str
    on: date
    precision: DatePrecision
    channel: Channel
    two_way: bool
    said_two_way: bool
    awaits_answer: bool
    version: int
    people: str | None
    summary: str | None
    confidential: bool
    hidden: bool
    answers_id: int | None
    answers_title: str | None
    answered_by: tuple[Answer, ...]
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
    updated_at: datetime | None
    updated_by: str | None

    @property
    def substantive(self) -> bool:
        """Whether something was agreed and someone is responsible for it."""
        return any(w.assignee or w.unit for w in self.follow_ups)


def interaction_page(session: Session, interaction_id: int, actor: Actor, locale: Locale) -> InteractionPage:
    """One contact, its notes only for those who may read them. Raises NotFound."""
    answered, changer, link = aliased(Interaction), aliased(User), InteractionPartner
    found = session.execute(
        sa.select(Interaction, User.name, changer.name, titled(answered, locale))
        .outerjoin(changer, col(changer.id) == Interaction.updated_by_id)
        .outerjoin(User, col(User.id) == Interaction.created_by_id)
        .outerjoin(
            answered, sa.and_(col(answered.id) == Interaction.answers_id, col(answered.archived_at).is_(None))
        )
        .where(Interaction.id == interaction_id, col(Interaction.archived_at).is_(None))
    ).first()
    if found is None:
        raise NotFound("interaction")
    talk, author, last, answered_title = found
    answers = answers_to(session, interaction_id, locale)
    readable = not talk.confidential or actor.may_read_notes(talk.created_by_id)
    return InteractionPage(
        **{name: getattr(talk, name) for name in _PLAIN},
        title=talk.title if locale == Locale.vi else talk.title_en or talk.title,
        people=talk.people if readable else None,
        summary=talk.summary if readable else None,
        note=noted(talk, locale) if readable else None,
        hidden=not readable,
        answers_title=answered_title,
        answered_by=answers,
        own_title=talk.title,
        said_two_way=talk.two_way,
        two_way=talk.two_way or bool(answers),
        awaits_answer=not talk.two_way and not answers and not talk.channel.two_way,
        partners=tuple(partners_of(session, link, link.interaction_id, interaction_id, locale)),
        follow_ups=tuple(work(session, locale, FollowUp.interaction_id == interaction_id)),
        disputes=tuple(disputes_of_record(session, "interaction", interaction_id, locale)),
        created_by=author,
        updated_by=last,
    )


def answers_to(session: Session, interaction_id: int, locale: Locale) -> tuple[Answer, ...]:
    """The contacts that answer one, the first first."""
    statement = (
        sa.select(
            Interaction.id, titled(Interaction, locale), Interaction.on, Interaction.precision,
            Interaction.channel,
        )
        .where(Interaction.answers_id == interaction_id, col(Interaction.archived_at).is_(None))
        .order_by(col(Interaction.on), col(Interaction.id))
    )  # fmt: skip
    return tuple(Answer(*row) for row in session.execute(statement))


_PLAIN = (
    "id", "version", "on", "precision", "channel", "confidential", "answers_id", "source", "confidence",
    "year_inferred", "is_demo", "created_at", "updated_at",
)  # fmt: skip
