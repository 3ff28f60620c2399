"""The figures: list, a new one, a correction."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.dependencies import Form, Officer, Page, ReadSession, Viewer, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.figures import service
from app.figures.filters import FigureList
from app.figures.queries import FigureRow, figure_row, list_figures
from app.figures.schemas import FigureIn, FigurePatch
from app.forms import FormView, Typed
from app.history.listing import history_of
from app.lists import Address, read
from app.once import Once
from app.partners.forms import partial
from app.partners.named import find_partners, partner_choices, spelled
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.vocabulary import DatePrecision, FigureQualifier

router = APIRouter()
PAGE = 50
_TEXTS = ("title", "title_en", "unit", "source", "note")


@router.get("/figures", name="figures:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(FigureList, params)
    rows = list_figures(session, asked, view.locale)
    pages = max(1, -(-len(rows) // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    return view.page(
        "figures/index.html",
        asked=asked,
        rows=rows[(asked.page - 1) * PAGE : asked.page * PAGE],
        total=len(rows),
        pages=pages,
        here=Address("/figures", params.multi_items()),
    )


@router.get("/figures/new", name="figures:new")
def new(view: Page, session: ReadSession, actor: Officer, partner: str = "") -> Response:
    return _form(view, session, FormView({"partner": partner}))


@router.post("/figures")
def add(view: Page, typed: Form, session: WriteSession, actor: Officer) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        figure = service.add_figure(session, actor, parse(FigureIn, _sent(session, typed)))
    except DomainError as error:
        session.rollback()
        form = FormView(typed.texts(), told(view.words, error))
        return _form(view, session, form, status=error.status)
    return once.keep(view.redirect(f"/figures/{figure.id}", view.words.gettext("Saved.")))


@router.get("/figures/{figure_id}", name="figures:show")
def show(view: Page, session: ReadSession, actor: Viewer, figure_id: RecordId) -> Response:
    row = figure_row(session, figure_id, view.locale)
    others = [figure_row(session, other, view.locale) for other in row.against]
    lines = history_of(session, "figure", figure_id, actor, view.words)
    return view.page("figures/show.html", row=row, others=others, lines=lines)


@router.get("/figures/{figure_id}/edit", name="figures:edit")
def edit(view: Page, session: ReadSession, actor: Officer, figure_id: RecordId) -> Response:
    row = figure_row(session, figure_id, view.locale)
    return _form(view, session, FormView(_stored(session, row), {}, row.version), row)


@router.post("/figures/{figure_id}")
def change(view: Page, typed: Form, session: WriteSession, actor: Officer, figure_id: RecordId) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        figure = service.get_figure(session, figure_id)
        patch = parse(FigurePatch, _sent(session, typed))
        service.change_figure(session, actor, figure, patch, version=typed.version)
        session.flush()
    except NotFound:
        raise
    except (DomainError, StaleDataError) as raised:
        session.rollback()
        error = understood(raised)
        row = figure_row(session, figure_id, view.locale)
        form = FormView(typed.texts(), told(view.words, error), row.version)
        return _form(view, session, form, row, status=error.status, stale=isinstance(error, Stale))
    return once.keep(view.redirect(f"/figures/{figure_id}", view.words.gettext("Saved.")))


def _sent(session: Session, typed: Typed) -> dict[str, Any]:
    """The form as a schema expects it; a comma is a decimal point to whoever writes Vietnamese."""
    data = typed.data()
    named = find_partners(session, [str(data.get("partner", ""))], field="partner")
    data["partner"] = named[0] if named else ""
    data["value"] = str(data.get("value", "")).strip().replace(",", ".")
    return data


def _stored(session: Session, row: FigureRow) -> dict[str, Any]:
    texts = {name: getattr(row, name) or "" for name in _TEXTS}
    return {
        **texts,
        "value": f"{row.value:.10g}",
        "qualifier": row.qualifier.value if row.qualifier else "",
        "as_of": partial(row.as_of, row.as_of_precision or DatePrecision.day) if row.as_of else "",
        "partner": spelled(session, [row.partner])[0] if row.partner else "",
    }


def _form(
    view: View,
    session: Session,
    form: FormView,
    row: FigureRow | None = None,
    *,
    status: int = 200,
    stale: bool = False,
) -> Response:
    return view.page(
        "figures/form.html",
        status=status,
        form=form,
        row=row,
        stale=stale,
        partner_list=partner_choices(session, view.locale),
        qualifiers=[(it.value, view.words.label(it)) for it in FigureQualifier],
    )
