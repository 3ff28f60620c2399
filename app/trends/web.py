"""The page of trends, and its numbers as files."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Page, ReadSession, Today, Viewer
from app.errors import NotFound
from app.lists import Address, read
from app.partners.facets import facets
from app.partners.filters import PartnerList
from app.partners.options import Options
from app.reporting.queries import last_report_date
from app.standing import add_months
from app.tables import TableFormat, download
from app.templating import View
from app.trends.filters import Period, TrendFilters, TrendQuery, period_of
from app.trends.panels import panels
from app.trends.queries import trends
from app.trends.sheets import Sheet, table, titles

router = APIRouter()
HOME = "/review/trends"
# The spans that are one click away, in years.
YEARS = (1, 3, 5, 10, 20)
# So many of the latest moves are named on the page: of a year, whose tables are short, about all.
NAMED, NAMED_OF_A_YEAR = 8, 60


@router.get(HOME, name="trends:index")
def index(view: Page, session: ReadSession, actor: Viewer, today: Today) -> Response:
    params = view.request.query_params
    query = read(TrendQuery, params)
    period = period_of(query, today)
    found = trends(session, actor, query.partners, period)
    here = Address("", params.multi_items())
    moves = found.course.moves
    named = NAMED_OF_A_YEAR if len(found.course.months) <= 13 else NAMED
    return view.page(
        "trends/index.html",
        found=found,
        panels=panels(view.words, found),
        moves=moves[::-1][:named],
        more=max(0, len(moves) - named),
        period=period,
        spans=_spans(view, here, period, last_report_date(session, today)),
        kept=[(name, value) for name, value in here.pairs if name not in ("from", "to")],
        downloads=here.query,
        titles=titles(view.words),
        **_filters(view, session, actor, query, here),
    )


def _filters(view: View, session: Session, actor: Actor, query: Any, here: Address) -> Mapping[str, Any]:
    wanted = query.partners
    listed = PartnerList.model_construct(**dict(wanted), sort=None, page=1)
    options = Options(view.words, actor, listed, facets(session, actor, wanted, view.today), here)
    kept = dict.fromkeys(TrendFilters.model_fields)
    return {
        "menus": options.of(*TrendFilters.model_fields),
        "applied": options.applied(),
        "clear": here(**kept),
    }


def _spans(view: View, here: Address, period: Period, reported: date) -> list[tuple[str, str, bool]]:
    """Links to the days since the last report and to the last years: words, address, whether it is shown."""
    today, text = view.today, view.words.gettext
    wanted = [(text("Since the last report"), reported + timedelta(days=1))]
    for years in YEARS:
        start = add_months(today.replace(day=1), 1 - 12 * years)
        wanted.append((view.words.ngettext("%(n)s year", "%(n)s years", years), start))
    return [
        (words, here(**{"from": start, "to": None}), period == Period(start, today))
        for words, start in wanted
        if start <= today
    ]


@router.get(HOME + "/{name}.{kind}", name="trends:download")
def save(view: Page, session: ReadSession, actor: Viewer, today: Today, name: str, kind: str) -> Response:
    if name not in {*Sheet, "all"} or kind not in set(TableFormat) or (name, kind) == ("all", "csv"):
        raise NotFound()
    query = read(TrendQuery, view.request.query_params)
    period = period_of(query, today)
    found = trends(session, actor, query.partners, period)
    sheets = list(Sheet) if name == "all" else [Sheet(name)]
    tables = [table(view.words, found, sheet) for sheet in sheets]
    return download(f"trends-{name}-{period.start}-{period.end}", TableFormat(kind), tables)
