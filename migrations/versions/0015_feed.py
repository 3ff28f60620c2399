"""the place of each event in the feed of changes

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What is on file keeps the order of its ids: nobody writes while tables change."""
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=True))
    op.execute(sa.text("UPDATE event SET position = id"))
    op.execute(sa.text("INSERT INTO feed (id, last) SELECT 1, coalesce(max(id), 0) FROM event"))
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_unique_constraint(op.f("uq_event_position"), ["position"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_event_position"), type_="unique")
        batch_op.drop_column("position")
    op.drop_table("feed")
