"""The form of a trip: what fills it, how it is read, its menus, and both versions after a stale edit."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.delegations import choices
from app.delegations.schemas import MOST_GIFTS, MOST_MEETINGS, MOST_MEMBERS, MOST_PARTNERS
from app.delegations.trip import DelegationPage
from app.delegations.visit_form import blank, composed, options, within
from app.errors import FieldError, Invalid, Refused
from app.follow_ups.queries import PartnerRef
from app.forms import Typed
from app.i18n import Words, words
from app.organisations.queries import list_units
from app.partners.forms import partial
from app.partners.named import find_partner, partner_choices, spelled
from app.plan.queries import item_menu, item_to_begin
from app.templating import View
from app.vocabulary import (
    DelegationDirection,
    DelegationState,
    GiftBand,
    GiftDirection,
    Locale,
    PlanItemKind,
    VisitLevel,
    VisitPurpose,
)

# A form as a schema reads it: texts by name, and lists of lines (or of slugs).
Shape = dict[str, Any]

# The lists of the form with the fields that a person writes by hand, and how many lines they may have.
WRITTEN = {
    "partners": ("name",),
    "members": ("name", "title", "unit"),
    "meetings": ("on", "place", "counterpart", "topic", "result"),
    "gifts": ("what", "by_whom", "to_whom"),
}
MOST = {"partners": MOST_PARTNERS, "members": MOST_MEMBERS, "meetings": MOST_MEETINGS, "gifts": MOST_GIFTS}
_TEXTS = (
    "direction", "title", "title_en", "level", "purpose", "interpreter", "languages", "budget_source",
    "currency", "cost_planned", "cost_actual", "off_plan_reason",
)  # fmt: skip
_NOTES = ("met", "minutes", "report")
_MONEY = ("cost_planned", "cost_actual")
_BOXES = ("off_plan", "confidential")
_OWN = ("was", "add_line")


def stored(trip: DelegationPage) -> Shape:
    """A trip as the form would send it. Notes and meetings only for those who may change them."""
    data: Shape = {name: _text(getattr(trip, name)) for name in _TEXTS}
    data |= {
        "title": trip.title_vi,
        "head": trip.head_written or "",
        "starts_on": partial(trip.starts_on, trip.starts_precision),
        "ends_on": partial(trip.ends_on, trip.ends_precision),
        "host_unit": trip.host_unit_code or "",
        "escort_unit": trip.escort_unit_code or "",
        "plan_item": _text(trip.plan_item_id),
        "returns": _text(trip.returns and trip.returns.id),
        "off_plan": "true" if trip.off_plan else "",
        "partners": [partner.slug for partner in trip.partners],
        "members": [
            _line(
                id=it.id, name=it.name, person=it.person_id, title=it.title, unit=it.unit,
                leads="true" if it.leads else None,
            )
            for it in trip.who
        ],
        "gifts": [
            _line(id=it.id, direction=it.direction, what=it.what, band=it.band, by_whom=it.by_whom,
                  to_whom=it.to_whom)
            for it in trip.gifts
        ],
    }  # fmt: skip
    if trip.may_note:
        data |= {name: _text(getattr(trip, name)) for name in _NOTES}
        data["confidential"] = "true" if trip.confidential else ""
        data["meetings"] = [
            _line(
                id=it.id, on=it.on.isoformat(), starts_at=it.starts_at and f"{it.starts_at:%H:%M}",
                ends_at=it.ends_at and f"{it.ends_at:%H:%M}", partner=it.partner and it.partner.slug,
                place=it.place, counterpart=it.counterpart, topic=it.topic, result=it.result,
            )
            for it in trip.meetings
        ]  # fmt: skip
    return data


def _line(**fields: Any) -> dict[str, str]:
    return {name: _text(value) for name, value in fields.items() if value not in (None, "")}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def sent(session: Session, typed: Typed) -> Shape:
    """The posted form: partners and people by what names them, blank lines left out, a title in any case.

    Fields of which the other's value was chosen after a stale edit are left out. Raises Invalid for partners
    that nobody has.
    """
    data: Shape = {n: v for n, v in typed.data(lines=WRITTEN).items() if n not in _OWN}
    theirs = {n.removeprefix("keep-") for n, v in data.items() if n.startswith("keep-") and v == "theirs"}
    for name in _MONEY:
        if name in data:
            data[name] = re.sub(r"(?<=\d)[ .,\u00a0](?=\d{3}\b)", "", data[name].strip())
    names = [line["name"].strip() for line in data["partners"]]
    data["partners"], called = _partners(session, names)
    data["members"] = [_member(line) for line in data["members"]]
    for name in ("meetings", "gifts"):
        data[name] = [{k: v for k, v in line.items() if not blank(v)} for line in data[name]]
    for line in data["meetings"]:
        if "partner" in line:
            line["partner"] = _slug(session, line["partner"])
    for name in _BOXES:
        data[name] = "true" if data.get(name) else ""
    if blank(data.get("title", "")):
        whom = words(Locale.vi).join([within(name) for name in called])
        data["title"] = composed(data.get("direction", ""), whom)
    return {n: v for n, v in data.items() if not n.startswith("keep-") and n not in theirs}


def _partners(session: Session, names: list[str]) -> tuple[list[str], list[str]]:
    """Slugs and Vietnamese names of what was typed."""
    slugs, called, errors = [], [], []
    for place, text in enumerate(names):
        try:
            slug, name, _ = find_partner(session, text)
        except Refused as refusal:
            errors.append(FieldError(f"partners-{place}-name", refusal.code))
        else:
            slugs.append(slug)
            called.append(name)
    if errors:
        raise Invalid(errors)
    return list(dict.fromkeys(slugs)), list(dict.fromkeys(called))


def _slug(session: Session, text: str) -> str:
    """A partner's slug; what names none stays, for the service to refuse."""
    try:
        return find_partner(session, text)[0]
    except Refused:
        return text


def _member(line: dict[str, str]) -> dict[str, str]:
    """ "Tanaka Yuki #12" is person 12; of somebody whose data were erased only the number is left."""
    found = {name: value for name, value in line.items() if not blank(value)}
    if match := re.fullmatch(r"(?:(.*\S)\s+)?#(\d{1,9})", found.get("name", "").strip()):
        found.pop("name")
        found |= {"person": match[2]} | ({"name": match[1]} if match[1] else {})
    return found


def changed(data: Shape, was: Shape) -> Shape:
    """The fields that differ from what is stored: only they are said to change."""
    return {
        name: value for name, value in data.items() if _same(value) != _same(was.get(name) or type(value)())
    }


def _same(value: Any) -> Any:
    """A value as it is compared: order of partners, spaces at line ends and blanks make no difference."""
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return sorted(value)
        return [{name: _same(text) for name, text in line.items() if _same(text)} for line in value]
    if value is None or value == "false":
        return ""
    return "\n".join(line.rstrip() for line in str(value).strip().splitlines())


def flat(data: Shape, named: dict[str, str]) -> dict[str, Any]:
    """A shape as the fields of the form; `named` is what the menu calls a partner, by slug."""
    found = {name: value for name, value in data.items() if name not in WRITTEN}
    for name in WRITTEN.keys() & data.keys():
        for place, line in enumerate(data[name]):
            if name == "partners":
                line = {"name": named.get(line, line)}  # noqa: PLW2901 - a slug is written as a line
            elif name == "members":
                person = int(line["person"]) if line.get("person") else None
                line = {**line, "name": choices.named_person(line.get("name", ""), person)}  # noqa: PLW2901
            found |= {f"{name}-{place}-{field}": text for field, text in line.items()}
    return found


def shown(typed: Typed) -> dict[str, Any]:
    """What was typed, to fill the form again; written lines first, since errors count those."""
    data: dict[str, Any] = {
        name: text for name, text in typed.texts().items() if not re.match(r"(\w+)-\d+-", name)
    }
    for name, keys in WRITTEN.items():
        lines = typed.lines(name)
        lines.sort(key=lambda line: not any(line.get(key, "").strip() for key in keys))
        for place, line in enumerate(lines):
            data |= {f"{name}-{place}-{field}": text for field, text in line.items()}
    return data


def line_counts(data: dict[str, Any], more: str = "") -> dict[str, int]:
    """How many lines each list shows: those that are filled, one to write, and one more where asked."""
    counts = {}
    for name, most in MOST.items():
        places = [int(m[1]) + 1 for key in data if (m := re.match(rf"{name}-(\d+)-", key))]
        count = max(places, default=0)
        last = [str(v) for k, v in data.items() if k.startswith(f"{name}-{count - 1}-")]
        spare = 0 if count and not any(v.strip() for v in last) else 1
        wanted = count + (1 if more == name else spare if name != "partners" or not count else 0)
        counts[name] = min(most, max(1, wanted))
    return counts


def menus(
    view: View, session: Session, trip: DelegationPage | None, keep: int | None = None
) -> dict[str, Any]:
    """The choices of the form; `keep` is the plan item that a new trip is begun from."""
    currencies = list(choices.CURRENCIES)
    if trip and trip.currency and trip.currency not in currencies:
        currencies.append(trip.currency)
    return {
        "partners": partner_choices(session, view.locale),
        "people": choices.people(session),
        "units": [(unit.code, unit.name) for unit in list_units(session, view.locale)],
        "plan_items": item_menu(
            session, view.today, PlanItemKind.delegation, keep=trip.plan_item_id if trip else keep
        ),
        "currencies": [(code, code) for code in currencies],
        "directions": options(view, DelegationDirection),
        "levels": options(view, VisitLevel),
        "purposes": options(view, VisitPurpose),
        "gift_directions": options(view, GiftDirection),
        "bands": options(view, GiftBand),
        "over": trip is not None and trip.state in {DelegationState.completed, DelegationState.reported},
    }


def begun_from(view: View, session: Session, item_id: int) -> dict[str, str]:
    """What an item of the year's plan says about the trip that is to carry it out. Raises NotFound."""
    item = item_to_begin(session, item_id, PlanItemKind.delegation, view.today, view.locale)
    names = spelled(session, item.partners)
    return {f"partners-{n}-name": name for n, name in enumerate(names)} | {
        "plan_item": str(item.id),
        "title": item.title,
        "direction": item.direction.value if item.direction else "",
    }


def names_by_slug(session: Session, partners: Sequence[PartnerRef]) -> dict[str, str]:
    """How the form writes partners, by slug; one statement."""
    return {it.slug: name for it, name in zip(partners, spelled(session, partners), strict=True)}


def labels(spoken: Words, counts: dict[str, int]) -> dict[str, str]:
    """The words of every field, those of the lines with their number."""
    _ = spoken.gettext
    found = {
        "partners": _("Partners"), "direction": _("Direction"), "title": _("Title"),
        "title_en": _("Title in English"), "starts_on": _("From"), "ends_on": _("Until"),
        "level": _("Level of the head"), "purpose": _("Purpose"), "head": _("Led by"),
        "host_unit": _("Host unit"), "escort_unit": _("Escort unit"), "interpreter": _("Interpreter"),
        "languages": _("Languages"), "budget_source": _("Budget source"), "currency": _("Currency"),
        "cost_planned": _("Planned cost"), "cost_actual": _("Actual cost"), "plan_item": _("Plan item"),
        "off_plan": _("Not in the year's plan"), "off_plan_reason": _("Why it is done all the same"),
        "returns": _("Returns the visit"), "met": _("Whom we met"), "minutes": _("Minutes"),
        "confidential": _("Confidential"), "report": _("Result report"), "members": _("Members"),
        "meetings": _("Meetings"), "gifts": _("Gifts"),
    }  # fmt: skip
    heads = {
        "partners": _("Partner"), "members": _("Member"), "meetings": _("Meeting"), "gifts": _("Gift"),
    }  # fmt: skip
    fields = {
        "partners": {"name": _("Name")},
        "members": {"name": _("Full name"), "title": _("Position"), "unit": _("Unit"), "leads": _("Leads")},
        "meetings": {
            "on": _("Day"), "starts_at": _("From hour"), "ends_at": _("Until hour"),
            "partner": _("With which partner"), "place": _("Held at"), "counterpart": _("Counterpart"),
            "topic": _("Topic"), "result": _("Result"),
        },
        "gifts": {
            "direction": _("Given or received"), "what": _("Gift"), "band": _("Value"),
            "by_whom": _("From whom"), "to_whom": _("To whom"),
        },
    }  # fmt: skip
    for name, own in fields.items():
        for n in range(counts.get(name, 0)):
            head = f"{heads[name]} {n + 1}"
            found |= {f"{name}-{n}-{field}": f"{head}, {text}" for field, text in own.items()}
    return found


@dataclass(frozen=True)
class Difference:
    """One field in both versions; `keep` tells which one to prefer."""

    name: str
    label: str
    mine: str
    theirs: str
    keep: str


def differences(mine: Shape, now: Shape, was: Shape | None, spoken: Words) -> list[Difference]:
    """The fields that differ between what was typed and what is stored now. Where the reader had changed
    nothing the other's value is preferred; `was` is the form as it was opened, when that is known."""
    found = []
    for name, label in labels(spoken, {}).items():
        if name not in mine or name not in now or _same(mine[name]) == _same(now[name]):
            continue
        untouched = was is not None and name in was and _same(mine[name]) == _same(was[name])
        found.append(
            Difference(
                name, label, _in_words(name, mine[name], spoken), _in_words(name, now[name], spoken),
                "theirs" if untouched else "mine",
            )
        )  # fmt: skip
    return found


def _in_words(name: str, value: Any, spoken: Words) -> str:
    if isinstance(value, list):
        if name == "partners":
            return "\n".join(value)
        hidden = {"id", "person", "leads"}
        return "\n".join(
            " · ".join(text for field, text in line.items() if field not in hidden) for line in value
        )
    if name in _BOXES:
        return spoken.gettext("yes") if value else spoken.gettext("no")
    codes: dict[str, Any] = {"direction": DelegationDirection, "level": VisitLevel, "purpose": VisitPurpose}
    if name in codes and value in set(codes[name]):
        return spoken.label(codes[name](value))
    return str(value)


def opened(typed: Typed) -> Shape | None:
    """The form as it was when its reader opened it; None when that is not told."""
    try:
        found = json.loads(typed.get("was") or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
