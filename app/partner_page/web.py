"""The page of one partner, today or as of any day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from app.actor import Actor
from app.agreements.queries import AgreementRow, agreements_of
from app.changes.queries import follows
from app.delegations.queries import visit_effect
from app.dependencies import Page, ReadSession, Today, Viewer
from app.errors import Refused
from app.forms import FormView
from app.letters.offers import offers
from app.lists import Address
from app.models import Dispute
from app.notes.queries import ON_THE_PAGE, notes_of
from app.partner_page.came_out import came_out
from app.partner_page.course import Course, chart, course
from app.partner_page.queries import PartnerFile, partner_file, place_in_list
from app.partners.queries import get as get_partner
from app.people.posts import at_partner
from app.people.queries import holders
from app.programmes.queries import programmes_of
from app.pushes.queries import open_push
from app.records.queries import disputes, open_work
from app.schemas import Day
from app.sectors.queries import ids_of as sector_ids_of
from app.standing import Missing
from app.standings.playbook_words import StepDraft, shared_sectors, step_draft
from app.standings.words import clauses
from app.templating import View
from app.timeline.queries import timeline, timeline_counts
from app.timeline.schemas import Thread, TimelineKind
from app.vocabulary import AgreementForce, FollowUpKind, OwedBy, Status

router = APIRouter()

_DAY = TypeAdapter(Day)
# The address parameters that lead through the thread; every other link leaves them behind.
_THREAD = ("kind", "before")


@router.get("/partners/{slug}", name="partners:show")
def show(
    view: Page,
    session: ReadSession,
    actor: Viewer,
    today: Today,
    slug: str,
    as_of: str = "",
    kind: str = "",
    before: str = "",
    visit: str = "",
    sector: str = "",
    since: str = "",
) -> Response:
    partner = get_partner(session, slug)
    assert partner.id is not None
    then = day_asked(as_of)
    since_day = day_asked(since, "since")
    if sector:
        sector_ids_of(session, [sector], "sector")
    asked = Asked(view, slug, then, _kinds(kind))
    thread = timeline(session, partner.id, actor, kinds=asked.kinds, before=_cursor(before), as_of=then)
    if view.fragment_wanted and before:
        more = asked.more(thread)
        return view.fragment("partners/_timeline_items.html", thread=thread, more=more)
    day = then or today
    own = course(session, partner, day=day, today=today)
    file = partner_file(session, partner, view.locale, day)
    papers = agreements_of(session, partner.id, view.locale, day=day, as_of=then)
    told = re.fullmatch(r"[0-9]{1,9}", visit) and then is None
    effect = visit_effect(session, int(visit), slug, view.locale) if told else None
    return view.page(
        "partners/show.html",
        file=file,
        day=day,
        then=then,
        course=own,
        standing=own.standing,
        clauses=clauses(view.words, own.standing),
        chart=chart(own.spells),
        step=_step(view, actor, own, file, papers),
        letters=() if then else offers(own.standing.reasons),
        push=None if then else open_push(session, partner.id, view.locale, today),
        needs=[(need, _start(need, slug)) for need in map(Missing, own.standing.missing)],
        work=_by_side(open_work(session, partner.id, day, view.locale)),
        papers=papers,
        first_paper=min((p for p in papers if p.counted_on), key=lambda p: p.counted_on or day, default=None),
        forces=_counted(papers),
        people=holders(session, actor, view.locale, day, at=at_partner(partner.id), as_of=then),
        came=came_out(
            programmes_of(session, partner.id, view.locale, as_of=then), sector=sector, since=since_day
        ),
        disputes=disputes(session, view.locale, Dispute.partner_id == partner.id),
        thread=thread,
        more=asked.more(thread),
        older=bool(before),
        kinds=timeline_counts(session, partner.id, actor, as_of=then),
        kind=kind,
        here=asked.here,
        place=asked.place(session, actor),
        list_query=asked.list_query,
        effect=effect,
        may_write=then is None and view.can("write"),
        notes=notes_of(session, partner.id, actor, limit=ON_THE_PAGE),
        follows=follows(session, actor.user_id, partner.id),
        form=FormView(),
    )


def day_asked(text: str, name: str = "as_of") -> date | None:
    """The day a parameter tells, None for none. Raises Refused for what is no day."""
    if not text.strip():
        return None
    try:
        return _DAY.validate_python(text.strip())
    except ValidationError:
        raise Refused("bad_date", field=name) from None


def _kinds(text: str) -> tuple[TimelineKind, ...]:
    if not text:
        return ()
    try:
        return (TimelineKind(text),)
    except ValueError:
        raise Refused("unknown_value", field="kind", name="kind") from None


def _cursor(text: str) -> list[str] | None:
    """`2019-10-21.15.7`, the sort values of the last entry shown."""
    return text.split(".") if text else None


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and the addresses that lead on from it."""

    view: View
    slug: str
    then: date | None
    kinds: tuple[TimelineKind, ...]

    @property
    def here(self) -> Address:
        """This page's own address, without the outcome of a visit and the place in the thread."""
        pairs = self.view.request.query_params.multi_items()
        return Address(f"/partners/{self.slug}", [p for p in pairs if p[0] not in {"visit", "before"}])

    @property
    def list_query(self) -> str:
        """The query of the list this page was opened from."""
        return self.view.request.query_params.get("list", "")

    def more(self, thread: Thread) -> str | None:
        """The address of the next part of the thread."""
        if thread.after is None:
            return None
        return self.here(before=".".join(map(str, thread.after)))

    def place(self, session: Session, actor: Actor) -> Any:
        """The neighbours in the list this page was opened from, as of the page's own day."""
        if not self.list_query:
            return None
        query = QueryParams(self.list_query)
        pairs = [(name, value) for name, value in query.multi_items() if name != "as_of"]
        if self.then is not None:
            pairs.append(("as_of", self.then.isoformat()))
        return place_in_list(session, actor, QueryParams(pairs), self.slug, self.view.locale)


def _step(
    view: View, actor: Actor, own: Course, file: PartnerFile, papers: list[AgreementRow]
) -> StepDraft | None:
    """The proposed step, in the sectors both sides share, led by the unit that leads their paper. None while
    the relation is parked: that was decided."""
    if own.standing.status == Status.parked:
        return None
    agreed = {code for paper in papers for code in paper.sector_codes}
    named = dict(file.strengths)
    leads = [paper.lead_unit_code for paper in papers if not paper.lead_unit_gone]
    return step_draft(
        own.standing,
        file.name,
        view.words,
        today=view.today,
        sectors=[named[code] for code in shared_sectors(list(named), list(agreed))],
        officer=file.officer_email or (actor.email if view.can("write") else None),
        lead_unit=next(filter(None, leads), None),
        mission=file.mission_code,
    )


def _start(need: Missing, slug: str) -> str:
    """The page on which what is missing begins."""
    if need == Missing.contact:
        return f"/visits/new?partner={slug}"
    return f"/follow-ups/new?partner={slug}&kind={_BEGUN_BY[need]}"


_BEGUN_BY = {
    Missing.tie: FollowUpKind.proposal,
    Missing.concrete_agreement: FollowUpKind.proposal,
    Missing.programme: FollowUpKind.work_programme,
    Missing.progress: FollowUpKind.information,
    Missing.second_sector: FollowUpKind.proposal,
    Missing.outcome: FollowUpKind.information,
}


def _by_side(work: list[Any]) -> dict[OwedBy, list[Any]]:
    return {side: [item for item in work if item.owed_by == side] for side in OwedBy}


def _counted(papers: list[AgreementRow]) -> dict[AgreementForce, int]:
    counts = {force: sum(paper.force == force for paper in papers) for force in AgreementForce}
    return {force: n for force, n in counts.items() if n}
