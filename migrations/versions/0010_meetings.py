"""review meetings and what they decided

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "review_meeting",
        *_record(),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Text(), nullable=True),
        sa.Column("led_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["led_by_id"], ["user.id"], name=op.f("fk_review_meeting_led_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_meeting")),
    )
    with op.batch_alter_table("review_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_meeting_held_on"), ["held_on"], unique=False)
    decision = sa.Enum(
        "step_taken",
        "push_opened",
        "pause_asked",
        "reassigned",
        "file_confirmed",
        "cause_named",
        "no_change",
        name="meeting_decision",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "review_decision",
        *_record(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("decision", decision, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["review_meeting.id"], name=op.f("fk_review_decision_meeting_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_review_decision_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
    )
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_decision_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_decision_partner_id"), ["partner_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("review_decision")
    op.drop_table("review_meeting")
