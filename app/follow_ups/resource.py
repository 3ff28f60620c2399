"""Follow-ups as programs read them: the filters, the order, the rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import AfterValidator, Field
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.errors import NotFound, Refused
from app.fields import IS_DEMO, VERSION, like
from app.follow_ups.asking import check_units
from app.follow_ups.filters import Reckoned
from app.follow_ups.queries import reckoned, within
from app.follow_ups.schemas import Assignee, Due, Reaction, ReactionDue, Side, UnitInCharge
from app.lists import Order, Part, ranked
from app.models import FollowUp, FollowUpPartner, Organisation, Partner, User
from app.partners.filters import Several
from app.schemas import Blank, Day, Maybe, Name, refuse
from app.text import like_words
from app.vocabulary import FollowUpKind, FollowUpSource, FollowUpState, OwedBy, Priority, ReasonCode

SORTS = ("due_on", "raised_on", "priority", "id")


def _sort(value: str) -> str:
    if value.removeprefix("-") not in SORTS:
        raise refuse("bad_sort")
    return value


class FollowUpQuery(Reckoned):
    """Filters, order and page of a list over follow-ups."""

    q: Annotated[Maybe[Name], Field(description="Words of the title.")] = None
    state: Annotated[
        Several[FollowUpState], Field(description="What is late is `open`, with a `due_before` of today.")
    ] = ()
    owed_by: Annotated[
        Several[OwedBy], Field(description="Who has to do it: the city (`home`) or the partner.")
    ] = ()
    kind: Annotated[Several[FollowUpKind], Field(description="What kind of action it is.")] = ()
    partner: Annotated[Several[Name], Field(description="Slugs of partners.")] = ()
    assignee: Annotated[Several[Name], Field(description="E-mail addresses.")] = ()
    unit: Annotated[Several[Name], Field(description="Codes of units.")] = ()
    due_before: Annotated[Day | None, Blank, Field(description="Due before this day.")] = None
    due_after: Annotated[Day | None, Blank, Field(description="Due after this day.")] = None
    sort: Annotated[
        str,
        Field(max_length=40, description=f"{', '.join(SORTS)}; a leading - reverses it."),
        AfterValidator(_sort),
    ] = "due_on"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="From `next` of the page before.")] = (
        None
    )


@dataclass(slots=True)
class PartnerNamed:
    """A partner by its id and its names."""

    id: str
    name_vi: str
    name_en: str


@dataclass(slots=True)
class FollowUpJson:
    """Something one side said it would do. `reason` and `delegation` tell of the partner: they are null for a
    key that sees its own unit's work alone."""

    id: int
    version: Annotated[int, VERSION]
    title: str
    partners: Annotated[list[str], Field(description="Slugs of the partners it concerns.")]
    partners_named: list[PartnerNamed]
    owed_by: Annotated[OwedBy, like(Side)]
    kind: FollowUpKind
    deepens: Annotated[bool, Field(description="Whether work of its kind deepens the tie.")]
    priority: Priority
    state: Annotated[FollowUpState, Field(description="Overdue is an open one whose `due_on` is over.")]
    assignee: Annotated[str | None, like(Assignee)]
    unit: Annotated[str | None, like(UnitInCharge)]
    raised_on: Annotated[date, Field(description="The day on which it was agreed or entered.")]
    due_on: Annotated[date, like(Due)]
    original_due_on: Annotated[date, Field(description="The day it was first due, before it was postponed.")]
    done_on: date | None
    dropped_on: date | None
    outcome: Annotated[str | None, Field(description="What came of it; of a dropped one, why.")]
    expected_reaction: Annotated[str | None, like(Reaction)]
    reaction_due_on: Annotated[date | None, like(ReactionDue)]
    source: Annotated[FollowUpSource, Field(description="What it grew out of.")]
    reason: Annotated[
        ReasonCode | None, Field(description="The reason of a standing for which it was proposed.")
    ]
    delegation: Annotated[int | None, Field(description="Id of the delegation on which it was agreed.")]
    is_demo: Annotated[bool, IS_DEMO]


# Tables and not classes: a page of rows then costs half.
_work, _user, _unit = FollowUp.__table__, User.__table__, Organisation.__table__  # type: ignore[attr-defined]
_SORTED: dict[str, Any] = {
    "due_on": _work.c.due_on,
    "raised_on": _work.c.raised_on,
    "priority": ranked(_work.c.priority, Priority),
}


def ordering(sort: str) -> list[Order]:
    """The order of a list, made total by the id."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key == "id":
        return [Order(col(FollowUp.id), down)]
    return [Order(_SORTED[key], down), Order(col(FollowUp.id))]


def list_json(
    session: Session, query: FollowUpQuery, actor: Actor, part: Part
) -> list[tuple[FollowUpJson, tuple[Any, ...]]]:
    """Follow-ups that fit and that the actor may know of, each with the values it is sorted by; two queries,
    and one a looked-up filter."""
    known = within(session, actor)
    if not known:  # to others it is not told which partners, people and units there are
        _check_known(session, query)
    order = ordering(query.sort)
    keys = [step.expression.label(f"key_{place}") for place, step in enumerate(order)]
    statement = _statement(*keys).where(*known, *_conditions(query))
    rows = part.rows(session, statement, order)
    partners = _partners(session, [row.id for row in rows])
    return [(seen_by(actor, _json(row, partners[row.id])), tuple(row[-len(keys) :])) for row in rows]


def seen_by(actor: Actor, found: FollowUpJson) -> FollowUpJson:
    """The same without what tells of the partner, for who may not read of partners."""
    return found if actor.can(Permission.read) else replace(found, reason=None, delegation=None)


def one_json(session: Session, follow_up_id: int) -> FollowUpJson:
    """One follow-up; raises NotFound."""
    row = session.execute(
        _statement().where(FollowUp.id == follow_up_id, col(FollowUp.archived_at).is_(None))
    ).first()
    if row is None:
        raise NotFound("follow_up")
    return _json(row, _partners(session, [follow_up_id])[follow_up_id])


def several_json(session: Session, ids: Sequence[int]) -> list[FollowUpJson]:
    """Some follow-ups, in the order of their ids; two statements."""
    rows = session.execute(_statement().where(col(FollowUp.id).in_(ids)).order_by(col(FollowUp.id))).all()
    partners = _partners(session, list(ids))
    return [_json(row, partners[row.id]) for row in rows]


def _statement(*more: Any) -> Any:
    return sa.select(_work, _user.c.email, _unit.c.code, *more).select_from(
        _work.outerjoin(_user, _user.c.id == _work.c.assignee_id).outerjoin(
            _unit, _unit.c.id == _work.c.unit_id
        )
    )


def _conditions(query: FollowUpQuery) -> list[Any]:
    found: list[Any] = [col(FollowUp.archived_at).is_(None)]
    plain = {"state": FollowUp.state, "owed_by": FollowUp.owed_by, "kind": FollowUp.kind}
    found += [col(column).in_(values) for name, column in plain.items() if (values := getattr(query, name))]
    if query.assignee:
        found.append(col(User.email).in_([email.lower() for email in query.assignee]))
    if query.unit:
        found.append(col(Organisation.code).in_(query.unit))
    if query.partner:
        links = sa.select(FollowUpPartner.follow_up_id).join(
            Partner, col(Partner.id) == FollowUpPartner.partner_id
        )
        found.append(col(FollowUp.id).in_(links.where(col(Partner.slug).in_(query.partner))))
    if query.due_before:
        found.append(col(FollowUp.due_on) < query.due_before)
    if query.due_after:
        found.append(col(FollowUp.due_on) > query.due_after)
    found += reckoned(query)
    words = like_words(query.q or "")
    return found + [col(FollowUp.search_text).like(f"%{word}%", escape="\\") for word in words]


def _check_known(session: Session, query: FollowUpQuery) -> None:
    lookups = (("partner", Partner.slug), ("assignee", User.email), ("unit", Organisation.code))
    for name, column in lookups:
        wanted = {v.lower() if name == "assignee" else v for v in getattr(query, name)}
        if wanted and wanted - set(session.scalars(sa.select(column).where(col(column).in_(wanted)))):
            raise Refused("unknown_value", field=name, name=name)
    check_units(session, query)


def _partners(session: Session, ids: list[int]) -> dict[int, list[PartnerNamed]]:
    found: dict[int, list[PartnerNamed]] = defaultdict(list)
    statement = (
        sa.select(FollowUpPartner.follow_up_id, Partner.slug, Partner.name_vi, Partner.name_en)
        .join(Partner, col(Partner.id) == FollowUpPartner.partner_id)
        .where(col(FollowUpPartner.follow_up_id).in_(ids))
        .order_by(Partner.slug)
    )
    for key, *named in session.execute(statement):
        found[key].append(PartnerNamed(*named))
    return found


def _json(row: Any, partners: list[PartnerNamed]) -> FollowUpJson:
    return FollowUpJson(
        id=row.id,
        version=row.version,
        title=row.title,
        partners=[partner.id for partner in partners],
        partners_named=partners,
        owed_by=row.owed_by,
        kind=row.kind,
        deepens=row.kind.deepens,
        priority=row.priority,
        state=row.state,
        assignee=row.email,
        unit=row.code,
        raised_on=row.raised_on,
        due_on=row.due_on,
        original_due_on=row.original_due_on,
        done_on=row.done_on,
        dropped_on=row.dropped_on,
        outcome=row.outcome,
        expected_reaction=row.expected_reaction,
        reaction_due_on=row.reaction_due_on,
        source=row.source,
        reason=row.reason,
        delegation=row.delegation_id,
        is_demo=row.is_demo,
    )
