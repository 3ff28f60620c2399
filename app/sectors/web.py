"""The sectors: what is done in each, and what came out of it, with whom and since when."""

from fastapi import APIRouter
from sqlalchemy.orm.exc import StaleDataError
from starlette.responses import Response

from app.agreements.queries import agreements_in
from app.dependencies import Form, Manager, Page, ReadSession, Today, Viewer, WriteSession
from app.errors import DomainError, Refused
from app.failures import told, understood
from app.forms import FormView
from app.i18n import Words
from app.lists import Address, Part, read
from app.once import Once
from app.programmes.listing import programmes_within, quiet_ids
from app.schemas import parse
from app.sectors import service
from app.sectors.filters import OutcomeFilters, ResultList
from app.sectors.outcomes import (
    Scope,
    count,
    field_of,
    known_partner,
    outcomes,
    partners_at_work,
    programmes_in,
    reached,
    scope_of,
    strong_in,
    tally,
)
from app.sectors.outcomes import index as figures
from app.sectors.queries import get as get_sector
from app.sectors.schemas import PriorityIn

router = APIRouter()
MOST_PROGRAMMES, MOST_RESULTS, MOST_PAPERS = 25, 40, 25
PAGE = 40


@router.get("/sectors", name="sectors:index")
def index(view: Page, session: ReadSession, actor: Viewer) -> Response:
    return view.page("sectors/index.html", lines=figures(session), token=FormView().token, refused="")


@router.post("/sectors/{code}/priority")
def set_priority(view: Page, typed: Form, session: WriteSession, actor: Manager, code: str) -> Response:
    once = Once(session, actor.caller, typed.token and f"{code}:{typed.token}")
    if once.first:
        return once.first
    try:
        if typed.version is None:
            raise Refused("version_needed")
        sector = get_sector(session, code)
        data = parse(PriorityIn, typed.data())
        service.set_priority(session, actor, sector, data, version=typed.version)
        session.flush()
    except (DomainError, StaleDataError) as broken:
        session.rollback()
        error = understood(broken)
        if error.status not in {409, 422}:
            raise
        context = {"lines": figures(session), "token": FormView().token}
        refused = " ".join(told(view.words, error).values())
        return view.page("sectors/index.html", status=error.status, refused=refused, **context)
    return once.keep(view.redirect("/sectors", view.words.gettext("Saved.")))


@router.get("/sectors/{code}", name="sectors:show")
def show(view: Page, session: ReadSession, actor: Viewer, today: Today, code: str) -> Response:
    asked = read(OutcomeFilters, view.request.query_params)
    field = field_of(session, code, view.locale)
    partner_id, partner = (
        known_partner(session, asked.partner, view.locale) if asked.partner else (None, None)
    )
    scope = Scope(field.ids, partner_id, asked.since)
    listed, total = programmes_within(session, programmes_in(scope), view.locale, limit=MOST_PROGRAMMES)
    menu = partners_at_work(session, field.ids, view.locale)
    if partner is not None and partner.slug not in {slug for slug, _ in menu}:
        menu.append((partner.slug, partner.name))
    papers = agreements_in(session, field.ids, view.locale, day=today, partner_id=partner_id)
    return view.page(
        "sectors/show.html",
        field=field,
        asked=asked,
        partner=partner,
        menu=menu,
        programmes=listed,
        programmes_total=total,
        quiet=quiet_ids(session, today),
        tally=tally(session, scope),
        outcomes=outcomes(session, scope, view.locale, part=Part(limit=MOST_RESULTS)),
        reached=reached(session, scope, view.locale),
        papers=papers[:MOST_PAPERS],
        papers_total=len(papers),
        strong=strong_in(session, field.ids, view.locale),
        day=today,
    )


@router.get("/results", name="sectors:results")
def results(view: Page, session: ReadSession, actor: Viewer) -> Response:
    params = view.request.query_params
    asked = read(ResultList, params)
    scope, names = scope_of(session, asked, view.locale)
    total = count(session, scope, verified=asked.verified, level=asked.level)
    pages = max(1, -(-total // PAGE))
    if asked.page > pages:
        raise Refused("bad_page", field="page")
    here = Address("/results", params.multi_items())
    found = outcomes(
        session,
        scope,
        view.locale,
        verified=asked.verified,
        level=asked.level,
        part=Part(limit=PAGE, offset=(asked.page - 1) * PAGE),
    )
    return view.page(
        "sectors/results.html",
        asked=asked,
        found=found,
        total=total,
        pages=pages,
        here=here,
        chosen=_chosen(view.words, asked, names, here),
    )


def _chosen(spoken: Words, asked: ResultList, names: dict[str, str], here: Address) -> list[dict[str, str]]:
    """The filters in force; each link takes one away."""
    found = [(names[code], here.toggled("sector", code)) for code in asked.sector]
    if asked.partner:
        found.append((names[asked.partner], here(partner=None, page=None)))
    if asked.since:
        found.append(
            (spoken.gettext("since %(day)s", day=spoken.date(asked.since)), here(since=None, page=None))
        )
    if asked.until:
        found.append(
            (spoken.gettext("until %(day)s", day=spoken.date(asked.until)), here(until=None, page=None))
        )
    if asked.level:
        found.append((spoken.label(asked.level), here(level=None, page=None)))
    if asked.verified is not None:
        proof = spoken.gettext("With evidence") if asked.verified else spoken.gettext("Unverified")
        found.append((proof, here(verified=None, page=None)))
    return [{"text": text, "url": url} for text, url in found]
