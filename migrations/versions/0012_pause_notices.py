"""what is told of pauses: asked for, decided, over

Revision: 0012
Follows: 0011
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = (
    "mentioned", "assigned", "digest", "report_overdue", "agreement_ending", "push_reached",
    "push_not_reached",
)  # fmt: skip
_NEW = ("pause_asked", "pause_approved", "pause_declined", "pause_ended")


def upgrade() -> None:
    """Apply."""
    _recode((*_KINDS, *_NEW))


def downgrade() -> None:
    """Undo. What was told of pauses is forgotten; the pauses stay."""
    op.execute(f"DELETE FROM notice WHERE kind IN ({', '.join(repr(code) for code in _NEW)})")  # noqa: S608
    _recode(_KINDS)


def _recode(codes: Iterable[str]) -> None:
    """Let a notice be of these kinds."""
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_notice_kind"), type_="check")
        among = sa.text(f"kind IN ({', '.join(repr(code) for code in codes)})")
        batch_op.create_check_constraint(op.f("ck_notice_notice_kind"), among)
