"""Partners that came to stand still in a period, and those that did no longer: by name.

By what today's files say of the day before the period and of its last day, as lists with `as_of` read them,
and of the moves between: who came and left again counts in both. Each name leads to what moved the partner.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Partner
from app.records.queries import named
from app.reports.model import Asked, Block, Link, Number, Section, listed, row
from app.standing.moves import turns_between
from app.standings.days import as_of_day, courses
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
    turns = [
        (key, turn.was[0] == Status.stuck, turn.now[0] == Status.stuck)
        for key, course in courses(session).items()
        if key in partners
        for turn in turns_between(course, asked.now.first, last)
    ]
    came = [key for key, was, now_ in turns if now_ and not was]
    left = [key for key, was, now_ in turns if was and not now_]
    text = asked.spoken.gettext

    def stock(keys: set[int], day: object) -> list[Number]:
        return [Number(len(keys), listed("/partners", status=Status.stuck, as_of=day))]

    def flow(keys: list[int], way: str) -> tuple[list[Number], list[Link]]:
        moved = listed("/review/moves", **{"from": asked.now.first, "to": last, way: Status.stuck})
        return [Number(len(keys), moved)], [link for key, link in partners.items() if key in keys]

    ins, who_came = flow(came, "into")
    outs, who_left = flow(left, "out_of")
    rows = [
        row(text("Stuck on the eve of the period"), stock(then, eve)),
        row(text("Became stuck"), ins, inner=True, names=who_came),
        row(text("No longer stuck"), outs, inner=True, names=who_left),
        row(text("Stuck on the last day counted"), stock(now, last)),
    ]
    block = Block("stuck", text("Stopping at initial friendship"), [text("Total")], rows, "")
    return Section("stuck", text("Into and out of standing still"), [block])
