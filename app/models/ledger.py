"""What the program keeps beside the records: history, standings, policy, answers given, the outbox."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import Instant, Record, code_field, link, pair, precision_field
from app.vocabulary import (
    DatePrecision,
    Door,
    PeriodKind,
    Quadrant,
    ReasonCode,
    Rung,
    Status,
    Step,
    Warmth,
)


class Event(SQLModel, table=True):
    """One line of history: append-only, written in the transaction that changed the record.

    `position` is its place in the feed of changes, given after the commit (app/feeds/sequence.py): ids are
    handed out before it, so that on PostgreSQL a lower one may come to light after a higher one.
    """

    id: int | None = Field(default=None, primary_key=True)
    position: int | None = Field(default=None, unique=True)
    at: datetime = Field(sa_type=Instant, index=True)
    on: date
    door: Door = code_field(Door)
    user_id: int | None = link("user")
    api_key_id: int | None = link("api_key")
    actor_name: str = Field(max_length=200)
    action: str = Field(max_length=60, index=True)
    record_type: str = Field(max_length=40)
    record_id: int
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    request_id: str | None = Field(default=None, max_length=64)
    is_demo: bool = Field(default=False)

    __table_args__ = (sa.Index("ix_event_record", "record_type", "record_id"),)


class EventPartner(SQLModel, table=True):
    """The partners an event concerns."""

    __tablename__ = "event_partner"

    event_id: int = pair("event")
    partner_id: int = pair("partner", index=True)


# How far the restoring of a copy moves the feed's positions on: further than they can have come since.
LEAP = 1_000_000


class Feed(SQLModel, table=True):
    """The last position that was given in the feed of changes: one row. Positions never go back, also where
    events are gone or the database is an older copy."""

    id: int = Field(default=1, primary_key=True)
    last: int = Field(default=0)


class StandingRow(SQLModel, table=True):
    """A partner's standing as assessed on `as_of`: derived, rewritten when evidence or the calendar moves it.

    It holds unchanged until `refresh_on` (exclusive); `valid_until` is the day its codes will change.
    `turns` holds for every day: [day, status, rung] for each day on which one of the two changes, the first
    from the beginning of the calendar on; None until the keeper has first written it.
    """

    __tablename__ = "standing"

    partner_id: int = Field(foreign_key="partner.id", primary_key=True)
    as_of: date = Field(index=True)
    rung: Rung = code_field(Rung, index=True)
    status: Status = code_field(Status, index=True)
    underlying: Status = code_field(Status, name="underlying")
    waiting_since: date | None = None
    months_waiting: int | None = None
    patience: int
    warmth: Warmth | None = code_field(Warmth, None)
    quadrant: Quadrant | None = code_field(Quadrant, None)
    step: Step = code_field(Step)
    first_reason: ReasonCode | None = code_field(ReasonCode, None)
    reasons: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    urgency: float = Field(default=0.0, index=True)
    next_step: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    missing: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    last_contact_on: date | None = None
    last_contact_precision: DatePrecision | None = precision_field("last_contact_precision")
    valid_until: date | None = None
    refresh_on: date | None = Field(default=None, index=True)
    turns: list[Any] | None = Field(default=None, sa_type=sa.JSON)
    first_tie_on: date | None = None
    first_programme_on: date | None = None


class PolicyRow(Record, table=True):
    """The department's months: one row, every edit in the history."""

    __tablename__ = "policy"

    patience_priority: int = 12
    patience_regular: int = 24
    patience_wide: int = 36
    silence_priority: int = 6
    silence_regular: int = 12
    silence_wide: int = 24
    warning: int = 6
    quiet: int = 12
    return_visit: int = 18
    memory: int = 24

    # As they are named in forms, in JSON and in the history too.
    months: ClassVar[tuple[str, ...]] = (
        "patience_priority", "patience_regular", "patience_wide",
        "silence_priority", "silence_regular", "silence_wide",
        "warning", "quiet", "return_visit", "memory",
    )  # fmt: skip


class ReportingRow(Record, table=True):
    """When the department's reporting year begins and how often it reports: one row, every edit in the
    history. The day is at most the 28th, so that every month has it."""

    __tablename__ = "reporting"

    year_month: int = 12
    year_day: int = 15
    every: PeriodKind = code_field(PeriodKind, PeriodKind.quarter, name="every")


class Answer(SQLModel, table=True):
    """The first answer to a write, kept in the same transaction: a repeat is answered, not done again."""

    caller: str = Field(max_length=40, primary_key=True)
    key: str = Field(max_length=200, primary_key=True)
    fingerprint: str = Field(max_length=64)
    status: int
    headers: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    body: str = Field(default="", sa_type=sa.Text)
    at: datetime = Field(sa_type=Instant, index=True)


class Outbox(SQLModel, table=True):
    """Work promised to the outside in the transaction that caused it. `dedupe_key` makes a promise once."""

    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(max_length=60)
    dedupe_key: str = Field(max_length=200, unique=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    due_at: datetime = Field(sa_type=Instant, index=True)
    attempts: int = Field(default=0)
    # Let alone until then: a worker has it (one that dies leaves it to the next), or it failed and pauses.
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    dead_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    error: str | None = Field(default=None, sa_type=sa.Text)


# The job that writes to people by itself: a database restored from a copy counts as having run it.
WEEKLY_DIGEST = "weekly_digest"


class JobRun(SQLModel, table=True):
    """The last run of each periodic job, for the health page."""

    __tablename__ = "job_run"

    name: str = Field(max_length=40, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    for_day: date
    did: int = Field(default=0)
    error: str | None = Field(default=None, sa_type=sa.Text)
