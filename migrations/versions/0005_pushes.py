"""pushes, the follow-ups they open, and what is told of them

Revision: 0005
Follows: 0004
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RUNGS = ("none", "contact", "friendship", "framework", "substantive", "lasting")
_SOURCES = ("delegation", "interaction", "agreement", "standing", "manual")
_KINDS = ("mentioned", "assigned", "digest", "report_overdue", "agreement_ending")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "push",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("goal", _code("goal"), nullable=False),
        sa.Column("rung_then", _code("rung_then"), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=500), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_push_opened_by_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_push_partner_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["user.id"], name=op.f("fk_push_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push")),
    )
    with op.batch_alter_table("push", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_deadline"), ["deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_push_partner_id"), ["partner_id"], unique=False)
    _recode("notice", "kind", "notice_kind", (*_KINDS, "push_reached", "push_not_reached"))
    _recode("follow_up", "source", "follow_up_source", (*_SOURCES, "push"))
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("push_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_follow_up_push_id"), "push", ["push_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_follow_up_push_id"), ["push_id"], unique=False)


def downgrade() -> None:
    """Undo. What a push opened stays, as entered by itself."""
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_push_id"))
        batch_op.drop_constraint(op.f("fk_follow_up_push_id"), type_="foreignkey")
        batch_op.drop_column("push_id")
    op.execute("UPDATE follow_up SET source = 'manual' WHERE source = 'push'")
    op.execute("DELETE FROM notice WHERE kind IN ('push_reached', 'push_not_reached')")
    _recode("follow_up", "source", "follow_up_source", _SOURCES)
    _recode("notice", "kind", "notice_kind", _KINDS)
    op.drop_table("push")


def _code(name: str) -> sa.Enum:
    return sa.Enum(*_RUNGS, name=name, native_enum=False, create_constraint=True, length=32)


def _recode(table: str, column: str, name: str, codes: Iterable[str]) -> None:
    """Let a column take these codes."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        among = sa.text(f"{column} IN ({', '.join(repr(code) for code in codes)})")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), among)
