"""What has become of a promise, as conditions: it waits, it arrived (`done_at`), or it was given up.

One that was given up and then marked as not to be sent (after the restoring of a copy) is done.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.models import Outbox


def waits(table: Any = Outbox) -> Any:
    """Neither arrived nor given up."""
    return sa.and_(col(table.done_at).is_(None), col(table.dead_at).is_(None))


def dead(table: Any = Outbox) -> Any:
    """Given up: nothing tries it again by itself."""
    return sa.and_(col(table.done_at).is_(None), col(table.dead_at).is_not(None))


def in_lane(topic: str) -> Any:
    """Delivered in order under this very topic."""
    return col(Outbox.topic) == topic


def under(topic: str) -> Any:
    """In a lane of its own below a topic."""
    return col(Outbox.topic).startswith(f"{topic}:", autoescape=True)
