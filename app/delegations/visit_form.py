"""The form of a visit on /visits/new: read, shown again with everything typed, its words."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import list_users
from app.config import settings
from app.delegations.queries import Effect
from app.delegations.schemas import MOST_FOLLOW_UPS, VisitIn
from app.errors import DomainError, Invalid, Refused
from app.failures import told
from app.forms import FormView, Typed
from app.i18n import words
from app.organisations.queries import list_units
from app.partners.named import find_partner, named_in_form, partner_choices
from app.plan.queries import item_menu, item_to_begin
from app.schemas import parse
from app.templating import View
from app.vocabulary import (
    DelegationDirection,
    FollowUpKind,
    Locale,
    OwedBy,
    PlanItemKind,
    VisitLevel,
    VisitPurpose,
)

LEAST_LINES, MOST_LINES = 2, MOST_FOLLOW_UPS
# A line counts once one of these is written; its menus always say something.
WRITTEN = ("title", "due_on")


def read_visit(session: Session, typed: Typed) -> VisitIn:
    """The form as the contract writes it: the partner by slug, blank lines left out, a title in any case."""
    data = {k: v for k, v in typed.data(lines={"follow_ups": WRITTEN}).items() if v and not blank(v)}
    data.pop("add_line", None)
    written = data.get("follow_ups", [])
    data["follow_ups"] = [{k: v for k, v in line.items() if not blank(v)} for line in written]
    errors = []
    name = ""
    if "partner" in data:
        try:
            data["partner"], name, _ = find_partner(session, data["partner"])
        except Refused as refusal:
            errors += refusal.errors
    if "title" not in data:
        data["title"] = composed(data.get("direction", ""), name)
    try:
        visit = parse(VisitIn, data)
    except Invalid as invalid:
        # An end that was left empty is the start's day, so a wrong start is one fault, not two.
        wrong = [e for e in invalid.errors if e.pointer != "ends_on" or "ends_on" in data]
        raise Invalid(errors + wrong) from None
    if errors:
        raise Invalid(errors)
    return visit


def begun_from(view: View, session: Session, item_id: int) -> dict[str, str]:
    """What an item of the year's plan says about the visit that carried it out. Raises NotFound."""
    item = item_to_begin(session, item_id, PlanItemKind.delegation, view.today, view.locale)
    names = [named_in_form(session, partner.slug, view.locale)[0] for partner in item.partners[:1]]
    return {
        "plan_item": str(item.id),
        "title": item.title,
        "direction": item.direction.value if item.direction else "",
        "partner": names[0] if names else "",
    }


def blank(value: Any) -> bool:
    """Whether a field was left empty."""
    return isinstance(value, str) and not value.strip()


# In the middle of a title the kind of place is no name: "Đoàn tỉnh Kanagawa".
_KINDS = ("Tỉnh ", "Thành phố ", "Vùng ", "Bang ", "Thủ đô ", "Khu ")


def within(name: str) -> str:
    """A Vietnamese name as it stands within a title."""
    return name[0].lower() + name[1:] if name.startswith(_KINDS) else name


def composed(direction: str, name: str) -> str:
    """A title for a visit without one, in Vietnamese like the register: `title` is the Vietnamese title."""
    text = (
        "Delegation of %(city)s visits %(partner)s"
        if direction == DelegationDirection.outbound
        else "Delegation of %(partner)s visits %(city)s"
    )
    return words(Locale.vi).gettext(text, partner=within(name) or "…", city=settings().home_city)


def again(
    view: View,
    session: Session,
    typed: Typed,
    *,
    more: int = 0,
    error: DomainError | None = None,
    effect: Effect | None = None,
) -> Response:
    """The form as it was typed, written lines first: errors count the lines that are written."""
    data, kept = written_first(typed)
    count = min(MOST_LINES, max(LEAST_LINES, kept + more))
    status = error.status if error else 200
    return page(view, session, data, lines=count, kept=kept, error=error, effect=effect, status=status)


def page(
    view: View,
    session: Session,
    data: dict[str, str],
    *,
    lines: int,
    kept: int = 0,
    error: DomainError | None = None,
    effect: Effect | None = None,
    status: int = 200,
) -> Response:
    """The form; its lines from `kept` on are fresh."""
    data |= fresh_lines(view, range(kept, lines))
    return view.page(
        "delegations/new.html",
        status=status,
        form=FormView(data, told(view.words, error) if error else {}),
        labels=labels(view, lines),
        lines=lines,
        partners=partner_choices(session, view.locale),
        directions=options(view, DelegationDirection),
        levels=options(view, VisitLevel),
        purposes=options(view, VisitPurpose),
        plan_items=item_menu(
            session, view.today, PlanItemKind.delegation, keep=number(data.get("plan_item"))
        ),
        effect=effect,
        **line_menus(view, session),
    )


def fresh_lines(view: View, places: Iterable[int]) -> dict[str, str]:
    """Follow-up lines in which nothing is written yet, and the one that js/repeat-lines.js copies."""
    me = view.actor.email if view.actor else None
    fresh = {"owed_by": OwedBy.home, "assignee": me or "", "kind": "", "unit": "", "title": "", "due_on": ""}
    return {
        f"follow_ups-{place}-{name}": text for place in (*places, "__n__") for name, text in fresh.items()
    }


def line_menus(view: View, session: Session) -> dict[str, Any]:
    """The choices of a follow-up line."""
    users = list_users(session, active_only=True, who_write=True)
    return {
        "users": [(user.email, user.name) for user in users],
        "units": [(unit.code, unit.name) for unit in list_units(session, view.locale)],
        "kinds": list(FollowUpKind),
        "sides": options(view, OwedBy),
    }


def number(text: Any) -> int | None:
    """An id as a form writes it."""
    return int(text) if str(text).isascii() and str(text).isdecimal() and len(str(text)) < 10 else None


def written_first(typed: Typed) -> tuple[dict[str, str], int]:
    """The form as it was typed, its written follow-ups first, since errors count the lines that are written;
    and how many lines it has."""
    lines = typed.lines("follow_ups")
    lines.sort(key=lambda line: not any(line.get(name, "").strip() for name in WRITTEN))
    data = {name: text for name, text in typed.texts().items() if not name.startswith("follow_ups-")}
    for place, line in enumerate(lines):
        data |= {f"follow_ups-{place}-{name}": text for name, text in line.items()}
    return data, len(lines)


def options(view: View, codes: type[StrEnum]) -> list[tuple[str, str]]:
    """An enum as a menu."""
    return [(code.value, view.words.label(code)) for code in codes]


def labels(view: View, lines: int) -> dict[str, str]:
    """What the form calls its fields, for the list of errors."""
    _ = view.words.gettext
    found = {
        "partner": _("Partner"), "direction": _("Direction"), "title": _("Title"), "starts_on": _("From"),
        "ends_on": _("Until"), "level": _("Level of the head"), "purpose": _("Purpose"),
        "head": _("Led by"), "met": _("Whom we met"), "minutes": _("Minutes"),
        "confidential": _("Confidential"), "follow_ups": _("Follow-ups"), "plan_item": _("Plan item"),
        "off_plan": _("Not in the year's plan"), "off_plan_reason": _("Why it was done all the same"),
    }  # fmt: skip
    return found | line_labels(view, lines)


def line_labels(view: View, lines: int) -> dict[str, str]:
    """What the fields of follow-up lines are called."""
    _ = view.words.gettext
    own = {
        "title": _("What"), "owed_by": _("Who owes it"), "kind": _("Kind"), "assignee": _("Who sees to it"),
        "unit": _("Unit"), "due_on": _("Due"),
    }  # fmt: skip
    return {
        f"follow_ups-{n}-{name}": _("Follow-up %(n)s, %(field)s", n=n + 1, field=text)
        for n in range(lines)
        for name, text in own.items()
    }


def missing(view: View, error: DomainError) -> dict[str, str]:
    """By what the form calls it, what keeps a visit from being saved; empty words for what is not written."""
    empty = {e.pointer for e in error.errors if e.code == "required"}
    called = labels(view, MOST_LINES)
    return {
        called.get(name, name): "" if name in empty else text
        for name, text in told(view.words, error).items()
    }
