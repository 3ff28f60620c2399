"""The forms of a plan and its items: what fills them, their menus, both versions after a stale edit."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.forms import Typed
from app.i18n import Words
from app.organisations.queries import list_units
from app.partners.named import find_partners, spelled
from app.plan.queries import ItemRow, PlanRow
from app.vocabulary import DelegationDirection, PlanItemKind

# How many fields for a partner a form has at least, and how many are empty beneath those that are written.
LEAST_PARTNERS = 2

Data = dict[str, Any]
Option = tuple[str, str]
PLAN = ("number", "budget", "currency", "note")
ITEM = ("title", "kind", "direction", "month", "lead_unit", "budget", "note")


@dataclass(frozen=True)
class Difference:
    """One field in both versions."""

    name: str
    label: str
    mine: str
    theirs: str


def plan_data(plan: PlanRow) -> Data:
    """A plan as its form shows it."""
    return {name: _typed(getattr(plan, name)) for name in PLAN}


def item_data(session: Session, item: ItemRow) -> Data:
    """An item as its form shows it; partners by name."""
    data = {name: _typed(getattr(item, name)) for name in ITEM if name != "lead_unit"}
    return {**data, "lead_unit": item.lead_unit_code or "", "partners": spelled(session, item.partners)}


def _typed(value: Any) -> str:
    return "" if value is None else str(value)


def sent_item(session: Session, typed: Typed) -> Data:
    """The posted item as a schema reads it, its partners by slug. Raises Refused for a name nobody has.

    After a stale edit the fields of which the other's value was chosen are left out.
    """
    data = typed.chosen(lists=("partners",))
    if "partners" in data:
        data["partners"] = find_partners(session, data["partners"])
    return data


def shown(typed: Typed) -> Data:
    """What was typed, to fill the form again."""
    return {**typed.texts(), "partners": [text for text in typed.all("partners") if text.strip()]}


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    text = spoken.gettext
    return {
        "year": text("Year"),
        "number": text("Decision"),
        "currency": text("Currency"),
        "title": text("What is foreseen"),
        "kind": text("Kind of item"),
        "direction": text("Direction"),
        "month": text("Month"),
        "partners": text("Partners"),
        "lead_unit": text("Lead unit"),
        "budget": text("Budget"),
        "note": text("Note"),
        "dropped_why": text("Why it is dropped"),
        "items": text("Items"),
    }


def menus(session: Session, spoken: Words) -> dict[str, list[Option]]:
    """The choices by field."""
    return {
        "kind": [(kind.value, spoken.label(kind)) for kind in PlanItemKind],
        "direction": [(way.value, spoken.label(way)) for way in DelegationDirection],
        "month": [(str(n), spoken.gettext("Month %(n)s", n=n)) for n in range(1, 13)],
        "lead_unit": [(unit.code, unit.name) for unit in list_units(session, spoken.locale)],
    }


def differences(
    mine: Data, now: Data, spoken: Words, choices: dict[str, list[Option]] | None = None
) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now, in words."""

    def words_of(name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value)
        return dict((choices or {}).get(name, [])).get(value, value)

    return [
        Difference(name, label, words_of(name, mine[name]), words_of(name, now[name]))
        for name, label in labels(spoken).items()
        if name in mine and name in now and _plain(mine[name]) != _plain(now[name])
    ]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else " ".join(str(value).split())
