"""A webhook and its deliveries as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.fields import IS_DEMO, VERSION
from app.vocabulary import Tier, WebhookEnd
from app.webhooks.queries import AttemptRow, WebhookRow


@dataclass(slots=True)
class FilterJson:
    """What a partner of the event must be; an empty list asks nothing."""

    partner: list[str]
    country: list[str]
    tier: list[Tier]
    officer: list[str]


@dataclass(slots=True)
class WebhookJson:
    """A webhook. `waiting`: promises not delivered yet, the first due since `oldest_waiting_at`; `given_up`:
    those that are tried no more; `failing_since`: nothing has arrived since then, though it was tried."""

    id: int
    version: Annotated[int, VERSION]
    name: str
    url: str
    events: Annotated[
        list[str], Field(description="Types, as in `changes`: `standing.changed`, `delegation.*`.")
    ]
    filter: FilterJson
    key: Annotated[
        str | None,
        Field(
            description="Name of the key that made it, to whose scopes it keeps; null: an administrator's."
        ),
    ]
    owner: Annotated[str | None, Field(description="Who made it, by name.")]
    old_secret_until: Annotated[datetime | None, Field(description="Until when the secret before signs too.")]
    failing_since: Annotated[
        datetime | None, Field(description="Since when nothing has arrived, though it was tried.")
    ]
    disabled_at: Annotated[datetime | None, Field(description="Since when it is silent; null: it is awake.")]
    disabled_why: WebhookEnd | None
    waiting: Annotated[int, Field(description="How many events are still to be delivered.")]
    oldest_waiting_at: Annotated[datetime | None, Field(description="Since when the first of them is due.")]
    given_up: Annotated[int, Field(description="How many events are tried no more.")]
    is_demo: Annotated[bool, IS_DEMO]


@dataclass(slots=True)
class NewWebhookJson(WebhookJson):
    """A webhook with its secret, told this once; null when an Idempotency-Key brings the answer again."""

    secret: str | None


@dataclass(slots=True)
class WebhooksPage:
    """A page of webhooks; `next` is the address of the one after, or null."""

    items: list[WebhookJson]
    next: str | None


@dataclass(slots=True)
class DeliveryJson:
    """One attempt: the beginning of what was sent and of what came back. `error` is a code where nothing
    came: `timed_out`, `no_answer`, `unknown_host`, `bad_certificate`, `private_address`, `secret_lost`."""

    id: int
    webhook_id: Annotated[
        str, Field(description="What the delivery carries as `webhook-id`; the same at every attempt.")
    ]
    type: str
    event: Annotated[int | None, Field(description="Id of the event in `changes`; null for a ping.")]
    at: datetime
    attempt: Annotated[int, Field(description="Which attempt it was, from 1.")]
    arrived: Annotated[bool, Field(description="Whether it was answered with 2xx.")]
    url: str
    request: Annotated[str, Field(description="The beginning of what was sent.")]
    status: Annotated[int | None, Field(description="What was answered; null where nothing came.")]
    response: Annotated[str | None, Field(description="The beginning of what came back.")]
    error: Annotated[
        str | None, Field(description="Why nothing came, as a code: `timed_out`, `unknown_host`.")
    ]
    milliseconds: int


@dataclass(slots=True)
class DeliveriesPage:
    """A page of attempts; `next` is the address of the one after, or null."""

    items: list[DeliveryJson]
    next: str | None


@dataclass(slots=True)
class Promised:
    """What will be sent, by the id it will carry as `webhook-id`."""

    webhook_id: str


def webhook_json(row: WebhookRow) -> WebhookJson:
    """A webhook as the API shows it."""
    kept = {name: list(row.filters.get(name, ())) for name in ("partner", "country", "officer")}
    tiers = [Tier(code) for code in row.filters.get("tier", ())]
    return WebhookJson(
        row.id, row.version, row.name, row.url, list(row.events), FilterJson(**kept, tier=tiers), row.key,
        row.owner, row.previous_until, row.failing_since, row.disabled_at, row.disabled_why, row.waiting,
        row.oldest, row.given_up, row.is_demo,
    )  # fmt: skip


def delivery_json(row: AttemptRow) -> DeliveryJson:
    """An attempt as the API shows it."""
    return DeliveryJson(
        row.id, row.message_id, row.type, row.event_id, row.at, row.attempt, row.arrived, row.url, row.body,
        row.status, row.response, row.error, row.milliseconds,
    )  # fmt: skip
