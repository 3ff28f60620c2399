"""Many partners at once: the page that says which and how many, the act, and the way back."""

import re
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import list_users
from app.assignments import service
from app.assignments.queries import ChosenRow, among, fitting
from app.assignments.schemas import MOST, AssignmentIn, Choice
from app.assignments.service import PartnersChanged
from app.dependencies import Form, Officer, Page, ReadSession, Today, WriteSession
from app.errors import DomainError, Forbidden, Refused, Stale
from app.failures import told, understood
from app.follow_ups.acts import inside
from app.forms import FormView, Typed
from app.lists import read
from app.once import Once
from app.partners.filters import NOBODY
from app.schemas import parse
from app.standings.playbook_words import step_text
from app.templating import View
from app.vocabulary import Cause, PauseReason, Tier

router = APIRouter()

# How many partners the page shows with a box each; the others of a long choice go along, counted.
SHOWN = 60
ActId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
_FIELDS = (
    "officer",
    "tier",
    "cause",
    "cause_why",
    "confirm",
    "steps",
    "pause_reason",
    "pause_until",
    "pause_why",
)


@router.get("/partners/assignments/new", name="assignments:new")
def new(view: Page, session: ReadSession, actor: Officer) -> Response:
    choice = read(Choice, view.request.query_params)
    if choice.every:
        rows = fitting(session, actor, choice.wanted, view.locale, limit=MOST + 1)
    else:
        rows = among(session, choice.id, view.locale)
    return _page(view, session, rows, FormView(), back=inside(choice.next or "") or "/partners")


@router.post("/partners/assignments")
def create(view: Page, typed: Form, actor: Officer, session: WriteSession, today: Today) -> Response:
    once = Once(session, actor.caller, typed.token)
    if once.first:
        return once.first
    back = inside(typed.get("next")) or "/partners"
    try:
        done = service.assign(session, actor, parse(AssignmentIn, _sent(typed)), today=today)
        session.flush()
    except Forbidden:
        raise
    except (DomainError, StaleDataError) as error:
        session.rollback()
        return _again(view, session, typed, understood(error), back)
    said = view.words.ngettext("%(n)s partner changed.", "%(n)s partners changed.", len(done.changed))
    undo = f"/partners/acts/{actor.request_id}/reversal?{urlencode({'next': back})}"
    return once.keep(view.redirect(back, said, undo if done.changed else None))


@router.post("/partners/acts/{act_id}/reversal")
def take_back(view: Page, actor: Officer, session: WriteSession, today: Today, act_id: ActId) -> Response:
    once = Once(session, actor.caller, f"reversal:{act_id}")
    if once.first:
        return once.first
    back = inside(view.request.query_params.get("next", "")) or "/partners"
    slugs = service.take_back(session, actor, act_id, today=today)
    said = view.words.ngettext(
        "Taken back: %(n)s partner is as it was.", "Taken back: %(n)s partners are as they were.", len(slugs)
    )
    return once.keep(view.redirect(back, said))


def _sent(typed: Typed) -> dict[str, Any]:
    """The form as the schema reads it; what is left empty is left as it is."""
    said = {n: v for n in _FIELDS if (v := typed.get(n)).strip()}
    return {**said, "partners": [{"partner": slug, "version": v} for slug, v in _ticked(typed)]}


def _ticked(typed: Typed) -> list[tuple[str, int]]:
    """The boxes that are ticked, each a slug and the version that was seen. Raises Refused for another."""
    found = [re.fullmatch(r"([a-z0-9-]{1,80}):(\d{1,9})", text) for text in typed.all("rows")]
    if not all(found):
        raise Refused("invalid")
    return [(match[1], int(match[2])) for match in found if match]


def _again(view: View, session: Session, typed: Typed, error: DomainError, back: str) -> Response:
    """The page with what is wrong: nothing was changed, everything that was chosen and typed is there."""
    if error.status not in {409, 422}:
        raise error
    rows = among(session, re.findall(r"[a-z0-9-]+", typed.get("offered"))[: MOST + 1], view.locale)
    ticked = {text.partition(":")[0] for text in typed.all("rows")}
    stale = error.ids if isinstance(error, PartnersChanged) else frozenset()
    errors = told(view.words, error)
    if "partners" in errors:
        errors = {"": errors["partners"]} | {n: e for n, e in errors.items() if n != "partners"}
    status = Stale.status if stale else error.status
    form = FormView(typed.texts(), errors)
    return _page(view, session, rows, form, back=back, ticked=ticked, stale=stale, status=status)


def _page(
    view: View,
    session: Session,
    rows: list[ChosenRow],
    form: FormView,
    *,
    back: str,
    ticked: set[str] | None = None,
    stale: frozenset[int | None] = frozenset(),
    status: int = 200,
) -> Response:
    text = view.words.gettext
    users = [(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)]
    return view.page(
        "assignments/new.html",
        status=status,
        rows=rows,
        ticked={row.slug for row in rows} if ticked is None else ticked,
        stale=stale,
        shown=SHOWN,
        most=MOST,
        form=form,
        back=back,
        users=[*users, (NOBODY, text("nobody"))],
        tiers=_options(view, Tier),
        causes=_options(view, Cause),
        reasons=_options(view, PauseReason),
        step_text=lambda step: step_text(view.words, step),
        labels={
            "officer": text("Officer"),
            "tier": text("Tier"),
            "cause": text("Cause"),
            "cause_why": text("The cause in your words"),
            "confirm": text("Nothing is missing from their files"),
            "steps": text("Take the proposed step of each that is not in hand"),
            "pause_reason": text("Ask to park, because"),
            "pause_until": text("Until"),
            "pause_why": text("Why they are to be parked"),
        },
    )


def _options(view: View, codes: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, view.words.label(code)) for code in codes]
