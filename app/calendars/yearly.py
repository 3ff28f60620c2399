"""The days of partners that come every year, as entries (app/calendars/occasions.py)."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.calendars.asked import Asked, lines_of
from app.calendars.entries import Entry, of_record
from app.calendars.occasions import anniversaries, national_days_within
from app.models import Partner
from app.vocabulary import DatePrecision


def ties(asked: Asked) -> Iterator[Entry]:
    """Each year's day of a friendship whose day is known."""
    for partner in _chosen(asked, col(Partner.friendship_precision) == DatePrecision.day):
        if partner.friendship_since is None:
            continue
        sequence, stamp = of_record(partner)
        name = _name(asked, partner)
        for years, day in anniversaries(partner.friendship_since, asked.span):
            says = asked.words.ngettext(
                "%(n)s year of friendship with %(partner)s", "%(n)s years of friendship with %(partner)s",
                years, partner=name,
            )  # fmt: skip
            yield Entry(
                uid=f"tie-{partner.id}-{day.year}", sequence=sequence, stamp=stamp, summary=says,
                starts=day, ends=day, path=f"/partners/{partner.slug}",
            )  # fmt: skip


def national_days(asked: Asked) -> Iterator[Entry]:
    """The national days of the partners' countries, with the partners to whom a letter may go."""
    by_country: dict[str, list[str]] = {}
    for partner in _chosen(asked):
        by_country.setdefault(partner.country, []).append(_name(asked, partner))
    for country, day in national_days_within(by_country, asked.span):
        yield Entry(
            uid=f"national-day-{country}-{day.isoformat()}",
            summary=asked.words.gettext("National day: %(country)s", country=asked.words.country(country)),
            starts=day, ends=day, about=lines_of(by_country[country]), path=f"/partners?country={country}",
        )  # fmt: skip


def _chosen(asked: Asked, *conditions: Any) -> Iterable[Partner]:
    wanted = [] if asked.partners is None else [col(Partner.id).in_(asked.partners)]
    statement = sa.select(Partner).where(col(Partner.archived_at).is_(None), *wanted, *conditions)
    return asked.session.scalars(statement.order_by(col(Partner.slug)))


def _name(asked: Asked, partner: Partner) -> str:
    return str(getattr(partner, f"name_{asked.words.locale.value}"))
