"""Many follow-ups at once: the page that says which and how many, the act, and the way back of every act."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import list_users
from app.dependencies import Form, Officer, Page, ReadSession, Today, WriteSession
from app.errors import DomainError, Refused, Stale
from app.failures import told, understood
from app.follow_ups import asking
from app.follow_ups.acts import inside, undo_url
from app.follow_ups.filters import MOST
from app.follow_ups.queries import FollowUpRow, all_open, open_among
from app.forms import FormView, Typed
from app.lists import Address, read
from app.once import Once
from app.organisations.queries import list_units
from app.reassignments import service
from app.reassignments.schemas import Choice, ReassignmentIn
from app.reassignments.service import RowsChanged
from app.schemas import parse
from app.templating import View

router = APIRouter()

# How many rows the page shows with a box each; the others of a long choice go along unseen, but counted.
SHOWN = 50
ActId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get("/follow-ups/reassignments/new", name="reassignments:new")
def new(view: Page, session: ReadSession, actor: Officer) -> Response:
    params = view.request.query_params
    choice = read(Choice, params)
    here = Address("/follow-ups", [(n, v) for n, v in params.multi_items() if n not in {"id", "every"}])
    if choice.every:
        wanted = asking.wanted(session, actor, choice)
        rows = all_open(session, wanted, view.today, view.locale, limit=MOST + 1)
    else:
        rows = open_among(session, choice.id, view.today, view.locale)
    return _page(view, session, rows, FormView(), back=here())


@router.post("/follow-ups/reassignments")
def create(view: Page, typed: Form, session: WriteSession, actor: Officer, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    back = inside(typed.get("next")) or "/follow-ups"
    try:
        done = service.reassign(session, actor, parse(ReassignmentIn, _sent(typed)), today=today)
        session.flush()
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _again(view, session, typed, understood(error), back)
    said = view.words.ngettext("%(n)s follow-up changed.", "%(n)s follow-ups changed.", len(done.changed))
    return once.keep(view.redirect(back, said, undo_url(actor, back) if done.changed else None))


@router.post("/follow-ups/acts/{act_id}/reversal")
def take_back(view: Page, session: WriteSession, actor: Officer, today: Today, act_id: ActId) -> Response:
    once = Once(session, actor.caller, f"reversal:{act_id}")
    if once.first:
        return once.first
    back = inside(view.request.query_params.get("next", "")) or "/follow-ups"
    ids = service.take_back(session, actor, act_id, today=today)
    said = view.words.ngettext(
        "Taken back: %(n)s follow-up is as it was.",
        "Taken back: %(n)s follow-ups are as they were.",
        len(ids),
    )
    return once.keep(view.redirect(back, said))


def _sent(typed: Typed) -> dict[str, Any]:
    """The form as the schema reads it; what is left empty is left as it is."""
    said = {n: v for n in ("assignee", "unit", "due_on", "why") if (v := typed.get(n)).strip()}
    return {**said, "follow_ups": [{"id": key, "version": version} for key, version in _ticked(typed)]}


def _ticked(typed: Typed) -> list[tuple[int, int]]:
    """The boxes that are ticked, each an id and the version that was seen. Raises Refused for another."""
    found = [re.fullmatch(r"(\d{1,9}):(\d{1,9})", text) for text in typed.all("rows")]
    if not all(found):
        raise Refused("invalid")
    return [(int(match[1]), int(match[2])) for match in found if match]


def _again(view: View, session: Session, typed: Typed, error: DomainError, back: str) -> Response:
    """The page with what is wrong: nothing was changed, everything that was chosen and typed is there."""
    if error.status not in {409, 422}:
        raise error
    offered = [int(text) for text in re.findall(r"\d{1,9}", typed.get("offered"))[: MOST + 1]]
    rows = open_among(session, offered, view.today, view.locale)
    ticked = {int(key) for text in typed.all("rows") if (key := text.partition(":")[0]).isdecimal()}
    stale = error.ids if isinstance(error, RowsChanged) else frozenset()
    errors = told(view.words, error)
    if "follow_ups" in errors:
        errors = {"": errors["follow_ups"]} | {n: e for n, e in errors.items() if n != "follow_ups"}
    form = FormView(typed.texts(), errors)
    status = Stale.status if stale else error.status
    return _page(view, session, rows, form, back=back, ticked=ticked, stale=stale, status=status)


def _page(
    view: View,
    session: Session,
    rows: tuple[FollowUpRow, ...],
    form: FormView,
    *,
    back: str,
    ticked: set[int] | None = None,
    stale: frozenset[int | None] = frozenset(),
    status: int = 200,
) -> Response:
    spoken = view.words
    return view.page(
        "reassignments/new.html",
        status=status,
        rows=rows,
        ticked={row.id for row in rows} if ticked is None else ticked,
        stale=stale,
        shown=SHOWN,
        most=MOST,
        form=form,
        back=back,
        users=[(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)],
        units=[(u.code, u.name) for u in list_units(session, view.locale)],
        labels={name: spoken.word("field", name) for name in ("assignee", "unit", "due_on", "why")},
    )
