"""Partners that came to stand still in a period, and those that did no longer: by name.

By what today's files say of the day before the period and of its last day, as lists with `as_of` read them.
Each name leads to what moved the partner in the period.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Partner
from app.records.queries import named
from app.reports.model import Asked, Block, Link, Number, Section, listed, row
from app.standings.days import as_of_day
from app.vocabulary import Status


def moves(session: Session, asked: Asked) -> Section:
    """The chapter on who stands still. A fixed number of statements."""
    eve, last = asked.now.first - timedelta(days=1), asked.now.last
    name = named(Partner, asked.spoken.locale)
    statement = sa.select(Partner.id, Partner.slug, name).where(col(Partner.archived_at).is_(None))
    partners = {
        key: Link(text, f"/review/moves?partner={slug}&from={asked.now.first}&to={last}")
        for key, slug, text in session.execute(statement.order_by(name))
    }
    then, now = (
        {key for key, standing in as_of_day(session, day).items() if standing.status == Status.stuck}
        & partners.keys()
        for day in (eve, last)
    )
    came, left = (
        [link for key, link in partners.items() if key in keys] for keys in (now - then, then - now)
    )
    text = asked.spoken.gettext

    def stock(keys: set[int], day: object) -> list[Number]:
        return [Number(len(keys), listed("/partners", status=Status.stuck, as_of=day))]

    rows = [
        row(text("Stuck on the eve of the period"), stock(then, eve)),
        row(text("Became stuck"), (), inner=True, names=came),
        row(text("No longer stuck"), (), inner=True, names=left),
        row(text("Stuck on the last day counted"), stock(now, last)),
    ]
    block = Block("stuck", text("Stopping at initial friendship"), [text("Total")], rows, "")
    return Section("stuck", text("Into and out of standing still"), [block])
