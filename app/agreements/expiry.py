"""The work that the end of a paper calls for: opened once a stage, for one named person, by the clock.

A paper is watched until the day of `force.watch_on`: its end, moved by amendments, or the last day for notice
where it renews by itself. 180, 90 and 30 days before it a follow-up is opened, each due when the next stage
begins. A stage that nobody's clock saw is not made up for: only the latest one is opened. A paper whose day
has passed unseen raises one follow-up, unless it had passed before the paper came into the register.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.actor import Actor, system
from app.agreements.force import notice_by, watch_on
from app.agreements.queries import extended_ends
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete, Drop, FollowUpIn
from app.follow_ups.service import Origin
from app.i18n import Words, words
from app.models import Agreement, AgreementPartner, Event, FollowUp, Partner, User
from app.records.queries import settled
from app.vocabulary import (
    AgreementState,
    Door,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    Locale,
    Priority,
    Role,
)

# Days before the end, and how many days before it the work of that stage is due.
STAGES = ((30, 0), (90, 30), (180, 90))
# After the end nothing can be in time any more; so long it may take to decide.
DAYS_TO_DECIDE = 14
_KEY = "agreement-end"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A paper, the day it is watched for, and whether that is the last day for notice."""

    paper: Agreement
    on: date
    notice: bool


def raise_expiry_work(session: Session, today: date) -> int:
    """Open the follow-ups that are called for on a day and close those that no longer are; how many were
    opened. Done twice, by however many clocks, it opens nothing twice: their key is unique."""
    actor = system(Door.clock)
    papers = list(session.exec(_papers()))
    watched = _watched(session, papers, today)
    known = _keys(session)
    _close_the_obsolete(session, actor, watched, {paper.id: paper for paper in papers}, today)
    wanted = [(item, key, due) for item in watched.values() for key, due in _called_for(item, known, today)]
    if not wanted:
        return 0
    entered = _entered(session, [item.paper for item, _, _ in wanted])
    raised = [
        _open(session, actor, item, key, due, today)
        for item, key, due in wanted
        if item.on >= entered.get(item.paper.id or 0, item.on)
    ]
    return sum(raised)


def _papers() -> Any:
    return select(Agreement).where(
        Agreement.state == AgreementState.signed,
        col(Agreement.archived_at).is_(None),
        col(Agreement.amends_id).is_(None),
    )


def _watched(session: Session, papers: list[Agreement], today: date) -> dict[int, _Watched]:
    """The papers that somebody has to decide about, by id: not those that a signed paper has renewed."""
    renewed = set(
        session.scalars(
            sa.select(Agreement.renews_id).where(
                Agreement.state == AgreementState.signed,
                col(Agreement.renews_id).is_not(None),
                col(Agreement.archived_at).is_(None),
            )
        )
    )
    ends = extended_ends(session)
    found = {}
    for paper in papers:
        assert paper.id is not None
        ended = settled(paper.terminated_on, paper.terminated_precision)
        end = ends.get(paper.id) or settled(paper.expires_on, paper.expires_precision)
        on = _day(paper, end, today)
        if on is None or ended is not None or paper.id in renewed:
            continue
        found[paper.id] = _Watched(paper, on, paper.auto_renews)
    return found


def _day(paper: Agreement, end: date | None, today: date) -> date | None:
    """What the paper is watched for; the last day for notice stays so once it has passed."""
    if paper.auto_renews:
        return notice_by(end, paper.notice_months or 0)
    return watch_on(today, expires_on=end)


def _keys(session: Session) -> set[str]:
    statement = sa.select(FollowUp.source_key).where(col(FollowUp.source_key).like(f"{_KEY}:%"))
    return {key for key in session.scalars(statement) if key}


def _stem(item: _Watched) -> str:
    return f"{_KEY}:{item.paper.id}:{item.on.isoformat()}:"


def _called_for(item: _Watched, known: set[str], today: date) -> Iterable[tuple[str, date]]:
    """The key and due date of what has to be opened now: at most one."""
    left, stem = (item.on - today).days, _stem(item)
    if left <= 0:
        # Whoever lets the day for notice pass has agreed to a further term: nothing is left to decide.
        if not item.notice and not any(key.startswith(stem) for key in known):
            yield f"{stem}0", today + timedelta(days=DAYS_TO_DECIDE)
        return
    for days, next_stage in STAGES:
        if left <= days:
            if f"{stem}{days}" not in known:
                yield f"{stem}{days}", max(today, item.on - timedelta(days=next_stage))
            return


def _entered(session: Session, papers: list[Agreement]) -> dict[int, date]:
    """The civil day on which each paper came into the register, as the history tells it."""
    statement = (
        sa.select(Event.record_id, sa.func.min(Event.on))
        .where(Event.record_type == "agreement", col(Event.record_id).in_([p.id for p in papers]))
        .group_by(Event.record_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _open(session: Session, actor: Actor, item: _Watched, key: str, due: date, today: date) -> bool:
    """Open it in the name of the clock; False where another clock was faster."""
    paper = item.paper
    links = sa.select(AgreementPartner.partner_id).where(AgreementPartner.agreement_id == paper.id)
    partners = sorted(session.scalars(links))
    if not partners:
        return False
    data = FollowUpIn(
        title=_title(words(Locale.vi), item, key.endswith(":0")),
        kind=FollowUpKind.renewal,
        assignee=_somebody(session, paper, partners),
        due_on=due,
        priority=Priority.high if (item.on - today).days <= STAGES[0][0] else Priority.normal,
    )
    origin = Origin(FollowUpSource.agreement, agreement_id=paper.id)
    try:
        with session.begin_nested():
            follow_ups.open_(
                session,
                actor,
                data,
                partners=partners,
                today=today,
                origin=origin,
                source_key=key,
                is_demo=paper.is_demo,
            )
    except IntegrityError:
        return False
    return True


def _title(spoken: Words, item: _Watched, ended: bool) -> str:
    """In the department's first language: what is stored has one."""
    day, title = spoken.date(item.on), item.paper.title
    if ended:
        text = spoken.gettext("Decide what follows: ended on %(day)s: %(title)s", day=day, title=title)
    elif item.notice:
        text = spoken.gettext("Renew or give notice by %(day)s: %(title)s", day=day, title=title)
    else:
        text = spoken.gettext("Renew or let end on %(day)s: %(title)s", day=day, title=title)
    return text if len(text) <= 300 else f"{text[:299]}…"


def _somebody(session: Session, paper: Agreement, partners: list[int]) -> str | None:
    """One active person: a partner's officer, else whoever entered the paper, else a manager."""
    officers = sa.select(Partner.officer_id).where(col(Partner.id).in_(partners)).order_by(col(Partner.id))
    wanted = [*session.scalars(officers), paper.created_by_id]
    people = session.execute(
        sa.select(User.id, User.email, User.role)
        .where(col(User.disabled_at).is_(None), col(User.archived_at).is_(None), User.role != Role.viewer)
        .order_by(col(User.id))
    ).all()
    emails = {person.id: person.email for person in people}
    named = [emails[key] for key in wanted if key in emails]
    managers = [
        person.email for role in (Role.manager, Role.admin) for person in people if person.role == role
    ]
    return next(iter([*named, *managers]), None)


def _close_the_obsolete(
    session: Session,
    actor: Actor,
    watched: dict[int, _Watched],
    papers: dict[int | None, Agreement],
    today: date,
) -> None:
    """Close what was opened for a day that no longer counts: done where the paper goes on, dropped else."""
    statement = select(FollowUp).where(
        col(FollowUp.source_key).like(f"{_KEY}:%"), FollowUp.state == FollowUpState.open
    )
    by_paper: dict[int, list[FollowUp]] = defaultdict(list)
    for work in session.exec(statement):
        by_paper[work.agreement_id or 0].append(work)
    spoken = words(Locale.vi)
    for key, works in by_paper.items():
        item, paper = watched.get(key), papers.get(key)
        stem = _stem(item) if item else None
        for work in works:
            if stem is not None and (work.source_key or "").startswith(stem):
                continue
            if paper is None or paper.terminated_on is not None:
                why = spoken.gettext("The agreement no longer needs a decision.")
                follow_ups.drop(session, actor, work, Drop(why=why), version=work.version, today=today)
            else:
                done = Complete(outcome=spoken.gettext("The agreement was extended or renewed."))
                follow_ups.complete(session, actor, work, done, version=work.version, today=today)
