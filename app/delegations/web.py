"""Delegations: list, calendar, the plan of a trip and its acts; the log of a visit, looked at before it is
saved."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.delegations import forms, minutes_form, queries, service, visit_form
from app.delegations.acts import Act, Sent, answer, perform
from app.delegations.calendar import month_of
from app.delegations.filters import CalendarAsked, DelegationList
from app.delegations.listing import PAGE, check_known, list_trips, tally, years
from app.delegations.menus import Options
from app.delegations.papers import programme_docx, report_docx
from app.delegations.schemas import CancellationIn, CompletionIn, MinutesIn, ReportIn, TripIn, TripPatch
from app.delegations.trip import DelegationPage, delegation_page
from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Forbidden, Refused, Stale
from app.failures import told
from app.follow_ups.queries import PartnerRef
from app.forms import FormView, Typed
from app.lists import Address, read
from app.models import Delegation
from app.once import Once
from app.partners.named import named_in_form
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.views.menu import menu
from app.vocabulary import DelegationDirection, DelegationState, Locale

router = APIRouter()
Asked = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


# ---- the log of a visit


@router.get("/visits/new", name="visits:new")
def new_visit(
    view: Page, session: ReadSession, actor: Officer, partner: str = "", plan_item: Asked = None
) -> Response:
    data = {"partner": partner, "starts_on": view.today.isoformat()}
    if plan_item is not None:
        data |= visit_form.begun_from(view, session, plan_item)
    if partner:
        data["partner"] = named_in_form(session, partner, view.locale)[0]
    return visit_form.page(view, session, data, lines=visit_form.LEAST_LINES)


@router.post("/visits")
def log_visit(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    if typed.get("add_line"):
        return visit_form.again(view, session, typed, more=1)
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        visit = visit_form.read_visit(session, typed)
        logged = service.log_visit(session, actor, visit, today=today)
    except DomainError as error:
        session.rollback()
        return visit_form.again(view, session, typed, error=error)
    url = f"/partners/{logged.partner.slug}?visit={logged.delegation.id}"
    return once.keep(view.redirect(url))


@router.post("/visits/preview")
def preview_visit(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    """The same act, never committed: the answer tells what it would do."""
    effect, error = None, None
    try:
        visit = visit_form.read_visit(session, typed)
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
        missing = visit_form.missing(view, error) if error else {}
        return view.fragment("delegations/_preview.html", effect=effect, missing=missing)
    return visit_form.again(view, session, typed, error=error, effect=effect)


# ---- the list and the calendar


@router.get("/delegations", name="delegations:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(DelegationList, params)
    here = Address("/delegations", params.multi_items())
    partners = check_known(session, asked)
    counted = tally(session, asked, view.today)
    pages = max(1, -(-counted.total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    rows = list_trips(
        session, asked, view.today, view.locale, sort=asked.sort, offset=(asked.page - 1) * PAGE
    )
    options = Options(view.words, asked, counted, here, partners, years(session))
    return view.page(
        "delegations/index.html",
        saved=menu(view, session),
        asked=asked,
        rows=rows,
        here=here,
        options=options,
        pages=pages,
        total=counted.total,
    )


@router.get("/delegations/calendar", name="delegations:calendar")
def calendar(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(CalendarAsked, params)
    return view.page(
        "delegations/calendar.html",
        asked=asked,
        month=month_of(session, asked, view.today, view.locale),
        here=Address("/delegations/calendar", params.multi_items()),
        directions=list(DelegationDirection),
        states=list(DelegationState),
    )


# ---- the plan of a trip


@router.get("/delegations/new", name="delegations:new")
def new(
    view: Page,
    session: ReadSession,
    actor: Officer,
    partner: str = "",
    direction: DelegationDirection | None = None,
    returns: int | None = None,
    plan_item: Asked = None,
) -> Response:
    data: dict[str, Any] = {"currency": "VND", "direction": direction.value if direction else ""}
    if returns is not None:
        visit = delegation_page(session, returns, actor, view.today, view.locale)
        back = {
            DelegationDirection.inbound: DelegationDirection.outbound,
            DelegationDirection.outbound: DelegationDirection.inbound,
        }[visit.direction]
        data |= {"direction": back.value, "returns": str(visit.id), "purpose": "working"}
        names = forms.names_by_slug(session, visit.partners).values()
        data |= {f"partners-{n}-name": name for n, name in enumerate(names)}
    elif plan_item is not None:
        data |= forms.begun_from(view, session, plan_item)
    elif partner:
        data["partners-0-name"] = named_in_form(session, partner, view.locale)[0]
    return _form_page(view, session, data, keep=plan_item)


@router.post("/delegations")
def plan(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    if typed.get("add_line"):
        return _form_page(view, session, forms.shown(typed), more=typed.get("add_line"))
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        said = {name: value for name, value in forms.sent(session, typed).items() if value not in ("", [])}
        trip = service.plan_delegation(session, actor, parse(TripIn, said), today=today)
    except DomainError as error:
        session.rollback()
        return _form_page(view, session, forms.shown(typed), error=error)
    return once.keep(view.redirect(f"/delegations/{trip.id}", view.words.gettext("Delegation planned.")))


@router.get("/delegations/{delegation_id}/edit", name="delegations:edit")
def edit(view: Page, session: ReadSession, actor: Officer, delegation_id: RecordId) -> Response:
    trip = delegation_page(session, delegation_id, actor, view.today, view.locale)
    return _form_page(view, session, _filled(session, trip), trip)


@router.post("/delegations/{delegation_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId, today: Today
) -> Response:
    trip = delegation_page(session, delegation_id, actor, view.today, view.locale)
    if typed.get("add_line"):
        return _form_page(view, session, forms.shown(typed), trip, more=typed.get("add_line"))
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        if typed.version != trip.version:
            raise Stale()
        patch = parse(TripPatch, forms.changed(forms.sent(session, typed), forms.stored(trip)))
        found = service.get(session, delegation_id)
        service.change_delegation(session, actor, found, patch, version=typed.version, today=today)
        session.flush()
    except Forbidden:
        raise
    except (Stale, StaleDataError):
        session.rollback()
        now = delegation_page(session, delegation_id, actor, view.today, view.locale)
        return _stale_page(view, session, now, typed)
    except DomainError as error:
        session.rollback()
        return _form_page(view, session, forms.shown(typed), trip, error=error)
    return once.keep(view.redirect(f"/delegations/{delegation_id}", view.words.gettext("Delegation saved.")))


def _filled(session: Session, trip: DelegationPage) -> dict[str, Any]:
    """The form of a trip as it is stored."""
    return forms.flat(forms.stored(trip), forms.names_by_slug(session, trip.partners))


def _form_page(
    view: View,
    session: Session,
    data: dict[str, Any],
    trip: DelegationPage | None = None,
    *,
    more: str = "",
    keep: int | None = None,
    error: DomainError | None = None,
    differences: list[forms.Difference] | None = None,
) -> Response:
    """The form, new or for a trip: as stored, as typed with what is wrong, or beside another's version."""
    counts = forms.line_counts(data, more)
    version = trip.version if trip else None
    return view.page(
        "delegations/form.html",
        status=Stale.status if differences is not None else error.status if error else 200,
        form=FormView(data, told(view.words, error) if error else {}, version),
        trip=trip,
        was=json.dumps(forms.stored(trip), ensure_ascii=False) if trip else "",
        counts=counts,
        labels=forms.labels(view.words, counts),
        differences=differences,
        **forms.menus(view, session, trip, keep),
    )


def _stale_page(view: View, session: Session, trip: DelegationPage, typed: Typed) -> Response:
    """Both versions side by side, and the form as it was typed, ready to be sent for the present version."""
    now = forms.stored(trip)
    try:
        mine = forms.sent(session, typed)
    except DomainError as error:
        return _form_page(view, session, forms.shown(typed), trip, error=error)
    found = forms.differences(mine, now, forms.opened(typed), view.words)
    taken = {it.name: now[it.name] for it in found if it.keep == "theirs"}
    merged = {**now, **mine, **taken}
    names = {slug: named_in_form(session, slug, view.locale)[0] for slug in merged["partners"]}
    return _form_page(view, session, forms.flat(merged, names), trip, differences=found)


# ---- one delegation and its acts


@router.get("/delegations/{delegation_id}", name="delegations:show")
def show(view: Page, session: ReadSession, actor: Viewer, delegation_id: RecordId) -> Response:
    return answer(view, session, actor, delegation_id)


@router.post("/delegations/{delegation_id}/approval")
def approve(
    view: Page, typed: Form, session: WriteSession, actor: Manager, delegation_id: RecordId, today: Today
) -> Response:
    def act(trip: Delegation, version: int) -> str:
        service.approve(session, actor, trip, version=version, today=today)
        return f"/delegations/{delegation_id}"

    return perform(Sent(view, typed, session, actor, delegation_id, Act.approval), act)


@router.post("/delegations/{delegation_id}/start")
def start(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId, today: Today
) -> Response:
    def act(trip: Delegation, version: int) -> str:
        service.start(session, actor, trip, version=version, today=today)
        return f"/delegations/{delegation_id}"

    return perform(Sent(view, typed, session, actor, delegation_id, Act.start), act)


@router.get("/delegations/{delegation_id}/completion", name="delegations:completion")
def completion(view: Page, session: ReadSession, actor: Officer, delegation_id: RecordId) -> Response:
    return minutes_form.fresh(view, session, actor, delegation_id, Act.completion)


@router.post("/delegations/{delegation_id}/completion")
def complete(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId, today: Today
) -> Response:
    sent = Sent(view, typed, session, actor, delegation_id, Act.completion)
    if typed.get("add_line"):
        return minutes_form.again(sent)

    def act(trip: Delegation, version: int) -> str:
        data = minutes_form.read_minutes(CompletionIn, typed)
        service.complete(session, actor, trip, data, version=version, today=today)
        return f"/delegations/{delegation_id}"

    return perform(sent, act, lambda error: minutes_form.again(sent, error))


@router.get("/delegations/{delegation_id}/minutes", name="delegations:minutes")
def minutes(view: Page, session: ReadSession, actor: Officer, delegation_id: RecordId) -> Response:
    return minutes_form.fresh(view, session, actor, delegation_id, Act.minutes)


@router.post("/delegations/{delegation_id}/minutes")
def take_minutes(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId, today: Today
) -> Response:
    sent = Sent(view, typed, session, actor, delegation_id, Act.minutes)
    if typed.get("add_line"):
        return minutes_form.again(sent)

    def act(trip: Delegation, version: int) -> str:
        data = minutes_form.read_minutes(MinutesIn, typed)
        service.take_minutes(session, actor, trip, data, version=version, today=today)
        return f"/delegations/{delegation_id}"

    return perform(sent, act, lambda error: minutes_form.again(sent, error))


@router.post("/delegations/{delegation_id}/report")
def report(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId, today: Today
) -> Response:
    sent = Sent(view, typed, session, actor, delegation_id, Act.report)

    def act(trip: Delegation, version: int) -> str:
        service.report(session, actor, trip, parse(ReportIn, sent.data()), version=version, today=today)
        return f"/delegations/{delegation_id}"

    return perform(sent, act)


@router.post("/delegations/{delegation_id}/cancellation")
def cancel(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId
) -> Response:
    sent = Sent(view, typed, session, actor, delegation_id, Act.cancellation)

    def act(trip: Delegation, version: int) -> str:
        service.cancel(session, actor, trip, parse(CancellationIn, sent.data()), version=version)
        return f"/delegations/{delegation_id}"

    return perform(sent, act)


@router.post("/delegations/{delegation_id}/reinstatement")
def reinstate(
    view: Page, typed: Form, session: WriteSession, actor: Officer, delegation_id: RecordId
) -> Response:
    sent = Sent(view, typed, session, actor, delegation_id, Act.reinstatement)

    def act(trip: Delegation, version: int) -> str:
        service.reinstate(session, actor, trip, version=version)
        return f"/delegations/{delegation_id}"

    return perform(sent, act)


# ---- on paper


@router.get("/delegations/{delegation_id}/programme", name="delegations:programme")
def programme(view: Page, session: ReadSession, actor: Viewer, delegation_id: RecordId) -> Response:
    visit = delegation_page(session, delegation_id, actor, view.today, view.locale)
    return view.page("delegations/programme.html", visit=visit, days=sorted({it.on for it in visit.meetings}))


@router.get("/delegations/{delegation_id}/programme.docx", name="delegations:programme_docx")
def programme_file(session: ReadSession, actor: Viewer, delegation_id: RecordId, today: Today) -> Response:
    visit = delegation_page(session, delegation_id, actor, today, Locale.vi)
    return programme_docx(visit, today)


@router.get("/delegations/{delegation_id}/report.docx", name="delegations:report_docx")
def report_file(session: ReadSession, actor: Viewer, delegation_id: RecordId, today: Today) -> Response:
    visit = delegation_page(session, delegation_id, actor, today, Locale.vi)
    return report_docx(visit, today)
