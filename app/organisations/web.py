"""Organisations: the list, one with what it has to do with, its forms."""

from collections.abc import Callable

from fastapi import APIRouter
from sqlmodel import col
from starlette.responses import Response

from app.dependencies import Form, Manager, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import Refused
from app.forms import FormView
from app.history.listing import history_of
from app.lists import Address, Part, read
from app.models import Post
from app.organisations import service
from app.organisations.filters import Activity, OrganisationFilters, OrganisationList
from app.organisations.forms import MergeForm, OrganisationForm, RenameForm
from app.organisations.listing import PAGE, counts, list_organisations, organisation_page
from app.organisations.schemas import MergeIn, OrganisationIn, OrganisationPatch, RenameIn
from app.people.queries import holders
from app.records.editing import Saved, Sent, save
from app.schemas import parse
from app.views.menu import menu
from app.vocabulary import Locale, OrganisationKind

router = APIRouter()


@router.get("/organisations", name="organisations:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(OrganisationList, params)
    sort, start = asked.sort or "name", (asked.page - 1) * PAGE
    rows = list_organisations(
        session, asked, today=today, locale=view.locale, sort=sort, part=Part(limit=PAGE, offset=start)
    )
    found = counts(session, asked, today)
    total = sum(n for kind, n in found.items() if not asked.kind or kind in asked.kind)
    pages = max(1, -(-total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    return view.page(
        "organisations/index.html",
        saved=menu(view, session),
        rows=rows,
        asked=asked,
        sort=sort,
        here=Address("/organisations", params.multi_items()),
        counts=found,
        narrowed=any(getattr(asked, name) for name in OrganisationFilters.model_fields),
        total=total,
        pages=pages,
        kinds=list(OrganisationKind),
        activities=list(Activity),
    )


@router.get("/organisations/new", name="organisations:new")
def new(view: Page, session: ReadSession, actor: Officer, partner: str = "", kind: str = "") -> Response:
    begun = {"partner": partner[:80], "kind": kind[:40] or OrganisationKind.city_unit.value}
    return OrganisationForm(view, session, begun=begun).opened()


@router.post("/organisations")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer) -> Response:
    sent = Sent(view, typed, session, actor)

    def add() -> Saved:
        data = parse(OrganisationIn, sent.said(OrganisationForm(view, session)))
        row = service.add_organisation(session, actor, data)
        name = row.name_vi if view.locale == Locale.vi else row.name_en
        return Saved(f"/organisations/{row.code}", view.words.gettext("Entered: %(name)s.", name=name))

    return save(sent, lambda: OrganisationForm(view, session), add)


@router.get("/organisations/{code}", name="organisations:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, code: str) -> Response:
    row = service.get_organisation(session, code)
    page = organisation_page(session, row, view.locale)
    return view.page(
        "organisations/show.html",
        page=page,
        row=page.row,
        people=holders(session, actor, view.locale, today, at=col(Post.organisation_id).in_(page.ids)),
        lines=history_of(session, "organisation", page.row.id, actor, view.words),
        day=today,
        form=FormView(version=row.version),
    )


@router.get("/organisations/{code}/edit", name="organisations:edit")
def edit(view: Page, session: ReadSession, actor: Officer, code: str) -> Response:
    return OrganisationForm(view, session, service.get_organisation(session, code)).opened()


@router.post("/organisations/{code}")
def change(view: Page, typed: Form, session: WriteSession, actor: Officer, code: str) -> Response:
    sent = Sent(view, typed, session, actor)
    row = service.get_organisation(session, code)

    def patch() -> Saved:
        data = parse(OrganisationPatch, sent.said(OrganisationForm(view, session, row)))
        service.change_organisation(session, actor, row, data, version=sent.version)
        return Saved(f"/organisations/{code}", view.words.gettext("Organisation saved."))

    return save(sent, _again(OrganisationForm, sent, code), patch)


@router.get("/organisations/{code}/names", name="organisations:rename")
def rename_form(view: Page, session: ReadSession, actor: Officer, code: str) -> Response:
    return RenameForm(view, session, service.get_organisation(session, code)).opened()


@router.post("/organisations/{code}/names")
def rename(
    view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, code: str
) -> Response:
    sent = Sent(view, typed, session, actor)
    row = service.get_organisation(session, code)

    def give() -> Saved:
        data = parse(RenameIn, {k: v for k, v in typed.chosen().items() if k != "was"})
        service.rename_organisation(session, actor, row, data, version=sent.version, today=today)
        return Saved(
            f"/organisations/{code}", view.words.gettext("New name saved; what is older keeps the old one.")
        )

    return save(sent, _again(RenameForm, sent, code), give)


@router.get("/organisations/{code}/merger", name="organisations:merge")
def merge_form(view: Page, session: ReadSession, actor: Manager, code: str) -> Response:
    return MergeForm(view, session, service.get_organisation(session, code)).opened()


@router.post("/organisations/{code}/merger")
def merge(
    view: Page, typed: Form, session: WriteSession, actor: Manager, today: Today, code: str
) -> Response:
    sent = Sent(view, typed, session, actor)
    row = service.get_organisation(session, code)

    def join() -> Saved:
        data = parse(MergeIn, {k: v for k, v in typed.chosen().items() if k != "was"})
        service.merge_organisation(session, actor, row, data, version=sent.version, today=today)
        return Saved(f"/organisations/{code}", view.words.gettext("Merged. It can be undone here."))

    return save(sent, _again(MergeForm, sent, code), join)


@router.post("/organisations/{code}/merger/delete")
def part(view: Page, typed: Form, session: WriteSession, actor: Manager, code: str) -> Response:
    sent = Sent(view, typed, session, actor)
    row = service.get_organisation(session, code)

    def undo() -> Saved:
        service.part_organisation(session, actor, row, version=sent.version)
        return Saved(f"/organisations/{code}", view.words.gettext("It stands on its own again."))

    return save(sent, _again(OrganisationForm, sent, code), undo)


def _again(kind: type[OrganisationForm], sent: Sent, code: str) -> Callable[[], OrganisationForm]:
    """A form made anew from what is stored now."""
    return lambda: kind(sent.view, sent.session, service.get_organisation(sent.session, code))
