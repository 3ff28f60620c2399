"""The form of a webhook: what is typed as its schemas read it, and back again."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.errors import DomainError
from app.failures import told
from app.feeds.types import FAMILIES
from app.forms import Typed
from app.i18n import Words
from app.vocabulary import Tier
from app.webhooks.queries import WebhookRow

FIELDS = ("name", "url", "events", "partner", "country", "tier", "officer")
_FILTERS = ("partner", "country", "tier", "officer")
_TICKED = ("events", "tier")
_LINES = ("partner", "country", "officer")
# What receivers want most, before the others in the order of the alphabet: above all who is stuck now.
_WANTED_FIRST = ("standing", "partner", "delegation", "follow_up", "agreement", "programme")


def read(typed: Typed, now: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The form as the schemas expect it: one slug, code or address a line. Of what is stored `now` the order
    of the events is kept, and after a stale edit those fields of which the other's value was chosen."""
    found = typed_in(typed)
    if now is not None:
        found |= {name: now[name] for name in FIELDS if typed.get(f"keep-{name}") == "theirs"}
        place = {event: n for n, event in enumerate(now["events"])}
        found["events"] = sorted(found["events"], key=lambda event: place.get(event, len(place)))
    lines = {name: str(found.get(name, "")).split() for name in _LINES}
    chosen = {name: lines[name] if name in lines else found[name] for name in _FILTERS}
    plain = {name: str(found.get(name, "")).strip() for name in ("name", "url")}
    return {**plain, "events": found["events"], "filter": chosen}


def typed_in(typed: Typed) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    return {**typed.texts(), **{name: typed.all(name) for name in _TICKED}}


def stored(row: WebhookRow) -> dict[str, Any]:
    """A webhook as its form holds it."""
    lists = {name: _lines(row.filters.get(name, ())) for name in _LINES}
    tiers = list(row.filters.get("tier", ()))
    return {"name": row.name, "url": row.url, "events": list(row.events), **lists, "tier": tiers}


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
    families = _families(spoken)
    return {
        "tiers": [(tier.value, spoken.label(tier)) for tier in Tier],
        "labels": {name: spoken.word("webhook_form", name) for name in FIELDS},
        "families": families,
        "said": {event: f"{title}: {text}" for title, offers in families for event, text in offers},
    }


def _families(spoken: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """The types of events by family, in the words of the history; first all of a family, with what it may
    come to hold in time."""
    found = []
    for family in dict.fromkeys((*_WANTED_FIRST, *FAMILIES)):
        acts = FAMILIES[family]
        offers = [(f"{family}.*", spoken.gettext("Everything about it"))]
        offers += [(event, _begun(spoken.word("action", event))) for event in (f"{family}.{a}" for a in acts)]
        found.append((_begun(spoken.word("record", family)), offers))
    return found


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def differences(typed: Typed, row: WebhookRow, spoken: Words) -> list[dict[str, str]]:
    """What was typed beside what stands now, field by field."""
    mine, now, words = typed_in(typed), stored(row), menus(spoken)

    def shown(value: Any) -> str:
        values = value if isinstance(value, list) else str(value).splitlines()
        return ", ".join(words["said"].get(it, it) for it in values)

    rows = [
        {"name": name, "label": label, "mine": shown(mine.get(name, "")), "theirs": shown(now[name])}
        for name, label in words["labels"].items()
    ]
    return [it for it in rows if it["mine"] != it["theirs"]]
