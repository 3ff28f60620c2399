"""causes

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("ended_on IS NULL AND archived_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "partner_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "resources",
                "distance",
                "coordination",
                "politics_there",
                "leaders_changed",
                "priorities",
                "other",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["named_by_id"], ["user.id"], name=op.f("fk_partner_cause_named_by_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_cause_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_cause")),
    )
    with op.batch_alter_table("partner_cause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_cause_cause"), ["cause"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_cause_partner_id"), ["partner_id"], unique=False)
    op.create_index(
        "uq_partner_cause_in_force",
        "partner_cause",
        ["partner_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("partner_cause")
