"""Webhooks: who is told of which events at which address, and how each attempt went."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import Instant, Record, code_field, link, required_link
from app.vocabulary import WebhookEnd


class Webhook(Record, table=True):
    """A subscription. It belongs to the key or the person that made it and tells what that one may know.

    Of the secret that signs only `salt` is kept: the secret follows from it and the installation's own key,
    so that a copy of the database signs nothing. `fingerprint` tells whether that key is still the same.
    `position` is the place in the feed up to which deliveries are promised; like `failing_since` it is
    written past history and version.
    """

    name: str = Field(max_length=120)
    url: str = Field(max_length=2000)
    events: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    filters: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    api_key_id: int | None = link("api_key")
    owner_id: int | None = link("user")
    salt: str = Field(max_length=64)
    fingerprint: str = Field(max_length=64)
    previous_salt: str | None = Field(default=None, max_length=64)
    previous_until: datetime | None = Field(default=None, sa_type=Instant)
    position: int = Field(default=0)
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    disabled_why: WebhookEnd | None = code_field(WebhookEnd, None, name="disabled_why")

    untold: ClassVar[frozenset[str]] = Record.untold | {
        "salt", "fingerprint", "previous_salt", "position", "failing_since",
    }  # fmt: skip


class WebhookAttempt(SQLModel, table=True):
    """One attempt to deliver: what was sent, and what came back. Kept for a month."""

    __tablename__ = "webhook_attempt"

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = required_link("webhook")
    event_id: int | None = link("event")
    type: str = Field(max_length=60)
    message_id: str = Field(max_length=200)
    at: datetime = Field(sa_type=Instant, index=True)
    attempt: int
    url: str = Field(max_length=2000)
    body: str = Field(default="", sa_type=sa.Text)
    status: int | None = None
    response: str | None = Field(default=None, sa_type=sa.Text)
    error: str | None = Field(default=None, max_length=300)
    milliseconds: int = Field(default=0)
