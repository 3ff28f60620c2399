"""The form of a webhook: what is typed as its schemas read it, and back again."""

from collections.abc import Iterable
from typing import Any

from app.errors import DomainError
from app.failures import told
from app.forms import Typed
from app.i18n import Words
from app.vocabulary import Tier
from app.webhooks.queries import WebhookRow

FIELDS = ("name", "url", "events", "partner", "country", "tier", "officer")
_LINES = ("events", "partner", "country", "officer")
_FILTERS = ("partner", "country", "tier", "officer")


def read(typed: Typed) -> dict[str, Any]:
    """The form as the schemas expect it: one event, slug, code or address a line."""
    texts = typed.texts()
    lines = {name: texts.get(name, "").split() for name in _LINES}
    found: dict[str, Any] = {name: texts.get(name, "").strip() for name in ("name", "url")}
    chosen = {**{name: lines[name] for name in _FILTERS if name in _LINES}, "tier": typed.all("tier")}
    return {**found, "events": lines["events"], "filter": chosen}


def typed_in(typed: Typed) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    return {**typed.texts(), "tier": typed.all("tier")}


def stored(row: WebhookRow) -> dict[str, Any]:
    """A webhook as its form holds it."""
    lists = {name: _lines(row.filters.get(name, ())) for name in ("partner", "country", "officer")}
    tiers = list(row.filters.get("tier", ()))
    return {"name": row.name, "url": row.url, "events": _lines(row.events), **lists, "tier": tiers}


def _lines(values: Iterable[str]) -> str:
    return "\n".join(values)


def errors_of(spoken: Words, error: DomainError) -> dict[str, str]:
    """What is wrong, by the form's own fields: `filter-tier-0` is said beside `tier`."""
    found: dict[str, str] = {}
    for pointer, text in told(spoken, error).items():
        parts = [part for part in pointer.split("-") if part != "filter"]
        found.setdefault(parts[0] if parts else "", text)
    return found


def menus(spoken: Words) -> dict[str, Any]:
    """What the fields offer, and their words."""
    return {
        "tiers": [(tier.value, spoken.label(tier)) for tier in Tier],
        "labels": {name: spoken.word("webhook_form", name) for name in FIELDS},
    }


def differences(typed: Typed, row: WebhookRow, labels: dict[str, str]) -> list[dict[str, str]]:
    """What was typed beside what stands now, field by field."""
    mine, now = typed_in(typed), stored(row)

    def shown(value: Any) -> str:
        return ", ".join(value if isinstance(value, list) else str(value).split())

    rows = [
        {"name": name, "label": labels[name], "mine": shown(mine.get(name, "")), "theirs": shown(now[name])}
        for name in FIELDS
    ]
    return [it for it in rows if it["mine"] != it["theirs"]]
