"""Forums: entered, changed, who belongs to them and when they meet."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.errors import Conflict, NotFound, Refused, Stale
from app.forums.schemas import ForumIn, ForumPatch, KnownForum, MeetingIn, MeetingPatch, MemberIn
from app.history import record
from app.models import Forum, ForumMeeting, ForumMembership
from app.partners.queries import ids_of
from app.standing import counted_on
from app.text import slugify
from app.vocabulary import DatePrecision

_FIELDS = (
    "acronym", "name_vi", "name_en", "founded_year", "basis", "joined_on", "joined_precision", "source",
    "note", "note_en",
)  # fmt: skip
_NEVER_EMPTY = ("acronym", "name_vi", "name_en", "basis")
# Words that addresses need themselves: /forums/new.
_WORDS = frozenset({"new"})


def get_forum(session: Session, code: str) -> Forum:
    """One forum by its code; raises NotFound."""
    found = session.exec(select(Forum).where(Forum.code == code, col(Forum.archived_at).is_(None))).first()
    if found is None:
        raise NotFound("forum")
    return found


def get_meeting(session: Session, forum: Forum, meeting_id: int) -> ForumMeeting:
    """One meeting of a forum; raises NotFound."""
    found = session.get(ForumMeeting, meeting_id)
    if found is None or found.archived_at is not None or found.forum_id != forum.id:
        raise NotFound("forum_meeting")
    return found


def add_forum(session: Session, actor: Actor, data: ForumIn) -> Forum:
    """Enter a forum. Raises Refused for a code that is taken."""
    code = data.code or _free_code(session, data)
    taken = sa.select(Forum.id).where(col(Forum.code) == code)
    if code in _WORDS or session.scalar(taken) is not None:
        raise Refused("code_taken", field="code")
    known = data.facts.model_dump() if isinstance(data, KnownForum) else {}
    facts = {name: value for name, value in known.items() if value}
    own = {name: value for name in _FIELDS if (value := getattr(data, name)) is not None}
    forum = Forum(code=code, **{**facts, **own})
    record(session, actor, "forum.added", forum)
    return forum


def change_forum(session: Session, actor: Actor, forum: Forum, data: ForumPatch, *, version: int) -> Forum:
    """Change a forum. Raises Stale."""
    _at(forum, version)
    for name in _FIELDS:
        value = getattr(data, name)
        if name in data.model_fields_set and not (value is None and name in _NEVER_EMPTY):
            setattr(forum, name, value)
    if session.is_modified(forum):
        record(session, actor, "forum.changed", forum)
    return forum


def add_member(session: Session, actor: Actor, forum: Forum, data: MemberIn) -> ForumMembership:
    """Enter a partner as member of a forum. Raises Refused for an unknown one, or one that is a member."""
    assert forum.id is not None
    partner_id = ids_of(session, [data.partner], "partner")[0]
    if session.get(ForumMembership, (forum.id, partner_id)) is not None:
        raise Refused("already_member", field="partner")
    member = ForumMembership(forum_id=forum.id, partner_id=partner_id, basis=data.basis, source=data.source)
    session.add(member)
    told = {"member": (None, data.partner)}
    record(session, actor, "forum.member_added", forum, partners=[partner_id], more=told)
    return member


def remove_member(session: Session, actor: Actor, forum: Forum, slug: str, *, version: int) -> None:
    """End a partner's membership. Raises Stale, and NotFound for one that is no member."""
    _at(forum, version)
    assert forum.id is not None
    try:
        partner_id = ids_of(session, [slug], "partner")[0]
    except Refused:
        raise NotFound("partner") from None
    member = session.get(ForumMembership, (forum.id, partner_id))
    if member is None:
        raise NotFound("partner")
    session.delete(member)
    record(
        session, actor, "forum.member_removed", forum, partners=[partner_id], more={"member": (slug, None)}
    )


def add_meeting(
    session: Session, actor: Actor, forum: Forum, data: MeetingIn, *, source_key: str | None = None,
    is_demo: bool = False,
) -> ForumMeeting:  # fmt: skip
    """Enter a meeting, past or coming. Raises Refused where it ends before it starts."""
    assert forum.id is not None
    day = data.starts_on
    meeting = ForumMeeting(
        forum_id=forum.id,
        title=data.title,
        starts_on=day,
        ends_on=day,
        source_key=source_key,
        is_demo=is_demo,
    )
    _fill(session, meeting, data)
    record(session, actor, "forum.meeting_added", meeting, partners=_host(meeting))
    return meeting


def change_meeting(
    session: Session, actor: Actor, meeting: ForumMeeting, data: MeetingPatch, *, version: int
) -> ForumMeeting:
    """Change a meeting. Raises Stale, Refused."""
    _at(meeting, version)
    before = _host(meeting)
    with session.no_autoflush:
        _fill(session, meeting, data)
    if session.is_modified(meeting):
        partners = {*before, *_host(meeting)}
        record(session, actor, "forum.meeting_changed", meeting, partners=partners)
    return meeting


def remove_meeting(session: Session, actor: Actor, meeting: ForumMeeting, *, version: int) -> None:
    """Take out a meeting that will not be held, or was entered by mistake. Raises Stale."""
    _at(meeting, version)
    meeting.archived_at = clock.now()
    record(session, actor, "forum.meeting_removed", meeting, partners=_host(meeting))


def _at(row: Forum | ForumMeeting, version: int) -> None:
    if row.version != version:
        raise Stale(row)


def _fill(session: Session, meeting: ForumMeeting, data: MeetingPatch) -> None:
    given = data.model_fields_set
    changes: dict[str, Any] = {
        name: getattr(data, name) for name in ("title_en", "place", "source") if name in given
    }
    if "host" in given:
        changes["host_id"] = ids_of(session, [data.host], "host")[0] if data.host else None
    if data.title is not None:
        changes["title"] = data.title
    starts_was = (meeting.starts_on, meeting.starts_precision)
    one_day = starts_was == (meeting.ends_on, meeting.ends_precision)
    if data.starts_on is not None:
        changes |= {
            "starts_on": data.starts_on,
            "starts_precision": data.starts_precision or DatePrecision.day,
        }
    if data.ends_on is not None:
        changes |= {"ends_on": data.ends_on, "ends_precision": data.ends_precision or DatePrecision.day}
    elif "ends_on" in given or (one_day and data.starts_on is not None):
        start = changes.get("starts_on", meeting.starts_on)
        changes |= {
            "ends_on": start,
            "ends_precision": changes.get("starts_precision", meeting.starts_precision),
        }
    for name, value in changes.items():
        setattr(meeting, name, value)
    if counted_on(meeting.ends_on, meeting.ends_precision) < meeting.starts_on:
        raise Refused("end_before_start", field="ends_on")


def _host(meeting: ForumMeeting) -> list[int]:
    return [meeting.host_id] if meeting.host_id is not None else []


def _free_code(session: Session, data: ForumIn) -> str:
    """The acronym, or the English name, as a code that nobody has."""
    made = (slugify(data.acronym) or slugify(data.name_en) or slugify(data.name_vi))[:34].strip("-")
    if not made or not made[0].isalpha():
        made = f"forum-{made}".strip("-")[:34]
    wanted = [made, *(f"{made}-{n}" for n in range(2, 100))]
    taken = set(session.scalars(sa.select(Forum.code).where(col(Forum.code).in_(wanted))))
    free = next((code for code in wanted if code not in taken), None)
    if free is None:
        raise Conflict("conflict", field="code")
    return free
