"""What may be said about a webhook."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from app.config import settings
from app.feeds.types import EventType
from app.partners.filters import Several
from app.partners.schemas import Country
from app.schemas import Input, Name, Word, refuse
from app.vocabulary import Tier
from app.webhooks.sending import is_global

OVERLAP_HOURS, MOST_OVERLAP = 24, 24 * 14


def _url(value: str) -> str:
    """An address that a POST can go to. What a name stands for is examined at every sending, not here."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise refuse("bad_webhook_url") from None
    whole = value.isascii() and value.isprintable() and " " not in value
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.fragment
        or not whole
        or port == 0
    ):
        raise refuse("bad_webhook_url")
    if "@" in parts.netloc:
        raise refuse("webhook_url_secret")
    if settings().webhook_allow_private:
        return value
    if parts.scheme != "https":
        raise refuse("webhook_not_https")
    try:
        private = not is_global(parts.hostname)
    except ValueError:
        private = parts.hostname.lower() == "localhost" or parts.hostname.lower().endswith(".localhost")
    if private:
        raise refuse("private_address")
    return value


Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where events are sent: an address with https that is reached from outside, without a"
        " password in it.",
    ),
    AfterValidator(_url),
]
Events = Annotated[
    tuple[EventType, ...],
    Field(
        min_length=1, max_length=60, description="Types, as in `changes`: `standing.changed`, `delegation.*`."
    ),
]


# Compared with the addresses of accounts, which are kept in small letters.
Email = Annotated[Name, AfterValidator(str.lower)]

Receiver = Annotated[Word, Field(description="Who receives it, as colleagues know them.")]
OverlapHours = Annotated[
    int, Field(description="For how many hours the secret before signs too; 0: not at all.")
]
Onwards = Annotated[
    Literal["missed", "now"],
    Field(description="`missed`: it goes on with what it missed; `now`: with what happens from now on."),
]


class Filter(Input):
    """Only events that concern a partner which fits all of these; an empty one asks nothing."""

    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    country: Annotated[
        Several[Country], Field(description="Codes of countries, two letters each (ISO 3166-1): `JP`.")
    ] = ()
    tier: Annotated[Several[Tier], Field(description="How much attention the city owes them.")] = ()
    officer: Annotated[Several[Email], Field(description="E-mail addresses.")] = ()


Wanted = Annotated[
    Filter, Field(description="Only events about a partner that fits all of these; empty: every event.")
]


class WebhookIn(Input):
    """A new webhook."""

    name: Receiver
    url: Url
    events: Events
    filter: Wanted = Filter()


class WebhookPatch(Input):
    """What may be changed; fields left out stay."""

    name: Receiver | None = None
    url: Url | None = None
    events: Events | None = None
    filter: Wanted | None = None


class SecretIn(Input):
    """For how long the secret before signs too."""

    overlap_hours: Annotated[OverlapHours, Field(ge=0, le=MOST_OVERLAP)] = OVERLAP_HOURS


class ActivationIn(Input):
    """Where a webhook goes on that was silent: with what it missed, or with what happens from now on."""

    after: Onwards = "missed"
