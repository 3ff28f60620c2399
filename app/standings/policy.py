"""The department's policy as the rule wants it."""

from sqlmodel import Session, col, select

from app.models import PolicyRow
from app.standing import DEFAULT_POLICY, Policy
from app.vocabulary import Tier


def policy_of(row: PolicyRow) -> Policy:
    """One row of months as a Policy; raises PolicyError when it breaks a bound."""
    return Policy(
        patience={tier: getattr(row, f"patience_{tier}") for tier in Tier},
        silence={tier: getattr(row, f"silence_{tier}") for tier in Tier},
        warning=row.warning,
        quiet=row.quiet,
        return_visit=row.return_visit,
        memory=row.memory,
    )


def load_policy(session: Session) -> Policy:
    """The policy in force; the default while nobody has edited it."""
    first = select(PolicyRow).order_by(col(PolicyRow.id)).limit(1)
    row = session.exec(first.execution_options(populate_existing=True)).first()
    return policy_of(row) if row else DEFAULT_POLICY
