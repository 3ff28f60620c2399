"""Those who use the program: users, their sessions, the keys of other programs."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.models.base import Instant, Record, code_field, link, required_link
from app.vocabulary import Locale, Role


class User(Record, table=True):
    email: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=120)
    role: Role = code_field(Role)
    unit_id: int | None = link("organisation")
    locale: Locale = code_field(Locale, Locale.vi)
    password_hash: str | None = Field(default=None, max_length=200)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


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


class ApiKey(Record, table=True):
    """A program's key. `public_id` is in the key itself; of its secret only the sha256 is kept."""

    __tablename__ = "api_key"

    public_id: str = Field(max_length=24, unique=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=120)
    unit_id: int | None = link("organisation")
    scopes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
