"""The settings of deadlines: the rules with the days from which they hold, and the days off of each year."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.deadlines import queries, service
from app.deadlines.schemas import HolidayIn, RuleIn, RulePatch
from app.dependencies import Admin, Form, Page, ReadSession, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.once import Once
from app.rest import RecordId
from app.schemas import parse
from app.templating import View
from app.vocabulary import DayKind, ProcedureCode

router = APIRouter()
URL = "/settings/deadlines"


@router.get(URL, name="deadlines:index")
def index(view: Page, session: ReadSession, actor: Admin, year: int | None = None) -> Response:
    return _page(view, session, year=_year(str(year)))


@router.post(f"{URL}/rules")
def add_rule(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    def add(data: dict[str, Any]) -> object:
        return service.add_rule(session, actor, parse(RuleIn, data))

    return _done(view, typed, session, actor, "rule", add)


@router.post(f"{URL}/rules/{{rule_id}}")
def change_rule(view: Page, typed: Form, session: WriteSession, actor: Admin, rule_id: RecordId) -> Response:
    def change(data: dict[str, Any]) -> object:
        rule, patch = service.get_rule(session, rule_id), parse(RulePatch, data)
        return service.change_rule(session, actor, rule, patch, version=_version(typed))

    return _done(view, typed, session, actor, f"rule-{rule_id}", change)


@router.post(f"{URL}/holidays")
def add_holidays(view: Page, typed: Form, session: WriteSession, actor: Admin) -> Response:
    def add(data: dict[str, Any]) -> object:
        return service.add_holidays(session, actor, parse(HolidayIn, data))

    return _done(view, typed, session, actor, "holiday", add)


@router.post(f"{URL}/holidays/{{holiday_id}}/delete")
def remove_holiday(
    view: Page, typed: Form, session: WriteSession, actor: Admin, holiday_id: RecordId
) -> Response:
    def remove(data: dict[str, Any]) -> object:
        day = service.get_holiday(session, holiday_id)
        return service.remove_holiday(session, actor, day, version=_version(typed))

    return _done(view, typed, session, actor, f"holiday-{holiday_id}", remove)


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def _done(
    view: View, typed: Typed, session: Session, actor: Actor, key: str, do: Callable[[dict[str, Any]], object]
) -> Response:
    """Do it once; refused, the same page says why beside the field and keeps what was typed."""
    once = Once(session, actor.caller, typed.token and f"{key}:{typed.token}")
    if once.first:
        return once.first
    sent = typed.data()
    year = sent.pop("year", "")
    try:
        do({name: text for name, text in sent.items() if text.strip()})
        session.flush()
    except NotFound:
        raise
    except (DomainError, StaleDataError) as error:
        session.rollback()
        found = understood(error)
        form = FormView(typed.texts(), told(view.words, found), typed.version, key=key)
        stale = isinstance(found, Stale)
        return _page(view, session, year=_year(year), form=form, status=found.status, stale=stale)
    back = f"{URL}?year={year}#holidays" if _year(year) else URL
    return once.keep(view.redirect(back, view.words.gettext("Saved.")))


def _year(text: str) -> int | None:
    """A year whose days off can be shown; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and 1900 <= int(text[:6]) <= 2100 else None


def _page(
    view: View,
    session: Session,
    *,
    year: int | None = None,
    form: FormView | None = None,
    status: int = 200,
    stale: bool = False,
) -> Response:
    years = queries.holiday_years(session)
    shown = year or view.today.year
    return view.page(
        "deadlines/settings.html",
        status=status,
        rules=queries.list_rules(session),
        codes=list(ProcedureCode),
        kinds=[(kind.value, view.words.label(kind)) for kind in DayKind],
        options=[(code.value, view.words.label(code)) for code in ProcedureCode],
        holidays=queries.list_holidays(session, view.locale, shown),
        years=sorted({*years, view.today.year, view.today.year + 1}),
        year=shown,
        form=form,
        stale=stale,
        token=FormView().token,
    )
