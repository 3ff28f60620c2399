"""The review as a meeting sees it: one case a screen, what is decided about it written down."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.forms import FormView, Typed
from app.meetings import service as meetings
from app.meetings.queries import decisions_of, meeting_row
from app.meetings.schemas import DecisionIn
from app.models import Partner, Push
from app.partners.listing import conditions, joined, ordering
from app.review import desk
from app.review.desk import Asked, Trouble
from app.review.listing import SORT
from app.schemas import parse
from app.standings.days import on_day
from app.templating import View
from app.vocabulary import MeetingDecision


def page(
    view: View, session: Session, asked: Asked, *, slug: str | None = None, trouble: Trouble | None = None
) -> Response:
    """One case, large, with the way to those before and behind it."""
    view.behind = desk.HOME
    held = meeting_row(session, asked.meeting or 0)
    slugs = _slugs(view, session, asked)
    chosen = slug or asked.wanted.partner or (slugs[0] if slugs else None)
    place = slugs.index(chosen) if chosen in slugs else None
    context: dict[str, Any] = {"case": None, "here": asked.here, "meeting": asked.meeting}
    if chosen:
        context = desk.case_context(view, session, asked, chosen, trouble)
    decided = decisions_of(session, held.id, view.locale)
    response = view.page(
        "meetings/case.html",
        status=trouble.error.status if trouble else 200,
        held=held,
        number=None if place is None else place + 1,
        total=len(slugs),
        before=slugs[place - 1] if place else None,
        behind=_behind(slugs, place),
        decided=len(decided),
        about=[row for row in decided if row.partner == chosen],
        decisions=list(MeetingDecision),
        record_form=FormView({"decision": MeetingDecision.no_change}, key="record"),
        **context,
    )
    if trouble:
        response.headers["HX-Push-Url"] = "false"
    return response


def _behind(slugs: Sequence[str], place: int | None) -> str | None:
    """Who comes next; from a case that has left the queue, the first that is still in it."""
    if place is None:
        return slugs[0] if slugs else None
    return slugs[place + 1] if place + 1 < len(slugs) else None


def _slugs(view: View, session: Session, asked: Asked) -> list[str]:
    """The queue in its order; one statement."""
    assert view.actor is not None
    wanted = asked.wanted.narrowed
    order = ordering(asked.wanted.sort or SORT, wanted, view.locale)
    statement = joined(sa.select(Partner.slug)).where(*conditions(wanted, view.actor))
    statement = statement.order_by(*(step.clause for step in order))
    return list(session.scalars(on_day(session, statement, wanted.as_of)))


def count(view: View, session: Session, asked: Asked) -> int:
    """How many cases the queue holds."""
    return len(_slugs(view, session, asked))


def next_of(view: View, session: Session, asked: Asked, slug: str) -> str:
    """The address of the case behind one about which everything is said; of that one again at the end."""
    slugs = _slugs(view, session, asked)
    behind = _behind(slugs, slugs.index(slug) if slug in slugs else None)
    return asked.here(partner=behind or slug)


def pushed(session: Session, actor: Actor, typed: Typed, pushes: Sequence[Push], *, today: date) -> None:
    """Write down that a meeting opened pushes, where the form was sent from one."""
    asked = desk.asked_before(typed)
    if asked is None or asked.meeting is None:
        return
    meeting = meetings.get(session, asked.meeting)
    for push in pushes:
        partner = session.get(Partner, push.partner_id)
        assert partner is not None
        opened = MeetingDecision.push_opened
        meetings.note_down(session, actor, meeting, partner, opened, push.note, today=today)


def read_decision(typed: Typed) -> DecisionIn:
    """A decision that is written down by hand. Raises Invalid."""
    return parse(DecisionIn, {k: v for k, v in typed.data().items() if k != "next"})
