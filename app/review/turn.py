"""One act on the review page: done once, told in a sentence, and on to the queue's next case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.errors import DomainError, Forbidden, Invalid, Refused
from app.forms import Typed
from app.lists import Address
from app.meetings import service as meetings
from app.meetings.schemas import DecisionIn
from app.models import Partner
from app.once import Once
from app.partners.listing import neighbours
from app.review import desk, hall
from app.review.desk import HOME, Asked, Trouble
from app.review.listing import SORT, present, rows_a_page, size_of
from app.review.schemas import ReviewList
from app.schemas import parse
from app.standings.keeper import settle
from app.standings.queries import standing_of
from app.standings.schemas import StandingOut
from app.templating import View
from app.vocabulary import Locale, MeetingDecision

M = TypeVar("M", bound=BaseModel)
_DECISIONS = {
    "step": MeetingDecision.step_taken,
    "park": MeetingDecision.pause_asked,
    "officer": MeetingDecision.reassigned,
    "confirm": MeetingDecision.file_confirmed,
    "cause": MeetingDecision.cause_named,
}


class Turn:
    """The manners that every act shares; the handler brings only the act itself."""

    def __init__(
        self, view: View, session: Session, actor: Actor, today: date, typed: Typed, act: str
    ) -> None:
        self._view, self._session, self._actor, self._today = view, session, actor, today
        self._typed, self._act = typed, act
        self._from = desk.asked_before(typed)
        self._before: StandingOut | None = None
        self.gettext = view.words.gettext

    @property
    def version(self) -> int:
        """The version that the form was made from; raises Refused for a form without one."""
        if self._typed.version is None:
            raise Refused("version_needed")
        return self._typed.version

    def parsed(self, schema: type[M]) -> M:
        """The form as its schema wants it; raises Invalid."""
        own = {"next", "record_note"}
        return parse(schema, {k: v for k, v in self._typed.data().items() if k not in own})

    def name(self, partner: Partner) -> str:
        """The partner's name in the page's language."""
        return partner.name_vi if self._view.locale == Locale.vi else partner.name_en

    def moved(self, partner: Partner) -> str:
        """What the act did to the standing, which is brought up to date for it."""
        settle(self._session, self._today)
        after, before = standing_of(self._session, partner, self._today), self._before
        label, name = self._view.words.label, self.name(partner)
        if before is None or after.status != before.status:
            return self.gettext("%(partner)s is now: %(state)s.", partner=name, state=label(after.status))
        if after.step != before.step:
            return self.gettext("%(partner)s is now: %(state)s.", partner=name, state=label(after.step))
        return self.gettext("%(partner)s stays: %(state)s.", partner=name, state=label(after.status))

    def answer(self, find: Callable[[], Partner], do: Callable[[Partner], str]) -> Response:
        """Do it once. A refusal shows the case again with everything that was typed."""
        once = Once(self._session, self._actor.caller, self._typed.token)
        if once.first:
            return once.first
        partner = find()
        slug = partner.slug
        self._before = standing_of(self._session, partner, self._today)
        behind = self._behind(partner)
        try:
            said = do(partner)
            self._note_down(partner)
            settle(self._session, self._today)
        except Forbidden:
            raise
        except DomainError as error:
            self._session.rollback()
            asked = self._from or Asked(ReviewList(), Address(HOME, ()))
            trouble = Trouble(self._act, self._typed, error)
            show = hall.page if asked.meeting else desk.page
            return show(self._view, self._session, asked, slug=slug, trouble=trouble)
        return once.keep(self._view.redirect(self._onwards(slug, behind), said))

    def _note_down(self, partner: Partner) -> None:
        """What a meeting did is what it decided."""
        if (
            self._from is None
            or self._from.meeting is None
            or (decision := _DECISIONS.get(self._act)) is None
        ):
            return
        meeting = meetings.get(self._session, self._from.meeting)
        said = {"partner": partner.slug, "decision": decision, "note": self._typed.get("record_note")}
        try:
            data = parse(DecisionIn, said)
        except Invalid as error:  # only the note is typed
            raise Invalid([replace(e, pointer="record_note", path=()) for e in error.errors]) from error
        meetings.note_down(
            self._session, self._actor, meeting, partner, decision, data.note, today=self._today
        )

    def _behind(self, partner: Partner) -> str | None:
        """Who comes after this partner in the queue, before the act moves anything."""
        if self._from is None or partner.id is None:
            return None
        wanted = self._from.wanted
        sort = wanted.sort or SORT
        around = neighbours(
            self._session, self._actor, wanted.narrowed, partner.id, locale=self._view.locale, sort=sort
        )
        return around[1]

    def _onwards(self, slug: str, behind: str | None) -> str:
        """The address of the queue with its next case: the same one while it belongs there."""
        if self._from is None:
            back = self._typed.get("next")  # decided on My work, one stays there
            return back if back == "/" or back.startswith("/?") else f"/partners/{slug}"
        wanted, here = self._from.wanted, self._from.here
        session, actor, narrowed = self._session, self._actor, wanted.narrowed
        there = present(session, actor, narrowed, [s for s in (slug, behind) if s])
        size = size_of(session, actor, narrowed)
        emptied = (wanted.page - 1) * rows_a_page(narrowed) >= size
        changes: dict[str, Any] = {"page": None} if emptied else {}
        if slug in there:
            return here(**changes, partner=slug)
        if behind in there:
            return here(**changes, partner=behind)
        return here(page=None, partner=None)
