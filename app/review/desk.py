"""The review page put together: the counts above, the queue, and one case with the acts it allows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from app.accounts.queries import list_users
from app.actor import Actor
from app.assignments.schemas import MOST
from app.errors import DomainError, Refused, Stale
from app.failures import told
from app.forms import FormView, Typed
from app.letters.offers import offers
from app.lists import Address, read
from app.meetings.schemas import MeetingList
from app.moves.filters import OF_PARTNERS
from app.organisations.queries import list_units
from app.partners import queries as partners
from app.partners.facets import facets
from app.partners.listing import neighbours
from app.partners.options import Options
from app.remembered import Remembered
from app.reporting.queries import last_report_date
from app.review import band
from app.review.listing import SORT, queue, rows_a_page, tally
from app.review.pauses import PauseRow, requests
from app.review.queries import Case, case_of
from app.review.schemas import ReviewList
from app.standings.playbook_words import shared_sectors, step_draft, step_text
from app.standings.words import clauses, proofs, reason_text
from app.templating import View
from app.views.menu import menu
from app.vocabulary import Cause, FollowUpKind, OwedBy, PauseReason

HOME, MEETING = "/review", "/review/meeting"
# Filters by what may move from day to day; status and step are told beside the counts.
_MOVING = ("rung", "warmth", "quadrant", "reason")
_remembered = Remembered()


@dataclass(frozen=True)
class Asked:
    """The queue that a URL asks for; `here` is its address without the case that is open."""

    wanted: ReviewList
    here: Address
    # The meeting that goes through it.
    meeting: int | None = None


@dataclass(frozen=True)
class Trouble:
    """An act that was refused: which one, what was typed, and why."""

    act: str
    typed: Typed
    error: DomainError


def asked_for(params: QueryParams) -> Asked:
    """Read a URL. Raises Refused for what the page does not know."""
    pairs = [(k, v) for k, v in params.multi_items() if k != "partner"]
    return Asked(read(ReviewList, params), Address(HOME, pairs))


def asked_in_meeting(params: QueryParams) -> Asked:
    """Read the URL of a queue that a meeting goes through."""
    pairs = [(k, v) for k, v in params.multi_items() if k != "partner"]
    wanted = read(MeetingList, params)
    return Asked(wanted, Address(MEETING, pairs), wanted.meeting)


def asked_before(typed: Typed) -> Asked | None:
    """The queue from which a form was sent; None where it came from another page."""
    path, _sep, query = typed.get("next").partition("?")
    if path not in (HOME, MEETING):
        return None
    try:
        params = QueryParams(query)
        return asked_in_meeting(params) if path == MEETING else asked_for(params)
    except DomainError:
        return Asked(ReviewList(), Address(HOME, ()))


def page(
    view: View, session: Session, asked: Asked, *, slug: str | None = None, trouble: Trouble | None = None
) -> Response:
    """The whole page, or the case alone where htmx asks for it. `slug` opens a case whatever the URL says."""
    asked = replace(asked, wanted=asked.wanted.settled(view.today))
    if view.fragment_wanted and asked.wanted.partner and trouble is None:
        part = view.fragment("review/_case.html", **case_context(view, session, asked, asked.wanted.partner))
        part.headers["HX-Push-Url"] = asked.here(partner=asked.wanted.partner)
        return part
    view.behind = HOME  # an act that was refused answers at the partner's address
    context = _queue(view, session, asked)
    chosen = slug or asked.wanted.partner
    opened = chosen or (context["rows"][0].partner.slug if context["rows"] else None)
    context |= case_context(view, session, asked, opened, trouble) if opened else {"case": None}
    status = trouble.error.status if trouble else 200
    response = view.page("review/index.html", status=status, chosen=chosen, opened=opened, **context)
    if trouble:
        response.headers["HX-Push-Url"] = "false"  # the address of an act is no page to come back to
    return response


def _actor(view: View) -> Actor:
    assert view.actor is not None
    return view.actor


def _queue(view: View, session: Session, asked: Asked) -> dict[str, Any]:
    wanted, actor = asked.wanted, _actor(view)
    narrowed = wanted.narrowed
    counts = tally(session, actor, wanted, view.today)
    reported = last_report_date(session, wanted.as_of or view.today)
    before = tally(session, actor, wanted, view.today, day=reported)
    total = counts.total(narrowed)
    pages = max(1, -(-total // rows_a_page(narrowed)))
    if wanted.page > pages:
        raise Refused("bad_page", field="page")
    rows, waiting = _remembered.get(
        session,
        ("queue", narrowed.alone(), wanted.sort, wanted.page, *_reader(view)),
        lambda: (
            queue(session, actor, wanted, view.words, view.today),
            () if wanted.as_of else requests(session, view.locale),
        ),
    )
    filters = Options(view.words, actor, wanted, facets(session, actor, narrowed, view.today), asked.here)
    return {
        "rows": rows,
        "here": asked.here,
        "wanted": wanted,
        "total": total,
        "pages": pages,
        "mixed": len(narrowed.status) != 1,
        "views": band.views(view.words, wanted, asked.here, counts),
        "statuses": band.statuses(view.words, wanted, asked.here, counts, before),
        "reported": reported,
        "moved_since": _moved_since(asked, reported, view.today),
        "most": MOST,
        "may_choose": _acts(view, wanted),
        "cells": band.cells(wanted, asked.here, counts),
        "menus": filters.menus(),
        "applied": filters.applied(),
        "clear": Address(HOME, _kept(wanted))(),
        "requests": [(row, FormView(key=f"request-{row.id}", version=row.version)) for row in waiting],
        "own": lambda row: is_own(actor, row),
        "saved": menu(view, session, asked.here()),
        "meeting_url": Address(MEETING, [p for p in asked.here.pairs if p[0] not in ("page", "saved")])(),
    }


def _moved_since(asked: Asked, reported: date, today: date) -> str:
    """The address of what moved these partners since the last report; empty where nothing can have, or where
    who is counted depends on a standing that moves itself."""
    wanted = asked.wanted
    until = wanted.as_of or today
    if not reported < until <= today or any(getattr(wanted, name) for name in _MOVING):
        return ""
    kept = [(name, value) for name, value in asked.here.pairs if name in OF_PARTNERS]
    return Address(
        "/review/moves", [("from", f"{reported + timedelta(days=1)}"), ("to", f"{until}"), *kept]
    )()


def _kept(wanted: ReviewList) -> list[tuple[str, str]]:
    """What stays when all filters are taken away: the queue and the day."""
    day = [("as_of", wanted.as_of.isoformat())] if wanted.as_of else []
    return [("view", wanted.view.value), *day] if wanted.view else day


def is_own(actor: Actor, row: PauseRow) -> bool:
    """Whether this person asked for the pause, and so may not approve it."""
    return actor.user_id is not None and row.asked_by_id == actor.user_id


@dataclass(frozen=True)
class OnFile:
    """What is read for one case: the case, who comes behind it in the queue, and what its forms offer."""

    case: Case
    behind: str | None
    users: list[tuple[str, str]]
    units: list[tuple[str, str]]


def _read_case(view: View, session: Session, wanted: ReviewList, slug: str) -> OnFile:
    actor, locale = _actor(view), view.locale
    partner = partners.get(session, slug)
    case = case_of(session, actor, partner, view.today, locale, as_of=wanted.as_of)
    sort = wanted.sort or SORT
    _, behind = neighbours(session, actor, wanted.narrowed, case.id, locale=locale, sort=sort)
    users, units = [], []
    if _acts(view, wanted):
        users = [(u.email, u.name) for u in list_users(session, active_only=True, who_write=True)]
        units = [(unit.code, unit.name) for unit in list_units(session, locale)]
        if case.ground.mission:
            units.append((case.ground.mission, str(case.ground.mission_name)))
    return OnFile(case, behind, users, units)


def _acts(view: View, wanted: ReviewList) -> bool:
    """Whether anything may be decided here: another day is to be looked at only."""
    return view.can("write") and wanted.as_of is None


def _reader(view: View) -> tuple[Any, ...]:
    """Who reads the page (confidential notes are for some), in which language, when."""
    return _actor(view).user_id, view.locale, view.today


def case_context(
    view: View, session: Session, asked: Asked, slug: str, trouble: Trouble | None = None
) -> dict[str, Any]:
    """What templates/review/_case.html takes."""
    actor, wanted, spoken = _actor(view), asked.wanted, view.words
    on_file = _remembered.get(
        session,
        ("case", slug, wanted.narrowed.alone(), wanted.sort, *_reader(view)),
        lambda: _read_case(view, session, wanted, slug),
    )
    case = on_file.case
    return {
        "case": case,
        "here": asked.here,
        "meeting": asked.meeting,
        "next_slug": on_file.behind,
        "clauses": clauses(spoken, case.standing),
        "then": wanted.as_of,
        "reason_text": lambda reason: reason_text(spoken, reason, case.standing.as_of),
        "step_text": lambda step: step_text(spoken, step),
        "proofs": lambda reason: proofs(case.slug, reason),
        "record_word": lambda kind: spoken.word("record", kind) if spoken.has("record", kind) else kind,
        "own": lambda row: is_own(actor, row),
        "act": trouble.act if trouble else None,
        "stale": trouble is not None and isinstance(trouble.error, Stale),
        "typed": trouble.typed if trouble else None,
        **(_forms(view, on_file, trouble) if _acts(view, wanted) else {}),
    }


def _forms(view: View, on_file: OnFile, trouble: Trouble | None) -> dict[str, Any]:
    """The acts' forms, filled with what was typed where one was refused, and what their menus offer."""
    case, ground = on_file.case, on_file.case.ground
    draft = step_draft(
        case.standing,
        case.name,
        view.words,
        today=view.today,
        sectors=shared_sectors(ground.strengths, ground.agreed),
        officer=case.officer,
        lead_unit=ground.lead_unit,
        mission=ground.mission,
    )
    request, pause, cause = case.request, case.pause, case.cause

    def form(act: str, data: Mapping[str, Any], version: int | None = None) -> FormView:
        if trouble is None or trouble.act != act:
            return FormView(data=data, key=act, version=version)
        # A stale form goes on from what is stored now; any other keeps the version it was made from.
        kept = version if isinstance(trouble.error, Stale) else trouble.typed.version
        return FormView(trouble.typed.texts(), told(view.words, trouble.error), kept, act)

    return {
        "draft": draft,
        "letters": offers(case.standing.reasons),
        "forms": {
            "step": form("step", draft.data() if draft else {}),
            "park": form("park", {}),
            "officer": form("officer", {"officer": case.officer or ""}, case.version),
            "confirm": form("confirm", {}),
            "decision": form("decision", {}, request.version if request else None),
            "end": form("end", {}, pause.version if pause else None),
            "cause": form("cause", {"cause": cause.cause, "why": cause.why} if cause else {}),
            "cause_end": form("cause_end", {}, cause.version if cause else None),
        },
        "users": on_file.users,
        "units": on_file.units,
        "sides": _options(view, OwedBy),
        "kinds": _options(view, FollowUpKind),
        "pause_reasons": _options(view, PauseReason),
        "cause_kinds": _options(view, Cause),
    }


def _options(view: View, codes: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, view.words.label(code)) for code in codes]
