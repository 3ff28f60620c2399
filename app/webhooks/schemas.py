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


Url = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_url)]
Events = Annotated[
    tuple[EventType, ...],
    Field(
        min_length=1, max_length=60, description="Types, as in `changes`: `standing.changed`, `delegation.*`."
    ),
]


# Compared with the addresses of accounts, which are kept in small letters.
Email = Annotated[Name, AfterValidator(str.lower)]


class Filter(Input):
    """Only events that concern a partner which fits all of these; an empty one asks nothing."""

    partner: Several[Name] = ()
    country: Several[Country] = ()
    tier: Several[Tier] = ()
    officer: Annotated[Several[Email], Field(description="E-mail addresses.")] = ()


class WebhookIn(Input):
    """A new webhook."""

    name: Word
    url: Url
    events: Events
    filter: Filter = Filter()


class WebhookPatch(Input):
    """What may be changed; fields left out stay."""

    name: Word | None = None
    url: Url | None = None
    events: Events | None = None
    filter: Filter | None = None


class SecretIn(Input):
    """For how long the secret before signs too."""

    overlap_hours: Annotated[int, Field(ge=0, le=MOST_OVERLAP)] = OVERLAP_HOURS


class ActivationIn(Input):
    """Where a webhook goes on that was silent: with what it missed, or with what happens from now on."""

    after: Literal["missed", "now"] = "missed"
