"""The lines of a trip: members, meetings, gifts. A list that is sent replaces the lines there are."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.delegations.schemas import GiftIn, MeetingIn, MemberIn
from app.errors import Refused
from app.history import record
from app.models import Delegation, DelegationMeeting, DelegationMember, Gift, Person, Record
from app.schemas import Input
from app.standing import counted_on

R = TypeVar("R", bound=Record)


def store_members(session: Session, actor: Actor, trip: Delegation, items: Sequence[MemberIn]) -> bool:
    """Make these the members; whether anything changed. Who does not see people sends back a line as it was
    read, without its name: that stays. Raises Refused for two leaders, a line that names nobody or a person
    who is not on file."""
    if sum(item.leads for item in items) > 1:
        second = [place for place, item in enumerate(items) if item.leads][1]
        raise Refused("one_leader", field=f"members-{second}-leads")
    names = _persons(session, trip, items)
    unseen = {} if actor.sees_people else {it.id: it.name for it in live(session, DelegationMember, trip.id)}

    def values(place: int, item: MemberIn) -> dict[str, Any]:
        if item.person is None and item.name is None and item.id not in unseen:
            raise Refused("required", field=f"members-{place}-name")
        if item.person is not None and item.person not in names:
            raise Refused("unknown_person", field=f"members-{place}-name")
        name = item.name or (names.get(item.person) if item.person else unseen.get(item.id))
        return {"person_id": item.person, "position": place, "name": name,
                "title": item.title, "unit": item.unit, "leads": item.leads}  # fmt: skip

    return _store(session, actor, trip, DelegationMember, items, values)


def _persons(session: Session, trip: Delegation, items: Sequence[MemberIn]) -> dict[int, str]:
    """The names of the people that the lines refer to. Who was erased is on file no more, but stays, without
    a name, in the line of a trip that has it already."""
    wanted = {item.person for item in items if item.person is not None}
    statement = select(Person.id, Person.name).where(
        col(Person.id).in_(wanted), col(Person.archived_at).is_(None), col(Person.erased_at).is_(None)
    )
    there = {it.person_id: it.name for it in live(session, DelegationMember, trip.id) if it.person_id}
    with session.no_autoflush:
        return there | {key: name for key, name in session.exec(statement) if key is not None}


def store_meetings(
    session: Session, actor: Actor, trip: Delegation, items: Sequence[MeetingIn], partners: dict[str, int]
) -> bool:
    """Make these the meetings; whether anything changed. `partners` are those of the trip, by slug. Raises
    Refused for a meeting outside the trip, or with a partner that the trip does not visit."""

    def values(place: int, item: MeetingIn) -> dict[str, Any]:
        if item.partner is not None and item.partner not in partners:
            raise Refused("not_of_this_trip", field=f"meetings-{place}-partner")
        if is_outside(trip, item.on):
            raise Refused("outside_the_trip", field=f"meetings-{place}-on")
        plain = item.model_dump(exclude={"id", "partner"})
        return {**plain, "partner_id": partners.get(item.partner or "")}

    return _store(session, actor, trip, DelegationMeeting, items, values)


def is_outside(trip: Delegation, day: date) -> bool:
    """Whether a day lies before or after a trip, as far as the trip's own days are known."""
    return not trip.starts_on <= day <= counted_on(trip.ends_on, trip.ends_precision)


def store_gifts(session: Session, actor: Actor, trip: Delegation, items: Sequence[GiftIn]) -> bool:
    """Make these the gifts; whether anything changed."""
    return _store(session, actor, trip, Gift, items, lambda _place, item: item.model_dump(exclude={"id"}))


def live(session: Session, table: type[R], delegation_id: int | None) -> list[R]:
    """The lines of one kind that are not taken out."""
    kind: Any = table
    found = select(kind).where(kind.delegation_id == delegation_id, kind.archived_at.is_(None))
    with session.no_autoflush:
        return list(session.exec(found.order_by(kind.id)))


def _store(
    session: Session,
    actor: Actor,
    trip: Delegation,
    table: type[Any],
    items: Sequence[Any],
    values: Callable[[int, Any], dict[str, Any]],
) -> bool:
    """Change lines that are named by their id, add the others, archive those no longer sent. Each is told in
    the history by itself, so that what is personal in it can be erased with the person."""
    there = {row.id: row for row in live(session, table, trip.id)}
    added, amended, removed = _ACTIONS[table]
    changed = False
    for place, item in enumerate(items):
        row = there.pop(_line_id(item), None)
        action = amended if row else added
        row = row or table(delegation_id=trip.id, is_demo=trip.is_demo)
        for name, value in values(place, item).items():
            setattr(row, name, value)
        changed |= record(session, actor, action, row) is not None
    for row in there.values():
        row.archived_at = clock.now()
        record(session, actor, removed, row)
    return changed or bool(there)


def _line_id(item: Input) -> int | None:
    found: int | None = getattr(item, "id", None)
    return found


_ACTIONS: dict[type[Any], tuple[str, str, str]] = {
    DelegationMember: (
        "delegation.member_added",
        "delegation.member_changed",
        "delegation.member_removed",
    ),
    DelegationMeeting: (
        "delegation.meeting_added",
        "delegation.meeting_changed",
        "delegation.meeting_removed",
    ),
    Gift: ("delegation.gift_added", "delegation.gift_changed", "delegation.gift_removed"),
}
