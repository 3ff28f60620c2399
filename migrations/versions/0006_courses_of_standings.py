"""courses of standings

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The rule fills the new columns: every standing is made due, so the first read rewrites it."""
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turns", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("first_tie_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("first_programme_on", sa.Date(), nullable=True))
    op.execute("UPDATE standing SET refresh_on = as_of")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.drop_column("first_programme_on")
        batch_op.drop_column("first_tie_on")
        batch_op.drop_column("turns")
