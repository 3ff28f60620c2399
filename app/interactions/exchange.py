"""When a contact went both ways: of itself, or because an answer to it is on file."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.models import Interaction


def is_answered() -> Any:
    """Whether an answer names the contact of the surrounding statement. An answer in the trash is none."""
    answer = aliased(Interaction)
    found = sa.exists().where(col(answer.answers_id) == Interaction.id, col(answer.archived_at).is_(None))
    return found.correlate(Interaction)


def went_both_ways() -> Any:
    """Whether the contact of the surrounding statement warms the relation: it was an exchange, or a letter
    that was answered since. Derived, so that it ends when the answer proves to be a mistake."""
    return sa.or_(col(Interaction.two_way).is_(True), is_answered())
