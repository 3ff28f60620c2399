"""The form of a programme: what fills it, its menus, and what to show when somebody else was faster."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zlib import crc32

import sqlalchemy as sa
from sqlmodel import Session, col

from app.agreements.queries import agreement_page
from app.errors import NotFound, Refused
from app.follow_ups.queries import partners_of as partners_of_work
from app.forms import Typed
from app.i18n import Words
from app.models import (
    Agreement,
    AgreementPartner,
    Event,
    FollowUp,
    Organisation,
    Partner,
    Programme,
    ProgrammePartner,
    Sector,
)
from app.organisations.queries import list_units
from app.partners.forms import partial
from app.partners.named import find_partner, partner_choices
from app.plan.queries import item_menu, item_to_begin
from app.programmes.links import UNITS, units_of
from app.records.queries import titled
from app.sectors.queries import list_sectors
from app.vocabulary import Completion, Locale, OrganisationKind, PlanItemKind, ProgrammeState

LISTS = ("support_units", "donors")
# The states in which a programme may be entered; what is over is entered as running and then ended.
FIRST_STATES = (ProgrammeState.proposed, ProgrammeState.planned, ProgrammeState.active)
CURRENCIES = ("VND", "USD", "EUR", "JPY", "KRW", "GBP", "AUD", "SGD", "CHF")
GIVERS = (
    OrganisationKind.donor,
    OrganisationKind.multilateral,
    OrganisationKind.foreign_government,
    OrganisationKind.trade_agency,
    OrganisationKind.company,
)
_TEXTS = (
    "title", "title_en", "agreement_id", "plan_item_id", "ends_on", "ended_on", "cancelled_on", "budget",
    "currency", "budget_source", "counterpart_funds", "completion", "completion_percent", "objectives",
    "source", "note",
)  # fmt: skip
# A menu of papers is for the partners' own; where no partner is known yet, for the latest.
MOST_PAPERS = 200

Data = dict[str, Any]
Option = tuple[str, str]


def stored(session: Session, programme: Programme) -> Data:
    """A programme as the form shows it, every value as a person would type it; six statements."""
    codes = session.execute(
        sa.select(Sector.code, Organisation.code)
        .select_from(Programme)
        .join(Sector, col(Sector.id) == Programme.sector_id)
        .outerjoin(Organisation, col(Organisation.id) == Programme.lead_unit_id)
        .where(Programme.id == programme.id)
    ).one()
    return {
        **{name: _typed(getattr(programme, name)) for name in _TEXTS},
        "started_on": partial(programme.started_on, programme.started_precision),
        "sector": codes[0],
        "lead_unit": codes[1] or "",
        "partners": slugs_of(session, programme.id or 0),
        **{name: units_of(session, programme.id or 0, role) for name, role in UNITS.items()},
    }


def slugs_of(session: Session, programme_id: int) -> list[str]:
    """The slugs of a programme's partners."""
    statement = (
        sa.select(Partner.slug)
        .join(ProgrammePartner, col(ProgrammePartner.partner_id) == Partner.id)
        .where(ProgrammePartner.programme_id == programme_id)
    )
    return list(session.scalars(statement.order_by(Partner.slug)))


def _typed(value: Any) -> str:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def sent(session: Session, typed: Typed) -> Data:
    """The posted form as a schema reads it, its partners found by any spelling on file; fields of which the
    other's value was chosen are left out. Raises Refused for a partner nobody knows."""
    data = typed.chosen(lists=LISTS)
    data.pop("seen", None)
    if typed.get("keep-partners") != "theirs":
        data["partners"] = [_slug(session, text) for text in names_typed(typed)]
    return data


def names_typed(typed: Typed) -> list[str]:
    """The partners as they were typed, blank lines left out."""
    return [text for line in typed.lines("partners") if (text := line.get("name", "").strip())]


def known(session: Session, texts: list[str]) -> list[str]:
    """What was typed as slugs, where a partner is meant by it; the text itself where none is."""
    found = []
    for text in texts:
        try:
            found.append(find_partner(session, text)[0])
        except Refused:
            found.append(text)
    return found


def _slug(session: Session, text: str) -> str:
    try:
        return find_partner(session, text)[0]
    except Refused:
        raise Refused("unknown_partner", field="partners") from None


def shown(typed: Typed) -> Data:
    """What was typed, to fill the form again."""
    lists = {name: typed.all(name) for name in LISTS}
    return {**typed.texts(), **lists, "partners": names_typed(typed)}


def changed(data: Data, was: Data) -> Data:
    """The fields that differ from what is stored: only they are said to change."""
    return {name: value for name, value in data.items() if _text(value) != _text(was.get(name, ""))}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return "\n".join(line.rstrip() for line in str(value).strip().splitlines())


def marks(data: Data) -> str:
    """A mark for each value of the form as it was opened: it tells later what its reader has changed."""
    return urlencode({name: _mark(value) for name, value in data.items()})


def _mark(value: Any) -> str:
    return f"{crc32(_text(value).encode()):x}"


def at_fault(errors: Mapping[str, str]) -> dict[str, str]:
    """Errors by field of the form: what is wrong within a list is said of the list."""
    found: dict[str, str] = {}
    for pointer, text in errors.items():
        found.setdefault(re.sub(r"-\d+.*", "", pointer), text)
    return found


# ---- what fills a new one


@dataclass(frozen=True)
class Origin:
    """What a new programme is begun from: a follow-up, an agreement or an item of the plan, by id."""

    follow_up: int | None = None
    agreement: int | None = None
    plan_item: int | None = None


def prefilled(session: Session, locale: Locale, today: date, asked: Origin) -> Data:
    """What the work it grows out of, the paper or the plan item it carries out says about a new programme.
    Raises NotFound."""
    if asked.follow_up is not None:
        return _from_follow_up(session, asked.follow_up, locale, today)
    if asked.plan_item is not None:
        return _from_plan(session, asked.plan_item, locale, today)
    return _from_agreement(session, asked.agreement, locale, today) if asked.agreement is not None else {}


def _from_plan(session: Session, item_id: int, locale: Locale, today: date) -> Data:
    item = item_to_begin(session, item_id, PlanItemKind.programme, today, locale)
    return {
        "plan_item_id": str(item.id),
        "title": item.title,
        "partners": [partner.slug for partner in item.partners],
        "lead_unit": item.lead_unit_code or "",
    }


def _from_follow_up(session: Session, follow_up_id: int, locale: Locale, today: date) -> Data:
    work = session.get(FollowUp, follow_up_id)
    if work is None or work.archived_at is not None:
        raise NotFound("follow_up")
    paper = _from_agreement(session, work.agreement_id, locale, today) if work.agreement_id else {}
    unit = session.get(Organisation, work.unit_id) if work.unit_id else None
    return {
        **paper,
        "title": work.title,
        "partners": [p.slug for p in partners_of_work(session, [follow_up_id], locale)[follow_up_id]],
        **({"lead_unit": unit.code} if unit else {}),
        "follow_up_id": str(follow_up_id),
        "finish_follow_up": "true" if work.done_on is None and work.dropped_on is None else "",
    }


def _from_agreement(session: Session, agreement_id: int, locale: Locale, today: date) -> Data:
    paper = agreement_page(session, agreement_id, locale, today)
    return {
        "agreement_id": str(agreement_id),
        "partners": [partner.slug for partner in paper.partners],
        "sector": paper.row.sector_codes[0] if paper.row.sector_codes else "",
        "lead_unit": "" if paper.row.lead_unit_gone else paper.row.lead_unit_code or "",
    }


# ---- menus


def menus(session: Session, spoken: Words, data: Data, today: date) -> dict[str, list[Any]]:
    """The choices by field; one that is stored but no longer offered stays."""
    locale = spoken.locale
    units = [(unit.code, unit.name) for unit in list_units(session, locale)]
    made: dict[str, list[Option]] = {
        "sector": [(s.code, s.name) for s in list_sectors(session, locale)],
        "agreement_id": _papers(session, locale, data.get("partners") or []),
        "plan_item_id": item_menu(
            session, today, PlanItemKind.programme, keep=_number(data.get("plan_item_id"))
        ),
        "lead_unit": units,
        "support_units": units,
        "donors": [(unit.code, unit.name) for unit in list_units(session, locale, GIVERS)],
        "completion": [(code.value, spoken.label(code)) for code in Completion],
        "state": [(state.value, spoken.label(state)) for state in FIRST_STATES],
    }
    for name, options in made.items():
        kept = data.get(name) or []
        missing = set([kept] if isinstance(kept, str) else kept) - {code for code, _ in options}
        made[name] = options + [(code, code) for code in sorted(missing)]
    return {**made, "partners": partner_choices(session, locale)}


def _number(text: Any) -> int | None:
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else None


def _papers(session: Session, locale: Locale, slugs: list[str]) -> list[Option]:
    statement = sa.select(Agreement.id, titled(Agreement, locale)).where(col(Agreement.archived_at).is_(None))
    if slugs:
        links = (
            sa.select(AgreementPartner.agreement_id)
            .join(Partner, col(Partner.id) == AgreementPartner.partner_id)
            .where(col(Partner.slug).in_(slugs))
        )
        statement = statement.where(col(Agreement.id).in_(links))
    latest = (col(Agreement.signed_on).is_(None), col(Agreement.signed_on).desc(), col(Agreement.id).desc())
    rows = session.execute(statement.order_by(*latest).limit(MOST_PAPERS))
    return [(str(key), title) for key, title in rows]


def labels(spoken: Words) -> dict[str, str]:
    """The words of every field."""
    text = spoken.gettext
    return {
        "title": text("Name of the programme"),
        "title_en": text("English title"),
        "partners": text("Partners"),
        "sector": text("Sector"),
        "objectives": text("What it is to achieve"),
        "state": text("Where it stands"),
        "started_on": text("Started"),
        "ends_on": text("To end"),
        "ended_on": text("Ended"),
        "cancelled_on": text("Cancelled"),
        "agreement_id": text("Carries out"),
        "plan_item_id": text("Plan item"),
        "lead_unit": text("Lead unit"),
        "support_units": text("Supporting units"),
        "donors": text("Donors"),
        "budget": text("Budget"),
        "currency": text("Currency"),
        "budget_source": text("Where the money comes from"),
        "counterpart_funds": text("Counterpart funds"),
        "completion": text("Completion"),
        "completion_percent": text("Completion in percent"),
        "source": text("Source"),
        "note": text("Note"),
    }


# ---- when somebody else was faster


@dataclass(frozen=True)
class Difference:
    """One field in both versions; `keep` tells which one to prefer."""

    name: str
    label: str
    mine: str
    theirs: str
    keep: str


def differences(
    mine: Data, now: Data, seen: str, spoken: Words, choices: Mapping[str, list[Any]]
) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now. Where the reader had changed
    nothing, the other's value is preferred; `seen` are the marks of the form as it was opened."""
    opened = dict(parse_qsl(seen))
    found = []
    for name, label in labels(spoken).items():
        if name not in mine or name not in now or _text(mine[name]) == _text(now[name]):
            continue
        keep = "theirs" if opened.get(name) == _mark(mine[name]) else "mine"
        own, theirs = (_in_words(name, data[name], choices) for data in (mine, now))
        found.append(Difference(name, label, own, theirs, keep))
    return found


def _in_words(name: str, value: Any, choices: Mapping[str, list[Any]]) -> str:
    several = value if isinstance(value, list) else [value]
    known: dict[str, str] = dict(choices[name]) if name in choices and name != "partners" else {}
    return "\n".join(str(known.get(v, v)) for v in several if v)


def saved_by(session: Session, programme: Programme) -> str:
    """Who changed a programme's own record last."""
    last = (
        sa.select(Event.actor_name)
        .where(Event.record_type == "programme", Event.record_id == programme.id)
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    return str(session.scalar(last) or "CityTies")


def written(text: str, locale: Locale) -> str:
    """A number as its reader writes it, 1.234,5 in Vietnamese and 1,234.5 in English, as 1234.5."""
    apart, point = (".", ",") if locale == Locale.vi else (",", ".")
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(rf"-?\d{{1,3}}(\{apart}\d{{3}})+(\{point}\d+)?", plain):
        plain = plain.replace(apart, "")
    return re.sub(rf"(?<=\d)\{point}(?=\d+$)", ".", plain)
