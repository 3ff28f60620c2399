"""The page of a year's plan, and its acts."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BeforeValidator
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Form, Manager, Officer, Page, ReadSession, Viewer, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.lists import Address, read
from app.models import PlanItem
from app.once import Once
from app.partners.named import partner_choices
from app.plan import forms, queries, service
from app.plan.filters import PlanHome, PlanList, Show
from app.plan.overview import overview
from app.plan.schemas import CopyIn, ItemDrop, PlanIn, PlanItemIn, PlanItemPatch, PlanPatch
from app.rest import RecordId, digits
from app.schemas import parse
from app.templating import View
from app.views.menu import menu

router = APIRouter()

PlanYear = Annotated[int, Path(ge=1990, le=2100), BeforeValidator(digits)]

# ---- the plan


@router.get("/plan", name="plan:home")
def home(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(PlanHome, params)
    if asked.year is not None:
        pairs = [(name, value) for name, value in params.multi_items() if name != "year"]
        return view.redirect(Address(f"/plan/{asked.year}", pairs)())
    return _plan_page(view, session, view.today.year, asked)


@router.get("/plan/{year}", name="plan:show")
def show(view: Page, session: ReadSession, actor: Viewer, year: PlanYear) -> Response:
    return _plan_page(view, session, year, read(PlanList, view.request.query_params))


def _plan_page(view: View, session: Session, year: int, asked: PlanList) -> Response:
    found = overview(session, year, asked, view.today, view.locale)
    if asked.page > found.pages:
        raise Refused("bad_page", field="page")
    pairs = view.request.query_params.multi_items()
    return view.page(
        "plan/show.html",
        found=found,
        asked=asked,
        year=year,
        here=Address(f"/plan/{year}", pairs),
        whole=asked.show == Show.all,
        token=FormView().token,
        saved=menu(view, session, _list_of(view, year)),
    )


def _list_of(view: View, year: int) -> str:
    """The address that a view keeps: of this year's plan it follows the year, of another it stays there."""
    pairs = [(name, value) for name, value in view.request.query_params.multi_items() if name != "year"]
    return Address("/plan", pairs if year == view.today.year else [("year", str(year)), *pairs])()


@router.post("/plan")
def begin(view: Page, typed: Form, session: WriteSession, actor: Officer) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    plan = service.begin(session, actor, parse(PlanIn, typed.data()))
    text = view.words.gettext("The plan of %(year)s is begun.", year=plan.year)
    return once.keep(view.redirect(f"/plan/{plan.year}", text))


@router.get("/plan/{year}/edit", name="plan:edit")
def edit(view: Page, session: ReadSession, actor: Manager, year: PlanYear) -> Response:
    plan = _plan(session, year)
    return _edit_page(view, session, year, FormView(forms.plan_data(plan), {}, plan.version))


@router.post("/plan/{year}")
def change(view: Page, typed: Form, session: WriteSession, actor: Manager, year: PlanYear) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        plan = service.get(session, year)
        data = parse(PlanPatch, typed.chosen())
        service.change(session, actor, plan, data, version=typed.version or 0)
        session.flush()
    except (DomainError, StaleDataError) as raised:
        session.rollback()
        return _edit_refused(view, session, year, typed, _answerable(understood(raised)))
    return once.keep(view.redirect(f"/plan/{year}", view.words.gettext("The plan is changed.")))


def _edit_refused(view: View, session: Session, year: int, typed: Typed, error: DomainError) -> Response:
    plan = _plan(session, year)
    if not isinstance(error, Stale):
        form = FormView(typed.texts(), told(view.words, error), plan.version)
        return _edit_page(view, session, year, form, status=error.status)
    found = forms.differences(typed.texts(), forms.plan_data(plan), view.words)
    form = FormView(typed.texts(), {}, plan.version)
    return _edit_page(view, session, year, form, status=error.status, differences=found)


def _edit_page(
    view: View,
    session: Session,
    year: int,
    form: FormView,
    *,
    status: int = 200,
    differences: list[forms.Difference] | None = None,
) -> Response:
    return view.page(
        "plan/edit.html",
        status=status,
        form=form,
        year=year,
        plan=_plan(session, year),
        differences=differences,
        labels=forms.labels(view.words),
    )


def _plan(session: Session, year: int) -> queries.PlanRow:
    plan = queries.plan_of(session, year)
    if plan is None:
        raise NotFound("plan")
    return plan


# ---- its items


@router.get("/plan/{year}/items/new", name="plan:new_item")
def new_item(view: Page, session: ReadSession, actor: Officer, year: PlanYear) -> Response:
    _plan(session, year)
    return _new_page(view, session, year, FormView({"partners": []}))


@router.post("/plan/{year}/items")
def add_item(view: Page, typed: Form, session: WriteSession, actor: Officer, year: PlanYear) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        data = {k: v for k, v in forms.sent_item(session, typed).items() if v != ""}
        service.add_item(session, actor, service.get(session, year), parse(PlanItemIn, data))
    except DomainError as error:
        session.rollback()
        _answerable(error)
        form = FormView(forms.shown(typed), told(view.words, error))
        return _new_page(view, session, year, form, status=error.status)
    return once.keep(view.redirect(f"/plan/{year}", view.words.gettext("Added to the plan.")))


def _new_page(view: View, session: Session, year: int, form: FormView, status: int = 200) -> Response:
    return view.page("plan/new.html", status=status, year=year, form=form, **_item_menus(view, session))


def _item_menus(view: View, session: Session) -> dict[str, Any]:
    return {
        "choices": forms.menus(session, view.words),
        "labels": forms.labels(view.words),
        "partner_list": partner_choices(session, view.locale),
        "least": forms.LEAST_PARTNERS,
    }


@router.get("/plan/items/{item_id}", name="plan:item")
def item(view: Page, session: ReadSession, actor: Viewer, item_id: RecordId) -> Response:
    return _item_page(view, session, item_id)


@router.post("/plan/items/{item_id}")
def change_item(
    view: Page, typed: Form, session: WriteSession, actor: Officer, item_id: RecordId
) -> Response:
    def patch(row: PlanItem, version: int) -> Any:
        data = parse(PlanItemPatch, forms.sent_item(session, typed))
        return service.change_item(session, actor, row, data, version=version)

    return _perform(view, typed, session, item_id, patch, view.words.gettext("The item is changed."))


@router.post("/plan/items/{item_id}/drop")
def drop_item(view: Page, typed: Form, session: WriteSession, actor: Officer, item_id: RecordId) -> Response:
    def let_go(row: PlanItem, version: int) -> Any:
        return service.drop(session, actor, row, parse(ItemDrop, typed.data()), version=version)

    return _perform(view, typed, session, item_id, let_go, view.words.gettext("The item is dropped."))


@router.post("/plan/items/{item_id}/resume")
def resume_item(
    view: Page, typed: Form, session: WriteSession, actor: Officer, item_id: RecordId
) -> Response:
    def undo(row: PlanItem, version: int) -> Any:
        return service.resume(session, actor, row, version=version)

    return _perform(view, typed, session, item_id, undo, view.words.gettext("The item is in the plan again."))


@router.post("/plan/items/{item_id}/delete")
def archive_item(
    view: Page, typed: Form, session: WriteSession, actor: Officer, item_id: RecordId
) -> Response:
    def archive(row: PlanItem, version: int) -> Any:
        return service.archive_item(session, actor, row, version=version)

    said = view.words.gettext("The item is taken out of the plan.")
    undo = f"/plan/items/{item_id}/restoration?version={(typed.version or 0) + 1}"
    return _perform(view, typed, session, item_id, archive, said, undo)


@router.post("/plan/items/{item_id}/restoration")
def restore_item(
    view: Page, typed: Form, session: WriteSession, actor: Officer, item_id: RecordId
) -> Response:
    text = view.request.query_params.get("version", "")
    version = typed.version or (int(text) if re.fullmatch(r"\d{1,9}", text) else 0)
    once = Once(session, actor.caller, f"restore:plan_item:{item_id}:{version}")
    if once.first:
        return once.first
    row = service.get_item(session, item_id, archived=True)
    service.restore_item(session, actor, row, version=version)
    said = view.words.gettext("The item is in the plan again.")
    return once.keep(view.redirect(f"/plan/items/{item_id}", said))


def _perform(
    view: View,
    typed: Typed,
    session: Session,
    item_id: int,
    act: Callable[[PlanItem, int], Any],
    said: str,
    undo: str | None = None,
) -> Response:
    """An act on an item, once; refused, its page says why and keeps what was typed."""
    actor = view.actor
    once = Once(session, actor.caller if actor else "", typed.token)
    if once.first:
        return once.first
    try:
        row = service.get_item(session, item_id)
        year = queries.item_row(session, item_id, view.today, view.locale).year
        act(row, typed.version or 0)
        session.flush()
    except (DomainError, StaleDataError) as raised:
        session.rollback()
        return _item_page(view, session, item_id, typed, _answerable(understood(raised)))
    return once.keep(view.redirect(f"/plan/{year}", said, undo))


def _answerable(error: DomainError) -> DomainError:
    """An error that the form itself answers; any other is raised."""
    if error.status not in {409, 422}:
        raise error
    return error


def _item_page(
    view: View,
    session: Session,
    item_id: int,
    typed: Typed | None = None,
    error: DomainError | None = None,
) -> Response:
    """One item with its form: as stored, as typed with what is wrong, or beside another's version."""
    row = queries.item_row(session, item_id, view.today, view.locale)
    now = forms.item_data(session, row)
    menus = _item_menus(view, session)
    editing = typed is not None and "title" in typed.texts()
    differences = None
    if typed is not None and editing and isinstance(error, Stale):
        differences = forms.differences(forms.shown(typed), now, view.words, menus["choices"])
    errors: Mapping[str, str] = told(view.words, error) if error else {}
    notice = "" if editing and differences is not None else errors.get("", "")
    assert view.actor is not None
    return view.page(
        "plan/item.html",
        status=error.status if error else 200,
        item=row,
        form=FormView(
            forms.shown(typed) if typed is not None and editing else now,
            errors if editing and differences is None else {},
            row.version,
        ),
        drop=FormView(
            typed.texts() if typed is not None and not editing else {}, {} if editing else errors, row.version
        ),
        notice=notice,
        differences=differences,
        lines=history_of(session, "plan_item", item_id, view.actor, view.words),
        **menus,
    )


# ---- from the year before


@router.get("/plan/{year}/copy", name="plan:copy")
def choose(view: Page, session: ReadSession, actor: Officer, year: PlanYear) -> Response:
    return _copy_page(view, session, year, FormView({"items": []}))


@router.post("/plan/{year}/copies")
def copy(view: Page, typed: Form, session: WriteSession, actor: Officer, year: PlanYear) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        data = parse(CopyIn, typed.data(lists=("items",)))
        copied = service.copy_items(session, actor, year, data)
    except DomainError as error:
        session.rollback()
        _answerable(error)
        form = FormView({"items": typed.all("items")}, told(view.words, error))
        return _copy_page(view, session, year, form, status=error.status)
    text = view.words.ngettext("%(n)s item copied.", "%(n)s items copied.", len(copied.items))
    return once.keep(view.redirect(f"/plan/{year}", text))


def _copy_page(view: View, session: Session, year: int, form: FormView, status: int = 200) -> Response:
    before, plan = _plan(session, year - 1), queries.plan_of(session, year)
    return view.page(
        "plan/copy.html",
        status=status,
        form=form,
        year=year,
        items=queries.items_of(session, before.id, view.today, view.locale),
        present=queries.copied_ids(session, plan.id) if plan else set(),
        currency=before.currency,
        labels=forms.labels(view.words),
    )
