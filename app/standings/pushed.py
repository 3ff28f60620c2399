"""What the evidence makes of the pushes: kept with the standings, in the same transaction.

The days depend on the dossier and the policy alone and not on the calendar, so nothing has to be refreshed
when a day passes: what a push is on a day follows from them and its deadline.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actor import Actor
from app.history.service import plain, tell
from app.models import Push
from app.standing import Dossier, Policy, progress

Days = dict[str, date | None]


def unsettled(
    session: Session, dossiers: Mapping[int, Dossier], policy: Policy
) -> Iterator[tuple[Push, Days]]:
    """The pushes on these partners whose days are not what the evidence says, with the right days; one
    statement."""
    statement = select(Push).where(col(Push.partner_id).in_(list(dossiers))).order_by(col(Push.id))
    for push in session.exec(statement):
        moved_on, reached_on = progress(
            dossiers[push.partner_id],
            policy,
            opened_on=push.opened_on,
            rung_then=push.rung_then,
            goal=push.goal,
        )
        if (push.moved_on, push.reached_on) != (moved_on, reached_on):
            yield push, {"moved_on": moved_on, "reached_on": reached_on}


def settle_pushes(session: Session, actor: Actor, dossiers: Mapping[int, Dossier], policy: Policy) -> None:
    """Bring the pushes' days up to date; another day for the goal is put into the history.

    Past the version: it is no edit of anybody's, and must not turn one away.
    """
    for push, now in list(unsettled(session, dossiers, policy)):
        if push.reached_on != now["reached_on"]:
            changes = {"reached_on": [plain(push.reached_on), plain(now["reached_on"])]}
            assert push.id is not None
            tell(
                session, actor, "push.assessed", "push", push.id, changes,
                partners=[push.partner_id], is_demo=push.is_demo,
            )  # fmt: skip
        session.execute(sa.update(Push).where(col(Push.id) == push.id).values(**now))
