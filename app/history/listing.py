"""History in words: who did what, when and through which door, and each field's old and new value.

Confidential notes are left out for whoever may not read them, whatever the record said at the time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, Permission
from app.files.queries import events_of as files_events
from app.files.queries import told_to
from app.history.names import Names
from app.i18n import Words
from app.models import (
    ApiKey,
    Delegation,
    DelegationMeeting,
    Event,
    EventPartner,
    Interaction,
    Note,
    Partner,
    Person,
)
from app.records.queries import named
from app.standings.reassess import WHOLE
from app.vocabulary import Door

NOTES: dict[str, frozenset[str]] = {
    "delegation": frozenset({"met", "minutes", "report", "note", "note_en"}),
    "delegation_meeting": frozenset({"counterpart", "topic", "result"}),
    "interaction": frozenset({"people", "summary", "note", "note_en"}),
}
# What only the administrator looks into.
_OF_ACCOUNTS = ("user", "api_key", "outbox", "saved_view", "calendar_feed", "webhook")
_URLS = {
    "agreement": "/agreements/{}",
    "delegation": "/delegations/{}",
    "interaction": "/interactions/{}",
    "programme": "/programmes/{}",
    "follow_up": "/follow-ups/{}",
    "plan_item": "/plan/items/{}",
    "push": "/pushes/{}",
    "person": "/people/{}",
    "file": "/files/{}",
    "figure": "/figures/{}",
}
# What names a record in the line that entered it.
_SUBJECTS = ("title", "name_vi", "indicator", "agency", "text", "acronym", "name", "email")
# What a person's events name them by is theirs; who does not see contacts is not told them here either, and
# who does not see people at all nothing that says who they are.
_CONTACTS = {"person": Person.contacts}
_PERSONAL = {"person": Person.personal, "delegation_member": frozenset({"name"})}
_SUBJECTS_OF = {"delegation_member": ("name",), "delegation_meeting": ("topic", "place"), "gift": ("what",)}
_EMPTY: tuple[Any, ...] = (None, False, "", [])
PAGE = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in words; an empty text stands for nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event. `key`: the id of the key that a program presented, told to those who keep the keys.
    `subject`: the name of what was entered. `hidden`: it changed confidential notes that this reader may not
    see."""

    id: int
    at: datetime
    who: str
    key: str | None
    door: Door
    action: str
    record_type: str
    record_id: int
    subject: str | None
    url: str | None
    partners: tuple[tuple[str, str], ...]
    changes: tuple[FieldChange, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """Which history a page asks for; `before` is the id of the last event it has shown."""

    partner_id: int | None = None
    user_id: int | None = None
    api_key_id: int | None = None
    action: str | None = None
    before: int | None = None


def history_of(
    session: Session,
    record_type: str,
    record_id: int,
    actor: Actor,
    spoken: Words,
    *,
    parts: Iterable[tuple[str, Collection[int]]] = (),
    limit: int = 30,
) -> list[HistoryLine]:
    """The latest events of one record and its files, newest first, and of the rows that are `parts` of it
    (type, ids)."""
    ways = [sa.and_(col(Event.record_type) == record_type, col(Event.record_id) == record_id)]
    ways += [sa.and_(col(Event.record_type) == kind, col(Event.record_id).in_(ids)) for kind, ids in parts]
    ways += files_events(record_type, record_id)
    return lines_of(session, actor, spoken, [sa.or_(*ways)], limit)


def latest(
    session: Session, actor: Actor, spoken: Words, looked: Looked, *, limit: int = PAGE
) -> list[HistoryLine]:
    """The latest events of the whole register, or of one partner, user, key or kind of act."""
    return lines_of(session, actor, spoken, _conditions(looked), limit)


def count_lines(session: Session, actor: Actor, looked: Looked) -> int:
    """How many events there are to be told."""
    wanted = [*_conditions(looked), *may_know(actor)]
    return int(session.scalar(sa.select(sa.func.count()).select_from(Event).where(*wanted)) or 0)


def _conditions(looked: Looked) -> list[Any]:
    conditions: list[Any] = []
    if looked.partner_id is not None:
        mine = sa.select(EventPartner.event_id).where(EventPartner.partner_id == looked.partner_id)
        conditions.append(col(Event.id).in_(mine))
    if looked.user_id is not None:
        conditions.append(Event.user_id == looked.user_id)
    if looked.api_key_id is not None:
        conditions.append(Event.api_key_id == looked.api_key_id)
    if looked.action:
        conditions.append(Event.action == looked.action)
    if looked.before is not None:
        conditions.append(col(Event.id) < looked.before)
    return conditions


def actions(session: Session) -> list[str]:
    """Every act the history knows."""
    return sorted(session.scalars(sa.select(Event.action).distinct()))


def may_know(actor: Actor) -> list[Any]:
    """The conditions for events that a reader may know of: accounts are the administrator's; that there is a
    confidential note at all is told to nobody but its author and managers; files to who may see them."""
    found: list[Any] = [told_to(actor)]
    if not actor.can(Permission.administer):
        found.append(col(Event.record_type).not_in(_OF_ACCOUNTS))
    if not actor.can(Permission.manage):
        own = sa.false() if actor.user_id is None else col(Note.created_by_id) == actor.user_id
        kept = sa.select(Note.id).where(col(Note.confidential), sa.not_(sa.func.coalesce(own, sa.false())))
        found.append(sa.or_(col(Event.record_type) != "note", col(Event.record_id).not_in(kept)))
    return found


def lines_of(
    session: Session, actor: Actor, spoken: Words, conditions: list[Any], limit: int
) -> list[HistoryLine]:
    """The events that fit and that the reader may know of, newest first, in words."""
    wanted = [*conditions, *may_know(actor)]
    statement = (
        sa.select(Event, ApiKey.public_id)
        .outerjoin(ApiKey, col(ApiKey.id) == Event.api_key_id)
        .where(*wanted)
        .order_by(col(Event.id).desc())
        .limit(limit)
    )
    found = session.execute(statement).all()
    events = [event for event, _ in found]
    keys = {event.id: key for event, key in found if key and actor.can(Permission.administer)}
    secret = withheld(session, actor, events)
    partners = _partners(session, events, spoken)
    names = Names(session, spoken, events)
    return [_line(event, secret, partners, names, spoken, keys.get(event.id)) for event in events]


def withheld(session: Session, actor: Actor, events: list[Event]) -> dict[int, frozenset[str]]:
    """The fields of each event that the reader may not see: confidential notes, personal data; by the event's
    id. Three statements."""
    kept = _kept(session, actor, events)
    own = _PERSONAL if not actor.sees_people else {} if actor.sees_contacts else _CONTACTS
    found: dict[int, frozenset[str]] = {}
    for event in events:
        notes = NOTES[event.record_type] if (event.record_type, event.record_id) in kept else frozenset()
        found[event.id or 0] = notes | own.get(event.record_type, frozenset())
    return found


def _line(
    event: Event,
    withheld: dict[int, frozenset[str]],
    partners: dict[int, list[tuple[str, str]]],
    names: Names,
    spoken: Words,
    key: str | None,
) -> HistoryLine:
    secret = withheld[event.id or 0]
    told = {name: value for name, value in event.changes.items() if name not in secret}
    own = tuple(partners.get(event.id or 0, ()))
    first = _is_first(event)
    naming = _SUBJECTS_OF.get(event.record_type, _SUBJECTS)
    named_by = next((name for name in naming if told.get(name)), None) if first else None
    subject = names.shown(event.record_type, named_by, told[named_by][1]) if named_by else None
    url = _URLS[event.record_type].format(event.record_id) if event.record_type in _URLS else None
    return HistoryLine(
        id=event.id or 0,
        at=event.at,
        who=event.actor_name,
        key=key,
        door=event.door,
        action=event.action,
        record_type=event.record_type,
        record_id=event.record_id,
        subject=subject,
        url=url,
        partners=own,
        changes=() if first else tuple(_changes(event.record_type, told, names, spoken)),
        hidden=len(told) < len(event.changes),
    )


def _is_first(event: Event) -> bool:
    """Whether the event entered its record: what a record began with is not repeated field by field."""
    return len(event.changes) > 1 and all(old in _EMPTY for old, _ in event.changes.values())


def _changes(kind: str, told: dict[str, Any], names: Names, spoken: Words) -> Iterable[FieldChange]:
    for name, (old, new) in told.items():
        if name.endswith("precision") or name == WHOLE:
            continue
        known = told.get(f"{name.removesuffix('_on').removesuffix('_since')}_precision", (None, None))
        yield FieldChange(
            _field(spoken, kind, name),
            names.shown(kind, name, old, known[0]),
            names.shown(kind, name, new, known[1]),
        )


def _field(spoken: Words, kind: str, name: str) -> str:
    """A field's words: the record's own, else those all records share."""
    for context in (f"{kind}_field", "field"):
        if spoken.has(context, name):
            return spoken.word(context, name)
    return name


def _kept(session: Session, actor: Actor, events: list[Event]) -> set[tuple[str, int]]:
    """The records whose notes this reader may not see; three statements."""
    found: set[tuple[str, int]] = set()
    trips, talks, meetings = (
        {event.record_id for event in events if event.record_type == kind}
        for kind in ("delegation", "interaction", "delegation_meeting")
    )
    of_meetings = (
        sa.select(DelegationMeeting.id, Delegation.created_by_id)
        .join(Delegation, col(Delegation.id) == DelegationMeeting.delegation_id)
        .where(col(DelegationMeeting.id).in_(meetings), col(Delegation.confidential).is_(True))
    )
    for kind, statement in (
        ("delegation", _confidential(Delegation).where(col(Delegation.id).in_(trips))),
        ("interaction", _confidential(Interaction).where(col(Interaction.id).in_(talks))),
        (
            "delegation_meeting",
            of_meetings.where(
                col(DelegationMeeting.id).in_(meetings), col(Delegation.confidential).is_(True)
            ),
        ),
    ):
        found |= {
            (kind, key) for key, author in session.execute(statement) if not actor.may_read_notes(author)
        }
    return found


def _confidential(table: type[Delegation] | type[Interaction]) -> Any:
    return sa.select(table.id, table.created_by_id).where(col(table.confidential).is_(True))


def _partners(session: Session, events: list[Event], spoken: Words) -> dict[int, list[tuple[str, str]]]:
    """The partners of events as (slug, name), by event."""
    name = named(Partner, spoken.locale)
    statement = (
        sa.select(EventPartner.event_id, Partner.slug, name)
        .join(Partner, col(Partner.id) == EventPartner.partner_id)
        .where(col(EventPartner.event_id).in_([event.id for event in events]))
        .order_by(name)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for event_id, slug, text in session.execute(statement):
        found[event_id].append((slug, text))
    return found
