"""Rows with sensible defaults. Plain functions of a session; `Make` binds them to a database.

Every row goes through history.record() in the name of the program, so the guard against untold changes
stays on, and standings follow by themselves when the transaction commits.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from app import clock
from app.actor import system
from app.db import Database, searchable
from app.history import record
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    AgreementUnit,
    ApiKey,
    Delegation,
    DelegationMeeting,
    DelegationPartner,
    Dispute,
    Figure,
    FollowUp,
    FollowUpPartner,
    FollowUpProgress,
    Forum,
    ForumMeeting,
    ForumMembership,
    Holiday,
    Interaction,
    InteractionPartner,
    Milestone,
    Organisation,
    Partner,
    PartnerAlias,
    PartnerCause,
    PartnerName,
    PartnerStrength,
    Pause,
    Person,
    Plan,
    PlanItem,
    PlanItemPartner,
    PolicyRow,
    Post,
    Postponement,
    ProcedureRule,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgressNote,
    Push,
    Record,
    ReviewConfirmation,
    ReviewDecision,
    ReviewMeeting,
    Sector,
    User,
)
from app.partners.service import folded_names, name_keys
from app.text import slugify
from app.vocabulary import (
    AgreementKind,
    AliasType,
    Cause,
    Channel,
    DatePrecision,
    DayKind,
    DelegationDirection,
    DelegationState,
    Door,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    ForumBasis,
    Locale,
    MeetingDecision,
    OrganisationKind,
    OwedBy,
    PartnerKind,
    PauseReason,
    PauseState,
    PlanItemKind,
    ProcedureCode,
    ProcedureEvent,
    ProgrammeState,
    ReasonCode,
    Region,
    ResultLevel,
    Role,
    Rung,
    SectorLevel,
    Tier,
    VisitLevel,
    VisitPurpose,
)
from tests.actors import PASSWORD_HASH

MAKER = system(Door.seed, "the tests")
R = TypeVar("R", bound=Record)
Partners = Partner | Iterable[Partner]
_numbers = count(1)


def _many(partners: Partners) -> list[int]:
    """The ids of one partner or several."""
    rows = [partners] if isinstance(partners, Partner) else list(partners)
    return [row.id for row in rows if row.id is not None]


def _id(row: Record | None) -> int | None:
    return row.id if row is not None else None


def _kept(session: Session, row: R, partners: Iterable[int | Record] = ()) -> R:
    session.add(row)
    record(session, MAKER, f"{row.__tablename__}.made", row, partners=partners)
    return row


def _linked(session: Session, row: R, link: type, partners: Partners) -> R:
    """A record of one or several partners, told in the history of each."""
    ids = _many(partners)
    _kept(session, row, ids)
    session.add_all(link(**{f"{row.__tablename__}_id": row.id, "partner_id": key}) for key in ids)
    session.flush()
    return row


def _partners_of(session: Session, programme: Programme) -> list[int]:
    links = sa.select(ProgrammePartner.partner_id).where(ProgrammePartner.programme_id == programme.id)
    return list(session.scalars(links))


# ---- people and places


def user(
    session: Session,
    *,
    name: str = "Nguyễn Văn An",
    email: str | None = None,
    role: Role = Role.officer,
    unit: Organisation | None = None,
    locale: Locale = Locale.en,
    **fields: Any,
) -> User:
    """An account; its password is tests.actors.PASSWORD."""
    email = email or f"user{next(_numbers)}@city.example"
    fields.setdefault("password_hash", PASSWORD_HASH)
    return _kept(session, User(email=email, name=name, role=role, unit_id=_id(unit), locale=locale, **fields))


def figure(session: Session, *, title: str = "Số nước", value: float = 60, **fields: Any) -> Figure:
    """A figure as a source gives it."""
    fields.setdefault("source", "a source")
    return _kept(session, Figure(title=title, value=value, **fields))


def api_key(
    session: Session, *, name: str = "a program", scopes: Iterable[str] = ("read",), **fields: Any
) -> ApiKey:
    """A key whose secret nobody knows; tests/actors.py has usable ones."""
    fields.setdefault("public_id", f"key{next(_numbers)}")
    return _kept(session, ApiKey(name=name, secret_hash="0" * 64, scopes=list(scopes), **fields))


def organisation(
    session: Session,
    *,
    kind: OrganisationKind = OrganisationKind.city_unit,
    code: str | None = None,
    name_vi: str | None = None,
    name_en: str | None = None,
    **fields: Any,
) -> Organisation:
    """A unit, mission, donor or the like."""
    code = code or f"organisation-{next(_numbers)}"
    row = Organisation(
        code=code, kind=kind, name_vi=name_vi or f"Đơn vị {code}", name_en=name_en or f"Unit {code}", **fields
    )
    return _kept(session, row)


def unit(session: Session, **fields: Any) -> Organisation:
    """A unit of the city, which can lead an agreement and be given work."""
    return organisation(session, kind=OrganisationKind.city_unit, **fields)


def mission(session: Session, **fields: Any) -> Organisation:
    """A mission abroad."""
    return organisation(session, kind=OrganisationKind.mission, **fields)


def sector(
    session: Session,
    *,
    code: str | None = None,
    level: SectorLevel = SectorLevel.sector,
    parent: Sector | None = None,
    name_vi: str | None = None,
    name_en: str | None = None,
    **fields: Any,
) -> Sector:
    """A field of cooperation."""
    code = code or f"sector-{next(_numbers)}"
    row = Sector(
        code=code,
        level=level,
        parent_id=_id(parent),
        name_vi=name_vi or f"Lĩnh vực {code}",
        name_en=name_en or f"Sector {code}",
        **fields,
    )
    return _kept(session, row)


def partner(
    session: Session,
    *,
    name_vi: str | None = None,
    name_en: str | None = None,
    slug: str | None = None,
    country: str = "JP",
    kind: PartnerKind = PartnerKind.prefecture,
    region: Region = Region.northeast_asia,
    tier: Tier = Tier.regular,
    officer: User | None = None,
    friendship_since: date | None = None,
    aliases: Iterable[str] = (),
    strengths: Iterable[Sector] = (),
    **fields: Any,
) -> Partner:
    """A partner with its folded names. Without `friendship_since` it is untied."""
    name_vi = name_vi or f"Thành phố {next(_numbers)}"
    name_en = name_en or f"City of {name_vi.removeprefix('Thành phố ')}"
    names = list(dict.fromkeys([name_vi, name_en, *aliases]))
    fields.setdefault("officer_id", _id(officer))
    if friendship_since:
        fields = {"friendship_known": True, "friendship_precision": DatePrecision.day, **fields}
    row = Partner(
        slug=slug or slugify(name_en),
        name_vi=name_vi,
        name_en=name_en,
        country=country,
        kind=kind,
        region=region,
        tier=tier,
        friendship_since=friendship_since,
        **{"search_text": searchable(names), **fields},
    )
    row.name_key, row.name_key_en = name_keys(row)
    _kept(session, row, [row])
    session.add_all(
        PartnerName(country=country, folded=f, partner_id=row.id) for f in sorted(folded_names(row, aliases))
    )
    session.add_all(PartnerAlias(partner_id=row.id, text=text, type=AliasType.variant) for text in aliases)
    session.add_all(PartnerStrength(partner_id=row.id, sector_id=s.id) for s in strengths)
    session.flush()
    return row


def forum(
    session: Session, *, code: str | None = None, members: Iterable[Partner] = (), **fields: Any
) -> Forum:
    """A network of cities and the partners in it."""
    code = code or f"forum-{next(_numbers)}"
    values = {
        "acronym": code.upper(),
        "name_vi": f"Diễn đàn {code}",
        "name_en": f"Forum {code}",
        "basis": ForumBasis.confirmed,
    }
    row = _kept(session, Forum(code=code, **{**values, **fields}))
    session.add_all(ForumMembership(forum_id=row.id, partner_id=m.id) for m in members)
    session.flush()
    return row


def meeting(
    session: Session,
    forum: Forum,
    *,
    starts_on: date = date(2026, 9, 10),
    ends_on: date | None = None,
    title: str = "Hội nghị toàn thể",
    host: Partner | None = None,
    **fields: Any,
) -> ForumMeeting:
    """A meeting of a forum, of one day."""
    days = {"starts_on": starts_on, "ends_on": ends_on or starts_on}
    row = ForumMeeting(forum_id=forum.id, title=title, host_id=_id(host), **{**days, **fields})
    return _kept(session, row, [host] if host else ())


def person(session: Session, *, name: str = "Sato Yuriko", **fields: Any) -> Person:
    """Somebody the department deals with; without a post."""
    return _kept(session, Person(name=name, **fields))


def post(
    session: Session,
    person: Person,
    at: Partner | Organisation,
    *,
    title_vi: str = "Thị trưởng",
    from_on: date | None = date(2024, 4, 1),
    to_on: date | None = None,
    **fields: Any,
) -> Post:
    """A term of office at a partner or an organisation, held until `to_on`."""
    place = "partner_id" if isinstance(at, Partner) else "organisation_id"
    row = Post(
        person_id=person.id, title_vi=title_vi, from_on=from_on, to_on=to_on, **{place: at.id}, **fields
    )
    return _kept(session, row, [at] if isinstance(at, Partner) else ())


def dispute(session: Session, partner: Partner, *, field: str = "friendship_since", **fields: Any) -> Dispute:
    """Two sources that disagree."""
    values = {"value_used": "1994", "value_other": "1995", "source_used": "one", "source_other": "another"}
    row = Dispute(partner_id=partner.id, field=field, **{**values, **fields})
    return _kept(session, row, _many(partner))


# ---- what happens between the city and its partners


def agreement(
    session: Session,
    partners: Partners,
    *,
    signed_on: date | None = date(2024, 10, 15),
    kind: AgreementKind = AgreementKind.mou,
    title: str = "Bản ghi nhớ hợp tác",
    sectors: Iterable[Sector] = (),
    lead_unit: Organisation | None = None,
    units: Iterable[Organisation] = (),
    **fields: Any,
) -> Agreement:
    """A signed paper. It is concrete only with `sectors` and a `lead_unit`."""
    row = Agreement(kind=kind, title=title, signed_on=signed_on, lead_unit_id=_id(lead_unit), **fields)
    _linked(session, row, AgreementPartner, partners)
    session.add_all(AgreementSector(agreement_id=row.id, sector_id=s.id) for s in sectors)
    session.add_all(AgreementUnit(agreement_id=row.id, organisation_id=u.id) for u in units)
    session.flush()
    return row


def visit(
    session: Session,
    partners: Partners,
    *,
    on: date = date(2026, 3, 10),
    direction: DelegationDirection = DelegationDirection.inbound,
    state: DelegationState = DelegationState.completed,
    title: str = "Đoàn công tác",
    level: VisitLevel | None = VisitLevel.working,
    purpose: VisitPurpose | None = VisitPurpose.working,
    **fields: Any,
) -> Delegation:
    """A delegation of one day (`starts_on`, `ends_on` say otherwise), completed. It is ceremonial until a
    follow-up with someone responsible grows out of it."""
    days = {"starts_on": on, "ends_on": on, **fields}
    row = Delegation(direction=direction, state=state, title=title, level=level, purpose=purpose, **days)
    return _linked(session, row, DelegationPartner, partners)


def trip_meeting(
    session: Session, trip: Delegation, *, on: date = date(2026, 7, 1), **fields: Any
) -> DelegationMeeting:
    """A meeting of a trip."""
    return _kept(session, DelegationMeeting(delegation_id=_id(trip), on=on, **fields))


def interaction(
    session: Session,
    partners: Partners,
    *,
    on: date = date(2026, 3, 10),
    channel: Channel = Channel.meeting,
    title: str = "Trao đổi công việc",
    two_way: bool = True,
    **fields: Any,
) -> Interaction:
    """A contact short of a delegation."""
    row = Interaction(on=on, channel=channel, title=title, two_way=two_way, **fields)
    return _linked(session, row, InteractionPartner, partners)


def follow_up(
    session: Session,
    partners: Partners,
    *,
    raised_on: date = date(2026, 3, 10),
    due_on: date = date(2026, 7, 1),
    title: str = "Gửi dự thảo chương trình",
    owed_by: OwedBy = OwedBy.home,
    kind: FollowUpKind = FollowUpKind.proposal,
    assignee: User | None = None,
    unit: Organisation | None = None,
    delegation: Delegation | None = None,
    interaction: Interaction | None = None,
    agreement: Agreement | None = None,
    **fields: Any,
) -> FollowUp:
    """An open promise; `done_on` or `dropped_on` close it. Its source is the record it is given."""
    state = FollowUpState.done if fields.get("done_on") else FollowUpState.open
    if fields.get("dropped_on"):
        state = FollowUpState.dropped
    source = (
        (delegation and FollowUpSource.delegation)
        or (interaction and FollowUpSource.interaction)
        or (agreement and FollowUpSource.agreement)
        or FollowUpSource.manual
    )
    values = {
        "state": state,
        "source": source,
        "original_due_on": due_on,
        "assignee_id": _id(assignee),
        "unit_id": _id(unit),
    }
    row = FollowUp(
        title=title,
        owed_by=owed_by,
        kind=kind,
        raised_on=raised_on,
        due_on=due_on,
        delegation_id=_id(delegation),
        interaction_id=_id(interaction),
        agreement_id=_id(agreement),
        **{**values, **fields},
    )
    return _linked(session, row, FollowUpPartner, partners)


def postponement(
    session: Session, follow_up: FollowUp, *, to: date | None = None, why: str = "Chờ ý kiến", **fields: Any
) -> Postponement:
    """One move of a due date: two weeks unless `to` says otherwise."""
    follow_up = session.merge(follow_up)
    moved = Postponement(
        follow_up_id=follow_up.id,
        from_due=follow_up.due_on,
        to_due=to or follow_up.due_on + timedelta(days=14),
        why=why,
        **{"on": clock.today(), "at": clock.now(), **fields},
    )
    session.add(moved)
    follow_up.due_on = moved.to_due
    record(session, MAKER, "follow_up.postponed", follow_up)
    return moved


def follow_up_progress(
    session: Session, follow_up: FollowUp, *, text: str = "Đang chờ ý kiến", **fields: Any
) -> FollowUpProgress:
    """A dated line on how a follow-up goes."""
    values = {"on": clock.today(), "by": "officer", **fields}
    return _kept(session, FollowUpProgress(follow_up_id=follow_up.id, text=text, **values))


def programme(
    session: Session,
    partners: Partners,
    *,
    sector: Sector | None = None,
    started_on: date | None = date(2026, 1, 10),
    state: ProgrammeState = ProgrammeState.active,
    title: str = "Chương trình hợp tác",
    agreement: Agreement | None = None,
    lead_unit: Organisation | None = None,
    **fields: Any,
) -> Programme:
    """Joint work that has started: the partner is substantive while it is alive."""
    chosen = sector or globals()["sector"](session)
    row = Programme(
        title=title,
        sector_id=chosen.id,
        started_on=started_on,
        state=state,
        agreement_id=_id(agreement),
        lead_unit_id=_id(lead_unit),
        **fields,
    )
    return _linked(session, row, ProgrammePartner, partners)


def milestone(
    session: Session,
    programme: Programme,
    *,
    title: str = "Cột mốc",
    due_on: date | None = None,
    done_on: date | None = None,
    **fields: Any,
) -> Milestone:
    """A milestone; it is progress once `done_on` is set."""
    row = Milestone(programme_id=programme.id, title=title, due_on=due_on, done_on=done_on, **fields)
    return _kept(session, row, _partners_of(session, programme))


def progress(
    session: Session,
    programme: Programme,
    *,
    on: date = date(2026, 5, 10),
    text: str = "Đúng tiến độ",
    **fields: Any,
) -> ProgressNote:
    """A dated line on how a programme goes."""
    row = ProgressNote(programme_id=programme.id, on=on, text=text, **fields)
    return _kept(session, row, _partners_of(session, programme))


def result(
    session: Session,
    programme: Programme,
    *,
    on: date = date(2026, 5, 10),
    level: ResultLevel = ResultLevel.outcome,
    indicator: str = "Số dự án",
    evidence: str | None = "Báo cáo nghiệm thu",
    **fields: Any,
) -> ProgrammeResult:
    """An outcome that is proved; without `evidence` it proves nothing."""
    values = {"actual": 1.0, **fields}
    row = ProgrammeResult(
        programme_id=programme.id, on=on, level=level, indicator=indicator, evidence=evidence, **values
    )
    return _kept(session, row, _partners_of(session, programme))


def review(
    session: Session, partner: Partner, *, on: date = date(2026, 5, 1), **fields: Any
) -> ReviewConfirmation:
    """An officer's word that the file is complete."""
    return _kept(session, ReviewConfirmation(partner_id=partner.id, on=on, **fields), _many(partner))


def cause(
    session: Session,
    partner: Partner,
    cause: Cause = Cause.distance,
    *,
    named_on: date | None = None,
    **fields: Any,
) -> PartnerCause:
    """What a manager named as holding the partner back; in force unless it has an end."""
    row = PartnerCause(partner_id=partner.id, cause=cause, named_on=named_on or clock.today(), **fields)
    return _kept(session, row, _many(partner))


def decision(
    session: Session,
    partner: Partner,
    decision: MeetingDecision = MeetingDecision.no_change,
    *,
    on: date | None = None,
    **fields: Any,
) -> ReviewDecision:
    """What a review meeting of that day decided about a partner."""
    day = on or clock.today()
    meeting = _kept(session, ReviewMeeting(title="Họp rà soát", held_on=day))
    row = ReviewDecision(meeting_id=meeting.id, partner_id=partner.id, decision=decision, on=day, **fields)
    return _kept(session, row, _many(partner))


def pause(
    session: Session,
    partner: Partner,
    *,
    starts_on: date = date(2026, 6, 1),
    until: date | None = date(2026, 12, 1),
    reason: PauseReason = PauseReason.recent_change,
    state: PauseState = PauseState.approved,
    **fields: Any,
) -> Pause:
    """An approved decision to park the relationship."""
    row = Pause(partner_id=partner.id, starts_on=starts_on, until=until, reason=reason, state=state, **fields)
    return _kept(session, row, _many(partner))


def push(
    session: Session,
    partner: Partner,
    *,
    opened_on: date = date(2026, 5, 1),
    deadline: date = date(2026, 11, 1),
    goal: Rung = Rung.substantive,
    rung_then: Rung = Rung.friendship,
    reasons: Iterable[ReasonCode] = (ReasonCode.no_programme,),
    **fields: Any,
) -> Push:
    """A push that was opened some weeks ago; what the evidence makes of it is settled with the commit."""
    codes = [code.value for code in reasons]
    row = Push(partner_id=partner.id, opened_on=opened_on, deadline=deadline, goal=goal,
               rung_then=rung_then, reasons=codes, **fields)  # fmt: skip
    return _kept(session, row, _many(partner))


def plan(session: Session, year: int = 2026, **fields: Any) -> Plan:
    """The plan of a year, without items."""
    return _kept(session, Plan(year=year, **fields))


def plan_item(
    session: Session,
    plan: Plan,
    partners: Partners = (),
    *,
    kind: PlanItemKind = PlanItemKind.delegation,
    direction: DelegationDirection | None = DelegationDirection.outbound,
    title: str = "Đoàn công tác",
    **fields: Any,
) -> PlanItem:
    """Something foreseen; it is done once a record names it (`plan_item_id`)."""
    way = direction if kind == PlanItemKind.delegation else None
    row = PlanItem(plan_id=plan.id, kind=kind, direction=way, title=title, **fields)
    return _linked(session, row, PlanItemPartner, partners)


def policy(session: Session, **months: int) -> PolicyRow:
    """The department's own months; those not named keep the default."""
    return _kept(session, PolicyRow(**months))


def rule(
    session: Session,
    code: ProcedureCode = ProcedureCode.opinions,
    *,
    days: int = 7,
    day_kind: DayKind = DayKind.working,
    valid_from: date = date(2021, 7, 1),
    **fields: Any,
) -> ProcedureRule:
    """A rule for deadlines; without one no deadline can begin."""
    events = dict(zip(ProcedureCode, ProcedureEvent, strict=True))
    values = {"counts_from": events[code], "legal_basis": "Luật 70/2020/QH14", **fields}
    return _kept(
        session, ProcedureRule(code=code, days=days, day_kind=day_kind, valid_from=valid_from, **values)
    )


def holiday(session: Session, on: date, *, name: str = "Nghỉ lễ", **fields: Any) -> Holiday:
    """A day off."""
    return _kept(session, Holiday(on=on, name_vi=name, name_en=name, **fields))


# ---- bound to a database


class Make:
    """Every factory of this module over one database: `make.partner(slug="fukuoka")`.

    Each call is a transaction of its own; within `with make.together():` they share one, which is faster.
    What comes back is detached: its columns can be read, to change it load it in a session of your own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: Session | None = None

    @contextmanager
    def together(self) -> Iterator[Session]:
        """One transaction for all that is made in the block."""
        with self._database.write() as session:
            self._session = session
            try:
                yield session
            finally:
                self._session = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        factory = globals()[name]

        def made(*args: Any, **fields: Any) -> Any:
            if self._session is not None:
                return factory(self._session, *args, **fields)
            with self._database.write() as session:
                return factory(session, *args, **fields)

        return made
