"""The page on which managers set the reporting year."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Manager, Page, ReadSession, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.forms import FormView
from app.history.listing import lines_of
from app.models import Event
from app.once import Once
from app.reporting import service
from app.reporting.queries import ReportingSettings, reporting_settings
from app.reporting.schemas import ReportingPatch
from app.reporting.words import days_of, named_period
from app.schemas import parse
from app.templating import View
from app.vocabulary import PeriodKind

router = APIRouter()
URL = "/settings/reporting"
HISTORY = 20


@router.get(URL, name="reporting:show")
def show(view: Page, session: ReadSession, actor: Manager) -> Response:
    return _page(view, session, actor)


@router.post(URL)
def change(view: Page, typed: Form, session: WriteSession, actor: Manager) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        data = parse(ReportingPatch, {name: text for name, text in typed.data().items() if text.strip()})
        service.change_reporting(session, actor, service.get_reporting(session), data, version=typed.version)
        session.flush()
    except (DomainError, StaleDataError, IntegrityError) as error:
        session.rollback()
        found = Stale() if isinstance(error, IntegrityError) else understood(error)
        return _page(view, session, actor, typed.texts(), found)
    return once.keep(view.redirect(URL, view.words.gettext("Saved.")))


def _page(
    view: View,
    session: Session,
    actor: Actor,
    texts: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> Response:
    """The form, what the setting means today, and who changed it. After a stale edit the form holds what was
    typed and the version of now: saving again is a decision taken in sight of both."""
    found = reporting_settings(session)
    stored: dict[str, Any] = {
        "year_day": found.year_day, "year_month": found.year_month, "every": found.every.value,
    }  # fmt: skip
    form = FormView(
        {**stored, **(texts or {})}, told(view.words, error) if error else {}, version=found.version
    )
    conditions = [col(Event.record_type) == "reporting"]
    return view.page(
        "reporting/show.html",
        status=error.status if error else 200,
        form=form,
        stale=isinstance(error, Stale),
        found=found,
        meaning=_meaning(view, found),
        last_report=found.reporting.last_report(view.today),
        months=[(n, n) for n in range(1, 13)],
        kinds=[(kind.value, view.words.label(kind)) for kind in PeriodKind],
        lines=lines_of(session, actor, view.words, conditions, HISTORY),
    )


def _meaning(view: View, found: ReportingSettings) -> list[tuple[str, str]]:
    """The period of each length that today lies in: its name and its days."""
    periods = [found.reporting.containing(kind, view.today) for kind in PeriodKind]
    return [(named_period(view.words, period), days_of(view.words, period)) for period in periods]
