"""Programmes: the list, one in full with what belongs to it, a new one, one to be changed."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Form, Officer, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.lists import Address, read
from app.models import Programme
from app.once import Once
from app.partners.named import spelled_by_slug
from app.programmes import acts, forms, service
from app.programmes.acts import Opened, Sent
from app.programmes.filters import ProgrammeFilters, ProgrammeList
from app.programmes.listing import check_known, list_programmes
from app.programmes.options import Options
from app.programmes.parts import PartKind
from app.programmes.schemas import MoveIn, ProgrammeIn, ProgrammePatch
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.views.menu import menu
from app.vocabulary import ProgrammeState

router = APIRouter()
Asked = Annotated[int | None, Query(ge=1, le=2**31 - 1)]

# ---- the list


@router.get("/programmes", name="programmes:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    asked = read(ProgrammeList, params)
    check_known(session, asked)
    found = list_programmes(session, asked, today, view.locale)
    if asked.page > found.pages:
        raise Refused("bad_page", field="page")
    here = Address("/programmes", params.multi_items())
    context: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "here": here,
        "options": Options(view.words, asked, found, here),
        "narrowed": asked.alone() != ProgrammeFilters(),
        "day": today,
        "saved": menu(view, session),
    }
    if view.fragment_wanted:
        response = view.fragment("programmes/_table.html", **context)
        response.headers["hx-push-url"] = here()
        return response
    return view.page("programmes/index.html", **context)


# ---- a new one


@router.get("/programmes/new", name="programmes:new")
def new(
    view: Page,
    session: ReadSession,
    actor: Officer,
    today: Today,
    partner: str = "",
    follow_up: Asked = None,
    agreement: Asked = None,
    plan_item: Asked = None,
) -> Response:
    asked = forms.Origin(follow_up, agreement, plan_item)
    data = forms.prefilled(session, view.locale, today, asked)
    data = {"currency": "VND", "state": ProgrammeState.proposed.value, **data}
    if partner:
        data["partners"] = [partner]
    return _form_page(view, session, FormView(data))


@router.post("/programmes")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        said = {name: value for name, value in forms.sent(session, typed).items() if value != ""}
        run = service.add_programme(session, actor, parse(ProgrammeIn, said), today=today)
    except DomainError as error:
        session.rollback()
        return _form_page(view, session, _as_typed(view, typed, error), status=error.status)
    return once.keep(view.redirect(f"/programmes/{run.id}", view.words.gettext("Programme entered.")))


def _as_typed(view: View, typed: Typed, error: DomainError, version: int | None = None) -> FormView:
    return FormView(forms.shown(typed), forms.at_fault(told(view.words, error)), version)


# ---- one


@router.get("/programmes/{programme_id}", name="programmes:show")
def show(
    view: Page,
    session: ReadSession,
    actor: Viewer,
    programme_id: RecordId,
    section: PartKind | None = None,
    edit: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    done: bool = False,
    to: ProgrammeState | None = None,
) -> Response:
    """`section` with `edit` opens the form of one milestone, note or result; `to` that of a move."""
    opened = Opened(section, edit or None, done=done, to=to) if view.can("write") else Opened(section)
    return acts.page(view, session, programme_id, opened)


@router.get("/programmes/{programme_id}/edit", name="programmes:edit")
def edit(view: Page, session: ReadSession, actor: Officer, programme_id: RecordId) -> Response:
    run = service.get(session, programme_id)
    return _form_page(view, session, FormView(forms.stored(session, run), {}, run.version), run)


@router.post("/programmes/{programme_id}")
def change(
    view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, programme_id: RecordId
) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    run = service.get(session, programme_id)
    try:
        if typed.version is None:
            raise Refused("version_needed")
        if typed.version != run.version:
            raise Stale(run)
        said = forms.changed(forms.sent(session, typed), forms.stored(session, run))
        patch = parse(ProgrammePatch, said)
        service.change_programme(session, actor, run, patch, version=typed.version, today=today)
        session.flush()
    except (DomainError, StaleDataError) as broken:
        session.rollback()
        run, error = service.get(session, programme_id), understood(broken)
        if isinstance(error, Stale):
            return _stale_page(view, session, run, typed)
        form = _as_typed(view, typed, error, run.version)
        return _form_page(view, session, form, run, status=error.status)
    return once.keep(view.redirect(f"/programmes/{run.id}", view.words.gettext("Programme changed.")))


def _stale_page(view: View, session: Session, run: Programme, typed: Typed) -> Response:
    """Both versions side by side, and the form as it was typed, ready to be sent for the present version."""
    mine, now = forms.shown(typed), forms.stored(session, run)
    mine["partners"] = forms.known(session, mine["partners"])
    choices = forms.menus(session, view.words, {**now, **mine}, view.today)
    found = forms.differences(mine, now, typed.get("seen"), view.words, choices)
    taken = {d.name: now[d.name] for d in found if d.keep == "theirs"}
    form = FormView({**mine, **taken}, {}, run.version)
    return _form_page(view, session, form, run, status=Stale.status, differences=found)


def _form_page(
    view: View,
    session: Session,
    form: FormView,
    run: Programme | None = None,
    *,
    status: int = 200,
    differences: list[forms.Difference] | None = None,
) -> Response:
    now: dict[str, Any] = forms.stored(session, run) if run else {}
    slugs = form.data.get("partners") or []
    written = spelled_by_slug(session, slugs, view.locale)
    named = replace(form, data={**form.data, "partners": [written.get(text, text) for text in slugs]})
    return view.page(
        "programmes/form.html",
        status=status,
        form=named,
        run=run,
        seen=forms.marks(now),
        choices=forms.menus(session, view.words, {**now, **form.data}, view.today),
        currencies=forms.CURRENCIES,
        labels=forms.labels(view.words),
        differences=differences,
        saved_by=forms.saved_by(session, run) if run and differences is not None else None,
    )


# ---- acts


@router.post("/programmes/{programme_id}/moves")
def move(
    view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, programme_id: RecordId
) -> Response:
    def go(run: Programme, version: int) -> Programme:
        data = parse(MoveIn, acts.plain(typed))
        return service.move(session, actor, run, data, version=version, today=today)

    return acts.perform(Sent(view, typed, session, actor, programme_id), go)


# ---- what belongs to one: the same four acts on milestones, notes and results


def _part_routes(kind: PartKind) -> None:
    @router.post(f"/programmes/{{programme_id}}/{kind}", name=f"programmes:{kind}:add")
    def add(
        view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today, programme_id: RecordId
    ) -> Response:
        def put(run: Programme) -> Any:
            data = acts.part_said(view, typed, kind)
            return service.add_part(session, actor, run, kind, data, today=today)

        return acts.on_part(Sent(view, typed, session, actor, programme_id), kind, "add", put)

    @router.post(f"/programmes/{{programme_id}}/{kind}/{{part_id}}", name=f"programmes:{kind}:change")
    def change(
        view: Page,
        typed: Form,
        session: WriteSession,
        actor: Officer,
        today: Today,
        programme_id: RecordId,
        part_id: RecordId,
    ) -> Response:
        sent = Sent(view, typed, session, actor, programme_id, part_id)

        def put(run: Programme) -> Any:
            row = service.get_part(session, run, kind, part_id)
            data = acts.part_said(view, typed, kind, patch=True)
            version = sent.needed_version
            return service.change_part(session, actor, run, kind, row, data, version=version, today=today)

        return acts.on_part(sent, kind, "change", put)

    @router.post(f"/programmes/{{programme_id}}/{kind}/{{part_id}}/delete", name=f"programmes:{kind}:archive")
    def archive(
        view: Page,
        typed: Form,
        session: WriteSession,
        actor: Officer,
        programme_id: RecordId,
        part_id: RecordId,
    ) -> Response:
        sent = Sent(view, typed, session, actor, programme_id, part_id)

        def away(run: Programme) -> Any:
            row = service.get_part(session, run, kind, part_id)
            return service.archive_part(session, actor, run, row, version=sent.needed_version)

        return acts.on_part(sent, kind, "archive", away)

    @router.post(
        f"/programmes/{{programme_id}}/{kind}/{{part_id}}/restoration", name=f"programmes:{kind}:restore"
    )
    def restore(
        view: Page,
        typed: Form,
        session: WriteSession,
        actor: Officer,
        programme_id: RecordId,
        part_id: RecordId,
    ) -> Response:
        sent = Sent(view, typed, session, actor, programme_id, part_id)

        def back(run: Programme) -> Any:
            return service.restore_part(session, actor, run, kind, part_id, version=sent.version)

        return acts.on_part(sent, kind, "restore", back)


for _kind in PartKind:
    _part_routes(_kind)
