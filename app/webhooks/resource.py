"""A webhook and its deliveries as JSON."""

from dataclasses import dataclass
from datetime import datetime

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
    version: int
    name: str
    url: str
    events: list[str]
    filter: FilterJson
    key: str | None
    owner: str | None
    old_secret_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: WebhookEnd | None
    waiting: int
    oldest_waiting_at: datetime | None
    given_up: int
    is_demo: bool


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
    webhook_id: str
    type: str
    event: int | None
    at: datetime
    attempt: int
    arrived: bool
    url: str
    request: str
    status: int | None
    response: str | None
    error: str | None
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
