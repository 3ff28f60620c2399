"""Plays: added, changed, put back to their default, taken out. Every standing's proposal follows at once."""

from sqlmodel import Session

from app import clock
from app.actor import Actor
from app.errors import Conflict, NotFound, Refused, Stale
from app.history import record
from app.models import PlayRow
from app.playbook.defaults import default_of
from app.playbook.schemas import PlayIn, PlayPatch
from app.standing import StepCode


def get(session: Session, play_id: int) -> PlayRow:
    """One play; raises NotFound."""
    row = session.get(PlayRow, play_id)
    if row is None or row.archived_at is not None:
        raise NotFound("play")
    return row


def add(session: Session, actor: Actor, data: PlayIn) -> PlayRow:
    """A play of the department's own."""
    play = PlayRow(code=StepCode.custom, **data.model_dump())
    session.add(play)
    record(session, actor, "play.added", play)
    return play


def change(session: Session, actor: Actor, play: PlayRow, data: PlayPatch, *, version: int) -> PlayRow:
    """Change a play. Raises Stale; Refused where one title would be left without the other."""
    if play.version != version:
        raise Stale(play)
    for name in data.model_fields_set:
        value = getattr(data, name)
        if value is not None or name in ("title_vi", "title_en"):
            setattr(play, name, value)
    own = play.code == StepCode.custom
    for name, other in (("title_vi", "title_en"), ("title_en", "title_vi")):
        if getattr(play, name) is None and (own or getattr(play, other) is not None):
            session.expire(play)
            raise Refused("both_titles", field=name)
    record(session, actor, "play.changed", play)
    return play


def restore(session: Session, actor: Actor, play: PlayRow, *, version: int) -> PlayRow:
    """Put a play back to what came with the installation. Raises Stale, Conflict for one of the department's
    own."""
    if play.version != version:
        raise Stale(play)
    found = default_of(play)
    if found is None:
        raise Conflict("no_default")
    for name, value in found.items():
        setattr(play, name, value)
    record(session, actor, "play.restored", play)
    return play


def remove(session: Session, actor: Actor, play: PlayRow, *, version: int) -> None:
    """Take out a play of the department's own. Raises Stale; Conflict for a default one: it is switched off
    instead, so that it can be put back."""
    if play.version != version:
        raise Stale(play)
    if play.code != StepCode.custom:
        raise Conflict("default_play")
    play.archived_at = clock.now()
    record(session, actor, "play.removed", play)
