"""Pushes of the illustrative layer: some that worked, some that did not, some under way."""

import re
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete
from app.models import FollowUp, Partner, Push
from app.pushes import service
from app.pushes.schemas import PushIn, WithdrawalIn
from app.schemas import parse
from app.standing.clock import add_days
from app.vocabulary import FollowUpState
from seed.demo.days import day
from seed.files import Row, rows

# kind, days until due, then `open` or the days until it was done, and what it is.
_STEP = re.compile(r"(?P<kind>\w+) \+(?P<due>\d+)d (?:open|done\+(?P<done>\d+)d) (?P<title>.+)")


def missing_pushes(session: Session, partners: Mapping[str, str]) -> list[Row]:
    """The pushes that are not in the database, on partners that are; a partner has at most one of them."""
    known = set(
        session.scalars(
            sa.select(Partner.slug).join(Push, col(Push.partner_id) == Partner.id).where(col(Push.is_demo))
        )
    )
    return [
        row
        for row in rows("demo/pushes")
        if row["partner"] in partners and partners[row["partner"]] not in known
    ]


def add_push(
    session: Session, people: Mapping[str, Actor], row: Row, partners: Mapping[str, str], today: date
) -> None:
    """Open a push on its day, with steps that are done or still open, and withdraw it if that was decided."""
    slug, actor = partners[row["partner"]], people[row["by"]]
    opened = day(row["opened"], today) or today
    officer = "officer@demo.invalid"
    steps = [_STEP.fullmatch(text.strip()) for text in row["steps"].split(";")]
    found = [step for step in steps if step is not None]
    due = [add_days(opened, int(step["due"])).isoformat() for step in found]
    data = {
        "partners": [slug],
        "goal": row["goal"],
        "deadline": (day(row["deadline"], today) or today).isoformat(),
        "note": row["note"],
        "follow_ups": [
            {"title": step["title"], "kind": step["kind"], "due_on": on, "assignee": officer}
            for step, on in zip(found, due, strict=True)
        ],
    }
    (push,) = service.open_(session, actor, parse(PushIn, data), today=opened, is_demo=True)
    for step, work in zip(found, _steps_of(session, push), strict=True):
        if step["done"] and work.state == FollowUpState.open:
            on = add_days(opened, int(step["done"]))
            follow_ups.complete(session, people[officer], work, Complete(), version=work.version, today=on)
    if withdrawn := day(row["withdrawn"], today):
        why = parse(WithdrawalIn, {"why": row["withdrawn_why"]})
        service.withdraw(session, actor, push, why, version=push.version, today=withdrawn)


def _steps_of(session: Session, push: Push) -> list[FollowUp]:
    statement = sa.select(FollowUp).where(col(FollowUp.push_id) == push.id).order_by(col(FollowUp.id))
    return list(session.scalars(statement))
