"""the playbook as data, with the plays that come with the installation

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CODES = {
    "step_code": (
        "confirm_file", "propose_programme", "open_renewal", "propose_outbound", "invite_delegation",
        "ask_mission", "propose_working_session", "chase_promises", "ask_progress", "custom",
    ),
    "reason_code": (
        "tie_undated", "file_thin", "no_programme", "paper_only", "agreement_lapsed", "agreement_expiring",
        "return_visit_owed", "silent", "ceremonial_only", "promises_overdue", "programme_quiet",
    ),
    "owed_by": ("home", "partner"),
    "follow_up_kind": (
        "proposal", "work_programme", "working_session", "renewal", "introduction", "information",
        "protocol", "other",
    ),
    "step_by": ("officer", "lead_unit", "mission"),
}  # fmt: skip
# reason, whose turn, code, kind, days until due, who: the defaults of the playbook when it became data.
_PLAYS = (
    ("tie_undated", None, "confirm_file", "information", 14, "officer"),
    ("file_thin", None, "confirm_file", "information", 14, "officer"),
    ("no_programme", None, "propose_programme", "work_programme", 30, "lead_unit"),
    ("paper_only", None, "propose_programme", "work_programme", 30, "lead_unit"),
    ("agreement_lapsed", None, "open_renewal", "renewal", 30, "officer"),
    ("agreement_expiring", None, "open_renewal", "renewal", 30, "officer"),
    ("return_visit_owed", "home", "propose_outbound", "protocol", 60, "officer"),
    ("return_visit_owed", "partner", "invite_delegation", "protocol", 60, "officer"),
    ("silent", None, "ask_mission", "introduction", 21, "mission"),
    ("ceremonial_only", None, "propose_working_session", "working_session", 45, "officer"),
    ("promises_overdue", None, "chase_promises", "information", 7, "lead_unit"),
    ("programme_quiet", None, "ask_progress", "information", 14, "lead_unit"),
)


def upgrade() -> None:
    """Apply."""
    play = op.create_table(
        "play",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("code", _code("step_code"), nullable=False),
        sa.Column("reason", _code("reason_code"), nullable=False),
        sa.Column("owed_by", _code("owed_by"), nullable=True),
        sa.Column("title_vi", sa.String(length=300), nullable=True),
        sa.Column("title_en", sa.String(length=300), nullable=True),
        sa.Column("kind", _code("follow_up_kind"), nullable=False),
        sa.Column("due_in", sa.Integer(), nullable=False),
        sa.Column("who", _code("step_by"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play")),
    )
    with op.batch_alter_table("play", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_play_reason"), ["reason"], unique=False)
    op.bulk_insert(
        play,
        [
            {
                "version": 1, "is_demo": False, "code": code, "reason": reason, "owed_by": owed_by,
                "kind": kind, "due_in": due_in, "who": who, "position": 10 * place, "active": True,
            }
            for place, (reason, owed_by, code, kind, due_in, who) in enumerate(_PLAYS, 1)
        ],
    )  # fmt: skip


def downgrade() -> None:
    """Undo."""
    op.drop_table("play")


def _code(name: str) -> sa.Enum:
    return sa.Enum(*_CODES[name], name=name, native_enum=False, create_constraint=True, length=32)
