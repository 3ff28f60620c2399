"""Log a visit, with a look at what it will do before it is saved; the page of one delegation."""

from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import list_users
from app.config import settings
from app.delegations import queries, service
from app.delegations.queries import Effect
from app.delegations.schemas import VisitIn
from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Invalid, Refused
from app.failures import told
from app.files.forms import panel_of
from app.follow_ups.queries import PartnerRef
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.i18n import words
from app.once import Once
from app.organisations.queries import list_units
from app.partners.named import find_partner, partner_choices
from app.schemas import parse
from app.templating import View
from app.vocabulary import (
    DelegationDirection,
    FollowUpKind,
    Locale,
    OwedBy,
    VisitLevel,
    VisitPurpose,
)

router = APIRouter()

LEAST_LINES, MOST_LINES = 2, 40
# A line counts once one of these is written; its menus always say something.
_WRITTEN = ("title", "due_on")


@router.get("/visits/new", name="visits:new")
def new(view: Page, session: ReadSession, actor: Officer, partner: str = "") -> Response:
    data = {"partner": partner, "starts_on": view.today.isoformat()}
    if partner:
        data["partner"] = _named(session, view.locale, partner)
    return _page(view, session, data, lines=LEAST_LINES)


@router.post("/visits")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    if typed.get("add_line"):
        return _again(view, session, typed, more=1)
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        logged = service.log_visit(session, actor, _visit(session, typed), today=today)
    except DomainError as error:
        session.rollback()
        return _again(view, session, typed, error=error)
    url = f"/partners/{logged.partner.slug}?visit={logged.delegation.id}"
    return once.keep(view.redirect(url))


@router.post("/visits/preview")
def preview(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    """The same act, never committed: the answer tells what it would do."""
    effect, error = None, None
    try:
        visit = _visit(session, typed)
        logged = service.log_visit(session, actor, visit, today=today)
        name = logged.partner.name_vi if view.locale == Locale.vi else logged.partner.name_en
        effect = queries.effect_between(
            PartnerRef(logged.partner.slug, name),
            visit.title,
            logged.before,
            logged.after,
            substantive=logged.substantive,
            kinds=[item.kind for item in visit.follow_ups],
        )
    except DomainError as refusal:
        error = refusal
    finally:
        session.rollback()
    if view.fragment_wanted:
        missing = _missing(view, error) if error else {}
        return view.fragment("delegations/_preview.html", effect=effect, missing=missing)
    return _again(view, session, typed, error=error, effect=effect)


@router.get("/delegations/{delegation_id}", name="delegations:show")
def show(view: Page, session: ReadSession, actor: Viewer, delegation_id: int, today: Today) -> Response:
    visit = queries.delegation_page(session, delegation_id, actor, today, view.locale)
    lines = history_of(session, "delegation", delegation_id, actor, view.words)
    here, token = f"/delegations/{delegation_id}", FormView().token
    files = panel_of(view, session, "delegation", delegation_id)
    return view.page("delegations/show.html", visit=visit, lines=lines, here=here, token=token, files=files)


def _visit(session: Any, typed: Typed) -> VisitIn:
    """The form as the contract writes it: the partner by slug, blank lines left out, a title in any case."""
    data = {k: v for k, v in typed.data(lines={"follow_ups": _WRITTEN}).items() if v and not _blank(v)}
    data.pop("add_line", None)
    written = data.get("follow_ups", [])
    data["follow_ups"] = [{k: v for k, v in line.items() if not _blank(v)} for line in written]
    errors = []
    name = ""
    if "partner" in data:
        try:
            data["partner"], name, _ = find_partner(session, data["partner"])
        except Refused as refusal:
            errors += refusal.errors
    if "title" not in data:
        data["title"] = _composed(data.get("direction", ""), name)
    try:
        visit = parse(VisitIn, data)
    except Invalid as invalid:
        # An end that was left empty is the start's day, so a wrong start is one fault, not two.
        wrong = [e for e in invalid.errors if e.pointer != "ends_on" or "ends_on" in data]
        raise Invalid(errors + wrong) from None
    if errors:
        raise Invalid(errors)
    return visit


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


# In the middle of a title the kind of place is no name: "Đoàn tỉnh Kanagawa".
_KINDS = ("Tỉnh ", "Thành phố ", "Vùng ", "Bang ", "Thủ đô ", "Khu ")


def _composed(direction: str, name: str) -> str:
    """A title for a visit without one, in Vietnamese like the register: `title` is the Vietnamese title."""
    if name.startswith(_KINDS):
        name = name[0].lower() + name[1:]
    text = (
        "Delegation of %(city)s visits %(partner)s"
        if direction == DelegationDirection.outbound
        else "Delegation of %(partner)s visits %(city)s"
    )
    return words(Locale.vi).gettext(text, partner=name or "…", city=settings().home_city)


def _again(
    view: View,
    session: Any,
    typed: Typed,
    *,
    more: int = 0,
    error: DomainError | None = None,
    effect: Effect | None = None,
) -> Response:
    """The form as it was typed, written lines first: errors count the lines that are written."""
    data = typed.texts()
    lines = typed.lines("follow_ups")
    lines.sort(key=lambda line: not any(line.get(name, "").strip() for name in _WRITTEN))
    data = {name: text for name, text in data.items() if not name.startswith("follow_ups-")}
    for place, line in enumerate(lines):
        data |= {f"follow_ups-{place}-{name}": text for name, text in line.items()}
    count = min(MOST_LINES, max(LEAST_LINES, len(lines) + more))
    status = error.status if error else 200
    return _page(view, session, data, lines=count, kept=len(lines), error=error, effect=effect, status=status)


def _page(
    view: View,
    session: Any,
    data: dict[str, str],
    *,
    lines: int,
    kept: int = 0,
    error: DomainError | None = None,
    effect: Effect | None = None,
    status: int = 200,
) -> Response:
    users = list_users(session, active_only=True, who_write=True)
    me = view.actor.email if view.actor else None
    fresh = {"owed_by": OwedBy.home, "assignee": me or "", "kind": "", "unit": "", "title": "", "due_on": ""}
    for place in (*range(kept, lines), "__n__"):
        data |= {f"follow_ups-{place}-{name}": text for name, text in fresh.items()}
    return view.page(
        "delegations/new.html",
        status=status,
        form=FormView(data, told(view.words, error) if error else {}),
        labels=_labels(view, lines),
        lines=lines,
        partners=partner_choices(session, view.locale),
        users=[(user.email, user.name) for user in users],
        units=[(unit.code, unit.name) for unit in list_units(session, view.locale)],
        kinds=list(FollowUpKind),
        directions=_options(view, DelegationDirection),
        levels=_options(view, VisitLevel),
        purposes=_options(view, VisitPurpose),
        sides=_options(view, OwedBy),
        effect=effect,
    )


def _options(view: View, codes: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, view.words.label(code)) for code in codes]


def _named(session: Any, locale: Locale, text: str) -> str:
    """How the form writes a partner that the address names: its name, or what stood there."""
    try:
        slug, name_vi, name_en = find_partner(session, text)
    except Refused:
        return text
    values = {choice.value for choice in partner_choices(session, locale)}
    name = name_vi if locale == Locale.vi else name_en
    return name if name in values else slug


def _labels(view: View, lines: int) -> dict[str, str]:
    """What the form calls its fields, for the list of errors."""
    _ = view.words.gettext
    found = {
        "partner": _("Partner"), "direction": _("Direction"), "title": _("Title"), "starts_on": _("From"),
        "ends_on": _("Until"), "level": _("Level of the head"), "purpose": _("Purpose"),
        "head": _("Led by"), "met": _("Whom we met"), "minutes": _("Minutes"),
        "confidential": _("Confidential"), "follow_ups": _("Follow-ups"),
    }  # fmt: skip
    own = {
        "title": _("What"), "owed_by": _("Who owes it"), "kind": _("Kind"), "assignee": _("Who sees to it"),
        "unit": _("Unit"), "due_on": _("Due"),
    }  # fmt: skip
    for n in range(lines):
        for name, text in own.items():
            found[f"follow_ups-{n}-{name}"] = _("Follow-up %(n)s, %(field)s", n=n + 1, field=text)
    return found


def _missing(view: View, error: DomainError) -> dict[str, str]:
    """By what the form calls it, what keeps a visit from being saved; empty words for what is not written."""
    empty = {e.pointer for e in error.errors if e.code == "required"}
    labels = _labels(view, MOST_LINES)
    return {
        labels.get(name, name): "" if name in empty else text
        for name, text in told(view.words, error).items()
    }
