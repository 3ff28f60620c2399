"""What a play was when it came with the installation."""

from typing import Any

from app.models import PlayRow
from app.standing import DEFAULT_PLAYS


def default_of(play: PlayRow) -> dict[str, Any] | None:
    """The values that came with the installation; None for a play of the department's own."""
    for place, it in enumerate(DEFAULT_PLAYS, 1):
        if (it.code, it.reason, it.owed_by) == (play.code, play.reason, play.owed_by):
            return {
                "title_vi": None,
                "title_en": None,
                "kind": it.kind,
                "due_in": it.due_in,
                "who": it.who,
                "position": 10 * place,
                "active": True,
            }
    return None


def is_default(play: PlayRow) -> bool:
    """Whether a play is as it came with the installation."""
    found = default_of(play)
    return found is not None and all(getattr(play, name) == value for name, value in found.items())
