"""keys: from where they may come, when they were used, and a second secret while one is replaced

Revision: 0013
Follows: 0012
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KINDS = (
    "mentioned", "assigned", "digest", "report_overdue", "agreement_ending", "push_reached",
    "push_not_reached", "pause_asked", "pause_approved", "pause_declined", "pause_ended",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        # The default fills the rows that are there; the model writes its own.
        batch_op.add_column(sa.Column("addresses", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("previous_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("used_from", sa.String(length=45), nullable=True))
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.alter_column("addresses", server_default=None)
    _recode("notice", "kind", "notice_kind", (*_KINDS, "key_expiring"))


def downgrade() -> None:
    """Undo. Of a key that is being replaced only the new secret goes on."""
    op.execute("DELETE FROM notice WHERE kind = 'key_expiring'")
    _recode("notice", "kind", "notice_kind", _KINDS)
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        for name in ("used_from", "used_at", "previous_until", "previous_hash", "addresses"):
            batch_op.drop_column(name)


def _recode(table: str, column: str, name: str, codes: Iterable[str]) -> None:
    """Let a column take these codes."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        among = sa.text(f"{column} IN ({', '.join(repr(code) for code in codes)})")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), among)
