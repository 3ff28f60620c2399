"""What may be said about a key."""

import ipaddress
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from app import clock
from app.config import settings
from app.schemas import Blank, Day, Input, Maybe, Name, Word, refuse
from app.vocabulary import Scope

# How long an old secret may go on working beside the new one.
OVERLAP_DAYS, MOST_OVERLAP_DAYS = 7, 30
MOST_NETWORKS = 50


def _one_a_line(value: Any) -> Any:
    """A form holds networks as a person writes them: one a line, or between commas."""
    return re.split(r"[\s,;]+", value.strip()) if isinstance(value, str) and value.strip() else value or []


def _networks(values: list[str]) -> list[str]:
    """Each as a network in its one spelling: 192.0.2.7 is 192.0.2.7/32, 192.0.2.7/24 is 192.0.2.0/24."""
    try:
        return list(dict.fromkeys(str(ipaddress.ip_network(value, strict=False)) for value in values))
    except ValueError:
        raise refuse("bad_network") from None


Networks = Annotated[
    list[Annotated[str, Field(max_length=60)]],
    BeforeValidator(_one_a_line),
    AfterValidator(_networks),
    Field(max_length=MOST_NETWORKS, description="IPv4 or IPv6 networks (CIDR); none: from anywhere."),
]
LastDay = Annotated[Day | None, Blank, Field(description="The last day on which it works.")]
Scopes = Annotated[
    list[Scope], Field(max_length=len(Scope)), Field(description="What it may read and write; one at least.")
]

KeyName = Annotated[Word, Field(description="Whose program it is for, as colleagues know it.")]
KeyUnit = Annotated[Name, Field(description="Code of the unit whose program it is; `write:unit` needs one.")]
Overlap = Annotated[
    int, Field(description="For how many days the secret before goes on working; 0 ends it at once.")
]


class KeyIn(Input):
    """A new key of another program."""

    name: KeyName
    scopes: Scopes
    unit: Maybe[KeyUnit] = None
    expires_on: LastDay = None
    addresses: Networks = []


class KeyPatch(Input):
    """What may be changed of a key; fields left out stay."""

    name: KeyName | None = None
    scopes: Scopes | None = None
    unit: Maybe[KeyUnit] = None
    expires_on: LastDay = None
    addresses: Networks | None = None


class RotationIn(Input):
    """A new secret. The one before it goes on working for some days; 0 ends it at once."""

    overlap_days: Annotated[Overlap, Field(ge=0, le=MOST_OVERLAP_DAYS)] = OVERLAP_DAYS


def end_of(day: date | None) -> datetime | None:
    """The midnight of the home city that ends a day, in UTC."""
    if day is None:
        return None
    after = day + timedelta(days=1)
    return datetime.combine(after, time(), ZoneInfo(settings().time_zone)).astimezone(UTC)


def last_day(instant: datetime | None) -> date | None:
    """The last civil day that is over at an instant, or begun before it: what end_of() was given."""
    return clock.local(instant - timedelta(microseconds=1)).date() if instant else None
