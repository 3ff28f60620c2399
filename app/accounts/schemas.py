"""What may be said about a user."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from app.schemas import Input, Maybe, Name, Word, refuse
from app.text import fold
from app.vocabulary import Locale, Role

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
