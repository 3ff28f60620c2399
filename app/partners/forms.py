"""The form of a partner: what fills it, its menus, and what to show when somebody else was faster."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.accounts.queries import list_users
from app.forms import Typed
from app.i18n import Words, words
from app.models import Event, Organisation, Partner, User
from app.organisations.queries import list_units
from app.partners.queries import around
from app.partners.schemas import COUNTRIES
from app.sectors.queries import list_sectors
from app.text import alphabetical
from app.vocabulary import (
    Confidence,
    DatePrecision,
    Locale,
    OrganisationKind,
    PartnerKind,
    Region,
    RelationBasis,
    Rung,
    Tier,
)

# What only a manager may change; on an officer's form these are words, not fields.
MANAGED = ("tier", "officer")
LISTS = ("strengths",)
_TEXTS = (
    "name_vi", "name_en", "name_local", "country", "kind", "region", "lat", "lon", "population", "tier",
    "declared_rung", "objectives", "relation_basis", "source", "confidence", "note", "note_en", "slug",
)  # fmt: skip
_ON, _OFF = "true", ""
_NUMBERS = {"lat", "lon"}

Option = tuple[str, str]
Data = dict[str, Any]
Menus = dict[str, list[Option]]


def stored(session: Session, partner: Partner) -> Data:
    """A partner as the form shows it, every value as a person would type it."""
    beside = around(session, partner)
    data = {name: _typed(getattr(partner, name)) for name in _TEXTS}
    return {
        **data,
        "friendship_since": partial(partner.friendship_since, partner.friendship_precision),
        "friendship_known": _ON if partner.friendship_known else _OFF,
        "aliases": "\n".join(text for text, _ in beside.aliases),
        "strengths": beside.strengths,
        "officer": beside.officer or "",
        "mission": beside.mission or "",
        "embassy": beside.embassy or "",
    }


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        return value.value
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def partial(day: date | None, precision: DatePrecision | None) -> str:
    """A date as it is typed when only a part of it is known: 2008, 02/2008, 20/02/2008."""
    if day is None:
        return ""
    if precision == DatePrecision.year:
        return f"{day:%Y}"
    return f"{day:%m/%Y}" if precision == DatePrecision.month else f"{day:%d/%m/%Y}"


def sent(typed: Typed) -> Data:
    """The posted form as a schema reads it: boxes that were left empty are told, numbers may be written the
    Vietnamese way, and fields of which the other's value was chosen are left out."""
    data = typed.chosen(lists=LISTS)
    data.pop("seen", None)
    dropped = {n.removeprefix("keep-") for n, v in typed.texts().items() if v == "theirs"}
    if "friendship_known" not in dropped:
        data["friendship_known"] = "true" if data.get("friendship_known") else "false"
    for name in _NUMBERS & data.keys():
        data[name] = re.sub(r"(?<=\d),(?=\d+$)", ".", data[name].strip())
    if "population" in data:
        data["population"] = re.sub(r"(?<=\d)[ .,\u00a0](?=\d{3}\b)", "", data["population"].strip())
    return data


def shown(typed: Typed) -> Data:
    """What was typed, to fill the form again."""
    return {**typed.texts(), **{name: typed.all(name) for name in LISTS}}


def changed(data: Data, was: Data) -> Data:
    """The fields that differ from what is stored: only they are said to change."""
    return {name: value for name, value in data.items() if _text(value) != _text(was.get(name, ""))}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return {"false": _OFF}.get(
        str(value), "\n".join(line.rstrip() for line in str(value).strip().splitlines())
    )


def menus(session: Session, spoken: Words, data: Data) -> Menus:
    """The choices by field; one that is stored but no longer offered (an account closed since) stays."""
    made = {
        "country": countries(spoken.locale),
        "kind": _coded(spoken, PartnerKind),
        "region": _coded(spoken, Region),
        "tier": _coded(spoken, Tier),
        "declared_rung": _coded(spoken, Rung),
        "relation_basis": _coded(spoken, RelationBasis),
        "confidence": _coded(spoken, Confidence),
        "strengths": [(s.code, s.name) for s in list_sectors(session, spoken.locale)],
        "officer": [(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)],
        "mission": _bodies(session, spoken, OrganisationKind.mission),
        "embassy": _bodies(session, spoken, OrganisationKind.embassy),
    }
    for name, options in made.items():
        known = {code for code, _ in options}
        kept = data.get(name) or []
        made[name] = options + [(c, c) for c in ([kept] if isinstance(kept, str) else kept) if c not in known]
    return made


@cache
def countries(locale: Locale) -> list[Option]:
    """Every country by name; CLDR also names unions, test regions and a few islands that have no own code."""
    spoken = words(locale)
    found = [(code, spoken.country(code)) for code in COUNTRIES]
    return sorted(found, key=lambda option: alphabetical(option[1]))


def _coded(spoken: Words, enum: type[StrEnum]) -> list[Option]:
    return [(code.value, spoken.label(code)) for code in enum]


def _bodies(session: Session, spoken: Words, kind: OrganisationKind) -> list[Option]:
    return [(unit.code, unit.name) for unit in list_units(session, spoken.locale, (kind,))]


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    text = spoken.gettext
    return {
        "name_vi": text("Vietnamese name"),
        "name_en": text("English name"),
        "name_local": text("Local name"),
        "aliases": text("Other spellings"),
        "slug": text("Address of the page"),
        "country": text("Country"),
        "kind": text("Kind of locality"),
        "region": text("Region"),
        "population": text("Population"),
        "lat": text("Latitude"),
        "lon": text("Longitude"),
        "mission": text("Vietnamese mission there"),
        "embassy": text("Their embassy in Việt Nam"),
        "tier": text("Tier"),
        "officer": text("Officer"),
        "friendship_known": text("A friendly tie is known to exist"),
        "friendship_since": text("Tie since"),
        "declared_rung": text("Depth as the officer sees it"),
        "strengths": text("Fields in which they are strong"),
        "objectives": text("What the city wants of the tie"),
        "relation_basis": text("Basis"),
        "source": text("Source"),
        "confidence": text("Confidence"),
        "note": text("Note"),
        "note_en": text("Note in English"),
    }


@dataclass(frozen=True)
class Difference:
    """One field in both versions; `keep` tells which one to prefer."""

    name: str
    label: str
    mine: str
    theirs: str
    keep: str


def last_event(session: Session, partner: Partner) -> int:
    """The newest change of a partner's own record: what a form was made from."""
    own = sa.select(sa.func.max(Event.id)).where(*_own_events(partner))
    return int(session.scalar(own) or 0)


def saved_by(session: Session, partner: Partner) -> str:
    """Who changed a partner's own record last."""
    last = sa.select(Event.actor_name).where(Event.id == last_event(session, partner))
    return str(session.scalar(last) or "CityTies")


def _own_events(partner: Partner) -> tuple[Any, ...]:
    return (Event.record_type == "partner", Event.record_id == partner.id)


def before(session: Session, partner: Partner, now: Data, seen: int) -> Data:
    """The form as it was when its reader opened it: the present one with the changes since taken back."""
    events = sa.select(Event.changes).where(*_own_events(partner), col(Event.id) > seen).order_by(Event.id)
    old: Data = {}
    for changes in session.scalars(events):
        for name, (value, _) in changes.items():
            old.setdefault(name, value)
    was = {**now, **{n: _typed(v) for n, v in old.items() if n in _TEXTS}}
    if "aliases" in old:
        was["aliases"] = "\n".join(old["aliases"] or [])
    if "strengths" in old:
        was["strengths"] = old["strengths"] or []
    if "friendship_known" in old:
        was["friendship_known"] = _ON if old["friendship_known"] else _OFF
    if {"friendship_since", "friendship_precision"} & old.keys():
        day = old.get("friendship_since", plain_day(partner.friendship_since))
        precision = old.get("friendship_precision", partner.friendship_precision)
        was["friendship_since"] = partial(
            day and date.fromisoformat(day), precision and DatePrecision(precision)
        )
    for name, code in (
        ("officer", User.email),
        ("mission", Organisation.code),
        ("embassy", Organisation.code),
    ):
        if (key := f"{name}_id") in old:
            table: Any = User if name == "officer" else Organisation
            was[name] = (
                session.scalar(sa.select(code).where(table.id == old[key])) if old[key] else None
            ) or ""
    return was


def plain_day(day: date | None) -> str | None:
    """A date as the history keeps it."""
    return day.isoformat() if day else None


def differences(mine: Data, now: Data, was: Data | None, spoken: Words, choices: Menus) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now. Where the reader had changed
    nothing, the other's value is preferred; `was` is the form as it was opened, when that is known."""
    found = []
    for name, label in labels(spoken).items():
        if name not in mine or _text(mine[name]) == _text(now[name]):
            continue
        untouched = was is not None and _text(mine[name]) == _text(was[name])
        theirs, own = (in_words(name, data[name], spoken, choices) for data in (now, mine))
        found.append(Difference(name, label, own, theirs, "theirs" if untouched else "mine"))
    return found


def in_words(name: str, value: Any, spoken: Words, choices: Menus) -> str:
    """A field's value as its form holds it, in words."""
    if name == "friendship_known":
        return spoken.gettext("yes") if _text(value) else spoken.gettext("no")
    if name not in choices:
        return str(value)
    known = dict(choices[name])
    return "\n".join(known.get(v, v) for v in ([value] if isinstance(value, str) else value) if v)
