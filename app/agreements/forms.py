"""The form of an agreement: what fills it, its menus, both versions after a stale edit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.agreements.resource import AgreementJson
from app.errors import DomainError
from app.failures import told
from app.forms import Typed
from app.i18n import Words
from app.models import Agreement
from app.organisations.queries import list_units
from app.partners.forms import partial
from app.partners.named import find_partners, spelled_by_slug
from app.records.queries import titled
from app.sectors.queries import list_sectors
from app.vocabulary import AgreementKind, AgreementLevel, AgreementState, Locale, OrganisationKind

Data = dict[str, Any]
Option = tuple[str, str]
LISTS = ("partners", "sectors", "support_units", "agencies")
_TEXTS = (
    "kind", "title", "title_en", "level", "number", "signed_in_name_of", "notice_months", "lead_unit",
    "place", "languages", "signatories", "summary",
)  # fmt: skip
_DAYS = ("signed_on", "effective_on", "expires_on", "terminated_on")
# What belongs to the signing alone: a new paper that follows another one does not take it over.
_OF_THE_SIGNING = (*_DAYS, "number", "place", "signatories")
# Who is usually asked for an opinion.
ASKED = (OrganisationKind.city_unit, OrganisationKind.city_authority, OrganisationKind.ministry)


class Follows(StrEnum):
    """How a paper follows another one."""

    amends = "amends"
    renews = "renews"


@dataclass(frozen=True)
class Difference:
    """One field in both versions."""

    name: str
    label: str
    mine: str
    theirs: str


def stored(session: Session, paper: AgreementJson, note: str | None, locale: Locale) -> Data:
    """A paper as its form shows it, every value as a person would type it; partners by name."""
    data: Data = {name: _typed(getattr(paper, name)) for name in _TEXTS}
    for name in _DAYS:
        data[name] = partial(getattr(paper, name), getattr(paper, name.replace("_on", "_precision")))
    follows = next((f for f in Follows if getattr(paper, f) is not None), None)
    return {
        **data,
        "auto_renews": "true" if paper.auto_renews else "",
        "partners": partner_names(session, paper.partners, locale),
        "sectors": paper.sectors,
        "support_units": paper.support_units,
        "follows": follows.value if follows else "",
        "other": str(getattr(paper, follows)) if follows else "",
        "plan_item": _typed(paper.plan_item),
        "source": paper.source or "",
        "note": note or "",
    }


def following(data: Data, follows: Follows, other: int) -> Data:
    """The form of a new paper that amends or renews another: what both have in common is there already."""
    kept = {name: value for name, value in data.items() if name not in _OF_THE_SIGNING}
    return {**kept, "follows": follows.value, "other": str(other), "plan_item": "", "source": "", "note": ""}


def _typed(value: Any) -> str:
    return "" if value is None else str(value)


def partner_names(session: Session, slugs: Iterable[str], locale: Locale) -> list[str]:
    """The names of partners, for the fields in which they are typed."""
    return sorted(spelled_by_slug(session, slugs, locale).values())


def sent(session: Session, typed: Typed, *, lists: tuple[str, ...] = LISTS[:3]) -> Data:
    """The posted form as a schema reads it: partners by slug, boxes left empty told, the paper it follows
    under its own name. After a stale edit the fields of which the other's value was chosen are left out."""
    data = typed.chosen(lists=lists)
    kept = {name.removeprefix("keep-") for name, value in typed.texts().items() if value == "theirs"}
    if "partners" in data:
        data["partners"] = find_partners(session, data["partners"])
    if "auto_renews" not in kept and "sectors" in lists:
        data["auto_renews"] = "true" if data.get("auto_renews") else "false"
    data.pop("seen", None)
    if not kept & {"follows", "other"}:
        follows, other = data.pop("follows", ""), data.pop("other", "")
        if follows in set(Follows):
            data |= {name.value: other if name == follows else "" for name in Follows}
        elif "title" in data:
            data |= {name.value: "" for name in Follows}
    data.pop("follows", None)
    data.pop("other", None)
    return data


def shown(typed: Typed) -> Data:
    """What was typed, to fill the form again."""
    lists = {name: [text for text in typed.all(name) if text.strip()] for name in LISTS}
    return {**typed.texts(), **lists}


def errors(spoken: Words, error: DomainError) -> dict[str, str]:
    """What is wrong by field, as the form names them."""
    renamed = {name.value: "other" for name in Follows}
    return {renamed.get(name, name): text for name, text in told(spoken, error).items()}


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    text = spoken.gettext
    return {
        "kind": text("Kind of paper"),
        "title": text("Name of the paper"),
        "title_en": text("English title"),
        "partners": text("Partners"),
        "state": text("How far it is"),
        "level": text("Level"),
        "sectors": text("Sectors"),
        "lead_unit": text("Lead unit"),
        "support_units": text("Supporting units"),
        "summary": text("What it is about"),
        "follows": text("It follows another paper"),
        "other": text("Which paper"),
        "plan_item": text("Plan item"),
        "signed_on": text("Signed on"),
        "number": text("Number"),
        "signed_in_name_of": text("In the name of"),
        "signatories": text("Signatories"),
        "place": text("Signed at"),
        "languages": text("Languages"),
        "effective_on": text("In force from"),
        "expires_on": text("Expires"),
        "terminated_on": text("Terminated"),
        "auto_renews": text("It renews by itself"),
        "notice_months": text("Months of notice"),
        "source": text("Source"),
        "note": text("Note"),
        "dossier_complete_on": text("Dossier complete on"),
        "agencies": text("Agencies asked"),
        "agency": text("Agency"),
        "opinion": text("Opinion"),
        "on": text("On"),
        "text": text("In words"),
        "reason": text("Reason"),
        "signing_authority": text("Who may sign, on whose authority"),
        "why": text("Why"),
    }


def menus(session: Session, spoken: Words, *, but: int | None = None) -> dict[str, list[Option]]:
    """The choices by field; `but` is the paper itself, which cannot follow itself."""
    return {
        "kind": [(kind.value, spoken.label(kind)) for kind in AgreementKind],
        "level": [(level.value, spoken.label(level)) for level in AgreementLevel],
        "state": [
            (AgreementState.idea.value, spoken.gettext("an idea, still to be signed")),
            (AgreementState.signed.value, spoken.gettext("signed already")),
        ],
        "sectors": [(s.code, s.name) for s in list_sectors(session, spoken.locale)],
        "lead_unit": [(u.code, u.name) for u in list_units(session, spoken.locale)],
        "follows": [
            (Follows.amends.value, spoken.gettext("it amends it")),
            (Follows.renews.value, spoken.gettext("it renews it")),
        ],
        "other": _signed(session, spoken, but),
    }


def _signed(session: Session, spoken: Words, but: int | None) -> list[Option]:
    statement = (
        sa.select(Agreement.id, titled(Agreement, spoken.locale), Agreement.signed_on)
        .where(
            Agreement.state == AgreementState.signed,
            col(Agreement.archived_at).is_(None),
            col(Agreement.amends_id).is_(None),
        )
        .order_by(col(Agreement.signed_on).desc(), col(Agreement.id))
    )
    return [
        (str(key), f"{title} ({day.year})" if day else title)
        for key, title, day in session.execute(statement)
        if key != but
    ]


def differences(mine: Data, now: Data, spoken: Words, choices: dict[str, list[Option]]) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now, in words."""
    return [
        Difference(
            name, label, *(str(_in_words(name, data.get(name), spoken, choices)) for data in (mine, now))
        )
        for name, label in labels(spoken).items()
        if name in now and _plain(mine.get(name)) != _plain(now[name])
    ]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())


def _in_words(name: str, value: Any, spoken: Words, choices: dict[str, list[Option]]) -> str:
    if name == "auto_renews":
        return spoken.gettext("yes") if value else spoken.gettext("no")
    known = dict(choices.get("lead_unit" if name == "support_units" else name, []))
    if isinstance(value, list):
        return "\n".join(str(known.get(v, v)) for v in value)
    return known.get(value) or str(value or "")
