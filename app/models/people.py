"""Those who use the program: users, their sessions, what they follow, the keys of other programs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import Instant, Record, code_field, link, pair, required_link
from app.vocabulary import Locale, NoticeKind, Role


class User(Record, table=True):
    email: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=120)
    role: Role = code_field(Role)
    unit_id: int | None = link("organisation")
    locale: Locale = code_field(Locale, Locale.vi)
    password_hash: str | None = Field(default=None, max_length=200)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    digest: bool = Field(default=True)
    # The last line of history the person has seen on "what changed on my partners".
    seen_event_id: int = Field(default=0)


class UserSession(SQLModel, table=True):
    """A signed-in browser. Only the hash of its token is stored."""

    __tablename__ = "user_session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = required_link("user")
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class SignInFailure(SQLModel, table=True):
    """A wrong password, counted per account and per address to slow guessing."""

    __tablename__ = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=220, index=True)
    at: datetime = Field(sa_type=Instant, index=True)


class PartnerFollow(SQLModel, table=True):
    """A partner somebody wants to hear of without being its officer."""

    __tablename__ = "partner_follow"

    user_id: int = pair("user")
    partner_id: int = pair("partner", index=True)


class Note(Record, table=True):
    """A note to colleagues on a partner, with mentions. Confidential: for its author and managers only."""

    partner_id: int = required_link("partner")
    text: str = Field(sa_type=sa.Text)
    confidential: bool = Field(default=False)


class Mention(SQLModel, table=True):
    """A colleague named in a note."""

    note_id: int = pair("note")
    user_id: int = pair("user", index=True)


class Notice(SQLModel, table=True):
    """Something one person is told in the program. `dedupe_key` tells it once."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = required_link("user")
    at: datetime = Field(sa_type=Instant)
    kind: NoticeKind = code_field(NoticeKind)
    record_type: str | None = Field(default=None, max_length=40)
    record_id: int | None = None
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    dedupe_key: str | None = Field(default=None, max_length=200, unique=True)


class SavedView(Record, table=True):
    """A name for a list's address. It is its owner's alone unless it is shared; a program has no own ones."""

    __tablename__ = "saved_view"

    owner_id: int | None = link("user")
    name: str = Field(max_length=80)
    path: str = Field(max_length=80, index=True)
    query: str = Field(default="", sa_type=sa.Text)
    shared: bool = Field(default=False)


class CalendarFeed(Record, table=True):
    """What one person's calendar program reads: which kinds of days, of which partners, in which language.

    Its address holds a token that follows from the id and `generation` and the installation's secret; a new
    generation makes the former address worthless, and nothing of the token is stored.
    """

    __tablename__ = "calendar_feed"

    owner_id: int = required_link("user")
    name: str = Field(max_length=80)
    generation: int = Field(default=1)
    shows: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    # Only what is the owner's: their partners, those they follow, their follow-ups.
    mine: bool = Field(default=True)
    # The filters of a list of partners, as its address writes them; empty for every partner.
    query: str = Field(default="", sa_type=sa.Text)
    locale: Locale = code_field(Locale, Locale.vi)


class ApiKey(Record, table=True):
    """A program's key. `public_id` is in the key itself; of its secret only the sha256 is kept.

    While a new secret is being taken into use, the one before it works too, until `previous_until`.
    `addresses` are the networks it may come from; none: from anywhere. `used_at` and `used_from` are written
    by its calls, past history and version.
    """

    __tablename__ = "api_key"

    public_id: str = Field(max_length=24, unique=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=120)
    unit_id: int | None = link("organisation")
    scopes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    addresses: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    previous_hash: str | None = Field(default=None, max_length=64)
    previous_until: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_from: str | None = Field(default=None, max_length=45)
