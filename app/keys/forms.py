"""The forms of a key: what is stored as its fields show it, the menus, both versions after a stale edit."""

from typing import Any

from sqlmodel import Session

from app.forms import Typed
from app.keys.queries import KeyRow
from app.keys.schemas import MOST_OVERLAP_DAYS, OVERLAP_DAYS
from app.organisations.queries import list_units
from app.templating import View
from app.vocabulary import Scope

FIELDS = ("name", "scopes", "unit", "expires_on", "addresses")


def stored(row: KeyRow) -> dict[str, Any]:
    """A key as its form holds it."""
    return {
        "name": row.name,
        "scopes": [scope.value for scope in row.scopes],
        "unit": row.unit_code or "",
        "expires_on": row.expires_on.isoformat() if row.expires_on else "",
        "addresses": "\n".join(row.addresses),
    }


def typed_in(typed: Typed) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    return {**typed.texts(), "scopes": typed.all("scopes")}


def menus(view: View, session: Session) -> dict[str, Any]:
    """What the fields offer, and their words."""
    spoken = view.words
    return {
        "units": [(unit.code, unit.name) for unit in list_units(session, view.locale)],
        "scopes": [(scope.value, scope.value, spoken.word("scope_hint", scope.value)) for scope in Scope],
        "labels": {name: spoken.word("api_key_field", name) for name in FIELDS},
        "overlap": (OVERLAP_DAYS, MOST_OVERLAP_DAYS),
    }


def differences(typed: Typed, row: KeyRow, said: dict[str, Any]) -> list[dict[str, str]]:
    """What was typed beside what stands now, field by field."""
    mine, now, units = typed_in(typed), stored(row), dict(said["units"])

    def shown(name: str, value: Any) -> str:
        if name == "unit":
            return str(units.get(value, value))
        return ", ".join(value) if isinstance(value, list) else str(value).replace("\r\n", "\n").strip()

    rows = [
        {
            "name": name,
            "label": said["labels"][name],
            "mine": shown(name, mine.get(name, "")),
            "theirs": shown(name, now[name]),
        }
        for name in FIELDS
    ]
    return [it for it in rows if it["mine"] != it["theirs"]]
