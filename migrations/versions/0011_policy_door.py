"""the policy's own door in the history

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DOORS = ("page", "api", "command", "import", "seed", "clock")


def _doors(*names: str) -> str:
    return f"door IN ({', '.join(repr(name) for name in names)})"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_event_door"), type_="check")
        batch_op.create_check_constraint(op.f("ck_event_door"), _doors(*_DOORS, "policy"))


def downgrade() -> None:
    """Take back."""
    op.execute(sa.text("UPDATE event SET door = 'clock' WHERE door = 'policy'"))
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_event_door"), type_="check")
        batch_op.create_check_constraint(op.f("ck_event_door"), _doors(*_DOORS))
