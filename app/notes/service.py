"""Notes: added, changed, archived, brought back; whoever is named in one is told."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor, Permission
from app.auth.sessions import actor_of
from app.errors import Forbidden, NotFound, Refused, Stale
from app.history import record
from app.models import Mention, Note, Partner, User
from app.notes.mail import promise_mention
from app.notes.mentions import Colleague, SeveralMeant, named_in
from app.notes.schemas import NoteIn, NotePatch
from app.notices import service as notices
from app.vocabulary import Door, NoticeKind


def get(session: Session, actor: Actor, partner: Partner, note_id: int, *, archived: bool = False) -> Note:
    """A note on a partner; raises NotFound also for one that the caller may not know of."""
    note = session.get(Note, note_id)
    if (
        note is None
        or note.partner_id != partner.id
        or (note.archived_at is not None) != archived
        or (note.confidential and not actor.may_read_notes(note.created_by_id))
    ):
        raise NotFound("note")
    return note


def add(session: Session, actor: Actor, partner: Partner, data: NoteIn, *, is_demo: bool = False) -> Note:
    """Write a note and tell those who are named in it.

    Raises Refused where a name fits two colleagues, or one who may not read it is named.
    """
    assert partner.id is not None
    note = Note(partner_id=partner.id, text=data.text, confidential=data.confidential, is_demo=is_demo)
    named = _named(session, note, author_id=actor.user_id)
    record(session, actor, "note.added", note, partners=[partner.id])
    _mention(session, actor, note, named)
    return note


def change(session: Session, actor: Actor, note: Note, data: NotePatch, *, version: int) -> Note:
    """Change a note: its author or a manager. Raises Forbidden, Stale, and Refused as `add` does.

    A confidential note stays so: its history holds what was confidential. To tell everybody, write another.
    """
    _may_change(actor, note, version)
    if note.confidential and data.confidential is False:
        raise Refused("stays_confidential", field="confidential")
    if data.text is not None:
        note.text = data.text
    if data.confidential:
        note.confidential = True
    with session.no_autoflush:
        named = _named(session, note, author_id=note.created_by_id)
        readers = _readers(session, note)
    if record(session, actor, "note.changed", note, partners=[note.partner_id]) is not None:
        _mention(session, actor, note, named)
        if note.confidential:
            notices.withdraw(session, "note", note.id or 0, but_for=readers)
    return note


def archive(session: Session, actor: Actor, note: Note, *, version: int) -> Note:
    """Take a note off the partner's page; nobody is told of it any more."""
    _may_change(actor, note, version)
    note.archived_at = clock.now()
    record(session, actor, "note.archived", note, partners=[note.partner_id])
    notices.withdraw(session, "note", note.id or 0)
    return note


def restore(session: Session, actor: Actor, note: Note, *, version: int) -> Note:
    """Bring an archived note back."""
    _may_change(actor, note, version)
    note.archived_at = None
    record(session, actor, "note.restored", note, partners=[note.partner_id])
    return note


def _may_change(actor: Actor, note: Note, version: int) -> None:
    own = actor.user_id is not None and note.created_by_id == actor.user_id
    if not own and not actor.can(Permission.manage):
        raise Forbidden("not_your_note")
    if note.version != version:
        raise Stale(note)


def _active(session: Session) -> list[User]:
    statement = sa.select(User).where(col(User.disabled_at).is_(None), col(User.archived_at).is_(None))
    return list(session.scalars(statement))


def _named(session: Session, note: Note, *, author_id: int | None) -> list[Colleague]:
    """Who is named in a note. Raises Refused when one of them may not read it."""
    if "@" not in note.text:
        return []
    users = {user.id or 0: user for user in _active(session)}
    try:
        named = named_in(note.text, [Colleague(key, user.name, user.email) for key, user in users.items()])
    except SeveralMeant as several:
        raise Refused("mention_ambiguous", field="text", name=several.name) from None
    if note.confidential:
        for who in named:
            if not actor_of(users[who.id], Door.page).may_read_notes(author_id):
                raise Refused("mention_cannot_read", field="text", name=who.name)
    return named


def _readers(session: Session, note: Note) -> list[int]:
    """Those who may read a confidential note."""
    users = _active(session) if note.confidential else []
    return [u.id for u in users if u.id and actor_of(u, Door.page).may_read_notes(note.created_by_id)]


def _mention(session: Session, actor: Actor, note: Note, named: Iterable[Colleague]) -> None:
    """Keep who is named, and tell those who were not told before; nobody tells themselves."""
    assert note.id is not None
    before = set(session.scalars(sa.select(Mention.user_id).where(col(Mention.note_id) == note.id)))
    now = {who.id for who in named}
    gone = sa.delete(Mention).where(col(Mention.note_id) == note.id, col(Mention.user_id).in_(before - now))
    if before - now:
        session.execute(gone)
    session.add_all(Mention(note_id=note.id, user_id=key) for key in sorted(now - before))
    for user_id in sorted(now - before - {actor.user_id or 0}):
        key = f"mention:{note.id}:{user_id}"
        notices.notify(
            session,
            user_id,
            NoticeKind.mentioned,
            record=("note", note.id),
            payload={"by": actor.name},
            dedupe_key=key,
        )
        promise_mention(session, actor, note, user_id, key)
    session.flush()
