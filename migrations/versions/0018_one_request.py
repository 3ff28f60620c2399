"""one request at a time to park a partner

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'asked' AND archived_at IS NULL")


def upgrade() -> None:
    """Apply. Where two were asked for at one moment, the earliest waits on; the others go to the archive with
    their history."""
    op.execute(
        "UPDATE pause SET archived_at = COALESCE(created_at, CURRENT_TIMESTAMP), version = version + 1 "
        "WHERE state = 'asked' AND archived_at IS NULL AND EXISTS (SELECT 1 FROM pause AS earlier WHERE "
        "earlier.partner_id = pause.partner_id AND earlier.id < pause.id AND earlier.state = 'asked' AND "
        "earlier.archived_at IS NULL)"
    )
    op.create_index(
        "uq_pause_asked",
        "pause",
        ["partner_id"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_pause_asked", table_name="pause")
