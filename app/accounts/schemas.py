"""What may be said about a user."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from app import clock
from app.config import settings
from app.schemas import Day, Input, Maybe, Name, Word, refuse
from app.text import fold
from app.vocabulary import Locale, Role, Scope

MIN_PASSWORD = 12


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise refuse("bad_email")
    return value.lower()


def _password(value: str) -> str:
    if len(value) < MIN_PASSWORD:
        raise refuse("password_short", least=MIN_PASSWORD)
    if len(set(fold(value))) < 5:
        raise refuse("password_simple")
    return value


Email = Annotated[Name, AfterValidator(_email)]
# Passwords keep every character as typed; only their length is bounded (argon2 hashes whatever comes).
Password = Annotated[str, Field(max_length=200), AfterValidator(_password)]


class UserIn(Input):
    """A new account."""

    email: Email
    name: Word
    role: Role
    unit: Maybe[str] = None
    locale: Locale = Locale.vi
    password: Password


class UserPatch(Input):
    """What an admin may change; fields left out stay."""

    name: Word | None = None
    role: Role | None = None
    unit: Maybe[str] = None
    locale: Locale | None = None
    password: Annotated[Password | None, BeforeValidator(lambda v: v or None)] = None
    disabled: bool | None = None


class OwnPatch(Input):
    """What a person may change of their own account."""

    locale: Locale
    digest: bool = False


class KeyIn(Input):
    """A new key of another program."""

    name: Word
    scopes: list[Scope]
    unit: Maybe[str] = None
    expires_on: Day | None = None

    @field_validator("expires_on")
    @classmethod
    def _ahead(cls, day: date | None) -> date | None:
        if day is not None and day < clock.today():
            raise refuse("until_past")
        return day

    def expires_at(self) -> datetime | None:
        """The midnight of the home city that ends the last day, in UTC."""
        if self.expires_on is None:
            return None
        after = self.expires_on + timedelta(days=1)
        return datetime.combine(after, time(), ZoneInfo(settings().time_zone)).astimezone(UTC)
